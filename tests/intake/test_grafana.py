from typing import Any

import pytest

from headwater.core.alerts import Parsed
from headwater.intake.grafana import parse
from intake.recorded import delivery_of, documented


def group_of(*labels: dict[str, str], **changes: Any) -> Parsed:
    alerts = [
        {"status": "firing", "labels": each, "startsAt": "2026-11-21T02:00:00Z", "fingerprint": "f"}
        for each in labels
    ]
    return parse(delivery_of("grafana", {"version": "1", "alerts": alerts} | changes))


def test_a_documented_group_is_read() -> None:
    (report,) = parse(delivery_of("grafana", documented("grafana-alerting-webhook"))).reports
    assert report.fingerprint == "c6eadffa33fcdf37"
    assert report.labels["handler"] == "support/refund-policy"
    assert report.ends_at is None


@pytest.mark.parametrize(("name", "symptom"), [("DatasourceNoData", "flow"), ("DatasourceError", "rating")])
def test_no_data_is_silence_and_an_error_a_fault_of_the_measurement(name: str, symptom: str) -> None:
    (report,) = group_of({"alertname": name, "rulename": "Groundedness"}).reports
    assert report.labels["symptom"] == symptom
    assert report.title == "Groundedness: nothing was measured"


def test_a_symptom_that_people_wrote_stays() -> None:
    (report,) = group_of({"alertname": "DatasourceNoData", "symptom": "staleness"}).reports
    assert report.labels["symptom"] == "staleness"


def test_the_test_button_makes_no_alert() -> None:
    parsed = group_of({"alertname": "TestAlert", "instance": "Grafana"})
    assert (parsed.reports, parsed.remark) == ((), "a test of the contact point: not an alert")


def test_a_group_that_was_cut_off_says_so() -> None:
    assert group_of({"alertname": "A"}, truncatedAlerts=3).remark == (
        "3 more alerts were cut off by the contact point's Max Alerts"
    )


def test_a_bad_alert_costs_only_itself() -> None:
    parsed = parse(delivery_of("grafana", {"alerts": [{"status": "maybe"}, *GOOD]}))
    assert len(parsed.reports) == 1
    assert parsed.problems[0].path == "$.alerts[0].status"


GOOD = [{"status": "firing", "labels": {"alertname": "A"}, "startsAt": "2026-11-21T02:00:00Z"}]
