"""OpenLineage: runs of pipelines, the lineage they disclose, and the assertions they check.

Set `OPENLINEAGE_URL` to this host (or `/hooks/openlineage` on it) and the API key to the token. A run that
fails is an alert on its job, which a later COMPLETE ends; by `eventTime`, because an old run's COMPLETE may
arrive late. What is not taken at its word: a COMPLETE with no rows or with failed assertions is not health;
a test that dbt skipped is sent as FAIL, but an assertion without an `actual` never ran; and the FAIL that a
parent run (a DAG, a dbt invocation) sends after its part's FAIL is the same fault again, unless it gives an
error of its own.
Source: openlineage.io spec 2-0-2 and its facets; requests of openlineage-dbt 1.54.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Problem, Reading, Report, Run, Status
from headwater.core.registry import Edge, EdgeType
from headwater.core.severity import Severity
from headwater.intake.decoding import UNDECODABLE, problem, unreadable
from headwater.intake.format import Answer, Format, Path
from headwater.intake.labelling import digest, text_of, title_of
from headwater.intake.moments import utc

_STATES: Final = {
    "START": "started",
    "RUNNING": "started",
    "COMPLETE": "completed",
    "FAIL": "failed",
    "ABORT": "failed",
}
_UMBRELLAS: Final = frozenset({"DAG", "JOB"})
_PARTS_FAULT: Final = frozenset({"task_failure", "task failure"})


class _Job(msgspec.Struct):
    namespace: str
    name: str
    facets: dict[str, Any] = {}

    @property
    def full(self) -> str:
        """As one name, by which the registry may know it."""
        return f"{self.namespace}/{self.name}"


class _RunOf(msgspec.Struct):
    run_id: str = msgspec.field(name="runId")
    facets: dict[str, Any] = {}


class _Dataset(msgspec.Struct, rename="camel"):
    namespace: str
    name: str
    facets: dict[str, Any] = {}
    input_facets: dict[str, Any] | None = None
    output_facets: dict[str, Any] | None = None

    @property
    def full(self) -> str:
        """As one name, by which the registry may know it."""
        return f"{self.namespace}/{self.name}"


class _Event(msgspec.Struct, rename="camel"):
    event_time: datetime
    job: _Job
    run: _RunOf | None = None
    event_type: str = "OTHER"
    inputs: list[_Dataset] = []
    outputs: list[_Dataset] = []


_EVENT: Final = msgspec.json.Decoder(_Event)
_BATCH: Final = msgspec.json.Decoder(list[msgspec.Raw])


def parse(delivery: Delivery) -> Parsed:
    """One event, or a batch of them: runs, edges, readings of assertions, and alerts of what failed."""
    if delivery.body.lstrip()[:1] != b"[":
        return _all((delivery.body,), "$")
    try:
        parts = _BATCH.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    return _all(tuple(bytes(part) for part in parts), "$[{}]")


def _all(items: tuple[bytes, ...], path: str) -> Parsed:
    read: list[Parsed] = []
    problems: list[Problem] = []
    for place, item in enumerate(items):
        try:
            read.append(_one(_EVENT.decode(item)))
        except UNDECODABLE as error:
            problems.append(problem(error, item, path.format(place)))
    return Parsed(
        reports=tuple(report for each in read for report in each.reports),
        readings=tuple(reading for each in read for reading in each.readings),
        runs=tuple(run for each in read for run in each.runs),
        edges=tuple(edge for each in read for edge in each.edges),
        problems=tuple(problems),
        remark="; ".join([each.remark for each in read if each.remark][:3]) or None,
    )


def _one(event: _Event) -> Parsed:
    edges = tuple(_edges(event))
    state = _STATES.get(event.event_type.upper())
    at = utc(event.event_time)
    if event.run is None or state is None or at is None:
        return Parsed(edges=edges, remark=f"{event.event_type} of {event.job.full}: no run began or ended")
    checks = tuple(_checks(event, at))
    if state == "failed" and _was_skipped(event):
        return Parsed(edges=edges, remark=f"{event.job.full} was skipped")
    rows = _rows(event)
    run = Run(
        subject=event.job.full,
        run=_parent(event) or event.run.run_id,
        state=state,
        at=at,
        rows=rows,
        sentence=_told(event, state, rows, checks),
    )
    report = _report(event, run, checks, at)
    return Parsed(reports=(report,) if report else (), readings=checks, runs=(run,), edges=edges)


def _edges(event: _Event) -> Iterator[Edge]:
    job = event.job.full
    for dataset in event.inputs:
        yield Edge(job, EdgeType.READS, dataset.full, discovered=True)
    for dataset in event.outputs:
        yield Edge(dataset.full, EdgeType.WRITTEN_BY, job, discovered=True)


def _assertions(dataset: _Dataset) -> list[Mapping[str, Any]]:
    for facets in (dataset.input_facets or {}, dataset.facets):
        facet = facets.get("dataQualityAssertions")
        if isinstance(facet, dict) and isinstance(facet.get("assertions"), list):
            return [each for each in facet["assertions"] if isinstance(each, dict)]
    return []


def _ran(assertion: Mapping[str, Any]) -> bool:
    return assertion.get("success") is True or "actual" in assertion


def _checks(event: _Event, at: datetime) -> Iterator[Reading]:
    # dbt sends assertions with START already; only an end says that they were checked.
    if event.event_type.upper() not in {"COMPLETE", "FAIL"}:
        return
    for dataset in event.inputs:
        ran = [each for each in _assertions(dataset) if _ran(each)]
        if ran:
            failed = [_assertion(each) for each in ran if each.get("success") is not True]
            yield Reading(
                subject=dataset.full,
                quantity="assertions",
                state="bad" if failed else "ok",
                at=at,
                value=float(len(failed)),
                sentence=title_of(", ".join(failed)) if failed else f"{len(ran)} assertions hold",
            )


def _assertion(assertion: Mapping[str, Any]) -> str:
    name = text_of(assertion.get("assertion")) or text_of(assertion.get("name")) or "an assertion"
    column = text_of(assertion.get("column"))
    return f"{name} of {column} failed" if column else f"{name} failed"


def _was_skipped(event: _Event) -> bool:
    every = [each for dataset in event.inputs for each in _assertions(dataset)]
    failed = [each for each in every if each.get("success") is not True]
    return bool(failed) and not any(_ran(each) for each in failed)


def _rows(event: _Event) -> int | None:
    counts = [
        count
        for dataset in event.outputs
        for facets in (dataset.output_facets or {},)
        if isinstance(statistics := facets.get("outputStatistics"), dict)
        and isinstance(count := statistics.get("rowCount"), int)
    ]
    return sum(counts) if counts else None


def _facet(event: _Event, name: str) -> Mapping[str, Any]:
    facet = event.run.facets.get(name) if event.run else None
    return facet if isinstance(facet, dict) else {}


def _parent(event: _Event) -> str | None:
    run = _facet(event, "parent").get("run")
    return text_of(run.get("runId")) if isinstance(run, dict) else None


def _error(event: _Event) -> str:
    return text_of(_facet(event, "errorMessage").get("message")) or ""


def _told(event: _Event, state: str, rows: int | None, checks: tuple[Reading, ...]) -> str:
    failed = [check.sentence for check in checks if check.state == "bad"]
    counted = f" with {rows} rows" if rows is not None else ""
    why = _error(event) or "; ".join(failed)
    return title_of(f"{event.job.name} {state}{counted}" + (f": {why}" if why else ""))


def _report(event: _Event, run: Run, checks: tuple[Reading, ...], at: datetime) -> Report | None:
    bad = any(check.state == "bad" for check in checks)
    if run.state == "started" or (run.state == "completed" and run.rows == 0 and not bad):
        return None
    fires = run.state == "failed" or bad
    if fires and not bad and _is_umbrella(event) and _error(event).strip().lower() in {"", *_PARTS_FAULT}:
        return None
    return Report(
        fingerprint=digest(event.job.namespace, event.job.name),
        status=Status.FIRING if fires else Status.RESOLVED,
        starts_at=at,
        title=run.sentence,
        labels=_labels(event),
        severity=Severity.SEV3,
        ends_at=None if fires else at,
    )


def _is_umbrella(event: _Event) -> bool:
    kind = event.job.facets.get("jobType")
    named = kind.get("jobType") if isinstance(kind, dict) else None
    return _parent(event) is None and named in _UMBRELLAS and not event.inputs and not event.outputs


def _labels(event: _Event) -> dict[str, str]:
    datasets = event.outputs or event.inputs
    labels = {"alertname": "RunFailed", "job_name": event.job.name, "namespace": event.job.namespace}
    if datasets:
        labels["dataset"] = datasets[0].full
        owner = next(iter(_owners(datasets[0])), None)
        if owner:
            labels["owner"] = owner
    return labels


def _owners(dataset: _Dataset) -> Iterator[str]:
    facet = dataset.facets.get("ownership")
    owners = facet.get("owners") if isinstance(facet, dict) else None
    for each in owners if isinstance(owners, list) else ():
        name = text_of(each.get("name")) if isinstance(each, dict) else None
        if name:
            yield name


def _created(_delivery: Delivery) -> Answer:
    return Answer(201, b"")


def _summed(delivery: Delivery) -> Answer:
    try:
        count = len(_BATCH.decode(delivery.body))
    except UNDECODABLE:
        count = 0
    wrong = len(parse(delivery).problems)
    summary = {"received": count, "successful": count - wrong, "failed": wrong}
    return Answer(200, msgspec.json.encode({"status": "success", "summary": summary}))


FORMAT: Final = Format(
    name="openlineage",
    title="OpenLineage (dbt, Airflow, Spark, Flink)",
    parse=parse,
    paths=(Path("/api/v1/lineage", answer=_created), Path("/api/v1/lineage/batch", answer=_summed)),
    rooted=True,
    setup="OPENLINEAGE_URL={base}    (or, with a prefix: {url})\nOPENLINEAGE_API_KEY={token}",
    example=b'{"eventType":"FAIL","eventTime":"2026-11-21T02:00:00Z","run":{"runId":"0"},'
    b'"job":{"namespace":"try","name":"a-try-of-this-sender"}}',
)
