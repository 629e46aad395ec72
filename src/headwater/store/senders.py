"""Senders' rows. Written by the command line and read by the doors; small, so always read whole."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from sqlalchemy import BigInteger, Column, Connection, Table, Text, delete, insert, select, update
from sqlmodel import Field, SQLModel

from headwater.core.senders import Credential, Sender, Switch
from headwater.store.moments import from_micros, from_micros_or_none, to_micros, to_micros_or_none


class SenderRow(SQLModel, table=True):
    """A sender. `credentials` is JSON: hashes and variables' names, never a secret itself."""

    __tablename__: ClassVar[Any] = "sender"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    format: str = Field(sa_column=Column(Text, nullable=False))
    credentials: str = Field(sa_column=Column(Text, nullable=False))
    made_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    switch: str = Field(sa_column=Column(Text, nullable=False))
    time_to_live: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    deadline: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    budget: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    mapping: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


_SENDER: Table = cast("Any", SenderRow).__table__
_MICROSECOND = timedelta(microseconds=1)


def senders(connection: Connection) -> tuple[Sender, ...]:
    """All of them, by name."""
    return tuple(_from_rows(connection))


def _from_rows(connection: Connection) -> Iterator[Sender]:
    for row in connection.execute(select(_SENDER).order_by(_SENDER.c.name)).mappings():
        yield Sender(
            name=row["name"],
            format=row["format"],
            credentials=tuple(_credential(each) for each in json.loads(row["credentials"])),
            made_at=from_micros(row["made_at"]),
            switch=Switch(row["switch"]),
            time_to_live=_span(row["time_to_live"]),
            deadline=_span(row["deadline"]),
            budget=row["budget"],
            mapping=row["mapping"],
        )


def add_sender(connection: Connection, sender: Sender) -> bool:
    """Write a new sender; False when the name is taken."""
    if connection.execute(select(_SENDER.c.name).where(_SENDER.c.name == sender.name)).first():
        return False
    connection.execute(insert(_SENDER).values(_row(sender)))
    return True


def change_sender(connection: Connection, sender: Sender) -> bool:
    """Write a sender anew under its name; False when there is none."""
    changed = connection.execute(update(_SENDER).where(_SENDER.c.name == sender.name).values(_row(sender)))
    return changed.rowcount > 0


def remove_sender(connection: Connection, name: str) -> bool:
    """Forget a sender; what it sent stays. False when there is none."""
    return connection.execute(delete(_SENDER).where(_SENDER.c.name == name)).rowcount > 0


def last_kept(connection: Connection, name: str) -> datetime | None:
    """When the newest delivery of a sender that is still kept came."""
    delivery = SQLModel.metadata.tables["delivery"]
    newest = select(delivery.c.received_at).where(delivery.c.sender == name).order_by(delivery.c.id.desc())
    found = connection.execute(newest.limit(1)).scalar()
    return None if found is None else from_micros(found)


def _row(sender: Sender) -> dict[str, Any]:
    return {
        "name": sender.name,
        "format": sender.format,
        "credentials": json.dumps([_plain(credential) for credential in sender.credentials]),
        "made_at": to_micros(sender.made_at),
        "switch": sender.switch.value,
        "time_to_live": _micros(sender.time_to_live),
        "deadline": _micros(sender.deadline),
        "budget": sender.budget,
        "mapping": sender.mapping,
    }


def _plain(credential: Credential) -> dict[str, Any]:
    return {
        "token_hash": credential.token_hash,
        "secret_env": credential.secret_env,
        "until": to_micros_or_none(credential.until),
    }


def _credential(plain: dict[str, Any]) -> Credential:
    return Credential(plain["token_hash"], plain["secret_env"], from_micros_or_none(plain["until"]))


def _micros(span: timedelta | None) -> int | None:
    return None if span is None else span // _MICROSECOND


def _span(micros: int | None) -> timedelta | None:
    return None if micros is None else timedelta(microseconds=micros)
