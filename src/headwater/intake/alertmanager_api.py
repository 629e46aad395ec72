"""Alertmanager's own API, version 2: Prometheus and amtool send to Headwater as if it were Alertmanager.

In prometheus.yml, under `alerting: alertmanagers:`, set `static_configs` to this host, `path_prefix` to
`/hooks/alertmanager-api` and `authorization: credentials:` to the token. Alerts carry no status: one whose
`endsAt` lies in the past is resolved, any other fires until its `endsAt` unless it is sent again; without
one it is given Alertmanager's own five minutes. Prometheus falls silent when it dies: then alerts expire.
Source: Alertmanager's api/v2/openapi.yaml, requests of Prometheus 2.42 and amtool 0.25.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Report, Status
from headwater.intake.decoding import UNDECODABLE, each, unreadable
from headwater.intake.format import EMPTY, Answer, Format, Path
from headwater.intake.labelling import fingerprint, severity_of, title_of
from headwater.intake.moments import utc

RESOLVE_TIMEOUT: Final = timedelta(minutes=5)
"""How long an alert without an end fires unless it is sent again: Alertmanager's `resolve_timeout`."""


class _Item(msgspec.Struct, rename="camel", gc=False):
    labels: dict[str, str]
    annotations: dict[str, str] = {}
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    generator_url: str = msgspec.field(default="", name="generatorURL")


_ALL: Final = msgspec.json.Decoder(list[_Item])
_PARTS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ITEM: Final = msgspec.json.Decoder(_Item)


def parse(delivery: Delivery) -> Parsed:
    """A report an alert."""
    received_at = delivery.received_at
    try:
        items = _ALL.decode(delivery.body)
        return Parsed(reports=tuple([_report(item, received_at) for item in items]))
    except UNDECODABLE:
        pass
    except ValueError:
        pass
    try:
        parts = _PARTS.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    return each(map(bytes, parts), _ITEM, lambda item: _report(item, received_at), "$")


def _report(item: _Item, received_at: datetime) -> Report:
    labels = {name: value for name, value in item.labels.items() if value}
    if not labels:
        raise ValueError("The alert has no labels, and so no identity. Give it at least `alertname`.")
    ends_at = utc(item.ends_at)
    ended = ends_at is not None and ends_at <= received_at
    return Report(
        fingerprint=fingerprint(labels),
        status=Status.RESOLVED if ended else Status.FIRING,
        starts_at=utc(item.starts_at) or received_at,
        title=title_of(item.annotations.get("summary"), labels.get("alertname")),
        labels=labels,
        annotations=item.annotations,
        severity=severity_of(labels),
        ends_at=ends_at or received_at + RESOLVE_TIMEOUT,
        link=item.generator_url or None,
    )


def _taken(_delivery: Delivery) -> Answer:
    # amtool takes exactly 200 for success; Alertmanager's own answer has no body.
    return EMPTY


def _array_of(item: bytes) -> bytes:
    return b"[" + item + b"]"


_GET: Final = frozenset({"GET"})

FORMAT: Final = Format(
    name="alertmanager-api",
    title="Alertmanager API (version 2): Prometheus, amtool",
    parse=parse,
    paths=(
        Path("/api/v2/alerts", answer=_taken),
        Path("/api/v2/alerts", _GET, asks="alerts"),
        Path("/api/v2/alerts/groups", _GET, asks="groups"),
        Path("/api/v2/silences", _GET, asks="silences"),
        Path("/api/v2/receivers", _GET, asks="receivers"),
        Path("/api/v2/status", _GET, asks="status"),
    ),
    rooted=True,
    body_of=_array_of,
    setup="In prometheus.yml:\n"
    "  alerting:\n"
    "    alertmanagers:\n"
    "      - path_prefix: {path}\n"
    "        authorization: {credentials: {token}}\n"
    "        static_configs: [{targets: ['{host}']}]",
    example=b'[{"labels":{"alertname":"Try","severity":"warning"},'
    b'"annotations":{"summary":"A try of this sender"}}]',
)
