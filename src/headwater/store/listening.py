"""Channels listened to, and how far each has been read. Small, so always read whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import BigInteger, Column, Connection, Table, Text, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import Field, SQLModel

from headwater.store.moments import from_micros, to_micros


class ListenedRow(SQLModel, table=True):
    """A channel where other apps post alerts. `who` asked for it in Slack; NULL where the registry does."""

    __tablename__: ClassVar[Any] = "listened"

    place: str = Field(sa_column=Column(Text, primary_key=True))
    last: str = Field(sa_column=Column(Text, nullable=False))
    who: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


_LISTENED: Table = cast("Any", ListenedRow).__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """A channel by Slack's id; `last` is the time, as Slack writes it, of the newest message read."""

    place: str
    last: str
    who: str | None
    at: datetime


def listened(connection: Connection) -> tuple[Listened, ...]:
    """All of them, by id."""
    found = connection.execute(select(_LISTENED).order_by(_LISTENED.c.place))
    return tuple(
        Listened(place=row.place, last=row.last, who=row.who, at=from_micros(row.at)) for row in found
    )


def listen(connection: Connection, place: str, who: str, last: str, now: datetime) -> None:
    """Somebody asked for it in the channel: from `last` on, unless it has been read further already."""
    asked = upsert(_LISTENED).values(place=place, who=who, last=last, at=to_micros(now))
    connection.execute(
        asked.on_conflict_do_update(index_elements=["place"], set_={"who": who, "at": to_micros(now)})
    )


def unlisten(connection: Connection, place: str) -> bool:
    """What somebody asked for is over; False where nobody had."""
    asked = delete(_LISTENED).where(_LISTENED.c.place == place, _LISTENED.c.who.is_not(None))
    return connection.execute(asked).rowcount > 0


def read_to(connection: Connection, place: str, last: str, now: datetime) -> None:
    """The channel has been read up to the message `last`. The mark never goes back.

    Slack's times have ten digits before the point and six behind it, so that they compare as text.
    """
    made = upsert(_LISTENED).values(place=place, last=last, at=to_micros(now))
    connection.execute(
        made.on_conflict_do_update(
            index_elements=["place"],
            set_={"last": made.excluded.last},
            where=_LISTENED.c.last < made.excluded.last,
        )
    )
