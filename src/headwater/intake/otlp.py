"""OpenTelemetry logs: the event `gen_ai.evaluation.result`, one judged answer each; JSON and protobuf.

Set `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT` to this host with `/v1/logs` and the token in
`OTEL_EXPORTER_OTLP_HEADERS`. These are samples and not alerts: each becomes a reading of its metric on the
handler, prompt, model or service it names. An evaluation that failed by itself (`error.type`) says nothing of
the answer: it is an unknown reading, a fault of the measurement. Other log records are left out.
Source: opentelemetry.io/docs/specs/semconv/gen-ai; opentelemetry-proto logs.proto; OpenTelemetry JS.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Problem, Reading
from headwater.intake.decoding import UNDECODABLE, check, problem, unreadable
from headwater.intake.format import Answer, Format, Path
from headwater.intake.labelling import subject_of, text_of, title_of
from headwater.intake.moments import from_nanos
from headwater.intake.otlp_protobuf import BrokenMessage, resource_logs

_NAME: Final = "gen_ai.evaluation.result"
_NANOS: Final = 20
_PROTOBUF: Final = "application/x-protobuf"
_BAD: Final = frozenset(
    {"fail", "failed", "bad", "incorrect", "no", "false", "not_relevant", "unfaithful", "hallucinated"}
)
_GOOD: Final = frozenset(
    {"pass", "passed", "good", "correct", "yes", "true", "relevant", "faithful", "grounded"}
)


class _Record(msgspec.Struct, rename="camel"):
    attributes: list[dict[str, Any]] = []
    event_name: str = ""
    time_unix_nano: str | int = 0
    observed_time_unix_nano: str | int = 0


class _Scope(msgspec.Struct, rename="camel"):
    log_records: list[msgspec.Raw] = []


class _Resource(msgspec.Struct):
    attributes: list[dict[str, Any]] = []


class _ResourceLogs(msgspec.Struct, rename="camel"):
    resource: _Resource = msgspec.field(default_factory=_Resource)
    scope_logs: list[_Scope] = []


class _Logs(msgspec.Struct, rename="camel"):
    resource_logs: list[_ResourceLogs] = []


_LOGS: Final = msgspec.json.Decoder(_Logs)
_RECORD: Final = msgspec.json.Decoder(_Record)


def parse(delivery: Delivery) -> Parsed:
    """A reading for each evaluation result."""
    body = delivery.body
    kind = next((value for name, value in delivery.headers if name.lower() == "content-type"), "")
    try:
        if kind.startswith(_PROTOBUF):
            body = msgspec.json.encode(resource_logs(delivery.body))
        logs = _LOGS.decode(body)
    except BrokenMessage as error:
        return Parsed(problems=(Problem("$", f"The protobuf message is broken: {error}.", delivery.body),))
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    readings: list[Reading] = []
    problems: list[Problem] = []
    for path, around, raw in _records(logs):
        try:
            reading = _reading(_RECORD.decode(raw), around, delivery)
        except UNDECODABLE as error:
            problems.append(problem(error, bytes(raw), path))
        else:
            readings.extend([reading] if reading else [])
    remark = None if readings or problems else "log records without an evaluation's result"
    return Parsed(readings=tuple(readings), problems=tuple(problems), remark=remark)


def _records(logs: _Logs) -> Iterator[tuple[str, Mapping[str, str], msgspec.Raw]]:
    for r, resource in enumerate(logs.resource_logs):
        around = _attributes(resource.resource.attributes)
        for s, scope in enumerate(resource.scope_logs):
            for n, record in enumerate(scope.log_records):
                yield f"$.resourceLogs[{r}].scopeLogs[{s}].logRecords[{n}]", around, record


def _attributes(pairs: list[dict[str, Any]]) -> dict[str, str]:
    """Attributes by key; of each value the one scalar that is set."""
    found: dict[str, str] = {}
    for pair in pairs:
        key, value = pair.get("key"), pair.get("value")
        if isinstance(key, str) and isinstance(value, dict):
            scalar = next((text for each in value.values() if (text := text_of(each)) is not None), None)
            if scalar is not None:
                found[key] = scalar
    return found


def _reading(record: _Record, around: Mapping[str, str], delivery: Delivery) -> Reading | None:
    own = _attributes(record.attributes)
    name = record.event_name or own.get("event.name", "")
    if name != _NAME:
        return None
    metric = own.get("gen_ai.evaluation.name", "evaluation")
    error = own.get("error.type")
    value = _number(own.get("gen_ai.evaluation.score.value"))
    return Reading(
        subject=_subject(own, around) or delivery.sender,
        quantity=metric,
        state="unknown" if error else _state(own),
        at=_time(record) or delivery.received_at,
        value=value,
        sentence=title_of(error, own.get("gen_ai.evaluation.explanation"), metric),
    )


def _time(record: _Record) -> datetime | None:
    for stamp in (record.time_unix_nano, record.observed_time_unix_nano):
        digits = str(stamp)
        if (
            digits.isascii()
            and digits.isdigit()
            and len(digits) <= _NANOS
            and (at := from_nanos(int(digits)))
        ):
            return at
    return None


def _state(own: Mapping[str, str]) -> str:
    label = own.get("gen_ai.evaluation.score.label", "").strip().lower()
    return "bad" if label in _BAD else "ok" if label in _GOOD else "unknown"


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def _subject(own: Mapping[str, str], around: Mapping[str, str]) -> str | None:
    named = subject_of(own)
    if named is not None:
        return named
    for kind, key in (
        ("prompt", "gen_ai.prompt.name"),
        ("model", "gen_ai.response.model"),
        ("model", "gen_ai.request.model"),
    ):
        if own.get(key):
            return f"{kind}:{own[key]}"
    service = around.get("service.name")
    return f"service:{service}" if service else None


def _carries(headers: Mapping[str, str], body: bytes) -> str | None:
    if not headers.get("content-type", "").startswith(_PROTOBUF):
        return check(body)
    try:
        resource_logs(body)
    except BrokenMessage as error:
        return f"The body is not the protobuf message ExportLogsServiceRequest: {error}."
    return None


def _exported(delivery: Delivery) -> Answer:
    # An empty ExportLogsServiceResponse, in the encoding that was sent.
    kind = next((value for name, value in delivery.headers if name.lower() == "content-type"), "")
    return Answer(200, b"", _PROTOBUF) if kind.startswith(_PROTOBUF) else Answer(200, b"{}")


FORMAT: Final = Format(
    name="otlp",
    title="OpenTelemetry evaluation results (OTLP logs, JSON and protobuf)",
    parse=parse,
    paths=(Path("/v1/logs", answer=_exported),),
    rooted=True,
    carries=_carries,
    setup="OTEL_EXPORTER_OTLP_LOGS_ENDPOINT={base}/v1/logs    (or {url}/v1/logs)\n"
    'OTEL_EXPORTER_OTLP_LOGS_HEADERS="authorization=Bearer {token}"',
    example=b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"gen_ai.evaluation.result","attributes":['
    b'{"key":"gen_ai.evaluation.name","value":{"stringValue":"Faithfulness"}},'
    b'{"key":"gen_ai.evaluation.score.label","value":{"stringValue":"fail"}}]}]}]}]}',
)
