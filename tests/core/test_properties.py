"""Properties of triage: repeats, order, batching, strangers, ticks; nobody is ever left without a team."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

import world
from bursts import PLACES, once_each, reports
from desk import Desk
from headwater.core.alerts import Report, Status
from headwater.core.picture import Picture
from world import report


def shape(desk: Desk) -> set[tuple[object, ...]]:
    """What an incident is, but for its number."""
    return {
        (
            frozenset(key for key, alert in desk.picture.alerts.items() if alert.incident == one.number),
            one.route.team,
            one.route.runner_up,
            one.joined,
            one.title,
            one.severity,
            one.firing,
            one.asset,
        )
        for one in desk.open()
    }


def settled(batches: list[list[Report]]) -> Desk:
    desk = Desk()
    for batch in batches:
        desk.take(*batch)
    desk.wait(minutes=1)
    return desk


@given(st.lists(reports, min_size=1, max_size=12), st.data())
@settings(deadline=None, max_examples=120)
def test_any_order_and_any_batching_of_a_burst_gives_the_same_incidents(
    burst: list[Report], data: st.DataObject
) -> None:
    burst = once_each(burst)
    other = list(data.draw(st.permutations(burst)))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(other) - 1)), max_size=4)))
    batches = [other[i:j] for i, j in zip([0, *cuts], [*cuts, len(other)], strict=True)]
    assert shape(settled([burst])) == shape(settled(batches))


@given(st.lists(reports, min_size=1, max_size=10))
@settings(deadline=None, max_examples=60)
def test_a_report_said_twice_says_nothing_new(burst: list[Report]) -> None:
    burst = once_each(burst)
    desk = settled([burst])
    before, notices = shape(desk), dict(desk.notices)
    entries = list(desk.entries)
    desk.take(*burst)
    desk.wait(seconds=1)
    assert shape(desk) == before
    assert desk.notices == notices
    assert desk.entries == entries


@given(st.lists(reports, min_size=1, max_size=10))
@settings(deadline=None, max_examples=60)
def test_an_unrelated_alert_changes_no_other_incident(burst: list[Report]) -> None:
    lonely = world.registry(
        assets={**world.registry().assets, "handler:lonely": world.asset("handler:lonely", "team:platform")}
    )
    desk = Desk(lonely)
    desk.take(*once_each(burst))
    desk.wait(minutes=1)
    before = dict(desk.picture.incidents)
    desk.take(report("lonely", on={"handler": "lonely"}))
    assert {n: one for n, one in desk.picture.incidents.items() if n in before} == before
    assert len(desk.picture.incidents) == len(before) + 1


@given(st.lists(reports, min_size=1, max_size=10))
@settings(deadline=None, max_examples=60)
def test_every_incident_has_a_team_a_reason_and_a_channel_that_shows_it(burst: list[Report]) -> None:
    desk = settled([once_each(burst)])
    for incident in desk.open():
        assert incident.route.team in desk.registry.teams
        assert incident.route.reason.sentence
        assert "full" in desk.told(incident.number).values()


@given(st.lists(reports, min_size=1, max_size=10), st.integers(0, 200))
@settings(deadline=None, max_examples=60)
def test_a_tick_twice_is_a_tick_once(burst: list[Report], minutes: int) -> None:
    desk = settled([once_each(burst)])
    desk.wait(minutes=minutes)
    before, notices = desk.picture, dict(desk.notices)
    desk.wait(seconds=0)
    assert desk.picture == before
    assert desk.notices == notices


@given(st.lists(reports, min_size=1, max_size=10), st.data())
@settings(deadline=None, max_examples=60)
def test_counts_never_drift_whatever_fires_and_recovers(burst: list[Report], data: st.DataObject) -> None:
    burst = once_each(burst)
    desk = settled([burst])
    for _ in range(data.draw(st.integers(1, 8))):
        one = data.draw(st.sampled_from(burst))
        later = desk.clock() if data.draw(st.booleans()) else one.starts_at
        status = data.draw(st.sampled_from([Status.FIRING, Status.RESOLVED]))
        desk.take(replace(one, status=status, starts_at=later))
        desk.wait(minutes=data.draw(st.integers(0, 20)))
    alerts = desk.picture.alerts.values()
    for incident in desk.open():
        mine = [one for one in alerts if one.incident == incident.number]
        assert incident.firing == sum(one.status is Status.FIRING for one in mine)


def test_deciding_leaves_the_picture_it_was_given_as_it_was() -> None:
    desk = Desk()
    desk.take(report("a", on=PLACES[1]))
    before = desk.picture
    copy = Picture(
        alerts=dict(before.alerts),
        incidents=dict(before.incidents),
        involved={n: {g: replace(p) for g, p in i.items()} for n, i in before.involved.items()},
        deadlines={n: dict(d) for n, d in before.deadlines.items()},
        cards={n: dict(c) for n, c in before.cards.items()},
        last_number=before.last_number,
    )
    desk.take(report("b", on=PLACES[1]), report("c", on=PLACES[3]))
    assert before.incidents == copy.incidents
    assert before.involved == copy.involved
    assert before.deadlines == copy.deadlines
