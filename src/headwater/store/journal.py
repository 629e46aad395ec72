"""The journal: deliveries on disk before they are answered, read back in their order to be decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from headwater.core.alerts import Delivery, Problem
from headwater.store.moments import from_micros, to_micros
from headwater.store.quick import Quick
from headwater.store.rows import to_json
from headwater.store.schema import DELIVERY, UNREADABLE

DECIDED: Final = "journal"
"""The mark behind which every delivery is decided."""

_HEADERS = msgspec.json.Decoder(list[tuple[str, str]])
_READ = select(DELIVERY).where(DELIVERY.c.id > bindparam("after")).order_by(DELIVERY.c.id).limit(20_000)
_FIRST = Quick(
    select(DELIVERY.c.received_at).where(DELIVERY.c.id > bindparam("after")).order_by(DELIVERY.c.id).limit(1)
)
_WRITE = Quick(upsert(DELIVERY).on_conflict_do_nothing())


def write(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """One row a delivery. One whose key is already there is dropped: it was sent twice."""
    _WRITE.run(
        connection,
        [
            {
                "sender": one.sender,
                "format": one.format,
                "received_at": to_micros(one.received_at),
                "method": one.method,
                "path": one.path,
                "headers": to_json(one.headers) if one.headers else "[]",
                "body": one.body,
                "key": one.key,
            }
            for one in deliveries
        ],
    )


def read(connection: Connection, after: int, *, most: int) -> list[Delivery]:
    """The next deliveries after the mark, in the order they were accepted: at least one, where there is one,
    and no more than `most` bytes of bodies beyond it.
    """
    found: list[Delivery] = []
    size = 0
    with connection.execute(_READ, {"after": after}) as result:
        for row in result:
            size += len(row.body)
            if found and size > most:
                break
            found.append(_delivery(row))
    return found


def one(connection: Connection, number: int) -> Delivery | None:
    """The delivery of this number, while it is kept."""
    row = connection.execute(select(DELIVERY).where(DELIVERY.c.id == number)).first()
    return _delivery(row) if row is not None else None


def first_waiting(connection: Connection, after: int) -> datetime | None:
    """When the first delivery behind the mark came; None where none waits."""
    found = _FIRST.ask(connection, after=after).scalar()
    return from_micros(int(found)) if found is not None else None


def last(connection: Connection) -> int:
    """The number of the newest delivery; 0 where there is none."""
    return int(connection.execute(select(func.max(DELIVERY.c.id))).scalar() or 0)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        sender=row.sender,
        format=row.format,
        received_at=from_micros(row.received_at),
        method=row.method,
        path=row.path,
        headers=tuple(_HEADERS.decode(row.headers)) if row.headers != "[]" else (),
        body=row.body,
        key=row.key,
    )


def box(connection: Connection, delivery: Delivery, problems: Sequence[Problem], now: datetime) -> None:
    """Keep what could not be read, with where and why, until somebody mends and replays it."""
    at = to_micros(now)
    connection.execute(
        UNREADABLE.insert(),
        [
            {
                "delivery": delivery.id,
                "sender": delivery.sender,
                "format": delivery.format,
                "at": at,
                "path": problem.path,
                "sentence": problem.sentence,
                "item": problem.item,
            }
            for problem in problems
        ],
    )
