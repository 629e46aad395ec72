"""What speaks for or against one suspect besides alerts: changes, answers, variants, its own late start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import exp, log

from headwater.core.suspects.lattice import Lattice
from headwater.core.suspects.problem import Evidence, Finding, Problem
from headwater.core.suspects.sight import Sight
from headwater.core.suspects.taxonomy import Taxonomy
from headwater.core.suspects.weights import Weights


class HintKind(StrEnum):
    """What kind of hint it is."""

    RELAY = "relay"
    SYMPTOM = "symptom"
    LATE = "late"
    CHANGE = "change"
    ANSWER = "answer"
    SIBLING = "sibling"


@dataclass(frozen=True, slots=True)
class Hint:
    """`weight` in log odds, for (positive) or against; the evidence it rests on, where it is one piece."""

    kind: HintKind
    weight: float
    evidence: Evidence | None = None


def of_asset(problem: Problem, weights: Weights, lattice: Lattice, sight: Sight) -> dict[str, list[Hint]]:
    """The hints that speak for or against an asset whatever the cause class."""
    found: dict[str, list[Hint]] = {node.ref: [] for node in lattice.nodes}
    for node in lattice.nodes:
        if node.relay:
            found[node.ref].append(Hint(HintKind.RELAY, log(weights.relay)))
        elif node.ref == problem.symptom:
            found[node.ref].append(Hint(HintKind.SYMPTOM, log(weights.symptom_itself)))
    for asset, began in _first_alerts(lattice, sight).items():
        late = _late(began, sight.onset, weights)
        if late < 0.0:
            found[asset].append(Hint(HintKind.LATE, late))
    for asset, change in _freshest(problem.evidence, sight.onset, problem.symptom_at, weights).items():
        weight = log(1.0 + weights.change * change[0])
        if asset in found and weight > 0.0:
            found[asset].append(Hint(HintKind.CHANGE, weight, change[1]))
    return found


def of_cause(problem: Problem, taxonomy: Taxonomy, weights: Weights, asset: str, cause: str) -> list[Hint]:
    """The hints that speak for or against one cause class on one asset."""
    found: list[Hint] = []
    for one in problem.evidence:
        if one.finding is Finding.ANSWERED and one.asset == asset and one.cause == cause and one.ratio > 0:
            found.append(Hint(HintKind.ANSWER, log(one.ratio), one))
        elif one.finding in {Finding.SIBLING_SICK, Finding.SIBLING_WELL}:
            row = taxonomy.siblings.get(one.shares or "")
            expected = row.expects.get(cause, "partly") if row else "partly"
            if expected != "partly":
                agrees = (expected == "sick") == (one.finding is Finding.SIBLING_SICK)
                weight = log(weights.sibling)
                found.append(Hint(HintKind.SIBLING, weight if agrees else -weight, one))
    return found


def _first_alerts(lattice: Lattice, sight: Sight) -> Mapping[str, datetime]:
    first: dict[str, datetime] = {}
    for state, began in sight.began.items():
        asset = lattice.node_of(state).ref
        first[asset] = min(first.get(asset, began), began)
    return first


def _late(began: datetime, onset: tuple[datetime, datetime] | None, weights: Weights) -> float:
    """Soft: monitors look every few minutes, and some look seldom."""
    if onset is None:
        return 0.0
    spans = (began - onset[0]).total_seconds() / weights.tolerance
    return -weights.late * min(max(spans - 1.0, 0.0), 2.0)


def _freshest(
    evidence: Iterable[Evidence],
    onset: tuple[datetime, datetime] | None,
    symptom_at: datetime | None,
    weights: Weights,
) -> dict[str, tuple[float, Evidence]]:
    """By asset, how fresh (0 to 1) its last change before the symptom was, and that change.

    A change after the onset steepens a slope at most: within the tolerance it may still be the cause.
    """
    seen_at = symptom_at or (onset[0] if onset else None)
    fresh: dict[str, tuple[float, Evidence]] = {}
    for one in evidence:
        if one.finding is not Finding.CHANGED or one.at is None or seen_at is None:
            continue
        age = (seen_at - one.at).total_seconds()
        if age < -weights.tolerance:
            continue
        how = exp(-max(0.0, age - weights.change_fresh) / weights.change_fades)
        known = fresh.get(one.asset)
        if known is None or how > known[0]:
            fresh[one.asset] = (how, one)
    return fresh
