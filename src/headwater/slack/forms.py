"""What a person filled into a modal, read back into an action; or what is missing, by field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from headwater.core.actions import (
    AddNote,
    AnyAction,
    Assign,
    Cancel,
    Contest,
    Declare,
    Place,
    Reroute,
    Resolve,
    SetSeverity,
)
from headwater.core.severity import Severity
from headwater.slack import buttons, modals
from headwater.slack.blocks import Json
from headwater.slack.modals import Origin

Errors = dict[str, str]
"""Block id to what is wrong there; Slack shows it under the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A submitted modal. `key` makes submitting twice the same as once."""

    who: str
    key: str
    origin: Origin
    values: Mapping[str, str]

    @property
    def common(self) -> dict[str, Any]:
        """What every action out of it has."""
        return {"who": self.who, "key": self.key, "via": "modal"}

    @property
    def on(self) -> dict[str, Any]:
        """The same, for an action on the modal's incident."""
        return {**self.common, "incident": self.origin.incident or 0}

    def get(self, block: str) -> str:
        """The value of a field; empty where nothing was entered."""
        return self.values.get(block, "").strip()


def read(body: Json) -> Form:
    """A view_submission's body."""
    view = body["view"]
    values = {
        block: _value(next(iter(fields.values())))
        for block, fields in view["state"]["values"].items()
        if fields
    }
    return Form(
        who=body["user"]["id"],
        key=f"view/{view['id']}/{view['hash']}",
        origin=Origin.unpacked(view.get("private_metadata", "")),
        values=MappingProxyType(values),
    )


def actions_of(callback: str, form: Form) -> tuple[AnyAction, ...] | Errors:
    """What the submission of a modal asks for, in order; or the fields to mend."""
    return READERS[callback](form)


def _value(state: Json) -> str:
    chosen = state.get("selected_option") or {}
    return str(state.get("value") or state.get("selected_user") or chosen.get("value") or "")


def _note(form: Form) -> tuple[AnyAction, ...] | Errors:
    if not form.get("text"):
        return {"text": "Say something."}
    return (AddNote(**form.on, text=form.get("text")),)


def _reassign(form: Form) -> tuple[AnyAction, ...] | Errors:
    person, team, why = form.get("person"), form.get("team"), form.get("why")
    if not person and not team:
        return {"person": "Choose a person, a team, or both."}
    if team and not why:
        return {"why": "Say why: that team reads it first."}
    steps: list[AnyAction] = []
    if team:
        steps.append(Reroute(**form.on, team=team, why=why))
    if person:
        again = {**form.on, "key": f"{form.key}/person"}
        steps.append(Assign(**again, to=person))
    return tuple(steps)


def _not_ours(form: Form) -> tuple[AnyAction, ...] | Errors:
    if not form.get("why"):
        return {"why": "Say why: whoever gets it next reads it first."}
    return (Contest(**form.on, why=form.get("why")),)


def _resolve(form: Form) -> tuple[AnyAction, ...] | Errors:
    if not form.get("why"):
        return {"why": "Say why: the review will ask."}
    return (Resolve(**form.on, why=form.get("why")),)


def _cancel(form: Form) -> tuple[AnyAction, ...] | Errors:
    noise = ": ".join(part for part in (form.get("noise"), form.get("why")) if part)
    if not noise:
        return {"noise": "Choose what it was."}
    return (Cancel(**form.on, noise=noise),)


def _severity(form: Form) -> tuple[AnyAction, ...] | Errors:
    if form.get("severity") not in Severity.__members__:
        return {"severity": "Choose one."}
    return (SetSeverity(**form.on, severity=Severity[form.get("severity")], why=form.get("why")),)


def _place(form: Form) -> tuple[AnyAction, ...] | Errors:
    if not form.get("asset"):
        return {"asset": "Choose an asset."}
    return (Place(**form.on, asset=form.get("asset")),)


def _declare(form: Form) -> tuple[AnyAction, ...] | Errors:
    if not form.get("title"):
        return {"title": "Say what is wrong in a few words."}
    chosen = form.get("severity")
    return (
        Declare(
            **form.common,
            title=form.get("title"),
            asset=form.get("asset") or None,
            severity=Severity[chosen] if chosen in Severity.__members__ else None,
            text=form.get("text"),
            link=form.origin.link or None,
        ),
    )


def _timeline(form: Form) -> tuple[AnyAction, ...] | Errors:
    number = form.get("incident")
    if not number.isascii() or not number.isdigit():
        return {"incident": "Choose an incident."}
    if not form.get("text"):
        return {"text": "Say something."}
    origin = form.origin
    return (
        AddNote(
            **form.common,
            incident=int(number),
            text=form.get("text"),
            author=origin.author or None,
            source=origin.source or None,
            link=origin.link or None,
        ),
    )


READERS: Final[Mapping[str, Callable[[Form], tuple[AnyAction, ...] | Errors]]] = MappingProxyType(
    {
        buttons.NOTE.id: _note,
        buttons.REASSIGN.id: _reassign,
        buttons.NOT_OURS.id: _not_ours,
        buttons.RESOLVE.id: _resolve,
        buttons.CANCEL.id: _cancel,
        buttons.SEVERITY.id: _severity,
        buttons.PLACE.id: _place,
        modals.DECLARE: _declare,
        modals.TIMELINE: _timeline,
    }
)
"""One reader a modal, by callback id."""
