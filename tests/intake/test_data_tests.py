"""dbt, Great Expectations, Soda, Evidently: what their runs and checks say."""

from datetime import UTC, datetime
from typing import Any

import pytest

from headwater.core.alerts import Parsed, Status
from headwater.core.severity import Severity
from headwater.intake import dbt, evidently, great_expectations, soda
from intake.recorded import delivery_of
from needs import SHARED

FIRING, RESOLVED = Status.FIRING, Status.RESOLVED


def statuses(parsed: Parsed) -> dict[str, Status]:
    return {report.labels.get("dbt_node", report.title): report.status for report in parsed.reports}


def artefact(name: str) -> Parsed:
    path = SHARED / "samples" / "catalogs" / "dbt-support-kb" / name
    return dbt.parse(delivery_of("dbt", path.read_bytes()))


def results(*nodes: dict[str, Any]) -> Parsed:
    body = {
        "metadata": {"generated_at": "2026-11-21T02:00:00Z", "invocation_id": "i"},
        "results": list(nodes),
    }
    return dbt.parse(delivery_of("dbt", body))


@pytest.mark.shared
def test_a_model_that_fails_is_an_alert_and_what_is_skipped_behind_it_is_not() -> None:
    parsed = artefact("run-bad.run_results.json")
    assert statuses(parsed) == {
        "model.support_kb.kb_articles": RESOLVED,
        "model.support_kb.kb_chunks": FIRING,
    }
    assert parsed.remark == "nodes skipped: 1"
    assert [run.state for run in parsed.runs] == ["completed", "failed"]


@pytest.mark.shared
def test_the_next_good_run_ends_what_the_bad_one_began() -> None:
    bad, good = artefact("build-bad.run_results.json"), artefact("build-ok.run_results.json")
    fired = {report.fingerprint for report in bad.reports if report.status is FIRING}
    assert fired
    assert fired <= {report.fingerprint for report in good.reports if report.status is RESOLVED}


@pytest.mark.shared
def test_a_stale_source_is_a_reading_in_seconds_and_an_alert_in_words() -> None:
    parsed = artefact("freshness.sources.json")
    (reading,), (report,) = parsed.readings, parsed.reports
    assert (reading.quantity, reading.state, reading.value) == ("freshness", "bad", 354214.637904)
    assert report.title == "cms.raw_articles is 98.4 hours old"


def test_a_warning_of_dbt_is_less_than_a_failure() -> None:
    warned, failed = results(
        {"unique_id": "test.p.a.1", "status": "warn", "failures": 2},
        {"unique_id": "test.p.b.2", "status": "fail"},
    ).reports
    assert (warned.severity, failed.severity) == (Severity.SEV3, Severity.SEV2)
    assert warned.title == "a ended with warn (2 rows)"


def test_rows_of_a_model_are_counted_where_the_adapter_says() -> None:
    parsed = results(
        {"unique_id": "model.p.a", "status": "success", "adapter_response": {"rows_affected": 0}}
    )
    assert (parsed.runs[0].rows, parsed.runs[0].run) == (0, "i")


def test_a_bad_node_costs_only_itself() -> None:
    parsed = results({"unique_id": 7}, {"unique_id": "model.p.a", "status": "success"})
    assert len(parsed.reports) == 1
    assert parsed.problems[0].path == "$.results[0].unique_id"


def a_validation(success: bool) -> dict[str, Any]:
    return {
        "success": success,
        "results": [
            {
                "success": success,
                "expectation_config": {
                    "type": "expect_column_values_to_not_be_null",
                    "kwargs": {"column": "id"},
                },
            }
        ],
        "suite_name": "kb",
        "meta": {
            "active_batch_definition": {"data_asset_name": "articles"},
            "run_id": {"run_time": "2026-11-21T02:00:00+00:00"},
        },
    }


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_validation_of_great_expectations_fires_until_it_succeeds(wrapped: bool) -> None:
    def read(success: bool) -> Parsed:
        one = a_validation(success)
        body = {"success": success, "run_results": {"id": one}} if wrapped else one
        return great_expectations.parse(delivery_of("great-expectations", body))

    (fired,), (over,) = read(success=False).reports, read(success=True).reports
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, over.status) == (FIRING, RESOLVED)
    assert fired.title == "kb on articles fails 1 expectations: expect_column_values_to_not_be_null of id"
    assert fired.labels["dataset"] == "articles"
    assert fired.starts_at == datetime(2026, 11, 21, 2, tzinfo=UTC)
    assert read(success=False).readings[0].value == 1.0


@pytest.mark.parametrize(
    "told", [{"raised_exception": True}, {"('metric', 'id')": {"raised_exception": True}}]
)
def test_where_great_expectations_only_raised_exceptions_nothing_was_measured(told: Any) -> None:
    body = a_validation(success=False)
    body["results"][0]["exception_info"] = told
    parsed = great_expectations.parse(delivery_of("great-expectations", body))
    assert (parsed.reports, parsed.readings[0].state) == ((), "unknown")


def test_what_a_checkpoint_describes_is_read_too() -> None:
    one = {
        "success": False,
        "asset_name": "articles",
        "expectations": [{"expectation_type": "expect_x", "success": False, "kwargs": {"column": "id"}}],
    }
    body = {"success": False, "statistics": {}, "validation_results": [one]}
    (report,) = great_expectations.parse(delivery_of("great-expectations", body)).reports
    assert report.title == "a suite on articles fails 1 expectations: expect_x of id"


def scan(*checks: dict[str, Any]) -> Parsed:
    body = {"checks": list(checks), "scanEndTimestamp": "2026-11-21T02:00:00+00:00"}
    return soda.parse(delivery_of("soda", body))


def test_a_check_of_soda_fires_until_it_passes() -> None:
    check = {"name": "freshness(updated_at) < 1d", "identity": "abc", "table": "articles"}
    (fired,) = scan(check | {"outcome": "fail"}).reports
    (over,) = scan(check | {"outcome": "pass"}).reports
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, fired.severity, over.status) == (FIRING, Severity.SEV2, RESOLVED)


def test_what_soda_could_not_evaluate_is_unknown_and_no_alert() -> None:
    parsed = scan({"name": "row_count > 0", "table": "articles", "outcome": None})
    assert (parsed.reports, parsed.readings[0].state) == ((), "unknown")


def evidently_says(*tests: dict[str, Any], **more: Any) -> Parsed:
    return evidently.parse(delivery_of("evidently", {"tests": list(tests), **more}))


def test_a_test_of_evidently_fires_until_it_succeeds() -> None:
    about = {"metadata": {"handler": "refund"}}
    (fired,) = evidently_says({"name": "Drift", "status": "FAIL"}, **about).reports
    (over,) = evidently_says({"name": "Drift", "status": "SUCCESS"}, **about).reports
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, over.status) == (FIRING, RESOLVED)
    assert fired.labels["handler"] == "refund"


def test_an_evidently_test_that_broke_measured_nothing() -> None:
    parsed = evidently_says({"name": "Drift", "status": "TestStatus.ERROR"})
    assert (parsed.reports, parsed.readings[0].state) == ((), "unknown")
    assert parsed.readings[0].subject == "tests"
