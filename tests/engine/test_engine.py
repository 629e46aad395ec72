import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

import world
from headwater.core.actions import Acknowledge, AddNote, Declare, Place
from headwater.core.alerts import Status
from headwater.core.errors import Stopped
from headwater.core.incidents import State
from headwater.store import journal
from headwater.store.database import Database
from headwater.store.reading import Reader
from world import ANA, BO, START, HandClock, body, delivery, report


async def test_what_was_received_is_on_disk_and_then_decided(database: Database) -> None:
    async with world.engine(database) as engine:
        await engine.receive([delivery(body(report("a"), report("b", on={"pipeline": "docs-ingest"})))])
        await engine.drained()
    found = Reader(database).incident(1)
    assert found is not None
    assert found.incident.alerts == 2
    assert found.incident.route.team == "team:docs-data"
    assert [one.group for one in found.involved] == ["handler:backup-assistant", "pipeline:docs-ingest"]


async def test_what_an_earlier_run_left_in_the_journal_is_decided_at_the_start(database: Database) -> None:
    with database.write() as connection:
        journal.write(connection, [delivery(body(report("a")))])
    async with world.engine(database) as engine:
        await engine.drained()
    assert Reader(database).incident(1) is not None


async def test_a_delivery_with_a_known_key_is_taken_once(database: Database) -> None:
    from dataclasses import replace

    once = replace(delivery(body(report("a"))), key="Ev1")
    async with world.engine(database) as engine:
        await engine.receive([once])
        await engine.receive([once])
        await engine.drained()
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM delivery")).scalar() == 1


async def test_a_delivery_that_breaks_its_parser_is_boxed_and_its_neighbours_decided(
    database: Database,
) -> None:
    async with world.engine(database) as engine:
        batch = [delivery(body(report(str(n)))) for n in range(5)]
        batch.insert(2, delivery(b"break"))
        await engine.receive(batch)
        await engine.drained()
        assert engine.is_alive
    reader = Reader(database)
    assert len(reader.alerts(1)) == 5
    with database.read() as connection:
        boxed = connection.execute(text("SELECT sentence, item FROM unreadable")).all()
        told = connection.execute(text("SELECT place_to FROM notice")).scalars().all()
    assert [row.item for row in boxed] == [b"break"]
    assert "RuntimeError" in boxed[0].sentence
    assert told == ["#headwater-admin"]


async def test_unreadable_items_are_boxed_and_told_once_an_hour(database: Database) -> None:
    clock = HandClock()
    async with world.engine(database, clock) as engine:
        for _ in range(3):
            await engine.receive([delivery(b"not json")])
        await engine.drained()
        clock.advance(hours=1)
        await engine.receive([delivery(b"not json")])
        await engine.drained()
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM unreadable")).scalar() == 4
        assert connection.execute(text("SELECT count(*) FROM notice")).scalar() == 2


async def test_two_people_acknowledging_at_once_both_learn_who_has_it(database: Database) -> None:
    async with world.engine(database) as engine:
        await engine.receive([delivery(body(report("a")))])
        await engine.drained()
        first, second = await asyncio.gather(
            engine.act(Acknowledge(who=ANA, incident=1, key="1")),
            engine.act(Acknowledge(who=BO, incident=1, key="2")),
        )
    assert first.done
    assert not second.done
    assert f"<@{ANA}>" in second.sentence


async def test_the_same_action_twice_is_done_once_and_answered_twice(database: Database) -> None:
    async with world.engine(database) as engine:
        await engine.act(Declare(who=ANA, title="It is slow", key="d"))
        note = AddNote(who=ANA, incident=1, text="looking", key="k")
        assert await engine.act(note) == await engine.act(note)
        assert (await engine.act(Declare(who=ANA, title="It is slow", key="d"))).incident == 1
    reader = Reader(database)
    assert [one.text for one in reader.timeline(1) if one.kind == "note"] == ["looking"]
    assert reader.incident(2) is None


async def test_a_message_pinned_twice_is_one_note(database: Database) -> None:
    async with world.engine(database) as engine:
        await engine.act(Declare(who=ANA, title="It is slow"))
        for who in (ANA, BO):
            await engine.act(AddNote(who=who, incident=1, text="see this", source="C1/17.1"))
    assert sum(one.kind == "note" for one in Reader(database).timeline(1)) == 1


