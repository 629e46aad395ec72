"""Who is called, when, and how often: nobody is left out, and nobody is called for nothing."""

from dataclasses import replace
from datetime import timedelta

import world
from desk import Desk
from headwater.core.actions import Acknowledge, Assign, Escalate, Reopen, SetSeverity
from headwater.core.alerts import Status
from headwater.core.incidents import State
from headwater.core.registry import EscalationStep, OnCall, Reach, Registry
from headwater.core.said import DeadlineKind, Notice, NoticeKind, Where
from headwater.core.severity import Severity
from world import ANA, BO, DEE, EVE, NAT, START, report

HANDLER = {"handler": "support-chat"}
NOMAD = {"alertname": "NomadDown"}


def pages(desk: Desk) -> list[str]:
    return [one.to for one in desk.notices.values() if one.is_page and one.where is Where.PERSON]


def threads(desk: Desk, kind: NoticeKind = NoticeKind.ESCALATION) -> list[Notice]:
    return [one for one in desk.notices.values() if one.kind is kind and one.where is Where.THREAD]


def announced(severity: Severity = Severity.SEV3, registry: Registry | None = None) -> Desk:
    desk = Desk(registry)
    desk.take(report("a", on=HANDLER, severity=severity))
    desk.wait(seconds=30)
    return desk


def backup(**changes: object) -> Registry:
    """The company with another Backup team."""
    teams = dict(world.registry().teams)
    teams["team:backup"] = replace(teams["team:backup"], **changes)  # type: ignore[arg-type]  # a team's own fields
    return world.registry(teams=teams)


def test_a_rise_calls_for_an_incident_that_waits_for_somebody() -> None:
    desk = announced()
    assert pages(desk) == []
    desk.take(report("b", on=HANDLER, severity=Severity.SEV2))
    assert desk.incident().severity is Severity.SEV2
    assert pages(desk) == [ANA]


def test_a_person_s_rise_calls_too() -> None:
    desk = announced()
    desk.act(SetSeverity(who=BO, incident=1, severity=Severity.SEV1))
    assert pages(desk) == [ANA]


def test_a_rise_tells_who_has_it_and_the_thread_whom_it_calls() -> None:
    desk = announced()
    desk.act(Acknowledge(who=BO, incident=1))
    desk.take(report("b", on=HANDLER, severity=Severity.SEV2))
    [rose] = threads(desk, NoticeKind.SEVERITY_ROSE)
    assert (rose.mentions, dict(rose.facts)) == ((BO,), {"from": "SEV3", "to": "SEV2"})
    assert pages(desk) == [ANA]
    assert desk.incident().acknowledged_by is None
    assert DeadlineKind.UNACK not in desk.picture.deadlines[1]


def test_a_rise_takes_a_mitigated_incident_back() -> None:
    from headwater.core.actions import Mitigate

    desk = announced()
    desk.act(Mitigate(who=BO, incident=1))
    desk.take(report("b", on=HANDLER, severity=Severity.SEV2))
    assert desk.incident().state is State.TRIGGERED
    assert pages(desk) == [ANA]


def test_nobody_who_sleeps_through_a_page_is_called_only_once() -> None:
    desk = announced(Severity.SEV2)
    at = []
    for minute in range(1, 24 * 60):
        before = len(pages(desk))
        desk.wait(minutes=1)
        at += [minute] * (len(pages(desk)) - before)
    assert at[:4] == [30, 90, 210, 450]
    assert at[4] - at[3] == 240
    desk.act(Acknowledge(who=ANA, incident=1))
    before = len(pages(desk))
    desk.wait(minutes=59)
    assert len(pages(desk)) == before


def test_a_sev3_without_an_escalation_calls_nobody_ever() -> None:
    desk = announced()
    desk.wait(hours=20)
    assert desk.notices == {}


def test_a_flapping_alert_pages_for_its_first_return_and_then_by_the_escalation_alone() -> None:
    desk = announced(Severity.SEV2)
    for turn in range(1, 8):
        desk.take(report("a", on=HANDLER, status=Status.RESOLVED, began=START + timedelta(minutes=turn - 1)))
        desk.wait(minutes=1)
        desk.take(report("a", on=HANDLER, began=START + timedelta(minutes=turn), severity=Severity.SEV2))
    assert pages(desk) == [ANA, ANA]
    desk.wait(minutes=60)
    assert pages(desk) == [ANA, ANA, ANA]


def test_flapping_does_not_keep_the_later_steps_from_being_taken() -> None:
    desk = Desk()
    desk.take(report("n", on=NOMAD, severity=Severity.SEV2))
    desk.wait(seconds=30)
    for turn in range(1, 15):
        desk.take(
            report("n", on=NOMAD, status=Status.RESOLVED, began=START + timedelta(minutes=3 * (turn - 1)))
        )
        desk.wait(minutes=1)
        desk.take(report("n", on=NOMAD, began=START + timedelta(minutes=3 * turn), severity=Severity.SEV2))
        desk.wait(minutes=2)
    assert EVE in pages(desk)


def test_nobody_is_called_while_it_is_watched() -> None:
    desk = Desk()
    desk.take(report("n", on=NOMAD, severity=Severity.SEV2))
    desk.wait(seconds=30)
    desk.take(report("n", on=NOMAD, status=Status.RESOLVED))
    desk.wait(hours=3)
    assert pages(desk) == []


def test_a_page_for_a_team_with_nobody_on_call_goes_to_the_catch_all_and_says_so() -> None:
    desk = announced(Severity.SEV2, backup(oncall=None))
    assert pages(desk) == [EVE]
    [said] = threads(desk)
    assert said.mentions == (EVE,)
    assert any(
        "nobody: no one is on call for Backup" in one.text and "eve" in one.text for one in desk.entries
    )


