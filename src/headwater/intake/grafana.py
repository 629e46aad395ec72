"""Grafana Alerting's webhook contact point: like Alertmanager's, with Grafana's own no-data and error alerts.

Make a contact point of type Webhook with this URL. Either put the token under *Authorization Header -
Credentials* (scheme Bearer), or turn on *HMAC Signature* with a secret; with a timestamp header, name it
`X-Grafana-Alerting-Timestamp`, and old signatures are refused too. `DatasourceNoData` says that nothing was
measured: it is taken as a flow that fell silent, and `DatasourceError` as a fault of the measurement, neither
as bad quality.
Source: Grafana's documentation of the webhook contact point, and receivers/webhook in grafana/alerting.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Report
from headwater.intake.decoding import UNDECODABLE, each, unreadable
from headwater.intake.format import Format, Shown, Signature
from headwater.intake.prometheus_alert import Item, report
from headwater.intake.signatures import WRONG, hex_hmac, same, shell_hex, stale

_SIGNATURE: Final = "x-grafana-alerting-signature"
_TIME: Final = "x-grafana-alerting-timestamp"
_SYMPTOMS: Final[Mapping[str, str]] = MappingProxyType(
    {"DatasourceNoData": "flow", "DatasourceError": "rating"}
)


class _Group(msgspec.Struct, rename="camel", gc=False):
    alerts: list[Item]
    truncated_alerts: int = 0


class _Parts(msgspec.Struct, gc=False):
    alerts: list[msgspec.Raw]


_GROUP: Final = msgspec.json.Decoder(_Group)
_PARTS: Final = msgspec.json.Decoder(_Parts)
_ITEM: Final = msgspec.json.Decoder(Item)


def parse(delivery: Delivery) -> Parsed:
    """A report an alert; nothing for the contact point's *Test* button."""

    def read(item: Item) -> Report:
        return _report(item, delivery)

    try:
        group = _GROUP.decode(delivery.body)
    except UNDECODABLE:
        return _one_by_one(delivery)
    if group.alerts and all(_is_test(item) for item in group.alerts):
        return Parsed(remark="a test of the contact point: not an alert")
    cut = group.truncated_alerts
    return Parsed(
        reports=tuple([read(item) for item in group.alerts]),
        remark=f"{cut} more alerts were cut off by the contact point's Max Alerts" if cut > 0 else None,
    )


def _one_by_one(delivery: Delivery) -> Parsed:
    try:
        parts = _PARTS.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    return each(map(bytes, parts.alerts), _ITEM, lambda item: _report(item, delivery), "$.alerts")


def _is_test(item: Item) -> bool:
    return item.labels.get("alertname") == "TestAlert" and item.labels.get("instance") == "Grafana"


def _report(item: Item, delivery: Delivery) -> Report:
    symptom = _SYMPTOMS.get(item.labels.get("alertname", ""))
    if symptom is not None:
        item.labels.setdefault("symptom", symptom)
        rule = item.labels.get("rulename")
        if rule and "summary" not in item.annotations:
            item.annotations["summary"] = f"{rule}: nothing was measured"
    return report(item, delivery.received_at)


def verify(shown: Shown, secret: bytes) -> str | None:
    """Hex over the body, or over `<unix>:<body>` where the timestamp header is there."""
    signature = shown.headers.get(_SIGNATURE, "").strip().lower()
    stamp = shown.headers.get(_TIME)
    if stamp is None:
        return None if same(signature, hex_hmac(secret, shown.body)) else WRONG
    refusal = stale(stamp, shown)
    if refusal is not None:
        return refusal
    signed = hex_hmac(secret, stamp.strip().encode(), b":", shown.body)
    return None if same(signature, signed) else WRONG


def _group_of(item: bytes) -> bytes:
    return b'{"alerts":[' + item + b"]}"


FORMAT: Final = Format(
    name="grafana",
    title="Grafana Alerting webhook",
    parse=parse,
    signature=Signature(
        header=_SIGNATURE,
        verify=verify,
        words="X-Grafana-Alerting-Signature: HMAC-SHA256 of the body in hex",
        typed=(f"{_SIGNATURE}: {shell_hex('%s', '$BODY')}",),
    ),
    body_of=_group_of,
    setup="Alerting, Contact points, Add: Webhook, URL {url}.\n"
    "Authorization Header: scheme Bearer, credentials {token}; or HMAC Signature with your signing secret.",
    example=b'{"version":"1","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Try"},'
    b'"annotations":{"summary":"A try of this sender"},"startsAt":"2026-11-21T02:00:00Z",'
    b'"endsAt":"0001-01-01T00:00:00Z","fingerprint":"c6eadffa33fcdf37"}]}',
)
