"""Recorded root-cause cases, read from JSON Lines files or folders of JSON files, as problems for the model.

A case: `id, dataset, scenario, graph{nodes[id, kind, owner?], edges[[upstream, dependent]], data_edges?},
alerts[{node, metric, kind, score, severity, started_at, ended_at}], noise_rate?, changes?, target{node,
metric, at}, truth{node, any_of?, cause?}`. Times are Unix seconds; where all of them are 0, nothing is known
of time.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from headwater.core.refs import ASSET_KINDS
from headwater.core.severity import Severity
from headwater.core.suspects import Evidence, Finding, Link, Node, Observation, Problem, Taxonomy

Json = Mapping[str, Any]

RELAY_KINDS: Final = frozenset({"client", "remote", "lambda", "apigateway_stage"})
"""Kinds of X-Ray's map that only relay: a caller's view of what it calls (`client`, `remote`), a gateway,
and the front of a function, whose work is the node behind it.
"""

VIEWS: Final = frozenset({"client", "remote"})
"""Relays that nothing leads to: another view of what the same team runs on the same edge."""

SEVERITIES: Final = {"critical": Severity.SEV1, "error": Severity.SEV2, "warning": Severity.SEV3}

UNTIMED: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for second 0 of a case that has no times, so that its changes still have an age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: the problem, what is right, and what the simple rules need of the raw text."""

    id: str
    track: str
    dataset: str
    right: frozenset[str]
    truth: str
    problem: Problem
    owners: Mapping[str, str]
    raw: Json

    @property
    def base(self) -> str:
        """The case it was derived from: `x` of `x+noise3`."""
        return self.id.partition("+")[0]

    @property
    def change_is_logged(self) -> bool | None:
        """Whether the true change is among its changes; None where the case has no log of changes."""
        if not self.raw.get("changes"):
            return None
        return any(change["node"] in self.right for change in self.raw["changes"])


def read_tracks(folder: Path, taxonomy: Taxonomy) -> dict[str, list[Case]]:
    """The cases of a folder by track, in the order of names. ValueError says which line is no case."""
    tracks: dict[str, list[Case]] = {}
    for path in sorted(folder.iterdir()):
        cases = [case_of(raw, _track(path), taxonomy) for raw in _raw_cases(path) if "graph" in raw]
        if cases:
            tracks[_track(path)] = cases
    return tracks


def _track(path: Path) -> str:
    return path.name.removesuffix(".jsonl") if path.is_file() else path.name


def _raw_cases(path: Path) -> Iterator[Json]:
    """The objects of a file, or of a folder's files. Files that hold no cases are passed over."""
    if path.is_dir():
        for inner in sorted(path.glob("*.json")):
            yield _object(inner.read_text("utf-8"), str(inner))
    elif path.suffix == ".jsonl":
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip():
                yield _object(line, f"{path}:{number}")


def _object(text: str, where: str) -> Json:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise ValueError(f"{where}: this is not JSON: {wrong}.") from wrong
    if not isinstance(found, dict):
        raise ValueError(f"{where}: a case is an object, {{...}}.")  # noqa: TRY004 - a file's content, no type
    return found


def trouble_of(words: str | None, taxonomy: Taxonomy) -> str | None:
    """The trouble a sender's word stands for, by the taxonomy's signs; None for a word it does not know."""
    if not words:
        return None
    if words in taxonomy.troubles:
        return words
    lowered = words.lower()
    return next((trouble for like, trouble in taxonomy.signs if fnmatchcase(lowered, like)), None)


def case_of(raw: Json, track: str, taxonomy: Taxonomy) -> Case:
    """The case of a JSON object. ValueError names what is missing."""
    try:
        return _case_of(raw, track, taxonomy)
    except KeyError as missing:
        raise ValueError(f"Case {raw.get('id', '?')} of {track}: the key {missing} is missing.") from missing


