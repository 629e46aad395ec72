"""Statements compiled once and run with the driver's own parameters.

SQLAlchemy processes each parameter of each row on its way to the driver: a fifth of what deciding an alert
cost, for values that are already what the driver takes; and the driver binds by place in two thirds of the
time it needs by name. Statements are still written, and checked, in Core.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

_DIALECT = sqlite.dialect(paramstyle="qmark")

Place = Callable[[Mapping[str, Any]], tuple[Any, ...]]


class Quick:
    """One statement. The columns an INSERT fills are those of the first row it is run with."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], tuple[str, Place, dict[str, Any]]] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of `rows`, which all have the same keys; nothing where there are none."""
        if rows:
            sql, place, _ = self._ready(tuple(rows[0]))
            connection.exec_driver_sql(sql, [place(row) for row in rows])

    def ask(self, connection: Connection, **parameters: Any) -> CursorResult[Any]:
        """Once, for its rows."""
        sql, place, own = self._ready(())
        return connection.exec_driver_sql(sql, place({**own, **parameters}))

    def _ready(self, columns: tuple[str, ...]) -> tuple[str, Place, dict[str, Any]]:
        known = self._compiled.get(columns)
        if known is None:
            compiled: Any = self._statement.compile(dialect=_DIALECT, column_keys=list(columns) or None)
            own = {name: value for name, value in compiled.params.items() if value is not None}
            known = self._compiled[columns] = (str(compiled), _placing(compiled.positiontup or ()), own)
        return known


def _placing(names: Sequence[str]) -> Place:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple([row[name] for name in names])