async def test_placing_an_alert_moves_it_and_all_that_come_after(database: Database) -> None:
    odd = {"alertname": "Odd", "pod": "1"}
    async with world.engine(database) as engine:
        await engine.receive([delivery(body(report("x", on=odd)))])
        await engine.drained()
        answer = await engine.act(Place(who=world.EVE, incident=1, asset="index:docs"))
        await engine.receive([delivery(body(report("y", on={**odd, "pod": "2"})))])
        await engine.drained()
    assert answer.done
    assert 'alertname: "Odd"' in answer.detail or '"alertname": "Odd"' in answer.detail
    view = Reader(database).incident(1)
    assert view is not None
    assert view.incident.route.team == "team:retrieval"
    assert {one.asset for one in Reader(database).alerts(1)} == {"index:docs"}


async def test_a_tick_twice_is_a_tick_once(database: Database) -> None:
    clock = HandClock()
    async with world.engine(database, clock) as engine:
        await engine.receive([delivery(body(report("a")))])
        await engine.drained()
        clock.advance(seconds=30)
        await engine.tick()
        once = Reader(database).incident(1)
        await engine.tick()
        assert Reader(database).incident(1) == once
    assert once is not None
    assert once.incident.announced_at == clock()


async def test_a_stopped_engine_says_so(database: Database) -> None:
    async with world.engine(database) as engine:
        pass
    with pytest.raises(Stopped):
        await engine.receive([delivery()])


async def test_the_life_of_an_incident_survives_a_restart(database: Database) -> None:
    clock = HandClock()
    async with world.engine(database, clock) as engine:
        await engine.receive([delivery(body(report("a")))])
        await engine.drained()
    clock.advance(minutes=1)
    async with world.engine(database, clock) as engine:
        await engine.tick()
        await engine.act(Acknowledge(who=ANA, incident=1))
        await engine.receive([delivery(body(report("a", status=Status.RESOLVED)))])
        await engine.drained()
    clock.advance(minutes=15)
    async with world.engine(database, clock) as engine:
        await engine.tick()
    view = Reader(database).incident(1)
    assert view is not None
    assert view.incident.state is State.RESOLVED
    assert view.incident.assignee == ANA


async def test_a_sender_that_never_says_since_when_repeats_without_beginning_anew(database: Database) -> None:
    clock = HandClock()
    async with world.engine(database, clock) as engine:
        for minute in range(3):
            now = START + timedelta(minutes=minute)
            clock.now = now
            await engine.receive([delivery(body(report("a", began=now)), at=now)])
        await engine.drained()
        fired = Reader(database).alerts(1)[0]
        end = START + timedelta(minutes=9)
        clock.now = end
        last = report("a", began=end, status=Status.RESOLVED, title="only a key")
        await engine.receive([delivery(body(last), at=end)])
        await engine.drained()
    ended = Reader(database).alerts(1)[0]
    assert (fired.episodes, fired.count, fired.starts_at) == (1, 3, START)
    assert (ended.status, ended.starts_at, ended.title) == (Status.RESOLVED, START, "Alert a")
    kinds = [one.kind.value for one in Reader(database).timeline(1)]
    assert kinds.count("alert-refired") == 0
    assert kinds.count("alert-resolved") == 1


async def test_what_another_process_put_into_the_journal_is_decided_at_the_next_tick(
    database: Database,
) -> None:
    async with world.engine(database) as engine:
        await engine.drained()
        with database.write() as connection:
            journal.write(connection, [delivery(body(report("a")))])
        await engine.tick()
        await engine.drained()
    assert Reader(database).incident(1) is not None


async def test_an_undated_end_in_the_batch_of_its_beginning_ends_it(database: Database) -> None:
    clock = HandClock()
    async with world.engine(database, clock) as engine:
        for minute, status in ((0, Status.FIRING), (1, Status.RESOLVED)):
            now = START + timedelta(minutes=minute)
            await engine.receive([delivery(body(report("a", status=status, began=now)), at=now)])
        await engine.drained()
        clock.advance(minutes=10)
        again = [
            delivery(body(report("a", status=status, began=now)), at=now)
            for status, now in (
                (Status.FIRING, START + timedelta(minutes=10)),
                (Status.RESOLVED, START + timedelta(minutes=11)),
            )
        ]
        await engine.receive(again)
        await engine.drained()
    assert Reader(database).alerts(1)[0].status is Status.RESOLVED
    view = Reader(database).incident(1)
    assert view is not None
    assert view.incident.firing == 0
