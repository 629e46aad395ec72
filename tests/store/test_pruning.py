"""Pruning takes what is old and done, a bounded number at once, and nothing that anybody still needs."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

import world
from headwater.core.actions import Answer
from headwater.core.alerts import Problem
from headwater.core.effects import Effect, PutFact, PutOverlay
from headwater.core.facts import Fact, FactKind, FactState
from headwater.core.placing import Overlay
from headwater.core.tuning import Tuning
from headwater.engine.deciding import Decider
from headwater.store import asked, journal, picture, unreadable
from headwater.store.apply import apply, set_mark
from headwater.store.database import Database
from headwater.store.pruning import Keep, prune
from world import START, body, delivery, report

LATER = START + timedelta(days=100)


def count(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def received(connection: Connection, *at: datetime) -> None:
    journal.write(connection, [delivery(at=one) for one in at])


def test_decided_deliveries_go_when_they_are_old_and_the_others_stay(database: Database) -> None:
    with database.write() as connection:
        received(connection, *[START] * 5, LATER, LATER)
        set_mark(connection, journal.DECIDED, 6)
        assert prune(connection, LATER) == 5
        assert prune(connection, LATER) == 0
        assert [one.id for one in journal.read(connection, 0, most=1_000)] == [6, 7]


def test_what_waits_to_be_decided_stays_however_old(database: Database) -> None:
    with database.write() as connection:
        received(connection, START, START, START)
        set_mark(connection, journal.DECIDED, 1)
        assert prune(connection, LATER) == 0


def test_the_newest_delivery_stays_so_that_nothing_seems_to_wait(database: Database) -> None:
    with database.write() as connection:
        received(connection, START, START, START)
        set_mark(connection, journal.DECIDED, 3)
        assert prune(connection, LATER) == 2
        assert journal.last(connection) == picture.mark(connection, journal.DECIDED)


def test_a_call_takes_no_more_than_it_was_told(database: Database) -> None:
    with database.write() as connection:
        received(connection, *[START] * 10)
        set_mark(connection, journal.DECIDED, 10)
        assert [prune(connection, LATER, most=4) for _ in range(4)] == [4, 4, 1, 0]


def test_old_answers_go_and_the_sources_of_notes_stay(database: Database) -> None:
    with database.write() as connection:
        asked.remember(connection, "old", Answer(done=True, sentence="Yes."), START)
        asked.remember(connection, "new", Answer(done=True, sentence="Yes."), LATER)
        connection.execute(text("INSERT INTO asked (key, at, answer) VALUES ('source:C1/1', 0, '')"))
        assert prune(connection, LATER) == 1
        assert asked.answer_to(connection, "old") is None
        assert asked.answer_to(connection, "new") is not None
        assert picture.noted(connection, "C1/1")


def test_old_facts_and_placements_that_ran_out_go(database: Database) -> None:
    fact = Fact(
        key="old",
        subject="index:docs",
        asset="index:docs",
        kind=FactKind.CHANGE,
        quantity="deploy",
        state=FactState.CHANGED,
        at=START,
        sentence="a deploy",
        sender="ci",
    )
    placed = Overlay(group="unplaced:prom/Odd", asset="index:docs", who="<@U0ANA>")
    kept = Overlay(group="unplaced:prom/Else", asset="index:docs", who="<@U0ANA>")
    with database.write() as connection:
        effects: list[Effect] = [
            PutFact(fact),
            PutFact(replace(fact, key="new", at=LATER)),
            PutOverlay(placed, START, START),
            PutOverlay(kept, START, LATER),
        ]
        apply(connection, effects, START)
        assert prune(connection, LATER) == 2
        assert set(picture.facts_by_key(connection, ["old", "new"])) == {"new"}
        assert set(picture.overlays(connection, START)) == {kept.group}


def test_a_settled_item_goes_and_one_that_waits_in_the_box_stays(database: Database) -> None:
    with database.write() as connection:
        journal.box(connection, delivery(), [Problem("$", "x", b"1"), Problem("$", "y", b"2")], START)
        unreadable.settle(connection, 1, by="dismissed", now=START)
        assert prune(connection, LATER) == 1
        assert [one.sentence for one in unreadable.boxed(connection, settled=True)] == ["y"]


def test_pruning_leaves_incidents_and_their_timelines_alone(database: Database) -> None:
    decider = Decider(world.registry(), Tuning(), {"world": world.parse})
    tables = ("incident", "entry", "alert", "involved", "card", "notice", "deadline")
    with database.write() as connection:
        journal.write(connection, [delivery(body(report("a")))])
        decider.deliveries(connection, journal.read(connection, 0, most=1), START)
        before = {table: count(connection, table) for table in tables}
        prune(connection, LATER, Keep(deliveries=timedelta(0), facts=timedelta(0)))
        assert {table: count(connection, table) for table in tables} == before
    assert before["entry"]
