"""What people can do and make through `/control`, by name. The arguments stand in each function's lookups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from .acting import Person
from .envelopes import Envelope
from .interactions import suggestion
from .messages import Message
from .state import Workspace
from .views import View
from .wire import Json, NotPossibleError

Act = Callable[[Workspace, Person, Json], Envelope | Json | None]


def _message(workspace: Workspace, given: Json) -> Message:
    return workspace.find_message(given["channel"], given["ts"])


def _view(workspace: Workspace, given: Json) -> View:
    view = workspace.views.get(given["view"])
    if view is None:
        sentence = "this modal has been closed"
        raise NotPossibleError(sentence)
    return view


def _say(_workspace: Workspace, person: Person, given: Json) -> Json:
    broadcast = bool(given.get("broadcast"))
    said = person.says(given["channel"], given["text"], thread=given.get("thread"), broadcast=broadcast)
    return {"ts": said.ts, "channel": said.channel}


def _suggest(workspace: Workspace, person: Person, given: Json) -> Envelope:
    view = workspace.views.get(given["view"]) if given.get("view") else None
    app_id = view.app_id if view else _message(workspace, given).app_id
    return suggestion(
        workspace,
        workspace.apps[str(app_id)],
        person.id,
        given["block"],
        given["action"],
        given["typed"],
        view,
    )


def _on(act: Callable[[Person, Message, Json], Any]) -> Act:
    """An act on a message: `channel`, `ts`."""
    return lambda workspace, person, given: act(person, _message(workspace, given), given)


def _shortcut(workspace: Workspace, person: Person, given: Json) -> Envelope:
    return person.uses_shortcut(given["shortcut"], on=_message(workspace, given) if "ts" in given else None)


def _fill_and_submit(_workspace: Workspace, person: Person, given: Json) -> Envelope:
    return person.submits(given.get("state"))


ACTS: Final[Mapping[str, Act]] = {
    "say": _say,
    "edit": _on(lambda p, m, g: p.edits(m, g["text"])),
    "delete": _on(lambda p, m, _g: p.deletes(m)),
    "dismiss": _on(lambda p, m, _g: p.dismisses(m)),
    "react": _on(lambda p, m, g: p.reacts(m, g["name"])),
    "unreact": _on(lambda p, m, g: p.unreacts(m, g["name"])),
    "pin": _on(lambda p, m, _g: p.pins(m)),
    "unpin": _on(lambda p, m, _g: p.unpins(m)),
    "click": _on(
        lambda p, m, g: p.clicks(m, g["element"], confirm=g.get("confirm", True), value=g.get("value"))
    ),
    "use": lambda w, p, g: p.uses(_view(w, g), g["element"], g.get("value"), confirm=g.get("confirm", True)),
    "submit": _fill_and_submit,
    "close": lambda _w, p, g: p.closes(everything=bool(g.get("everything"))),
    "run": lambda _w, p, g: p.runs(g["line"], channel=g["channel"]),
    "shortcut": _shortcut,
    "open_home": lambda _w, p, g: p.opens_home(app=g.get("app")),
    "suggest": _suggest,
    "join": lambda _w, p, g: p.joins(g["channel"]),
    "leave": lambda _w, p, g: p.leaves(g["channel"]),
    "invite": lambda _w, p, g: p.invites(g["channel"], g["user"]),
    "archive": lambda _w, p, g: p.archives(g["channel"]),
    "unarchive": lambda _w, p, g: p.unarchives(g["channel"]),
    "read": lambda w, p, g: w.marks.read(p.id, g["channel"], g["ts"]),
}

MAKES: Final[Mapping[str, Callable[[Workspace, Json], Json]]] = {
    "channel": lambda w, g: {"id": w.add_channel(**g).id},
    "user": lambda w, g: {"id": w.add_user(**g).id},
    "usergroup": lambda w, g: {"id": w.add_usergroup(**g).id},
    "webhook": lambda w, g: {"url": w.base_url + w.add_webhook(**g).path},
    "direct": lambda w, g: {"id": w.direct(w.find_user(g["one"]).id, w.find_user(g["two"]).id).id},
}
