"""What was seen, as one ratio a state: how much likelier it is if the state is real than if it is not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp

from headwater.core.severity import Severity
from headwater.core.suspects.lattice import Lattice
from headwater.core.suspects.problem import Evidence, Finding, Observation, Problem
from headwater.core.suspects.taxonomy import Taxonomy
from headwater.core.suspects.weights import Weights

NEARLY_CERTAIN = 0.95
"""No background is higher: even a chronic alert may be real."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """`complete` and `lossy` are ratios by state, with all alerts there and with some lost. `background`
    holds the seen states; `began` when each began, where known; `symptoms` those that must be explained.
    `onset` is the span in which the symptom began: first alert and when it was noticed, in either order.
    """

    complete: list[float]
    lossy: list[float]
    background: Mapping[int, float]
    began: Mapping[int, datetime]
    symptoms: frozenset[int]
    onset: tuple[datetime, datetime] | None


def look(problem: Problem, taxonomy: Taxonomy, weights: Weights, lattice: Lattice) -> Sight:
    """The ratios of a problem. The same trouble of the same asset counts once, at its most telling."""
    seen = _placed(problem, taxonomy, lattice)
    symptoms = _symptoms(problem, lattice, seen)
    onset = _onset(problem, seen, symptoms, weights)
    background = {
        state: min(_background(one, taxonomy, weights, onset) for one in group)
        for state, group in seen.items()
    }
    for state in symptoms:
        background[state] = min(background.get(state, 1.0), weights.symptom)
    well = {
        lattice.at(one.asset, one.trouble)
        for one in problem.evidence
        if one.finding is Finding.WELL
        and one.trouble is not None
        and one.trouble in lattice.trouble_number
        and one.asset in lattice.node_number
        and _is_of_now(one, onset, weights)
    } - set(background)
    chances = _noticed(taxonomy, weights, lattice, background)
    waited = _waited(problem, weights)
    if waited < 1.0:
        chances = [one if at in background else one * waited for at, one in enumerate(chances)]
    for state in well:
        chances[state] = weights.noticed_checked
    lost = weights.incomplete_factor
    return Sight(
        complete=[_ratio(chance, background.get(at), weights) for at, chance in enumerate(chances)],
        lossy=[_ratio(chance * lost, background.get(at), weights) for at, chance in enumerate(chances)],
        background=background,
        began={
            state: min(begun)
            for state, group in seen.items()
            if (begun := [one.started_at for one in group if one.started_at is not None])
        },
        symptoms=symptoms,
        onset=onset,
    )


def _is_of_now(one: Evidence, onset: tuple[datetime, datetime] | None, weights: Weights) -> bool:
    """Whether a good finding is no older than the symptom: all was well before it began."""
    if one.at is None or onset is None:
        return True
    return (onset[0] - one.at).total_seconds() <= weights.tolerance


def _placed(problem: Problem, taxonomy: Taxonomy, lattice: Lattice) -> dict[int, list[Observation]]:
    """Observations by state; evidence of sickness is one more observation. What nobody can see is left
    out.
    """
    found = list(problem.observations)
    found.extend(
        Observation(
            asset=one.asset,
            trouble=one.trouble,
            severity=Severity.SEV2,
            started_at=_still_holds(one, problem),
        )
        for one in problem.evidence
        if one.finding is Finding.SICK and one.trouble is not None
    )
    seen: dict[int, list[Observation]] = {}
    for one in found:
        known = one.asset in lattice.node_number and one.trouble in lattice.trouble_number
        if known and taxonomy.troubles[one.trouble].seen:
            seen.setdefault(lattice.at(one.asset, one.trouble), []).append(one)
    return seen


def _still_holds(one: Evidence, problem: Problem) -> datetime | None:
    """A finding is the newest of its kind, so that what was found before the symptom still holds then."""
    if one.at is None or problem.symptom_at is None:
        return one.at
    return max(one.at, problem.symptom_at)


def _symptoms(problem: Problem, lattice: Lattice, seen: Mapping[int, list[Observation]]) -> frozenset[int]:
    if problem.symptom is None or problem.symptom not in lattice.node_number:
        return frozenset()
    if problem.symptom_trouble is not None:
        return frozenset({lattice.at(problem.symptom, problem.symptom_trouble)})
    return frozenset(state for state in seen if lattice.node_of(state).ref == problem.symptom)


def _onset(
    problem: Problem, seen: Mapping[int, list[Observation]], symptoms: frozenset[int], weights: Weights
) -> tuple[datetime, datetime] | None:
    noticed = problem.symptom_at
    begun = [
        one.started_at for state in symptoms for one in seen.get(state, ()) if one.started_at is not None
    ]
    if noticed is None:
        return (min(begun), min(begun)) if begun else None
    near = [at for at in begun if abs((at - noticed).total_seconds()) <= 2 * weights.tolerance]
    return min([noticed, *near]), max([noticed, *near])


def _background(
    one: Observation, taxonomy: Taxonomy, weights: Weights, onset: tuple[datetime, datetime] | None
) -> float:
    """How likely this alert is with nothing wrong upstream."""
    milder = {Severity.SEV1: weights.critical, Severity.SEV2: 1.0}.get(one.severity, weights.warning)
    chance = weights.background * milder
    if weights.chronic and one.rate is not None:
        chance = max(chance, one.rate)
    if weights.sure:
        chance *= taxonomy.troubles[one.trouble].alarm
    if onset is not None and one.started_at is not None:
        early, late = onset
        before, after = (early - one.started_at).total_seconds(), (one.started_at - late).total_seconds()
        apart = max(before, after) - weights.tolerance
        if apart > 0:
            chance *= min(exp(apart / weights.apart), weights.apart_most)
        if one.ended_at is not None and (early - one.ended_at).total_seconds() > weights.tolerance:
            chance = max(chance, weights.over)
    return min(chance, NEARLY_CERTAIN)


def _noticed(
    taxonomy: Taxonomy,
    weights: Weights,
    lattice: Lattice,
    background: Mapping[int, float],
) -> list[float]:
    """The chance, by state, that it raises an alert sooner or later if it is real."""
    width = len(lattice.troubles)
    heard = {state // width for state in background}
    plain = [taxonomy.troubles[name].noticed for name in lattice.troubles]
    watched = [1.0 - (1.0 - chance) ** 2 for chance in plain]
    chances: list[float] = []
    for place, node in enumerate(lattice.nodes):
        if node.relay:
            chances.extend(min(chance, weights.noticed_relay) for chance in plain)
        elif place in heard or node.monitored:
            chances.extend(watched)
        elif node.monitored is None:
            chances.extend(plain)
        else:
            chances.extend(chance * weights.unmonitored for chance in plain)
    return chances


def _waited(problem: Problem, weights: Weights) -> float:
    """The share of the monitors that have had time to look since the symptom began."""
    if problem.now is None or problem.symptom_at is None or weights.patience <= 0.0:
        return 1.0
    age = (problem.now - problem.symptom_at).total_seconds()
    return min(max(age / weights.patience, weights.patience_least), 1.0)


def _ratio(chance: float, background: float | None, weights: Weights) -> float:
    if background is not None:
        return (chance + (1.0 - chance) * background) / background
    return 1.0 - chance if weights.missing else 1.0


def without(sight: Sight, state: int) -> Sight:
    """The same sight, had nothing been learnt about one state: for telling what it is worth."""

    def blind(ratio: list[float]) -> list[float]:
        return [*ratio[:state], 1.0, *ratio[state + 1 :]]

    return replace(sight, complete=blind(sight.complete), lossy=blind(sight.lossy))
