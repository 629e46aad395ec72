"""Suspecting: an incident's surroundings as the model's problem, and its ranking as what people are shown.

The model itself is `core/suspects`; here are the two ends that touch the registry and the incident.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final

from headwater.core.facts import Fact, FactKind, FactState
from headwater.core.incidents import Involved, Suspected, Suspicion, symptom_of
from headwater.core.registry import Registry
from headwater.core.suspects import Evidence, Finding, Observation, Problem, Taxonomy
from headwater.core.suspects.explaining import explain, sentence
from headwater.core.suspects.neighbourhood import around
from headwater.core.suspects.ranking import Ranking, prepare, rank_model
from headwater.core.suspects.surroundings import RegistryLinks, problem_of
from headwater.core.suspects.weights import Weights

SHOWN: Final = 5
"""Suspects kept and shown, at most."""

LINES: Final = 6
"""Lines for and against kept of each."""

TELLING: Final = ("metric", "signal", "check", "alertname", "quantity")
"""Labels in which senders say what is wrong; the title comes after them."""

MEMORY: Final = 10_000
"""Sets of those labels whose trouble is remembered."""

UNTOLD: Final = "failure"
"""The trouble of an alert that says nothing the taxonomy knows."""

RAN_WELL: Final = ("failure", "flow", "silent")
"""What a run that completed with rows tells against: its pipeline neither failed nor starved nor stopped."""

FACTS_LAST: Final = timedelta(hours=24)
"""Facts older than this are no evidence."""


class Suspector:
    """A registry version and a taxonomy, with what was worked out from them remembered."""

    def __init__(self, registry: Registry, taxonomy: Taxonomy) -> None:
        self.registry = registry
        self.taxonomy = taxonomy
        self._weights = Weights()
        self._adjacency = RegistryLinks(registry)
        self._troubles: dict[tuple[str, ...], str] = {}
        self._near: dict[frozenset[str], tuple[str, ...]] = {}

    def trouble(self, labels: Mapping[str, str], title: str) -> str:
        """What kind of trouble an alert tells of, by the taxonomy's signs."""
        told = tuple([labels.get(name, "") for name in TELLING])
        known = self._troubles.get(told)
        if known is None:
            if len(self._troubles) > MEMORY:
                self._troubles.clear()
            known = next((found for word in told if (found := self._sign(word.lower()))), "")
            self._troubles[told] = known
        return known or self._sign(title.lower()) or UNTOLD

    def _sign(self, word: str) -> str | None:
        if not word:
            return None
        return next((trouble for like, trouble in self.taxonomy.signs if fnmatchcase(word, like)), None)

    def near(self, alerting: frozenset[str]) -> tuple[str, ...]:
        """The assets whose facts may matter to an incident on these."""
        known = self._near.get(alerting)
        if known is None:
            if len(self._near) > 2_000:
                self._near.clear()
            known = self._near[alerting] = around(self._adjacency, alerting)[0]
        return known

    def suspect(self, parts: Iterable[Involved], facts: Iterable[Fact], now: datetime) -> Suspicion | None:
        """The suspects of an incident, best first; None where no asset alerts that the registry knows."""
        placed = [part for part in parts if part.asset in self.registry.assets and part.alerts]
        if not placed:
            return None
        model = prepare(self._problem(placed, facts, now), self.taxonomy, self._weights)
        ranking = rank_model(model)
        causes = {one.asset: one.cause for one in reversed(ranking.suspects)}
        shown = []
        for one in ranking.assets[:SHOWN]:
            lines = explain(model, one.asset)
            shown.append(
                Suspected(
                    asset=one.asset,
                    cause=causes.get(one.asset, ""),
                    probability=round(one.probability, 4),
                    rank=one.rank,
                    sentence=sentence(one.asset, lines),
                    speaking_for=tuple(line.sentence for line in lines if line.weight > 0)[:LINES],
                    against=tuple(line.sentence for line in lines if line.weight < 0)[:LINES],
                )
            )
        leader = ranking.leader
        return Suspicion(
            suspects=tuple(shown),
            unlisted=round(ranking.unlisted, 4),
            confidence=round(ranking.confidence, 4),
            leader=leader.asset if leader is not None else None,
            second=ranking.second,
            teams=self._teams(ranking),
        )

    def _teams(self, ranking: Ranking) -> tuple[tuple[str, float], ...]:
        shares: dict[str, float] = {}
        for one in ranking.assets:
            asset = self.registry.assets.get(one.asset)
            if asset is not None:
                team = self.registry.responsible_team(asset).ref
                shares[team] = shares.get(team, 0.0) + one.probability
        best = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        return tuple((team, round(share, 4)) for team, share in best[:SHOWN])

    def _problem(self, placed: list[Involved], facts: Iterable[Fact], now: datetime) -> Problem:
        symptom = symptom_of(placed)
        sick = symptom.troubles
        near = frozenset(self.near(frozenset(part.group for part in placed)))
        return problem_of(
            self.registry,
            tuple(_observations(placed)),
            evidence=tuple(self._evidence(near, facts, now)),
            symptom=symptom.group,
            symptom_trouble=min(sick, key=lambda name: (sick[name].first_at, name), default=None),
            symptom_at=symptom.first_at,
            now=now,
        )

    def _evidence(self, refs: frozenset[str], facts: Iterable[Fact], now: datetime) -> Iterator[Evidence]:
        for fact in sorted(facts, key=lambda one: one.key):
            if fact.asset not in refs or now - fact.at > FACTS_LAST:
                continue
            about = f"{fact.asset}: {fact.sentence}"
            match fact.state:
                case FactState.CHANGED:
                    yield Evidence(asset=fact.asset, finding=Finding.CHANGED, at=fact.at, source=about)
                case FactState.BAD:
                    trouble = self._trouble_of(fact)
                    yield Evidence(
                        asset=fact.asset, finding=Finding.SICK, trouble=trouble, at=fact.at, source=about
                    )
                case FactState.OK:
                    for trouble in RAN_WELL if fact.kind is FactKind.RUN else (self._trouble_of(fact),):
                        yield Evidence(
                            asset=fact.asset, finding=Finding.WELL, trouble=trouble, at=fact.at, source=about
                        )
                case FactState.UNKNOWN:
                    continue

    def _trouble_of(self, fact: Fact) -> str:
        if fact.kind is FactKind.RUN:
            return "flow" if fact.quantity == "empty run" else "failure"
        return self._sign(fact.quantity.lower()) or UNTOLD


def _observations(placed: Iterable[Involved]) -> Iterator[Observation]:
    for part in sorted(placed, key=lambda one: one.group):
        for trouble, sick in sorted(part.troubles.items()):
            yield Observation(
                asset=part.group,
                trouble=trouble,
                severity=sick.worst,
                started_at=sick.first_at,
                ended_at=None if sick.firing else sick.last_at,
            )
