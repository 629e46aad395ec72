"""Writes what a decision asks for: the net difference of a batch, each kind of effect in one statement."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, assert_never

from sqlalchemy import Connection, Table, bindparam, delete, insert, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from headwater.core.effects import (
    AddEntry,
    ClearDeadline,
    Effect,
    MoveAlerts,
    PutAlert,
    PutFact,
    PutIncident,
    PutInvolved,
    PutOverlay,
    Say,
    SetDeadline,
    ShowCard,
    TouchAlert,
)
from headwater.core.reasons import Reason
from headwater.store import rows
from headwater.store.moments import to_micros, to_micros_or_none
from headwater.store.picture import LAST_INCIDENT
from headwater.store.quick import Quick
from headwater.store.schema import (
    ALERT,
    ASKED,
    CARD,
    DEADLINE,
    ENTRY,
    FACT,
    INCIDENT,
    INVOLVED,
    MARK,
    NOTICE,
    OVERLAY,
)

_ALERT_CHANGES: Final = tuple(
    column.name for column in ALERT.columns if column.name not in {"key", "first_at"}
)
_UPDATE_ALERT = Quick(
    update(ALERT)
    .where(ALERT.c.key == bindparam("b_key"))
    .values({name: bindparam(name) for name in _ALERT_CHANGES})
)
_TOUCH_ALERT = Quick(
    update(ALERT)
    .where(ALERT.c.key == bindparam("b_key"))
    .values(
        seen_at=bindparam("b_seen"), ends_at=bindparam("b_ends"), times=ALERT.c.times + bindparam("b_times")
    )
)
_CLEAR = Quick(
    delete(DEADLINE).where(
        DEADLINE.c.incident == bindparam("b_incident"), DEADLINE.c.kind == bindparam("b_kind")
    )
)
_END_PARTS = Quick(text("UPDATE involved SET live = 0, firing = 0, alerts = 0 WHERE incident = :gone"))
_MOVE_UNSAID = Quick(
    text(
        "UPDATE notice SET incident = :into"
        " WHERE incident = :gone AND place_kind = 'message' AND said_at IS NULL"
    )
)
_MOVE = Quick(text("UPDATE alert SET incident = :into WHERE incident = :gone"))


def _replacing(table: Table, *keys: str) -> Quick:
    statement = upsert(table)
    changed = {column.name: statement.excluded[column.name] for column in table.columns}
    return Quick(
        statement.on_conflict_do_update(
            index_elements=list(keys), set_={name: new for name, new in changed.items() if name not in keys}
        )
    )


_ADD_ALERT = Quick(insert(ALERT))
_ADD_ENTRY = Quick(insert(ENTRY))
_PUT_INCIDENT = _replacing(INCIDENT, "number")
_PUT_INVOLVED = _replacing(INVOLVED, "incident", "grp")
_SET_DEADLINE = _replacing(DEADLINE, "incident", "kind")
_PUT_OVERLAY = _replacing(OVERLAY, "grp")
_PUT_FACT = _replacing(FACT, "key")
_PUT_MARK = _replacing(MARK, "name")
_SAY = Quick(upsert(NOTICE).on_conflict_do_nothing(index_elements=["key"]))
_ASKED = Quick(upsert(ASKED).on_conflict_do_nothing(index_elements=["key"]))
_card = upsert(CARD)
_SHOW = Quick(
    _card.on_conflict_do_update(
        index_elements=["incident", "channel"],
        set_={"kind": _card.excluded.kind, "wanted": _card.excluded.wanted, "given_up": text("NULL")},
    )
)


def apply(connection: Connection, effects: Iterable[Effect], now: datetime) -> None:
    """Write `effects` within the caller's transaction."""
    batch = _Batch(now)
    for effect in effects:
        batch.take(effect)
    batch.write(connection)


def set_mark(connection: Connection, name: str, value: int) -> None:
    """Numbers that only grow: the caller never sets a smaller one."""
    _PUT_MARK.run(connection, [{"name": name, "value": value}])


Rest = AddEntry | SetDeadline | ClearDeadline | ShowCard | Say | PutOverlay | PutFact
"""What is left of the union once alerts and incidents are taken."""


