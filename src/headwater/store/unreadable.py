"""The box of what could not be read: listed, shown, replayed after a mend, or dismissed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from headwater.core.alerts import Delivery
from headwater.store import journal
from headwater.store.moments import from_micros, from_micros_or_none, to_micros
from headwater.store.schema import UNREADABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed:
    """An item that could not be read: `path` in its delivery, what is wrong, and its bytes."""

    id: int
    delivery: int
    sender: str
    format: str
    at: datetime
    path: str
    sentence: str
    item: bytes
    settled_at: datetime | None = None
    settled_by: str | None = None


def boxed(
    connection: Connection, *, sender: str | None = None, settled: bool = False, limit: int = 200
) -> tuple[Boxed, ...]:
    """What waits in the box, newest first; with `settled` also what was replayed or dismissed."""
    statement = select(UNREADABLE).order_by(UNREADABLE.c.id.desc()).limit(limit)
    if not settled:
        statement = statement.where(UNREADABLE.c.settled_at.is_(None))
    if sender is not None:
        statement = statement.where(UNREADABLE.c.sender == sender)
    return tuple(_boxed(row) for row in connection.execute(statement))


def boxed_at(connection: Connection, number: int) -> Boxed | None:
    """The item of this number."""
    row = connection.execute(select(UNREADABLE).where(UNREADABLE.c.id == number)).first()
    return None if row is None else _boxed(row)


def settle(connection: Connection, number: int, *, by: str, now: datetime) -> bool:
    """Take an item out of the box; False when it is not in it any more."""
    waits = (UNREADABLE.c.id == number) & UNREADABLE.c.settled_at.is_(None)
    settled = connection.execute(
        update(UNREADABLE).where(waits).values(settled_at=to_micros(now), settled_by=by)
    )
    return settled.rowcount > 0


def replay(connection: Connection, number: int, again: Sequence[Delivery], *, by: str, now: datetime) -> bool:
    """Journal an item anew and take it out of the box, both or neither; False when it was settled before."""
    if not settle(connection, number, by=by, now=now):
        return False
    journal.write(connection, again)
    return True


def _boxed(row: Any) -> Boxed:
    return Boxed(
        id=row.id,
        delivery=row.delivery,
        sender=row.sender,
        format=row.format,
        at=from_micros(row.at),
        path=row.path,
        sentence=row.sentence,
        item=row.item,
        settled_at=from_micros_or_none(row.settled_at),
        settled_by=row.settled_by,
    )
