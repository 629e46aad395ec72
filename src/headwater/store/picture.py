"""Loads the picture a decision needs: bounded by what the batch is about, never by history."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Row, bindparam, func, select, text

from headwater.core.alerts import Alert, Status
from headwater.core.facts import Fact
from headwater.core.incidents import Incident, Involved
from headwater.core.placing import Overlay
from headwater.core.said import Card, Deadline, DeadlineKind
from headwater.core.severity import Severity
from headwater.core.triage import Standing
from headwater.store import rows
from headwater.store.moments import from_micros, to_micros
from headwater.store.quick import Quick
from headwater.store.schema import ALERT, ASKED, CARD, DEADLINE, FACT, INCIDENT, INVOLVED, MARK, OVERLAY

STATUSES: Final = {status.value: status for status in Status}
SEVERITIES: Final = {int(severity): severity for severity in Severity}

LAST_INCIDENT: Final = "incident"
"""The mark that holds the last incident's number."""


def _listed(column: Column[Any]) -> ColumnElement[bool]:
    """`column` is one of the values in the JSON array `wanted`: one parameter, however many values."""
    return column.in_(select(func.json_each(bindparam("wanted")).table_valued("value").c.value))


_STANDING = Quick(
    select(ALERT.c.key, ALERT.c.status, ALERT.c.starts_at, ALERT.c.severity).where(_listed(ALERT.c.key))
)
_ALERTS = Quick(select(ALERT).where(_listed(ALERT.c.key)))
_OPEN_AT = Quick(select(INVOLVED.c.incident).distinct().where(text("live = 1"), _listed(INVOLVED.c.grp)))
_INCIDENTS = Quick(select(INCIDENT).where(_listed(INCIDENT.c.number)))
_INVOLVED = Quick(select(INVOLVED).where(_listed(INVOLVED.c.incident)))
_DEADLINES = Quick(select(DEADLINE).where(_listed(DEADLINE.c.incident)))
_CARDS = Quick(select(CARD).where(_listed(CARD.c.incident)))
_ENDED = Quick(
    select(ALERT)
    .where(text("status = 'firing' AND ends_at IS NOT NULL"), ALERT.c.ends_at <= bindparam("now"))
    .order_by(ALERT.c.ends_at, ALERT.c.key)
    .limit(bindparam("limit"))
)
_FACTS = Quick(select(FACT).where(_listed(FACT.c.key)))
_FACTS_ON = Quick(select(FACT).where(FACT.c.at >= bindparam("since"), _listed(FACT.c.asset)))
_OVERLAYS = Quick(select(OVERLAY).where(OVERLAY.c.until > bindparam("now")))
_MARK = Quick(select(MARK.c.value).where(MARK.c.name == bindparam("name")))


def _among(
    connection: Connection, statement: Quick, values: Collection[str] | Collection[int]
) -> Iterable[Row[Any]]:
    return statement.ask(connection, wanted=rows.to_json(list(values))) if values else ()


def standing(connection: Connection, keys: Collection[str]) -> dict[str, Standing]:
    """What is needed to tell a repeat from news, and no more: most reports are repeats."""
    found = {}
    plain: Any
    for plain in _among(connection, _STANDING, keys):
        key, status, starts_at, severity = plain
        found[key] = Standing(STATUSES[status], from_micros(starts_at), SEVERITIES[severity])
    return found


def alerts_by_key(connection: Connection, keys: Collection[str]) -> dict[str, Alert]:
    """The alerts of these keys, where there are any."""
    found = _among(connection, _ALERTS, keys)
    return {row.key: rows.alert_from_row(row) for row in found}


def unplaced_alerts(connection: Connection, incident: int) -> dict[str, Alert]:
    """The alerts of an incident that no rule placed."""
    statement = select(ALERT).where(ALERT.c.incident == incident, ALERT.c.asset.is_(None))
    return {row.key: rows.alert_from_row(row) for row in connection.execute(statement)}


