"""What happened in the workspace, in order, and how to wait for it without sleeping."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .wire import Json

T = TypeVar("T")
KEPT_CHANGES = 5_000
Listener = Callable[["Change"], object]


@dataclass(frozen=True, slots=True)
class Change:
    """One visible change: `kind` such as `message` or `view`, and which thing it touched."""

    seq: int
    kind: str
    detail: Json


class Watch:
    """The feed of changes, and the count of what is in flight between workspace and app."""

    def __init__(self) -> None:
        self.changes: deque[Change] = deque(maxlen=KEPT_CHANGES)
        self._listeners: list[Listener] = []
        self._seq = 0
        self._in_flight = 0

    @property
    def in_flight(self) -> int:
        return self._in_flight

    @property
    def seq(self) -> int:
        return self._seq

    def changed(self, kind: str, **detail: object) -> None:
        self._seq += 1
        change = Change(self._seq, kind, dict(detail))
        self.changes.append(change)
        for listener in tuple(self._listeners):
            listener(change)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` upon every change until the returned function is called."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def begin(self) -> None:
        """Something is under way: a call being answered, an envelope not yet acknowledged."""
        self._in_flight += 1
        self.changed("traffic")

    def end(self) -> None:
        self._in_flight -= 1
        self.changed("traffic")

    async def until(self, look: Callable[[], T | None], *, within: float, what: str) -> T:
        """The first truthy value of `look()`, looked at now and after every change.

        After `within` real seconds raises AssertionError, which names `what` was waited for.
        """
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()
        stop = self.listen(lambda _change: loop.call_soon_threadsafe(woken.set))
        deadline = loop.time() + within
        try:
            while not (found := look()):
                woken.clear()
                try:
                    await asyncio.wait_for(woken.wait(), max(0.0, deadline - loop.time()))
                except TimeoutError:
                    sentence = f"waited {within:g} s in vain for {what}"
                    raise AssertionError(sentence) from None
            return found
        finally:
            stop()

    async def quiet(self, *, still: float, within: float) -> None:
        """Returns once nothing was in flight and nothing changed for `still` real seconds."""
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()
        stop = self.listen(lambda _change: loop.call_soon_threadsafe(woken.set))
        deadline = loop.time() + within
        try:
            while loop.time() < deadline:
                woken.clear()
                try:
                    await asyncio.wait_for(woken.wait(), still)
                except TimeoutError:
                    if self._in_flight == 0:
                        return
            sentence = (
                f"not quiet after {within:g} s: {self._in_flight} in flight, last {list(self.changes)[-3:]}"
            )
            raise AssertionError(sentence)
        finally:
            stop()
