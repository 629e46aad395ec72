"""Correlating: whether two alerting assets may share one cause, by lineage.

*Identity key is not the correlation key*: the fingerprint says "this alert again", lineage and time say "this
incident". Two assets are related when one lies upstream of the other within `hops` edges, or when both lean,
within two edges, on the same index, prompt, pipeline or source. A shared model or service does not relate
them: half the company shares those. The relation is symmetric, so that the order of arrival does not matter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from headwater.core.lineage import Hop, downstream, in_words, path, upstream
from headwater.core.reasons import Code, Reason, because
from headwater.core.refs import kind_of
from headwater.core.registry import EdgeType, Registry

SHARING: Final = frozenset({"index", "prompt", "pipeline", "source"})
"""Kinds whose sharing makes two symptoms likely one incident."""

SHARED_WITHIN: Final = 2
"""How many edges may lie between an asset and what it shares."""


@dataclass(frozen=True, slots=True)
class Kin:
    """An asset related to another: how far, and through which shared asset where neither is upstream."""

    ref: str
    distance: int
    side: Code
    shared: str | None = None


class Correlator:
    """A registry's relations, remembered a version: an asset's kin are found once, in a bounded search."""

    def __init__(self, registry: Registry, *, hops: int, near: int) -> None:
        self.registry = registry
        self._hops = hops
        self._near = near
        self._kin: dict[str, dict[str, Kin]] = {}

    def kin(self, asset: str) -> dict[str, Kin]:
        """Every asset related to `asset`, nearest first, itself left out; at most `near` of them."""
        found = self._kin.get(asset)
        if found is None:
            found = self._kin[asset] = self._search(asset)
        return found

    def why(self, asset: str, kin: Kin) -> Reason:
        """The relation as a reason: what `asset` is to `kin`."""
        if kin.shared is not None:
            return because(Code.SHARED_UPSTREAM, asset=asset, other=kin.ref, shared=kin.shared)
        cause, symptom = (kin.ref, asset) if kin.side is Code.DOWNSTREAM else (asset, kin.ref)
        hops = path(self.registry, cause, symptom)
        return because(kin.side, asset=asset, other=kin.ref, path=in_words(hops) if hops else "")

    def _search(self, asset: str) -> dict[str, Kin]:
        above = self._walk(asset, _up, self._hops)
        below = self._walk(asset, _down, self._hops)
        kin = {ref: Kin(ref, distance, Code.DOWNSTREAM) for ref, distance in above.items()}
        kin |= {ref: Kin(ref, distance, Code.UPSTREAM) for ref, distance in below.items() if ref not in kin}
        if kind_of(asset) not in {"service", "model"}:
            self._add_sharers(asset, above, kin)
        nearest = sorted(kin.values(), key=lambda one: (one.distance, one.ref))[: self._near]
        return {one.ref: one for one in nearest}

    def _add_sharers(self, asset: str, above: dict[str, int], kin: dict[str, Kin]) -> None:
        for shared, far in sorted(above.items(), key=lambda item: (item[1], item[0])):
            if far > SHARED_WITHIN or kind_of(shared) not in SHARING:
                continue
            for ref, near in self._walk(shared, _down, SHARED_WITHIN).items():
                if ref not in kin and ref != asset:
                    kin[ref] = Kin(ref, far + near, Code.SHARED_UPSTREAM, shared)

    def _walk(self, start: str, step: Callable[[Registry, str], list[str]], hops: int) -> dict[str, int]:
        seen = {start: 0}
        edge = [start]
        for distance in range(1, hops + 1):
            onward: list[str] = []
            for ref in edge:
                for neighbour in step(self.registry, ref):
                    if neighbour not in seen:
                        seen[neighbour] = distance
                        onward.append(neighbour)
                        if len(seen) > self._near:
                            break
            edge = sorted(onward)
        del seen[start]
        return seen


def _travels(hop: Hop) -> bool:
    return hop.edge.type is not EdgeType.OBSERVES


def _up(registry: Registry, ref: str) -> list[str]:
    return [hop.upstream for hop in upstream(registry, ref) if _travels(hop)]


def _down(registry: Registry, ref: str) -> list[str]:
    return [hop.downstream for hop in downstream(registry, ref) if _travels(hop)]
