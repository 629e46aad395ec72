"""What an incident counts and holds stays true: who comes and goes, in which order, in which batch."""

from datetime import timedelta

from desk import Desk
from headwater.core.actions import Acknowledge, Cancel, Declare, Mitigate, Reopen, Resolve
from headwater.core.alerts import Status
from headwater.core.effects import AddEntry
from headwater.core.facts import Fact, FactKind, FactState
from headwater.core.incidents import State
from headwater.core.noticing import notice
from headwater.core.picture import Draft
from headwater.core.severity import Severity
from world import ANA, BO, NAT, START, report

HANDLER = {"handler": "support-chat"}


def recovered() -> Desk:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.wait(minutes=1)
    desk.take(report("a", on=HANDLER, status=Status.RESOLVED))
    return desk


def test_who_takes_a_recovered_incident_on_has_it() -> None:
    desk = recovered()
    desk.act(Acknowledge(who=ANA, incident=1))
    assert desk.incident().state is State.ACKNOWLEDGED
    desk.act(Mitigate(who=ANA, incident=1))
    assert desk.incident().state is State.MITIGATED


def test_what_was_taken_on_after_it_recovered_is_watched_anew_when_it_fires_and_recovers_again() -> None:
    desk = recovered()
    desk.act(Acknowledge(who=ANA, incident=1))
    began = desk.clock() + timedelta(seconds=1)
    desk.take(report("a", on=HANDLER, began=began))
    desk.take(report("a", on=HANDLER, began=began, status=Status.RESOLVED))
    assert desk.incident().state is State.MONITORING


def test_taking_it_on_takes_an_earlier_resolution_back() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.act(Resolve(who=ANA, incident=1, why="a blip"))
    desk.act(Acknowledge(who=BO, incident=1))
    assert desk.incident().resolution is None
    desk.take(report("a", on=HANDLER, status=Status.RESOLVED))
    desk.wait(hours=1)
    resolution = desk.incident().resolution
    assert resolution is not None
    assert resolution.by is None


def test_reopening_a_cancelled_incident_whose_alert_fires_elsewhere_now_counts_it_no_more() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.act(Cancel(who=ANA, incident=1, noise="a test"))
    desk.take(report("a", on=HANDLER, began=START + timedelta(minutes=3)))
    desk.act(Reopen(who=ANA, incident=1))
    assert desk.incident(1).firing == 0
    assert desk.incident(1).closed_at is None
    assert desk.incident(2).firing == 1


def test_an_alert_that_comes_back_on_another_asset_is_counted_there() -> None:
    desk = recovered()
    desk.take(report("a", on={"pipeline": "docs-ingest"}, began=START + timedelta(minutes=2)))
    parts = desk.picture.involved[1]
    assert {group: (one.firing, one.alerts) for group, one in parts.items()} == {
        "handler:support-chat": (0, 0),
        "pipeline:docs-ingest": (1, 1),
    }
    assert (desk.incident().firing, desk.incident().alerts) == (1, 1)


def test_a_firing_alert_said_often_is_believed_though_its_resolution_came_out_of_order() -> None:
    desk = recovered()
    for _ in range(6):
        desk.wait(minutes=1)
        desk.take(report("a", on=HANDLER))
    assert desk.picture.alerts["prom/a"].status is Status.FIRING


def test_the_end_of_an_alert_does_not_depend_on_how_its_reports_were_batched() -> None:
    first, later = report("a", on=HANDLER), report("a", on=HANDLER, began=START + timedelta(minutes=2))
    first.ends_at, later.ends_at = START + timedelta(minutes=5), START + timedelta(minutes=9)
    one, other = Desk(), Desk()
    for desk in (one, other):
        desk.take(report("a", on=HANDLER))
    one.take(first, later)
    other.take(first)
    other.take(later)
    assert one.picture.alerts == other.picture.alerts
    assert one.picture.alerts["prom/a"].ends_at == later.ends_at


def test_a_declared_severity_is_a_person_s_and_is_not_raised_by_the_asset() -> None:
    desk = Desk()
    said = Declare(who=NAT, title="A typo", asset="handler:backup-assistant", severity=Severity.SEV4)
    desk.act(said)
    assert desk.incident().severity is Severity.SEV4
    desk.take(report("a", severity=Severity.SEV2))
    assert desk.incident().severity is Severity.SEV1


def test_a_declared_incident_without_a_severity_takes_the_asset_s_tier_into_account() -> None:
    desk = Desk()
    desk.act(Declare(who=NAT, title="Odd", asset="handler:backup-assistant"))
    assert desk.incident().severity is Severity.SEV2


def test_a_reading_that_stays_bad_is_told_once() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    lines = []
    for minute, state in enumerate([FactState.BAD, FactState.BAD, FactState.OK, FactState.BAD]):
        fact = Fact(
            key="index:docs|reading|freshness",
            subject="index:docs",
            asset="index:docs",
            kind=FactKind.READING,
            quantity="freshness",
            state=state,
            at=START + timedelta(minutes=minute),
            sentence=f"freshness is {state}",
            sender="ci",
        )
        draft = Draft(desk.picture)
        notice(draft, desk.scene(), [fact])
        lines += [one.entry.text for one in draft.effects() if isinstance(one, AddEntry)]
        desk.picture = draft.picture()
    assert lines == ["index:docs: freshness is bad"] * 2
