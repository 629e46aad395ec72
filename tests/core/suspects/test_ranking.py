"""What tells a cause from its symptoms: each principle as a claim, in a world as small as it gets."""

from dataclasses import replace

import pytest

from core.suspects.worlds import NOON, alert, chance, change, first, lineage, ranked, services
from headwater.core.severity import Severity
from headwater.core.suspects import ABLATIONS, Evidence, Finding, Observation, Problem, Weights

CHAIN = (("db", "api"), ("api", "front"))
FAN = (("db", "api"), ("db", "jobs"), ("api", "front"), ("auth", "front"))


def test_the_most_upstream_of_a_chain_that_fails_together_leads() -> None:
    assert first(services(*CHAIN, alerts=(alert("db"), alert("api"), alert("front")))) == "db"


def test_a_silent_upstream_is_less_likely_than_the_first_that_alerts() -> None:
    assert first(services(*CHAIN, alerts=(alert("api"), alert("front")))) == "api"


def test_alerts_that_should_be_there_and_are_not_count_against() -> None:
    both = services(*FAN, alerts=(alert("api"), alert("jobs"), alert("front")))
    one = services(*FAN, alerts=(alert("api"), alert("front")))
    assert chance(both, "db") > 3 * chance(one, "db")
    assert chance(one, "db", Weights(missing=False)) > chance(one, "db")


def test_silence_says_less_where_nothing_watches() -> None:
    alerts = (alert("api"), alert("front"))
    watched = services(*CHAIN, alerts=alerts)
    unwatched = services(*CHAIN, alerts=alerts, unmonitored=("db",))
    assert chance(unwatched, "db") > chance(watched, "db")


def test_failure_travels_to_what_depends_and_never_back() -> None:
    problem = services(*CHAIN, alerts=(alert("front"), alert("api")))
    assert chance(problem, "api") > 5 * chance(problem, "front")


def test_a_caller_that_fails_starves_what_it_calls() -> None:
    links = (("mail", "checkout"), ("card", "checkout"), ("checkout", "front"))
    alerts = (alert("front"), alert("checkout"), alert("mail", "flow"), alert("card", "flow"))
    assert first(services(*links, alerts=alerts)) == "checkout"


def test_a_producer_that_stops_starves_its_consumers_along_data() -> None:
    links = (("shop", "queue"), ("queue", "ledger"), ("queue", "fraud"), ("shop", "front"))
    data = (("shop", "queue"), ("queue", "ledger"), ("queue", "fraud"))
    alerts = (alert("front"), alert("ledger", "flow"), alert("fraud", "flow"))
    assert first(services(*links, alerts=alerts, data=data)) == "shop"


def test_a_chronic_alert_weighs_little_and_one_with_no_history_much() -> None:
    chronic = services(*FAN, alerts=(alert("front"), alert("auth", rate=0.45)))
    fresh = services(*FAN, alerts=(alert("front"), alert("auth")))
    assert chance(fresh, "auth") > 1.3 * chance(chronic, "auth")


def test_an_alert_that_was_over_before_the_symptom_weighs_nothing_much() -> None:
    over = services(*FAN, alerts=(alert("front"), alert("auth", minutes=-60, ended=-30)))
    now = services(*FAN, alerts=(alert("front"), alert("auth")))
    assert chance(now, "auth") > 1.5 * chance(over, "auth")


def test_who_came_first_is_a_soft_hint_with_a_tolerance() -> None:
    together = services(*FAN, alerts=(alert("front"), alert("auth", minutes=4)))
    late = services(*FAN, alerts=(alert("front"), alert("auth", minutes=20)))
    alone = services(*FAN, alerts=(alert("front"), alert("auth")))
    assert chance(together, "auth") == pytest.approx(chance(alone, "auth"), rel=1e-6)
    assert chance(late, "auth") < chance(together, "auth")


def test_a_relay_is_evidence_about_what_it_observes_and_no_suspect_itself() -> None:
    alerts = (alert("front"), alert("view"))
    links = (*FAN, ("view", "front"))
    problem = services(*links, alerts=alerts, relays=("view",))
    nodes = tuple(replace(n, observes=("auth",)) if n.ref == "view" else n for n in problem.nodes)
    observing = replace(problem, nodes=nodes)
    assert first(observing) == "auth"
    assert chance(observing, "auth") > 1.5 * chance(problem, "auth")
    assert chance(observing, "view", Weights(relay=1.0)) > 5 * chance(observing, "view")


