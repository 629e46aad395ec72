"""Effects: what a decision may ask the store for, a closed union."""

from dataclasses import dataclass
from datetime import datetime

from headwater.core.alerts import Alert
from headwater.core.facts import Fact
from headwater.core.incidents import Entry, Incident, Involved
from headwater.core.placing import Overlay
from headwater.core.said import Card, Deadline, DeadlineKind, Notice


@dataclass(frozen=True, slots=True)
class PutAlert:
    """The alert as it now is; `is_new` when there was none of its key."""

    alert: Alert
    is_new: bool


@dataclass(frozen=True, slots=True)
class TouchAlert:
    """Nothing but: seen again, so often, last at."""

    key: str
    seen_at: datetime
    ends_at: datetime | None
    times: int


@dataclass(frozen=True, slots=True)
class PutIncident:
    """The incident as it now is; `is_new` when it was opened in this batch."""

    incident: Incident
    is_new: bool


@dataclass(frozen=True, slots=True)
class PutInvolved:
    """An asset's part in an incident as it now is."""

    involved: Involved
    live: bool


@dataclass(frozen=True, slots=True)
class MoveAlerts:
    """Every alert of incident `gone` belongs to `into` now; the involved rows of `gone` end."""

    gone: int
    into: int


@dataclass(frozen=True, slots=True)
class AddEntry:
    """One more line on a timeline."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """One of a kind an incident at a time: this one replaces."""

    deadline: Deadline


@dataclass(frozen=True, slots=True)
class ClearDeadline:
    """It happened first, or no longer matters."""

    incident: int
    kind: DeadlineKind


@dataclass(frozen=True, slots=True)
class ShowCard:
    """The incident shall be shown in a channel, at this revision or a newer one."""

    card: Card


@dataclass(frozen=True, slots=True)
class Say:
    """Say it once."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class PutOverlay:
    """Alerts of a group go to an asset, until."""

    overlay: Overlay
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class PutFact:
    """What is known of an asset by this key now."""

    fact: Fact


Effect = (
    PutAlert
    | TouchAlert
    | PutIncident
    | PutInvolved
    | MoveAlerts
    | AddEntry
    | SetDeadline
    | ClearDeadline
    | ShowCard
    | Say
    | PutOverlay
    | PutFact
)
"""The closed union of what a decision may ask for."""
