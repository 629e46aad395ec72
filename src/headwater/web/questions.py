"""What stock clients ask the server they take us for: amtool's queries of Alertmanager's API, version 2.

Answered from the rows, for the sender that asks: it sees the alerts that it sent itself. Silences live in
Headwater's incidents and not here, so there are none.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from headwater.clock import Clock
from headwater.core.alerts import Alert
from headwater.core.senders import Sender
from headwater.intake.format import Answer
from headwater.web.refusals import Refused

Question = Callable[[Sender, str], Awaitable[Answer]]
"""A proven sender and the raw query string to the answer. Raises `Refused`."""

AlertsOf = Callable[[str], Iterable[Alert]]
"""A sender's name to its firing alerts. May block: it is called in a thread."""

_MATCHER: Final = re.compile(r'\s*(?P<name>[A-Za-z_]\w*)\s*(?P<how>=~|!~|!=|=)\s*"?(?P<value>.*?)"?\s*')
_LONGEST: Final = 500
_RECEIVER: Final = {"name": "headwater"}


def questions(alerts_of: AlertsOf, clock: Clock) -> Mapping[str, Question]:
    """Every question that a format's paths name, with how it is answered."""
    began_at = clock()

    async def alerts(sender: Sender, query: str) -> Answer:
        keep = matchers(parse_qs(query).get("filter", ()))
        found = await asyncio.to_thread(lambda: list(alerts_of(sender.name)))
        return _json([_gettable(alert) for alert in found if keep(alert.labels)])

    async def groups(sender: Sender, query: str) -> Answer:
        keep = matchers(parse_qs(query).get("filter", ()))
        found = await asyncio.to_thread(lambda: list(alerts_of(sender.name)))
        listed = [_gettable(alert) for alert in found if keep(alert.labels)]
        return _json([{"labels": {}, "receiver": _RECEIVER, "alerts": listed}] if listed else [])

    async def nothing(_sender: Sender, _query: str) -> Answer:
        return _json([])

    async def receivers(_sender: Sender, _query: str) -> Answer:
        return _json([_RECEIVER])

    async def status(_sender: Sender, _query: str) -> Answer:
        return _json(_status(began_at))

    return {
        "alerts": alerts,
        "groups": groups,
        "silences": nothing,
        "receivers": receivers,
        "status": status,
    }


def matchers(filters: Iterable[str]) -> Callable[[Mapping[str, str]], bool]:
    """Alertmanager's matchers: `name="value"`, `!=`, `=~`, `!~`; all must hold. Raises `Refused` (400)."""
    tests = [_matcher(text) for text in filters]

    def hold(labels: Mapping[str, str]) -> bool:
        return all(test(labels) for test in tests)

    return hold


def _matcher(text: str) -> Callable[[Mapping[str, str]], bool]:
    found = _MATCHER.fullmatch(text[:_LONGEST])
    if found is None:
        raise Refused(400, f'{text[:80]!r} is no matcher. Write name="value", or != or =~ or !~ for =.')
    name, how, value = found["name"], found["how"], found["value"]
    if how in {"=", "!="}:
        return lambda labels: (labels.get(name, "") == value) is (how == "=")
    try:
        pattern = re.compile(value)
    except re.error as error:
        raise Refused(400, f"{text[:80]!r} is no regular expression: {error}.") from error
    return lambda labels: (pattern.fullmatch(labels.get(name, "")) is not None) is (how == "=~")


def _gettable(alert: Alert) -> dict[str, Any]:
    return {
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "fingerprint": alert.key.rpartition("/")[2],
        "receivers": [_RECEIVER],
        "startsAt": _time(alert.starts_at),
        "endsAt": _time(alert.ends_at or alert.seen_at),
        "updatedAt": _time(alert.seen_at),
        "generatorURL": alert.link or "",
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    }


def _status(began_at: datetime) -> dict[str, Any]:
    ours = version("headwater")
    about = ("branch", "buildDate", "buildUser", "goVersion", "revision")
    return {
        "cluster": {"status": "disabled", "peers": []},
        "config": {"original": "# Headwater routes by its ownership registry.\n"},
        "uptime": _time(began_at),
        "versionInfo": {"version": ours} | dict.fromkeys(about, f"headwater-{ours}"),
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(tree: Any) -> Answer:
    return Answer(200, msgspec.json.encode(tree))
