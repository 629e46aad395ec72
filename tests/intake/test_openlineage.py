import json
from datetime import UTC, datetime
from typing import Any

from headwater.core.alerts import Parsed, Status
from headwater.core.registry import EdgeType
from headwater.intake.openlineage import FORMAT, parse
from intake.recorded import all_recorded, delivery_of, recorded

ARTICLES = "duckdb:///srv/project/kb.main.kb_articles"


def an_event(kind: str, **changes: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTime": "2026-11-21T02:00:00Z",
        "run": {"runId": "r1", "facets": {}},
        "job": {"namespace": "airflow", "name": "ingest.load"},
        "outputs": [{"namespace": "pg", "name": "docs", "outputFacets": {}}],
    } | changes


def wrote(rows: int) -> list[Any]:
    return [{"namespace": "pg", "name": "docs", "outputFacets": {"outputStatistics": {"rowCount": rows}}}]


def checked(**assertion: Any) -> list[Any]:
    facet = {"assertions": [{"assertion": "not_null", "column": "id"} | assertion]}
    return [{"namespace": "pg", "name": "docs", "inputFacets": {"dataQualityAssertions": facet}}]


def read(*events: Any) -> Parsed:
    return parse(delivery_of("openlineage", list(events), path="/api/v1/lineage/batch"))


def of_dbt(number: int) -> Parsed:
    return parse(recorded("openlineage-dbt", number).delivery("openlineage"))


def test_a_failed_run_is_an_alert_that_a_later_complete_ends() -> None:
    fired, over = read(
        an_event("FAIL"), an_event("COMPLETE", eventTime="2026-11-21T03:00:00+00:00", run={"runId": "r2"})
    ).reports
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, over.status) == (Status.FIRING, Status.RESOLVED)
    assert over.ends_at == datetime(2026, 11, 21, 3, tzinfo=UTC)


def test_an_old_runs_complete_that_arrives_late_keeps_its_own_time() -> None:
    fired, late = read(an_event("FAIL"), an_event("COMPLETE", eventTime="2026-11-20T02:00:00Z")).reports
    assert late.starts_at < fired.starts_at


def test_a_test_that_dbt_skipped_is_no_failure_though_it_is_sent_as_fail() -> None:
    skipped = of_dbt(7)
    assert (skipped.reports, skipped.runs, skipped.readings) == ((), (), ())
    assert (skipped.remark or "").endswith("was skipped")


def test_a_test_that_dbt_ran_and_that_failed_says_which_assertions() -> None:
    failed = of_dbt(6)
    (reading,) = failed.readings
    assert (reading.subject, reading.state, reading.value) == (ARTICLES, "bad", 2.0)
    assert "accepted_values of title failed" in failed.reports[0].title
    assert failed.reports[0].labels["dataset"] == ARTICLES


def test_assertions_sent_with_start_are_not_yet_checked() -> None:
    assert of_dbt(3).readings == ()


def test_one_fault_that_run_and_parent_both_report_is_one_alert() -> None:
    invocation = [parse(request.delivery("openlineage")) for request in all_recorded("openlineage-dbt")[:8]]
    firing = [r for parsed in invocation for r in parsed.reports if r.status is Status.FIRING]
    assert len(firing) == 1
    runs = {run.run for parsed in invocation for run in parsed.runs}
    assert len(runs) == 1


def test_a_parent_that_fails_by_itself_is_an_alert() -> None:
    facets = {"errorMessage": {"message": "Compilation Error", "programmingLanguage": "python"}}
    job = {"namespace": "dbt", "name": "dbt-run", "facets": {"jobType": {"jobType": "JOB"}}}
    umbrella = an_event("FAIL", job=job, outputs=[])
    assert read(umbrella).reports == ()
    (report,) = read(umbrella | {"run": {"runId": "r1", "facets": facets}}).reports
    assert report.title == "dbt-run failed: Compilation Error"


def test_complete_with_no_rows_is_not_health() -> None:
    parsed = read(an_event("COMPLETE", outputs=wrote(0)))
    assert parsed.reports == ()
    assert parsed.runs[0].rows == 0
    assert read(an_event("COMPLETE", outputs=wrote(5))).reports[0].status is Status.RESOLVED


def test_complete_with_failed_assertions_is_not_health() -> None:
    parsed = read(an_event("COMPLETE", inputs=checked(success=False, actual="3")))
    assert parsed.reports[0].status is Status.FIRING
    assert parsed.runs[0].state == "completed"


def test_start_is_a_run_and_no_alert() -> None:
    parsed = read(an_event("START"))
    assert (parsed.reports, parsed.runs[0].state) == ((), "started")


def test_lineage_is_disclosed_and_marked_as_discovered() -> None:
    edges = of_dbt(2).edges
    job = "dbt://prod/kb.main.support_kb.kb_articles.build.run"
    assert [(edge.subject, edge.type, edge.object) for edge in edges] == [
        (job, EdgeType.READS, "duckdb:///srv/project/kb.main.raw_articles"),
        (ARTICLES, EdgeType.WRITTEN_BY, job),
    ]
    assert all(edge.discovered for edge in edges)


def test_an_owner_in_free_text_is_kept_as_a_label() -> None:
    assert of_dbt(5).reports[0].labels["owner"] == "@content-ops"


def test_an_event_without_a_run_still_discloses_lineage() -> None:
    job_event = an_event("OTHER")
    del job_event["run"], job_event["eventType"]
    parsed = read(job_event)
    assert parsed.runs == ()
    assert len(parsed.edges) == 1


def test_a_bad_event_of_a_batch_costs_only_itself() -> None:
    parsed = read(an_event("FAIL"), {"eventTime": "soon"}, an_event("START"))
    assert len(parsed.runs) == 2
    assert parsed.problems[0].path == "$[1].eventTime"


def test_the_answers_are_those_of_a_lineage_server() -> None:
    assert FORMAT.paths[0].answer(recorded("openlineage-dbt", 1).delivery("openlineage")).status == 201
    batch = delivery_of("openlineage", [an_event("START"), {}])
    answer = json.loads(FORMAT.paths[1].answer(batch).body)
    assert answer["summary"] == {"received": 2, "successful": 1, "failed": 1}
