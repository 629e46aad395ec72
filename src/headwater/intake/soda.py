"""Soda scans: the results of `soda scan --scan-results-file`, posted as they are.

A check is a reading, and an alert while it fails or warns; its next pass ends it. What was not evaluated is
an unknown reading. Soda's `identity` is the identity.
Source: docs.soda.io, scan results in JSON (soda-core 3).
"""

from datetime import datetime
from typing import Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Problem, Reading, Report, Status
from headwater.core.severity import Severity
from headwater.intake.decoding import UNDECODABLE, problem, unreadable
from headwater.intake.format import Format
from headwater.intake.labelling import digest, title_of
from headwater.intake.moments import from_text

_STATES: Final = {"pass": "ok", "warn": "bad", "fail": "bad"}


class _Check(msgspec.Struct):
    name: str
    outcome: str | None = None
    identity: str | None = None
    table: str | None = None
    column: str | None = None
    definition: str = ""


class _Scan(msgspec.Struct, rename="camel"):
    checks: list[msgspec.Raw]
    scan_end_timestamp: str = ""
    data_timestamp: str = ""


_SCAN: Final = msgspec.json.Decoder(_Scan)
_CHECK: Final = msgspec.json.Decoder(_Check)


def parse(delivery: Delivery) -> Parsed:
    """Readings and alerts of every check."""
    try:
        scan = _SCAN.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    at = from_text(scan.scan_end_timestamp) or from_text(scan.data_timestamp) or delivery.received_at
    checks: list[_Check] = []
    problems: list[Problem] = []
    for place, raw in enumerate(scan.checks):
        try:
            checks.append(_CHECK.decode(raw))
        except UNDECODABLE as error:
            problems.append(problem(error, bytes(raw), f"$.checks[{place}]"))
    return Parsed(
        reports=tuple(_report(check, at) for check in checks if check.outcome in _STATES),
        readings=tuple(_reading(check, at, delivery) for check in checks),
        problems=tuple(problems),
        remark=None if checks or problems else "a scan without checks",
    )


def _report(check: _Check, at: datetime) -> Report:
    bad = _STATES[check.outcome or ""] == "bad"
    labels = {"alertname": check.name} | {
        name: value for name, value in (("dataset", check.table), ("column", check.column)) if value
    }
    return Report(
        fingerprint=digest(check.identity or "", check.table or "", check.column or "", check.name),
        status=Status.FIRING if bad else Status.RESOLVED,
        starts_at=at,
        title=title_of(f"{check.name} {check.outcome}s" + (f" on {check.table}" if check.table else "")),
        labels=labels,
        annotations={"description": check.definition} if check.definition else {},
        severity=Severity.SEV2 if check.outcome == "fail" else Severity.SEV3,
        ends_at=None if bad else at,
    )


def _reading(check: _Check, at: datetime, delivery: Delivery) -> Reading:
    return Reading(
        subject=check.table or delivery.sender,
        quantity=check.name,
        state=_STATES.get(check.outcome or "", "unknown"),
        at=at,
        sentence=title_of(f"{check.name}: {check.outcome or 'not evaluated'}"),
    )


FORMAT: Final = Format(
    name="soda",
    title="Soda scan results",
    parse=parse,
    setup="soda scan ... --scan-results-file results.json\n"
    "curl -fsS --data-binary @results.json -H 'Authorization: Bearer {token}' {url}",
    example=b'{"checks":[{"name":"A try of this sender","outcome":"warn","table":"try"}],'
    b'"scanEndTimestamp":"2026-11-21T02:00:00Z"}',
)
