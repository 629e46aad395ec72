from datetime import timedelta

from desk import Desk
from headwater.core.account import Load, holdings, load_of
from headwater.core.actions import Acknowledge, Cancel, Contest, Reroute
from headwater.core.alerts import Status
from headwater.core.incidents import Incident
from world import ANA, CY, DEE, EVE, START, report

HANDLER = {"handler": "support-chat"}
PIPELINE = {"pipeline": "docs-ingest"}


def two_teams() -> Desk:
    """One announced incident that Docs data leads; Backup is next, and joined."""
    desk = Desk()
    desk.take(report("a", on=HANDLER), report("b", on=PIPELINE))
    desk.wait(seconds=30)
    return desk


def loads(desk: Desk) -> dict[str, Load]:
    """What the desk's incidents come to, by team."""
    told = [
        (one, [entry for entry in desk.entries if entry.incident == one.number])
        for one in desk.picture.incidents.values()
    ]
    return {one.team: one for one in load_of(told)}


def held(desk: Desk, number: int = 1) -> list[str]:
    incident: Incident = desk.incident(number)
    return [one.team for one in holdings(incident, (e for e in desk.entries if e.incident == number))]


def figures(load: Load) -> tuple[int, int, int, int, int, int]:
    """Led, joined, contested, misrouted in, misrouted out, noise."""
    return load.led, load.joined, load.contested, load.misrouted_in, load.misrouted_out, load.noise


def test_a_route_nobody_disputes_is_led_by_one_and_joined_by_the_other() -> None:
    desk = two_teams()
    assert held(desk) == ["team:docs-data"]
    assert {team: figures(one) for team, one in loads(desk).items()} == {
        "team:docs-data": (1, 0, 0, 0, 0, 0),
        "team:backup": (0, 1, 0, 0, 0, 0),
    }


def test_a_contest_is_a_misroute_into_the_one_team_and_out_to_the_other() -> None:
    desk = two_teams()
    desk.act(Contest(who=CY, incident=1, why="not late"))
    assert held(desk) == ["team:docs-data", "team:backup"]
    assert {team: figures(one) for team, one in loads(desk).items()} == {
        "team:backup": (1, 0, 0, 0, 1, 0),
        "team:docs-data": (0, 0, 1, 1, 0, 0),
    }


def test_what_came_to_the_arbiter_was_not_misrouted_there() -> None:
    desk = two_teams()
    desk.act(Contest(who=CY, incident=1, why="not late"))
    desk.act(Contest(who=ANA, incident=1, why="nor ours"))
    desk.act(Reroute(who=EVE, incident=1, team="team:platform", why="the node was gone"))
    assert held(desk) == ["team:docs-data", "team:backup", "team:ml-leads", "team:platform"]
    counted = {team: figures(one) for team, one in loads(desk).items()}
    assert counted == {
        "team:platform": (1, 0, 0, 0, 1, 0),
        "team:backup": (0, 0, 1, 1, 0, 0),
        "team:docs-data": (0, 0, 1, 1, 0, 0),
    }


def test_a_team_that_contested_what_the_arbiter_says_is_its_was_not_misrouted_to() -> None:
    desk = two_teams()
    desk.act(Contest(who=CY, incident=1, why="not late"))
    desk.act(Contest(who=ANA, incident=1, why="nor ours"))
    desk.act(Reroute(who=EVE, incident=1, team="team:docs-data", why="it was late"))
    counted = loads(desk)
    assert figures(counted["team:docs-data"]) == (1, 0, 1, 0, 0, 0)
    assert figures(counted["team:backup"]) == (0, 0, 1, 1, 0, 0)


def test_a_person_who_moves_it_before_anybody_contests_makes_it_a_misroute_too() -> None:
    desk = two_teams()
    desk.act(Reroute(who=CY, incident=1, team="team:platform", why="the node is gone"))
    counted = loads(desk)
    assert figures(counted["team:docs-data"]) == (0, 0, 0, 1, 0, 0)
    assert figures(counted["team:platform"]) == (1, 0, 0, 0, 1, 0)


def test_what_was_no_incident_is_noise_of_the_team_that_had_it() -> None:
    desk = two_teams()
    desk.act(Cancel(who=CY, incident=1, noise="a test"))
    assert figures(loads(desk)["team:docs-data"]) == (1, 0, 0, 0, 0, 1)


def test_what_nobody_was_told_of_counts_for_nobody() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.take(report("a", on=HANDLER, status=Status.RESOLVED))
    desk.wait(minutes=30)
    assert loads(desk) == {}


def test_the_wait_is_from_when_it_came_to_the_team_until_somebody_there_had_it() -> None:
    desk = two_teams()
    desk.act(Acknowledge(who=CY, incident=1))
    desk.wait(minutes=10)
    desk.act(Contest(who=CY, incident=1, why="not late"))
    desk.wait(minutes=4)
    desk.act(Acknowledge(who=ANA, incident=1))
    desk.wait(minutes=4)
    assert loads(desk)["team:backup"].acknowledged == timedelta(minutes=4)
    assert loads(desk)["team:docs-data"].acknowledged is None


def test_the_median_of_an_even_number_of_waits_lies_between() -> None:
    waits = [timedelta(minutes=n) for n in (1, 2, 4, 60)]
    assert Load(team="team:backup", waits=waits).acknowledged == timedelta(minutes=3)


def test_who_took_it_before_it_was_announced_is_who_had_it() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER))
    desk.act(Acknowledge(who=DEE, incident=1))
    assert held(desk) == ["team:backup"]
    [one] = holdings(desk.incident(), desk.entries)
    assert one.since == START


def test_who_gave_it_up_before_it_was_announced_is_on_the_account() -> None:
    desk = Desk()
    desk.take(report("a", on=HANDLER), report("b", on=PIPELINE))
    desk.act(Contest(who=CY, incident=1, why="not late"))
    assert held(desk) == ["team:docs-data", "team:backup"]
