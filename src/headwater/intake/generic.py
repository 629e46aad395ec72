"""Headwater's own JSON, for what you write yourself: one alert, or a list of them under `alerts`.

`name` (or a `fingerprint` of your own) and `labels` are the identity; `status` is `firing` or `resolved`.
Beside alerts it takes `readings`, `runs` and `changes`. Unknown keys are told, not guessed at: this is your
own code speaking. Prove it by the token; or sign: `X-Headwater-Signature` is `t=<unix>,v1=<hex>`, the
HMAC-SHA256 of `<unix>.<body>`, good for five minutes.
Source: docs/senders.md, which is the specification.
"""

from datetime import datetime, timedelta
from typing import Final, Literal, TypeVar

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed, Problem, Reading, Report, Run, Status
from headwater.core.severity import SENDERS_WORDS, Severity
from headwater.intake.decoding import UNDECODABLE, problem, unreadable
from headwater.intake.format import Format
from headwater.intake.labelling import digest, fingerprint, title_of
from headwater.intake.moments import utc
from headwater.intake.signatures import over_time_and_body

T = TypeVar("T")


class AlertItem(msgspec.Struct, forbid_unknown_fields=True):
    """An alert. `ends_at` is when it ended, or will end unless it is sent again."""

    name: str
    status: Literal["firing", "resolved"] = "firing"
    severity: str = "warning"
    title: str = ""
    description: str = ""
    labels: dict[str, str] = {}
    fingerprint: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    link: str | None = None


class ReadingItem(msgspec.Struct, forbid_unknown_fields=True):
    """A value on an asset."""

    asset: str
    quantity: str
    state: Literal["ok", "bad", "unknown"]
    value: float | None = None
    at: datetime | None = None
    sentence: str = ""


class RunItem(msgspec.Struct, forbid_unknown_fields=True):
    """One execution of a pipeline."""

    pipeline: str
    run: str
    state: Literal["started", "completed", "failed"]
    rows: int | None = None
    at: datetime | None = None
    sentence: str = ""


class ChangeItem(msgspec.Struct, forbid_unknown_fields=True):
    """A deploy, prompt, model, config, flag or schema change."""

    asset: str
    kind: Literal["deploy", "prompt", "model", "config", "flag", "schema"]
    sentence: str
    key: str = ""
    at: datetime | None = None
    link: str | None = None
    by: str | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    alerts: list[msgspec.Raw] = []
    readings: list[msgspec.Raw] = []
    runs: list[msgspec.Raw] = []
    changes: list[msgspec.Raw] = []


_BODY: Final = msgspec.json.Decoder(_Body)
_ALERT: Final = msgspec.json.Decoder(AlertItem)
_READING: Final = msgspec.json.Decoder(ReadingItem)
_RUN: Final = msgspec.json.Decoder(RunItem)
_CHANGE: Final = msgspec.json.Decoder(ChangeItem)
_KEYS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def parse(delivery: Delivery) -> Parsed:
    """Everything that the body lists; a bare alert is a list of one."""
    try:
        if "name" in _KEYS.decode(delivery.body):
            return _bare(delivery)
        body = _BODY.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    problems: list[Problem] = []
    alerts = _listed(body.alerts, _ALERT, "alerts", problems)
    readings = _listed(body.readings, _READING, "readings", problems)
    runs = _listed(body.runs, _RUN, "runs", problems)
    changes = _listed(body.changes, _CHANGE, "changes", problems)
    return Parsed(
        reports=tuple(_report(item, delivery) for item in alerts),
        readings=tuple(_reading(item, delivery) for item in readings),
        runs=tuple(_run(item, delivery) for item in runs),
        changes=tuple(_change(item, delivery) for item in changes),
        problems=tuple(problems),
        remark=None if alerts or readings or runs or changes or problems else "an empty delivery",
    )


def _bare(delivery: Delivery) -> Parsed:
    return Parsed(reports=(_report(_ALERT.decode(delivery.body), delivery),))


def _listed(
    items: list[msgspec.Raw], decoder: "msgspec.json.Decoder[T]", name: str, problems: list[Problem]
) -> list[T]:
    found: list[T] = []
    for place, item in enumerate(items):
        try:
            found.append(decoder.decode(item))
        except UNDECODABLE as error:
            problems.append(problem(error, bytes(item), f"$.{name}[{place}]"))
    return found


def _report(item: AlertItem, delivery: Delivery) -> Report:
    status = Status(item.status)
    labels = {"alertname": item.name} | item.labels
    ends_at = utc(item.ends_at)
    if status is Status.RESOLVED:
        ends_at = ends_at or delivery.received_at
    return Report(
        fingerprint=digest(item.fingerprint) if item.fingerprint else fingerprint(labels),
        status=status,
        starts_at=utc(item.starts_at) or delivery.received_at,
        title=title_of(item.title, item.name),
        labels=labels,
        annotations={"description": item.description} if item.description else {},
        severity=SENDERS_WORDS.get(item.severity.strip().lower(), Severity.SEV3),
        ends_at=ends_at,
        link=item.link,
    )


def _reading(item: ReadingItem, delivery: Delivery) -> Reading:
    return Reading(
        subject=item.asset,
        quantity=item.quantity,
        state=item.state,
        at=utc(item.at) or delivery.received_at,
        value=item.value,
        sentence=item.sentence,
    )


def _run(item: RunItem, delivery: Delivery) -> Run:
    return Run(
        subject=item.pipeline,
        run=item.run,
        state=item.state,
        at=utc(item.at) or delivery.received_at,
        rows=item.rows,
        sentence=item.sentence,
    )


def _change(item: ChangeItem, delivery: Delivery) -> Change:
    at = utc(item.at) or delivery.received_at
    return Change(
        subject=item.asset,
        kind=item.kind,
        at=at,
        key=item.key or digest(item.asset, item.sentence, at.isoformat()),
        sentence=title_of(item.sentence),
        link=item.link,
        by=item.by,
    )


FORMAT: Final = Format(
    name="generic",
    title="Headwater's own JSON",
    parse=parse,
    signature=over_time_and_body("x-headwater-signature"),
    setup="POST to {url} with Authorization: Bearer {token}, or signed.",
    time_to_live=timedelta(hours=24),
    example=b'{"name":"TrySender","severity":"warning","title":"A try of this sender",'
    b'"labels":{"team":"try"}}',
)
