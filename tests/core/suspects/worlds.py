"""Small worlds to ask the model about: a chain of services, and an LLM lineage, with one line an alert."""

from datetime import UTC, datetime, timedelta

from headwater.catalog.shipped import shipped_taxonomy
from headwater.core.severity import Severity
from headwater.core.suspects import (
    Evidence,
    Finding,
    Link,
    Node,
    Observation,
    Problem,
    Ranking,
    Weights,
    rank,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TAXONOMY = shipped_taxonomy()


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def alert(
    asset: str,
    trouble: str = "failure",
    *,
    minutes: float = 0.0,
    ended: float | None = None,
    rate: float | None = None,
    severity: Severity = Severity.SEV2,
) -> Observation:
    return Observation(
        asset=asset,
        trouble=trouble,
        severity=severity,
        started_at=at(minutes),
        ended_at=None if ended is None else at(ended),
        rate=rate,
    )


def change(asset: str, minutes: float) -> Evidence:
    return Evidence(asset=asset, finding=Finding.CHANGED, at=at(minutes), source="it was deployed")


def services(
    *links: tuple[str, str],
    alerts: tuple[Observation, ...],
    symptom: str = "front",
    trouble: str | None = "failure",
    evidence: tuple[Evidence, ...] = (),
    data: tuple[tuple[str, str], ...] = (),
    relays: tuple[str, ...] = (),
    unmonitored: tuple[str, ...] = (),
) -> Problem:
    """Services by (upstream, dependent); `data` are those of the links along which data flows."""
    names = sorted({name for link in links for name in link})
    return Problem(
        nodes=tuple(
            Node(
                ref=name,
                kind="service",
                relay=name in relays,
                monitored=False if name in unmonitored else None,
            )
            for name in names
        ),
        links=tuple(Link(up, down, "reads" if (up, down) in data else "calls") for up, down in links),
        observations=alerts,
        evidence=evidence,
        symptom=symptom,
        symptom_trouble=trouble,
        symptom_at=NOON,
        now=at(10),
    )


LINEAGE = (
    ("source:wiki", "pipeline:ingest", "reads"),
    ("service:nomad", "pipeline:ingest", "runs_on"),
    ("pipeline:ingest", "index:docs", "written_by"),
    ("index:docs", "handler:a", "uses"),
    ("index:docs", "handler:b", "uses"),
    ("prompt:a", "handler:a", "uses"),
    ("prompt:a", "handler:d", "uses"),
    ("prompt:b", "handler:b", "uses"),
    ("model:chat", "handler:a", "uses"),
    ("model:chat", "handler:c", "uses"),
    ("model:chat", "handler:f", "uses"),
    ("monitor:judge", "handler:a", "judges"),
    ("monitor:judge", "handler:e", "judges"),
    ("monitor:judge", "handler:g", "judges"),
)


def lineage(
    *alerts: Observation, evidence: tuple[Evidence, ...] = (), trouble: str = "groundedness"
) -> Problem:
    """Handler a shares an index with b, a prompt with d, a model with c and f, a judge with e and g."""
    names = sorted({name for link in LINEAGE for name in link[:2]})
    return Problem(
        nodes=tuple(Node(ref=name, kind=name.partition(":")[0]) for name in names),
        links=tuple(Link(*link) for link in LINEAGE),
        observations=alerts,
        evidence=evidence,
        symptom="handler:a",
        symptom_trouble=trouble,
        symptom_at=NOON,
    )


def ranked(problem: Problem, weights: Weights | None = None) -> Ranking:
    return rank(problem, TAXONOMY, weights)


def first(problem: Problem, weights: Weights | None = None) -> str:
    leader = ranked(problem, weights).leader
    return leader.asset if leader else "nobody"


def chance(problem: Problem, asset: str, weights: Weights | None = None) -> float:
    return ranked(problem, weights).probability_of(asset)
