import json
from datetime import UTC, datetime
from typing import Any

from headwater.core.alerts import Status
from headwater.core.severity import Severity
from headwater.intake.pagerduty import FORMAT, parse, routing_key, without_key
from intake.recorded import all_recorded, delivery_of, recorded

KEY = "0123456789abcdef0123456789abcdef"


def a_trigger(**changes: Any) -> dict[str, Any]:
    payload = {"summary": "Groundedness low", "source": "evals", "severity": "critical"}
    return {"event_action": "trigger", "routing_key": KEY, "payload": payload} | changes


def test_trigger_and_resolve_of_one_dedup_key_are_one_alert() -> None:
    first, _, again, over = (
        parse(request.delivery("pagerduty")) for request in all_recorded("pagerduty-python")[:4]
    )
    assert first.reports[0].fingerprint == again.reports[0].fingerprint == over.reports[0].fingerprint
    assert [each.reports[0].status for each in (first, again, over)] == [
        Status.FIRING,
        Status.FIRING,
        Status.RESOLVED,
    ]


def test_a_trigger_keeps_what_places_it() -> None:
    (report,) = parse(recorded("pagerduty-python", 1).delivery("pagerduty")).reports
    assert report.labels["handler"] == "support/refund-policy"
    assert report.labels["prompt_version"] == "43"
    assert report.labels["component"] == "support/refund-policy"
    assert report.severity is Severity.SEV2
    assert report.starts_at == datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    assert report.link == "https://langfuse.example.com/trace/0af765"


def test_the_senders_host_is_not_taken_for_a_source_of_the_registry() -> None:
    (report,) = parse(delivery_of("pagerduty", a_trigger())).reports
    assert "source" not in report.labels
    assert report.labels["host"] == "evals"


def test_an_acknowledgement_is_remarked_and_no_alert() -> None:
    parsed = parse(recorded("pagerduty-python", 2).delivery("pagerduty"))
    assert parsed.reports == ()
    assert parsed.remark == "acknowledged at the sender: groundedness/support/refund-policy/größe"


def test_alertmanagers_text_gives_back_the_labels_that_all_its_alerts_share() -> None:
    (report,) = parse(recorded("alertmanager-pagerduty", 2).delivery("pagerduty")).reports
    assert report.labels["alertname"] == "PipelineSilent"
    assert "pipeline" not in report.labels


def test_alertmanagers_text_of_one_alert_gives_back_all_its_labels() -> None:
    (report,) = parse(recorded("alertmanager-pagerduty", 1).delivery("pagerduty")).reports
    assert report.labels["topic"].endswith("vouchers \N{EN DASH} 割引券")
    assert report.labels["handler"] == "support/refund-policy"


def test_the_answer_carries_the_dedup_key_its_client_waits_for() -> None:
    answer = FORMAT.paths[0].answer(recorded("pagerduty-python", 1).delivery("pagerduty"))
    assert answer.status == 202
    assert json.loads(answer.body)["dedup_key"] == "groundedness/support/refund-policy/größe"


def test_a_key_made_for_a_trigger_without_one_resolves_it() -> None:
    trigger = delivery_of("pagerduty", a_trigger())
    answered = json.loads(FORMAT.paths[0].answer(trigger).body)["dedup_key"]
    resolve = {"event_action": "resolve", "dedup_key": answered, "routing_key": KEY}
    (fired,) = parse(trigger).reports
    (over,) = parse(delivery_of("pagerduty", resolve)).reports
    assert fired.fingerprint == over.fingerprint


def test_a_change_event_is_a_change_of_what_its_details_name() -> None:
    (change,) = parse(recorded("pagerduty-python", 7).delivery("pagerduty")).changes
    assert (change.subject, change.kind, change.by) == ("prompt:refund-answer", "prompt", "zoë@example.com")
    assert change.link == "https://langfuse.example.com/prompts/refund-answer"


def test_a_change_of_nothing_named_is_boxed() -> None:
    body = {"routing_key": KEY, "payload": {"summary": "Deploy"}}
    (problem,) = parse(delivery_of("pagerduty", body, path="/v2/change/enqueue")).problems
    assert "names nothing that changed" in problem.sentence


def test_an_unknown_action_is_boxed_with_those_there_are() -> None:
    (problem,) = parse(delivery_of("pagerduty", a_trigger(event_action="explode"))).problems
    assert problem.path == "$.event_action"


def test_the_routing_key_is_read_and_never_kept() -> None:
    body = json.dumps(a_trigger()).encode()
    assert routing_key(body) == KEY
    kept = without_key(body)
    assert KEY.encode() not in kept
    assert parse(delivery_of("pagerduty", kept)).reports


def test_a_body_without_a_routing_key_shows_no_token() -> None:
    assert routing_key(b"[]") is None
    assert routing_key(b'{"routing_key": 1}') is None
