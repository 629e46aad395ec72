"""Langfuse, Opik, LangSmith, Braintrust: those that watch answers, and what their silence means."""

import json
from typing import Any

import pytest

from headwater.core.alerts import Parsed, Status
from headwater.core.severity import Severity
from headwater.intake import braintrust, langfuse, langsmith, opik
from headwater.intake.formats import FORMATS
from intake.recorded import delivery_of, documented


def read(form: str, sample: str) -> Parsed:
    return FORMATS[form].parse(delivery_of(form, documented(sample)))


def firing(parsed: Parsed) -> list[str]:
    return [report.fingerprint for report in parsed.reports if report.status is Status.FIRING]


def over(parsed: Parsed) -> list[str]:
    return [report.fingerprint for report in parsed.reports if report.status is Status.RESOLVED]


def test_langfuses_no_data_is_another_alert_than_bad_quality() -> None:
    bad, silent = read("langfuse", "langfuse-monitor-alert"), read("langfuse", "langfuse-monitor-no-data")
    assert firing(bad) != firing(silent)
    assert silent.reports[0].labels["symptom"] == "flow"
    assert "symptom" not in bad.reports[0].labels


def test_langfuses_recovery_ends_both() -> None:
    recovered = read("langfuse", "langfuse-monitor-recovered")
    assert {
        *firing(read("langfuse", "langfuse-monitor-alert")),
        *firing(read("langfuse", "langfuse-monitor-no-data")),
    } == set(over(recovered))


def test_an_alert_of_langfuse_shows_that_data_is_back() -> None:
    assert over(read("langfuse", "langfuse-monitor-alert")) == firing(
        read("langfuse", "langfuse-monitor-no-data")
    )


def test_langfuses_filters_become_labels() -> None:
    report = read("langfuse", "langfuse-monitor-alert").reports[0]
    assert report.labels["metric"] == "faithfulness"
    assert report.severity is Severity.SEV2


def test_a_prompts_version_is_a_change_with_its_author_and_message() -> None:
    (change,) = read("langfuse", "langfuse-prompt-version").changes
    assert change.subject == "prompt:refund-answer"
    assert change.sentence == "refund-answer version 43 (production, latest) updated: shorter"
    assert change.by == "zoe@example.com"


def test_a_type_langfuse_does_not_have_is_boxed() -> None:
    (problem,) = langfuse.parse(delivery_of("langfuse", {"type": "else"})).problems
    assert problem.path == "$.type"


@pytest.mark.parametrize("form", [opik.FORMAT, langsmith.FORMAT, braintrust.FORMAT], ids=lambda f: f.name)
def test_alerts_without_an_end_have_a_time_to_live(form: Any) -> None:
    assert form.time_to_live is not None
    assert all(report.ends_at is None for report in form.parse(delivery_of(form.name, form.example)).reports)


def test_opiks_own_secret_is_struck_out_before_anything_is_kept() -> None:
    kept = opik.without_secret(documented("opik-alert"))
    assert b"serialised too" not in kept
    assert json.loads(kept)["secret"] == "-"
    assert opik.parse(delivery_of("opik", kept)).reports


def test_a_secret_with_quotes_in_it_is_struck_out_whole() -> None:
    assert opik.without_secret(b'{"secret": "a\\"b", "id": 1}') == b'{"secret": "-", "id": 1}'


def test_opiks_rule_says_which_metric_crossed_what() -> None:
    (report,) = read("opik", "opik-alert").reports
    assert report.title == "faithfulness is 0.41, threshold 0.8"
    assert report.labels["metric"] == "faithfulness"


def test_a_prompt_saved_in_opik_is_a_change() -> None:
    body = {"event_type": "prompt:committed", "alert_id": "a", "id": "e1", "payload": {"name": "refund"}}
    (change,) = opik.parse(delivery_of("opik", body)).changes
    assert (change.subject, change.key, change.sentence) == ("prompt:refund", "e1", "refund: committed")


def test_langsmith_says_which_value_crossed_what_and_where() -> None:
    (report,) = read("langsmith", "langsmith-alert").reports
    assert report.title == "faithfulness is 0.41, threshold 0.8 in support-prod"


def test_braintrusts_test_is_no_alert() -> None:
    body = json.loads(documented("braintrust-logs"))
    body["details"]["is_test"] = True
    parsed = braintrust.parse(delivery_of("braintrust", body))
    assert (parsed.reports, parsed.remark) == ((), "a test of the automation: not an alert")


def test_braintrusts_environment_is_a_change_of_its_prompt() -> None:
    (change,) = read("braintrust", "braintrust-environment-update").changes
    assert (change.subject, change.sentence) == (
        "prompt:refund-answer",
        "refund-answer is version v43 in production",
    )
