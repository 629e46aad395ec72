"""Which alerts belong together: those that one cause could explain, while the incident lives."""

from dataclasses import replace

import pytest

from core.suspects.worlds import TAXONOMY, alert, lineage, services
from headwater.core.suspects import Observation
from headwater.core.suspects.grouping import Explanations, group

FAN = (("db", "api"), ("db", "jobs"), ("api", "front"), ("auth", "front"), ("other", "page"))
EXPLANATIONS = Explanations(services(*FAN, alerts=()), TAXONOMY)
LLM = Explanations(lineage(), TAXONOMY)


def numbers(*alerts: Observation) -> list[int]:
    return group(alerts, EXPLANATIONS)


def test_alerts_with_a_shared_upstream_are_one_incident_and_others_another() -> None:
    found = numbers(alert("api"), alert("jobs"), alert("page"))
    assert found == [0, 0, 1]
    shared = EXPLANATIONS.shared(("api", "failure"), ("jobs", "failure"))
    assert shared is not None
    assert shared.asset == "db"


def test_two_dependents_of_one_asset_share_no_cause_that_travels_the_wrong_way() -> None:
    assert EXPLANATIONS.shared(("page", "failure"), ("front", "failure")) is None


def test_a_later_alert_brings_two_incidents_together_when_one_cause_explains_both() -> None:
    two = numbers(alert("jobs"), alert("auth", minutes=1))
    assert two == [0, 1]
    three = numbers(alert("jobs"), alert("auth", minutes=1), alert("front", minutes=2))
    assert three == [0, 0, 0]


def test_a_chronic_alert_brings_none_together_and_prolongs_none() -> None:
    chronic = alert("front", minutes=2, rate=0.5)
    assert numbers(alert("jobs"), alert("auth", minutes=1), chronic)[:2] == [0, 1]
    ended = alert("auth", minutes=0, ended=5)
    long = alert("front", minutes=1, ended=60, rate=0.5)
    assert numbers(ended, long, alert("auth", minutes=30))[2] != 0


def test_an_incident_that_is_over_takes_in_no_more() -> None:
    assert numbers(alert("api", ended=5), alert("api", minutes=6)) == [0, 0]
    assert numbers(alert("api", ended=5), alert("api", minutes=30)) == [0, 1]


def test_it_makes_no_difference_in_which_order_alerts_are_given() -> None:
    alerts = (alert("jobs"), alert("auth", minutes=1), alert("front", minutes=2), alert("page", minutes=1))
    there, back = numbers(*alerts), numbers(*reversed(alerts))
    same = [[a == b for b in there] for a in there]
    assert same == [[a == b for b in reversed(back)] for a in reversed(back)]


def test_two_handlers_on_one_index_share_its_data() -> None:
    shared = LLM.shared(("handler:a", "groundedness"), ("handler:b", "staleness"))
    assert shared is not None
    assert shared.asset == "index:docs"


def test_an_alert_without_a_start_is_an_error_that_says_so() -> None:
    with pytest.raises(ValueError, match="has no start"):
        numbers(replace(alert("api"), started_at=None))


def test_what_nobody_knows_is_an_incident_of_its_own() -> None:
    assert numbers(alert("elsewhere"), alert("api")) == [0, 1]
