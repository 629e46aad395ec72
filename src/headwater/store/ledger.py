"""The ledger: per team and month, what came to it, rightly and wrongly. Read from incidents and timelines."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, select

from headwater.core.account import KINDS, Load, load_of
from headwater.core.incidents import Entry, Incident
from headwater.store import rows
from headwater.store.moments import to_micros
from headwater.store.schema import ENTRY, INCIDENT


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in UTC by its first day, and each team's load in it."""

    first: date
    loads: tuple[Load, ...]


def load(connection: Connection, now: datetime, *, months: int = 1) -> tuple[Month, ...]:
    """The month of `now` so far and those before it, `months` in all, newest first; by when one opened."""
    firsts = [_first(now, back) for back in range(months)]
    opened = and_(INCIDENT.c.opened_at >= to_micros(firsts[-1]), INCIDENT.c.state != "merged")
    asked = (
        select(ENTRY)
        .join(INCIDENT, INCIDENT.c.number == ENTRY.c.incident)
        .where(opened, ENTRY.c.kind.in_(sorted(KINDS)))
        .order_by(ENTRY.c.incident, ENTRY.c.seq)
    )
    entries: dict[int, list[Entry]] = {}
    for row in connection.execute(asked):
        entries.setdefault(row.incident, []).append(rows.entry_from_row(row))
    told: dict[datetime, list[tuple[Incident, list[Entry]]]] = {first: [] for first in firsts}
    for row in connection.execute(select(INCIDENT).where(opened).order_by(INCIDENT.c.number)):
        incident = rows.incident_from_row(row)
        first = next(one for one in firsts if incident.opened_at >= one)
        told[first].append((incident, entries.get(incident.number, [])))
    return tuple(Month(first.date(), load_of(told[first])) for first in firsts)


def _first(now: datetime, back: int) -> datetime:
    """The first moment of the month `back` months before that of `now`."""
    month = now.year * 12 + now.month - 1 - back
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.replace(year=month // 12, month=month % 12 + 1, day=1)