def _case_of(raw: Json, track: str, taxonomy: Taxonomy) -> Case:
    truth, target, graph = raw["truth"], raw["target"], raw["graph"]
    at = target.get("at") or 0
    moved = _Times(timed=at > 0 or any(alert["started_at"] for alert in raw["alerts"]))
    flowing = {tuple(edge) for edge in graph.get("data_edges", ())}
    problem = Problem(
        nodes=tuple(_nodes(graph)),
        links=tuple(_link(edge, flowing) for edge in graph["edges"]),
        observations=tuple(_observations(raw, taxonomy, moved)),
        evidence=tuple(_evidence(raw, moved)),
        symptom=target["node"],
        symptom_trouble=trouble_of(target.get("metric"), taxonomy),
        symptom_at=moved.at(at),
    )
    return Case(
        id=raw["id"],
        track=track,
        dataset=raw.get("dataset", track),
        right=frozenset(truth.get("any_of") or [truth["node"]]),
        truth=truth["node"],
        problem=problem,
        owners={node["id"]: node["owner"] for node in graph["nodes"] if node.get("owner")},
        raw=raw,
    )


def _link(edge: list[str], flowing: set[tuple[str, ...]]) -> Link:
    """`[upstream, dependent]` or `[upstream, dependent, type]`; along which data flows, or calls."""
    upstream, dependent = edge[:2]
    if len(edge) > 2:
        return Link(upstream, dependent, edge[2])
    return Link(upstream, dependent, "reads" if (upstream, dependent) in flowing else "calls")


@dataclass(frozen=True, slots=True)
class _Times:
    """Unix seconds as times; where nothing is known of time, only that changes came before the symptom."""

    timed: bool

    def at(self, second: float) -> datetime:
        start = 0.0 if self.timed else UNTIMED.timestamp()
        return datetime.fromtimestamp(start + second, UTC)

    def known(self, second: float | None) -> datetime | None:
        return self.at(second) if self.timed and second else None


def _nodes(graph: Json) -> Iterator[Node]:
    dependents: dict[str, set[str]] = {}
    fed: set[str] = set()
    for upstream, dependent, *_ in graph["edges"]:
        dependents.setdefault(upstream, set()).add(dependent)
        fed.add(dependent)
    for node in graph["nodes"]:
        relay = node["kind"] in RELAY_KINDS
        known = node["kind"] in ASSET_KINDS
        yield Node(
            ref=node["id"],
            kind=node["kind"] if known else "service",
            relay=relay or bool(node.get("relay")),
            vendor=bool(node.get("vendor")),
            monitored=node.get("monitored"),
            observes=tuple(_observed(node, graph, dependents)) if relay and node["id"] not in fed else (),
        )


def _observed(view: Json, graph: Json, dependents: Mapping[str, set[str]]) -> Iterator[str]:
    """What a view that no edge leads to is about: what its own team runs for the same callers."""
    for node in graph["nodes"]:
        same_team = view.get("owner") is not None and node.get("owner") == view["owner"]
        callers = dependents.get(node["id"], set()) & dependents.get(view["id"], set())
        if node["id"] != view["id"] and same_team and node["kind"] not in VIEWS and callers:
            yield node["id"]


def _observations(raw: Json, taxonomy: Taxonomy, times: _Times) -> Iterator[Observation]:
    rates = raw.get("noise_rate") or {}
    for alert in raw["alerts"]:
        trouble = trouble_of(alert["kind"], taxonomy) or trouble_of(alert.get("metric"), taxonomy)
        if trouble is not None:
            yield Observation(
                asset=alert["node"],
                trouble=trouble,
                severity=SEVERITIES.get(alert.get("severity", ""), Severity.SEV3),
                started_at=times.known(alert.get("started_at")),
                ended_at=times.known(alert.get("ended_at")),
                rate=rates.get(f"{alert['node']}|{alert['kind']}"),
            )


def _evidence(raw: Json, times: _Times) -> Iterator[Evidence]:
    for change in raw.get("changes") or ():
        yield Evidence(asset=change["node"], finding=Finding.CHANGED, at=times.at(change["at"]))
    for fact in raw.get("evidence") or ():
        yield Evidence(
            asset=fact["node"],
            finding=Finding(fact["finding"]),
            trouble=fact.get("trouble"),
            at=times.known(fact.get("at")),
            cause=fact.get("cause"),
            ratio=fact.get("ratio", 1.0),
            shares=fact.get("shares"),
            source=fact.get("source", ""),
        )