def test_a_recent_change_raises_its_asset_and_an_old_one_hardly() -> None:
    fresh = services(*FAN, alerts=(alert("front"),), evidence=(change("auth", -5),))
    old = services(*FAN, alerts=(alert("front"),), evidence=(change("auth", -110),))
    assert first(fresh) == "auth"
    assert chance(fresh, "auth") > 2 * chance(old, "auth")


def test_a_change_after_the_symptom_is_no_cause() -> None:
    problem = services(*FAN, alerts=(alert("front"),), evidence=(change("auth", 15),))
    plain = services(*FAN, alerts=(alert("front"),))
    assert chance(problem, "auth") == pytest.approx(chance(plain, "auth"))


def test_a_decoy_change_does_not_win_alone_against_what_explains_the_alerts() -> None:
    alerts = (alert("front"), alert("api"), alert("db"), alert("jobs"))
    assert first(services(*FAN, alerts=alerts, evidence=(change("auth", -20),))) == "db"


def test_the_same_trouble_found_in_two_ways_counts_once() -> None:
    once = lineage(alert("handler:a", "groundedness"), alert("pipeline:ingest", "flow"))
    missed = Evidence(
        asset="pipeline:ingest", finding=Finding.SICK, trouble="flow", at=NOON, source="missed heartbeat"
    )
    twice = replace(once, evidence=(missed,))
    assert chance(twice, "pipeline:ingest") == pytest.approx(chance(once, "pipeline:ingest"), rel=1e-9)


def of_cause(problem: Problem, cause: str) -> float:
    return sum(one.probability for one in ranked(problem).suspects if one.cause == cause)


def test_a_good_reading_counts_against_more_than_silence() -> None:
    plain = lineage(alert("handler:a", "groundedness"))
    well = Evidence(asset="index:docs", finding=Finding.WELL, trouble="staleness")
    assert of_cause(replace(plain, evidence=(well,)), "stale-index") < of_cause(plain, "stale-index")


def test_an_answered_check_multiplies_the_odds_of_its_cause() -> None:
    plain = lineage(alert("handler:a", "groundedness"))
    answer = Evidence(asset="prompt:a", finding=Finding.ANSWERED, cause="prompt-change", ratio=10.0)
    before, after = chance(plain, "prompt:a"), chance(replace(plain, evidence=(answer,)), "prompt:a")
    assert after > 2 * before


def test_a_second_cause_keeps_the_symptoms_own_cause_in_front() -> None:
    links = (*FAN, ("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "front"))
    elsewhere = tuple(alert(name) for name in ("a", "b", "c", "d"))
    problem = services(*links, alerts=(*elsewhere, alert("front"), alert("api"), alert("db"), alert("jobs")))
    assert first(problem) == "db"
    assert ranked(problem).second == "a"
    assert chance(problem, "db") > chance(problem, "db", Weights(second=0.0))


def test_equals_share_a_rank_and_nobody_leads() -> None:
    links = (("x", "front"), ("y", "front"), ("z", "x"), ("z", "y"))
    ranking = ranked(services(*links, alerts=(alert("front"), alert("x"), alert("y"))))
    places = {one.asset: one.rank for one in ranking.assets}
    assert places["x"] == places["y"]


def test_probabilities_with_unlisted_make_one() -> None:
    ranking = ranked(services(*FAN, alerts=(alert("front"), alert("db"))))
    for listed in (ranking.assets, ranking.suspects):
        assert sum(one.probability for one in listed) + ranking.unlisted == pytest.approx(1.0)


def test_unlisted_leads_where_nothing_here_explains_the_alerts() -> None:
    links = (("a", "front"), ("b", "other"), ("c", "more"))
    stray = tuple(alert(name, "safety", severity=Severity.SEV1) for name in ("a", "b", "c", "other", "more"))
    assert ranked(services(*links, alerts=stray, symptom="more", trouble="safety")).leader is None


@pytest.mark.parametrize("name", ABLATIONS)
def test_an_ablation_changes_a_weight_that_exists(name: str) -> None:
    assert ABLATIONS[name] != Weights()


def test_an_alert_of_an_asset_or_trouble_nobody_knows_is_left_out() -> None:
    known = services(*CHAIN, alerts=(alert("front"), alert("api")))
    stranger = Observation(asset="elsewhere", trouble="failure")
    assert ranked(replace(known, observations=(*known.observations, stranger))) == ranked(known)


def test_without_anything_seen_the_silent_rank_by_how_much_silence_says_against_them() -> None:
    ranking = ranked(replace(services(*CHAIN, alerts=()), symptom=None, symptom_trouble=None))
    assert [one.asset for one in ranking.assets] == ["front", "api", "db"]
