"""Standard Webhooks, such as OpenAI's: signed, with an identity, and no alert's end of its own.

Give Headwater the endpoint's secret (`whsec_...`). A `type` that ends in a word for failure fires, one that
ends in a word for success resolves, both for the thing that `data.id` names; other types are remarked.
Source: standardwebhooks.com specification 1.0.0; platform.openai.com/docs/webhooks.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Report, Status
from headwater.core.severity import Severity
from headwater.intake.decoding import whole
from headwater.intake.format import Format, TokenIn, keyed_by
from headwater.intake.labelling import digest, flat, severity_of, text_of, title_of
from headwater.intake.moments import from_text, from_unix
from headwater.intake.signatures import standard, whsec
from headwater.intake.standing import standing


class _Hook(msgspec.Struct):
    type: str
    data: dict[str, Any] = {}
    id: str | None = None
    timestamp: str | int | None = None
    created_at: int | str | None = None


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A report where the type says that something failed or succeeded."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    what, _, word = hook.type.rpartition(".")
    now = standing(word)
    if now is None or not what:
        return Parsed(remark=f"a hook of type {hook.type}, which says nothing of an alert")
    identity = text_of(hook.data.get("id")) or hook.id or hook.type
    at = _time(hook) or delivery.received_at
    labels = {"alertname": what, "type": hook.type} | flat(hook.data)
    report = Report(
        fingerprint=digest(what, identity),
        status=now,
        starts_at=at,
        title=title_of(text_of(hook.data.get("title")), f"{what} {word}: {identity}"),
        labels=labels,
        severity=severity_of(labels) if "severity" in labels else Severity.SEV3,
        ends_at=at if now is Status.RESOLVED else None,
    )
    return Parsed(reports=(report,))


def _time(hook: _Hook) -> datetime | None:
    stamp = hook.timestamp if hook.timestamp is not None else hook.created_at
    match stamp:
        case int():
            return from_unix(stamp)
        case str():
            return from_text(stamp)
        case None:
            return None


FORMAT: Final = Format(
    name="standard-webhooks",
    title="Standard Webhooks (OpenAI and others)",
    parse=parse,
    tokens=(TokenIn.HEADER,),
    signature=standard(
        identity="webhook-id", time="webhook-timestamp", header="webhook-signature", decode=whsec
    ),
    key=keyed_by("webhook-id"),
    time_to_live=timedelta(hours=24),
    setup="Add a webhook endpoint with URL {url}.\n"
    "Put its signing secret (whsec_...) into the variable this sender names.",
    example=b'{"type":"eval.run.failed","data":{"id":"try","title":"A try of this sender"}}',
)
