from dataclasses import replace
from datetime import timedelta

import pytest

import world
from desk import Desk
from headwater.core.actions import Acknowledge, Cancel, Contest, Mitigate, Reroute
from headwater.core.handover import next_after
from headwater.core.incidents import EntryKind, State
from headwater.core.reasons import Code
from headwater.core.registry import EscalationStep, Reach
from headwater.core.said import DeadlineKind, NoticeKind
from headwater.core.severity import Severity
from world import ANA, BO, CY, DEE, EVE, NAT, report

HANDLER = {"handler": "support-chat"}
PIPELINE = {"pipeline": "docs-ingest"}
WHY = "the documents are theirs"


def two_teams(**more: object) -> Desk:
    """One incident that Docs data leads; Backup, whose handler shows it, is next."""
    desk = Desk()
    desk.take(report("a", on=HANDLER, **more), report("b", on=PIPELINE, **more))  # type: ignore[arg-type]  # as report names them
    desk.wait(seconds=30)
    assert (desk.incident().route.team, desk.incident().route.runner_up) == ("team:docs-data", "team:backup")
    return desk


def with_the_arbiter() -> Desk:
    """Both teams said *Not ours*."""
    desk = two_teams()
    assert desk.act(Contest(who=CY, incident=1, why="our pipeline is late by design")).done
    assert desk.act(Contest(who=ANA, incident=1, why="we only show the answers")).done
    return desk


def test_not_ours_goes_to_who_was_next_and_says_who_said_so_and_why() -> None:
    desk = two_teams()
    answer = desk.act(Contest(who=CY, incident=1, why="our pipeline is late by design."))
    assert answer.done
    assert answer.sentence == "INC-1 is with Backup now, who was next."
    incident = desk.incident()
    assert (incident.route.team, incident.route.asset, incident.route.by) == (
        "team:backup",
        "handler:support-chat",
        CY,
    )
    assert incident.contests == 1
    assert incident.route.reason.code is Code.CONTESTED
    assert incident.route.reason.sentence == (
        "<@U0CY> says it is not Docs data's: our pipeline is late by design; Backup was next"
    )


def test_the_timeline_keeps_who_gave_it_up_to_whom_and_why() -> None:
    desk = two_teams()
    desk.act(Contest(who=CY, incident=1, why=WHY))
    [entry] = [one for one in desk.entries if one.kind is EntryKind.CONTESTED]
    assert (entry.who, entry.text) == (CY, f"Not Docs data's: {WHY}. To Backup, who was next.")
    assert dict(entry.facts) == {
        "from": "team:docs-data",
        "to": "team:backup",
        "by": CY,
        "reason": "contested",
    }


def test_the_team_that_gave_it_up_stays_joined_and_sees_a_pointer() -> None:
    desk = two_teams()
    desk.act(Contest(who=CY, incident=1, why=WHY))
    assert desk.incident().joined == ("team:docs-data",)
    assert desk.told() == {"#docs-data": "pointer", "#backup": "full"}


def test_a_second_contest_goes_to_the_arbiter() -> None:
    desk = with_the_arbiter()
    incident = desk.incident()
    assert (incident.route.team, incident.contests) == ("team:ml-leads", 2)
    assert incident.route.reason.code is Code.ARBITER
    assert "ML leads decides" in incident.route.reason.sentence
    assert incident.joined == ("team:backup", "team:docs-data")
    assert desk.told() == {"#docs-data": "pointer", "#backup": "pointer", "#ml-leads": "full"}


def test_the_arbiter_is_told_what_to_do_instead_of_contesting() -> None:
    desk = with_the_arbiter()
    answer = desk.act(Contest(who=EVE, incident=1, why="nor ours"))
    assert not answer.done
    assert "ML leads, who decides" in answer.sentence
    assert "reassign it" in answer.sentence
    assert desk.incident().contests == 2


def test_what_the_arbiter_decides_is_final() -> None:
    desk = with_the_arbiter()
    assert desk.act(Reroute(who=EVE, incident=1, team="team:docs-data", why="late is late.")).done
    route = desk.incident().route
    assert (route.team, route.reason.code, route.runner_up) == ("team:docs-data", Code.ARBITRATED, None)
    assert route.reason.sentence == "<@U0EVE> decided for ML leads that it is Docs data's: late is late"
    contested = desk.act(Contest(who=CY, incident=1, why="still not"))
    assert not contested.done
    assert contested.sentence.startswith("ML leads decided whose INC-1 is")
    passed_on = desk.act(Reroute(who=CY, incident=1, team="team:backup", why="theirs"))
    assert not passed_on.done
    assert "ML leads decides whose it is" in passed_on.sentence
    assert desk.incident().route == route


def test_while_the_arbiter_has_it_the_parties_can_only_take_it_themselves() -> None:
    desk = with_the_arbiter()
    assert not desk.act(Reroute(who=ANA, incident=1, team="team:platform", why="theirs")).done
    assert desk.act(Reroute(who=ANA, incident=1, team="team:backup", why="it was ours after all")).done
    assert desk.incident().route.reason.code is Code.PERSON_DECIDED


def test_without_a_runner_up_the_first_contest_goes_to_the_arbiter() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.wait(seconds=30)
    assert desk.act(Contest(who=BO, incident=1, why="no backup is concerned")).done
    assert desk.incident().route.team == "team:ml-leads"
    assert desk.incident().contests == 1


