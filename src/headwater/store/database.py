"""The database: one writing connection for the engine, read-only ones for everybody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

_ILL: Final = {
    5: "another process holds it",
    6: "it is locked",
    8: "it can only be read",
    10: "its disk fails",
    13: "its disk is full",
    14: "its file can't be opened",
}
"""SQLite's result codes, the low byte, that speak of the file's state and not of what was written."""


def ailment(error: BaseException) -> str | None:
    """What is wrong with the database, in words, where that is what `error` is about; None where it is not.

    What failed for such a reason is tried again as it is: nothing is wrong with it.
    """
    if not isinstance(error, OperationalError):
        return None
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else _ILL.get(code & 0xFF)


class Database:
    """Opens `url` (`sqlite:///path` or a path). A write transaction takes the lock at its beginning
    (BEGIN IMMEDIATE), so that it never fails half way because another process wrote meanwhile.
    """

    def __init__(self, url: str) -> None:
        self.url = url if "://" in url else f"sqlite:///{url}"
        parsed = make_url(self.url)
        if parsed.get_backend_name() != "sqlite":
            raise ValueError(
                f"the database must be SQLite for now: sqlite:///path/to/headwater.db, not {parsed!r}"
            )
        self._writer = create_engine(self.url, connect_args={"check_same_thread": False, "timeout": 30})
        self._reader = create_engine(self.url, connect_args={"check_same_thread": False, "timeout": 30})
        event.listen(self._writer, "connect", _writing)
        event.listen(self._writer, "begin", _begin_immediate)
        event.listen(self._reader, "connect", _reading)
        event.listen(self._reader, "begin", _begin_deferred)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One write transaction: committed at the end, rolled back on an error."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One read-only snapshot."""
        with self._reader.connect() as connection:
            yield connection

    @property
    def writer(self) -> Engine:
        """For migrations, which manage their own transactions."""
        return self._writer

    def close(self) -> None:
        """Let go of every connection."""
        self._writer.dispose()
        self._reader.dispose()


def _writing(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.close()


def _reading(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
