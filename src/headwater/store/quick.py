"""Statements compiled once and run with the driver's own parameters.

SQLAlchemy processes each parameter of each row on its way to the driver: a fifth of what deciding an alert
cost, for values that are already what the driver takes. Statements are still written, and checked, in Core.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

_DIALECT = sqlite.dialect(paramstyle="named")


class Quick:
    """One statement. The columns an INSERT fills are those of the first row it is run with."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], str] = {}
        self._own: dict[str, Any] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of `rows`, which all have the same keys; nothing where there are none."""
        if rows:
            connection.exec_driver_sql(self._sql(tuple(rows[0])), list(rows))

    def ask(self, connection: Connection, **parameters: Any) -> CursorResult[Any]:
        """Once, for its rows."""
        statement = self._sql(())
        return connection.exec_driver_sql(statement, {**self._own, **parameters})

    def _sql(self, columns: tuple[str, ...]) -> str:
        known = self._compiled.get(columns)
        if known is None:
            compiled = self._statement.compile(dialect=_DIALECT, column_keys=list(columns) or None)
            known = self._compiled[columns] = str(compiled)
            self._own = {name: value for name, value in compiled.params.items() if value is not None}
        return known
