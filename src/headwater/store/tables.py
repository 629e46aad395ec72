"""The tables. Times are integer microseconds since 1970 UTC; lists and mappings are JSON text.

Integers, because a timestamp column costs a parse a row on the hot path and compares differently on the two
databases; JSON as text, because nothing is ever searched in it.
"""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field, SQLModel


def _micros(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(BigInteger, nullable=nullable, index=index))


def _text(*, nullable: bool = False, primary: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=nullable, primary_key=primary))


class DeliveryRow(SQLModel, table=True):
    """The journal: what senders sent, as it came. What lies behind the mark `journal` is decided."""

    __tablename__: ClassVar[Any] = "delivery"
    __table_args__: ClassVar[Any] = (
        # Partial, and the only index: each costs a write a delivery, and most senders give no key.
        Index(
            "delivery_key",
            "key",
            unique=True,
            sqlite_where=text("key IS NOT NULL"),
            postgresql_where=text("key IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    sender: str = _text()
    format: str = _text()
    received_at: int = _micros()
    method: str = _text()
    path: str = _text()
    headers: str = _text()
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    key: str | None = _text(nullable=True)


class MarkRow(SQLModel, table=True):
    """Numbers that only grow: how far the journal is decided, the last incident's number."""

    __tablename__: ClassVar[Any] = "mark"

    name: str = _text(primary=True)
    value: int = Field(sa_column=Column(BigInteger, nullable=False))


class UnreadableRow(SQLModel, table=True):
    """An item of a delivery that could not be read, kept until it is replayed or dismissed."""

    __tablename__: ClassVar[Any] = "unreadable"
    __table_args__: ClassVar[Any] = {"sqlite_autoincrement": True}

    id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    )
    delivery: int = Field(sa_column=Column(BigInteger, nullable=False))
    sender: str = _text()
    format: str = _text()
    at: int = _micros()
    path: str = _text()
    sentence: str = _text()
    item: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    settled_at: int | None = _micros(nullable=True, index=True)
    settled_by: str | None = _text(nullable=True)


class AlertRow(SQLModel, table=True):
    """A living alert, as the last report left it."""

    __tablename__: ClassVar[Any] = "alert"
    __table_args__: ClassVar[Any] = (
        Index(
            "alert_ending",
            "ends_at",
            sqlite_where=text("status = 'firing' AND ends_at IS NOT NULL"),
            postgresql_where=text("status = 'firing' AND ends_at IS NOT NULL"),
        ),
    )

    key: str = _text(primary=True)
    sender: str = _text()
    status: str = _text()
    starts_at: int = _micros()
    seen_at: int = _micros()
    first_at: int = _micros()
    ends_at: int | None = _micros(nullable=True)
    ended_at: int | None = _micros(nullable=True)
    title: str = _text()
    severity: int
    asset: str | None = _text(nullable=True)
    group: str = Field(sa_column=Column("grp", Text, nullable=False))
    placed: str = _text()
    incident: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    count: int = Field(sa_column=Column("times", Integer, nullable=False))
    episodes: int
    labels: str = _text()
    annotations: str = _text()
    link: str | None = _text(nullable=True)
    origin: str | None = _text(nullable=True)
    lapsed: int = 0
    trouble: str = _text()


class IncidentRow(SQLModel, table=True):
    """An incident. `facts` holds the rarely read rest as JSON, so that a new fact needs no migration."""

    __tablename__: ClassVar[Any] = "incident"
    __table_args__: ClassVar[Any] = (
        Index("incident_open", "number", sqlite_where=text("live = 1"), postgresql_where=text("live = 1")),
    )

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    state: str = _text()
    live: int
    severity: int
    title: str = _text()
    team: str = _text()
    asset: str | None = _text(nullable=True)
    assignee: str | None = _text(nullable=True)
    opened_at: int = _micros(index=True)
    active_at: int = _micros()
    firing: int
    alerts: int
    entries: int
    revision: int
    route: str = _text()
    facts: str = _text()


class InvolvedRow(SQLModel, table=True):
    """An asset's part in an incident. `live` is 1 while the incident is open, for the index that finds it."""

    __tablename__: ClassVar[Any] = "involved"
    __table_args__: ClassVar[Any] = (
        Index("involved_live", "grp", sqlite_where=text("live = 1"), postgresql_where=text("live = 1")),
    )

    incident: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    group: str = Field(sa_column=Column("grp", Text, primary_key=True))
    live: int
    asset: str | None = _text(nullable=True)
    role: str = _text()
    firing: int
    alerts: int
    first_at: int = _micros()
    last_at: int = _micros()
    worst: int
    title: str = _text()
    reason: str = _text()
    troubles: str = _text()


class EntryRow(SQLModel, table=True):
    """A line of a timeline. The database itself refuses to change or delete one."""

    __tablename__: ClassVar[Any] = "entry"

    incident: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: int = _micros()
    kind: str = _text()
    who: str | None = _text(nullable=True)
    text: str = _text()
    facts: str = _text()


class DeadlineRow(SQLModel, table=True):
    """Something due at a time unless something happens first."""

    __tablename__: ClassVar[Any] = "deadline"

    incident: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: str = _text(primary=True)
    due_at: int = _micros(index=True)
    step: int


class CardRow(SQLModel, table=True):
    """An incident in a channel. Claimed by compare-and-set on `token`, which only grows."""

    __tablename__: ClassVar[Any] = "card"
    __table_args__: ClassVar[Any] = (
        Index(
            "card_due",
            "due_at",
            sqlite_where=text("shown < wanted"),
            postgresql_where=text("shown < wanted"),
        ),
        Index("card_message", "place", "ts"),
    )

    incident: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    channel: str = _text(primary=True)
    kind: str = _text()
    wanted: int
    shown: int = 0
    place: str | None = _text(nullable=True)
    ts: str | None = _text(nullable=True)
    due_at: int = _micros()
    claimed_until: int = _micros()
    token: int = 0
    given_up: str | None = _text(nullable=True)


class NoticeRow(SQLModel, table=True):
    """Something said once. `key` is unique for ever."""

    __tablename__: ClassVar[Any] = "notice"
    __table_args__: ClassVar[Any] = (
        Index(
            "notice_due",
            "due_at",
            sqlite_where=text("said_at IS NULL AND given_up IS NULL"),
            postgresql_where=text("said_at IS NULL AND given_up IS NULL"),
        ),
        Index("notice_message", "place", "ts"),
    )

    key: str = _text(primary=True)
    kind: str = _text()
    where: str = Field(sa_column=Column("place_kind", Text, nullable=False))
    to: str = Field(sa_column=Column("place_to", Text, nullable=False))
    at: int = _micros()
    incident: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True, index=True))
    mentions: str = _text()
    facts: str = _text()
    broadcast: int = 0
    is_page: int = 0
    said_at: int | None = _micros(nullable=True)
    place: str | None = _text(nullable=True)
    ts: str | None = _text(nullable=True)
    due_at: int = _micros()
    claimed_until: int = _micros()
    token: int = 0
    given_up: str | None = _text(nullable=True)


