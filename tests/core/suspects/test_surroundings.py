"""The problem an incident poses, drawn from the ownership registry."""

from datetime import timedelta
from types import MappingProxyType

from core.suspects.worlds import NOON, TAXONOMY, alert
from headwater.core.registry import Asset, Edge, EdgeType, Registry, Team, assemble
from headwater.core.suspects import rank
from headwater.core.suspects.surroundings import problem_of

EDGES = (
    ("handler:help", EdgeType.USES, "index:docs"),
    ("handler:other", EdgeType.USES, "index:docs"),
    ("handler:help", EdgeType.USES, "model:chat"),
    ("index:docs", EdgeType.WRITTEN_BY, "pipeline:ingest"),
    ("monitor:judge", EdgeType.JUDGES, "handler:help"),
    ("service:gateway", EdgeType.OBSERVES, "model:chat"),
    ("handler:far", EdgeType.USES, "index:far"),
)


def registry() -> Registry:
    refs = sorted({ref for subject, _, object_ in EDGES for ref in (subject, object_)})
    assets = {ref: Asset(ref=ref, owner="vendor:x" if ref == "model:chat" else "team:t") for ref in refs}
    assets["index:docs"] = Asset(ref="index:docs", owner="team:t", max_age=timedelta(hours=26), tier=1)
    return assemble(
        Registry(
            version="1",
            catch_all="team:t",
            arbiter="team:t",
            teams=MappingProxyType({"team:t": Team(ref="team:t", name="T")}),
            assets=MappingProxyType(assets),
            edges=tuple(Edge(*edge) for edge in EDGES),
        )
    )


def test_it_holds_what_is_around_the_alerts_and_nothing_far_off() -> None:
    problem = problem_of(registry(), (alert("handler:help", "groundedness"),), symptom="handler:help")
    refs = {node.ref for node in problem.nodes}
    assert refs == {
        "handler:help",
        "handler:other",
        "index:docs",
        "pipeline:ingest",
        "model:chat",
        "monitor:judge",
        "service:gateway",
    }
    nodes = {node.ref: node for node in problem.nodes}
    assert nodes["service:gateway"].relay
    assert nodes["model:chat"].vendor
    assert nodes["index:docs"].monitored is True
    assert nodes["pipeline:ingest"].monitored is None


def test_the_direction_of_each_edge_is_the_way_trouble_travels() -> None:
    problem = problem_of(registry(), (alert("handler:help", "groundedness"),))
    ways = {(link.upstream, link.dependent) for link in problem.links}
    assert ("monitor:judge", "handler:help") in ways
    assert ("model:chat", "service:gateway") in ways
    assert ("pipeline:ingest", "index:docs") in ways


def test_a_live_incident_is_ranked_like_a_recorded_one() -> None:
    problem = problem_of(
        registry(),
        (
            alert("handler:help", "groundedness"),
            alert("pipeline:ingest", "flow"),
            alert("nowhere:unknown", "failure"),
        ),
        symptom="handler:help",
        symptom_trouble="groundedness",
        symptom_at=NOON,
        now=NOON,
    )
    leader = rank(problem, TAXONOMY).leader
    assert leader is not None
    assert leader.asset == "pipeline:ingest"


def test_a_symptom_the_registry_does_not_know_is_none() -> None:
    assert problem_of(registry(), (), symptom="handler:gone").symptom is None
