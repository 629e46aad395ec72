"""The scores of the bench, its files, and what its commands print."""

import json
from math import isclose
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from headwater.catalog.shipped import shipped_taxonomy
from headwater.cli.bench_cases import read_tracks, trouble_of
from headwater.cli.bench_grouping import agreement
from headwater.cli.bench_lineage import cases
from headwater.cli.bench_model import app
from headwater.cli.bench_scores import (
    Bet,
    at_threshold,
    calibration_error,
    interval,
    macro,
    risk_coverage,
    score,
    threshold_for,
)

RUN = CliRunner()


def test_a_tie_counts_as_what_drawing_lots_would_give() -> None:
    tied = score({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0}, {"a"})
    assert (tied.top1, tied.top3) == (0.25, 0.75)
    assert isclose(tied.mrr, (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    two_right = score({"a": 1.0, "b": 1.0}, {"a", "b"})
    assert (two_right.top1, two_right.mrr) == (1.0, 1.0)


def test_what_a_rule_does_not_rank_it_does_not_find() -> None:
    assert score({"a": 1.0}, {"b"}).mrr == 0.0
    assert score({}, {"b"}).top3 == 0.0


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 3), min_size=1), st.sampled_from("abcdefg"))
def test_a_score_is_between_nothing_and_one_and_the_first_three_hold_the_first(
    ranked: dict[str, int], right: str
) -> None:
    found = score({name: float(value) for name, value in ranked.items()}, {right})
    assert 0.0 <= found.top1 <= found.top3 <= 1.0
    assert found.top1 <= found.mrr <= 1.0


def test_the_mean_by_true_node_is_not_carried_by_a_frequent_one() -> None:
    good, bad = score({"a": 1.0}, {"a"}), score({"a": 1.0}, {"b"})
    assert macro([good, good, good, bad], ["a", "a", "a", "b"]).top1 == 0.5


def test_an_interval_draws_whole_clusters() -> None:
    low, high = interval([1.0] * 10 + [0.0] * 10, ["x"] * 10 + ["y"] * 10)
    assert (low, high) == (0.0, 1.0)
    assert interval([1.0, 1.0], ["x", "y"]) == (1.0, 1.0)


def test_a_threshold_is_the_lowest_at_which_bets_were_right_so_often() -> None:
    bets = [Bet(0.9, 1.0), Bet(0.8, 1.0), Bet(0.7, 0.0), Bet(0.6, 1.0)]
    assert threshold_for(bets, 0.95) == 0.8
    assert at_threshold(bets, 0.8) == (0.5, 1.0)
    assert at_threshold(bets, 2.0) == (0.0, 1.0)
    assert [point[1] for point in risk_coverage(bets)] == [0.25, 0.5, 0.75, 1.0]


def test_calibration_error_is_how_far_words_are_from_deeds() -> None:
    assert calibration_error([Bet(0.75, 1.0), Bet(0.75, 0.5)]) == 0.0
    assert isclose(calibration_error([Bet(0.95, 0.0)]), 0.95)


def test_agreement_is_over_pairs() -> None:
    assert agreement([0, 0, 1], ["x", "x", "y"]).f1 == 1.0
    halves = agreement([0, 0, 0], ["x", "x", "y"])
    assert (halves.recall, isclose(halves.precision, 1 / 3)) == (1.0, True)


@pytest.mark.parametrize(
    ("word", "trouble"),
    [
        ("latency_high", "latency"),
        ("HighRequestErrorRate", "failure"),
        ("traffic_low", "flow"),
        ("down", "down"),
        ("groundedness", "groundedness"),
        ("faithfulness_avg", "groundedness"),
        ("weather", None),
        (None, None),
    ],
)
def test_a_senders_word_becomes_a_trouble(word: str | None, trouble: str | None) -> None:
    assert trouble_of(word, shipped_taxonomy()) == trouble


def test_made_up_cases_are_the_same_for_a_seed_and_hold_every_class() -> None:
    taxonomy = shipped_taxonomy()
    made = list(cases(taxonomy, seed=3, count=26))
    assert made == list(cases(taxonomy, seed=3, count=26))
    assert made != list(cases(taxonomy, seed=4, count=26))
    assert {case["truth"]["cause"] for case in made} == set(taxonomy.causes)
    assert all(case["target"]["node"].startswith("handler:") for case in made)


def test_bench_generates_measures_and_prints_json(tmp_path: Path) -> None:
    assert RUN.invoke(app, ["generate", str(tmp_path), "--cases", "26"]).exit_code == 0
    found = RUN.invoke(app, ["suspects", str(tmp_path), "--json"])
    figures = json.loads(found.stdout)
    track = figures["tracks"]["lineage"]
    assert track["cases"] == 26
    assert {"top1", "top3", "mrr", "macro", "owner_top1", "ceiling", "p95_ms", "rules"} <= track.keys()
    assert track["top1"] > max(rule["top1"] for rule in track["rules"].values())


def test_a_folder_of_json_files_is_a_track_too(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for case in cases(shipped_taxonomy(), seed=1, count=3):
        (folder / f"{case['id']}.json").write_text(json.dumps(case), "utf-8")
    tracks = read_tracks(tmp_path, shipped_taxonomy())
    assert [len(group) for group in tracks.values()] == [3]
    assert "mine" in tracks


def test_the_table_lists_tracks_rules_and_what_went_wrong(tmp_path: Path) -> None:
    RUN.invoke(app, ["generate", str(tmp_path), "--cases", "13"])
    said = RUN.invoke(app, ["suspects", str(tmp_path), "--wrong"]).stdout
    assert "Simple rules" in said
    assert "PageRank" in said
    assert "right is" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "this is not JSON"), ("[1]", "a case is an object"), ('{"graph": {}, "id": "x"}', "is missing")],
)
def test_a_file_that_is_no_case_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "odd.jsonl").write_text(text, "utf-8")
    ran = RUN.invoke(app, ["suspects", str(tmp_path)])
    assert ran.exit_code == 1
    assert said in ran.stderr


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    assert "holds no case files" in RUN.invoke(app, ["suspects", str(tmp_path)]).stderr
    assert "holds no streams" in RUN.invoke(app, ["grouping", str(tmp_path)]).stderr
