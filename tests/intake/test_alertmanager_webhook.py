import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.core.alerts import Status
from headwater.core.severity import Severity
from headwater.intake.alertmanager import FORMAT, parse
from intake.recorded import NOON, all_recorded, delivery_of, recorded


def an_alert(**changes: Any) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {"alertname": "Try", "severity": "warning"},
        "annotations": {"summary": "A try"},
        "startsAt": "2026-11-21T02:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
        "fingerprint": "c0ffee",
    } | changes


def a_group(*alerts: Any, **changes: Any) -> dict[str, Any]:
    return {"version": "4", "status": "firing", "alerts": list(alerts), "truncatedAlerts": 0} | changes


def test_every_recorded_group_is_read_whole() -> None:
    for request in all_recorded("alertmanager-webhook"):
        parsed = parse(request.delivery("alertmanager"))
        assert [report.labels for report in parsed.reports] == [
            alert["labels"] for alert in json.loads(request.body)["alerts"]
        ]
        assert parsed.problems == ()


def test_a_recorded_alert_keeps_what_people_look_for() -> None:
    parsed = parse(recorded("alertmanager-webhook", 8).delivery("alertmanager"))
    (report,) = parsed.reports
    assert report.fingerprint == "d09b9b22f2678789"
    assert report.status is Status.FIRING
    assert report.severity is Severity.SEV2
    assert report.title == "Groundedness of support/refund-policy is 41% (prompt refund-answer v42)"
    assert report.starts_at == datetime(2026, 11, 21, 2, 18, 43, 688_000, tzinfo=UTC)
    assert report.labels["tenant"] == "größe-gmbh"
    assert report.link == "http://vm:19090/graph?g0.expr=llm_eval_groundedness_ratio+%3C+0.8&g0.tab=1"


def test_a_truncated_group_says_how_many_alerts_it_does_not_speak_of() -> None:
    parsed = parse(recorded("alertmanager-webhook", 6).delivery("alertmanager"))
    assert parsed.remark is not None
    assert parsed.remark.startswith("2 more alerts of this group were cut off")


def test_a_group_resolved_after_truncation_resolves_only_the_alerts_that_say_so() -> None:
    group = a_group(an_alert(), an_alert(status="resolved", fingerprint="beef"), status="resolved")
    parsed = parse(delivery_of("alertmanager", group | {"truncatedAlerts": 5}))
    assert [report.status for report in parsed.reports] == [Status.FIRING, Status.RESOLVED]


def test_the_zero_date_is_no_end() -> None:
    (report,) = parse(delivery_of("alertmanager", a_group(an_alert()))).reports
    assert report.ends_at is None


def test_a_resolved_alert_keeps_the_end_its_sender_gives() -> None:
    ended = an_alert(status="resolved", endsAt="2026-11-21T03:30:00+01:00")
    (report,) = parse(delivery_of("alertmanager", a_group(ended))).reports
    assert report.ends_at == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def test_a_future_end_of_a_firing_alert_is_not_taken_for_its_end() -> None:
    (report,) = parse(delivery_of("alertmanager", a_group(an_alert(endsAt="2026-11-21T14:00:00Z")))).reports
    assert (report.status, report.ends_at) == (Status.FIRING, None)


def test_a_start_without_a_date_is_when_it_came() -> None:
    (report,) = parse(
        delivery_of("alertmanager", a_group(an_alert(startsAt="0001-01-01T00:00:00+01:00")))
    ).reports
    assert report.starts_at == NOON


def test_an_alert_without_a_fingerprint_gets_one_from_its_labels_in_any_order() -> None:
    one = an_alert(labels={"alertname": "A", "b": "1"}, fingerprint="")
    other = an_alert(labels={"b": "1", "alertname": "A"}, fingerprint="")
    first, second = parse(delivery_of("alertmanager", a_group(one, other))).reports
    assert first.fingerprint == second.fingerprint != ""


@pytest.mark.parametrize(
    ("annotations", "labels", "title"),
    [
        ({"summary": "Said"}, {"alertname": "Name"}, "Said"),
        ({}, {"alertname": "Name"}, "Name"),
        ({}, {}, "An alert without a name"),
    ],
)
def test_the_title_is_what_people_wrote_if_they_did(
    annotations: dict[str, str], labels: dict[str, str], title: str
) -> None:
    (report,) = parse(
        delivery_of("alertmanager", a_group(an_alert(annotations=annotations, labels=labels)))
    ).reports
    assert report.title == title


def test_a_bad_alert_is_boxed_with_its_place_and_its_neighbours_pass() -> None:
    bad = an_alert(labels={"alertname": 7})
    parsed = parse(delivery_of("alertmanager", a_group(an_alert(), bad, an_alert(fingerprint="beef"))))
    assert [report.fingerprint for report in parsed.reports] == ["c0ffee", "beef"]
    (problem,) = parsed.problems
    assert problem.path == "$.alerts[1].labels[...]"
    assert problem.sentence == "Expected `str`, got `int`. Write it in double quotes."
    assert json.loads(problem.item) == bad


def test_a_boxed_alert_is_a_group_of_its_own_when_it_is_replayed() -> None:
    (problem,) = parse(delivery_of("alertmanager", a_group(an_alert(), an_alert(labels=None)))).problems
    mended = FORMAT.body_of(problem.item).replace(b"null", b'{"alertname": "Mended"}')
    (report,) = parse(delivery_of("alertmanager", mended)).reports
    assert report.labels == {"alertname": "Mended"}


def test_a_body_that_is_no_group_is_boxed_whole() -> None:
    parsed = parse(delivery_of("alertmanager", {"hello": "world"}))
    (problem,) = parsed.problems
    assert (problem.path, problem.item) == ("$", b'{"hello": "world"}')
    assert "missing required field `alerts`" in problem.sentence


@given(
    st.lists(
        st.one_of(
            st.just(an_alert()),
            st.recursive(
                st.none()
                | st.booleans()
                | st.floats(allow_nan=False, allow_infinity=False)
                | st.text(max_size=5),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
                max_leaves=5,
            ),
        ),
        max_size=6,
    )
)
def test_every_item_becomes_a_report_or_a_boxed_problem(alerts: list[Any]) -> None:
    parsed = parse(delivery_of("alertmanager", a_group(*alerts)))
    assert len(parsed.reports) + len(parsed.problems) == len(alerts)
    assert len(parsed.reports) == sum(alert == an_alert() for alert in alerts)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(body: bytes) -> None:
    parsed = parse(delivery_of("alertmanager", body))
    assert parsed.problems or parsed.reports == ()
