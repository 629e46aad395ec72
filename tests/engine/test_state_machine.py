"""Receive, act and tick in any order, with crashes, on a real database: what must hold after every step."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

import world
from bursts import once_each, reports
from headwater.core.actions import (
    Acknowledge,
    AddNote,
    Assign,
    Cancel,
    Contest,
    Declare,
    Mitigate,
    Reopen,
    Reroute,
    Resolve,
    SetSeverity,
)
from headwater.core.alerts import Report, Status
from headwater.core.severity import Severity
from headwater.core.tuning import Tuning
from headwater.engine.deciding import Decider
from headwater.store import journal, picture
from headwater.store.database import Database
from headwater.store.reading import Reader
from headwater.store.schema import METADATA
from world import ANA, BO, EVE, HandClock, body, delivery

number = st.integers(1, 4)
someone = st.sampled_from([ANA, BO, EVE])


class Crash(RuntimeError):
    """The machine lost power before the commit."""


class Life(RuleBasedStateMachine):
    """One database, one clock; every decision is one transaction."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.database = Database(str(Path(self.folder.name) / "h.db"))
        METADATA.create_all(self.database.writer)
        self.clock = HandClock()
        self.decider = Decider(world.registry(), Tuning(), {"world": world.parse})
        self.reader = Reader(self.database)

    def decide(self) -> None:
        while True:
            with self.database.write() as connection:
                mark = picture.mark(connection, journal.DECIDED)
                batch = journal.read(connection, mark, most=2_000)
                if not batch:
                    return
                self.decider.deliveries(connection, batch, self.clock())

    @rule(burst=st.lists(reports, min_size=1, max_size=5), status=st.sampled_from(list(Status)[:2]))
    def receive(self, burst: list[Report], status: Status) -> None:
        for one in burst:
            one.status = status
        with self.database.write() as connection:
            journal.write(connection, [delivery(body(*once_each(burst)))])
        self.decide()

    @rule(burst=st.lists(reports, min_size=1, max_size=5))
    def receive_and_crash_before_the_commit(self, burst: list[Report]) -> None:
        with self.database.write() as connection:
            journal.write(connection, [delivery(body(*burst))])
        with pytest.raises(Crash):
            self.decide_and_crash()
        self.decide()

    def decide_and_crash(self) -> None:
        with self.database.write() as connection:
            mark = picture.mark(connection, journal.DECIDED)
            self.decider.deliveries(connection, journal.read(connection, mark, most=1), self.clock())
            raise Crash

    def act(self, action: Any) -> None:
        with self.database.write() as connection:
            answer = self.decider.action(connection, action, self.clock())
        assert answer.sentence

    @rule(who=someone, title=st.sampled_from(["slow", "odd answers"]))
    def declare(self, who: str, title: str) -> None:
        self.act(Declare(who=who, title=title, asset="handler:billing"))

    @rule(
        who=someone,
        n=number,
        made=st.sampled_from(
            [
                lambda who, n: Acknowledge(who=who, incident=n),
                lambda who, n: AddNote(who=who, incident=n, text="looking"),
                lambda who, n: Assign(who=who, incident=n, to=BO),
                lambda who, n: Mitigate(who=who, incident=n),
                lambda who, n: Resolve(who=who, incident=n, why="gone"),
                lambda who, n: Reopen(who=who, incident=n),
                lambda who, n: Cancel(who=who, incident=n, noise="a test"),
                lambda who, n: SetSeverity(who=who, incident=n, severity=Severity.SEV1),
                lambda who, n: Reroute(who=who, incident=n, team="team:platform", why="theirs"),
                lambda who, n: Contest(who=who, incident=n, why="not ours"),
            ]
        ),
    )
    def do(self, who: str, n: int, made: Any) -> None:
        self.act(made(who, n))

    @rule(minutes=st.integers(0, 90))
    def tick(self, minutes: int) -> None:
        self.clock.now += timedelta(minutes=minutes)
        for _ in range(50):
            with self.database.write() as connection:
                ended = self.decider.end(connection, self.clock())
                waiting = self.decider.due(connection, self.clock())
                self.decider.happen(connection, waiting, self.clock())
                if not ended and not waiting:
                    return
        raise AssertionError("a tick that never ends")

    def ask(self, statement: str) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(text(statement)).all())

    @invariant()
    def counts_are_what_the_alerts_say(self) -> None:
        if not hasattr(self, "database"):
            return
        for row in self.ask(
            "SELECT i.number, i.firing, (SELECT count(*) FROM alert a WHERE a.incident = i.number"
            " AND a.status = 'firing') AS really FROM incident i WHERE i.live = 1"
        ):
            assert row.firing == row.really, row

    @invariant()
    def timelines_have_no_holes(self) -> None:
        if not hasattr(self, "database"):
            return
        for row in self.ask("SELECT incident, count(*) AS n, max(seq) AS last FROM entry GROUP BY incident"):
            assert row.n == row.last
        assert not self.ask(
            "SELECT number FROM incident WHERE entries <>"
            " (SELECT count(*) FROM entry WHERE entry.incident = incident.number)"
        )

    @invariant()
    def whoever_was_told_sees_the_newest(self) -> None:
        if not hasattr(self, "database"):
            return
        for row in self.ask("SELECT number, revision FROM incident WHERE live = 1"):
            view = self.reader.incident(row.number)
            assert view is not None
            if view.incident.announced_at is not None:
                full = [card for card in view.cards if card.kind == "full"]
                assert [card.wanted for card in full] == [row.revision]

    @invariant()
    def what_is_over_waits_for_nothing_but_its_closing(self) -> None:
        if not hasattr(self, "database"):
            return
        assert not self.ask(
            "SELECT * FROM deadline d JOIN incident i ON i.number = d.incident"
            " WHERE i.live = 0 AND d.kind <> 'close'"
        )

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
