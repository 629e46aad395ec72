"""Datadog's Webhooks integration, with the payload that this page gives.

In the Webhooks integration paste the payload that `headwater formats show datadog` prints, and put the
token in a custom header. `$ALERT_CYCLE_KEY` is the identity: it lasts from a trigger to its recovery. No
Data is a flow that fell silent, not bad quality.
Source: docs.datadoghq.com/integrations/webhooks (the variables).
"""

from typing import Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Report, Status
from headwater.core.severity import Severity, from_word
from headwater.intake.decoding import whole
from headwater.intake.format import Format
from headwater.intake.labelling import digest, title_of
from headwater.intake.moments import from_text

_OVER: Final = frozenset({"recovered"})
_FIRING: Final = frozenset(
    {"triggered", "re-triggered", "warn", "re-warn", "no data", "re-no data", "renotify"}
)
_UNFILLED: Final = "$"
TEMPLATE: Final = (
    b'{"id":"$ID","title":"$EVENT_TITLE","body":"$EVENT_MSG","event_type":"$EVENT_TYPE","alert_id":"$ALERT_ID",'
    b'"alert_cycle_key":"$ALERT_CYCLE_KEY","aggreg_key":"$AGGREG_KEY","alert_transition":"$ALERT_TRANSITION",'
    b'"alert_type":"$ALERT_TYPE","alert_query":"$ALERT_QUERY","alert_scope":"$ALERT_SCOPE",'
    b'"alert_metric":"$ALERT_METRIC","priority":"$ALERT_PRIORITY","tags":"$TAGS","link":"$LINK","date":"$DATE"}'
)


class _Hook(msgspec.Struct):
    title: str
    alert_transition: str
    alert_cycle_key: str = ""
    alert_id: str = ""
    aggreg_key: str = ""
    body: str = ""
    alert_type: str = ""
    alert_metric: str = ""
    alert_scope: str = ""
    alert_query: str = ""
    priority: str = ""
    tags: str = ""
    link: str = ""
    date: str = ""


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A report of a monitor's transition."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    transition = hook.alert_transition.strip().lower()
    if hook.alert_transition.startswith(_UNFILLED):
        return Parsed(remark="a test of the webhook: its variables were not filled in")
    if transition not in _OVER | _FIRING:
        return Parsed(remark=f"a transition that is no alert: {title_of(hook.alert_transition)}")
    identity = next(
        (
            key
            for key in (hook.alert_cycle_key, hook.aggreg_key, hook.alert_id)
            if key and key[0] != _UNFILLED
        ),
        "",
    )
    if not identity:
        raise ValueError('The payload has no identity. Add "alert_cycle_key": "$ALERT_CYCLE_KEY" to it.')
    at = from_text(hook.date) or delivery.received_at
    status = Status.RESOLVED if transition in _OVER else Status.FIRING
    report = Report(
        fingerprint=digest(identity),
        status=status,
        starts_at=at,
        title=title_of(hook.title),
        labels=_labels(hook, silent="no data" in transition),
        annotations={"description": hook.body} if hook.body else {},
        severity=_severity(hook, transition),
        ends_at=at if status is Status.RESOLVED else None,
        link=hook.link or None,
    )
    return Parsed(reports=(report,))


def _labels(hook: _Hook, *, silent: bool) -> dict[str, str]:
    tags = (tag.strip().partition(":") for tag in hook.tags.split(",") if ":" in tag)
    labels = {name: value for name, _, value in tags}
    labels |= {
        name: value
        for name, value in (
            ("metric", hook.alert_metric),
            ("scope", hook.alert_scope),
            ("query", hook.alert_query),
        )
        if value and value[0] != _UNFILLED
    }
    return labels | {"symptom": "flow"} if silent else labels


def _severity(hook: _Hook, transition: str) -> Severity:
    if hook.priority and hook.priority[0] != _UNFILLED:
        return from_word(hook.priority)
    return Severity.SEV3 if "warn" in transition else from_word(hook.alert_type)


FORMAT: Final = Format(
    name="datadog",
    title="Datadog monitors, through the Webhooks integration",
    parse=parse,
    setup="Integrations, Webhooks, New: URL {url}, custom headers\n"
    '{"X-Headwater-Token": "{token}"}\n'
    "and this payload:\n" + TEMPLATE.decode(),
    example=b'{"title":"A try of this sender","alert_transition":"Triggered",'
    b'"alert_cycle_key":"1","tags":"team:try"}',
)