def overlays(connection: Connection, now: datetime) -> dict[str, Overlay]:
    """The placements made in Slack that still hold."""
    found = _OVERLAYS.ask(connection, now=to_micros(now))
    return {row.grp: Overlay(group=row.grp, asset=row.asset, who=row.who) for row in found}


def open_incidents_at(connection: Connection, groups: Collection[str]) -> set[int]:
    """Numbers of the open incidents in which any of these groups has a part."""
    return {row.incident for row in _among(connection, _OPEN_AT, groups)}


def incidents(connection: Connection, numbers: Iterable[int]) -> dict[int, Incident]:
    """These incidents, and those they were merged into."""
    found: dict[int, Incident] = {}
    missing = set(numbers)
    while missing:
        for row in _among(connection, _INCIDENTS, missing):
            found[row.number] = rows.incident_from_row(row)
        into = {one.merged_into for one in found.values() if one.merged_into is not None}
        missing = into - found.keys()
    return found


def involved(connection: Connection, numbers: Collection[int]) -> dict[int, dict[str, Involved]]:
    """Every asset's part in these incidents."""
    found: dict[int, dict[str, Involved]] = {number: {} for number in numbers}
    for row in _among(connection, _INVOLVED, numbers):
        found[row.incident][row.grp] = rows.involved_from_row(row)
    return found


def deadlines(connection: Connection, numbers: Collection[int]) -> dict[int, dict[DeadlineKind, Deadline]]:
    """What is due, some time, of these incidents."""
    found: dict[int, dict[DeadlineKind, Deadline]] = {number: {} for number in numbers}
    for row in _among(connection, _DEADLINES, numbers):
        deadline = rows.deadline_from_row(row)
        found[row.incident][deadline.kind] = deadline
    return found


def cards(connection: Connection, numbers: Collection[int]) -> dict[int, dict[str, Card]]:
    """Where these incidents are shown."""
    found: dict[int, dict[str, Card]] = {number: {} for number in numbers}
    for row in _among(connection, _CARDS, numbers):
        found[row.incident][row.channel] = rows.card_from_row(row)
    return found


def ended(connection: Connection, now: datetime, *, limit: int) -> tuple[Alert, ...]:
    """The firing alerts whose end has come without a word from their sender."""
    found = _ENDED.ask(connection, now=to_micros(now), limit=limit)
    return tuple(rows.alert_from_row(row) for row in found)


def facts_on(connection: Connection, assets: Collection[str], since: datetime) -> dict[str, Fact]:
    """What is known of these assets, since."""
    if not assets:
        return {}
    found = _FACTS_ON.ask(connection, wanted=rows.to_json(list(assets)), since=to_micros(since))
    return {row.key: rows.fact_from_row(row) for row in found}


def facts_by_key(connection: Connection, keys: Collection[str]) -> dict[str, Fact]:
    """What is known by these keys."""
    return {row.key: rows.fact_from_row(row) for row in _among(connection, _FACTS, keys)}


def due(connection: Connection, now: datetime, *, limit: int) -> tuple[Deadline, ...]:
    """The deadlines that have come, the longest overdue first."""
    statement = (
        select(DEADLINE)
        .where(DEADLINE.c.due_at <= to_micros(now))
        .order_by(DEADLINE.c.due_at, DEADLINE.c.incident, DEADLINE.c.kind)
        .limit(limit)
    )
    return tuple(rows.deadline_from_row(row) for row in connection.execute(statement))


def noted(connection: Connection, source: str) -> bool:
    """Whether a note was already taken from this source."""
    statement = select(ASKED.c.key).where(ASKED.c.key == f"source:{source}")
    return connection.execute(statement).first() is not None


def mark(connection: Connection, name: str) -> int:
    """A number that only grows; 0 before it was ever set."""
    found = _MARK.ask(connection, name=name).scalar()
    return int(found) if found is not None else 0
