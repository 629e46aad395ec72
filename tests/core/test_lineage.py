import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lineages import lineage
from headwater.core.lineage import (
    Side,
    downstream,
    in_words,
    neighbourhood,
    path,
    related,
    siblings,
    upstream,
)
from headwater.core.registry import EdgeType, Registry

DOCS = (
    "handler:backup uses index:docs",
    "handler:backup uses prompt:backup",
    "handler:chat uses index:docs",
    "index:docs written_by pipeline:ingest",
    "pipeline:ingest reads source:repo",
    "pipeline:ingest runs_on service:nomad",
    "pipeline:ratings runs_on service:nomad",
    "monitor:judge judges handler:backup",
    "feed:thumbs rates handler:chat",
    "service:gateway observes model:large",
)


@pytest.mark.parametrize(
    ("line", "cause", "symptom"),
    [
        ("pipeline:b reads source:a", "source:a", "pipeline:b"),
        ("index:b written_by pipeline:a", "pipeline:a", "index:b"),
        ("handler:b uses prompt:a", "prompt:a", "handler:b"),
        ("model:b trained_on feed:a", "feed:a", "model:b"),
        ("handler:b calls service:a", "service:a", "handler:b"),
        ("pipeline:b runs_on service:a", "service:a", "pipeline:b"),
        ("monitor:a judges handler:b", "monitor:a", "handler:b"),
        ("feed:a rates handler:b", "feed:a", "handler:b"),
        ("service:b observes model:a", "model:a", "service:b"),
    ],
)
def test_trouble_travels_one_way_over_each_type_of_edge(line: str, cause: str, symptom: str) -> None:
    registry = lineage(line)
    assert [hop.upstream for hop in upstream(registry, symptom)] == [cause]
    assert [hop.downstream for hop in downstream(registry, cause)] == [symptom]
    assert not list(upstream(registry, cause))
    assert path(registry, symptom, cause) is None
    assert path(registry, cause, symptom) is not None


def test_every_type_of_edge_can_be_said_first_and_after_a_comma() -> None:
    for edge in EdgeType:
        registry = lineage(f"handler:a {edge} handler:b", f"handler:b {edge} handler:c")
        ends = ("handler:a", "handler:c") if edge in {"judges", "rates"} else ("handler:c", "handler:a")
        way = path(registry, *ends)
        assert way is not None
        assert len(way) == 2
        assert in_words(way).startswith(f"{ends[1]} ")
        assert in_words(way).endswith(f" {ends[0]}")


def test_a_path_is_said_from_the_symptom_up() -> None:
    way = path(lineage(*DOCS), "service:nomad", "handler:backup")
    assert way is not None
    assert in_words(way) == (
        "handler:backup uses index:docs, written by pipeline:ingest, which runs on service:nomad"
    )
    assert [hop.upstream for hop in way] == ["service:nomad", "pipeline:ingest", "index:docs"]


def test_the_way_from_an_asset_to_itself_is_empty() -> None:
    assert path(lineage(*DOCS), "index:docs", "index:docs") == ()
    assert in_words(()) == ""


def test_the_shortest_way_wins() -> None:
    registry = lineage("handler:h calls handler:g", "handler:g uses model:m", "handler:h uses model:m")
    way = path(registry, "model:m", "handler:h")
    assert way is not None
    assert in_words(way) == "handler:h uses model:m"


def test_assets_that_lean_on_each_other_in_a_circle_end_the_search() -> None:
    registry = lineage("pipeline:a reads index:b", "index:b written_by pipeline:a", "handler:c uses index:b")
    assert path(registry, "handler:c", "pipeline:a") is None
    assert set(neighbourhood(registry, "pipeline:a", hops=9)) == {"pipeline:a", "index:b", "handler:c"}


def test_a_path_longer_than_allowed_is_none() -> None:
    registry = lineage(*(f"handler:h{n} calls handler:h{n + 1}" for n in range(9)))
    assert path(registry, "handler:h6", "handler:h0") is not None
    assert path(registry, "handler:h7", "handler:h0") is None
    assert path(registry, "handler:h7", "handler:h0", hops=7) is not None


def test_an_unknown_asset_has_no_neighbours_and_no_way() -> None:
    registry = lineage(*DOCS)
    assert neighbourhood(registry, "index:nowhere") == ("index:nowhere",)
    assert path(registry, "index:docs", "index:nowhere") is None
    assert related(registry, "index:nowhere", "index:docs") is None


def test_a_neighbourhood_is_nearest_first_and_upstream_first() -> None:
    near = neighbourhood(lineage(*DOCS), "index:docs", hops=1)
    assert near == ("index:docs", "pipeline:ingest", "handler:backup", "handler:chat")
    assert set(neighbourhood(lineage(*DOCS), "index:docs", hops=2)) >= {"source:repo", "prompt:backup"}


