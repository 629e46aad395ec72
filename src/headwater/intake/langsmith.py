"""LangSmith's alert rules. LangSmith never says that an alert is over.

Make an alert with a webhook of this URL and the header `X-Headwater-Token` (or Authorization: Bearer). The
rule (`alert_rule_id`) is the identity; after its time to live without another report, the alert is quiet.
Source: docs.langchain.com/langsmith/alerts-webhook.
"""

from datetime import timedelta
from typing import Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Report, Status
from headwater.intake.decoding import whole
from headwater.intake.format import Format
from headwater.intake.labelling import digest, text_of, title_of
from headwater.intake.moments import from_text

_KEPT: Final = ("project_name", "alert_rule_type", "alert_rule_attribute")


class _Hook(msgspec.Struct):
    alert_rule_id: str
    alert_rule_name: str = ""
    project_name: str = ""
    alert_rule_type: str = ""
    alert_rule_attribute: str = ""
    triggered_metric_value: float | str | None = None
    triggered_threshold: float | str | None = None
    timestamp: str | None = None


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A report of a rule that fired."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    value, threshold = text_of(hook.triggered_metric_value), text_of(hook.triggered_threshold)
    told = f" is {value}, threshold {threshold}" if value and threshold else ""
    where = f" in {hook.project_name}" if hook.project_name else ""
    labels = {name: getattr(hook, name) for name in _KEPT if getattr(hook, name)}
    report = Report(
        fingerprint=digest(hook.alert_rule_id),
        status=Status.FIRING,
        starts_at=from_text(hook.timestamp or "") or delivery.received_at,
        title=title_of(f"{hook.alert_rule_name or hook.alert_rule_attribute or 'An alert'}{told}{where}"),
        labels=labels | ({"alertname": hook.alert_rule_name} if hook.alert_rule_name else {}),
    )
    return Parsed(reports=(report,))


FORMAT: Final = Format(
    name="langsmith",
    title="LangSmith alerts",
    parse=parse,
    time_to_live=timedelta(hours=2),
    setup="Alerts, Create alert, Webhook: URL {url}, header X-Headwater-Token: {token}.",
    example=b'{"alert_rule_id":"try","alert_rule_name":"A try of this sender"}',
)