def test_a_team_that_a_person_chose_contests_to_the_arbiter_not_back_to_where_it_came_from() -> None:
    desk = two_teams()
    desk.act(Reroute(who=CY, incident=1, team="team:platform", why="the node is gone"))
    assert desk.act(Contest(who=DEE, incident=1, why="all nodes are fine")).done
    assert desk.incident().route.team == "team:ml-leads"


def test_a_runner_up_that_left_the_registry_is_skipped() -> None:
    route = two_teams().incident().route
    gone = replace(route, runner_up="team:gone")
    following = next_after(world.registry(), gone)
    assert following is not None
    assert following.ref == "team:ml-leads"


@pytest.mark.parametrize("who", [NAT, ANA])
def test_a_stranger_and_a_joined_team_cannot_say_that_it_is_not_anothers(who: str) -> None:
    desk = two_teams()
    answer = desk.act(Contest(who=who, incident=1, why="not theirs"))
    assert not answer.done
    assert "only they can say" in answer.sentence
    assert desk.incident().contests == 0


def test_the_owning_team_its_assignee_and_admins_may() -> None:
    for who in (CY, EVE):
        assert two_teams().act(Contest(who=who, incident=1, why=WHY)).done
    desk = two_teams()
    desk.act(Acknowledge(who=NAT, incident=1))
    assert desk.act(Contest(who=NAT, incident=1, why=WHY)).done


def test_it_needs_a_reason_in_words() -> None:
    desk = two_teams()
    answer = desk.act(Contest(who=CY, incident=1, why=" . "))
    assert not answer.done
    assert answer.sentence == "Say why INC-1 is not Docs data's: Backup reads it first."


def test_what_is_over_is_nobodys_to_contest() -> None:
    desk = two_teams()
    desk.act(Cancel(who=CY, incident=1, noise="a test"))
    answer = desk.act(Contest(who=CY, incident=1, why=WHY))
    assert not answer.done
    assert answer.sentence.startswith("INC-1 is cancelled: reopen it")


def test_after_an_acknowledgement_nobody_has_it_and_the_new_team_is_called() -> None:
    desk = two_teams(severity=Severity.SEV2)
    desk.act(Acknowledge(who=CY, incident=1))
    desk.act(Contest(who=CY, incident=1, why=WHY))
    incident = desk.incident()
    assert (incident.state, incident.assignee, incident.acknowledged_by) == (State.TRIGGERED, None, None)
    assert (incident.called_at, incident.calls) == (desk.clock(), 2)
    assert {one.to for one in desk.notices.values() if one.is_page} == {CY, ANA, "1"}
    assert not {DeadlineKind.REMIND, DeadlineKind.UNACK} & set(desk.picture.deadlines[1])


def test_the_former_teams_escalation_ends_and_the_new_ones_begins() -> None:
    plan = {Severity.SEV3: (EscalationStep(Reach.PAGE, "oncall", timedelta(minutes=10)),)}
    teams = {one.ref: replace(one, escalation=plan) for one in world.TEAMS}
    desk = Desk(world.registry(teams=teams))
    desk.take(report("a", on=HANDLER), report("b", on=PIPELINE))
    desk.wait(seconds=30)
    desk.wait(minutes=9)
    desk.act(Contest(who=CY, incident=1, why=WHY))
    desk.wait(minutes=9)
    assert not [one for one in desk.notices.values() if one.is_page]
    desk.wait(minutes=1)
    assert {one.to for one in desk.notices.values() if one.is_page} == {"1", ANA}


def test_a_mitigated_incident_moves_and_stays_mitigated() -> None:
    desk = two_teams()
    desk.act(Mitigate(who=CY, incident=1))
    desk.act(Contest(who=CY, incident=1, why=WHY))
    assert (desk.incident().state, desk.incident().assignee) == (State.MITIGATED, None)


def test_no_later_alert_moves_what_was_contested() -> None:
    desk = two_teams()
    desk.act(Contest(who=CY, incident=1, why=WHY))
    before = desk.incident().route
    desk.take(report("c", on=PIPELINE, severity=Severity.SEV1), report("d", on={"source": "docs-repo"}))
    desk.wait(minutes=5)
    assert desk.incident().route == before


def test_a_contest_before_anybody_heard_of_it_tells_the_next_team_at_once() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER), report("b", on=PIPELINE))
    assert desk.act(Contest(who=CY, incident=1, why=WHY)).done
    assert desk.told() == {"#backup": "full", "#docs-data": "pointer"}
    desk.wait(minutes=1)
    assert desk.incident().route.team == "team:backup"


def test_a_channel_whose_pointer_becomes_the_card_is_told_once_as_edits_notify_nobody() -> None:
    desk = two_teams()
    desk.act(Contest(who=CY, incident=1, why=WHY))
    [told] = [one for one in desk.notices.values() if one.kind is NoticeKind.HANDED_OVER]
    assert (told.facts["team"], told.facts["by"], told.broadcast) == ("Backup", CY, True)
    desk.act(Contest(who=ANA, incident=1, why="nor ours"))
    assert len([one for one in desk.notices.values() if one.kind is NoticeKind.HANDED_OVER]) == 1
