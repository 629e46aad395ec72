"""How fast Slack may be spoken to, as a table, and the arithmetic that keeps to it.

`Pace` never sleeps. It answers *when* an item may be said: now, and then it counts as said; or later, and
then it is to be asked again at that time. Items of one lane (a channel) go in the order in which they first
asked; a 429 or a failure holds a lane, or a method, back.

Source: Slack's rate limits (2026-11): chat.postMessage about one a second a channel and several hundred a
minute a workspace; chat.update is tier 3, fifty and more a minute. We keep to the figures Slack guarantees.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` calls in any half-open span of `span`; counted by channel or for the workspace."""

    most: int
    span: timedelta
    by_channel: bool = False


POST: Final = "chat.postMessage"
UPDATE: Final = "chat.update"

SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)

PACES: Final[Mapping[str, tuple[Window, ...]]] = MappingProxyType(
    {
        POST: (Window(1, SECOND, by_channel=True), Window(300, MINUTE)),
        UPDATE: (Window(50, MINUTE),),
    }
)
"""The windows of each paced method."""

PATIENCE: Final = timedelta(seconds=30)
"""How long a lane waits for an item that did not come back when it was told to: another replica has it."""


@dataclass(slots=True)
class Pace:
    """What has been said lately, and who waits in which lane. In memory only: a restart begins with a clean
    table, and Slack's own 429 corrects whoever spoke just before. `now` must not go backwards.
    """

    paces: Mapping[str, tuple[Window, ...]] = field(default_factory=lambda: PACES)
    _said: dict[tuple[str, int, str], deque[datetime]] = field(default_factory=dict)
    _lanes: dict[str, dict[str, datetime]] = field(default_factory=dict)
    _holds: dict[str, datetime] = field(default_factory=dict)

    def when(self, item: str, *, method: str, lane: str, now: datetime) -> datetime:
        """The moment at which `item` may be said. Not after `now` means at once, and it counts as said."""
        waiting = self._lanes.setdefault(lane, {})
        for name in [name for name, told in waiting.items() if told + PATIENCE < now and name != item]:
            del waiting[name]
        waiting.setdefault(item, now)
        ahead = list(waiting).index(item)
        at = self._earliest(method, lane, now)
        if not ahead and at <= now:
            self.drop(item, lane=lane)
            for key, window in self._windows(method, lane):
                self._said.setdefault(key, deque(maxlen=window.most)).append(now)
            return now
        before = list(waiting.values())[:ahead]
        if before:
            # Whoever stands before may be late: this one is to ask again, and never to go first.
            at = max([at, *before, now]) + self._step(method)
        waiting[item] = at
        return waiting[item]

    def hold(self, *, lane: str, until: datetime, method: str | None = None) -> None:
        """Nothing in this lane, and nothing by this method where given, before `until`."""
        for key in (f"lane {lane}", *([f"method {method}"] if method else [])):
            self._holds[key] = max(until, self._holds.get(key, until))

    def again(self, item: str, *, lane: str, at: datetime) -> None:
        """`item` was not said after all: it goes back to the head of its lane, and nothing overtakes it."""
        self._lanes[lane] = {item: at, **self._lanes.get(lane, {})}
        self.hold(lane=lane, until=at)

    def drop(self, item: str, *, lane: str) -> None:
        """`item` will not be asked for again: whatever waits behind it moves up."""
        waiting = self._lanes.get(lane, {})
        waiting.pop(item, None)
        if not waiting:
            self._lanes.pop(lane, None)

    def _earliest(self, method: str, lane: str, now: datetime) -> datetime:
        """The first moment at which no window is exceeded: the oldest call of a full one has left it."""
        moments = [now]
        for key, window in self._windows(method, lane):
            said = self._said.get(key)
            if said is not None and len(said) >= window.most:
                moments.append(said[0] + window.span)
        for held in (f"lane {lane}", f"method {method}"):
            moments.append(self._holds.get(held, now))
            if moments[-1] <= now:
                self._holds.pop(held, None)
        return max(moments)

    def _windows(self, method: str, lane: str) -> list[tuple[tuple[str, int, str], Window]]:
        rules = enumerate(self.paces.get(method, ()))
        return [((method, i, lane if window.by_channel else ""), window) for i, window in rules]

    def _step(self, method: str) -> timedelta:
        spans = [w.span / w.most for w in self.paces.get(method, ()) if w.by_channel]
        return max(spans, default=timedelta(milliseconds=100))
