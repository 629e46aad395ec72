"""Loads the picture a decision needs: bounded by what the batch is about, never by history."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Column, Connection, Row, Select, select

from headwater.core.alerts import Alert
from headwater.core.incidents import Incident, Involved
from headwater.core.placing import Overlay
from headwater.core.said import Card, Deadline, DeadlineKind
from headwater.store import rows
from headwater.store.moments import to_micros
from headwater.store.schema import ALERT, ASKED, CARD, DEADLINE, INCIDENT, INVOLVED, MARK, OVERLAY

AT_ONCE: Final = 5_000
"""Values in one IN list: SQLite allows 32,766 variables; longer statements cost more to compile."""

LAST_INCIDENT: Final = "incident"
"""The mark that holds the last incident's number."""

Value = TypeVar("Value", str, int)


def _among(
    connection: Connection, statement: Select[Any], column: Column[Any], values: Collection[Value]
) -> Iterator[Row[Any]]:
    wanted = sorted(values)
    for start in range(0, len(wanted), AT_ONCE):
        yield from connection.execute(statement.where(column.in_(wanted[start : start + AT_ONCE])))


def alerts_by_key(connection: Connection, keys: Collection[str]) -> dict[str, Alert]:
    """The alerts of these keys, where there are any."""
    found = _among(connection, select(ALERT), ALERT.c.key, set(keys))
    return {row.key: rows.alert_from_row(row) for row in found}


def unplaced_alerts(connection: Connection, incident: int) -> dict[str, Alert]:
    """The alerts of an incident that no rule placed."""
    statement = select(ALERT).where(ALERT.c.incident == incident, ALERT.c.asset.is_(None))
    return {row.key: rows.alert_from_row(row) for row in connection.execute(statement)}


def overlays(connection: Connection, now: datetime) -> dict[str, Overlay]:
    """The placements made in Slack that still hold."""
    statement = select(OVERLAY).where(OVERLAY.c.until > to_micros(now))
    return {
        row.grp: Overlay(group=row.grp, asset=row.asset, who=row.who) for row in connection.execute(statement)
    }


def open_incidents_at(connection: Connection, groups: Collection[str]) -> set[int]:
    """Numbers of the open incidents in which any of these groups has a part."""
    statement = select(INVOLVED.c.incident).where(INVOLVED.c.live == 1)
    return {row.incident for row in _among(connection, statement, INVOLVED.c.grp, groups)}


def incidents(connection: Connection, numbers: Iterable[int]) -> dict[int, Incident]:
    """These incidents, and those they were merged into."""
    found: dict[int, Incident] = {}
    missing = set(numbers)
    while missing:
        for row in _among(connection, select(INCIDENT), INCIDENT.c.number, missing):
            found[row.number] = rows.incident_from_row(row)
        into = {one.merged_into for one in found.values() if one.merged_into is not None}
        missing = into - found.keys()
    return found


def involved(connection: Connection, numbers: Collection[int]) -> dict[int, dict[str, Involved]]:
    """Every asset's part in these incidents."""
    found: dict[int, dict[str, Involved]] = {number: {} for number in numbers}
    for row in _among(connection, select(INVOLVED), INVOLVED.c.incident, numbers):
        found[row.incident][row.grp] = rows.involved_from_row(row)
    return found


def deadlines(connection: Connection, numbers: Collection[int]) -> dict[int, dict[DeadlineKind, Deadline]]:
    """What is due, some time, of these incidents."""
    found: dict[int, dict[DeadlineKind, Deadline]] = {number: {} for number in numbers}
    for row in _among(connection, select(DEADLINE), DEADLINE.c.incident, numbers):
        deadline = rows.deadline_from_row(row)
        found[row.incident][deadline.kind] = deadline
    return found


def cards(connection: Connection, numbers: Collection[int]) -> dict[int, dict[str, Card]]:
    """Where these incidents are shown."""
    found: dict[int, dict[str, Card]] = {number: {} for number in numbers}
    for row in _among(connection, select(CARD), CARD.c.incident, numbers):
        found[row.incident][row.channel] = rows.card_from_row(row)
    return found


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
    found = connection.execute(select(MARK.c.value).where(MARK.c.name == name)).scalar()
    return int(found) if found is not None else 0
