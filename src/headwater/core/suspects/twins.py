"""Assets that nothing tells apart: silent, with the same links. They fit alike, so one of them is weighed
for all.
"""

from collections.abc import Mapping

from headwater.core.suspects.lattice import Lattice
from headwater.core.suspects.problem import Problem
from headwater.core.suspects.sight import Sight


def twins(problem: Problem, lattice: Lattice, sight: Sight) -> Mapping[str, object]:
    """A key by asset: assets with equal keys are twins. An asset with anything of its own is its own key.

    Two twins lean on the same assets and are leant on by the same, by the same types of links; neither has an
    alert, a piece of evidence, or a relay that observes it.
    """
    links: dict[str, list[tuple[str, str, str]]] = {node.ref: [] for node in lattice.nodes}
    for link in problem.links:
        if link.upstream in links and link.dependent in links:
            links[link.upstream].append(("up", link.dependent, link.type))
            links[link.dependent].append(("down", link.upstream, link.type))
    own = {lattice.node_of(state).ref for state in sight.background}
    own.update(one.asset for one in problem.evidence)
    own.update(ref for node in lattice.nodes if node.observes for ref in (node.ref, *node.observes))
    if problem.symptom is not None:
        own.add(problem.symptom)
    return {
        node.ref: node.ref
        if node.ref in own
        else (node.kind, node.vendor, node.relay, node.monitored, tuple(sorted(links[node.ref])))
        for node in lattice.nodes
    }
