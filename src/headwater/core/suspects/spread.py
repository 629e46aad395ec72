"""How one suspect's trouble spreads, and how well that fits what was seen. Pure arithmetic on numbers.

States are integers (an asset in a trouble). `ratio[s]` is what was seen of state `s`: the chance of it if `s`
is real, divided by the chance if not. An alert makes it large, an expected alert that is missing less than 1,
and what cannot be seen 1. Two passes, both closed form:

1. `grow` walks outward from the suspect's own troubles and gives every state the parent from which it most
   likely came: a widest-path search (Dijkstra, 1959) in which a state that was seen to be sick passes trouble
   on almost surely, and one that stayed silent hardly at all.
2. `fit` goes back from the leaves: the exact likelihood ratio of everything seen under that tree
   (Pearl's upward pass, 1988): each state multiplies its own ratio with `chance * child + (1 - chance)`.
"""

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from math import log
from typing import NamedTuple

TIE = 1e-12
"""States this close are settled together, so that no order of names or numbers can decide."""


Way = tuple[int, float, float, int]
"""How a state was reached: from which, with which chance and narrow chance, in which batch that was
settled.
"""


class Arc(NamedTuple):
    """To `state` with `chance`; with `narrow` where what is shared breaks for few of those who share it."""

    state: int
    chance: float
    narrow: float


class Tree(NamedTuple):
    """States in the order they were settled; of each, the position of its parent (-1: it has none), and the
    chances from there (without a parent: that the suspect shows it at all). A state that came equally well
    from several has `-2 - i`, their positions being `joint[i]`.
    """

    states: list[int]
    parents: list[int]
    chances: list[float]
    narrow: list[float]
    joint: list[list[int]]


def grow(
    arcs: Sequence[Sequence[Arc]], ratio: Sequence[float], shows: Mapping[int, float], cut: float
) -> Tree:
    """The tree of how trouble spreads from `shows`.

    A state less likely than `cut` before anything was seen of it is left out; one that is so after is not
    followed further.
    """
    prior = dict(shows)
    ways: dict[int, Way] = {}
    also: dict[int, list[int]] = {}
    heap = [(-believed(chance, ratio[state]), state) for state, chance in shows.items()]
    heapify(heap)
    position: dict[int, int] = {}
    batch_number = 0
    while heap:
        batch_number += 1
        belief, batch = _next_batch(heap, position)
        if belief < cut:
            continue  # its silence still counts against the suspect
        for state in batch:
            for near, chance, narrow in arcs[state]:
                reached = belief * chance
                seen = ratio[near]
                if near in position or (reached < cut and seen <= 1.0):
                    continue
                known = prior.get(near, 0.0)
                if reached > known + TIE:
                    prior[near] = reached
                    ways[near] = (state, chance, narrow, batch_number)
                    also.pop(near, None)
                    lift = reached * seen
                    heappush(heap, (-lift / (lift + 1.0 - reached), near))
                elif reached >= known - TIE:
                    _join(ways, also, near, (state, chance, narrow, batch_number))
    return _tree(position, ways, also, shows)


def _next_batch(heap: list[tuple[float, int]], position: dict[int, int]) -> tuple[float, list[int]]:
    """The states that are believed most, all that tie; from now on they have a position."""
    belief = -heap[0][0]
    batch: list[int] = []
    while heap and -heap[0][0] >= belief - TIE:
        state = heappop(heap)[1]
        if state not in position:
            position[state] = len(position)
            batch.append(state)
    return belief, batch


def _join(ways: dict[int, Way], also: dict[int, list[int]], near: int, way: Way) -> None:
    """A second way into a state as good as the known one: of one batch, the wider wins, and equals share."""
    known = ways.get(near)
    if known is None or known[3] != way[3]:
        return
    if way[2] > known[2] + TIE:
        ways[near] = way
        also.pop(near, None)
    elif way[2] >= known[2] - TIE:
        also.setdefault(near, []).append(way[0])


def believed(prior: float, ratio: float) -> float:
    """The chance that a state is real, given what was seen of it."""
    lift = prior * ratio
    return lift / (lift + 1.0 - prior)


def _tree(
    position: Mapping[int, int],
    ways: Mapping[int, Way],
    also: Mapping[int, list[int]],
    shows: Mapping[int, float],
) -> Tree:
    tree = Tree(list(position), [], [], [], [])
    for state in position:
        way = ways.get(state)
        if way is None:
            above, chance, narrow = -1, shows[state], shows[state]
        else:
            above, chance, narrow = position[way[0]], way[1], way[2]
            if state in also:
                tree.joint.append([above, *(position[parent] for parent in also[state])])
                above = -1 - len(tree.joint)
        tree.parents.append(above)
        tree.chances.append(chance)
        tree.narrow.append(narrow)
    return tree


def fit(tree: Tree, ratio: Sequence[float], *, narrow: bool = False) -> float:
    """The log of how much better the tree explains what was seen than chance alone does.

    A state that came equally well from several parents speaks for each with an equal share of its weight.
    """
    states, parents = tree.states, tree.parents
    chances = tree.narrow if narrow else tree.chances
    belief = [ratio[state] for state in states]
    total = 0.0
    for at in range(len(states) - 1, -1, -1):
        chance = chances[at]
        part = chance * belief[at] + 1.0 - chance
        above = parents[at]
        if above >= 0:
            belief[above] *= part
        elif above == -1:
            total += log(part)
        else:
            several = tree.joint[-2 - above]
            for parent in several:
                belief[parent] *= part ** (1.0 / len(several))
    return total
