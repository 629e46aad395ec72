"""dbt's artefacts: `run_results.json` and `sources.json`, posted as they are after a run.

`curl --data-binary @target/run_results.json` with the token, or `headwater ingest`. A model or seed is a run,
a test or a source's freshness a reading; what failed is an alert that the next good run ends. What was
skipped says nothing: the node before it failed. `unique_id` is the identity.
Source: schemas.getdbt.com run-results v6 and sources v3; artefacts of dbt 1.10.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Problem, Reading, Report, Run, Status
from headwater.core.severity import Severity
from headwater.intake.decoding import UNDECODABLE, problem, unreadable
from headwater.intake.format import Format
from headwater.intake.labelling import digest, title_of
from headwater.intake.moments import from_text

_GOOD: Final = frozenset({"success", "pass"})
_BAD: Final[Mapping[str, Severity]] = {
    "error": Severity.SEV2,
    "fail": Severity.SEV2,
    "runtime error": Severity.SEV2,
    "warn": Severity.SEV3,
}


class _Timing(msgspec.Struct):
    name: str = ""
    completed_at: str | None = None


class _Result(msgspec.Struct):
    unique_id: str
    status: str
    message: str | None = None
    failures: int | None = None
    relation_name: str | None = None
    timing: list[_Timing] = []
    adapter_response: dict[str, Any] = {}
    max_loaded_at: str | None = None
    max_loaded_at_time_ago_in_s: float | None = None
    snapshotted_at: str | None = None
    error: str | None = None


class _About(msgspec.Struct):
    generated_at: str = ""
    invocation_id: str | None = None


class _Artefact(msgspec.Struct):
    metadata: _About
    results: list[msgspec.Raw]


_ARTEFACT: Final = msgspec.json.Decoder(_Artefact)
_RESULT: Final = msgspec.json.Decoder(_Result)


def parse(delivery: Delivery) -> Parsed:
    """Runs, readings and alerts of every node in the artefact."""
    try:
        artefact = _ARTEFACT.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    results: list[_Result] = []
    problems: list[Problem] = []
    for place, raw in enumerate(artefact.results):
        try:
            results.append(_RESULT.decode(raw))
        except UNDECODABLE as error:
            problems.append(problem(error, bytes(raw), f"$.results[{place}]"))
    made_at = from_text(artefact.metadata.generated_at) or delivery.received_at
    told = [(each, _ended(each) or made_at) for each in results if each.status in _GOOD | _BAD.keys()]
    invocation = artefact.metadata.invocation_id or made_at.isoformat()
    skipped = len(results) - len(told)
    return Parsed(
        reports=tuple(_report(each, at) for each, at in told),
        runs=tuple(_run(each, at, invocation) for each, at in told if not _is_check(each)),
        readings=tuple(_reading(each, at) for each, at in told if _is_check(each)),
        problems=tuple(problems),
        remark=f"nodes skipped: {skipped}" if skipped else None,
    )


def _is_check(result: _Result) -> bool:
    return result.unique_id.startswith(("test.", "source.", "unit_test."))


def _ended(result: _Result) -> datetime | None:
    stamps = [timing.completed_at for timing in result.timing if timing.completed_at]
    return from_text(result.snapshotted_at or (stamps[-1] if stamps else ""))


def _name(result: _Result) -> str:
    """`kb_articles` of `model.support_kb.kb_articles`; a test's name without the hash behind it."""
    kind, *rest = result.unique_id.split(".")
    return rest[1] if kind == "test" and len(rest) > 1 else ".".join(rest[1:]) or result.unique_id


def _said(result: _Result) -> str:
    if result.max_loaded_at_time_ago_in_s is not None:
        hours = result.max_loaded_at_time_ago_in_s / 3600
        return (
            f"{_name(result)} is {hours:.1f} hours old"
            if result.status in _BAD
            else f"{_name(result)} is fresh"
        )
    counted = f" ({result.failures} rows)" if result.failures else ""
    why = (
        title_of(result.message or result.error)
        if result.status in _BAD and (result.message or result.error)
        else ""
    )
    verb = "is well" if result.status in _GOOD else f"ended with {result.status}"
    return title_of(f"{_name(result)} {verb}{counted}" + (f": {why}" if why else ""))


def _report(result: _Result, at: datetime) -> Report:
    severity = _BAD.get(result.status)
    labels = {"alertname": "dbt " + result.unique_id.partition(".")[0], "dbt_node": result.unique_id}
    if result.relation_name:
        labels["dataset"] = result.relation_name.replace('"', "")
    return Report(
        fingerprint=digest(result.unique_id),
        status=Status.RESOLVED if severity is None else Status.FIRING,
        starts_at=at,
        title=_said(result),
        labels=labels,
        annotations={"description": result.message} if result.message and severity else {},
        severity=severity or Severity.SEV3,
        ends_at=at if severity is None else None,
    )


def _run(result: _Result, at: datetime, invocation: str) -> Run:
    rows = result.adapter_response.get("rows_affected")
    return Run(
        subject=result.unique_id,
        run=invocation,
        state="completed" if result.status in _GOOD else "failed",
        at=at,
        rows=rows if isinstance(rows, int) and not isinstance(rows, bool) and rows >= 0 else None,
        sentence=_said(result),
    )


def _reading(result: _Result, at: datetime) -> Reading:
    is_source = result.max_loaded_at_time_ago_in_s is not None
    failures = None if result.failures is None else float(result.failures)
    return Reading(
        subject=result.unique_id,
        quantity="freshness" if is_source else "assertions",
        state="ok" if result.status in _GOOD else "bad",
        at=at,
        value=result.max_loaded_at_time_ago_in_s if is_source else failures,
        sentence=_said(result),
    )


FORMAT: Final = Format(
    name="dbt",
    title="dbt run results and source freshness",
    parse=parse,
    setup="After each dbt run:\n"
    "  curl -fsS --data-binary @target/run_results.json -H 'Authorization: Bearer {token}' {url}",
    example=b'{"metadata":{"generated_at":"2026-11-21T02:00:00Z"},"results":'
    b'[{"unique_id":"model.try.sender","status":"error","message":"A try of this sender"}]}',
)
