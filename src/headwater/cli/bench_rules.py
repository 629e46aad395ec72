"""The simple rules that ours is measured against, computed on the raw cases."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from headwater.cli.bench_cases import Case

Ranked = Mapping[str, float]

DAMPING: Final = 0.85
ROUNDS: Final = 60


def symptom(case: Case) -> Ranked:
    """The asset that a responder starts from: no topology at all."""
    return {case.problem.symptom: 1.0} if case.problem.symptom else {}


def earliest(case: Case) -> Ranked:
    """Whose alert began first."""
    began: dict[str, float] = {}
    for alert in case.raw["alerts"]:
        began[alert["node"]] = min(began.get(alert["node"], alert["started_at"]), alert["started_at"])
    return {node: -second for node, second in began.items()}


def severest(case: Case) -> Ranked:
    """Whose alert is worst, by its score."""
    worst: dict[str, float] = {}
    for alert in case.raw["alerts"]:
        worst[alert["node"]] = max(worst.get(alert["node"], 0.0), float(alert["score"]))
    return worst


def traversal(case: Case) -> Ranked:
    """Upstream from the symptom while the same metric alerts; the assets where that ends."""
    metric = case.raw["target"].get("metric")
    alerting = {
        alert["node"] for alert in case.raw["alerts"] if metric is None or alert.get("metric") == metric
    }
    start = case.problem.symptom or ""
    upstream = _upstream(case)
    met = {start}
    waiting = deque([start])
    ends: dict[str, float] = {}
    while waiting:
        node = waiting.popleft()
        above = [other for other in upstream.get(node, ()) if other in alerting]
        if not above:
            ends[node] = 1.0
        for other in above:
            if other not in met:
                met.add(other)
                waiting.append(other)
    return ends


def pagerank(case: Case) -> Ranked:
    """Personalised PageRank: walks upstream that begin anew at alerting assets."""
    alerting = {alert["node"] for alert in case.raw["alerts"]} | {case.problem.symptom}
    nodes = [node.ref for node in case.problem.nodes]
    start = {node: 1.0 / len(alerting) if node in alerting else 0.0 for node in nodes}
    upstream = _upstream(case)
    rank = dict(start)
    for _ in range(ROUNDS):
        arrived = {node: (1 - DAMPING) * start[node] for node in nodes}
        for node in nodes:
            above = [other for other in upstream.get(node, ()) if other in alerting]
            for other in above or [node]:
                arrived[other] += DAMPING * rank[node] / max(len(above), 1)
        rank = arrived
    return {node: rank[node] for node in nodes if node in alerting}


def ceiling(case: Case) -> float:
    """1 where a right node is among those that alert: what no rule that ranks only these can pass."""
    alerting = {alert["node"] for alert in case.raw["alerts"]}
    return float(bool(alerting & case.right))


def constant(cases: list[Case]) -> dict[str, Ranked]:
    """By case id: the nodes by how often they were the truth in the *other* base cases, whatever was seen."""
    guesses: dict[str, Ranked] = {}
    for case in cases:
        others = [other.truth for other in cases if other.base != case.base]
        guesses[case.id] = {node.ref: float(others.count(node.ref)) for node in case.problem.nodes}
    return guesses


def _upstream(case: Case) -> dict[str, list[str]]:
    above: dict[str, list[str]] = {}
    for link in case.problem.links:
        above.setdefault(link.dependent, []).append(link.upstream)
    return above


RULES: Final[Mapping[str, Callable[[Case], Ranked]]] = {
    "the alerting symptom (no topology)": symptom,
    "earliest alert": earliest,
    "highest severity": severest,
    "traversal, same metric": traversal,
    "PageRank (personalised)": pagerank,
}
