"""Evidently's tests: a report or test suite as JSON, posted as it is.

A test is a reading of its name, and an alert while it fails; its next success ends it. A test that ended in
an error measured nothing. Name the sender after what the report is about, or give `metadata` a `handler`,
`dataset` or another asset.
Source: docs.evidentlyai.com, output formats (JSON of Report.run and of TestSuite).
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Problem, Reading, Report, Status
from headwater.core.severity import Severity
from headwater.intake.decoding import UNDECODABLE, problem, unreadable
from headwater.intake.format import Format
from headwater.intake.labelling import digest, flat, subject_of, title_of
from headwater.intake.moments import from_text

_STATES: Final = {"success": "ok", "fail": "bad", "warning": "bad", "error": "unknown", "skipped": "unknown"}


class _Test(msgspec.Struct):
    name: str
    status: str
    id: str = ""
    description: str = ""
    group: str = ""


class _Body(msgspec.Struct):
    tests: list[msgspec.Raw]
    timestamp: str = ""
    metadata: dict[str, Any] | None = None


_BODY: Final = msgspec.json.Decoder(_Body)
_TEST: Final = msgspec.json.Decoder(_Test)


def parse(delivery: Delivery) -> Parsed:
    """Readings and alerts of every test."""
    try:
        body = _BODY.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    tests: list[_Test] = []
    problems: list[Problem] = []
    for place, raw in enumerate(body.tests):
        try:
            tests.append(_TEST.decode(raw))
        except UNDECODABLE as error:
            problems.append(problem(error, bytes(raw), f"$.tests[{place}]"))
    at = from_text(body.timestamp) or delivery.received_at
    about = flat(body.metadata or {})
    subject = subject_of(about) or delivery.sender
    return Parsed(
        reports=tuple(_report(test, about, at) for test in tests if _state(test) != "unknown"),
        readings=tuple(_reading(test, subject, at) for test in tests),
        problems=tuple(problems),
        remark=None if tests or problems else "a report without tests",
    )


def _state(test: _Test) -> str:
    return _STATES.get(test.status.rpartition(".")[2].strip().lower(), "unknown")


def _report(test: _Test, about: dict[str, str], at: datetime) -> Report:
    bad = _state(test) == "bad"
    return Report(
        fingerprint=digest(test.id or test.name, *(part for pair in sorted(about.items()) for part in pair)),
        status=Status.FIRING if bad else Status.RESOLVED,
        starts_at=at,
        title=title_of(test.description, test.name),
        labels={"alertname": test.name} | ({"group": test.group} if test.group else {}) | about,
        severity=Severity.SEV3,
        ends_at=None if bad else at,
    )


def _reading(test: _Test, subject: str, at: datetime) -> Reading:
    return Reading(
        subject=subject,
        quantity=test.name,
        state=_state(test),
        at=at,
        sentence=title_of(test.description, test.name),
    )


FORMAT: Final = Format(
    name="evidently",
    title="Evidently tests",
    parse=parse,
    setup="After the run: POST the report's JSON to {url} with Authorization: Bearer {token}.",
    example=b'{"tests":[{"name":"Share of drifted columns","status":"FAIL",'
    b'"description":"A try of this sender"}],"timestamp":"2026-11-21T02:00:00Z"}',
)
