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
        self._ways = [
            (value, ways_to(state, backwards, ratio, cut))
            for state, value in enumerate(ratio)
            if value > TELLING
        ]

    def of(self, shows: Mapping[int, float]) -> float:
        """The bound on `fit` of a suspect that shows so."""
        total = self._granted
        for value, ways in self._ways:
            best = max(chance * ways.get(state, 0.0) for state, chance in shows.items())
            total += log(1.0 + best * (value - 1.0))
        return total


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
