import world
from desk import Desk
from headwater.core.actions import (
    Acknowledge,
    AddNote,
    Assign,
    Cancel,
    Declare,
    Escalate,
    Mitigate,
    Place,
    Reopen,
    Reroute,
    Resolve,
    SetSeverity,
)
from headwater.core.alerts import Status
from headwater.core.incidents import State
from headwater.core.reasons import Code
from headwater.core.said import DeadlineKind, NoticeKind, Where
from headwater.core.severity import Severity
from world import ANA, BO, CY, DEE, EVE, NAT, START, report

HANDLER = {"handler": "support-chat"}


def announced(**more: object) -> Desk:
    """A desk with one announced incident of Backup."""
    desk = Desk()
    desk.take(report("a", on=HANDLER, **more))  # type: ignore[arg-type]  # named as report names them
    desk.wait(seconds=30)
    return desk


def test_anyone_acknowledges_and_thereby_has_it() -> None:
    desk = announced()
    answer = desk.act(Acknowledge(who=NAT, incident=1))
    assert answer.done
    assert desk.incident().state is State.ACKNOWLEDGED
    assert desk.incident().assignee == NAT
    assert desk.incident().route.team == "team:backup"


def test_a_second_acknowledgement_learns_who_was_first_and_when() -> None:
    desk = announced()
    desk.act(Acknowledge(who=ANA, incident=1))
    desk.wait(seconds=12)
    answer = desk.act(Acknowledge(who=BO, incident=1))
    assert not answer.done
    assert answer.sentence == "INC-1 was already acknowledged by <@U0ANA> 12 s ago."
    assert desk.act(Acknowledge(who=ANA, incident=1)).sentence.startswith(
        "INC-1 was already acknowledged by you"
    )


def test_a_person_without_rights_is_told_what_they_can_do_instead() -> None:
    desk = announced()
    answer = desk.act(Resolve(who=NAT, incident=1, why="it is fine"))
    assert not answer.done
    assert "Backup" in answer.sentence
    assert "Acknowledge" in answer.sentence
    assert desk.incident().state is State.TRIGGERED


def test_admins_joined_teams_and_the_reporter_may() -> None:
    for who in (EVE, ANA, BO):
        assert announced().act(Mitigate(who=who, incident=1)).done
    desk = Desk()
    desk.take(report("a", on=HANDLER), report("b", on={"pipeline": "docs-ingest"}))
    assert desk.act(Mitigate(who=ANA, incident=1)).done
    desk = Desk()
    desk.act(Declare(who=NAT, title="Odd answers"))
    assert desk.act(Cancel(who=NAT, incident=1, noise="my mistake")).done


def test_a_note_is_on_the_timeline_with_its_author() -> None:
    desk = announced()
    assert desk.act(AddNote(who=NAT, incident=1, text=" seen since noon ", via="button")).done
    note = desk.entries[-1]
    assert (note.kind, note.text, note.who) == ("note", "seen since noon", NAT)
    assert not desk.act(AddNote(who=NAT, incident=1, text="  ")).done


def test_an_incident_given_to_somebody_else_tells_them_and_keeps_the_team() -> None:
    desk = announced()
    desk.act(Acknowledge(who=ANA, incident=1))
    assert desk.act(Assign(who=ANA, incident=1, to="person:bo")).done
    assert desk.incident().assignee == BO
    assert desk.incident().route.team == "team:backup"
    told = [one for one in desk.notices.values() if one.kind is NoticeKind.ASSIGNED]
    assert [one.mentions for one in told] == [(BO,)]


def test_nobody_is_told_of_what_they_did_themselves() -> None:
    desk = announced()
    desk.act(Assign(who=ANA, incident=1, to=ANA))
    assert desk.notices == {}
    assert desk.incident().state is State.ACKNOWLEDGED


def test_a_person_s_route_is_kept_whatever_alerts_come() -> None:
    desk = announced()
    answer = desk.act(Reroute(who=ANA, incident=1, team="team:platform", why="the nodes are gone"))
    assert answer.done
    desk.take(report("b", on={"pipeline": "docs-ingest"}))
    route = desk.incident().route
    assert (route.team, route.by, route.runner_up) == ("team:platform", ANA, "team:backup")
    assert route.reason.code is Code.PERSON_DECIDED
    assert "the nodes are gone" in route.reason.sentence
    assert desk.told() == {"#platform": "full", "#backup": "pointer", "#docs-data": "pointer"}