class _Batch:
    """Effects sorted into the statements that write them."""

    def __init__(self, now: datetime) -> None:
        self._now = to_micros(now)
        self._moves: list[dict[str, Any]] = []
        self._new_alerts: list[dict[str, Any]] = []
        self._alerts: list[dict[str, Any]] = []
        self._touched: list[dict[str, Any]] = []
        self._incidents: list[dict[str, Any]] = []
        self._involved: list[dict[str, Any]] = []
        self._entries: list[dict[str, Any]] = []
        self._deadlines: list[dict[str, Any]] = []
        self._cleared: list[dict[str, Any]] = []
        self._cards: list[dict[str, Any]] = []
        self._notices: list[dict[str, Any]] = []
        self._overlays: list[dict[str, Any]] = []
        self._facts: list[dict[str, Any]] = []
        self._sources: list[dict[str, Any]] = []
        self._last = 0
        self._reasons: dict[int, tuple[Reason, str]] = {}

    def _reason(self, reason: Reason) -> str:
        """As JSON. A storm's alerts share reasons: written once, and held so that an id stays its own."""
        known = self._reasons.get(id(reason))
        if known is None:
            known = self._reasons[id(reason)] = (reason, rows.reason_to_json(reason))
        return known[1]

    def take(self, effect: Effect) -> None:
        """Sort one effect into its statement."""
        match effect:
            case TouchAlert():
                self._touched.append(
                    {
                        "b_key": effect.key,
                        "b_seen": to_micros(effect.seen_at),
                        "b_ends": to_micros_or_none(effect.ends_at),
                        "b_times": effect.times,
                    }
                )
            case PutAlert(alert, True):
                self._new_alerts.append(rows.alert_to_row(alert, self._reason))
            case PutAlert(alert, _):
                row = rows.alert_to_row(alert, self._reason)
                row["b_key"] = row.pop("key")
                del row["first_at"]
                self._alerts.append(row)
            case MoveAlerts():
                self._moves.append({"gone": effect.gone, "into": effect.into})
            case PutIncident(incident, is_new):
                self._incidents.append(rows.incident_to_row(incident))
                if is_new:
                    self._last = max(self._last, incident.number)
            case PutInvolved(involved, live):
                self._involved.append(rows.involved_to_row(involved, live=live))
            case _:
                self._take_rest(effect)

    def _take_rest(self, effect: Rest) -> None:
        match effect:
            case AddEntry(entry):
                self._entries.append(rows.entry_to_row(entry))
                if "source" in entry.facts:
                    key = f"source:{entry.facts['source']}"
                    self._sources.append({"key": key, "at": self._now, "answer": ""})
            case SetDeadline(deadline):
                self._deadlines.append(
                    {
                        "incident": deadline.incident,
                        "kind": deadline.kind.value,
                        "due_at": to_micros(deadline.due_at),
                        "step": deadline.step,
                    }
                )
            case ClearDeadline():
                self._cleared.append({"b_incident": effect.incident, "b_kind": effect.kind.value})
            case ShowCard(card):
                self._cards.append(
                    {
                        "incident": card.incident,
                        "channel": card.channel,
                        "kind": card.kind.value,
                        "wanted": card.wanted,
                        "shown": 0,
                        "due_at": self._now,
                        "claimed_until": 0,
                        "token": 0,
                    }
                )
            case Say(notice):
                self._notices.append(rows.notice_to_row(notice))
            case PutOverlay():
                self._overlays.append(
                    {
                        "grp": effect.overlay.group,
                        "asset": effect.overlay.asset,
                        "who": effect.overlay.who,
                        "at": to_micros(effect.at),
                        "until": to_micros(effect.until),
                    }
                )
            case PutFact(fact):
                self._facts.append(rows.fact_to_row(fact))
            case _:
                assert_never(effect)

    def write(self, connection: Connection) -> None:
        steps: Sequence[tuple[Quick, list[dict[str, Any]]]] = (
            (_ADD_ALERT, self._new_alerts),
            (_UPDATE_ALERT, self._alerts),
            (_TOUCH_ALERT, self._touched),
            (_MOVE, self._moves),
            (_MOVE_UNSAID, self._moves),
            (_END_PARTS, [{"gone": move["gone"]} for move in self._moves]),
            (_PUT_INCIDENT, self._incidents),
            (_PUT_INVOLVED, self._involved),
            (_ADD_ENTRY, self._entries),
            (_CLEAR, self._cleared),
            (_SET_DEADLINE, self._deadlines),
            (_SHOW, self._cards),
            (_SAY, self._notices),
            (_PUT_OVERLAY, self._overlays),
            (_PUT_FACT, self._facts),
            (_ASKED, self._sources),
            (_PUT_MARK, [{"name": LAST_INCIDENT, "value": self._last}] if self._last else []),
        )
        for statement, parameters in steps:
            statement.run(connection, parameters)
