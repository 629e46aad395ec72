"""`headwater bench suspects DIR`: how well the suspects model finds the true cause in recorded cases.

DIR holds JSON Lines files, or folders of JSON files; each is a track (format: `cli/bench_cases.py`). Beside
our figures stand simple rules, the best constant guess, and the ceiling of rules that rank only alerting
assets.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headwater.cli.bench_cases import Case, read_tracks
from headwater.cli.bench_rules import RULES, ceiling, constant
from headwater.cli.bench_scores import (
    Bet,
    Score,
    at_threshold,
    average,
    calibration_error,
    interval,
    macro,
    quantile,
    risk_coverage,
    score,
    threshold_for,
)
from headwater.cli.terminal import fail
from headwater.core.incidents import Suspicion
from headwater.core.routing import clear_team
from headwater.core.suspects import ABLATIONS, Problem, Ranking, Taxonomy, Weights, rank

if TYPE_CHECKING:
    from rich.table import Table

PRECISION = 0.95
"""How often a confident route must be right."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One case ranked: the ranking, its score, and how long it took in milliseconds."""

    case: Case
    ranking: Ranking
    score: Score
    took: float

    @property
    def bet(self) -> Bet:
        """How sure the leader is and whether it is right: the confidence of a route by asset."""
        return Bet(self.ranking.confidence, self.score.top1)

    @property
    def teams(self) -> dict[str, float]:
        """By owner, the probability that its assets hold together; empty where no owners are given."""
        shares: dict[str, float] = {}
        for one in self.ranking.assets if self.case.owners else ():
            owner = self.case.owners.get(one.asset, "")
            shares[owner] = shares.get(owner, 0.0) + one.probability
        return shares

    @property
    def routed(self) -> bool | None:
        """Whether the team that routing would choose owns the true cause; None where none leads clearly."""
        best = sorted(self.teams.items(), key=lambda item: (-item[1], item[0]))
        team = clear_team(
            Suspicion(suspects=(), unlisted=self.ranking.unlisted, confidence=0.0, teams=tuple(best))
        )
        return None if team is None else team in {self.case.owners.get(node) for node in self.case.right}

    @property
    def owner(self) -> float | None:
        """Whether the likeliest team owns the true cause; None where no owners are given."""
        owners = self.case.owners
        if not owners:
            return None
        return score(self.teams, {owners.get(node, "") for node in self.case.right}).top1


def run(cases: Sequence[Case], taxonomy: Taxonomy, weights: Weights) -> list[Ran]:
    """Rank every case."""
    ran: list[Ran] = []
    for case in cases:
        began = perf_counter()
        ranking = rank(_as_of(case), taxonomy, weights)
        took = (perf_counter() - began) * 1000.0
        found = score({one.asset: one.probability for one in ranking.assets}, case.right)
        ran.append(Ran(case, ranking, found, took))
    return ran


def _as_of(case: Case) -> Problem:
    """The problem at the case's `now`, where it has one: young incidents are seen while alerts still come."""
    began = case.problem.symptom_at
    if "now" not in case.raw or began is None:
        return case.problem
    age = timedelta(seconds=case.raw["now"] - case.raw["target"]["at"])
    return replace(case.problem, now=began + age)


def summary(ran: Sequence[Ran]) -> dict[str, Any]:
    """The figures of one track, as `--json` prints them."""
    scores, cases = [one.score for one in ran], [one.case for one in ran]
    found, fair = average(scores), macro(scores, [case.truth for case in cases])
    owners = [one.owner for one in ran if one.owner is not None]
    figures: dict[str, Any] = {
        "cases": len(ran),
        "top1": round(found.top1, 4),
        "top3": round(found.top3, 4),
        "mrr": round(found.mrr, 4),
        "top1_interval": [
            round(end, 4) for end in interval([s.top1 for s in scores], [case.base for case in cases])
        ],
        "macro": {"top1": round(fair.top1, 4), "top3": round(fair.top3, 4), "mrr": round(fair.mrr, 4)},
        "owner_top1": round(mean(owners), 4) if owners else None,
        "owner_routing": _owner_routing(ran) if owners else None,
        "ceiling": round(mean(ceiling(case) for case in cases), 4),
        "calibration_error": round(calibration_error([one.bet for one in ran]), 4),
        "p50_ms": round(quantile([one.took for one in ran], 0.5), 3),
        "p95_ms": round(quantile([one.took for one in ran], 0.95), 3),
    }
    by_change = [(one.case.change_is_logged, one.score) for one in ran]
    for name, wanted in (("change_logged", True), ("change_not_logged", False)):
        part = [one for logged, one in by_change if logged is wanted]
        if part:
            apart = average(part)
            figures[name] = {"cases": len(part), "top1": round(apart.top1, 4), "top3": round(apart.top3, 4)}
    return figures


