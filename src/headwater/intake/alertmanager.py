"""Alertmanager's webhook, version 4: groups of alerts, each with its own status.

Set `url` of a `webhook_config` to `/hooks/alertmanager` and put the token under
`http_config.authorization.credentials`, or as the password of `basic_auth`. The group's own `status` is
never read: a group cut off by `max_alerts` says `resolved` while alerts that did not fit still fire.
Source: prometheus.io/docs/alerting/latest/configuration/#webhook_config, and requests of Alertmanager 0.25.
"""

from typing import Final

import msgspec

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.decoding import UNDECODABLE, each, unreadable
from headwater.intake.format import Format
from headwater.intake.prometheus_alert import Item, report


class _Group(msgspec.Struct, rename="camel", gc=False):
    alerts: list[Item]
    truncated_alerts: int = 0


class _Parts(msgspec.Struct, gc=False):
    alerts: list[msgspec.Raw]


_GROUP: Final = msgspec.json.Decoder(_Group)
_PARTS: Final = msgspec.json.Decoder(_Parts)
_ITEM: Final = msgspec.json.Decoder(Item)


def parse(delivery: Delivery) -> Parsed:
    """A report an alert. Quick when all is well; a bad item costs only itself."""
    received_at = delivery.received_at
    try:
        group = _GROUP.decode(delivery.body)
    except UNDECODABLE:
        return _one_by_one(delivery)
    return Parsed(
        reports=tuple([report(item, received_at) for item in group.alerts]),
        remark=_cut_off(group.truncated_alerts),
    )


def _one_by_one(delivery: Delivery) -> Parsed:
    try:
        parts = _PARTS.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    return each(map(bytes, parts.alerts), _ITEM, lambda item: report(item, delivery.received_at), "$.alerts")


def _cut_off(count: int) -> str | None:
    if count <= 0:
        return None
    return (
        f"{count} more alerts of this group were cut off by the sender's max_alerts; their state is unknown"
    )


def _group_of(item: bytes) -> bytes:
    return b'{"alerts":[' + item + b"]}"


FORMAT: Final = Format(
    name="alertmanager",
    title="Alertmanager webhook (version 4)",
    parse=parse,
    body_of=_group_of,
    setup="In alertmanager.yml, under receivers:\n"
    "  - name: headwater\n"
    "    webhook_configs:\n"
    "      - url: {url}\n"
    "        http_config: {authorization: {credentials: {token}}}",
    example=b'{"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"Try",'
    b'"severity":"warning"},"annotations":{"summary":"A try of this sender"},'
    b'"startsAt":"2026-11-21T02:00:00Z","endsAt":"0001-01-01T00:00:00Z"}]}',
)
