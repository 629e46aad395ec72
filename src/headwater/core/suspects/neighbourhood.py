"""The part of a lineage that a problem is made of: what lies around its alerts, bounded in size.

Works on any adjacency, so that it knows nothing of registries. What a cause could be, and what would have to
be sick with it, lies upstream of the alerts, and beside that. In a registry of 100,000 assets a hub may have
50,000 dependents: of those only the alerting ones and a few of the others, as witnesses, are taken.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from headwater.core.suspects.problem import Link


class Adjacency(Protocol):
    """The links at an asset, each in a fixed order that does not depend on how files were read."""

    def upstream(self, ref: str, /) -> Iterable[Link]:
        """The links whose dependent is `ref`."""

    def dependents(self, ref: str, /) -> Iterable[Link]:
        """The links whose upstream is `ref`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """`hops` upstream of an alert; at most `assets` in all; of each upstream asset at most `witnesses`
    dependents that do not alert, and of its dependents at most `looked_at` are looked at.
    """

    hops: int = 6
    assets: int = 150
    witnesses: int = 4
    looked_at: int = 2_000


def around(
    adjacency: Adjacency, alerting: Collection[str], bounds: Bounds | None = None
) -> tuple[tuple[str, ...], tuple[Link, ...]]:
    """The assets and links around alerting assets, nearest first: they, what is upstream, and witnesses.

    All alerting assets are in, even where there are more than `assets`; for the rest there is always some
    room.
    """
    limits = bounds or Bounds()
    seen = dict.fromkeys(sorted(alerting))
    room = max(limits.assets, len(seen) + limits.assets // 2)
    edge = list(seen)
    for _ in range(limits.hops):
        edge = _step(seen, edge, lambda ref: (link.upstream for link in adjacency.upstream(ref)), room)
    for ref in tuple(seen):
        if len(seen) >= room:
            break
        beside = (link.dependent for link in islice(adjacency.dependents(ref), limits.looked_at))
        fresh = (other for other in beside if other not in seen)
        seen.update(dict.fromkeys(islice(fresh, min(limits.witnesses, room - len(seen)))))
    links = {link: None for ref in seen for link in adjacency.upstream(ref) if link.upstream in seen}
    return tuple(seen), tuple(links)


def _step(
    seen: dict[str, None], edge: list[str], beyond: Callable[[str], Iterable[str]], room: int
) -> list[str]:
    found: list[str] = []
    for ref in edge:
        for other in beyond(ref):
            if other not in seen and len(seen) < room:
                seen[other] = None
                found.append(other)
    return found
