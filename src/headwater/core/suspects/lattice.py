"""The problem as numbers: assets and troubles become states, links and relays become arcs between them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from headwater.core.suspects.problem import Node, Problem
from headwater.core.suspects.spread import Arc
from headwater.core.suspects.taxonomy import ITSELF, Passage, Taxonomy
from headwater.core.suspects.weights import Weights

ALIKE = 0.8
"""The chance with which all trouble passes on where its kind is not looked at (an ablation)."""

OBSERVES = "observes"
"""The edge along which a relay shows what ails the asset it observes."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """State `at(asset, trouble)` is `node * len(troubles) + trouble`; `arcs` leads from each to what it
    causes.

    `troubles` are only those that matter here.
    """

    nodes: tuple[Node, ...]
    troubles: tuple[str, ...]
    node_number: Mapping[str, int]
    trouble_number: Mapping[str, int]
    arcs: list[list[Arc]]

    def at(self, asset: str, trouble: str) -> int:
        """The number of a state; KeyError for an asset or trouble that is not in the problem."""
        return self.node_number[asset] * len(self.troubles) + self.trouble_number[trouble]

    def node_of(self, state: int) -> Node:
        """The asset of a state."""
        return self.nodes[state // len(self.troubles)]

    def trouble_of(self, state: int) -> str:
        """The trouble of a state."""
        return self.troubles[state % len(self.troubles)]


def build(problem: Problem, taxonomy: Taxonomy, weights: Weights) -> Lattice:
    """The lattice of a problem. Links to assets that are not among its nodes are left out."""
    nodes = problem.nodes
    number = {node.ref: place for place, node in enumerate(nodes)}
    links = [link for link in _links(problem, weights) if link[0] in number and link[1] in number]
    tables = _tables(taxonomy, {ITSELF, *(type_ for _, _, type_ in links)}, weights)
    troubles = _that_matter(problem, taxonomy, tables)
    trouble_number = {name: place for place, name in enumerate(troubles)}
    rules = _numbered(tables, trouble_number)
    width = len(troubles)
    arcs: list[list[Arc]] = [[] for _ in range(len(nodes) * width)]
    for place in range(len(nodes)):
        base = place * width
        for source, result, chance, _ in rules.get(ITSELF, ()):
            arcs[base + source].append(Arc(base + result, chance, chance))
    sharers = _sharers(links)
    for upstream, dependent, type_ in links:
        above, below = number[upstream] * width, number[dependent] * width
        narrow = weights.narrow_factor if sharers.get(upstream, 0) > 1 else 1.0
        for source, result, chance, back in rules.get(type_, ()):
            if back:
                arcs[below + source].append(Arc(above + result, chance, chance))
            else:
                arcs[above + source].append(Arc(below + result, chance, chance * narrow))
    return Lattice(nodes, troubles, number, trouble_number, arcs)


Tables = Mapping[str, Sequence[Passage]]


def _tables(taxonomy: Taxonomy, types: Collection[str], weights: Weights) -> Tables:
    """The tables of travel of these types. Without `travel`, one rule for all: trouble passes on as it is."""
    if weights.travel:
        return {type_: table for type_, table in taxonomy.travel.items() if type_ in types}
    alike = tuple(Passage(name, name, ALIKE) for name, one in taxonomy.troubles.items() if one.seen)
    return {type_: alike for type_ in types if type_ != ITSELF}


def _that_matter(problem: Problem, taxonomy: Taxonomy, tables: Tables) -> tuple[str, ...]:
    """The troubles that a cause here can bring about and that somebody could come to see, in a fixed
    order.
    """
    kinds = {node.kind for node in problem.nodes}
    passages = [passage for table in tables.values() for passage in table]
    shown = {
        trouble
        for cause in taxonomy.causes.values()
        for home in cause.homes
        if home.kind in kinds
        for trouble in home.shows
    }
    possible = _closure(shown, [(one.source, one.result) for one in passages])
    visible = {name for name, one in taxonomy.troubles.items() if one.seen}
    visible = _closure(visible, [(one.result, one.source) for one in passages])
    named = {one.trouble for one in problem.observations} | {problem.symptom_trouble}
    return tuple(
        name for name in taxonomy.troubles if (name in possible and name in visible) or name in named
    )


def _closure(start: Collection[str], steps: Collection[tuple[str, str]]) -> set[str]:
    found = set(start)
    grew = True
    while grew:
        more = {after for before, after in steps if before in found} - found
        found |= more
        grew = bool(more)
    return found


def _numbered(
    tables: Tables, number: Mapping[str, int]
) -> dict[str, tuple[tuple[int, int, float, bool], ...]]:
    """The tables with troubles as numbers, and without those that do not matter."""
    return {
        type_: tuple(
            (number[one.source], number[one.result], one.chance, one.back)
            for one in table
            if one.source in number and one.result in number
        )
        for type_, table in tables.items()
    }


def _sharers(links: Collection[tuple[str, str, str]]) -> dict[str, int]:
    """How many assets depend on each; those that only observe it do not."""
    pairs = {(upstream, dependent) for upstream, dependent, type_ in links if type_ != OBSERVES}
    count: dict[str, int] = {}
    for upstream, _ in pairs:
        count[upstream] = count.get(upstream, 0) + 1
    return count


def _links(problem: Problem, weights: Weights) -> Iterator[tuple[str, str, str]]:
    for link in problem.links:
        if link.type != OBSERVES or weights.relays_as_evidence:
            yield link.upstream, link.dependent, link.type
    if weights.relays_as_evidence:
        for node in problem.nodes:
            for observed in node.observes:
                yield observed, node.ref, OBSERVES
