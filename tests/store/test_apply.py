"""Apply, then load, equals what the draft came to: nothing is lost or made up between core and the rows."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import world
from bursts import once_each, reports
from desk import Desk
from headwater.core.actions import (
    Acknowledge,
    AddNote,
    AnyAction,
    Cancel,
    Contest,
    Mitigate,
    Reopen,
    Reroute,
    Resolve,
    SetSeverity,
)
from headwater.core.alerts import Report, Status
from headwater.core.effects import Effect, Say
from headwater.core.picture import Picture
from headwater.core.severity import Severity
from headwater.store import picture
from headwater.store.apply import apply
from headwater.store.database import Database
from headwater.store.migrate import is_current, upgrade
from headwater.store.reading import Reader
from headwater.store.schema import METADATA
from world import ANA, EVE, START, report

actions = st.sampled_from(
    [
        Acknowledge(who=ANA, incident=1),
        AddNote(who=ANA, incident=1, text="looking"),
        SetSeverity(who=ANA, incident=1, severity=Severity.SEV2),
        Mitigate(who=EVE, incident=1),
        Resolve(who=EVE, incident=1, why="gone"),
        Reopen(who=EVE, incident=1),
        Cancel(who=EVE, incident=1, noise="a test"),
        Reroute(who=EVE, incident=1, team="team:platform", why="theirs"),
        Contest(who=EVE, incident=1, why="not ours"),
    ]
)
steps = st.lists(
    st.one_of(
        st.lists(reports, min_size=1, max_size=5).map(once_each),
        actions,
        st.sampled_from([Status.RESOLVED]),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=8,
)


class Written(Desk):
    """A desk whose every decision is written to a database as well."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database

    def keep(self, effects: list[Effect]) -> None:
        with self.database.write() as connection:
            apply(connection, effects, self.clock())

    def loaded(self) -> Picture:
        with self.database.read() as connection:
            numbers = self.picture.incidents.keys()
            return Picture(
                alerts=picture.alerts_by_key(connection, self.picture.alerts.keys()),
                incidents=picture.incidents(connection, numbers),
                involved=picture.involved(connection, numbers),
                deadlines=picture.deadlines(connection, numbers),
                cards=picture.cards(connection, numbers),
                last_number=picture.mark(connection, picture.LAST_INCIDENT),
            )


def walk(desk: Written, steps: Iterable[list[Report] | AnyAction | Status | int]) -> None:
    for step in steps:
        match step:
            case list():
                desk.take(*step)
            case Status():
                firing = [one for one in desk.picture.alerts.values() if one.status is Status.FIRING]
                for one in firing[:2]:
                    desk.take(
                        report(
                            one.key.removeprefix("prom/"),
                            on=one.labels,
                            status=step,
                            began=one.starts_at,
                            severity=one.severity,
                            title=one.title,
                        )
                    )
            case int():
                desk.wait(minutes=step)
            case _:
                desk.act(step)


@given(steps)
@settings(deadline=None, max_examples=40)
def test_what_is_loaded_is_what_was_decided(
    steps: list[list[Report] | AnyAction | Status | int],
) -> None:
    with TemporaryDirectory() as folder:
        database = Database(str(Path(folder) / "h.db"))
        METADATA.create_all(database.writer)
        desk = Written(database)
        walk(desk, steps)
        held, loaded = desk.picture, desk.loaded()
        assert loaded.incidents == held.incidents
        assert loaded.alerts == held.alerts
        assert loaded.deadlines == held.deadlines
        assert loaded.cards == held.cards
        live = {n for n, one in held.incidents.items() if one.merged_into is None}
        assert {n: loaded.involved[n] for n in live} == {n: held.involved[n] for n in live}
        assert loaded.last_number == held.last_number
        assert [e for n in sorted(held.incidents) for e in Reader(database).timeline(n)] == sorted(
            desk.entries, key=lambda one: (one.incident, one.seq)
        )
        database.close()


def test_a_notice_with_a_known_key_is_not_said_again(database: Database) -> None:
    desk = Written(database)
    desk.take(report("a", severity=Severity.SEV2))
    notices = [Say(one) for one in desk.notices.values()]
    assert notices
    for _ in range(2):
        with database.write() as connection:
            apply(connection, list(notices), START)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM notice")).scalar() == len(notices)


@pytest.mark.parametrize("statement", ["DELETE FROM entry", "UPDATE entry SET text = 'never happened'"])
def test_a_timeline_only_grows_whoever_holds_the_database(database: Database, statement: str) -> None:
    desk = Written(database)
    desk.take(report("a"))
    with pytest.raises(DBAPIError, match="only grows"), database.write() as connection:
        connection.execute(text(statement))
    assert len(Reader(database).timeline(1)) == 1


def test_the_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    with database.writer.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert differences == []
    assert is_current(database)


def test_upgrading_a_current_database_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert is_current(database)


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match="readonly"), database.read() as connection:
        connection.execute(text("DELETE FROM mark"))


def test_a_database_that_is_not_sqlite_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        Database("postgresql://localhost/headwater")


def test_the_last_number_of_a_merged_incident_is_not_given_again(database: Database) -> None:
    registry = world.registry(edges=tuple(one for one in world.EDGES if one.object != "index:docs"))
    desk = Written(database)
    desk.registry = registry
    desk.take(report("n", on={"alertname": "NomadDown"}), report("s", on={"source": "docs-repo"}))
    assert desk.loaded().last_number == 2
