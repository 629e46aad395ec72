"""Why a suspect is one: lines as data, each with a sentence a responder can read aloud."""

from dataclasses import replace

import pytest

from core.suspects.worlds import NOON, TAXONOMY, alert, at, change, lineage, services
from headwater.core.suspects import Evidence, Finding, Problem, Weights
from headwater.core.suspects.explaining import Line, LineKind, explain, odds_in_words, sentence
from headwater.core.suspects.ranking import prepare

FAN = (("db", "api"), ("db", "jobs"), ("api", "front"), ("auth", "front"))


def lines(problem: Problem, asset: str) -> tuple[Line, ...]:
    return explain(prepare(problem, TAXONOMY, Weights()), asset)


def of_kind(found: tuple[Line, ...], kind: LineKind) -> list[Line]:
    return [line for line in found if line.kind is kind]


def test_what_a_suspect_explains_names_the_asset_and_the_way() -> None:
    found = lines(services(*FAN, alerts=(alert("front"), alert("db"))), "db")
    explained = of_kind(found, LineKind.EXPLAINS)
    assert explained[0].other == "front"
    assert explained[0].path == ("db", "api", "front")
    assert explained[0].sentence == "explains that front fails by way of api"
    assert explained[0].weight > 0


def test_what_should_have_alerted_and_did_not_is_one_line_an_asset() -> None:
    found = lines(services(*FAN, alerts=(alert("front"), alert("db"))), "db")
    missing = of_kind(found, LineKind.MISSING)
    assert {"api", "jobs"} <= {line.other for line in missing}
    assert len({line.other for line in missing}) == len(missing)
    assert all(line.weight < 0 for line in missing if line.other in {"api", "jobs"})
    assert "jobs would be expected to alert" in next(
        line.sentence for line in missing if line.other == "jobs"
    )


def test_an_alert_it_leaves_to_chance_is_said() -> None:
    found = lines(services(*FAN, alerts=(alert("front"), alert("auth"), alert("db"))), "auth")
    assert [line.sentence for line in of_kind(found, LineKind.UNEXPLAINED)] == [
        "does not explain that db fails"
    ]


def test_a_change_says_how_long_before() -> None:
    found = lines(services(*FAN, alerts=(alert("front"),), evidence=(change("auth", -7),)), "auth")
    assert of_kind(found, LineKind.CHANGE)[0].sentence == "it was deployed 7 min before the symptom"


def test_the_symptom_a_relay_and_a_late_start_say_what_they_are() -> None:
    late = services(*FAN, alerts=(alert("front"), alert("auth", minutes=25)), relays=("api",))
    assert of_kind(lines(late, "front"), LineKind.SYMPTOM)
    assert of_kind(lines(late, "api"), LineKind.RELAY)
    assert of_kind(lines(late, "auth"), LineKind.LATE)[0].weight < 0


def test_an_answer_and_a_variant_speak_in_the_words_of_their_source() -> None:
    evidence = (
        Evidence(
            asset="prompt:a",
            finding=Finding.ANSWERED,
            cause="prompt-change",
            ratio=4.0,
            source="replay healed it",
        ),
        Evidence(asset="handler:a", finding=Finding.SIBLING_WELL, shares="old-prompt"),
    )
    problem = replace(lineage(alert("handler:a", "groundedness")), evidence=evidence)
    said = [line.sentence for line in lines(problem, "prompt:a")]
    assert "replay healed it" in said
    assert "who else is sick (shares only old-prompt)" in said


def test_one_sentence_holds_the_best_for_and_the_best_against() -> None:
    found = lines(services(*FAN, alerts=(alert("front"), alert("db"))), "db")
    said = sentence("db", found)
    assert said.startswith("db: ")
    assert "against: " in said
    assert said.endswith(".")
    assert sentence("x", ()) == "x: nothing speaks for it."


def test_lines_are_ordered_by_what_they_weigh_and_say_how_strong() -> None:
    found = lines(services(*FAN, alerts=(alert("front"), alert("db"))), "db")
    weights = [abs(line.weight) for line in found]
    assert weights == sorted(weights, reverse=True)
    assert found[0].strength == "strong"


def test_an_asset_that_is_not_in_the_problem_is_an_error() -> None:
    with pytest.raises(KeyError):
        lines(lineage(), "handler:nobody")


def test_an_asset_whose_kind_admits_no_cause_has_no_lines() -> None:
    problem = lineage(alert("handler:a", "groundedness"))
    odd = replace(problem, nodes=tuple(replace(n, kind="odd") for n in problem.nodes))
    assert lines(odd, "handler:a") == ()


def test_a_change_whose_time_is_not_known_is_said_without_it() -> None:
    problem = services(*FAN, alerts=(alert("front"),), evidence=(change("auth", 0),))
    assert of_kind(lines(problem, "auth"), LineKind.CHANGE)[0].sentence.endswith("as the symptom began")
    assert at(0) == NOON


@pytest.mark.parametrize(("weight", "words"), [(2.4, "11 times likelier"), (-1.1, "3.0 times less likely")])
def test_a_weight_in_words(weight: float, words: str) -> None:
    assert odds_in_words(weight) == words
