"""reactions.*, pins.*, bookmarks.*: what people and bots stick on messages and channels."""

from __future__ import annotations

import re
from typing import Final

from headwater.workspace import posting
from headwater.workspace.channels import Channel
from headwater.workspace.pace import Tier
from headwater.workspace.wire import Json, SlackRefusalError

from .asked import Asked, Method

_EMOJI: Final = re.compile(r"[a-z0-9_+'-]{1,100}(?:::skin-tone-[2-6])?", re.ASCII)
MOST_PINS: Final = 100


def _add_reaction(asked: Asked) -> Json:
    if not _EMOJI.fullmatch(asked["name"]):
        raise SlackRefusalError("invalid_name")
    room = _open_within(asked, asked["channel"])
    posting.react(asked.workspace, asked.message(room, asked["timestamp"]), asked.app.user_id, asked["name"])
    return {}


def _remove_reaction(asked: Asked) -> Json:
    room = _open_within(asked, _needed(asked, "channel"))
    message = asked.message(room, _needed(asked, "timestamp"))
    posting.unreact(asked.workspace, message, asked.app.user_id, asked["name"])
    return {}


def _get_reactions(asked: Asked) -> Json:
    room = asked.room_within(_needed(asked, "channel"))
    message = asked.message(room, _needed(asked, "timestamp"))
    return {"type": "message", "channel": room.id, "message": message.wire()}


def _needed(asked: Asked, name: str) -> str:
    """Files and comments can be reacted to in Slack; here only messages, so these two are needed."""
    value = asked.get(name)
    if not isinstance(value, str):
        raise SlackRefusalError("no_item_specified")
    return value


def _open_within(asked: Asked, channel: str) -> Channel:
    room = asked.room_within(channel)
    if room.archived:
        raise SlackRefusalError("is_archived")
    return room


def _add_pin(asked: Asked) -> Json:
    room = _open_within(asked, asked["channel"])
    if len(room.pins) >= MOST_PINS:
        raise SlackRefusalError("too_many_pins")
    posting.pin(asked.workspace, asked.message(room, _needed(asked, "timestamp")), asked.app.user_id)
    return {}


def _remove_pin(asked: Asked) -> Json:
    room = _open_within(asked, asked["channel"])
    posting.unpin(asked.workspace, asked.message(room, _needed(asked, "timestamp")), asked.app.user_id)
    return {}


def _list_pins(asked: Asked) -> Json:
    room = asked.room_within(asked["channel"])
    items = [
        {
            "type": "message",
            "channel": room.id,
            "message": room.messages[ts].wire(),
            "created": int(float(ts)),
        }
        for ts in room.pins
    ]
    return {"items": items}


def _add_bookmark(asked: Asked) -> Json:
    room = asked.room_within(asked["channel_id"])
    if not asked.get("link"):
        raise SlackRefusalError("invalid_link")
    bookmark = {
        "id": asked.workspace.ids.next("Bk"),
        "channel_id": room.id,
        "title": asked["title"],
        "link": asked["link"],
        "emoji": asked.get("emoji", ""),
        "type": asked["type"],
        "date_created": int(asked.workspace.clock().timestamp()),
    }
    room.bookmarks.append(bookmark)
    asked.workspace.watch.changed("channel", channel=room.id)
    return {"bookmark": bookmark}


def _edit_bookmark(asked: Asked) -> Json:
    bookmark = _bookmark(asked)
    bookmark |= {name: asked[name] for name in ("title", "link", "emoji") if name in asked.arguments}
    asked.workspace.watch.changed("channel", channel=asked["channel_id"])
    return {"bookmark": bookmark}


def _remove_bookmark(asked: Asked) -> Json:
    asked.room(asked["channel_id"]).bookmarks.remove(_bookmark(asked))
    asked.workspace.watch.changed("channel", channel=asked["channel_id"])
    return {}


def _list_bookmarks(asked: Asked) -> Json:
    return {"bookmarks": list(asked.room(asked["channel_id"]).bookmarks)}


def _bookmark(asked: Asked) -> Json:
    room = asked.room_within(asked["channel_id"])
    for bookmark in room.bookmarks:
        if bookmark["id"] == asked["bookmark_id"]:
            return bookmark
    raise SlackRefusalError("not_found")


METHODS = {
    "reactions.add": Method(_add_reaction, Tier.T3, ("reactions:write",)),
    "reactions.remove": Method(_remove_reaction, Tier.T2, ("reactions:write",)),
    "reactions.get": Method(_get_reactions, Tier.T3, ("reactions:read",)),
    "pins.add": Method(_add_pin, Tier.T2, ("pins:write",)),
    "pins.remove": Method(_remove_pin, Tier.T2, ("pins:write",)),
    "pins.list": Method(_list_pins, Tier.T2, ("pins:read",)),
    "bookmarks.add": Method(_add_bookmark, Tier.T2, ("bookmarks:write",)),
    "bookmarks.edit": Method(_edit_bookmark, Tier.T2, ("bookmarks:write",)),
    "bookmarks.remove": Method(_remove_bookmark, Tier.T2, ("bookmarks:write",)),
    "bookmarks.list": Method(_list_bookmarks, Tier.T3, ("bookmarks:read",)),
}
