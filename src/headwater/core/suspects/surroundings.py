"""The problem that an incident poses, drawn from the ownership registry around its alerts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from headwater.core.refs import kind_of
from headwater.core.registry import Edge, EdgeType, Registry
from headwater.core.suspects.neighbourhood import Bounds, around
from headwater.core.suspects.problem import Evidence, Finding, Link, Node, Observation, Problem


class RegistryLinks:
    """A registry's edges as the links the model walks."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def upstream(self, ref: str, /) -> Iterable[Link]:
        """The links by which trouble comes to `ref`."""
        return _links(self._registry.by_downstream.get(ref, ()))

    def dependents(self, ref: str, /) -> Iterable[Link]:
        """The links by which trouble leaves `ref`; looked at lazily, since they may be 50,000."""
        return _links(self._registry.by_upstream.get(ref, ()))


def _links(edges: Iterable[Edge]) -> Iterator[Link]:
    return (Link(edge.upstream, edge.downstream, edge.type.value) for edge in edges)


def problem_of(
    registry: Registry,
    observations: Sequence[Observation],
    *,
    evidence: Sequence[Evidence] = (),
    symptom: str | None = None,
    symptom_trouble: str | None = None,
    symptom_at: datetime | None = None,
    now: datetime | None = None,
    bounds: Bounds | None = None,
) -> Problem:
    """The problem around these observations: at most `bounds` assets, and all that alert.

    What the registry does not know is left out. An asset with a heartbeat, a freshness limit or a board
    counts as monitored; of the others nothing is known. A relay is what observes another asset.
    """
    seen = {one.asset for one in observations} | ({symptom} if symptom else set())
    seen |= {one.asset for one in evidence if one.finding is Finding.SICK}
    alerting = {ref for ref in seen if ref in registry.assets}
    refs, links = around(RegistryLinks(registry), alerting, bounds)
    return Problem(
        nodes=tuple(_node(registry, ref) for ref in refs if ref in registry.assets),
        links=links,
        observations=tuple(observations),
        evidence=tuple(evidence),
        now=now,
        symptom=symptom if symptom in alerting else None,
        symptom_trouble=symptom_trouble,
        symptom_at=symptom_at,
    )


def _node(registry: Registry, ref: str) -> Node:
    asset = registry.assets[ref]
    watched = asset.heartbeat is not None or asset.max_age is not None or bool(asset.board)
    return Node(
        ref=ref,
        kind=asset.kind,
        monitored=True if watched else None,
        relay=any(edge.type is EdgeType.OBSERVES for edge in registry.by_subject.get(ref, ())),
        vendor=kind_of(asset.owner) == "vendor",
        tier=asset.tier,
    )
