"""The taxonomy: the shipped file is right, and what is wrong in one is said with its place and its mend."""

from pathlib import Path

import pytest

from headwater.catalog.problems import Problems
from headwater.catalog.shipped import TaxonomyError, load_taxonomy, shipped_taxonomy
from headwater.catalog.taxonomy import read_taxonomy
from headwater.core.refs import ASSET_KINDS
from headwater.core.registry import EdgeType

SMALL = """\
troubles:
  failure: {says: fails, noticed: 0.5}
  hush: {says: goes quiet, seen: false}
shapes:
  failing: {failure: 0.9}
causes:
  - {id: broken, code: R0, title: broken, on: [{kind: service, shape: failing, share: 1}]}
travel:
  calls:
    to: {failure: {failure: 0.8}}
    back: {hush: {failure: 0.3}}
  uses: {as: calls}
siblings:
  model: {sick: [broken]}
signs:
  - {like: "*Err*", is: failure}
"""


def problems_of(text: str) -> list[str]:
    problems = Problems()
    read_taxonomy(text, "t.yaml", problems)
    return [str(problem) for problem in problems.in_order()]


def test_the_shipped_taxonomy_has_every_class_and_a_home_on_every_kind() -> None:
    taxonomy = shipped_taxonomy()
    assert [cause.code for cause in taxonomy.causes.values()] == [f"R{n}" for n in range(1, 14)]
    kinds = {home.kind for cause in taxonomy.causes.values() for home in cause.homes}
    assert kinds == set(ASSET_KINDS)
    assert set(taxonomy.travel) == {"itself", *(type_.value for type_ in EdgeType)}


@pytest.mark.parametrize("kind", ASSET_KINDS)
@pytest.mark.parametrize("vendor", [False, True])
def test_the_shares_of_a_kind_make_one(kind: str, vendor: bool) -> None:
    homes = shipped_taxonomy().homes(kind, vendor=vendor)
    assert sum(share for _, _, share in homes) == pytest.approx(1.0)


def test_every_class_but_those_of_handlers_names_its_siblings() -> None:
    taxonomy = shipped_taxonomy()
    rows = taxonomy.siblings
    assert set(rows) >= {"prompt", "model", "index", "pipeline", "judge", "old-prompt", "pinned-model"}
    assert rows["old-prompt"].expects["prompt-change"] == "well"
    assert rows["pinned-model"].expects["model-change"] == "well"


def test_a_small_one_is_read_whole() -> None:
    problems = Problems()
    taxonomy = read_taxonomy(SMALL, "t.yaml", problems)
    assert taxonomy is not None
    assert taxonomy.travel["uses"] == taxonomy.travel["calls"]
    assert [passage.back for passage in taxonomy.travel["calls"]] == [False, True]
    assert not taxonomy.troubles["hush"].seen
    assert taxonomy.signs == (("*err*", "failure"),)
    assert len(taxonomy.digest) == 12


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("noticed: 0.5", "notised: 0.5", "t.yaml:2:", 'Did you mean "noticed"?'),
        ("{failure: 0.9}", "{failure: 1.5}", "t.yaml:5:22", "above 0 and up to 1"),
        ("{failure: 0.9}", "{failure: 1.0}", "t.yaml:5:22", "Write at most 0.99."),
        ("{failure: 0.9}", "{failur: 0.9}", "t.yaml:5:13", 'Did you mean "failure"?'),
        ("kind: service", "kind: servce", "t.yaml:7:", 'Did you mean "service"?'),
        ("shape: failing", "shape: falling", "t.yaml:7:", 'Did you mean "failing"?'),
        ("uses: {as: calls}", "uses: {as: reads}", "t.yaml:12:14", "that stands above"),
        ("sick: [broken]", "sick: [brokn]", "t.yaml:14:", 'Did you mean "broken"?'),
        ("sick: [broken]", "sick: [broken], well: [broken]", "t.yaml:14:", "stands in this row twice"),
        ("says: fails, noticed: 0.5", "says: fails", "t.yaml:2:", "needs its chance to be noticed"),
        ("  - {id: broken,", "  - {id: broken, cod: R0,", "t.yaml:7:", 'Did you mean "code"?'),
        ("causes:", "prone: {pipline: 2}\ncauses:", "t.yaml:6:", 'Did you mean "pipeline"?'),
        ("causes:", "prone: {pipeline: 20}\ncauses:", "t.yaml:6:", "up to 10"),
        ("travel:", "travels:", "t.yaml:8:1", 'Did you mean "travel"?'),
        ("noticed: 0.5", "noticed: often", "t.yaml:2:", "Expected a number"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_its_mend(
    before: str, after: str, place: str, said: str
) -> None:
    found = problems_of(SMALL.replace(before, after, 1))
    assert any(place in problem and said in problem for problem in found), found


def test_a_class_twice_is_an_error() -> None:
    line = next(line for line in SMALL.splitlines() if "id: broken" in line)
    assert any(
        "stands here twice" in problem for problem in problems_of(SMALL.replace(line, f"{line}\n{line}"))
    )


def test_an_empty_file_or_a_broken_one_is_an_error_that_says_where(tmp_path: Path) -> None:
    broken = tmp_path / "taxonomy.yaml"
    broken.write_text(SMALL.replace("share: 1", "share: 0"), "utf-8")
    with pytest.raises(TaxonomyError, match=r"taxonomy\.yaml:7:"):
        load_taxonomy(broken)
    broken.write_text("", "utf-8")
    with pytest.raises(TaxonomyError, match="is empty"):
        load_taxonomy(broken)
