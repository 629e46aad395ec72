"""`headwater bench grouping DIR`: which alerts belong together, in one stream and in two at once.

DIR holds `<name>.stream.jsonl` (alerts with the case they belong to, on their real time line) and
`<name>.clean.jsonl` (the same cases with their graph and the monitors' histories). The overlay puts a second
copy of the stream, on a renamed graph of its own, over the first, moved in time: two companies' worth of
incidents at once.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from statistics import mean
from typing import Annotated, Any, Final

import typer

from headwater.cli.bench_cases import case_of
from headwater.cli.terminal import fail
from headwater.core.suspects import Observation, Problem, Taxonomy
from headwater.core.suspects.grouping import Explanations, group
from headwater.core.suspects.problem import Link

SHIFTS: Final = (300, 600, 900, 1200, 1500, 2700)
"""Seconds by which the second stream is moved: partial and full overlaps of incidents of 25 minutes."""

TWIN: Final = "twin/"
"""Before the names of the second graph."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Alerts in the order of the file, the case of each, and the graph they arose on."""

    problem: Problem
    alerts: tuple[Observation, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two groupings agree, over pairs of alerts."""

    f1: float
    precision: float
    recall: float


def read_stream(folder: Path, name: str, taxonomy: Taxonomy) -> Stream:
    """The stream of a name. ValueError where its cases are missing."""
    clean = folder / f"{name}.clean.jsonl"
    if not clean.is_file():
        raise ValueError(f"{clean} is missing: the stream's graph and histories are read from it.")
    raw = {case["id"]: case for case in map(json.loads, clean.read_text("utf-8").splitlines())}
    lines = [json.loads(line) for line in (folder / f"{name}.stream.jsonl").read_text("utf-8").splitlines()]
    alerts: list[Observation] = []
    for line in lines:
        case = raw.get(line["case"])
        if case is None:
            raise ValueError(f"{name}.stream.jsonl names the case {line['case']}, which {clean} lacks.")
        alerts.extend(case_of({**case, "alerts": [line]}, name, taxonomy).problem.observations)
    if len(alerts) != len(lines):
        raise ValueError(f"{name}.stream.jsonl has alerts of a kind that no sign of the taxonomy names.")
    problem = case_of(next(iter(raw.values())), name, taxonomy).problem
    return Stream(problem, tuple(alerts), tuple(line["case"] for line in lines))


def overlay(stream: Stream, shift: int) -> Stream:
    """The stream and its twin on a renamed graph, `shift` seconds later."""
    nodes = tuple(
        replace(node, ref=TWIN + node.ref, observes=tuple(TWIN + ref for ref in node.observes))
        for node in stream.problem.nodes
    )
    links = tuple(
        Link(TWIN + link.upstream, TWIN + link.dependent, link.type) for link in stream.problem.links
    )
    twins = tuple(_moved(one, shift) for one in stream.alerts)
    return Stream(
        replace(
            stream.problem,
            nodes=stream.problem.nodes + nodes,
            links=stream.problem.links + links,
        ),
        stream.alerts + twins,
        stream.cases + tuple(TWIN + case for case in stream.cases),
    )


def _moved(one: Observation, shift: int) -> Observation:
    by = timedelta(seconds=shift)
    return replace(
        one,
        asset=TWIN + one.asset,
        started_at=one.started_at + by if one.started_at else None,
        ended_at=one.ended_at + by if one.ended_at else None,
    )


def by_time_only(alerts: Sequence[Observation]) -> list[int]:
    """The simple rule: the same incident while anything still fires."""
    numbers = [0] * len(alerts)
    current, until = 0, None
    begun = [(one.started_at, at) for at, one in enumerate(alerts) if one.started_at is not None]
    for started, at in sorted(begun):
        ended = alerts[at].ended_at or started
        if until is not None and started > until:
            current += 1
            until = None
        numbers[at] = current
        until = ended if until is None else max(until, ended)
    return numbers


def agreement(found: Sequence[object], true: Sequence[object]) -> Agreement:
    """Pairwise: of two alerts put together, how often rightly; of two that belong together, how often so."""

    def pairs(sizes: Mapping[object, int]) -> int:
        return sum(size * (size - 1) // 2 for size in sizes.values())

    both, ours, theirs = (_sizes(labels) for labels in (list(zip(found, true, strict=True)), found, true))
    hits, put, belong = pairs(both), pairs(ours), pairs(theirs)
    precision, recall = hits / put if put else 1.0, hits / belong if belong else 1.0
    total = precision + recall
    return Agreement(2 * precision * recall / total if total else 0.0, precision, recall)


def _sizes(labels: Sequence[object]) -> dict[object, int]:
    sizes: dict[object, int] = {}
    for label in labels:
        sizes[label] = sizes.get(label, 0) + 1
    return sizes


def report(folder: Path, taxonomy: Taxonomy) -> dict[str, Any]:
    """Everything that `--json` prints: by stream, alone and overlaid, ours and by time only."""
    streams: dict[str, Any] = {}
    for path in sorted(folder.glob("*.stream.jsonl")):
        name = path.name.removesuffix(".stream.jsonl")
        stream = read_stream(folder, name, taxonomy)
        overlaid = {shift: overlay(stream, shift) for shift in SHIFTS}
        each = {shift: _measured(one, taxonomy) for shift, one in overlaid.items()}
        streams[name] = {
            "alone": _measured(stream, taxonomy),
            "overlay": {
                rule: {
                    part: round(mean(figures[rule][part] for figures in each.values()), 4)
                    for part in ("f1", "precision", "recall")
                }
                for rule in ("ours", "time_only")
            },
            "overlay_by_shift": {str(shift): figures for shift, figures in each.items()},
        }
    return {"streams": streams}


def _measured(stream: Stream, taxonomy: Taxonomy) -> dict[str, dict[str, float]]:
    ours = group(stream.alerts, Explanations(stream.problem, taxonomy))
    found = {"ours": ours, "time_only": by_time_only(stream.alerts)}
    return {
        rule: {
            part: round(getattr(agreement(labels, stream.cases), part), 4)
            for part in ("f1", "precision", "recall")
        }
        for rule, labels in found.items()
    }


def grouping(
    folder: Annotated[Path, typer.Argument(help="Streams and cases.", exists=True, file_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of sentences.")] = False,
) -> None:
    """Measure which alerts we put together, against "same incident while anything still fires"."""
    from headwater.catalog.shipped import shipped_taxonomy

    try:
        found = report(folder, shipped_taxonomy())
    except ValueError as problem:
        fail(str(problem))
    if not found["streams"]:
        fail(f"{folder} holds no streams: files whose name ends in .stream.jsonl.")
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    for name, part in found["streams"].items():
        for label, figures in (("alone", part["alone"]), ("overlaid, mean", part["overlay"])):
            ours, simple = figures["ours"], figures["time_only"]
            typer.echo(
                f"{name} {label}: pairwise F1 {ours['f1']:.3f} (precision {ours['precision']:.3f},"
                f" recall {ours['recall']:.3f}); by time only {simple['f1']:.3f}."
            )
