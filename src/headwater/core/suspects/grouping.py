"""Which alerts belong together: those that one cause could explain, while the incident lives.

Raw distance in the lineage says little: two handlers on one model are two hops apart, and so are a handler
and the logs of its database. What counts is whether some asset's trouble would, by the table of travel,
reach both alerts: a shared upstream, one upstream of the other, or a caller whose failing starves what it
calls.

Alerts come in the order in which they began. An alert joins every live incident it shares a cause with, and
several such incidents become one. An incident lives while one of its alerts still fires; a chronic alert,
which fires for reasons of its own, prolongs none and brings none together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from headwater.core.suspects.lattice import Lattice, build
from headwater.core.suspects.problem import Observation, Problem
from headwater.core.suspects.promise import ways_to
from headwater.core.suspects.taxonomy import Taxonomy
from headwater.core.suspects.weights import Weights

LEAST = 0.02
"""Two alerts whose best shared cause leads to both with less than this chance do not belong together."""

CHRONIC = 0.25
"""A monitor that fires in more than this share of its windows without cause is chronic."""

GRACE = timedelta(minutes=2)
"""How long after its last alert ended an incident still takes in others: monitors look every minute or so."""


@dataclass(frozen=True, slots=True)
class SharedCause:
    """The asset whose trouble would most likely show as both alerts, and how likely that is."""

    asset: str
    chance: float


class Explanations:
    """What could explain an alert, over one lineage: remembered, so that a storm asks once an asset."""

    def __init__(self, problem: Problem, taxonomy: Taxonomy, weights: Weights | None = None) -> None:
        self._weights = weights or Weights()
        self._taxonomy = taxonomy
        self._lattice: Lattice = build(problem, taxonomy, self._weights)
        self._blank = [1.0] * len(self._lattice.arcs)
        self._backwards: list[list[tuple[int, float]]] = [[] for _ in self._lattice.arcs]
        for state, leading in enumerate(self._lattice.arcs):
            for arc in leading:
                self._backwards[arc.state].append((state, arc.chance))
        self._known: dict[tuple[str, str], Mapping[str, float]] = {}

    def of(self, asset: str, trouble: str) -> Mapping[str, float]:
        """By asset, the best chance that a cause there shows as this alert; the asset itself is among
        them.
        """
        key = asset, trouble
        if key not in self._known:
            self._known[key] = self._search(asset, trouble)
        return self._known[key]

    def shared(self, first: tuple[str, str], second: tuple[str, str]) -> SharedCause | None:
        """What best explains two alerts, each (asset, trouble); None where nothing does."""
        one, other = self.of(*first), self.of(*second)
        if len(other) < len(one):
            one, other = other, one
        found = [(chance * other[asset], asset) for asset, chance in one.items() if asset in other]
        if not found:
            return None
        chance, asset = min((-chance, asset) for chance, asset in found)
        return SharedCause(asset, -chance) if -chance >= LEAST else None

    def _search(self, asset: str, trouble: str) -> Mapping[str, float]:
        lattice = self._lattice
        if asset not in lattice.node_number:
            return {}
        if trouble not in lattice.trouble_number:
            return {asset: 1.0}
        ways = ways_to(lattice.at(asset, trouble), self._backwards, self._blank, LEAST)
        found: dict[str, float] = {asset: 1.0}
        for state, chance in ways.items():
            ref = lattice.node_of(state).ref
            found[ref] = max(found.get(ref, 0.0), chance)
        return found


@dataclass(slots=True)
class _Live:
    """An incident: its alerts by place, what they are of, and until when it lives (None: it still fires)."""

    alerts: list[int] = field(default_factory=list)
    kinds: set[tuple[str, str]] = field(default_factory=set)
    until: datetime | None = None


def group(alerts: Sequence[Observation], explanations: Explanations) -> list[int]:
    """The number of each alert's incident, in the order given; incidents are numbered as they begin.

    Every alert needs its `started_at`; one without `ended_at` still fires at the end.
    """
    order = sorted(range(len(alerts)), key=lambda at: _in_time(alerts[at]))
    live: list[_Live] = []
    done: list[_Live] = []
    for at in order:
        one = alerts[at]
        began = _began(one)
        done.extend(incident for incident in live if not _lives(incident, began))
        live = [incident for incident in live if _lives(incident, began)]
        joined = [incident for incident in live if _belongs(one, incident, explanations)]
        if _is_chronic(one) and len(joined) > 1:
            joined = joined[:1]
        merged = _merge(joined)
        live = [incident for incident in live if incident not in joined]
        _add(merged, at, one)
        live.append(merged)
    return _numbers([*done, *live], len(alerts))


def _in_time(one: Observation) -> tuple[datetime, bool, str, str]:
    return _began(one), _is_chronic(one), one.asset, one.trouble


def _began(one: Observation) -> datetime:
    if one.started_at is None:
        raise ValueError(f"The alert of {one.asset} has no start: grouping needs the times of alerts.")
    return one.started_at


def _is_chronic(one: Observation) -> bool:
    return one.rate is not None and one.rate > CHRONIC


def _lives(incident: _Live, now: datetime) -> bool:
    return incident.until is None or now <= incident.until + GRACE


def _belongs(one: Observation, incident: _Live, explanations: Explanations) -> bool:
    key = one.asset, one.trouble
    return any(explanations.shared(key, other) is not None for other in incident.kinds)


def _merge(incidents: Sequence[_Live]) -> _Live:
    if len(incidents) == 1:
        return incidents[0]
    merged = _Live()
    for incident in incidents:
        merged.alerts.extend(incident.alerts)
        merged.kinds |= incident.kinds
    untils = [incident.until for incident in incidents if incident.until is not None]
    merged.until = max(untils) if untils and len(untils) == len(incidents) else None
    return merged


def _add(incident: _Live, at: int, one: Observation) -> None:
    if not incident.alerts:
        incident.until = one.ended_at
    elif not _is_chronic(one) and incident.until is not None:
        incident.until = None if one.ended_at is None else max(incident.until, one.ended_at)
    incident.alerts.append(at)
    incident.kinds.add((one.asset, one.trouble))


def _numbers(incidents: Sequence[_Live], count: int) -> list[int]:
    numbers = [0] * count
    for number, incident in enumerate(sorted(incidents, key=lambda incident: min(incident.alerts))):
        for at in incident.alerts:
            numbers[at] = number
    return numbers
