"""What the page shows a person, as JSON: the same facts that the wire carries, plus what Slack's client
knows.
"""

from __future__ import annotations

from typing import Any

from .channels import Channel, Kind
from .entries import start_state
from .messages import Message
from .posting import permalink
from .state import Workspace
from .views import View
from .watching import Change
from .wire import Json, NotPossibleError


def state(workspace: Workspace, given: Json) -> Json:
    """The frame of the page for `as` (or the first person): team, people, apps with commands and
    shortcuts, conversations, unread counts.
    """
    reader = _somebody(workspace, given.get("as"))
    rooms = [r for r in workspace.channels.values() if r.kind is Kind.PUBLIC or reader in r.members]
    return {
        "seq": workspace.watch.seq,
        "now": workspace.clock().timestamp(),
        "team": {"id": workspace.team, "name": workspace.name},
        "me": reader,
        "users": [
            _person(u.wire(workspace.team, with_email=True), u.app_id) for u in workspace.users.values()
        ],
        "usergroups": [g.wire(workspace.team, with_users=True) for g in workspace.usergroups.values()],
        "apps": [
            {
                "id": app.id,
                "name": app.name,
                "user": app.user_id,
                "home": app.home,
                "commands": [
                    {"name": c.name, "description": c.description, "usage_hint": c.usage_hint}
                    for c in app.commands
                ],
                "shortcuts": [
                    {"callback_id": s.callback_id, "name": s.name, "on_message": s.on_message}
                    for s in app.shortcuts
                ],
            }
            for app in workspace.apps.values()
        ],
        "channels": [_room(workspace, room, reader) for room in rooms],
    }


def _somebody(workspace: Workspace, wanted: str | None) -> str:
    """The person asked for, else the first one: a page that is opened anew knows nobody yet."""
    people = [user for user in workspace.users.values() if not user.is_bot]
    if wanted in {user.id for user in people}:
        return str(wanted)
    if not people:
        sentence = "nobody lives in this workspace yet"
        raise NotPossibleError(sentence)
    return people[0].id


def _person(wire: Json, app_id: str | None) -> Json:
    names = ("id", "name", "real_name", "tz", "is_bot", "deleted")
    return {name: wire[name] for name in names} | {"title": wire["profile"]["title"], "app": app_id}


def _room(workspace: Workspace, room: Channel, reader: str) -> Json:
    seen = workspace.marks.seen(reader, room.id)
    unread = [m for m in room.timeline() if m.ts > seen and m.user != reader]
    mention = f"<@{reader}>"
    return room.wire(reader) | {
        "kind": room.kind.value,
        "members": room.members,
        "pins": room.pins,
        "bookmarks": room.bookmarks,
        "seen": seen,
        "unread": len(unread),
        "mentions": sum(mention in m.text or room.kind is Kind.DIRECT for m in unread),
    }


def messages(workspace: Workspace, given: Json) -> Json:
    """The timeline of `channel` for `as`, with the ephemeral messages that only they see, by time."""
    reader = workspace.find_user(given["as"]).id
    room = workspace.find_channel(given["channel"])
    own = [
        m
        for m in workspace.ephemerals
        if m.channel == room.id and m.ephemeral_to == reader and not m.thread_ts
    ]
    return {"messages": _shown(workspace, [*room.timeline(), *own]), "seq": workspace.watch.seq}


def thread(workspace: Workspace, given: Json) -> Json:
    """The parent `ts` and its replies, with the reader's ephemeral ones."""
    reader = workspace.find_user(given["as"]).id
    room = workspace.find_channel(given["channel"])
    own = [m for m in workspace.ephemerals if m.ephemeral_to == reader and m.thread_ts == given["ts"]]
    return {"messages": _shown(workspace, [*room.replies(given["ts"]), *own]), "seq": workspace.watch.seq}


def _shown(workspace: Workspace, found: list[Message]) -> list[Json]:
    return [_message(workspace, m) for m in sorted(found, key=lambda m: m.ts)]


def _message(workspace: Workspace, message: Message) -> Json:
    shown = message.wire() | {"channel": message.channel, "permalink": permalink(workspace, message)}
    shown["pinned"] = message.ts in workspace.channels[message.channel].pins
    shown["broadcast"] = message.broadcast
    shown["app"] = message.app_id if message.app_id in workspace.apps else None
    return shown | ({"ephemeral": True} if message.ephemeral_to else {})


def modal(workspace: Workspace, given: Json) -> Json:
    """The top modal of `as`, or null; `depth` is how many lie on each other."""
    reader = workspace.find_user(given["as"]).id
    top = workspace.views.top(reader)
    return {"view": _view(top) if top else None, "depth": len(workspace.views.stack(reader))}


def home(workspace: Workspace, given: Json) -> Json:
    """What an app last published as the Home of `as`, or null."""
    reader = workspace.find_user(given["as"]).id
    found = workspace.views.home(reader, given["app"])
    return {"view": _view(found) if found else None}


def _view(view: View) -> Json:
    return view.wire() | {"errors": view.errors, "entered": start_state(view.given["blocks"], view.state)}


def calls(workspace: Workspace, given: Json) -> list[Json]:
    """The Web API calls, oldest first; `method` narrows."""
    return [
        {
            "method": c.method,
            "app": c.app_id,
            "arguments": c.arguments,
            "error": c.error,
            "at": c.at.timestamp(),
        }
        for c in workspace.calls
        if given.get("method") in {None, c.method}
    ]


def flags(workspace: Workspace, _given: Json) -> list[Json]:
    """What a good app would not have done."""
    return [{"rule": f.rule, "channel": f.channel, "ts": f.ts, "text": f.text} for f in workspace.flags]


def sent(workspace: Workspace, _given: Json) -> list[Json]:
    """What was sent to apps, and how they answered."""
    return [
        {
            "kind": e.kind,
            "name": e.name,
            "payload": e.payload,
            "attempt": e.attempt,
            "error": e.answer.error if e.answer else None,
            "answered": e.answer is not None,
        }
        for e in workspace.sent
    ]


def concerns(workspace: Workspace, change: Change, reader: str) -> bool:
    """Whether the page of `reader` should hear of a change."""
    detail: dict[str, Any] = change.detail
    if change.kind == "traffic":
        return False
    if "user" in detail:
        return bool(detail["user"] == reader)
    room = workspace.channels.get(detail.get("channel", ""))
    return room is None or room.kind is Kind.PUBLIC or reader in room.members
