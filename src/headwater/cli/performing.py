"""One performance: a folder, a stage, a story played on it, and then the stage left to whoever watches."""

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import webbrowser
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from headwater import logs
from headwater.cli.home import home
from headwater.cli.playing import Player, length_of
from headwater.cli.stage import Stage, stage
from headwater.cli.story import Story
from headwater.cli.story_clock import StoryClock
from headwater.cli.telling import Telling
from headwater.cli.terminal import has_desktop
from headwater.clock import system_clock
from headwater.core.errors import HeadwaterError
from headwater.core.tuning import Tuning
from headwater.sample import OWNERSHIP

PORT: Final = 8475
"""Where the page is looked for first."""

STOPS: Final = ("SIGINT", "SIGTERM", "SIGHUP")


class PageError(HeadwaterError):
    """The page can't be served where it was asked for."""


@dataclass(slots=True, kw_only=True)
class Performance:
    """A story and how it is to be played. With `page` the workspace's page is shown, and stays open."""

    story: Story
    fast: bool = False
    page: bool = True
    keep: Path | None = None
    registry: Path | None = None
    port: int | None = None
    browser: bool = True

    def run(self) -> None:
        """All of it. Raises HeadwaterError with a sentence for what is in the way."""
        console = Console(highlight=False)
        registry = self.registry.absolute() if self.registry is not None else Path("ownership.yaml")
        with home(self.keep) as place, _logged(place / "headwater.log"), contextlib.chdir(place):
            if self.registry is None and not registry.exists():
                shutil.copyfile(OWNERSHIP, registry)  # a copy, to edit it and see what happens
            asyncio.run(self._perform(console, registry, place))
        if self.page:
            left = f"Everything is in {place}." if self.keep else "Nothing is left behind."
            console.print(f"\nStopped. {left}")

    async def _perform(self, console: Console, registry: Path, place: Path) -> None:
        clock = StoryClock(system_clock, length_of(self.story, Tuning().settle))
        telling = Telling(console)
        with _stops() as stopped:
            async with self._staged(console, registry, place, clock) as scene:
                deaf = telling.listen(scene.workspace)
                self._begin(console, scene)
                player = Player(stage=scene, clock=clock, tell=telling.line, fast=self.fast)
                if await _unless(stopped, player.play(self.story)):
                    if self.fast:
                        await _print_timelines(console, scene)
                    if self.page:
                        self._end(console, scene, place)
                        await stopped.wait()
                deaf()

    @asynccontextmanager
    async def _staged(
        self, console: Console, registry: Path, place: Path, clock: StoryClock
    ) -> AsyncIterator[Stage]:
        """On the port asked for; without one on the usual port, or on a free one where that is taken."""
        port = self.port if self.port is not None else PORT if self.page else 0
        async with contextlib.AsyncExitStack() as stack:
            try:
                scene = await stack.enter_async_context(stage(registry, place, clock=clock, port=port))
            except OSError as wrong:
                if self.port is not None:
                    raise PageError(
                        f"Port {port} can't be used for the page ({os.strerror(wrong.errno or 0)})."
                        " Name another with --port, or leave it out to take a free one."
                    ) from None
                console.print(f"Port {port} is taken, perhaps by another demo: the page takes a free one.")
                scene = await stack.enter_async_context(stage(registry, place, clock=clock))
            yield scene

    def _begin(self, console: Console, scene: Stage) -> None:
        console.print(f"\n[bold]{self.story.title}[/bold]\n{' '.join(self.story.about.split())}\n")
        if not self.page:
            return
        page = scene.page(self.story.look)
        console.print(f"  The page  {page}", soft_wrap=True)
        if not (self.browser and has_desktop() and webbrowser.open(page)):
            console.print("            Open it in a browser.")
            if not has_desktop():
                port = scene.url.rpartition(":")[2]
                console.print(
                    f"            From another machine:  ssh -L {port}:127.0.0.1:{port} THIS-MACHINE",
                    soft_wrap=True,
                )
        console.print()

    def _end(self, console: Console, scene: Stage, place: Path) -> None:
        console.print("\nThe story is over; everything is yours to click.\n")
        for hint in self.story.try_next:
            console.print(f"  - {hint}", markup=False, soft_wrap=True)
        if self.registry is None:
            console.print(f"  - Edit {place / 'ownership.yaml'}: it is read again at once.", soft_wrap=True)
        console.print(f"\n  The page     {scene.page(self.story.look)}", soft_wrap=True)
        console.print(f"  Alerts to    {scene.headwater.url}/hooks/...  (docs/operating.md)", soft_wrap=True)
        console.print("  Ctrl-C       ends it" + ("." if self.keep else ", and leaves nothing behind."))


async def _print_timelines(console: Console, scene: Stage) -> None:
    """What Headwater wrote down of each incident."""
    reader = scene.headwater.reader
    incidents = await asyncio.to_thread(reader.incidents, open_only=False)
    for incident in sorted(incidents, key=lambda one: one.number):
        console.print(f"\n[bold]{incident.name}[/bold]  {incident.severity.name}, {incident.state}", end="  ")
        console.print(incident.title, markup=False, soft_wrap=True)
        for entry in await asyncio.to_thread(reader.timeline, incident.number):
            who = f" by {scene.name_of(entry.who)}" if entry.who else ""
            line = f"  {entry.at.astimezone():%H:%M:%S}  {entry.kind}{who}: {entry.text}"
            console.print(line, markup=False, soft_wrap=True)


async def _unless(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work; False where it was stopped before it was done."""
    doing, waiting = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    await asyncio.wait({doing, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if doing.done():
        doing.result()
        return True
    doing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await doing
    return False


@contextmanager
def _stops() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C, SIGTERM and a lost terminal set."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = [getattr(signal, name) for name in STOPS if hasattr(signal, name)]
    for number in numbers:
        loop.add_signal_handler(number, stopped.set)
    try:
        yield stopped
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@contextmanager
def _logged(path: Path) -> Iterator[None]:
    """Logs go to a file beside the database: the terminal is the story's."""
    root = logging.getLogger()
    before = root.handlers[:]
    with path.open("a", encoding="utf-8") as stream:
        logs.set_up("json", stream)
        try:
            yield
        finally:
            root.handlers[:] = before
