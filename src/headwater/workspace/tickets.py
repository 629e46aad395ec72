"""What the platform lends for a while: trigger ids (3 s, once) and response URLs (30 min, five uses)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from .ids import Ids
from .wire import SlackRefusalError

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(slots=True, kw_only=True)
class Trigger:
    """The right to open one modal for `user`, given to `app_id` by a click, a command or a shortcut."""

    app_id: str
    user: str
    view_id: str | None
    issued: datetime
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """A way to answer an interaction: in `channel`, to `user`, about the message `ts` when there is one."""

    path: str
    app_id: str
    user: str
    channel: str
    ts: str | None
    thread_ts: str | None
    issued: datetime
    uses_left: int = RESPONSE_URL_USES

    def use(self, now: datetime) -> None:
        """Spends one use; `expired_url` after 30 minutes, `used_url` after five."""
        if now - self.issued > RESPONSE_URL_LIFE:
            raise SlackRefusalError("expired_url")
        if self.uses_left == 0:
            raise SlackRefusalError("used_url")
        self.uses_left -= 1


class Tickets:
    """Issues and redeems both kinds."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}

    def trigger(self, app_id: str, user: str, now: datetime, *, view_id: str | None = None) -> str:
        key = self._ids.next("TR")
        secret = hashlib.sha256(f"{key}:{app_id}:{user}".encode()).hexdigest()[:32]
        name = f"{int(key[2:], 36)}.{int(now.timestamp())}.{secret}"
        self._triggers[name] = Trigger(app_id=app_id, user=user, view_id=view_id, issued=now)
        return name

    def redeem(self, name: str, app_id: str, now: datetime) -> Trigger:
        """Takes a trigger: `invalid_trigger_id`, `expired_trigger_id` or `exchanged_trigger_id` when it
        can't be.
        """
        found = self._triggers.get(name)
        if found is None or found.app_id != app_id:
            raise SlackRefusalError("invalid_trigger_id")
        if found.used:
            raise SlackRefusalError("exchanged_trigger_id")
        if now - found.issued > TRIGGER_LIFE:
            raise SlackRefusalError("expired_trigger_id")
        found.used = True
        return found

    def response_url(
        self,
        app_id: str,
        user: str,
        channel: str,
        now: datetime,
        *,
        ts: str | None = None,
        thread: str | None = None,
    ) -> ResponseUrl:
        key = self._ids.next("RU")
        secret = hashlib.sha256(f"{key}:{app_id}:{user}:{channel}".encode()).hexdigest()[:24]
        url = ResponseUrl(
            path=f"/actions/{app_id}/{key}/{secret}",
            app_id=app_id,
            user=user,
            channel=channel,
            ts=ts,
            thread_ts=thread,
            issued=now,
        )
        self._urls[url.path] = url
        return url

    def find_url(self, path: str) -> ResponseUrl | None:
        return self._urls.get(path)
