import json
from typing import Any
from urllib.parse import quote

import pytest

from headwater.core.alerts import Parsed, Status
from headwater.core.severity import Severity
from headwater.intake.opsgenie import FORMAT, parse
from intake.recorded import delivery_of, recorded


def sent(path: str, body: Any, method: str = "POST") -> Parsed:
    return parse(delivery_of("opsgenie", body, path=path, method=method))


def test_an_alert_created_keeps_its_details_as_labels() -> None:
    (report,) = parse(recorded("alertmanager-opsgenie", 1).delivery("opsgenie")).reports
    assert report.status is Status.FIRING
    assert report.labels["pipeline"] == "kb-crawl"
    assert report.severity is Severity.SEV2


def test_closing_an_alias_resolves_the_alert_that_was_created_with_it() -> None:
    (fired,) = sent("/v2/alerts", {"message": "Bad", "alias": "größe/1"}).reports
    (over,) = sent(f"/v2/alerts/{quote('größe/1', safe='')}/close?identifierType=alias", {}).reports
    assert fired.fingerprint == over.fingerprint
    assert over.status is Status.RESOLVED


def test_closing_without_a_body_is_closing() -> None:
    assert sent("/v2/alerts/1/close", b"").reports[0].status is Status.RESOLVED


def test_an_alert_without_an_alias_is_known_by_its_message() -> None:
    (first,) = sent("/v2/alerts", {"message": "Bad"}).reports
    (second,) = sent("/v2/alerts", {"message": "Bad", "alias": "Bad"}).reports
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize(
    ("action", "body", "remark"),
    [
        ("acknowledge", {"note": "on it"}, "acknowledged at the sender: a1: on it"),
        ("notes", {"note": "seen\nbefore"}, "a note at the sender: a1: seen before"),
        ("acknowledge", b"", "acknowledged at the sender: a1"),
    ],
)
def test_what_people_did_at_the_sender_is_remarked(action: str, body: Any, remark: str) -> None:
    parsed = sent(f"/v2/alerts/a1/{action}", body)
    assert (parsed.reports, parsed.remark) == ((), remark)


def test_alertmanagers_edits_of_the_text_are_no_alerts() -> None:
    for number in (2, 3):
        parsed = parse(recorded("alertmanager-opsgenie", number).delivery("opsgenie"))
        assert parsed.reports == ()
        assert "was edited at the sender" in (parsed.remark or "")


def test_the_answer_is_what_its_clients_accept() -> None:
    answer = FORMAT.paths[0].answer(recorded("alertmanager-opsgenie", 1).delivery("opsgenie"))
    said = json.loads(answer.body)
    assert answer.status == 202
    assert said["result"] == "Request will be processed"
    assert said["requestId"]


def test_an_alert_without_a_message_is_boxed() -> None:
    (problem,) = sent("/v2/alerts", {"alias": "a1"}).problems
    assert problem.sentence == "Object missing required field `message`. Add the field."
