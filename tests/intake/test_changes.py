"""GitHub, MLflow, LaunchDarkly and Unleash: changes, in whatever order they come."""

import json
from datetime import UTC, datetime

from headwater.intake import github, launchdarkly, mlflow, unleash
from intake.recorded import all_recorded, delivery_of, documented, recorded


def test_a_deployment_that_succeeded_is_a_change_of_its_repository() -> None:
    (change,) = github.parse(recorded("github-webhooks", 4).delivery("github")).changes
    assert change.subject == "Codertocat/Hello-World"
    assert change.at == datetime(2019, 5, 15, 15, 20, 55, tzinfo=UTC)
    assert change.sentence == "Codertocat/Hello-World master@f95f852 deployed to production"
    assert change.by == "Codertocat"


def test_a_deployment_on_its_way_is_remarked() -> None:
    parsed = github.parse(recorded("github-webhooks", 5).delivery("github"))
    assert (parsed.changes, parsed.remark) == (
        (),
        "deployment 145988746 of Codertocat/Hello-World is in_progress",
    )


def test_what_a_deployments_payload_names_is_what_changed() -> None:
    body = json.loads(recorded("github-webhooks", 4).body)
    body["deployment"]["payload"] = {"handler": "refund"}
    (change,) = github.parse(delivery_of("github", body)).changes
    assert change.subject == "handler:refund"


def test_githubs_ping_is_no_change() -> None:
    parsed = github.parse(delivery_of("github", {"zen": "Keep it logically awesome.", "hook_id": 1}))
    assert (parsed.changes, parsed.remark) == ((), "GitHub's ping: not an alert")


def test_another_event_of_github_is_remarked() -> None:
    parsed = github.parse(delivery_of("github", {"action": "opened", "repository": {"full_name": "a/b"}}))
    assert (parsed.changes, parsed.problems) == ((), ())


def test_mlflow_shows_each_alias_as_a_change_of_its_own_so_the_last_one_counts() -> None:
    changes = [
        change
        for request in all_recorded("mlflow-webhooks")
        for change in mlflow.parse(request.delivery("mlflow")).changes
        if "production" in change.sentence
    ]
    assert [change.sentence for change in changes] == [
        "refund-answer: production is now version 1",
        "refund-answer: production is now version 2",
    ]
    assert changes[0].key != changes[1].key


def test_a_rollback_in_mlflow_is_the_alias_on_an_older_version_again() -> None:
    body = {
        "entity": "prompt_alias",
        "action": "created",
        "timestamp": "2026-11-21T03:00:00+00:00",
        "data": {"name": "refund-answer", "alias": "production", "version": "1"},
    }
    (change,) = mlflow.parse(delivery_of("mlflow", body)).changes
    first = mlflow.parse(recorded("mlflow-webhooks", 5).delivery("mlflow")).changes[0]
    assert change.sentence == first.sentence
    assert change.key != first.key


def test_mlflows_example_model_is_a_test() -> None:
    parsed = mlflow.parse(recorded("mlflow-webhooks", 1).delivery("mlflow"))
    assert (parsed.changes, parsed.remark) == ((), "MLflow's test delivery: not a change")


def test_a_flag_keeps_its_own_time_because_launchdarkly_sends_out_of_order() -> None:
    (change,) = launchdarkly.parse(delivery_of("launchdarkly", documented("launchdarkly"))).changes
    assert change.at == datetime(2026, 11, 21, 1, 42, tzinfo=UTC)
    assert (change.subject, change.kind, change.by) == ("llm.refund-policy.model", "flag", "zoe@example.com")


def test_what_is_no_flag_is_remarked() -> None:
    parsed = launchdarkly.parse(delivery_of("launchdarkly", {"_id": "1", "date": 1, "kind": "member"}))
    assert (parsed.changes, parsed.remark) == ((), "a change of a member, not of a flag")


def test_a_flag_of_unleash_is_a_change_with_its_environment() -> None:
    (change,) = unleash.parse(delivery_of("unleash", unleash.FORMAT.example)).changes
    assert (change.subject, change.kind, change.by) == ("try", "flag", "ana")
    assert change.sentence == "try: environment enabled in production"


def test_what_is_no_flag_of_unleash_is_remarked() -> None:
    parsed = unleash.parse(delivery_of("unleash", {"type": "segment-created"}))
    assert (parsed.changes, parsed.problems) == ((), ())
