"""A quick upper bound on how well a suspect can fit, so that most need no tree of their own.

For each telling alert one search backwards gives, for every state, the best chance with which it leads there;
on the way, what was seen to be sick passes trouble on almost surely, as in `spread.grow`. A suspect's promise
takes every alert at its best, as if each had its own way, and no silence against it.
"""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from math import log

from headwater.core.suspects.spread import Arc, believed

TELLING = 2.0
"""Alerts that multiply the odds by less are not searched from: they are granted to everybody."""


class Promises:
    """The bounds of one problem."""

    def __init__(self, arcs: Sequence[Sequence[Arc]], ratio: Sequence[float], cut: float) -> None:
        self._granted = sum(log(value) for value in ratio if 1.0 < value <= TELLING)
        backwards: list[list[tuple[int, float]]] = [[] for _ in arcs]
        for state, leading in enumerate(arcs):
            for near, chance, _ in leading:
                backwards[near].append((state, chance))
        self._value: list[float] = []
        self._from: dict[int, list[tuple[int, float]]] = {}
        for end, value in enumerate(ratio):
            if value > TELLING:
                for state, chance in ways_to(end, backwards, ratio, cut).items():
                    self._from.setdefault(state, []).append((len(self._value), chance))
                self._value.append(value)

    def of(self, shows: Mapping[int, float]) -> float:
        """The bound on `fit` of a suspect that shows so."""
        best: dict[int, float] = {}
        for state, shown in shows.items():
            for alert, chance in self._from.get(state, ()):
                if shown * chance > best.get(alert, 0.0):
                    best[alert] = shown * chance
        gains = (log(1.0 + chance * (self._value[alert] - 1.0)) for alert, chance in sorted(best.items()))
        return self._granted + sum(gains)


def ways_to(
    end: int, backwards: Sequence[Sequence[tuple[int, float]]], ratio: Sequence[float], cut: float
) -> dict[int, float]:
    """By state, the best chance with which it leads to `end`; states below `cut` are left out."""
    ways: dict[int, float] = {}
    heap = [(-1.0, end)]
    while heap:
        reached, state = heappop(heap)
        if state in ways:
            continue
        ways[state] = -reached
        seen = ratio[state]
        for before, chance in backwards[state]:
            if before not in ways:
                passed = chance if state == end else believed(chance, seen)
                value = -reached * passed
                if value >= cut:
                    heappush(heap, (-value, before))
    return ways