class AskedRow(SQLModel, table=True):
    """An action already decided, with its answer: asking twice is asking once."""

    __tablename__: ClassVar[Any] = "asked"

    key: str = _text(primary=True)
    at: int = _micros(index=True)
    answer: str = _text()


class OverlayRow(SQLModel, table=True):
    """A placement made in Slack: alerts of `group` go to `asset` until `until`."""

    __tablename__: ClassVar[Any] = "overlay"

    group: str = Field(sa_column=Column("grp", Text, primary_key=True))
    asset: str = _text()
    who: str = _text()
    at: int = _micros()
    until: int = _micros()


class FactRow(SQLModel, table=True):
    """What a reading, a run or a change told of an asset; the newest of a key."""

    __tablename__: ClassVar[Any] = "fact"
    __table_args__: ClassVar[Any] = (Index("fact_of_asset", "asset", "at"),)

    key: str = _text(primary=True)
    subject: str = _text()
    asset: str | None = _text(nullable=True)
    kind: str = _text()
    quantity: str = _text()
    state: str = _text()
    at: int = _micros()
    sentence: str = _text()
    sender: str = _text()
    link: str | None = _text(nullable=True)


class ChannelRow(SQLModel, table=True):
    """A channel as the registry writes it, and the id Slack knows it by."""

    __tablename__: ClassVar[Any] = "channel"

    written: str = _text(primary=True)
    place: str = _text()
    at: int = _micros()
