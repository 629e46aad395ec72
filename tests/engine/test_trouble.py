"""When things fail under the engine: what is lost (nothing), who is told, and who still gets an answer."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time, timedelta

import msgspec
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

import world
from headwater.core.alerts import Status
from headwater.core.errors import Stopped
from headwater.core.registry import OnCall, Registry, Rotation
from headwater.core.severity import Severity
from headwater.core.tuning import Tuning
from headwater.engine.deciding import Decider
from headwater.store import journal
from headwater.store.database import Database
from headwater.store.reading import Reader
from world import START, HandClock, body, delivery, report


@contextmanager
def full(database: Database) -> Iterator[None]:
    """A disk on which nothing more has room."""
    with database.write() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    yield
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")


def many() -> bytes:
    return body(*(report(str(number), title="x" * 2_000) for number in range(50)))


async def test_a_full_disk_refuses_what_it_can_t_keep_and_says_so_until_there_is_room(
    database: Database,
) -> None:
    async with world.engine(database) as engine:
        with full(database):
            with pytest.raises(OperationalError, match="full"):
                await engine.receive([delivery(many())])
            assert engine.ailing == "its disk is full"
            assert engine.is_alive
        await engine.receive([delivery(many())])
        assert engine.ailing is None
        await engine.drained()
    assert Reader(database).incident(1) is not None


async def test_what_could_not_be_decided_for_a_full_disk_is_decided_later_and_not_boxed(
    database: Database,
) -> None:
    with database.write() as connection:
        journal.write(connection, [delivery(many()), delivery(body(report("z")))])
    async with world.engine(database) as engine:
        with full(database):
            while not engine.ailing:
                await engine.write(lambda _: None)
        await engine.drained()
    view = Reader(database).incident(1)
    assert view is not None
    assert view.incident.alerts == 51
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM unreadable")).scalar() == 0


async def test_a_delivery_that_can_t_be_written_takes_no_neighbour_with_it(database: Database) -> None:
    held = threading.Event()
    async with world.engine(database) as engine:
        wait = asyncio.ensure_future(engine.write(lambda _: held.wait(10)))
        good = asyncio.ensure_future(engine.receive([delivery(body(report("a")))]))
        bad = asyncio.ensure_future(engine.receive([replace(delivery(), path="\ud800")]))
        await asyncio.wait({wait}, timeout=0)
        held.set()
        with pytest.raises(UnicodeEncodeError):
            await bad
        await good
        await engine.drained()
    assert Reader(database).incident(1) is not None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_nobody_waits_for_ever_on_an_engine_whose_thread_ended(database: Database) -> None:
    def end(_: Connection) -> None:
        raise SystemExit

    async with world.engine(database) as engine:
        with pytest.raises(Stopped):
            await asyncio.wait_for(engine.write(end), timeout=10)
        assert not engine.is_alive
        with pytest.raises(Stopped):
            await engine.receive([delivery()])


async def test_nothing_received_is_nothing_to_write(database: Database) -> None:
    async with world.engine(database) as engine:
        await engine.receive([])
        assert engine.is_alive


def broken() -> Registry:
    """Backup's rotation is in a time zone that this machine does not know."""
    turns = Rotation(
        people=("person:ana", "person:bo"),
        every=timedelta(days=7),
        start=START,
        handoff=time(10),
        tz="Nowhere/Else",
    )
    teams = dict(world.registry().teams)
    teams["team:backup"] = replace(teams["team:backup"], oncall=OnCall(rotation=turns))
    return world.registry(teams=teams)


async def test_a_deadline_that_can_t_happen_stops_no_other_and_is_tried_again(database: Database) -> None:
    clock = HandClock()
    async with world.engine(database, clock, registry=broken()) as engine:
        await engine.receive(
            [
                delivery(
                    body(
                        report("a", on={"handler": "support-chat"}, severity=Severity.SEV2),
                        report("b", on={"handler": "billing"}),
                    )
                )
            ]
        )
        await engine.drained()
        clock.advance(seconds=30)
        await engine.tick()
        reader = Reader(database)
        first, other = reader.incident(1), reader.incident(2)
        assert first is not None
        assert other is not None
        assert first.incident.announced_at is None
        assert other.incident.announced_at == clock()
        with database.read() as connection:
            told = connection.execute(text("SELECT facts FROM notice WHERE kind = 'admin'")).scalars().all()
        assert len(told) == 1
        assert "INC-1" in told[0]
        engine.use(world.registry())
        clock.advance(minutes=5)
        await engine.tick()
        mended = reader.incident(1)
        assert mended is not None
        assert mended.incident.announced_at == clock()


def ending(minutes: int) -> bytes:
    """A firing report that ends so many minutes after the start unless it is refreshed."""
    wire = {"fp": "a", "labels": {"handler": "billing"}, "ends": minutes * 60.0}
    return msgspec.json.encode([wire])


def test_an_alert_whose_refresh_waits_in_the_journal_is_not_taken_for_over(database: Database) -> None:
    decider = Decider(world.registry(), Tuning(), {"world": world.parse})
    later = START + timedelta(minutes=4)
    with database.write() as connection:
        journal.write(connection, [delivery(ending(5))])
        decider.deliveries(connection, journal.read(connection, 0, most=1), START)
        journal.write(connection, [delivery(ending(10), at=later)])
        assert not decider.end(connection, START + timedelta(minutes=6))
        waiting = journal.read(connection, 1, most=1)
        decider.deliveries(connection, waiting, START + timedelta(minutes=6))
        assert not decider.end(connection, START + timedelta(minutes=7))
        assert decider.end(connection, START + timedelta(minutes=10))


def test_an_alert_that_ended_before_what_waits_came_is_over(database: Database) -> None:
    decider = Decider(world.registry(), Tuning(), {"world": world.parse})
    with database.write() as connection:
        journal.write(connection, [delivery(ending(5))])
        decider.deliveries(connection, journal.read(connection, 0, most=1), START)
        journal.write(connection, [delivery(ending(10), at=START + timedelta(minutes=6))])
        assert decider.end(connection, START + timedelta(minutes=6))
    [alert] = Reader(database).alerts(1)
    assert alert.status is Status.RESOLVED