def test_a_route_without_a_reason_or_to_a_team_nobody_knows_is_refused() -> None:
    desk = announced()
    assert "Say why" in desk.act(Reroute(who=ANA, incident=1, team="team:platform", why=" ")).sentence
    unknown = desk.act(Reroute(who=ANA, incident=1, team="team:plattform", why="x"))
    assert "team:platform" in unknown.sentence
    assert (
        "already with Backup" in desk.act(Reroute(who=ANA, incident=1, team="team:backup", why="x")).sentence
    )


def test_a_severity_people_lowered_stays_until_something_worse_comes() -> None:
    desk = announced(severity=Severity.SEV2)
    assert desk.act(SetSeverity(who=ANA, incident=1, severity=Severity.SEV4)).done
    desk.take(report("b", on={"pipeline": "docs-ingest"}, severity=Severity.SEV3))
    assert desk.incident().severity is Severity.SEV4
    desk.take(report("c", on={"pipeline": "docs-ingest"}, severity=Severity.SEV1))
    assert desk.incident().severity is Severity.SEV1


def test_cause_unknown_needs_a_reason_and_a_longer_watch() -> None:
    desk = announced()
    assert not desk.act(Resolve(who=ANA, incident=1, why="")).done
    desk.take(report("a", on=HANDLER, status=Status.RESOLVED))
    assert desk.act(Resolve(who=ANA, incident=1, why="gone since the restart")).done
    desk.wait(minutes=29)
    assert desk.incident().state is State.MONITORING
    desk.wait(minutes=1)
    incident = desk.incident()
    assert incident.state is State.RESOLVED
    assert incident.resolution is not None
    assert (incident.resolution.cause, incident.resolution.by) == (None, ANA)
    desk.wait(days=3)
    assert desk.incident().state is State.CLOSED


def test_cause_unknown_while_it_still_fires_is_not_over_after_the_watch() -> None:
    desk = announced()
    assert "still fire" in desk.act(Resolve(who=ANA, incident=1, why="should be gone")).sentence
    desk.wait(minutes=30)
    assert desk.incident().state is State.ACKNOWLEDGED


def test_a_declared_incident_without_alerts_has_nothing_to_watch() -> None:
    desk = Desk()
    desk.act(Declare(who=ANA, title="Odd answers", asset="handler:support-chat"))
    assert desk.told() == {"#backup": "full"}
    desk.act(Resolve(who=ANA, incident=1, why="a misunderstanding"))
    assert desk.incident().state is State.RESOLVED


def test_declaring_on_an_unknown_asset_or_without_a_title_is_answered() -> None:
    desk = Desk()
    assert "knows no index:dogs" in desk.act(Declare(who=ANA, title="x", asset="index:dogs")).sentence
    assert "title" in desk.act(Declare(who=ANA, title=" ")).sentence
    assert desk.picture.incidents == {}


def test_a_declared_incident_without_an_asset_goes_to_the_catch_all() -> None:
    desk = Desk()
    desk.act(Declare(who=ANA, title="Odd answers", severity=Severity.SEV2, text="since noon"))
    assert desk.told() == {"#ml-reliability": "full"}
    assert desk.incident().route.reason.code is Code.DECLARED
    assert [one.kind for one in desk.entries][:2] == ["opened", "note"]


def test_cancelling_needs_a_word_of_what_it_was() -> None:
    desk = announced()
    assert not desk.act(Cancel(who=ANA, incident=1, noise="")).done
    assert desk.act(Cancel(who=ANA, incident=1, noise="a load test")).done
    assert desk.incident().state is State.CANCELLED
    assert desk.picture.deadlines[1] == {}


def test_reopening_gives_it_to_the_one_who_asks() -> None:
    desk = announced()
    desk.act(Cancel(who=ANA, incident=1, noise="a load test"))
    assert desk.act(Reopen(who=BO, incident=1, why="it was not")).done
    assert desk.incident().assignee == BO
    assert desk.incident().noise is None


