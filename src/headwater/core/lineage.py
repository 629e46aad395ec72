"""The lineage: which way trouble travels between assets, how far, and in which words.

Every walk is bounded and in a fixed order, so that it costs the same beside a hub with 50,000 dependents and
ends the same whatever order the files were read in. Assets may lean on each other in circles.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from typing import Final

from headwater.core.refs import kind_of
from headwater.core.registry import Edge, EdgeType, Registry

REACH: Final = 6
"""Edges a trouble path may have: what lies further off explains nothing a responder would believe."""

LIMIT: Final = 5_000
"""Assets a search looks at before it gives up."""

SHARED_KINDS: Final = ("prompt", "model", "index")
"""What siblings share, where sharing it tells causes apart."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One edge as trouble travels it: from `upstream` to `downstream`."""

    edge: Edge
    upstream: str
    downstream: str


Path = tuple[Hop, ...]
"""Hops from the cause to the symptom: each begins where the one before ends."""


class Side(StrEnum):
    """What the first asset of a relation is to the second."""

    SAME = "same"
    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    SHARED = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How two assets are related: `paths` lead from the upstream asset, or from `shared` to each."""

    side: Side
    first: str
    second: str
    shared: str | None = None
    paths: tuple[Path, ...] = ()

    @property
    def distance(self) -> int:
        """How many edges lie between the two."""
        return sum(len(path) for path in self.paths)

    @property
    def sentence(self) -> str:
        """The relation in words."""
        match self.side:
            case Side.SAME:
                return f"both are {self.first}"
            case Side.UPSTREAM | Side.DOWNSTREAM:
                return in_words(self.paths[0])
            case Side.SHARED:
                return f"both lean on {self.shared}: {'; '.join(in_words(path) for path in self.paths)}"


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another asset of the same kind, and what it shares."""

    ref: str
    shared: tuple[str, ...]


def upstream(registry: Registry, ref: str) -> Iterator[Hop]:
    """The hops along which trouble arrives at `ref`, in the order of where they come from."""
    return (Hop(edge, edge.upstream, ref) for edge in registry.by_downstream.get(ref, ()))


def downstream(registry: Registry, ref: str) -> Iterator[Hop]:
    """The hops along which the trouble of `ref` leaves, in the order of where they go; may be 50,000."""
    return (Hop(edge, ref, edge.downstream) for edge in registry.by_upstream.get(ref, ()))


def neighbourhood(registry: Registry, ref: str, *, hops: int = 3, limit: int = 200) -> tuple[str, ...]:
    """`ref` and what lies within `hops` edges of it either way, nearest first, upstream before downstream.

    At most `limit` assets; at most four times as many edges are looked at. Among the equally near, those with
    many edges are searched last, so that a hub's dependents don't crowd out the others' neighbours.
    """
    seen = dict.fromkeys((ref,)[:limit])
    edge_of_known, budget = list(seen), 4 * limit
    for _ in range(hops):
        found: list[str] = []
        for at in sorted(edge_of_known, key=lambda known: _degree(registry, known)):
            for other in islice(_beside(registry, at), budget):
                budget -= 1
                if len(seen) >= limit:
                    return tuple(seen)
                if other not in seen:
                    seen[other] = None
                    found.append(other)
        edge_of_known = found
    return tuple(seen)


def path(
    registry: Registry, cause: str, symptom: str, *, hops: int = REACH, limit: int = LIMIT
) -> Path | None:
    """The shortest way trouble travels from `cause` to `symptom`, or None within these bounds.

    Empty where the two are one. Of equally short ways, the first in the order of references.
    """
    steps = _climb(registry, symptom, hops=hops, limit=limit, until=lambda ref: ref == cause)
    return _descent(steps, cause) if cause in steps else None