def _owner_routing(ran: Sequence[Ran]) -> dict[str, float]:
    """How often a team leads clearly, by routing's SHARE and MARGIN, and how often it is then right."""
    sent = [one.routed for one in ran if one.routed is not None]
    precision = mean(sent) if sent else 0.0
    return {"coverage": round(len(sent) / len(ran), 4), "precision": round(precision, 4)}


def rules_of(cases: Sequence[Case]) -> dict[str, dict[str, float]]:
    """The simple rules' figures of one track."""
    guesses = constant(list(cases))
    found = {name: average([score(rule(case), case.right) for case in cases]) for name, rule in RULES.items()}
    found["best constant guess"] = average([score(guesses[case.id], case.right) for case in cases])
    return {
        name: {"top1": round(one.top1, 4), "top3": round(one.top3, 4), "mrr": round(one.mrr, 4)}
        for name, one in found.items()
    }


def routing(ran: Sequence[Ran]) -> dict[str, Any]:
    """Confident routing: the threshold chosen on one set of cases, tested on the rest.

    Sets are the data sets, and two halves of the base cases (every other one in the order of their names).
    """
    bases = {base: place for place, base in enumerate(sorted({one.case.base for one in ran}))}
    sets = {f"data set {name}": name for name in sorted({one.case.dataset for one in ran})}
    found: dict[str, Any] = {}
    for label, name in sets.items():
        chosen_on = [one.bet for one in ran if one.case.dataset == name]
        tested_on = [one.bet for one in ran if one.case.dataset != name]
        found[label] = _tested(chosen_on, tested_on)
    for label, odd in (("first half of the cases", 0), ("second half of the cases", 1)):
        chosen_on = [one.bet for one in ran if bases[one.case.base] % 2 == odd]
        tested_on = [one.bet for one in ran if bases[one.case.base] % 2 != odd]
        found[label] = _tested(chosen_on, tested_on)
    return {label: figures for label, figures in found.items() if figures}


def _tested(chosen_on: Sequence[Bet], tested_on: Sequence[Bet]) -> dict[str, float]:
    if not tested_on:
        return {}
    threshold = threshold_for(chosen_on, PRECISION)
    coverage, precision = at_threshold(tested_on, threshold)
    return {
        "threshold": round(threshold, 4),
        "coverage": round(coverage, 4),
        "precision": round(precision, 4),
    }


def report(tracks: Mapping[str, Sequence[Case]], taxonomy: Taxonomy, weights: Weights) -> dict[str, Any]:
    """Everything that `--json` prints."""
    ran = {name: run(cases, taxonomy, weights) for name, cases in tracks.items()}
    every = [one for group in ran.values() for one in group]
    plain = [one for one in every if one.case.change_is_logged is None]
    pooled = rules_of([one.case for one in plain]) if plain else {}
    return {
        "tracks": {name: {**summary(group), "rules": rules_of(tracks[name])} for name, group in ran.items()},
        "pooled": {**summary(plain), "rules": pooled} if plain else {},
        "routing": routing(plain),
        "risk_coverage": [
            [round(part, 4) for part in point] for point in risk_coverage([one.bet for one in plain])
        ],
        "time": {
            "p50_ms": round(quantile([one.took for one in every], 0.5), 3),
            "p95_ms": round(quantile([one.took for one in every], 0.95), 3),
        },
    }


def ablations(
    tracks: Mapping[str, Sequence[Case]], taxonomy: Taxonomy, weights: Weights
) -> dict[str, dict[str, float]]:
    """By principle switched off (and `as it is`): top-1 of every track, and pooled."""
    table: dict[str, dict[str, float]] = {}
    for name, changed in {"as it is": weights, **ABLATIONS}.items():
        scores = {
            track: [one.score for one in run(cases, taxonomy, changed)] for track, cases in tracks.items()
        }
        table[name] = {track: round(average(found).top1, 4) for track, found in scores.items()}
        table[name]["pooled"] = round(average([one for found in scores.values() for one in found]).top1, 4)
    return table


