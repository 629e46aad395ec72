"""Reads a delivery from a file: a bare body, or a recorded request with method, path, headers and body."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from headwater.core.alerts import Delivery, Parsed
from headwater.core.errors import HeadwaterError
from headwater.intake.format import Format

SENDER: Final = "file"
"""What the sender of a file is called in explanations."""


class DeliveryError(HeadwaterError):
    """The file holds no delivery that can be read."""


def read_delivery(
    path: Path, now: datetime, formats: Mapping[str, Format], format_name: str | None
) -> Delivery:
    """The delivery in this file. Without a name of a format, the one that reads most out of it.

    Raises DeliveryError with a sentence that says what was found.
    """
    try:
        raw = path.read_bytes()
    except OSError as wrong:
        raise DeliveryError(f"{path} can't be read: {wrong.strerror}.") from None
    delivery = _delivery(path, raw, now)
    if format_name is not None:
        if format_name not in formats:
            raise DeliveryError(f'There is no format "{format_name}"; there are: {", ".join(formats)}.')
        return replace(delivery, format=format_name)
    return _guessed(path, delivery, formats)


def _delivery(path: Path, raw: bytes, now: datetime) -> Delivery:
    bare = Delivery(sender=SENDER, format="", received_at=now, body=raw)
    try:
        got: Any = json.loads(raw)
    except ValueError:
        return bare
    if not isinstance(got, dict) or not {"method", "body"} <= got.keys() or not isinstance(got["body"], str):
        return bare
    try:
        body = base64.b64decode(got["body"], validate=True) if _is_base64(got) else got["body"].encode()
        headers = got.get("headers", [])
        pairs = headers.items() if isinstance(headers, dict) else headers
        kept = tuple((str(name).lower(), str(value)) for name, value in pairs)
        at = datetime.fromisoformat(str(got["received_at"])).astimezone(UTC) if "received_at" in got else now
    except (binascii.Error, TypeError, ValueError) as wrong:
        raise DeliveryError(
            f"{path} looks like a recorded request, but can't be read as one: {wrong}."
        ) from None
    return replace(
        bare,
        body=body,
        headers=kept,
        method=str(got["method"]),
        path=str(got.get("path", "")),
        received_at=at,
    )


def _is_base64(got: dict[str, Any]) -> bool:
    return str(got.get("body_encoding", "utf-8")).lower() == "base64"


def _guessed(path: Path, delivery: Delivery, formats: Mapping[str, Format]) -> Delivery:
    # A ping is read out of any body whatever; such a format is never guessed.
    telling = [name for name in formats if not _score(replace(delivery, body=b"{}"), formats[name])[0]]
    best = max(telling, key=lambda name: _score(delivery, formats[name]))
    if not _score(delivery, formats[best])[0]:
        raise DeliveryError(
            f"No format reads an alert out of {path}. Name one with --format to see why; there are:"
            f" {', '.join(formats)}."
        )
    return replace(delivery, format=best)


def _score(delivery: Delivery, form: Format) -> tuple[int, int]:
    """How much a format reads out of it, and how little it stumbles over."""
    parsed: Parsed = form.parse(replace(delivery, format=form.name))
    items = (parsed.reports, parsed.readings, parsed.runs, parsed.changes, parsed.edges)
    return sum(len(each) for each in items), -len(parsed.problems)
