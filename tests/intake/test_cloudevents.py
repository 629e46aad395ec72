from typing import Any

import pytest

from headwater.core.alerts import Parsed, Status
from headwater.intake.cloudevents import FORMAT, parse
from intake.recorded import delivery_of, recorded

BATCH = {"content-type": "application/cloudevents-batch+json"}


def an_event(**changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "1",
        "source": "https://evals.example.com",
        "type": "com.example.eval.regression.firing",
        "subject": "handler/refund",
        "data": {"handler": "refund"},
    } | changes


def read(*events: Any) -> Parsed:
    return parse(delivery_of("cloudevents", list(events), headers=BATCH))


def test_binary_and_structured_mode_say_the_same() -> None:
    binary = parse(recorded("cloudevents-sdk", 1).delivery("cloudevents")).reports[0]
    structured = parse(recorded("cloudevents-sdk", 2).delivery("cloudevents")).reports[0]
    assert binary.fingerprint == structured.fingerprint
    assert binary.title == structured.title
    assert binary.labels == structured.labels
    assert binary.labels["comexampletenant"] == "größe-gmbh €"


def test_the_resolved_event_ends_the_alert_that_fired() -> None:
    fired, over = (
        parse(recorded("cloudevents-sdk", number).delivery("cloudevents")).reports[0] for number in (2, 3)
    )
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, over.status) == (Status.FIRING, Status.RESOLVED)


def test_without_a_dedupkey_source_kind_and_subject_are_the_identity() -> None:
    fired, over, other = read(
        an_event(),
        an_event(id="2", type="com.example.eval.regression.resolved"),
        an_event(id="3", subject="handler/shipping"),
    ).reports
    assert fired.fingerprint == over.fingerprint != other.fingerprint


def test_a_bad_event_of_a_batch_costs_only_itself() -> None:
    parsed = read(an_event(), {"id": "2"}, 7, an_event(id="4"))
    assert len(parsed.reports) == 2
    assert [problem.path for problem in parsed.problems] == ["$[1]", "$[2]"]
    assert parsed.problems[0].sentence == (
        "The event lacks source, type. CloudEvents 1.0 requires id, source and type."
    )


def test_an_event_that_says_nothing_of_an_alert_is_remarked() -> None:
    parsed = read(an_event(type="com.example.blob.uploaded"))
    assert (parsed.reports, parsed.problems) == ((), ())
    assert "com.example.blob.uploaded" in (parsed.remark or "")


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"ce-source": "/a", "ce-id": "1"}, '["/a", "1"]'),
        ({"ce-source": "/a"}, None),
        ({}, None),
    ],
)
def test_source_and_id_are_the_deliverys_identity(headers: dict[str, str], key: str | None) -> None:
    assert FORMAT.key(headers) == key
