from datetime import UTC, datetime
from typing import Any

import pytest

from headwater.core.alerts import Parsed, Status
from headwater.core.severity import Severity
from headwater.intake.generic import parse
from intake.recorded import NOON, delivery_of


def read(body: Any) -> Parsed:
    return parse(delivery_of("generic", body))


def test_a_bare_alert_is_a_list_of_one() -> None:
    (report,) = read({"name": "Low", "severity": "sev1", "labels": {"handler": "refund"}}).reports
    assert (report.status, report.severity, report.title) == (Status.FIRING, Severity.SEV1, "Low")
    assert report.labels == {"alertname": "Low", "handler": "refund"}
    assert report.starts_at == NOON


def test_name_and_labels_are_the_identity() -> None:
    fired, over, other = read(
        {
            "alerts": [
                {"name": "Low", "labels": {"handler": "a"}, "title": "One wording"},
                {"name": "Low", "labels": {"handler": "a"}, "status": "resolved"},
                {"name": "Low", "labels": {"handler": "b"}},
            ]
        }
    ).reports
    assert fired.fingerprint == over.fingerprint != other.fingerprint
    assert over.ends_at == NOON


def test_a_fingerprint_of_ones_own_wins_over_the_labels() -> None:
    first, second = read(
        {"alerts": [{"name": "A", "fingerprint": "f"}, {"name": "B", "fingerprint": "f"}]}
    ).reports
    assert first.fingerprint == second.fingerprint


def test_it_takes_readings_runs_and_changes_too() -> None:
    at = "2026-11-21T02:00:00+01:00"
    parsed = read(
        {
            "readings": [{"asset": "handler:a", "quantity": "latency", "state": "bad", "value": 3, "at": at}],
            "runs": [{"pipeline": "pipeline:p", "run": "7", "state": "completed", "rows": 0}],
            "changes": [{"asset": "prompt:x", "kind": "prompt", "sentence": "v2 is live", "by": "ana"}],
        }
    )
    assert parsed.readings[0].at == datetime(2026, 11, 21, 1, tzinfo=UTC)
    assert parsed.runs[0].rows == 0
    assert (parsed.changes[0].subject, parsed.changes[0].by) == ("prompt:x", "ana")


def test_a_misspelled_key_is_told_and_its_neighbours_pass() -> None:
    parsed = read({"alerts": [{"name": "A"}, {"name": "B", "sevrity": "high"}, {"name": "C"}]})
    assert [report.title for report in parsed.reports] == ["A", "C"]
    assert parsed.problems[0].path == "$.alerts[1]"
    assert "unknown field `sevrity`" in parsed.problems[0].sentence


@pytest.mark.parametrize("body", [{"alert": []}, [], 7])
def test_what_is_none_of_this_is_boxed_whole(body: Any) -> None:
    assert read(body).problems[0].path == "$"


def test_an_empty_delivery_is_remarked() -> None:
    assert read({}).remark == "an empty delivery"