def suspects(
    folder: Annotated[Path, typer.Argument(help="Case files.", exists=True, file_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    ablate: Annotated[bool, typer.Option("--ablate", help="What each principle is worth, instead.")] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="List the cases that are not right.")] = False,
) -> None:
    """Measure the suspects model on recorded cases, beside simple rules."""
    from headwater.catalog.shipped import shipped_taxonomy

    taxonomy = shipped_taxonomy()
    try:
        tracks = read_tracks(folder, taxonomy)
    except ValueError as problem:
        fail(str(problem))
    if not tracks:
        fail(f"{folder} holds no case files: JSON Lines files, or folders of JSON files.")
    if ablate:
        table = ablations(tracks, taxonomy, Weights())
        typer.echo(json.dumps(table, indent=1) if as_json else _markdown(table))
        return
    found = report(tracks, taxonomy, Weights())
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    _show(found)
    if wrong:
        _list_wrong({name: run(cases, taxonomy, Weights()) for name, cases in tracks.items()})


def _markdown(table: Mapping[str, Mapping[str, float]]) -> str:
    columns = list(next(iter(table.values())))
    lines = ["| without | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    lines += [
        f"| {name} | " + " | ".join(f"{row[c]:.2f}" for c in columns) + " |" for name, row in table.items()
    ]
    return "\n".join(lines)


def _table(title: str, columns: Sequence[str]) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column == columns[0] else "right", no_wrap=True)
    return table


def _figures(part: Mapping[str, Any]) -> str:
    return f"{part['top1']:.2f}/{part['top3']:.2f}/{part['mrr']:.2f}"


def _show(found: Mapping[str, Any]) -> None:
    from rich.console import Console

    console = Console(width=160)
    ours = _table(
        "Suspects",
        ("track", "cases", "top-1/top-3/MRR", "95 %", "by cause", "owner", "clear", "ceiling", "p95"),
    )
    for name, part in [*found["tracks"].items(), *([("pooled", found["pooled"])] if found["pooled"] else [])]:
        low, high = part["top1_interval"]
        sent = part["owner_routing"]
        owner = "-" if part["owner_top1"] is None else f"{part['owner_top1']:.2f}"
        clear = f"{sent['precision']:.2f} at {sent['coverage']:.2f}" if sent else "-"
        ours.add_row(
            name,
            str(part["cases"]),
            _figures(part),
            f"{low:.2f}-{high:.2f}",
            f"{part['macro']['top1']:.2f}",
            owner,
            clear,
            f"{part['ceiling']:.2f}",
            f"{part['p95_ms']:.1f} ms",
        )
        for label in ("change_logged", "change_not_logged"):
            if label in part and name != "pooled":
                apart = part[label]
                words = "  true change in the log" if label == "change_logged" else "  not in the log"
                ours.add_row(words, str(apart["cases"]), f"{apart['top1']:.2f}/{apart['top3']:.2f}")
    console.print(ours)
    tracks = list(found["tracks"])
    simple = _table("Simple rules, top-1/top-3/MRR", ("rule", *tracks))
    for rule in next(iter(found["tracks"].values()))["rules"]:
        simple.add_row(rule, *[_figures(found["tracks"][name]["rules"][rule]) for name in tracks])
    console.print(simple)
    for name, part in found["routing"].items():
        console.print(
            f"Confident routing, threshold {part['threshold']:.2f} chosen on {name}, elsewhere:"
            f" precision {part['precision']:.2f} at coverage {part['coverage']:.2f}."
        )
    console.print(f"Time: p50 {found['time']['p50_ms']:.1f} ms, p95 {found['time']['p95_ms']:.1f} ms.")


def _list_wrong(ran: Mapping[str, Sequence[Ran]]) -> None:
    for name, group in ran.items():
        for one in group:
            if one.score.top1 < 1.0:
                lead = ", ".join(f"{c.asset} {c.probability:.2f}" for c in one.ranking.assets[:3])
                right = ", ".join(sorted(one.case.right))
                typer.echo(f"{name} {one.case.id}: right is {right}; we say {lead}")