def test_a_page_to_somebody_whom_slack_does_not_know_goes_to_the_catch_all() -> None:
    assert pages(announced(Severity.SEV2, backup(oncall=OnCall(people=("person:zoe",))))) == [EVE]


def test_the_admins_are_paged_where_the_catch_all_has_nobody_either() -> None:
    registry = backup(oncall=None)
    teams = {ref: replace(one, oncall=None) for ref, one in registry.teams.items()}
    assert pages(announced(Severity.SEV2, world.registry(teams=teams))) == [EVE]


def test_a_first_step_that_waits_is_said_in_the_thread_when_it_comes() -> None:
    step = EscalationStep(Reach.MENTION, "oncall", timedelta(minutes=10))
    desk = announced(Severity.SEV2, backup(escalation={Severity.SEV2: (step,)}))
    desk.wait(minutes=9)
    assert threads(desk) == []
    desk.wait(minutes=1)
    assert [one.mentions for one in threads(desk)] == [(ANA,)]


def test_a_first_step_at_once_is_on_the_fresh_card_and_not_said_twice() -> None:
    step = EscalationStep(Reach.MENTION, "oncall")
    assert threads(announced(Severity.SEV2, backup(escalation={Severity.SEV2: (step,)}))) == []


def test_a_first_step_long_after_the_card_was_posted_is_said_in_the_thread() -> None:
    step = EscalationStep(Reach.MENTION, "oncall")
    desk = Desk(backup(escalation={Severity.SEV2: (step,)}))
    desk.take(report("a", on=HANDLER, severity=Severity.SEV2))
    desk.act(Acknowledge(who=BO, incident=1))
    desk.wait(hours=2)
    assert desk.incident().state is State.TRIGGERED
    assert [one.mentions for one in threads(desk)] == [(ANA,)]


def test_taking_it_on_by_assigning_it_to_oneself_stops_the_escalation() -> None:
    desk = Desk()
    desk.take(report("n", on=NOMAD, severity=Severity.SEV2))
    desk.act(Assign(who=EVE, incident=1, to=EVE))
    assert desk.incident().acknowledged_by == EVE
    assert desk.incident().announced_at == desk.clock()
    assert set(desk.picture.deadlines[1]) == {DeadlineKind.REMIND, DeadlineKind.UNACK}


def test_calling_for_help_before_the_announcement_announces_it() -> None:
    desk = Desk()
    desk.take(report("n", on=NOMAD, severity=Severity.SEV2))
    assert desk.act(Escalate(who=NAT, incident=1)).done
    assert desk.told() == {"#platform": "full"}


def test_calling_where_no_escalation_is_written_says_so() -> None:
    assert "no escalation for SEV3" in announced().act(Escalate(who=NAT, incident=1)).sentence


def test_the_same_alert_soon_after_calls_anew_though_somebody_had_it() -> None:
    desk = announced(Severity.SEV2)
    desk.act(Acknowledge(who=BO, incident=1))
    desk.take(report("a", on=HANDLER, status=Status.RESOLVED))
    desk.wait(minutes=60)
    assert desk.incident().state is State.RESOLVED
    desk.take(report("a", on=HANDLER, began=desk.clock(), severity=Severity.SEV2))
    assert desk.incident().state is State.TRIGGERED
    assert desk.incident().acknowledged_by is None
    assert pages(desk) == [ANA, ANA]


def test_who_has_it_hears_that_it_fires_again_and_is_reminded_from_then_on() -> None:
    desk = announced()
    desk.act(Acknowledge(who=BO, incident=1))
    desk.take(report("a", on=HANDLER, status=Status.RESOLVED))
    desk.wait(minutes=5)
    desk.take(report("a", on=HANDLER, began=desk.clock()))
    assert desk.incident().state is State.ACKNOWLEDGED
    assert [one.mentions for one in threads(desk, NoticeKind.ASSIGNED)] == [(BO,)]
    desk.wait(hours=2)
    assert desk.incident().state is State.TRIGGERED


def test_who_resolved_what_still_fires_hears_of_it_after_the_watch() -> None:
    from headwater.core.actions import Resolve

    desk = announced()
    desk.act(Resolve(who=BO, incident=1, why="should be gone"))
    desk.wait(minutes=30)
    assert [one.mentions for one in threads(desk, NoticeKind.ASSIGNED)] == [(BO,)]
    assert DeadlineKind.UNACK in desk.picture.deadlines[1]


def test_a_declared_incident_whose_owner_forgets_it_waits_for_somebody_again() -> None:
    from headwater.core.actions import Declare

    desk = Desk()
    desk.act(Declare(who=NAT, title="Odd answers", asset="handler:support-chat", severity=Severity.SEV2))
    desk.act(Acknowledge(who=DEE, incident=1))
    desk.wait(hours=2)
    assert desk.incident().state is State.TRIGGERED
    assert pages(desk) == [ANA, ANA]


def test_reopening_what_recovered_holds_until_nothing_happened_for_long() -> None:
    desk = announced()
    desk.take(report("a", on=HANDLER, status=Status.RESOLVED))
    desk.wait(hours=1)
    assert desk.act(Reopen(who=BO, incident=1)).done
    assert desk.incident().state is State.ACKNOWLEDGED
    desk.wait(minutes=119)
    assert desk.incident().state is State.ACKNOWLEDGED
    desk.wait(minutes=1)
    assert desk.incident().state is State.MONITORING
    desk.wait(minutes=15)
    assert desk.incident().state is State.RESOLVED
