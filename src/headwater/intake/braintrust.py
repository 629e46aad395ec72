"""Braintrust's automations: scores crossed a line, or an environment got another prompt version.

Make an automation with a webhook of this URL; the token stands in its query, because the automation takes
no headers. It never says that an alert is over: after its time to live without another, it is quiet.
Source: braintrust.dev/docs/guides/automations.
"""

from datetime import timedelta
from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed, Report, Status
from headwater.intake.decoding import whole
from headwater.intake.format import Format, TokenIn
from headwater.intake.labelling import digest, text_of, title_of
from headwater.intake.moments import from_text


class _Named(msgspec.Struct):
    id: str = ""
    name: str = ""


class _Automation(msgspec.Struct):
    id: str
    name: str = ""
    event_type: str = ""
    btql_filter: str = ""
    url: str | None = None


class _Details(msgspec.Struct):
    is_test: bool = False
    message: str = ""
    time_start: str | None = None
    time_end: str | None = None
    related_logs_url: str | None = None
    environment: dict[str, Any] | None = None
    prompt: dict[str, Any] | None = None
    new_version: str | int | None = None
    action: str = ""


class _Hook(msgspec.Struct):
    automation: _Automation
    details: _Details
    project: _Named = msgspec.field(default_factory=_Named)


_HOOK: Final = msgspec.json.Decoder(_Hook)


def parse(delivery: Delivery) -> Parsed:
    """A report of an automation over logs, or a change of an environment's prompt."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _Hook, delivery: Delivery) -> Parsed:
    if hook.details.is_test:
        return Parsed(remark="a test of the automation: not an alert")
    if hook.details.prompt is not None:
        return Parsed(changes=(_change(hook, hook.details.prompt, delivery),))
    automation, details = hook.automation, hook.details
    labels = {"alertname": automation.name, "project": hook.project.name, "filter": automation.btql_filter}
    report = Report(
        fingerprint=digest(automation.id),
        status=Status.FIRING,
        starts_at=from_text(details.time_end or "") or delivery.received_at,
        title=title_of(details.message, automation.name),
        labels={name: value for name, value in labels.items() if value},
        link=details.related_logs_url or automation.url,
    )
    return Parsed(reports=(report,))


def _change(hook: _Hook, prompt: dict[str, Any], delivery: Delivery) -> Change:
    details = hook.details
    name = text_of(prompt.get("slug")) or text_of(prompt.get("id")) or hook.automation.name
    where = text_of((details.environment or {}).get("slug"))
    version = text_of(details.new_version) or "unknown"
    return Change(
        subject=f"prompt:{name}",
        kind="prompt",
        at=delivery.received_at,
        key=digest(hook.automation.id, name, where or "", version, delivery.received_at.isoformat()),
        sentence=title_of(f"{name} is version {version}" + (f" in {where}" if where else "")),
        link=hook.automation.url,
    )


FORMAT: Final = Format(
    name="braintrust",
    title="Braintrust automations",
    parse=parse,
    tokens=(TokenIn.BEARER, TokenIn.HEADER, TokenIn.QUERY),
    time_to_live=timedelta(hours=2),
    setup="Project, Configuration, Automations: webhook URL {url}?token={token}",
    example=b'{"automation":{"id":"try","name":"Try","event_type":"logs"},'
    b'"details":{"message":"A try of this sender"}}',
)
