"""Langfuse: monitors' alerts, and changes of prompts, signed with the webhook's secret.

In the project's settings make an automation or a monitor's channel of type Webhook with this URL, and give
Headwater its signing secret. `OK` ends a monitor's alert; `NO_DATA` says that the stream of evaluations is
silent, which is another alert than that the quality is bad. A prompt's version is a change of the
prompt of that name.
Source: langfuse/langfuse, packages/shared and worker webhooks.
"""

from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed, Report, Status
from headwater.core.severity import Severity
from headwater.intake.decoding import whole
from headwater.intake.format import Format, TokenIn
from headwater.intake.labelling import digest, text_of, title_of
from headwater.intake.moments import from_text
from headwater.intake.signatures import over_time_and_body

_SEVERITIES: Final = {"ALERT": Severity.SEV2, "WARNING": Severity.SEV3, "NO_DATA": Severity.SEV3}


class _Message(msgspec.Struct):
    title: str = ""
    body: str = ""


class _Monitor(msgspec.Struct, rename="camel"):
    monitor_id: str
    severity: str
    project_id: str = ""
    permalink: str | None = None
    message: _Message = msgspec.field(default_factory=_Message)
    timestamp: str | None = None
    filters: list[dict[str, Any]] = []


class _MonitorAlert(msgspec.Struct, tag_field="type", tag="monitor-alert"):
    payload: _Monitor


class _Prompt(msgspec.Struct, rename="camel"):
    name: str
    version: int | str
    labels: list[str] = []
    commit_message: str | None = None
    updated_at: str | None = None


class _PromptVersion(msgspec.Struct, tag_field="type", tag="prompt-version"):
    id: str
    action: str
    prompt: _Prompt
    timestamp: str | None = None
    user: dict[str, Any] | None = None


_HOOK: Final = msgspec.json.Decoder(_MonitorAlert | _PromptVersion)


def parse(delivery: Delivery) -> Parsed:
    """A report of a monitor, or a change of a prompt."""
    return whole(delivery.body, _HOOK, lambda hook: _hook(hook, delivery))


def _hook(hook: _MonitorAlert | _PromptVersion, delivery: Delivery) -> Parsed:
    match hook:
        case _MonitorAlert():
            return _monitor(hook.payload, delivery)
        case _PromptVersion():
            return Parsed(changes=(_prompt(hook, delivery),))


def _monitor(monitor: _Monitor, delivery: Delivery) -> Parsed:
    """A monitor has two alerts, that it is bad and that it is silent; recovery ends both."""
    at = from_text(monitor.timestamp or "") or delivery.received_at
    if monitor.severity == "OK":
        return Parsed(
            reports=tuple(_report(monitor, kind, Status.RESOLVED, at) for kind in ("alert", "no-data"))
        )
    if monitor.severity == "NO_DATA":
        return Parsed(reports=(_report(monitor, "no-data", Status.FIRING, at),))
    return Parsed(
        reports=(
            _report(monitor, "alert", Status.FIRING, at),
            _report(monitor, "no-data", Status.RESOLVED, at),
        )
    )


def _report(monitor: _Monitor, kind: str, status: Status, at: Any) -> Report:
    labels = {"monitor": monitor.monitor_id, "project": monitor.project_id}
    for each in monitor.filters:
        column, value = each.get("column"), text_of(each.get("value"))
        if isinstance(column, str) and value is not None and each.get("operator") == "=":
            labels["metric" if column == "name" else column] = value
    if kind == "no-data":
        labels["symptom"] = "flow"
    return Report(
        fingerprint=digest(monitor.project_id, monitor.monitor_id, kind),
        status=status,
        starts_at=at,
        title=title_of(monitor.message.title),
        labels=labels,
        annotations={"description": monitor.message.body} if monitor.message.body else {},
        severity=_SEVERITIES.get(monitor.severity, Severity.SEV3),
        ends_at=at if status is Status.RESOLVED else None,
        link=monitor.permalink,
    )


def _prompt(hook: _PromptVersion, delivery: Delivery) -> Change:
    prompt = hook.prompt
    labelled = f" ({', '.join(prompt.labels)})" if prompt.labels else ""
    said = f": {prompt.commit_message}" if prompt.commit_message else ""
    who = hook.user or {}
    return Change(
        subject=f"prompt:{prompt.name}",
        kind="prompt",
        at=from_text(hook.timestamp or prompt.updated_at or "") or delivery.received_at,
        key=hook.id,
        sentence=title_of(f"{prompt.name} version {prompt.version}{labelled} {hook.action}{said}"),
        by=text_of(who.get("email") or who.get("name")),
    )


FORMAT: Final = Format(
    name="langfuse",
    title="Langfuse monitors and prompt versions",
    parse=parse,
    tokens=(TokenIn.BEARER, TokenIn.HEADER),
    signature=over_time_and_body("x-langfuse-signature"),
    setup="Project settings, Automations, Webhook: URL {url}.\n"
    "Put the signing secret Langfuse shows into the variable this sender names.",
    example=b'{"id":"1","type":"monitor-alert","payload":{"monitorId":"try","severity":"WARNING",'
    b'"message":{"title":"A try of this sender"}}}',
)
