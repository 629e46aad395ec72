"""The database as commands open it, whether Headwater runs beside them or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from headwater.cli.terminal import fail, settings_or_fail

if TYPE_CHECKING:
    from headwater.store.database import Database


@contextmanager
def opened() -> "Iterator[Database]":
    """The database of the settings. A new one gets its tables; one of another version is left alone."""
    from sqlalchemy import inspect
    from sqlalchemy.exc import OperationalError

    from headwater.store import migrate
    from headwater.store.database import Database

    settings = settings_or_fail()
    database = Database(settings.database)
    try:
        if not migrate.is_current(database):
            if inspect(database.writer).get_table_names():
                fail(f"{settings.database} is of another version: stop Headwater, then headwater db upgrade")
            migrate.upgrade(database)
        yield database
    except OperationalError as wrong:
        fail(f"{settings.database} can't be opened: {wrong.orig}.", "HEADWATER_DATABASE names another.")
    finally:
        database.close()
