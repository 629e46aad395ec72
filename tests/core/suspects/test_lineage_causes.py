"""Who else is sick: what the shipped taxonomy says of LLM lineages, and that its two tables agree."""

import pytest

from core.suspects.worlds import TAXONOMY, alert, chance, first, lineage, ranked
from headwater.core.suspects import Evidence, Finding, Weights
from headwater.core.suspects.lattice import build
from headwater.core.suspects.spread import grow

SHARES = {"prompt": "handler:d", "index": "handler:b", "model": "handler:c", "judge": "handler:e"}
"""By row of the sibling table: the handler that shares only this with handler a."""


def test_a_sibling_on_the_same_index_points_to_the_data_and_not_to_the_prompt() -> None:
    problem = lineage(alert("handler:a", "groundedness"), alert("handler:b", "groundedness"))
    assert chance(problem, "prompt:a") < 0.1
    by_data = sum(chance(problem, ref) for ref in ("index:docs", "pipeline:ingest", "source:wiki"))
    assert by_data > chance(problem, "model:chat")


def test_every_handler_of_a_model_sick_points_to_the_model() -> None:
    sick = [alert(f"handler:{name}", "behaviour") for name in "acf"]
    assert first(lineage(*sick, trouble="behaviour")) == "model:chat"


def test_siblings_that_share_only_the_prompt_point_to_the_prompt() -> None:
    sick = [alert(f"handler:{name}", "behaviour") for name in "ad"]
    assert first(lineage(*sick, trouble="behaviour")) == "prompt:a"


def test_all_that_one_judge_rates_worse_points_to_the_judge() -> None:
    sick = [alert(f"handler:{name}", "rating") for name in "aeg"]
    assert first(lineage(*sick, trouble="rating")) == "monitor:judge"


def test_a_silent_pipeline_behind_an_ungrounded_handler_leads() -> None:
    problem = lineage(
        alert("handler:a", "groundedness"), alert("handler:b", "staleness"), alert("pipeline:ingest", "flow")
    )
    ranking = ranked(problem)
    assert ranking.leader is not None
    assert ranking.leader.asset == "pipeline:ingest"
    assert ranking.suspects[0].cause == "upstream-stopped"


def test_a_loud_scheduler_that_explains_nothing_more_does_not_beat_the_pipeline() -> None:
    loud = alert("service:nomad", "latency", rate=0.5)
    problem = lineage(alert("handler:a", "groundedness"), alert("pipeline:ingest", "flow"), loud)
    assert first(problem) == "pipeline:ingest"


@pytest.mark.parametrize(("finding", "likelier"), [("sibling-well", True), ("sibling-sick", False)])
def test_a_canary_on_the_old_prompt_tells_of_the_prompt(finding: str, likelier: bool) -> None:
    canary = Evidence(asset="handler:a", finding=Finding(finding), shares="old-prompt")
    plain = chance(lineage(alert("handler:a", "behaviour"), trouble="behaviour"), "prompt:a")
    told = chance(
        lineage(alert("handler:a", "behaviour"), trouble="behaviour", evidence=(canary,)), "prompt:a"
    )
    assert (told > plain) is likelier


ROOTS = {"prompt": "prompt:a", "model": "model:chat", "index": "index:docs", "monitor": "monitor:judge"}


def reaches(cause: str, kind: str, handler: str) -> bool:
    """Whether a cause on the asset of this kind behind handler a would come to show on another handler."""
    lattice = build(lineage(), TAXONOMY, Weights())
    root = ROOTS.get(kind, "pipeline:ingest")
    homes = [home for home in TAXONOMY.causes[cause].homes if home.kind == kind]
    shows = {lattice.at(root, name): chance for home in homes for name, chance in home.shows.items()}
    tree = grow(lattice.arcs, [1.0] * len(lattice.arcs), shows, 0.05)
    return any(lattice.node_of(state).ref == handler for state in tree.states)


@pytest.mark.parametrize(
    ("row", "cause", "kind"),
    [
        ("prompt", "prompt-change", "prompt"),
        ("model", "model-change", "model"),
        ("index", "stale-index", "index"),
        ("index", "upstream-stopped", "pipeline"),
        ("index", "upstream-wrong", "pipeline"),
        ("judge", "measurement", "monitor"),
    ],
)
def test_the_table_of_travel_says_what_the_sibling_table_says(row: str, cause: str, kind: str) -> None:
    """A sibling that shares the cause's asset is reached by its trouble; one that does not share it is
    not.
    """
    assert TAXONOMY.siblings[row].expects[cause] == "sick"
    assert reaches(cause, kind, SHARES[row])
    for other, handler in SHARES.items():
        if TAXONOMY.siblings[other].expects.get(cause) == "well":
            assert not reaches(cause, kind, handler)
