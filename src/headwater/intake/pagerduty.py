"""PagerDuty's Events API, version 2, and its change events: any PagerDuty client with only its URL changed.

Point the client at this host; `routing_key` is the token (32 hex digits). `dedup_key` is the identity; where
a trigger has none, one is derived from what it says and answered, as PagerDuty does. `acknowledge` is
remarked and changes nothing: here only people acknowledge. Change events become changes of the asset that
`custom_details` or `component` names, else of `source`.
Source: developer.pagerduty.com/docs/events-api-v2; requests of pagerduty 7.2, pdpyras and Alertmanager 0.25.
"""

from datetime import datetime
from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed, Report, Status
from headwater.core.severity import from_word
from headwater.intake.alertmanager_text import shared_labels
from headwater.intake.decoding import UNDECODABLE, whole
from headwater.intake.format import Answer, Format, Path, TokenIn, TokenShape
from headwater.intake.labelling import digest, flat, subject_of, title_of
from headwater.intake.moments import from_text

_MASK: Final = "-"
_SHORTEST: Final = 8
"""A shorter key may be part of a word; masking it would garble the body."""


class _Payload(msgspec.Struct):
    summary: str
    source: str = ""
    severity: str = ""
    timestamp: str | None = None
    component: str | None = None
    group: str | None = None
    class_: str | None = msgspec.field(default=None, name="class")
    custom_details: Any = None


class _Link(msgspec.Struct):
    href: str = ""


class _Trigger(msgspec.Struct, tag_field="event_action", tag="trigger"):
    payload: _Payload
    dedup_key: str | None = None
    client_url: str | None = None
    links: list[_Link] | None = None


class _Acknowledge(msgspec.Struct, tag_field="event_action", tag="acknowledge"):
    dedup_key: str


class _Resolve(msgspec.Struct, tag_field="event_action", tag="resolve"):
    dedup_key: str


class _Deployed(msgspec.Struct):
    payload: _Payload
    links: list[_Link] | None = None


class _Key(msgspec.Struct):
    routing_key: str


class _DedupKey(msgspec.Struct):
    dedup_key: str | None = None


_EVENT: Final = msgspec.json.Decoder(_Trigger | _Acknowledge | _Resolve)
_CHANGE: Final = msgspec.json.Decoder(_Deployed)
_KEY: Final = msgspec.json.Decoder(_Key)
_DEDUP: Final = msgspec.json.Decoder(_DedupKey)


def parse(delivery: Delivery) -> Parsed:
    """A report of a trigger or a resolve; a change of a change event, by the path it came on."""
    if "/change/" in delivery.path:
        return whole(delivery.body, _CHANGE, lambda sent: _change(sent, delivery))
    return whole(delivery.body, _EVENT, lambda sent: _event(sent, delivery))


def _event(sent: _Trigger | _Acknowledge | _Resolve, delivery: Delivery) -> Parsed:
    match sent:
        case _Acknowledge():
            return Parsed(remark=f"acknowledged at the sender: {sent.dedup_key}")
        case _Resolve():
            resolved = Report(
                fingerprint=digest(sent.dedup_key),
                status=Status.RESOLVED,
                starts_at=delivery.received_at,
                title=title_of(sent.dedup_key),
                ends_at=delivery.received_at,
            )
            return Parsed(reports=(resolved,))
        case _Trigger():
            return Parsed(reports=(_trigger(sent, delivery),))


def _trigger(sent: _Trigger, delivery: Delivery) -> Report:
    payload = sent.payload
    labels = _labels(payload)
    return Report(
        fingerprint=digest(sent.dedup_key or _derived_key(delivery.body)),
        status=Status.FIRING,
        starts_at=_time(payload) or delivery.received_at,
        title=title_of(payload.summary),
        labels=labels,
        severity=from_word(payload.severity),
        link=_link(sent.links) or sent.client_url or None,
    )


def _labels(payload: _Payload) -> dict[str, str]:
    labels = {
        name: value
        for name, value in (
            # Not `source`, a kind of asset in the registry: to PagerDuty it is where a thing was seen.
            ("host", payload.source),
            ("component", payload.component),
            ("group", payload.group),
            ("class", payload.class_),
            ("severity", payload.severity),
        )
        if value
    }
    details = payload.custom_details
    if isinstance(details, dict):
        firing = details.get("firing")
        if isinstance(firing, str) and "num_firing" in details:
            return shared_labels(firing) | labels
        labels |= {name: value for name, value in flat(details).items() if name not in labels}
    return labels


def _change(sent: _Deployed, delivery: Delivery) -> Parsed:
    payload = sent.payload
    labels = _labels(payload)
    subject = subject_of(labels) or payload.component or payload.source
    if not subject:
        raise ValueError("The change names nothing that changed. Set payload.source or payload.component.")
    at = _time(payload) or delivery.received_at
    change = Change(
        subject=subject,
        kind="prompt" if subject.startswith("prompt:") else "deploy",
        at=at,
        key=digest(payload.summary, payload.source, at.isoformat()),
        sentence=title_of(payload.summary),
        link=_link(sent.links),
        by=labels.get("actor") or labels.get("author"),
    )
    return Parsed(changes=(change,))


def _time(payload: _Payload) -> datetime | None:
    return from_text(payload.timestamp) if payload.timestamp else None


def _link(links: list[_Link] | None) -> str | None:
    return next((link.href for link in links or () if link.href), None)


def _derived_key(body: bytes) -> str:
    return digest(body.decode("utf-8", "replace"))


def _enqueued(delivery: Delivery) -> Answer:
    # Clients read `dedup_key` from the answer, and take nothing but 202 for success.
    try:
        key = _DEDUP.decode(delivery.body).dedup_key or _derived_key(delivery.body)
    except UNDECODABLE:
        key = _derived_key(delivery.body)
    said = {"status": "success", "message": "Event processed", "dedup_key": key}
    return Answer(202, msgspec.json.encode(said))


def _change_enqueued(_delivery: Delivery) -> Answer:
    return Answer(202, b'{"status":"success","message":"Change event processed"}')


def routing_key(body: bytes) -> str | None:
    """The token, which PagerDuty's clients put in the body."""
    try:
        return _KEY.decode(body).routing_key
    except UNDECODABLE:
        return None


def without_key(body: bytes) -> bytes:
    """The body with its routing key masked wherever it stands."""
    key = routing_key(body)
    return body.replace(key.encode(), _MASK.encode()) if key and len(key) >= _SHORTEST else body


FORMAT: Final = Format(
    name="pagerduty",
    title="PagerDuty Events API (version 2) and change events",
    parse=parse,
    tokens=(TokenIn.BODY,),
    paths=(Path("/v2/enqueue", answer=_enqueued), Path("/v2/change/enqueue", answer=_change_enqueued)),
    rooted=True,
    body_token=routing_key,
    redact=without_key,
    token_shape=TokenShape.HEX32,
    setup="Set the client's URL (Alertmanager: pagerduty_url) to {base}/v2/enqueue or {url}/v2/enqueue,\n"
    "and its routing key (integration key) to {token}.",
    example=b'{"routing_key":"{token}","event_action":"trigger","dedup_key":"try","payload":'
    b'{"summary":"A try of this sender","source":"headwater","severity":"warning"}}',
)
