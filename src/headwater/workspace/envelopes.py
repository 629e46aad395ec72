"""What the platform sends to an app: one thing, its attempts, and the app's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Final, Literal

from .wire import Json

EnvelopeKind = Literal["events_api", "slash_commands", "interactive"]
# Slack retries events at once, after a minute and after five; it never retries a person's click or command.
EVENT_RETRIES: Final = (0.0, 60.0, 300.0)
ANSWER_WITHIN: Final = 3.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How the app answered: `error` is None, or why there was no good answer (`operation_timeout`,
    `http_error`).
    """

    body: Json | str | None = None
    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


@dataclass(slots=True, kw_only=True)
class Envelope:
    """One event, command or interaction on its way to one app. Awaiting it gives the app's answer."""

    id: str
    app_id: str
    kind: EnvelopeKind
    name: str
    payload: Json
    user: str | None = None
    channel: str | None = None
    view_id: str | None = None
    attempt: int = 0
    retry_reason: str = ""
    answer: Answer | None = None
    _listeners: list[Callable[[Answer], object]] = field(default_factory=list)

    def when_answered(self, listener: Callable[[Answer], object]) -> None:
        """Calls `listener` with the answer, at once if it is there already."""
        if self.answer is not None:
            listener(self.answer)
        else:
            self._listeners.append(listener)

    def settle(self, answer: Answer) -> bool:
        """Takes the answer; False when an earlier one counted."""
        if self.answer is not None:
            return False
        self.answer = answer
        for listener in self._listeners:
            listener(answer)
        self._listeners.clear()
        return True

    def __await__(self) -> Generator[None, None, Answer]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()

        def resolve(answer: Answer) -> None:
            if not future.done():
                future.set_result(answer)

        self.when_answered(lambda answer: loop.call_soon_threadsafe(resolve, answer))
        return future.__await__()
