"""Recorded requests (tests/data/requests) and documented bodies (tests/data/documented), as deliveries."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from headwater.core.alerts import Delivery

DATA = Path(__file__).parent.parent / "data"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as the sender's real program made it."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_at: datetime

    def header(self, name: str) -> str:
        return next(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def query(self) -> str:
        return urlsplit(self.path).query

    def delivery(self, form: str, *, sender: str = "recorded") -> Delivery:
        return Delivery(
            sender=sender,
            format=form,
            received_at=self.received_at,
            body=self.body,
            method=self.method,
            path=self.path,
            headers=self.headers,
        )


def recorded(folder: str, number: int) -> Recorded:
    return _read(DATA / "requests" / folder / f"{number:03}.json")


def all_recorded(folder: str) -> list[Recorded]:
    return [_read(path) for path in sorted((DATA / "requests" / folder).glob("*.json"))]


def documented(name: str) -> bytes:
    return (DATA / "documented" / f"{name}.json").read_bytes()


def delivery_of(
    form: str,
    body: Any,
    *,
    at: datetime = NOON,
    path: str = "",
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> Delivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery(
        sender="tests",
        format=form,
        received_at=at,
        body=raw,
        method=method,
        path=path,
        headers=tuple((headers or {}).items()),
    )


def _read(path: Path) -> Recorded:
    raw = json.loads(path.read_text())
    body = raw.get("body") or ""
    binary = raw.get("body_encoding") == "base64"
    return Recorded(
        raw["method"],
        raw["path"],
        tuple((key, value) for key, value in raw["headers"]),
        base64.b64decode(body) if binary else body.encode(),
        datetime.fromisoformat(raw["received_at"]),
    )
