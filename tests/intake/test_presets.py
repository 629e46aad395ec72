"""Mappings that come with Headwater, on the bodies that their documentation shows."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from headwater.core.alerts import Report, Status
from headwater.core.severity import Severity
from headwater.intake.formats import FORMATS
from intake.recorded import delivery_of, documented

SAMPLES = {
    "honeycomb": "honeycomb-trigger",
    "newrelic": "newrelic-workflow",
    "azure": "azure-common-alert",
    "gcp": "gcp-monitoring",
    "statuspage": "statuspage-incident",
    "monte-carlo": "monte-carlo",
    "dbt-cloud": "dbt-cloud-job-errored",
}
OVER: dict[str, dict[tuple[str, ...], Any]] = {
    "honeycomb": {("status",): "OK"},
    "newrelic": {("state",): "CLOSED"},
    "azure": {("data", "essentials", "monitorCondition"): "Resolved"},
    "gcp": {("incident", "state"): "closed", ("incident", "ended_at"): 1795230000},
    "statuspage": {("incident", "status"): "resolved"},
    "dbt-cloud": {("data", "runStatus"): "Success", ("eventType",): "job.run.completed"},
}


def read(form: str, changes: dict[tuple[str, ...], Any] | None = None) -> Report:
    body = json.loads(documented(SAMPLES[form]))
    for path, value in (changes or {}).items():
        node = body
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value
    parsed = FORMATS[form].parse(delivery_of(form, body))
    assert parsed.problems == ()
    (report,) = parsed.reports
    return report


@pytest.mark.parametrize("form", SAMPLES)
def test_the_documented_body_fires(form: str) -> None:
    report = read(form)
    assert report.status is Status.FIRING
    assert report.labels["alertname"]
    assert "None" not in repr(report.labels) + report.title


@pytest.mark.parametrize("form", OVER)
def test_its_end_ends_the_same_alert(form: str) -> None:
    over = read(form, OVER[form])
    assert over.status is Status.RESOLVED
    assert over.fingerprint == read(form).fingerprint


@pytest.mark.parametrize(
    ("form", "at"),
    [
        ("newrelic", datetime(2026, 11, 21, 2, tzinfo=UTC)),
        ("gcp", datetime(2026, 11, 21, 2, tzinfo=UTC)),
        ("azure", datetime(2026, 11, 21, 2, 0, 0, 371_321, tzinfo=UTC)),
        ("statuspage", datetime(2026, 11, 21, 7, 30, tzinfo=UTC)),
    ],
)
def test_times_are_understood_in_milliseconds_seconds_and_iso(form: str, at: datetime) -> None:
    assert read(form).starts_at == at


@pytest.mark.parametrize(
    ("word", "severity"), [("Sev0", Severity.SEV1), ("Sev1", Severity.SEV2), ("Sev4", Severity.SEV4)]
)
def test_azures_sev0_is_the_worst(word: str, severity: Severity) -> None:
    assert read("azure", {("data", "essentials", "severity"): word}).severity is severity


def test_what_places_an_alert_is_found() -> None:
    assert read("honeycomb").labels["handler"] == "refund"
    assert read("gcp").labels["handler"] == "support/refund-policy"
    assert read("azure").labels["team"] == "support-ai"
    assert read("monte-carlo").labels["dataset"] == "kb:public.chunks"


def test_an_acknowledgement_of_new_relic_is_no_alert() -> None:
    body = json.loads(documented("newrelic-workflow")) | {"state": "ACKNOWLEDGED"}
    parsed = FORMATS["newrelic"].parse(delivery_of("newrelic", body))
    assert (parsed.reports, parsed.problems) == ((), ())


@pytest.mark.parametrize(("group", "status"), [("Recovered", Status.RESOLVED), ("Active", Status.FIRING)])
def test_kibanas_recovery_ends_the_alert(group: str, status: Status) -> None:
    body = {"rule_id": "r", "rule_name": "Low", "alert_id": "a", "action_group": group}
    (report,) = FORMATS["kibana"].parse(delivery_of("kibana", body)).reports
    assert report.status is status


def test_monte_carlo_never_ends_an_alert_so_it_has_a_time_to_live() -> None:
    assert FORMATS["monte-carlo"].time_to_live is not None
