"""conversations.*: which there are, what was said in them, who is in them."""

from __future__ import annotations

import re
from typing import Final

from headwater.workspace import membership
from headwater.workspace.channels import Channel, Kind
from headwater.workspace.ids import ts_key
from headwater.workspace.messages import Message
from headwater.workspace.pace import Tier
from headwater.workspace.wire import Json, SlackRefusalError

from .asked import Asked, Method, missing_scope

_KIND_OF: Final = {"public_channel": Kind.PUBLIC, "private_channel": Kind.PRIVATE, "im": Kind.DIRECT}
_NAME: Final = re.compile(r"[a-z0-9_-]{1,80}", re.ASCII)
MANAGE: Final = ("channels:manage", "groups:write")


def _scoped(asked: Asked, room: Channel, verb: str) -> None:
    asked.needs(f"{room.kind.scope_family}:{verb}")


def _list_all(asked: Asked) -> Json:
    kinds = _kinds(asked)
    rooms = [r for r in asked.workspace.channels.values() if r.kind in kinds and _visible(asked, r)]
    return _listed(asked, rooms)


def _list_own(asked: Asked) -> Json:
    """users.conversations: those the bot (or `user`) is in."""
    member = asked.get("user") or asked.app.user_id
    kinds = _kinds(asked)
    rooms = [r for r in asked.workspace.channels.values() if r.kind in kinds and _visible(asked, r)]
    return _listed(asked, [r for r in rooms if member in r.members])


def _kinds(asked: Asked) -> set[Kind]:
    words = [word.strip() for word in asked.get("types", "public_channel").split(",")]
    if unknown := [word for word in words if word not in {*_KIND_OF, "mpim"}]:
        raise SlackRefusalError("invalid_types", messages=[f"[ERROR] unknown: {', '.join(unknown)}"])
    kinds = {_KIND_OF[word] for word in words if word in _KIND_OF}
    for kind in sorted(kinds):
        asked.needs(f"{kind.scope_family}:read")
    return kinds


def _visible(asked: Asked, room: Channel) -> bool:
    return room.kind is Kind.PUBLIC or asked.app.user_id in room.members


def _listed(asked: Asked, rooms: list[Channel]) -> Json:
    if asked.get("exclude_archived"):
        rooms = [room for room in rooms if not room.archived]
    page, following = asked.page(rooms)
    return {"channels": [r.wire(asked.app.user_id) for r in page], "response_metadata": following}


def _info(asked: Asked) -> Json:
    room = asked.room(asked["channel"])
    _scoped(asked, room, "read")
    answer = room.wire(asked.app.user_id)
    if not asked.get("include_num_members"):
        answer.pop("num_members", None)
    return {"channel": answer}


def _history(asked: Asked) -> Json:
    """The timeline, newest first; replies that were not broadcast are not in it."""
    room = asked.room_within(asked["channel"])
    _scoped(asked, room, "history")
    found = [m for m in reversed(room.timeline()) if _in_window(asked, m)]
    page, following = asked.page(found)
    return _messages(asked, page, following)


def _replies(asked: Asked) -> Json:
    """The parent, then its _replies, oldest first; the parent stands on every page's window as in Slack."""
    room = asked.room_within(asked["channel"])
    _scoped(asked, room, "history")
    parent = room.messages.get(asked["ts"])
    if parent is None:
        raise SlackRefusalError("thread_not_found")
    root = parent.thread_ts or parent.ts
    found = [m for m in room.replies(root) if m.ts == root or _in_window(asked, m)]
    page, following = asked.page(found)
    return _messages(asked, page, following)


def _messages(asked: Asked, page: list[Message], following: Json) -> Json:
    with_metadata = bool(asked.get("include_all_metadata"))
    answer: Json = {
        "messages": [m.wire(with_metadata=with_metadata) for m in page],
        "has_more": bool(following["next_cursor"]),
        "pin_count": 0,
    }
    return answer | ({"response_metadata": following} if following["next_cursor"] else {})


def _in_window(asked: Asked, message: Message) -> bool:
    inclusive = bool(asked.get("inclusive"))
    try:
        here = ts_key(message.ts)
        if (oldest := asked.get("oldest")) and not _past(here, ts_key(oldest), inclusive=inclusive):
            return False
        latest = asked.get("latest")
        return not latest or _past(ts_key(latest), here, inclusive=inclusive)
    except ValueError:
        raise SlackRefusalError("invalid_ts_oldest") from None


def _past(later: tuple[int, int], earlier: tuple[int, int], *, inclusive: bool) -> bool:
    return later >= earlier if inclusive else later > earlier


def _members(asked: Asked) -> Json:
    room = asked.room(asked["channel"])
    _scoped(asked, room, "read")
    page, following = asked.page(room.members)
    return {"members": page, "response_metadata": following}


