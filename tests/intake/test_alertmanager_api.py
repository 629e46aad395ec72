from datetime import UTC, datetime, timedelta
from typing import Any

from headwater.core.alerts import Report, Status
from headwater.intake.alertmanager_api import FORMAT, RESOLVE_TIMEOUT, parse
from intake.recorded import NOON, all_recorded, delivery_of, recorded


def read(*alerts: Any) -> tuple[Report, ...]:
    return parse(delivery_of("alertmanager-api", list(alerts))).reports


def an_alert(**changes: Any) -> dict[str, Any]:
    return {"labels": {"alertname": "Try"}, "startsAt": "2026-11-21T11:00:00Z"} | changes


def test_prometheus_sends_firing_with_a_future_end_and_no_status() -> None:
    (report,) = parse(recorded("prometheus-direct", 2).delivery("alertmanager-api")).reports
    assert report.status is Status.FIRING
    assert report.ends_at == datetime(2026, 11, 21, 2, 18, 58, 712_000, tzinfo=UTC)


def test_an_alert_whose_end_has_passed_is_resolved() -> None:
    (report,) = parse(recorded("prometheus-direct", 1).delivery("alertmanager-api")).reports
    assert (report.status, report.ends_at) == (
        Status.RESOLVED,
        datetime(2026, 11, 21, 2, 18, 38, 712_000, tzinfo=UTC),
    )


def test_repeats_of_prometheus_are_the_same_alert_and_the_same_episode() -> None:
    seen: dict[str, set[datetime]] = {}
    for request in all_recorded("prometheus-direct")[1:]:
        for report in parse(request.delivery("alertmanager-api")).reports:
            seen.setdefault(report.fingerprint, set()).add(report.starts_at)
    assert len(seen) == 8
    assert all(len(starts) == 1 for starts in seen.values())


def test_an_alert_without_an_end_lives_five_minutes_unless_it_is_sent_again() -> None:
    (report,) = read(an_alert(endsAt="0001-01-01T00:00:00.000Z"))
    assert (report.status, report.ends_at) == (Status.FIRING, NOON + RESOLVE_TIMEOUT)
    assert timedelta(minutes=5) == RESOLVE_TIMEOUT


def test_amtool_sends_zero_dates_for_now() -> None:
    (report,) = parse(recorded("amtool-direct", 1).delivery("alertmanager-api")).reports
    assert report.starts_at == recorded("amtool-direct", 1).received_at
    assert report.status is Status.FIRING


def test_times_with_an_offset_are_told_in_utc() -> None:
    (report,) = parse(recorded("amtool-direct", 2).delivery("alertmanager-api")).reports
    assert report.starts_at == datetime(2026, 11, 20, 21, 15, tzinfo=UTC)
    assert report.starts_at.tzinfo is UTC


def test_an_empty_label_is_no_label() -> None:
    first, second = read(an_alert(), an_alert(labels={"alertname": "Try", "env": ""}))
    assert first.fingerprint == second.fingerprint


def test_an_alert_without_labels_is_boxed_and_its_neighbours_pass() -> None:
    parsed = parse(delivery_of("alertmanager-api", [an_alert(), {"labels": {}}, an_alert()]))
    assert len(parsed.reports) == 2
    (problem,) = parsed.problems
    assert problem.path == "$[1]"
    assert "no identity" in problem.sentence


def test_a_boxed_alert_is_an_array_of_its_own_when_it_is_replayed() -> None:
    (problem,) = parse(delivery_of("alertmanager-api", [{"labels": None}])).problems
    assert FORMAT.body_of(problem.item) == b'[{"labels": null}]'


def test_an_object_in_place_of_the_array_is_boxed() -> None:
    (problem,) = parse(delivery_of("alertmanager-api", an_alert())).problems
    assert problem.sentence == "Expected `array`, got `object`. Put the items in [ ]."
