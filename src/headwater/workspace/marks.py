"""How far each person has read: what the page's unread marks count from."""

from __future__ import annotations


class ReadMarks:
    """The newest stamp each person has seen, by conversation; marks only move forward."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], str] = {}

    def read(self, user: str, channel: str, ts: str) -> None:
        self._seen[user, channel] = max(ts, self.seen(user, channel))

    def seen(self, user: str, channel: str) -> str:
        return self._seen.get((user, channel), "0")
