from dataclasses import replace
from datetime import timedelta

import world
from desk import Desk
from headwater.core.actions import Cancel, Place, Resolve
from headwater.core.alerts import Status
from headwater.core.effects import TouchAlert
from headwater.core.incidents import State
from headwater.core.reasons import Code
from headwater.core.said import NoticeKind, Where
from headwater.core.severity import Severity
from world import ANA, EVE, START, report

PIPELINE = {"pipeline": "docs-ingest"}
HANDLER = {"handler": "support-chat"}


def paged(desk: Desk) -> set[str]:
    return {one.to for one in desk.notices.values() if one.is_page and one.where is Where.PERSON}


def test_a_new_alert_opens_an_incident_that_nobody_hears_of_before_the_settle_time() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    assert desk.incident().state is State.TRIGGERED
    assert desk.incident().announced_at is None
    assert desk.told() == {}
    desk.wait(seconds=29)
    assert desk.told() == {}
    desk.wait(seconds=1)
    assert desk.told() == {"#backup": "full"}


def test_a_sev1_is_announced_at_once() -> None:
    desk = Desk()
    desk.take(report("a", severity=Severity.SEV1))
    assert desk.told() == {"#backup": "full"}


def test_a_repeated_alert_changes_nothing_but_when_it_was_last_seen() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.wait(minutes=1)
    before = desk.picture
    effects = desk.take(report("a"))
    assert effects == [TouchAlert("prom/a", desk.clock(), None, 1)]
    assert desk.picture.incidents == before.incidents


def test_the_same_fingerprint_of_another_sender_is_another_alert() -> None:
    desk = Desk()
    desk.take(report("a"), sender="prom")
    desk.take(report("a"), sender="grafana")
    assert desk.incident().alerts == 2


def test_a_handlers_alert_and_its_pipelines_become_one_incident_led_by_the_pipelines_team() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.wait(seconds=10)
    desk.take(report("b", on=PIPELINE))
    desk.wait(seconds=30)
    incident = desk.incident()
    assert incident.route.team == "team:docs-data"
    assert incident.route.reason.code is Code.UPSTREAM_OWNER
    assert incident.joined == ("team:backup",)
    assert incident.route.runner_up == "team:backup"
    assert desk.told() == {"#docs-data": "full", "#backup": "pointer"}
    assert "handler:support-chat" in incident.route.reason.sentence
    assert "ownership.yaml:40:5" in incident.route.reason.sentence


def test_the_order_in_which_the_two_came_does_not_matter() -> None:
    one, other = Desk(), Desk()
    one.take(report("a", on=HANDLER), report("b", on=PIPELINE))
    other.take(report("b", on=PIPELINE))
    other.take(report("a", on=HANDLER))
    for desk in (one, other):
        desk.wait(seconds=30)
    assert one.incident().route == other.incident().route
    assert one.incident().title == other.incident().title


def test_a_loud_scheduler_joins_but_does_not_lead() -> None:
    desk = Desk()
    desk.take(
        report(
            "n", on={"alertname": "NomadJobLost"}, severity=Severity.SEV2, began=START - timedelta(minutes=5)
        ),
        report("b", on=PIPELINE),
        report("a", on=HANDLER),
    )
    desk.wait(seconds=30)
    assert len(desk.open()) == 1
    assert desk.incident().route.team == "team:docs-data"
    assert "team:platform" in desk.incident().joined


def test_a_scheduler_alone_leads() -> None:
    desk = Desk()
    desk.take(report("n", on={"alertname": "NomadJobLost"}))
    assert desk.incident().route.team == "team:platform"


def test_an_unrelated_alert_opens_an_incident_of_its_own() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    before = desk.incident()
    desk.take(report("b", on={"handler": "billing"}))
    assert len(desk.open()) == 2
    assert desk.incident() == before


def test_two_incidents_nobody_heard_of_merge_when_one_alert_joins_them() -> None:
    registry = world.registry(edges=tuple(one for one in world.EDGES if one.object != "index:docs"))
    desk = Desk(registry)
    desk.take(report("n", on={"alertname": "NomadJobLost"}), report("s", on={"source": "docs-repo"}))
    assert len(desk.open()) == 2
    desk.take(report("b", on=PIPELINE))
    assert [one.number for one in desk.open()] == [1]
    assert desk.incident(2).state is State.MERGED
    assert desk.incident(2).merged_into == 1
    assert desk.incident().alerts == 3
    assert {alert.incident for alert in desk.picture.alerts.values()} == {1}


