"""Opik's alerts: a rule over scores, cost, latency or errors has fired. Opik never says that it is over.

Make an alert with a webhook of this URL and the token as its secret, which Opik sends as a bearer token. The
rule (`alert_id`) is the identity; after its time to live without another report, the alert is quiet. Opik
sends its own secret along in the body: it is struck out before anything is kept. Prompts that were created
or saved become changes.
Source: comet-ml/opik, Alert and WebhookEvent classes and its documentation.
"""

import re
from datetime import timedelta
from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed, Report, Status
from headwater.intake.decoding import whole
from headwater.intake.format import Format
from headwater.intake.labelling import digest, flat, severity_of, text_of, title_of
from headwater.intake.moments import from_text

_SECRET: Final = re.compile(rb'("(?:secret|secretToken|secret_token)"\s*:\s*)"(?:[^"\\]|\\.)*"')


class _Hook(msgspec.Struct):
    event_type: str
    alert_id: str
    payload: Any = None
    id: str = ""
    alert_name: str = ""
    created_at: str | None = None


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A report of a rule that fired, or a change of a prompt."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    at = from_text(hook.created_at or "") or delivery.received_at
    labels = flat(hook.payload) if isinstance(hook.payload, dict) else {}
    if hook.event_type.startswith("prompt:"):
        name = labels.get("name") or labels.get("prompt_name") or hook.alert_id
        change = Change(
            subject=f"prompt:{name}",
            kind="prompt",
            at=at,
            key=hook.id or digest(hook.alert_id, at.isoformat()),
            sentence=title_of(f"{name}: {hook.event_type.removeprefix('prompt:')}"),
        )
        return Parsed(changes=(change,))
    metric, value, threshold = (labels.get(name) for name in ("metric_name", "metric_value", "threshold"))
    told = f"{metric} is {value}, threshold {threshold}" if metric and value else None
    report = Report(
        fingerprint=digest(hook.alert_id),
        status=Status.FIRING,
        starts_at=at,
        title=title_of(hook.alert_name, told, hook.event_type),
        labels=labels | {"alertname": hook.alert_name or hook.event_type} | _metric(metric),
        severity=severity_of(labels),
        link=text_of(labels.get("url")),
    )
    return Parsed(reports=(report,))


def _metric(name: str | None) -> dict[str, str]:
    return {"metric": name} if name else {}


def without_secret(body: bytes) -> bytes:
    """The body with Opik's own secret struck out."""
    return _SECRET.sub(rb'\1"-"', body)


FORMAT: Final = Format(
    name="opik",
    title="Opik alerts",
    parse=parse,
    redact=without_secret,
    time_to_live=timedelta(hours=2),
    setup="Alerts, New alert, Webhook: URL {url}, secret token {token}.",
    example=b'{"id":"1","event_type":"trace:feedback_score","alert_id":"try",'
    b'"payload":{"metric_name":"faithfulness","metric_value":"0.41","threshold":"0.8"}}',
)
