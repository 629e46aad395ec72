"""Sentry's integration platform: metric alerts, issue alerts and issues, signed by the integration's secret.

Make an internal integration with the webhook URL, tick *Alert Rule Action* and *issue*, and give Headwater
the *Client Secret* as signing secret. A metric alert's id, or the issue's, is the identity; an issue alert
fires on its issue, which the issue's own `resolved` ends.
Source: docs.sentry.io/organization/integrations/integration-platform/webhooks.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Report, Status
from headwater.core.severity import Severity, from_word
from headwater.intake.decoding import whole
from headwater.intake.format import Format, TokenIn, keyed_by
from headwater.intake.labelling import digest, flat, title_of
from headwater.intake.moments import from_text
from headwater.intake.signatures import over_body

_METRIC: Final[Mapping[str, Status]] = {
    "critical": Status.FIRING,
    "warning": Status.FIRING,
    "resolved": Status.RESOLVED,
}
_ISSUE: Final[Mapping[str, Status]] = {
    "created": Status.FIRING,
    "unresolved": Status.FIRING,
    "triggered": Status.FIRING,
    "resolved": Status.RESOLVED,
    "archived": Status.RESOLVED,
    "ignored": Status.RESOLVED,
}


class _MetricAlert(msgspec.Struct):
    id: str
    alert_rule: dict[str, Any] = {}
    title: str = ""
    date_started: str | None = None
    date_detected: str | None = None
    date_closed: str | None = None


class _Issue(msgspec.Struct, rename="camel"):
    id: str
    title: str = ""
    level: str = ""
    culprit: str = ""
    first_seen: str | None = None
    web_url: str | None = msgspec.field(default=None, name="web_url")
    project: Any = None


class _Raised(msgspec.Struct):
    issue_id: str | int
    title: str = ""
    level: str = ""
    culprit: str = ""
    datetime: str | None = None
    web_url: str | None = None
    tags: list[list[str]] = []


class _Data(msgspec.Struct):
    metric_alert: _MetricAlert | None = None
    issue: _Issue | None = None
    event: _Raised | None = None
    description_title: str = ""
    description_text: str = ""
    web_url: str | None = None
    triggered_rule: str = ""


class _Hook(msgspec.Struct):
    action: str
    data: _Data


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A report of a metric alert, an issue alert or an issue; other hooks are remarked."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    data = hook.data
    if data.metric_alert is not None and hook.action in _METRIC:
        return Parsed(reports=(_metric(hook, data.metric_alert, delivery),))
    if data.event is not None and hook.action in _ISSUE:
        return Parsed(reports=(_raised(hook, data.event, delivery),))
    if data.issue is not None and hook.action in _ISSUE:
        return Parsed(reports=(_issue(hook, data.issue, delivery),))
    return Parsed(remark=f"Sentry's {hook.action} hook, which says nothing of an alert")


def _metric(hook: _Hook, alert: _MetricAlert, delivery: Delivery) -> Report:
    status = _METRIC[hook.action]
    rule = alert.alert_rule
    labels = flat({k: v for k, v in rule.items() if k in {"name", "aggregate", "dataset", "query"}})
    projects = rule.get("projects")
    if isinstance(projects, list) and projects and isinstance(projects[0], str):
        labels["project"] = projects[0]
    started = from_text(alert.date_started or alert.date_detected or "")
    return Report(
        fingerprint=digest("metric", str(rule.get("id", "")), alert.id),
        status=status,
        starts_at=started or delivery.received_at,
        title=title_of(hook.data.description_title, labels.get("name"), alert.title),
        labels={"alertname": labels.get("name", alert.title)} | labels,
        annotations={"description": hook.data.description_text} if hook.data.description_text else {},
        severity=from_word(hook.action) if status is Status.FIRING else Severity.SEV3,
        ends_at=_end(status, alert.date_closed, delivery),
        link=hook.data.web_url,
    )


def _end(status: Status, closed: str | None, delivery: Delivery) -> Any:
    if status is not Status.RESOLVED:
        return None
    return from_text(closed or "") or delivery.received_at


def _issue(hook: _Hook, issue: _Issue, delivery: Delivery) -> Report:
    status = _ISSUE[hook.action]
    labels = {"level": issue.level, "culprit": issue.culprit}
    if isinstance(issue.project, dict) and isinstance(issue.project.get("slug"), str):
        labels["project"] = issue.project["slug"]
    return Report(
        fingerprint=digest("issue", issue.id),
        status=status,
        starts_at=from_text(issue.first_seen or "") or delivery.received_at,
        title=title_of(issue.title),
        labels={name: value for name, value in labels.items() if value},
        severity=from_word(issue.level),
        ends_at=delivery.received_at if status is Status.RESOLVED else None,
        link=issue.web_url,
    )


def _raised(hook: _Hook, raised: _Raised, delivery: Delivery) -> Report:
    labels = {pair[0]: pair[1] for pair in raised.tags if len(pair) == 2}
    labels |= {"level": raised.level} if raised.level else {}
    labels |= {"alertname": hook.data.triggered_rule} if hook.data.triggered_rule else {}
    return Report(
        fingerprint=digest("issue", str(raised.issue_id)),
        status=_ISSUE[hook.action],
        starts_at=from_text(raised.datetime or "") or delivery.received_at,
        title=title_of(raised.title, hook.data.triggered_rule),
        labels=labels,
        severity=from_word(raised.level),
        link=raised.web_url,
    )


FORMAT: Final = Format(
    name="sentry",
    title="Sentry metric and issue alerts",
    parse=parse,
    tokens=(TokenIn.HEADER,),
    signature=over_body("sentry-hook-signature"),
    key=keyed_by("request-id"),
    setup="Settings, Custom Integrations, Internal: Webhook URL {url}; tick Alert Rule Action and issue.\n"
    "Put the integration's Client Secret into the variable this sender names.",
    example=b'{"action":"critical","data":{"metric_alert":{"id":"4","alert_rule":{"id":"7","name":"Try"}},'
    b'"description_title":"A try of this sender"}}',
)
