"""The two passes: a tree of how trouble spreads, and the exact likelihood of what was seen under it."""

from itertools import product
from math import exp, isclose

from hypothesis import given
from hypothesis import strategies as st

from headwater.core.suspects.spread import Arc, Tree, believed, fit, grow

CHANCES = st.floats(0.05, 0.95)
RATIOS = st.floats(0.1, 20.0)


def arcs(*pairs: tuple[int, int, float], states: int) -> list[list[Arc]]:
    out: list[list[Arc]] = [[] for _ in range(states)]
    for start, end, chance in pairs:
        out[start].append(Arc(end, chance, chance / 2))
    return out


def by_counting(tree: Tree, ratio: list[float]) -> float:
    """The likelihood ratio by summing over every way the states could be: what `fit` does in one pass."""
    total = 0.0
    for real in product((False, True), repeat=len(tree.states)):
        weight = 1.0
        for at, state in enumerate(tree.states):
            above = tree.parents[at]
            possible = above == -1 or real[above]
            chance = tree.chances[at] if possible else 0.0
            weight *= chance * ratio[state] if real[at] else 1.0 - chance
        total += weight
    return total


@given(st.lists(CHANCES, min_size=5, max_size=5), st.lists(RATIOS, min_size=6, max_size=6))
def test_the_upward_pass_is_the_sum_over_every_way_things_could_be(
    chances: list[float], ratio: list[float]
) -> None:
    pairs = [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5)]
    web = arcs(*[(a, b, c) for (a, b), c in zip(pairs, chances, strict=True)], states=6)
    tree = grow(web, ratio, {0: 0.9}, 1e-9)
    assert isclose(exp(fit(tree, ratio)), by_counting(tree, ratio), rel_tol=1e-9)


@given(st.lists(CHANCES, min_size=2, max_size=2), RATIOS)
def test_an_alert_never_makes_its_cause_less_likely_nor_a_silence_more(
    chances: list[float], ratio: float
) -> None:
    web = arcs((0, 1, chances[0]), (1, 2, chances[1]), states=3)
    plain = [1.0, 1.0, 1.0]
    seen = [1.0, 1.0, ratio]
    gain = fit(grow(web, seen, {0: 0.9}, 1e-9), seen) - fit(grow(web, plain, {0: 0.9}, 1e-9), plain)
    assert gain >= -1e-12 if ratio >= 1.0 else gain <= 1e-12


def test_a_state_seen_to_be_sick_passes_trouble_on_and_a_silent_one_hardly_does() -> None:
    web = arcs((0, 1, 0.5), (1, 3, 0.9), (0, 2, 0.5), (2, 3, 0.8), states=4)
    tree = grow(web, [1.0, 0.2, 30.0, 30.0], {0: 0.9}, 1e-9)
    parent = tree.states[tree.parents[tree.states.index(3)]]
    assert parent == 2


def test_a_state_that_comes_equally_well_from_two_speaks_for_both() -> None:
    web = arcs((0, 1, 0.5), (0, 2, 0.5), (1, 3, 0.5), (2, 3, 0.5), states=4)
    tree = grow(web, [1.0, 1.0, 1.0, 10.0], {0: 0.9}, 1e-9)
    assert [sorted(group) for group in tree.joint] == [[tree.states.index(1), tree.states.index(2)]]
    swapped = arcs((0, 2, 0.5), (0, 1, 0.5), (2, 3, 0.5), (1, 3, 0.5), states=4)
    ratio = [1.0, 1.0, 1.0, 10.0]
    assert fit(tree, ratio) == fit(grow(swapped, ratio, {0: 0.9}, 1e-9), ratio)


def test_what_is_less_likely_than_the_cut_is_left_out() -> None:
    web = arcs((0, 1, 0.5), (1, 2, 0.05), states=3)
    assert grow(web, [1.0, 1.0, 1.0], {0: 0.9}, 0.1).states == [0, 1]


def test_a_circle_ends() -> None:
    web = arcs((0, 1, 0.9), (1, 0, 0.9), states=2)
    assert sorted(grow(web, [1.0, 5.0], {0: 0.9}, 0.01).states) == [0, 1]


@given(st.floats(0.01, 0.99), st.floats(0.01, 100.0))
def test_belief_is_bayes_rule(prior: float, ratio: float) -> None:
    odds = prior / (1 - prior) * ratio
    assert isclose(believed(prior, ratio), odds / (1 + odds), rel_tol=1e-9)
