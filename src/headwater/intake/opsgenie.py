"""Opsgenie's Alert API: create, acknowledge, close and note, for clients with only their URL changed.

Point the client at this host (Alertmanager: `opsgenie_api_url`); the API key is the token. `alias` is the
identity. Acknowledgements, notes and edits of the text are remarked and change nothing: here only people do.
Source: docs.opsgenie.com/docs/alert-api; requests of Alertmanager 0.25.
"""

import re
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from headwater.core.alerts import Delivery, Parsed, Report, Status
from headwater.core.severity import from_word
from headwater.intake.decoding import whole
from headwater.intake.format import Answer, Format, Path, TokenIn, TokenShape, json_or_nothing
from headwater.intake.labelling import digest, flat, title_of

_ACTION: Final = re.compile(r"/v2/alerts/(?P<alias>[^/?]+)/(?P<action>[a-z]+)")
_WORDS: Final = {
    "acknowledge": "acknowledged at the sender",
    "notes": "a note at the sender",
    "message": "its message was edited at the sender",
    "description": "its description was edited at the sender",
}


class _Create(msgspec.Struct):
    message: str
    alias: str = ""
    description: str = ""
    details: dict[str, Any] = {}
    source: str = ""
    entity: str = ""
    priority: str = ""
    tags: list[str] = []


class _Note(msgspec.Struct):
    note: str = ""


_CREATE: Final = msgspec.json.Decoder(_Create)
_NOTE: Final = msgspec.json.Decoder(_Note | None)


def parse(delivery: Delivery) -> Parsed:
    """A report of an alert created or closed."""
    acted = _ACTION.search(delivery.path)
    if acted is None:
        return whole(delivery.body, _CREATE, lambda sent: _created(sent, delivery))
    alias, action = unquote(acted["alias"]), acted["action"]
    if action != "close":
        return whole(
            delivery.body or b"null",
            _NOTE,
            lambda sent: Parsed(remark=_remark(action, alias, sent)),
        )
    closed = Report(
        fingerprint=digest(alias),
        status=Status.RESOLVED,
        starts_at=delivery.received_at,
        title=title_of(alias),
        ends_at=delivery.received_at,
    )
    return Parsed(reports=(closed,))


def _remark(action: str, alias: str, sent: _Note | None) -> str:
    note = f": {title_of(sent.note)}" if sent is not None and sent.note.strip() else ""
    return f"{_WORDS.get(action, action)}: {alias}{note}"


def _created(sent: _Create, delivery: Delivery) -> Parsed:
    labels = flat(sent.details)
    for name, value in (("host", sent.source), ("entity", sent.entity), ("priority", sent.priority)):
        if value:
            labels.setdefault(name, value)
    report = Report(
        # Opsgenie, too, takes the message for the alias of an alert that has none.
        fingerprint=digest(sent.alias or sent.message),
        status=Status.FIRING,
        starts_at=delivery.received_at,
        title=title_of(sent.message),
        labels=labels,
        annotations={"description": sent.description} if sent.description else {},
        severity=from_word(labels.get("severity") or sent.priority),
        link=sent.source if sent.source.startswith(("http://", "https://")) else None,
    )
    return Parsed(reports=(report,))


def _requested(delivery: Delivery) -> Answer:
    request = digest(delivery.path, delivery.body.decode("utf-8", "replace"))
    said = {"result": "Request will be processed", "took": 0.001, "requestId": request}
    return Answer(202, msgspec.json.encode(said))


_PUT: Final = frozenset({"PUT"})

FORMAT: Final = Format(
    name="opsgenie",
    title="Opsgenie Alert API",
    parse=parse,
    tokens=(TokenIn.GENIE,),
    paths=(
        Path("/v2/alerts", answer=_requested),
        Path("/v2/alerts/{alias}/close", answer=_requested),
        Path("/v2/alerts/{alias}/acknowledge", answer=_requested),
        Path("/v2/alerts/{alias}/notes", answer=_requested),
        Path("/v2/alerts/{alias}/message", methods=_PUT, answer=_requested),
        Path("/v2/alerts/{alias}/description", methods=_PUT, answer=_requested),
    ),
    rooted=True,
    carries=json_or_nothing,
    token_shape=TokenShape.UUID,
    setup="Set the client's API URL (Alertmanager: opsgenie_api_url) to {base}/ or {url}/,\n"
    "and its API key to {token}.",
    example=b'{"message":"A try of this sender","alias":"try","priority":"P3"}',
)
