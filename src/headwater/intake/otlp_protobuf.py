"""OTLP's protobuf logs as the same tree that its JSON has. Only the fields that are read are known here.

A hundred lines instead of a compiled schema and its runtime: the wire format is four kinds of field.
Source: protobuf.dev/programming-guides/encoding; opentelemetry-proto logs.proto, common.proto.
"""

import struct
from collections.abc import Iterator
from typing import Any

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class BrokenMessage(Exception):
    """The bytes are no message of this kind."""


def resource_logs(body: bytes) -> dict[str, Any]:
    """An ExportLogsServiceRequest as JSON would have it. Raises `BrokenMessage`."""
    return {"resourceLogs": [_resource_log(part) for part in _messages(body, 1)]}


def _resource_log(body: bytes) -> dict[str, Any]:
    resources = [{"attributes": [_pair(part) for part in _messages(each, 1)]} for each in _messages(body, 1)]
    scopes = [{"logRecords": [_record(part) for part in _messages(each, 2)]} for each in _messages(body, 2)]
    return {"resource": resources[-1] if resources else {}, "scopeLogs": scopes}


def _record(body: bytes) -> dict[str, Any]:
    record: dict[str, Any] = {"attributes": []}
    for number, wire, value in _fields(body):
        match number, wire:
            case 1, 1:
                record["timeUnixNano"] = int.from_bytes(value, "little")
            case 11, 1:
                record["observedTimeUnixNano"] = int.from_bytes(value, "little")
            case 6, 2:
                record["attributes"].append(_pair(value))
            case 12, 2:
                record["eventName"] = _text(value)
            case _:
                pass
    return record


def _pair(body: bytes) -> dict[str, Any]:
    pair: dict[str, Any] = {"key": "", "value": {}}
    for number, wire, value in _fields(body):
        if (number, wire) == (1, _BYTES):
            pair["key"] = _text(value)
        elif (number, wire) == (2, _BYTES):
            pair["value"] = _value(value)
    return pair


def _value(body: bytes) -> dict[str, Any]:
    """AnyValue's scalars; arrays and maps are left out, as nothing reads them."""
    for number, wire, value in _fields(body):
        match number, wire:
            case 1, 2:
                return {"stringValue": _text(value)}
            case 2, 0:
                return {"boolValue": bool(value)}
            case 3, 0:
                return {"intValue": value - (1 << 64) if value >> 63 else value}
            case 4, 1:
                double = struct.unpack("<d", value)[0]
                return {"doubleValue": double} if abs(double) <= 1e300 else {}
            case _:
                pass
    return {}


def _messages(body: bytes, wanted: int) -> Iterator[bytes]:
    return (value for number, wire, value in _fields(body) if (number, wire) == (wanted, _BYTES))


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise BrokenMessage("a text is not UTF-8") from None


def _fields(body: bytes) -> Iterator[tuple[int, int, Any]]:
    """Each field's number, wire type and value: an int for varints, bytes for the rest."""
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        number, wire = tag >> 3, tag & 7
        value: Any
        if wire == _VARINT:
            value, at = _varint(body, at)
        else:
            if wire == _BYTES:
                length, at = _varint(body, at)
            elif wire in {_FIXED64, _FIXED32}:
                length = 8 if wire == _FIXED64 else 4
            else:
                raise BrokenMessage(f"wire type {wire} at byte {at}")
            value, at = body[at : at + length], at + length
            if at > len(body):
                raise BrokenMessage("it ends too soon")
        yield number, wire, value


def _varint(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        if at >= len(body):
            raise BrokenMessage("it ends too soon")
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    raise BrokenMessage(f"a number without an end at byte {at}")
