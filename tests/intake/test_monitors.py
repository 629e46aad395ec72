"""Sentry, Datadog and Standard Webhooks."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from headwater.core.alerts import Parsed, Status
from headwater.core.severity import Severity
from headwater.intake import datadog, sentry, standard_webhooks
from intake.recorded import delivery_of, documented, recorded


def a_hook(**changes: Any) -> dict[str, Any]:
    return {"title": "Groundedness", "alert_transition": "Triggered", "alert_cycle_key": "c1"} | changes


def from_datadog(**changes: Any) -> Parsed:
    return datadog.parse(delivery_of("datadog", a_hook(**changes)))


def test_a_metric_alert_of_sentry_keeps_its_start_and_its_project() -> None:
    (report,) = sentry.parse(delivery_of("sentry", documented("sentry-metric-alert"))).reports
    assert report.starts_at == datetime(2026, 11, 21, 1, 58, tzinfo=UTC)
    assert report.labels["project"] == "rag-gateway"
    assert report.severity is Severity.SEV2
    assert report.title == "Critical: Too many errors"


def test_a_metric_alert_of_sentry_ends_when_it_says_so() -> None:
    body = json.loads(documented("sentry-metric-alert"))
    fired = sentry.parse(delivery_of("sentry", body)).reports[0]
    body["action"] = "resolved"
    body["data"]["metric_alert"]["date_closed"] = "2026-11-21T03:00:00Z"
    over = sentry.parse(delivery_of("sentry", body)).reports[0]
    assert (over.fingerprint, over.starts_at) == (fired.fingerprint, fired.starts_at)
    assert over.ends_at == datetime(2026, 11, 21, 3, tzinfo=UTC)


def test_an_issue_of_sentry_ends_the_issue_alert_about_it() -> None:
    raised = {"action": "triggered", "data": {"event": {"issue_id": "9", "title": "Boom", "level": "error"}}}
    closed = {"action": "resolved", "data": {"issue": {"id": "9", "title": "Boom"}}}
    fired = sentry.parse(delivery_of("sentry", raised)).reports[0]
    over = sentry.parse(delivery_of("sentry", closed)).reports[0]
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, over.status) == (Status.FIRING, Status.RESOLVED)


def test_sentrys_other_hooks_are_remarked() -> None:
    parsed = sentry.parse(delivery_of("sentry", {"action": "assigned", "data": {"issue": {"id": "9"}}}))
    assert (parsed.reports, parsed.problems) == ((), ())
    assert parsed.remark


def test_a_cycle_of_datadog_is_one_alert_until_it_recovers() -> None:
    fired, again, over = (
        from_datadog(alert_transition=word).reports[0] for word in ("Triggered", "Re-Triggered", "Recovered")
    )
    assert fired.fingerprint == again.fingerprint == over.fingerprint
    assert [each.status for each in (fired, again, over)] == [
        Status.FIRING,
        Status.FIRING,
        Status.RESOLVED,
    ]


def test_datadogs_no_data_is_silence() -> None:
    assert from_datadog(alert_transition="No Data").reports[0].labels["symptom"] == "flow"


def test_datadogs_tags_are_labels_and_its_date_is_milliseconds() -> None:
    (report,) = from_datadog(tags="handler:refund,env:prod,alone", date="1795226400000").reports
    assert report.labels == {"handler": "refund", "env": "prod"}
    assert report.starts_at == datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_datadogs_unfilled_test_is_no_alert() -> None:
    parsed = datadog.parse(delivery_of("datadog", documented("datadog-our-template")))
    assert (parsed.reports, parsed.problems) == ((), ())


def test_datadog_without_an_identity_is_told_what_to_add() -> None:
    (problem,) = from_datadog(alert_cycle_key="").problems
    assert '"$ALERT_CYCLE_KEY"' in problem.sentence


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({"priority": "P4"}, Severity.SEV4),
        ({"alert_type": "error"}, Severity.SEV2),
        ({"alert_transition": "Warn", "alert_type": "error"}, Severity.SEV3),
    ],
)
def test_datadogs_severity_is_its_priority_or_its_kind(changes: Any, severity: Severity) -> None:
    assert from_datadog(**changes).reports[0].severity is severity


@pytest.mark.parametrize(
    ("number", "status"), [(1, [Status.FIRING]), (2, [Status.RESOLVED]), (3, []), (4, [Status.FIRING])]
)
def test_the_last_word_of_openais_type_says_what_happened(number: int, status: list[Status]) -> None:
    parsed = standard_webhooks.parse(
        recorded("openai-standardwebhooks", number).delivery("standard-webhooks")
    )
    assert [report.status for report in parsed.reports] == status


def test_a_run_that_succeeds_at_last_ends_its_own_failure() -> None:
    fired, over = (
        standard_webhooks.parse(
            delivery_of("standard-webhooks", {"type": f"eval.run.{word}", "data": {"id": "run_1"}})
        ).reports[0]
        for word in ("failed", "succeeded")
    )
    assert fired.fingerprint == over.fingerprint
