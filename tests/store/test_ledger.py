"""The ledger over real rows: which month an incident counts in, and for whom."""

from datetime import UTC, date, datetime

import world
from headwater.core.actions import Contest
from headwater.store.database import Database
from headwater.store.reading import Reader
from world import ANA, CY, HandClock, body, delivery, report

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


async def test_each_incident_counts_in_the_month_it_opened_and_the_newest_month_is_first(
    database: Database,
) -> None:
    clock, reader = HandClock(datetime(2026, 11, 30, 23, 0, tzinfo=UTC)), Reader(database)
    async with world.engine(database, clock) as engine:

        async def alert(fingerprint: str, on: str) -> None:
            one = report(fingerprint, on={"pipeline": on}, began=clock())
            await engine.receive([delivery(body(one), at=clock())])
            await engine.drained()
            clock.advance(seconds=31)
            await engine.tick()

        await alert("a", "docs-ingest")
        assert (await engine.act(Contest(who=CY, incident=1, why="not late"))).done
        clock.advance(hours=2)
        await alert("b", "invoices")
        assert (await engine.act(Contest(who="U0BO", incident=2, why="nor ours"))).done
    december, november = reader.load(clock(), months=2)
    assert (december.first, november.first) == (DECEMBER, NOVEMBER)
    assert {one.team: (one.led, one.contested, one.misrouted_in) for one in november.loads} == {
        "team:ml-leads": (1, 0, 0),
        "team:docs-data": (0, 1, 1),
    }
    assert {one.team: one.contested for one in december.loads} == {"team:ml-leads": 0, "team:retrieval": 1}
    assert [one.first for one in reader.load(clock())] == [DECEMBER]


async def test_months_go_back_over_the_turn_of_the_year(database: Database) -> None:
    january = datetime(2027, 1, 31, 12, 0, tzinfo=UTC)
    months = Reader(database).load(january, months=3)
    assert [one.first for one in months] == [date(2027, 1, 1), DECEMBER, NOVEMBER]
    assert all(one.loads == () for one in months)


async def test_what_is_read_of_one_incident_is_who_had_it_in_order(database: Database) -> None:
    clock, reader = HandClock(), Reader(database)
    async with world.engine(database, clock) as engine:
        await engine.receive([delivery(body(report("a")))])
        await engine.drained()
        clock.advance(seconds=31)
        await engine.tick()
        await engine.act(Contest(who=ANA, incident=1, why="the model is at fault"))
    first, second = reader.routes(1)
    assert (first.team, first.by) == ("team:backup", None)
    assert (second.team, second.by, second.code) == ("team:ml-leads", ANA, "arbiter")
    assert reader.routes(99) == ()
