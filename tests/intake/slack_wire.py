"""Messages as Slack brings them, in the shapes that apps give them."""

import json
from datetime import UTC, datetime
from typing import Any

from headwater.core.alerts import Delivery, Parsed, Report, Status
from headwater.intake.slack_message import NAME, parse

TS, LATER = "1795228175.000001", "1795228475.000002"
AT = datetime(2026, 11, 21, 2, 29, 35, 1, tzinfo=UTC)


def delivery(body: Any) -> Delivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery(sender="slack:C1", format=NAME, received_at=AT, body=raw)


def message(ts: str = TS, **more: Any) -> dict[str, Any]:
    return {"type": "message", "ts": ts, "channel": "C1", "bot_id": "B1", "text": ""} | more


def titled(title: str, ts: str = TS, **more: Any) -> dict[str, Any]:
    """The usual shape: an empty text, and one attachment."""
    outer = {key: more.pop(key) for key in ("username", "app_id", "thread_ts", "edited") if key in more}
    return message(ts, attachments=[{"title": title, "fallback": title, **more}], **outer)


def changed(new: dict[str, Any], old: dict[str, Any] | None = None) -> dict[str, Any]:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": LATER, "message": new}
    return event | ({"previous_message": old} if old else {})


def read(event: Any, **more: Any) -> Parsed:
    return parse(delivery({"event": event, **more}))


def report(event: Any, **more: Any) -> Report:
    (found,) = read(event, **more).reports
    return found


def pair(firing: dict[str, Any], over: dict[str, Any]) -> tuple[Report, Report]:
    """A firing and its end, which must be one alert."""
    first, last = report(firing), report(over)
    assert (first.status, last.status) == (Status.FIRING, Status.RESOLVED)
    assert first.fingerprint == last.fingerprint
    assert first.starts_at < last.starts_at == last.ends_at
    return first, last
