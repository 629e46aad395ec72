import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.core.alerts import Parsed
from headwater.intake.otlp import FORMAT, parse
from intake.recorded import delivery_of, recorded

PROTOBUF = {"content-type": "application/x-protobuf"}


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number: int, value: bytes | float) -> bytes:
    """A field of a message: bytes with their length, a double, or a fixed64 for times."""
    match value:
        case bytes():
            return varint(number << 3 | 2) + varint(len(value)) + value
        case float():
            return varint(number << 3 | 1) + struct.pack("<d", value)
        case int():
            return varint(number << 3 | 1) + struct.pack("<Q", value)


def value_of(plain: dict[str, Any]) -> bytes:
    (kind, value), *_ = plain.items()
    return field(1, value.encode()) if kind == "stringValue" else field(4, float(value))


def pair_of(attribute: dict[str, Any]) -> bytes:
    return field(1, attribute["key"].encode()) + field(2, value_of(attribute["value"]))


def protobuf_of(tree: Any) -> bytes:
    """The recorded JSON as an exporter would send it in protobuf."""
    out = b""
    for resource in tree["resourceLogs"]:
        inner = field(1, b"".join(field(1, pair_of(each)) for each in resource["resource"]["attributes"]))
        for scope in resource["scopeLogs"]:
            records = b""
            for record in scope["logRecords"]:
                one = field(1, int(record["timeUnixNano"])) + varint(2 << 3) + varint(13)
                one += b"".join(field(6, pair_of(each)) for each in record["attributes"])
                one += field(12, record["eventName"].encode())
                records += field(2, one)
            inner += field(2, records)
        out += field(1, inner)
    return out


def in_json() -> Parsed:
    return parse(recorded("otlp-json", 1).delivery("otlp"))


def test_each_judged_answer_is_a_reading_of_its_metric_on_its_handler() -> None:
    readings = in_json().readings
    assert [(each.subject, each.quantity, each.state, each.value) for each in readings[:3]] == [
        ("handler:support/refund-policy", "Faithfulness", "bad", 0.41),
        ("handler:support/refund-policy", "ContextPrecision", "bad", 0.31),
        ("handler:support/refund-policy", "Relevance", "ok", 0.97),
    ]


def test_a_judge_that_failed_says_nothing_of_the_answer() -> None:
    reading = in_json().readings[3]
    assert (reading.state, reading.value, reading.sentence) == ("unknown", None, "judge_timeout")
    assert reading.subject == "service:rag-gateway"


def test_samples_are_no_alerts() -> None:
    assert in_json().reports == ()


def test_protobuf_says_what_json_says() -> None:
    body = protobuf_of(json.loads(recorded("otlp-json", 1).body))
    assert parse(delivery_of("otlp", body, headers=PROTOBUF)).readings == in_json().readings


@given(cut=st.integers(0, 10_000), flipped=st.integers(0, 255))
def test_broken_protobuf_gives_readings_or_a_problem(cut: int, flipped: int) -> None:
    body = protobuf_of(json.loads(recorded("otlp-json", 1).body))
    cut %= len(body)
    for broken in (body[:cut], body[:cut] + bytes([flipped]) + body[cut + 1 :]):
        parsed = parse(delivery_of("otlp", broken, headers=PROTOBUF))
        assert parsed.readings or parsed.problems or parsed.remark


@given(body=st.binary(max_size=80))
def test_no_bytes_in_protobuf_make_it_raise(body: bytes) -> None:
    parse(delivery_of("otlp", body, headers=PROTOBUF))


def test_other_log_records_are_left_out() -> None:
    body = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"eventName": "gen_ai.choice"}]}]}]}
    parsed = parse(delivery_of("otlp", body))
    assert (parsed.readings, parsed.remark) == ((), "log records without an evaluation's result")


def test_a_bad_record_costs_only_itself() -> None:
    tree = json.loads(recorded("otlp-json", 1).body)
    tree["resourceLogs"][0]["scopeLogs"][0]["logRecords"][1]["attributes"] = 7
    parsed = parse(delivery_of("otlp", tree))
    assert len(parsed.readings) == 3
    assert parsed.problems[0].path == "$.resourceLogs[0].scopeLogs[0].logRecords[1].attributes"


@pytest.mark.parametrize(("kind", "body"), [("application/json", b"{}"), ("application/x-protobuf", b"")])
def test_the_answer_is_in_the_encoding_that_was_sent(kind: str, body: bytes) -> None:
    answer = FORMAT.paths[0].answer(delivery_of("otlp", b"", headers={"content-type": kind}))
    assert (answer.status, answer.kind, answer.body) == (200, kind, body)