def test_what_is_not_possible_now_is_answered_with_what_is() -> None:
    desk = announced()
    answer = desk.act(Reopen(who=ANA, incident=1))
    assert answer.sentence == "INC-1 is triggered; you can acknowledge, mitigate, resolve, cancel."
    assert desk.act(Acknowledge(who=ANA, incident=99)).sentence == "There is no INC-99."


def test_an_acknowledgement_that_nothing_follows_is_reminded_and_then_lapses() -> None:
    desk = announced(severity=Severity.SEV2)
    desk.act(Acknowledge(who=ANA, incident=1))
    desk.wait(minutes=60)
    assert [one.kind for one in desk.notices.values() if one.mentions == (ANA,)] == [NoticeKind.REMINDER]
    desk.wait(minutes=60)
    assert desk.incident().state is State.TRIGGERED
    assert NoticeKind.UNACKNOWLEDGED in {one.kind for one in desk.notices.values()}


def test_a_note_keeps_an_acknowledgement_alive() -> None:
    desk = announced()
    desk.act(Acknowledge(who=ANA, incident=1))
    for _ in range(5):
        desk.wait(minutes=50)
        desk.act(AddNote(who=ANA, incident=1, text="still at it"))
    assert desk.notices == {}
    assert desk.incident().state is State.ACKNOWLEDGED


def test_a_sev2_pages_who_is_on_call_when_no_escalation_is_written() -> None:
    desk = announced(severity=Severity.SEV2)
    pages = [one for one in desk.notices.values() if one.is_page]
    assert [(one.where, one.to) for one in pages] == [(Where.PERSON, ANA)]


def test_a_written_escalation_is_walked_until_somebody_acknowledges() -> None:
    desk = Desk()
    desk.take(report("n", on={"alertname": "NomadDown"}, severity=Severity.SEV2))
    desk.wait(seconds=30)
    assert not [one for one in desk.notices.values() if one.is_page]
    desk.wait(minutes=14)
    assert not [one for one in desk.notices.values() if one.is_page]
    desk.wait(minutes=1)
    assert {one.to for one in desk.notices.values() if one.is_page} == {"1", EVE}


def test_an_acknowledgement_stops_the_escalation() -> None:
    desk = Desk()
    desk.take(report("n", on={"alertname": "NomadDown"}, severity=Severity.SEV2))
    desk.wait(seconds=30)
    desk.act(Acknowledge(who=DEE, incident=1))
    desk.wait(minutes=59)
    assert not [one for one in desk.notices.values() if one.is_page]
    assert DeadlineKind.ESCALATE not in desk.picture.deadlines[1]


def test_calling_the_next_step_by_hand_takes_it_now() -> None:
    desk = Desk()
    desk.take(report("n", on={"alertname": "NomadDown"}, severity=Severity.SEV2))
    desk.wait(seconds=30)
    assert desk.act(Escalate(who=NAT, incident=1)).done
    assert {one.to for one in desk.notices.values() if one.is_page} == {"1", EVE}
    assert not desk.act(Escalate(who=NAT, incident=1)).done


def test_only_an_unplaced_alert_is_placed_and_only_on_what_the_registry_knows() -> None:
    desk = announced()
    assert "placed already" in desk.act(Place(who=ANA, incident=1, asset="index:docs")).sentence
    assert "knows no" in desk.act(Place(who=ANA, incident=1, asset="index:dogs")).sentence


def test_acting_on_a_merged_incident_says_where_it_went() -> None:
    registry = world.registry(edges=tuple(one for one in world.EDGES if one.object != "index:docs"))
    desk = Desk(registry)
    desk.take(report("n", on={"alertname": "NomadDown"}), report("s", on={"source": "docs-repo"}))
    desk.take(report("b", on={"pipeline": "docs-ingest"}))
    answer = desk.act(Acknowledge(who=CY, incident=2))
    assert answer.sentence == "INC-2 was merged into INC-1: act there."
    assert answer.incident == 1


def test_an_action_on_an_incident_not_yet_announced_announces_it() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.act(Acknowledge(who=ANA, incident=1))
    assert desk.told() == {"#backup": "full"}
    assert desk.incident().began_at == START
