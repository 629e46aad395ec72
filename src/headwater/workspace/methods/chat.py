"""chat.*: saying, changing and taking back."""

from __future__ import annotations

from typing import Any

import msgspec

from headwater.workspace import limits, posting
from headwater.workspace.answers import message_content
from headwater.workspace.channels import Channel, Kind
from headwater.workspace.messages import Message
from headwater.workspace.pace import Tier
from headwater.workspace.wire import Json, SlackRefusalError

from .asked import Asked, Method


def _post_message(asked: Asked) -> Json:
    room = _target(asked)
    wait = asked.workspace.pace.post(asked.app.id, room.id, asked.workspace.clock())
    if wait is not None:
        raise SlackRefusalError("ratelimited", retry_after=wait)
    content = _content(asked)
    thread = asked.get("thread_ts")
    if asked.get("reply_broadcast") and thread is None:
        raise SlackRefusalError("invalid_arguments", messages=["[ERROR] `reply_broadcast` needs `thread_ts`"])
    if any(asked.get(name) for name in ("username", "icon_emoji", "icon_url")):
        asked.needs("chat:write.customize")
    message = posting.post(
        asked.workspace,
        room,
        user=asked.app.user_id,
        app=asked.app,
        thread_ts=thread,
        broadcast=bool(asked.get("reply_broadcast")),
        metadata=_metadata(asked),
        username=asked.get("username"),
        **content,
    )
    return {"channel": room.id, "ts": message.ts, "message": message.wire(with_metadata=True)}


def _post_ephemeral(asked: Asked) -> Json:
    room = _target(asked)
    reader = asked.workspace.users.get(asked["user"])
    if reader is None or reader.id not in room.members:
        raise SlackRefusalError("user_not_in_channel")
    message = posting.post_ephemeral(
        asked.workspace,
        room,
        reader.id,
        app=asked.app,
        thread_ts=asked.get("thread_ts"),
        **_content(asked),
    )
    return {"message_ts": message.ts}


def _update(asked: Asked) -> Json:
    room = asked.open_room(asked["channel"])
    message = asked.message(room, asked["ts"])
    _must_be_own(asked, message, "cant_update_message")
    content = _content(asked, limit=limits.UPDATE_TEXT)
    # A part that is not given stays, except that new text without blocks removes the blocks.
    kept = {name: value for name, value in content.items() if name in asked.arguments}
    if "text" in kept and "blocks" not in kept:
        kept["blocks"] = []
    if "markdown_text" in asked.arguments:
        kept |= {"text": content["text"], "blocks": content["blocks"]}
    if "metadata" in asked.arguments:
        kept["metadata"] = _metadata(asked)
    posting.edit(asked.workspace, message, **kept)
    return {
        "channel": room.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.wire(with_metadata=True),
    }


def _delete(asked: Asked) -> Json:
    room = asked.open_room(asked["channel"])
    message = asked.message(room, asked["ts"])
    _must_be_own(asked, message, "cant_delete_message")
    posting.delete(asked.workspace, message)
    return {"channel": room.id, "ts": message.ts}


def _get_permalink(asked: Asked) -> Json:
    room = asked.room(asked["channel"])
    message = asked.message(room, asked["message_ts"])
    return {"channel": room.id, "permalink": posting.permalink(asked.workspace, message)}


def _target(asked: Asked) -> Channel:
    """Where to post: a channel's id or `#name`, or a user's id for the direct conversation."""
    wanted = asked["channel"]
    if wanted in asked.workspace.users:
        return asked.workspace.direct(wanted, asked.app.user_id)
    if wanted.startswith("#"):
        wanted = asked.workspace.find_channel(wanted).id
    room = asked.open_room(wanted)
    outside = asked.app.user_id not in room.members
    if outside and not (room.kind is Kind.PUBLIC and "chat:write.public" in asked.app.scopes):
        raise SlackRefusalError("not_in_channel")
    return room


def _content(asked: Asked, *, limit: int | None = None) -> dict[str, Any]:
    markdown = asked.get("markdown_text")
    if markdown is None:
        return message_content(asked.workspace, asked.arguments, limit=limit)
    if asked.get("text") or asked.get("blocks"):
        raise SlackRefusalError("markdown_text_conflict")
    if len(markdown) > limits.MARKDOWN_TEXT:
        raise SlackRefusalError("msg_too_long")
    body = {"text": markdown, "blocks": [{"type": "markdown", "text": markdown}]}
    return message_content(asked.workspace, body | {"attachments": asked.get("attachments")})


def _metadata(asked: Asked) -> Json | None:
    metadata: Json | None = asked.get("metadata")
    if not metadata:
        return None
    if "entities" not in metadata and not {"event_type", "event_payload"} <= set(metadata):
        raise SlackRefusalError("invalid_metadata_format")
    if len(msgspec.json.encode(metadata)) > limits.METADATA_BYTES:
        raise SlackRefusalError("metadata_too_large")
    return metadata


def _must_be_own(asked: Asked, message: Message, code: str) -> None:
    if message.bot_id != asked.app.bot_id:
        raise SlackRefusalError(code)


_WRITE = ("chat:write",)
METHODS = {
    "chat.postMessage": Method(_post_message, Tier.SPECIAL, _WRITE),
    "chat.postEphemeral": Method(_post_ephemeral, Tier.T4, _WRITE),
    "chat.update": Method(_update, Tier.T3, _WRITE),
    "chat.delete": Method(_delete, Tier.T3, _WRITE),
    "chat.getPermalink": Method(_get_permalink, Tier.SPECIAL),
}
