from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec

import world
from headwater.catalog.shipped import shipped_taxonomy
from headwater.core.alerts import Change, Delivery, Parsed, Run, Status
from headwater.core.incidents import State
from headwater.core.senders import Sender
from headwater.core.tuning import Tuning
from headwater.engine import Engine
from headwater.engine.deciding import Decider
from headwater.store import journal, picture
from headwater.store.database import Database
from headwater.store.reading import Reader
from headwater.store.schema import METADATA
from headwater.store.senders import add_sender
from world import START, HandClock, body, delivery, report


def tell(delivery: Delivery) -> Parsed:
    """Runs and changes of `docs-ingest`: `failed 5` is a run five minutes after the start."""
    word, minutes = delivery.body.decode().split()
    at = START + timedelta(minutes=int(minutes))
    if word == "deploy":
        return Parsed(changes=(Change(subject="pipeline:docs-ingest", kind="deploy", at=at, key=minutes),))
    rows = 0 if word == "empty" else None
    state = "completed" if word == "empty" else word
    return Parsed(runs=(Run(subject="docs-ingest", run="r", state=state, at=at, rows=rows),))


async def told(engine: Engine, *words: str) -> None:
    for word in words:
        await engine.receive([Delivery(sender="ci", format="told", received_at=START, body=word.encode())])
    await engine.drained()


def telling(database: Database) -> Engine:
    return Engine(
        database=database,
        clock=HandClock(),
        registry=world.registry(),
        parsers={"world": world.parse, "told": tell},
    )


async def test_an_old_runs_end_arriving_late_does_not_hide_a_newer_failure(database: Database) -> None:
    engine = telling(database)
    engine.start()
    await told(engine, "failed 5", "completed 3")
    await engine.close()
    facts = Reader(database).facts("pipeline:docs-ingest")
    assert [(one.quantity, one.state) for one in facts] == [("run", "bad")]


async def test_a_run_that_completed_with_no_rows_is_no_sign_of_health(database: Database) -> None:
    engine = telling(database)
    engine.start()
    await told(engine, "empty 5")
    await engine.close()
    assert [one.state for one in Reader(database).facts("pipeline:docs-ingest")] == ["bad"]


async def test_a_change_upstream_is_on_the_timeline_of_the_incident_near_it_once(database: Database) -> None:
    engine = telling(database)
    engine.start()
    await engine.receive([delivery(body(report("a", on={"handler": "support-chat"})))])
    await engine.receive([delivery(body(report("b", on={"handler": "billing"})))])
    await engine.drained()
    await told(engine, "deploy 1", "deploy 1", "deploy 2")
    await engine.close()
    reader = Reader(database)
    lines = [one.text for one in reader.timeline(1) if one.kind == "evidence"]
    assert lines == ["pipeline:docs-ingest: a deploy change"] * 2
    assert "evidence" not in [one.kind for one in reader.timeline(2)]


def ending(minutes: int) -> bytes:
    """A report of an alert that ends unless it is refreshed."""
    found = msgspec.json.decode(body(report("a")))
    found[0]["ends"] = minutes * 60
    return msgspec.json.encode(found)


async def test_an_alert_that_is_not_refreshed_is_over_when_its_end_comes(database: Database) -> None:
    clock = HandClock()
    async with world.engine(database, clock) as engine:
        await engine.receive([delivery(ending(4))])
        clock.advance(minutes=3)
        await engine.receive([delivery(ending(8))])
        await engine.drained()
        clock.advance(minutes=2)
        await engine.tick()
        assert Reader(database).alerts(1)[0].status is Status.FIRING
        clock.advance(minutes=3)
        await engine.tick()
        assert Reader(database).alerts(1)[0].status is Status.RESOLVED
        await engine.receive([delivery(ending(12))])
        await engine.drained()
    view = Reader(database).incident(1)
    assert view is not None
    assert view.incident.firing == 1
    assert view.incident.state is State.TRIGGERED


async def test_an_alert_whose_sender_never_ends_one_goes_quiet_and_is_not_called_resolved(
    database: Database,
) -> None:
    clock = HandClock()
    made = Sender(name="opik", format="world", credentials=(), made_at=START, time_to_live=timedelta(hours=2))
    with database.write() as connection:
        add_sender(connection, made)
    async with world.engine(database, clock) as engine:
        await engine.receive([replace(delivery(body(report("a"))), sender="opik")])
        await engine.drained()
        clock.advance(hours=2)
        await engine.tick()
    reader = Reader(database)
    assert reader.alerts(1)[0].status is Status.QUIET
    assert "alert-quiet" in [one.kind for one in reader.timeline(1)]
    view = reader.incident(1)
    assert view is not None
    assert view.incident.state is State.MONITORING


def test_when_one_of_two_alerts_is_over_what_is_known_around_them_still_counts(tmp_path: Path) -> None:
    firing = (report("a", on={"handler": "support-chat"}), report("b", on={"handler": "backup-assistant"}))
    failed = Delivery(sender="ci", format="told", received_at=START, body=b"failed 0")
    told = [delivery(body(*firing)), failed, delivery(body(replace(firing[1], status=Status.RESOLVED)))]
    found = []
    for most in (1, 1_000_000):
        database = Database(str(tmp_path / f"{most}.db"))
        METADATA.create_all(database.writer)
        parsers = {"world": world.parse, "told": tell}
        decider = Decider(world.registry(), Tuning(), parsers, shipped_taxonomy())
        with database.write() as connection:
            journal.write(connection, told)
            while batch := journal.read(connection, picture.mark(connection, journal.DECIDED), most=most):
                decider.deliveries(connection, batch, START)
        view = Reader(database).incident(1)
        assert view is not None
        assert view.incident.firing == 1
        found.append(view.incident.suspicion)
        database.close()
    assert found[0] == found[1]
