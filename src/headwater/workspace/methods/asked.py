"""What a method is given, and the checks that methods share."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from headwater.workspace.apps import App
from headwater.workspace.channels import Channel, Kind
from headwater.workspace.messages import Message
from headwater.workspace.pace import Tier
from headwater.workspace.state import Workspace
from headwater.workspace.wire import Json, SlackRefusalError

T = TypeVar("T")
DEFAULT_PAGE = 100
LARGEST_PAGE = 999


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: by which app, with which checked arguments."""

    workspace: Workspace
    app: App
    arguments: Json

    def get(self, name: str, default: Any = None) -> Any:
        return self.arguments.get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    def needs(self, scope: str) -> None:
        if scope not in self.app.scopes:
            raise missing_scope(self.app, (scope,))

    def room(self, wanted: str) -> Channel:
        """A conversation the bot can know of: private ones only from within."""
        room = self.workspace.channels.get(wanted)
        if room is None or (room.kind is not Kind.PUBLIC and self.app.user_id not in room.members):
            raise SlackRefusalError("channel_not_found")
        return room

    def open_room(self, wanted: str) -> Channel:
        """As `room`, and not archived."""
        room = self.room(wanted)
        if room.archived:
            raise SlackRefusalError("is_archived")
        return room

    def room_within(self, wanted: str) -> Channel:
        """As `room`, and the bot is a member."""
        room = self.room(wanted)
        if self.app.user_id not in room.members:
            raise SlackRefusalError("not_in_channel")
        return room

    def message(self, room: Channel, ts: str) -> Message:
        found = room.messages.get(ts)
        if found is None:
            raise SlackRefusalError("message_not_found")
        return found

    def page(self, items: Sequence[T]) -> tuple[list[T], Json]:
        """This page of `items` and the `response_metadata` that names the next."""
        limit = int(self.get("limit") or DEFAULT_PAGE)
        if not 1 <= limit <= LARGEST_PAGE:
            raise SlackRefusalError("invalid_limit")
        start = read_cursor(self.get("cursor"))
        after = start + limit
        following = make_cursor(after) if after < len(items) else ""
        return list(items[start:after]), {"next_cursor": following}


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: what runs it, how often it may run, which scopes let it run (any
    of them), and whose token it is taken from.
    """

    run: Callable[[Asked], Json]
    tier: Tier
    scopes: tuple[str, ...] = ()
    taken_from: Literal["bot", "app", "any"] = "bot"


def missing_scope(app: App, scopes: Sequence[str]) -> SlackRefusalError:
    """The refusal that names what is needed and what was granted."""
    return SlackRefusalError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(app.scopes)))


def make_cursor(place: int) -> str:
    """An opaque cursor, base64 as Slack's are."""
    return base64.b64encode(f"from:{place}".encode()).decode()


def read_cursor(cursor: str | None) -> int:
    """Where a page starts; `invalid_cursor` for what `make_cursor` did not make."""
    if not cursor:
        return 0
    try:
        word, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "from":
            return int(place)
    except (binascii.Error, ValueError):
        pass
    raise SlackRefusalError("invalid_cursor")