def test_two_announced_incidents_are_not_merged_behind_peoples_backs() -> None:
    registry = world.registry(edges=tuple(one for one in world.EDGES if one.object != "index:docs"))
    desk = Desk(registry)
    desk.take(report("n", on={"alertname": "NomadJobLost"}), report("s", on={"source": "docs-repo"}))
    desk.wait(minutes=1)
    desk.take(report("b", on=PIPELINE))
    assert len(desk.open()) == 2


def test_an_alert_that_no_rule_places_goes_to_the_catch_all() -> None:
    desk = Desk()
    desk.take(report("x", on={"alertname": "Odd"}, title="Odd thing"))
    desk.wait(seconds=30)
    assert desk.incident().route.team == "team:ml-reliability"
    assert desk.incident().route.reason.code is Code.CATCH_ALL
    assert desk.incident().asset is None


def test_unplaced_alerts_of_one_name_are_one_incident_and_of_two_names_two() -> None:
    desk = Desk()
    desk.take(
        report("x", on={"alertname": "Odd", "pod": "1"}),
        report("y", on={"alertname": "Odd", "pod": "2"}),
        report("z", on={"alertname": "Else"}),
    )
    assert len(desk.open()) == 2


def test_all_recovered_is_watched_and_then_resolved_by_itself() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.wait(minutes=5)
    desk.take(report("a", status=Status.RESOLVED))
    assert desk.incident().state is State.MONITORING
    desk.wait(minutes=14)
    assert desk.incident().state is State.MONITORING
    desk.wait(minutes=1)
    assert desk.incident().state is State.RESOLVED
    resolution = desk.incident().resolution
    assert resolution is not None
    assert resolution.why == "recovered by itself"
    said = [one for one in desk.notices.values() if one.kind is NoticeKind.RESOLVED]
    assert [one.broadcast for one in said] == [True]


def test_one_that_recovers_before_the_settle_time_is_never_announced() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.wait(seconds=10)
    desk.take(report("a", status=Status.RESOLVED))
    desk.wait(hours=1)
    assert desk.incident().state is State.RESOLVED
    assert desk.told() == {}
    assert desk.notices == {}


def test_an_incident_with_one_of_two_alerts_recovered_goes_on() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER), report("b", on=PIPELINE))
    desk.take(report("a", on=HANDLER, status=Status.RESOLVED))
    assert desk.incident().state is State.TRIGGERED
    assert (desk.incident().firing, desk.incident().alerts) == (1, 2)


def test_a_flapping_alert_lengthens_its_watch_and_is_said_once() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.wait(minutes=1)
    for turn in range(1, 4):
        desk.take(report("a", status=Status.RESOLVED, began=START + timedelta(minutes=turn - 1)))
        desk.wait(minutes=1)
        desk.take(report("a", began=START + timedelta(minutes=turn)))
    assert desk.incident().flaps == 3
    assert desk.kinds().count("flapped") == 1
    assert desk.incident().state is State.TRIGGERED
    desk.take(report("a", status=Status.RESOLVED, began=START + timedelta(minutes=3)))
    desk.wait(minutes=119)
    assert desk.incident().state is State.MONITORING
    desk.wait(minutes=1)
    assert desk.incident().state is State.RESOLVED


def test_the_same_alert_soon_after_its_resolution_reopens_the_incident() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.take(report("a", status=Status.RESOLVED))
    desk.wait(minutes=60)
    desk.take(report("a", began=desk.clock()))
    assert [one.number for one in desk.open()] == [1]
    assert "reopened" in desk.kinds()


def test_later_it_is_a_new_incident_linked_as_a_recurrence() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.take(report("a", status=Status.RESOLVED))
    desk.wait(hours=5)
    desk.take(report("a", began=desk.clock()))
    assert [one.number for one in desk.open()] == [2]
    assert desk.incident(2).recurrence_of == 1


def test_an_alert_cancelled_as_noise_that_fires_anew_is_a_new_incident() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.act(Cancel(who=ANA, incident=1, noise="a test"))
    desk.take(report("a", began=START + timedelta(minutes=3)))
    assert [one.number for one in desk.open()] == [2]


def test_a_resolution_of_an_alert_never_seen_is_recorded_and_opens_nothing() -> None:
    desk = Desk()
    desk.take(report("a", status=Status.RESOLVED))
    assert desk.picture.incidents == {}
    assert desk.picture.alerts["prom/a"].placed.code is Code.RESOLVED_UNKNOWN


def test_a_late_copy_of_an_ended_episode_does_not_fire_again() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.take(report("a", status=Status.RESOLVED))
    desk.wait(minutes=1)
    desk.take(report("a"))
    assert desk.picture.alerts["prom/a"].status is Status.RESOLVED