def _join(asked: Asked) -> Json:
    room = asked.open_room(asked["channel"])
    if room.kind is not Kind.PUBLIC:
        raise SlackRefusalError("method_not_supported_for_channel_type")
    already = asked.app.user_id in room.members
    membership.join(asked.workspace, room, asked.app.user_id)
    answer: Json = {"channel": room.wire(asked.app.user_id)}
    return answer | ({"warning": "already_in_channel"} if already else {})


def _leave(asked: Asked) -> Json:
    room = asked.room_within(asked["channel"])
    membership.leave(asked.workspace, room, asked.app.user_id)
    return {}


def _invite(asked: Asked) -> Json:
    room = asked.room_within(asked["channel"])
    guests = [user.strip() for user in asked["users"].split(",")]
    for guest in guests:
        if guest not in asked.workspace.users:
            raise SlackRefusalError("user_not_found")
        if guest == asked.app.user_id:
            raise SlackRefusalError("cant_invite_self")
        if guest in room.members:
            raise SlackRefusalError("already_in_channel")
    for guest in guests:
        membership.join(asked.workspace, room, guest, inviter=asked.app.user_id)
    return {"channel": room.wire(asked.app.user_id)}


def _kick(asked: Asked) -> Json:
    room = asked.room_within(asked["channel"])
    membership.leave(asked.workspace, room, asked["user"])
    return {}


def _open_direct(asked: Asked) -> Json:
    if asked.get("channel"):
        return {"channel": asked.room(asked["channel"]).wire(asked.app.user_id)}
    users = asked["users"].split(",")
    if len(users) > 1:
        raise SlackRefusalError("method_not_supported_for_channel_type")
    if users[0] not in asked.workspace.users:
        raise SlackRefusalError("user_not_found")
    room = asked.workspace.direct(users[0], asked.app.user_id)
    return {"channel": room.wire(asked.app.user_id) if asked.get("return_im") else {"id": room.id}}


def _create(asked: Asked) -> Json:
    name, private = asked["name"], bool(asked.get("is_private"))
    asked.needs("groups:write" if private else "channels:manage")
    _check_name(name)
    room = asked.workspace.add_channel(
        name, members=[asked.app.user_id], private=private, creator=asked.app.user_id
    )
    return {"channel": room.wire(asked.app.user_id)}


def _rename(asked: Asked) -> Json:
    room = asked.room_within(asked["channel"])
    _check_name(asked["name"])
    membership.rename(asked.workspace, room, asked["name"])
    return {"channel": room.wire(asked.app.user_id)}


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise SlackRefusalError("invalid_name_specials")


def _archive(asked: Asked) -> Json:
    membership.archive(asked.workspace, asked.room_within(asked["channel"]), asked.app.user_id)
    return {}


def _unarchive(asked: Asked) -> Json:
    membership.unarchive(asked.workspace, asked.room(asked["channel"]), asked.app.user_id)
    return {}


def _set_topic(asked: Asked) -> Json:
    room = _described(asked, asked["topic"])
    membership.set_topic(asked.workspace, room, asked["topic"])
    return {"topic": asked["topic"], "channel": room.wire(asked.app.user_id)}


def _set_purpose(asked: Asked) -> Json:
    room = _described(asked, asked["purpose"])
    room.purpose = asked["purpose"]
    return {"purpose": asked["purpose"]}


def _described(asked: Asked, text: str) -> Channel:
    room = asked.room_within(asked["channel"])
    if room.archived:
        raise SlackRefusalError("is_archived")
    if not {"channels:manage", "channels:write.topic", "groups:write"} & asked.app.scopes:
        raise missing_scope(asked.app, ("channels:write.topic",))
    if len(text) > 250:
        raise SlackRefusalError("too_long")
    return room


METHODS = {
    "conversations.list": Method(_list_all, Tier.T2),
    "users.conversations": Method(_list_own, Tier.T3),
    "conversations.info": Method(_info, Tier.T3),
    "conversations.history": Method(_history, Tier.T3),
    "conversations.replies": Method(_replies, Tier.T3),
    "conversations.members": Method(_members, Tier.T4),
    "conversations.join": Method(_join, Tier.T3, ("channels:join",)),
    "conversations.leave": Method(_leave, Tier.T3, MANAGE),
    "conversations.invite": Method(
        _invite, Tier.T3, (*MANAGE, "channels:write.invites", "groups:write.invites")
    ),
    "conversations.kick": Method(_kick, Tier.T3, MANAGE),
    "conversations.open": Method(_open_direct, Tier.T3, ("im:write",)),
    "conversations.create": Method(_create, Tier.T2, MANAGE),
    "conversations.rename": Method(_rename, Tier.T2, MANAGE),
    "conversations.archive": Method(_archive, Tier.T2, MANAGE),
    "conversations.unarchive": Method(_unarchive, Tier.T2, MANAGE),
    "conversations.setTopic": Method(_set_topic, Tier.T2),
    "conversations.setPurpose": Method(_set_purpose, Tier.T2),
}
