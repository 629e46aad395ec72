"""Pruning: what nobody will ask for any more goes, a bounded number of rows a call, the oldest first.

What people decided and said stays for ever: incidents, their timelines, alerts, cards, notices. What goes is
what was only needed on the way: payloads long decided, answers to clicks nobody sends again, facts too old to
be evidence, items of the unreadable box that were settled, placements that ran out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, select

from headwater.store.journal import DECIDED
from headwater.store.moments import to_micros
from headwater.store.picture import mark
from headwater.store.schema import ASKED, DELIVERY, FACT, OVERLAY, UNREADABLE

AT_ONCE: Final = 2_000
"""Rows of each class deleted in one call, at most: some tens of milliseconds of the engine's thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long each class is kept."""

    deliveries: timedelta = timedelta(days=14)
    """Since it was received; one that is not decided yet stays, however old."""
    answers: timedelta = timedelta(days=7)
    """Since it was given; the same click comes again within the hour, if ever."""
    facts: timedelta = timedelta(days=30)
    """Since it was so; after a day it is no evidence any more."""
    settled: timedelta = timedelta(days=30)
    """Since an unreadable item was replayed or dismissed."""
    overlays: timedelta = timedelta(days=30)
    """Since a placement made in Slack ran out."""


DEFAULT: Final = Keep()


def prune(connection: Connection, now: datetime, keep: Keep = DEFAULT, *, most: int = AT_ONCE) -> int:
    """Delete what is older than it is kept; how many rows. Call again, in a new transaction, until 0."""

    def before(kept: timedelta) -> int:
        return to_micros(now - kept)

    return _deliveries(connection, before(keep.deliveries), most) + sum(
        _oldest(connection, table, key, and_(*old), most)
        for table, key, old in (
            # A note's source stays: a message pinned again next year is still the same note.
            (ASKED, ASKED.c.key, (ASKED.c.at < before(keep.answers), ASKED.c.answer != "")),
            (FACT, FACT.c.key, (FACT.c.at < before(keep.facts),)),
            (UNREADABLE, UNREADABLE.c.id, (UNREADABLE.c.settled_at < before(keep.settled),)),
            (OVERLAY, OVERLAY.c.grp, (OVERLAY.c.until < before(keep.overlays),)),
        )
    )


def _deliveries(connection: Connection, before: int, most: int) -> int:
    """In the order of their numbers, which is that of their receipt, so that no index of times is needed.

    The last one decided stays, so that the newest number is never below the journal's mark.
    """
    oldest = (
        select(DELIVERY.c.id, DELIVERY.c.received_at)
        .where(DELIVERY.c.id < mark(connection, DECIDED))
        .order_by(DELIVERY.c.id)
        .limit(most)
    )
    last = 0
    for row in connection.execute(oldest):
        if row.received_at >= before:
            break
        last = row.id
    return connection.execute(delete(DELIVERY).where(DELIVERY.c.id <= last)).rowcount if last else 0


def _oldest(
    connection: Connection, table: Table, key: Column[Any], old: ColumnElement[bool], most: int
) -> int:
    return connection.execute(delete(table).where(key.in_(select(key).where(old).limit(most)))).rowcount
