"""What the workspace writes down about the app's behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .wire import Json


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it was answered: for tests that ask what was asked of Slack."""

    method: str
    app_id: str | None
    arguments: Json
    ok: bool
    error: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Flag:
    """Something Slack lets through but a good app does not do.

    Rules: `pages-a-channel`, `no-text-beside-blocks`, `bad-answer` (an answer to a modal or command that
    Slack would not understand).
    """

    rule: str
    channel: str
    ts: str
    text: str
