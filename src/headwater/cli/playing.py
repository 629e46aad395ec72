"""Plays a story on a stage: alerts through the webhook, people in the workspace, time through its clock."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, assert_never

from headwater.cli.recorded import read_delivery
from headwater.cli.stage import Stage
from headwater.cli.story import (
    Click,
    Deliver,
    End,
    Fire,
    Pin,
    Say,
    Step,
    Story,
    StoryError,
    Type,
    Write,
)
from headwater.cli.story_clock import StoryClock
from headwater.core.refs import name_of
from headwater.intake.formats import FORMATS
from headwater.workspace import (
    Answer,
    Envelope,
    NotPossibleError,
    SeenMessage,
    SlackRefusalError,
    modal,
)

PATIENCE: Final = 20.0
"""Real seconds a person of the story waits for a card before the story is given up."""

CHUNK: Final = timedelta(seconds=5)
"""Story time passes in steps no longer than this, with everything due in between."""

SLICE: Final = 0.1
"""Real seconds between two such steps when a story is played at a pace one can follow."""


Tell = Callable[[datetime, str, str], None]
"""Says a line of progress: the story's time, what kind of line, its words."""


@dataclass(slots=True, kw_only=True)
class Player:
    """Plays one story. `fast` leaves out the waiting, nothing else."""

    stage: Stage
    clock: StoryClock
    tell: Tell
    fast: bool = False
    _fired: dict[str, datetime] = field(default_factory=dict)

    async def play(self, story: Story) -> None:
        """From its first step to the machine's own time. Raises StoryError for what a person can't do."""
        begun = self.clock()
        for step in story.steps:
            await self._until(begun + step.at)
            await self._happen(story, step)
        await self._until(begun + story.length + self.clock.behind)
        await self.stage.settled()

    async def _until(self, at: datetime) -> None:
        """Let story time pass: in chunks, everything due in between; at a pace one can follow unless fast."""
        gap = at - self.clock()
        if gap <= timedelta():
            return
        slices = 0 if self.fast else int(pace(gap) / SLICE)
        chunk = min(CHUNK, gap / slices) if slices else CHUNK
        while (left := at - self.clock()) > timedelta() and self.clock.behind:
            if slices:
                await _pause(SLICE)
            self.clock.skip(min(max(chunk, gap / slices if slices else chunk), left))
            await self.stage.tick()
            if self.fast and await self.stage.has_to_say():
                await self.stage.settled()

    async def _happen(self, story: Story, step: Step) -> None:
        deed = step.deed
        match deed:
            case Say():
                self.tell(self.clock(), "say", deed.words)
            case Fire():
                await self._fire(story, deed.alerts)
            case End():
                await self._end(story, deed.alerts)
            case Deliver():
                delivery = read_delivery(deed.file, self.clock(), FORMATS, deed.format)
                self.tell(self.clock(), "deliver", f"{deed.file.name}, from {deed.format}")
                await self.stage.deliver(deed.format, delivery.body)
            case Click() | Type() | Write() | Pin():
                await self._act(step, deed)
            case _:
                assert_never(deed)

    async def _fire(self, story: Story, names: Iterable[str]) -> None:
        for name in names:
            self._fired.setdefault(name, self.clock())
            self.tell(self.clock(), "fire", _title(story, name))
        await self._send(story, names, ended=None)

    async def _end(self, story: Story, names: Iterable[str]) -> None:
        for name in names:
            self.tell(self.clock(), "end", _title(story, name))
        await self._send(story, names, ended=self.clock())
        for name in names:
            self._fired.pop(name, None)

    async def _send(self, story: Story, names: Iterable[str], ended: datetime | None) -> None:
        alerts = [self._alert(story, name, ended) for name in names]
        status = "firing" if ended is None else "resolved"
        body = {
            "version": "4",
            "groupKey": f"{{}}:{{story={json.dumps(story.name)}}}",
            "receiver": "headwater",
            "status": status,
            "externalURL": "http://alertmanager.example",
            "groupLabels": {},
            "commonLabels": {},
            "commonAnnotations": {},
            "truncatedAlerts": 0,
            "alerts": alerts,
        }
        await self.stage.deliver("alertmanager", json.dumps(body).encode())

    def _alert(self, story: Story, name: str, ended: datetime | None) -> Mapping[str, object]:
        alert = story.alerts[name]
        began = self._fired.get(name, self.clock())
        return {
            "status": "firing" if ended is None else "resolved",
            "labels": dict(alert.labels),
            "annotations": dict(alert.annotations),
            "startsAt": began.isoformat(),
            "endsAt": (ended.isoformat() if ended else "0001-01-01T00:00:00Z"),
            "generatorURL": "",
        }

    async def _act(self, step: Step, deed: Click | Type | Write | Pin) -> None:
        try:
            await self._do(deed)
        except (NotPossibleError, SlackRefusalError, AssertionError) as wrong:
            raise StoryError(f"{step.spot}: {deed.who} could not do this: {wrong}") from None

    async def _do(self, deed: Click | Type | Write | Pin) -> None:
        workspace = self.stage.workspace
        user = self._slack_id(deed.who)
        person = workspace.person(user)
        match deed:
            case Click():
                self._tell_of(deed, f"clicks {deed.button}")
                card = await self._card(deed.channel, deed.button)
                await _answered(card.button(deed.button).click(as_=user), deed.button)
                if deed.fill:
                    view = await modal(workspace, user, next(iter(deed.fill)), within=PATIENCE)
                    await _answered(view.submit(dict(deed.fill)), view.title)
            case Type():
                self._tell_of(deed, f"types {deed.line}")
                await _answered(person.runs(deed.line, channel=deed.channel or ""), deed.line)
            case Write():
                self._tell_of(deed, f"writes: {deed.words}")
                card = await self._card(deed.channel)
                person.says(card.raw.channel, deed.words, thread=card.ts)
            case Pin():
                self._tell_of(deed, f"pins: {deed.words}")
                room = deed.channel or (await self._card(None)).raw.channel
                person.pins(workspace.channel(room).message(deed.words).raw)
            case _:
                assert_never(deed)
        await self.stage.settled()

    async def _card(self, channel: str | None, button: str | None = None) -> SeenMessage:
        """The newest card there, or anywhere: a message with buttons (with this one, where it is named)."""
        workspace = self.stage.workspace

        def look() -> SeenMessage | None:
            rooms = [channel] if channel else [room.id for room in workspace.channels.values() if room.name]
            cards = (card for room in rooms for card in workspace.channel(room).messages if card.buttons)
            wanted = [card for card in cards if button is None or button in card.buttons]
            return max(wanted, key=lambda card: card.ts, default=None)

        what = f"a card{f' with the button {button}' if button else ''} in {channel or 'any channel'}"
        return await workspace.watch.until(look, within=PATIENCE, what=what)

    def _slack_id(self, who: str) -> str:
        person = self.stage.registry.people.get(who)
        if person is None or person.slack is None:
            raise StoryError(f"The registry knows no Slack id of {who}, so they can't act in this story.")
        return person.slack

    def _tell_of(self, deed: Click | Type | Write | Pin, what: str) -> None:
        person = self.stage.registry.people.get(deed.who)
        name = (person.name if person else None) or name_of(deed.who)
        self.tell(self.clock(), "act", f"{name}{f' in {deed.channel}' if deed.channel else ''} {what}")


def pace(gap: timedelta) -> float:
    """Real seconds that a gap of story time takes: a quarter of it, but between 1.5 and 4."""
    return min(max(gap.total_seconds() / 4, 1.5), 4.0)


def length_of(story: Story, settle: timedelta) -> timedelta:
    """How long before now a story begins: its own length, and until its last alert is announced."""
    return story.length + settle + timedelta(seconds=10)


def _title(story: Story, name: str) -> str:
    alert = story.alerts[name]
    return alert.annotations.get("summary") or alert.labels.get("alertname", name)


async def _answered(envelope: Envelope, what: str) -> None:
    answer: Answer = await envelope
    if not answer.ok:
        raise NotPossibleError(f"{what} was not answered ({answer.error})")


async def _pause(seconds: float) -> None:
    """Let real time pass, so that somebody can watch."""
    never = asyncio.Event()
    waiting: Awaitable[bool] = never.wait()
    try:
        await asyncio.wait_for(waiting, seconds)
    except TimeoutError:
        return
