"""The ranking depends on what was seen and how things hang together; not on names, order or hash seeds."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from core.suspects.worlds import TAXONOMY, alert, lineage, ranked, services
from headwater.core.suspects import Evidence, Finding, Link, Node, Observation, Problem, rank
from needs import ROOT

T = TypeVar("T")
NAMES = "abcdefgh"
TROUBLES = ("failure", "latency", "flow", "down")


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """A few services that call each other at random, circles included, with alerts and changes at random."""
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    some = st.sampled_from(names)
    links = draw(st.lists(st.tuples(some, some), min_size=1, max_size=14, unique=True))
    seen = draw(
        st.lists(
            st.tuples(some, st.sampled_from(TROUBLES), st.integers(-20, 20)),
            max_size=8,
            unique_by=lambda s: s[:2],
        )
    )
    made = services(
        *[link for link in links if link[0] != link[1]],
        (names[0], names[-1]),
        alerts=tuple(alert(name, trouble, minutes=minutes) for name, trouble, minutes in seen),
        symptom=names[-1],
        trouble=draw(st.sampled_from(("failure", "latency"))),
        relays=tuple(draw(st.sets(some, max_size=1))),
    )
    changed = draw(st.lists(some, max_size=2))
    return replace(
        made,
        evidence=tuple(Evidence(asset=name, finding=Finding.CHANGED, at=made.symptom_at) for name in changed),
    )


def figures(problem: Problem) -> dict[str, tuple[float, int]]:
    return {one.asset: (round(one.probability, 8), one.rank) for one in ranked(problem).assets}


def shuffled(problem: Problem, seed: int) -> Problem:
    draw = random.Random(seed)

    def mixed(items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(draw.sample(items, len(items)))

    return replace(
        problem,
        nodes=mixed(problem.nodes),
        links=mixed(problem.links),
        observations=mixed(problem.observations),
        evidence=mixed(problem.evidence),
    )


def renamed(problem: Problem, names: dict[str, str]) -> Problem:
    def node(one: Node) -> Node:
        return replace(one, ref=names[one.ref], observes=tuple(names[ref] for ref in one.observes))

    def seen(one: Observation) -> Observation:
        return replace(one, asset=names[one.asset])

    known = tuple(one for one in problem.observations if one.asset in names)
    return replace(
        problem,
        nodes=tuple(map(node, problem.nodes)),
        links=tuple(Link(names[one.upstream], names[one.dependent], one.type) for one in problem.links),
        observations=tuple(map(seen, known)),
        evidence=tuple(
            replace(one, asset=names[one.asset]) for one in problem.evidence if one.asset in names
        ),
        symptom=names[problem.symptom] if problem.symptom else None,
    )


@settings(deadline=None)
@given(problems(), st.integers(0, 10))
def test_the_order_of_the_input_makes_no_difference(problem: Problem, seed: int) -> None:
    assert figures(shuffled(problem, seed)) == figures(problem)


@settings(deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_names_of_assets_make_no_difference(problem: Problem, draw: random.Random) -> None:
    refs = [node.ref for node in problem.nodes]
    names = dict(zip(refs, draw.sample([f"asset-{n}" for n in range(len(refs))], len(refs)), strict=True))
    before = figures(problem)
    after = figures(renamed(problem, names))
    assert {names[ref]: value for ref, value in before.items()} == after


@settings(deadline=None)
@given(problems(), problems())
def test_what_was_ranked_before_makes_no_difference(first: Problem, second: Problem) -> None:
    alone = figures(second)
    ranked(first)
    assert figures(second) == alone


@settings(deadline=None)
@given(problems())
def test_every_ranking_is_a_distribution_with_ranks_that_fall(problem: Problem) -> None:
    ranking = rank(problem, TAXONOMY)
    assert abs(sum(one.probability for one in ranking.assets) + ranking.unlisted - 1.0) < 1e-9
    ranks = [one.rank for one in ranking.assets]
    assert ranks == sorted(ranks)
    assert {node.ref for node in problem.nodes} == {one.asset for one in ranking.assets}


def test_the_hash_seed_makes_no_difference() -> None:
    script = (
        "from core.suspects.worlds import alert, lineage, ranked;"
        "print(ranked(lineage(alert('handler:a', 'groundedness'), alert('pipeline:ingest', 'flow'))))"
    )
    inherited = dict(os.environ)  # noqa: TID251 - a child process needs our path, not our settings
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**inherited, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "tests")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("0", "1", "4242")
    }
    here = ranked(lineage(alert("handler:a", "groundedness"), alert("pipeline:ingest", "flow")))
    assert said == {str(here)}