def test_a_neighbourhood_never_has_more_than_its_limit() -> None:
    registry = lineage(*DOCS)
    for limit in range(12):
        assert len(neighbourhood(registry, "index:docs", hops=9, limit=limit)) == min(limit, 10)


def hub(dependents: int) -> Registry:
    lines = [f"pipeline:p{n} runs_on service:nomad" for n in range(dependents)]
    return lineage(*lines, "index:docs written_by pipeline:p0", "handler:h uses index:docs")


def test_a_neighbourhood_beside_a_hub_costs_no_more_than_its_limit() -> None:
    registry = hub(50_000)
    started = time.perf_counter()
    for _ in range(100):
        assert len(neighbourhood(registry, "service:nomad", hops=3, limit=200)) == 200
    assert time.perf_counter() - started < 2.0


def test_a_hubs_dependents_do_not_crowd_out_the_neighbours_of_others() -> None:
    near = neighbourhood(hub(500), "pipeline:p0", hops=3, limit=20)
    assert "handler:h" in near
    assert len(near) == 20


def test_one_asset_upstream_of_the_other_is_said_with_the_way() -> None:
    relation = related(lineage(*DOCS), "pipeline:ingest", "handler:chat")
    assert relation is not None
    assert (relation.side, relation.distance) == (Side.UPSTREAM, 2)
    assert relation.sentence == "handler:chat uses index:docs, written by pipeline:ingest"
    turned = related(lineage(*DOCS), "handler:chat", "pipeline:ingest")
    assert turned is not None
    assert (turned.side, turned.sentence) == (Side.DOWNSTREAM, relation.sentence)


def test_two_that_lean_on_a_third_are_related_through_the_nearest() -> None:
    relation = related(lineage(*DOCS), "handler:backup", "handler:chat")
    assert relation is not None
    assert (relation.side, relation.shared, relation.distance) == (Side.SHARED, "index:docs", 2)
    assert relation.sentence == (
        "both lean on index:docs: handler:backup uses index:docs; handler:chat uses index:docs"
    )


def test_strangers_are_not_related() -> None:
    assert related(lineage(*DOCS), "service:gateway", "handler:chat") is None


def test_an_asset_is_itself() -> None:
    relation = related(lineage(*DOCS), "index:docs", "index:docs")
    assert relation is not None
    assert (relation.side, relation.distance, relation.sentence) == (Side.SAME, 0, "both are index:docs")


def test_siblings_share_a_prompt_a_model_or_an_index_and_nothing_else_counts() -> None:
    registry = lineage(
        "handler:a uses model:m",
        "handler:a uses index:i",
        "handler:b uses model:m",
        "handler:b uses index:i",
        "handler:c uses model:m",
        "handler:d runs_on service:s",
        "handler:a runs_on service:s",
        "pipeline:p uses model:m",
    )
    found = [(one.ref, one.shared) for one in siblings(registry, "handler:a")]
    assert found == [("handler:b", ("index:i", "model:m")), ("handler:c", ("model:m",))]


NAMES = [f"handler:h{n}" for n in range(8)]
edges = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(list(EdgeType)), st.sampled_from(NAMES)))


@given(edges=edges, seed=st.integers(0, 99))
def test_the_order_in_which_edges_were_read_changes_nothing(
    edges: list[tuple[str, EdgeType, str]], seed: int
) -> None:
    lines = [f"{a} {kind} {b}" for a, kind, b in edges if a != b]
    shuffled = random.Random(seed).sample(lines, len(lines))
    one, other = lineage(*lines), lineage(*shuffled)
    for ref in NAMES:
        assert neighbourhood(one, ref, hops=2, limit=5) == neighbourhood(other, ref, hops=2, limit=5)
        assert path(one, ref, NAMES[0]) == path(other, ref, NAMES[0])
        first, second = related(one, ref, NAMES[1]), related(other, ref, NAMES[1])
        assert first == second


@given(edges=edges)
def test_a_path_is_an_unbroken_chain_of_hops_from_cause_to_symptom(
    edges: list[tuple[str, EdgeType, str]],
) -> None:
    registry = lineage(*(f"{a} {kind} {b}" for a, kind, b in edges if a != b))
    for cause in NAMES[1:]:
        way = path(registry, cause, NAMES[0])
        if way is None:
            continue
        stops = [way[0].upstream, *(hop.downstream for hop in way)]
        assert (stops[0], stops[-1]) == (cause, NAMES[0])
        assert all(a.downstream == b.upstream for a, b in pairwise(way))
        assert len(set(stops)) == len(stops)
