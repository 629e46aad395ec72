"""One alert as Alertmanager's webhook and its imitators send it, to what it reports."""

from datetime import datetime
from typing import Final, Literal

import msgspec

from headwater.core.alerts import Report, Status
from headwater.core.severity import DEFAULT_SEVERITY, SENDERS_WORDS
from headwater.intake.labelling import fingerprint
from headwater.intake.moments import utc

_FIRING: Final = Status.FIRING
_RESOLVED: Final = Status.RESOLVED


class Item(msgspec.Struct, rename="camel", gc=False):
    """One alert of a group, as sent; `0001-01-01` in `ends_at` says that it has not ended."""

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    starts_at: datetime
    ends_at: datetime | None = None
    annotations: dict[str, str] = {}
    generator_url: str = msgspec.field(default="", name="generatorURL")
    fingerprint: str = ""


def report(item: Item, received_at: datetime) -> Report:
    """An alert as sent to what it reports. The hot path: every look-up here is paid for each alert."""
    labels = item.labels
    annotations = item.annotations
    fires = item.status == "firing"
    ends_at = item.ends_at
    severity = labels.get("severity")
    return Report(
        fingerprint=item.fingerprint or fingerprint(labels),
        status=_FIRING if fires else _RESOLVED,
        starts_at=utc(item.starts_at) or received_at,
        title=annotations.get("summary") or labels.get("alertname") or "An alert without a name",
        labels=labels,
        annotations=annotations,
        severity=SENDERS_WORDS.get(severity.lower(), DEFAULT_SEVERITY) if severity else DEFAULT_SEVERITY,
        ends_at=None if ends_at is None or fires else utc(ends_at),
        link=item.generator_url or None,
    )
