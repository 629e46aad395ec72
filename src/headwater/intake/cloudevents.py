"""CloudEvents 1.0 over HTTP: structured, binary and batched; from evaluation runs, pipelines and functions.

`source` and `id` make the delivery's identity. What is in `data` says what happened: `status` (or the last
word of `type`) fires or resolves, `dedupkey`, `subject` or the data's own asset is the alert's identity. An
event that says neither is remarked, and no alert.
Source: github.com/cloudevents/spec, bindings http-protocol-binding.md 1.0.2; requests of cloudevents 2.2.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from headwater.core.alerts import Delivery, Parsed, Problem, Report, Status
from headwater.intake.decoding import UNDECODABLE, check, problem, unreadable
from headwater.intake.format import Format
from headwater.intake.labelling import digest, flat, severity_of, text_of, title_of
from headwater.intake.moments import from_text
from headwater.intake.standing import standing

_ATTRIBUTES: Final = frozenset(
    {"id", "source", "type", "specversion", "datacontenttype", "dataschema", "data", "data_base64", "time"}
)
_EVENT: Final = msgspec.json.Decoder(dict[str, Any])
_BATCH: Final = msgspec.json.Decoder(list[msgspec.Raw])
_DATA: Final = msgspec.json.Decoder()


def parse(delivery: Delivery) -> Parsed:
    """A report for each event that says that something fires or is over."""
    headers = {name.lower(): value for name, value in delivery.headers}
    if "ce-specversion" in headers:
        return _binary(delivery, headers)
    try:
        if delivery.body.lstrip()[:1] != b"[":
            return _all(delivery, (delivery.body,), "$")
        return _all(delivery, tuple(bytes(each) for each in _BATCH.decode(delivery.body)), "$[{}]")
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)


def _binary(delivery: Delivery, headers: Mapping[str, str]) -> Parsed:
    sent: dict[str, Any] = {
        name.removeprefix("ce-"): unquote(value) for name, value in headers.items() if name.startswith("ce-")
    }
    if delivery.body and "json" in headers.get("content-type", "json"):
        try:
            sent["data"] = _DATA.decode(delivery.body)
        except UNDECODABLE as error:
            return unreadable(delivery.body, error)
    try:
        return _one(sent, delivery.received_at)
    except ValueError as error:
        return Parsed(problems=(Problem("$", str(error), delivery.body),))


def _all(delivery: Delivery, items: tuple[bytes, ...], path: str) -> Parsed:
    reports: list[Report] = []
    problems: list[Problem] = []
    remarks: list[str] = []
    for place, item in enumerate(items):
        try:
            one = _one(_EVENT.decode(item), delivery.received_at)
        except UNDECODABLE as error:
            problems.append(problem(error, item, path.format(place)))
        except ValueError as error:
            problems.append(Problem(path.format(place), str(error), item))
        else:
            reports.extend(one.reports)
            remarks.extend([one.remark] if one.remark else [])
    return Parsed(reports=tuple(reports), problems=tuple(problems), remark="; ".join(remarks[:3]) or None)


def _one(sent: Mapping[str, Any], received_at: datetime) -> Parsed:
    missing = [name for name in ("id", "source", "type") if not isinstance(sent.get(name), str)]
    if missing:
        raise ValueError(
            f"The event lacks {', '.join(missing)}. CloudEvents 1.0 requires id, source and type."
        )
    data = sent.get("data")
    labels = {
        name: text
        for name, value in sent.items()
        if name not in _ATTRIBUTES and (text := text_of(value)) is not None
    }
    inner = flat(data) if isinstance(data, dict) else {}
    labels |= inner
    now = standing(inner.get("status") or inner.get("state") or sent["type"].rpartition(".")[2])
    if now is None:
        return Parsed(remark=f"an event of type {sent['type']}, which says nothing of an alert")
    time = sent.get("time")
    at = (from_text(time) if isinstance(time, str) else None) or received_at
    kind = sent["type"].removesuffix(f".{sent['type'].rpartition('.')[2]}")
    identity = labels.get("dedupkey") or digest(sent["source"], kind, str(sent.get("subject", "")))
    report = Report(
        fingerprint=digest(sent["source"], identity),
        status=now,
        starts_at=at,
        title=title_of(inner.get("title"), inner.get("summary"), _told(kind, sent, inner)),
        labels=labels,
        severity=severity_of(labels),
        ends_at=at if now is Status.RESOLVED else None,
        link=sent["source"] if sent["source"].startswith(("http://", "https://")) else None,
    )
    return Parsed(reports=(report,))


def _told(kind: str, sent: Mapping[str, Any], inner: Mapping[str, str]) -> str:
    what = inner.get("metric") or kind.rpartition(".")[2]
    where = sent.get("subject")
    value = f" is {inner['value']}" if "value" in inner else ""
    return f"{what}{value}" + (f" of {where}" if isinstance(where, str) else "")


def _carries(headers: Mapping[str, str], body: bytes) -> str | None:
    # In binary mode the data may be anything; only JSON is looked into.
    if "ce-specversion" in headers and (not body or "json" not in headers.get("content-type", "json")):
        return None
    return check(body)


def _key(headers: Mapping[str, str]) -> str | None:
    source, identity = headers.get("ce-source"), headers.get("ce-id")
    return json.dumps([source, identity]) if source and identity else None


FORMAT: Final = Format(
    name="cloudevents",
    title="CloudEvents 1.0 (structured, binary, batch)",
    parse=parse,
    carries=_carries,
    key=_key,
    setup="POST events to {url} with the header Authorization: Bearer {token}.",
    example=b'{"specversion":"1.0","id":"1","source":"/try","type":"com.example.try.firing",'
    b'"data":{"status":"firing","title":"A try of this sender","severity":"warning"}}',
    example_headers={"content-type": "application/cloudevents+json"},
)
