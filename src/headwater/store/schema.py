"""The tables as SQLAlchemy Core sees them, for statements on the hot path, and their metadata whole."""

from typing import Final

from sqlalchemy import MetaData, Table
from sqlmodel import SQLModel

from headwater.store import listening as _listening  # noqa: F401 - its table belongs to the same metadata
from headwater.store import senders as _senders  # noqa: F401 - likewise
from headwater.store import tables as _tables  # noqa: F401 - likewise

METADATA: Final[MetaData] = SQLModel.metadata

DELIVERY: Final[Table] = METADATA.tables["delivery"]
MARK: Final[Table] = METADATA.tables["mark"]
UNREADABLE: Final[Table] = METADATA.tables["unreadable"]
ALERT: Final[Table] = METADATA.tables["alert"]
INCIDENT: Final[Table] = METADATA.tables["incident"]
INVOLVED: Final[Table] = METADATA.tables["involved"]
ENTRY: Final[Table] = METADATA.tables["entry"]
DEADLINE: Final[Table] = METADATA.tables["deadline"]
CARD: Final[Table] = METADATA.tables["card"]
NOTICE: Final[Table] = METADATA.tables["notice"]
ASKED: Final[Table] = METADATA.tables["asked"]
OVERLAY: Final[Table] = METADATA.tables["overlay"]
FACT: Final[Table] = METADATA.tables["fact"]
CHANNEL: Final[Table] = METADATA.tables["channel"]