def test_the_level_is_believed_when_the_same_episode_still_fires_much_later() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.take(report("a", status=Status.RESOLVED))
    desk.wait(minutes=6)
    desk.take(report("a"))
    assert desk.picture.alerts["prom/a"].status is Status.FIRING
    assert desk.incident().firing == 1


def test_a_resolution_of_an_older_episode_does_not_end_the_present_one() -> None:
    desk = Desk()
    desk.take(report("a", began=START + timedelta(minutes=5)))
    desk.take(report("a", status=Status.RESOLVED, began=START))
    assert desk.picture.alerts["prom/a"].status is Status.FIRING


def test_a_tier_1_asset_raises_the_severity_one_step() -> None:
    desk = Desk()
    desk.take(report("a", on={"handler": "backup-assistant"}, severity=Severity.SEV3))
    desk.take(report("b", on={"handler": "billing"}, severity=Severity.SEV3))
    assert desk.incident(1).severity is Severity.SEV2
    assert desk.incident(2).severity is Severity.SEV3


def test_a_rise_after_the_announcement_is_recorded_and_reopens_an_acknowledged_incident() -> None:
    from headwater.core.actions import Acknowledge

    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.wait(seconds=30)
    desk.act(Acknowledge(who=ANA, incident=1))
    desk.take(report("b", on=PIPELINE, severity=Severity.SEV2))
    assert desk.incident().severity is Severity.SEV2
    assert desk.incident().state is State.TRIGGERED
    assert desk.incident().assignee == ANA
    assert "severity" in desk.kinds()


def test_after_the_announcement_the_route_stays_and_the_other_team_joins() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.wait(seconds=30)
    desk.take(report("b", on=PIPELINE))
    assert desk.incident().route.team == "team:backup"
    assert desk.incident().joined == ("team:docs-data",)


def test_an_asset_nobody_owns_goes_to_the_default_owner_and_says_so() -> None:
    desk = Desk()
    desk.take(report("a", on={"handler": "nobody"}))
    assert desk.incident().route.reason.code is Code.DEFAULT_OWNER


def test_a_vendors_asset_goes_to_its_liaison() -> None:
    desk = Desk()
    desk.take(report("a", on={"model": "chat-large"}))
    assert desk.incident().route.team == "team:platform"
    assert desk.incident().route.reason.code is Code.LIAISON


def test_a_contested_asset_brings_in_both_claimants() -> None:
    assets = dict(world.registry().assets)
    contested = replace(assets["index:docs"], co_owners=("team:docs-data",))
    desk = Desk(world.registry(assets={**assets, "index:docs": contested}))
    desk.take(report("a", on={"index": "docs"}))
    desk.wait(seconds=30)
    assert desk.told() == {"#retrieval": "full", "#docs-data": "pointer"}


def test_an_incident_keeps_its_route_when_its_asset_leaves_the_registry() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.registry = world.registry(assets={})
    desk.wait(seconds=30)
    assert desk.told() == {"#backup": "full"}


def test_an_incident_whose_team_left_the_registry_is_told_to_the_catch_all() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    left = {ref: one for ref, one in desk.registry.teams.items() if ref != "team:backup"}
    desk.registry = world.registry(teams=left)
    desk.wait(seconds=30)
    assert desk.told() == {"#ml-reliability": "full"}


def test_firing_again_during_the_watch_of_a_resolution_takes_it_back() -> None:
    desk = Desk()
    desk.take(report("a"))
    desk.wait(minutes=1)
    desk.act(Resolve(who=EVE, incident=1, why="looks fine"))
    desk.take(report("a", status=Status.RESOLVED))
    desk.take(report("a", began=START + timedelta(minutes=2)))
    assert desk.incident().state is State.ACKNOWLEDGED
    assert desk.incident().resolution is None
    assert desk.incident().assignee == EVE


def test_a_sev1_told_at_once_still_finds_its_cause_s_team_within_the_settle_time() -> None:
    desk = Desk()
    desk.take(report("a", severity=Severity.SEV2))
    assert desk.told() == {"#backup": "full"}
    desk.wait(seconds=20)
    desk.take(report("b", on=PIPELINE))
    assert desk.told() == {"#docs-data": "full", "#backup": "pointer"}
    assert paged(desk) == {ANA, world.CY}


def test_an_unplaced_incident_that_is_placed_calls_the_team_it_goes_to() -> None:
    desk = Desk()
    desk.take(report("x", on={"alertname": "Odd"}, severity=Severity.SEV2))
    desk.wait(minutes=1)
    desk.act(Place(who=EVE, incident=1, asset="pipeline:docs-ingest"))
    assert desk.incident().route.team == "team:docs-data"
    assert paged(desk) == {EVE, world.CY}