def related(
    registry: Registry, first: str, second: str, *, hops: int = 4, limit: int = LIMIT
) -> Relation | None:
    """How two assets are related, or None: one is upstream of the other, or both have a third upstream."""
    if first == second:
        return Relation(side=Side.SAME, first=first, second=second)
    above_second = _climb(registry, second, hops=hops, limit=limit)
    if first in above_second:
        way = _descent(above_second, first)
        return Relation(side=Side.UPSTREAM, first=first, second=second, paths=(way,))
    above_first = _climb(registry, first, hops=hops, limit=limit)
    if second in above_first:
        way = _descent(above_first, second)
        return Relation(side=Side.DOWNSTREAM, first=first, second=second, paths=(way,))
    common = [ref for ref in above_first if ref in above_second]
    if not common:
        return None

    def ways(ref: str) -> tuple[Path, Path]:
        return _descent(above_first, ref), _descent(above_second, ref)

    nearest = min(common, key=lambda ref: (sum(map(len, ways(ref))), ref))
    return Relation(side=Side.SHARED, first=first, second=second, shared=nearest, paths=ways(nearest))


def siblings(
    registry: Registry, ref: str, *, kinds: Sequence[str] = SHARED_KINDS, limit: int = 200
) -> tuple[Sibling, ...]:
    """Assets of the same kind that lean directly on the same prompt, model or index; who shares most first.

    Of each shared asset, at most `limit` dependents are looked at.
    """
    shared: dict[str, list[str]] = {}
    for up in upstream(registry, ref):
        if kind_of(up.upstream) not in kinds:
            continue
        for down in islice(downstream(registry, up.upstream), limit):
            if down.downstream != ref and kind_of(down.downstream) == kind_of(ref):
                shared.setdefault(down.downstream, []).append(up.upstream)
    found = (Sibling(other, tuple(dict.fromkeys(refs))) for other, refs in shared.items())
    return tuple(sorted(found, key=lambda one: (-len(one.shared), one.ref)))


def in_words(way: Sequence[Hop]) -> str:
    """A path as a responder says it, from the symptom up.

    `handler:backup-assistant uses index:docs, written by pipeline:docs-ingest, which runs on service:nomad`.
    Empty for an empty path.
    """
    if not way:
        return ""
    nearest, *further = reversed(way)
    said = [f"{nearest.downstream} {_SAID[nearest.edge.type][0]} {nearest.upstream}"]
    said.extend(f"{_SAID[hop.edge.type][1]} {hop.upstream}" for hop in further)
    return ", ".join(said)


_SAID: Final[Mapping[EdgeType, tuple[str, str]]] = MappingProxyType(
    {
        EdgeType.READS: ("reads", "which reads"),
        EdgeType.WRITTEN_BY: ("is written by", "written by"),
        EdgeType.USES: ("uses", "which uses"),
        EdgeType.TRAINED_ON: ("is trained on", "trained on"),
        EdgeType.CALLS: ("calls", "which calls"),
        EdgeType.RUNS_ON: ("runs on", "which runs on"),
        EdgeType.JUDGES: ("is judged by", "judged by"),
        EdgeType.RATES: ("is rated by", "rated by"),
        EdgeType.OBSERVES: ("observes", "which observes"),
    }
)
"""What the downstream end of an edge says of the upstream one: as the sentence's verb, and after a comma."""


def _degree(registry: Registry, ref: str) -> int:
    return len(registry.by_downstream.get(ref, ())) + len(registry.by_upstream.get(ref, ()))


def _beside(registry: Registry, ref: str) -> Iterator[str]:
    yield from (hop.upstream for hop in upstream(registry, ref))
    yield from (hop.downstream for hop in downstream(registry, ref))


def _never(_: str) -> bool:
    return False


def _climb(
    registry: Registry, symptom: str, *, hops: int, limit: int, until: Callable[[str], bool] = _never
) -> dict[str, Hop | None]:
    """What is upstream of `symptom`, breadth first, each with the hop by which its trouble goes on down."""
    steps: dict[str, Hop | None] = {symptom: None}
    depth = {symptom: 0}
    waiting = deque([symptom])
    while waiting:
        at = waiting.popleft()
        if until(at):
            break
        if depth[at] == hops:
            continue
        for hop in upstream(registry, at):
            if hop.upstream in steps:
                continue
            if len(steps) >= limit:
                return steps
            steps[hop.upstream] = hop
            depth[hop.upstream] = depth[at] + 1
            waiting.append(hop.upstream)
    return steps


def _descent(steps: Mapping[str, Hop | None], cause: str) -> Path:
    way: list[Hop] = []
    hop = steps[cause]
    while hop is not None:
        way.append(hop)
        hop = steps[hop.downstream]
    return tuple(way)
