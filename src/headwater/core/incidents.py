"""The incident: its states and the transitions between them, what it knows, its timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from headwater.core.alerts import NO_LABELS
from headwater.core.reasons import Reason
from headwater.core.refs import kind_of
from headwater.core.severity import Severity


class State(StrEnum):
    """Where an incident stands in its life."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Move(StrEnum):
    """What a person can do to an incident's state."""

    ACKNOWLEDGE = "acknowledge"
    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CANCEL = "cancel"
    CLOSE = "close"


OPEN: Final = frozenset({State.TRIGGERED, State.ACKNOWLEDGED, State.MITIGATED, State.MONITORING})
"""States in which alerts may still join and somebody still owes something."""

MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.TRIGGERED: MappingProxyType(
            {
                Move.ACKNOWLEDGE: State.ACKNOWLEDGED,
                Move.MITIGATE: State.MITIGATED,
                Move.RESOLVE: State.MONITORING,
                Move.CANCEL: State.CANCELLED,
            }
        ),
        State.ACKNOWLEDGED: MappingProxyType(
            {
                Move.MITIGATE: State.MITIGATED,
                Move.RESOLVE: State.MONITORING,
                Move.CANCEL: State.CANCELLED,
            }
        ),
        State.MITIGATED: MappingProxyType(
            {
                Move.ACKNOWLEDGE: State.ACKNOWLEDGED,
                Move.RESOLVE: State.MONITORING,
                Move.CANCEL: State.CANCELLED,
            }
        ),
        State.MONITORING: MappingProxyType(
            {
                Move.ACKNOWLEDGE: State.ACKNOWLEDGED,
                Move.MITIGATE: State.MITIGATED,
                Move.RESOLVE: State.RESOLVED,
                Move.REOPEN: State.TRIGGERED,
                Move.CANCEL: State.CANCELLED,
            }
        ),
        State.RESOLVED: MappingProxyType({Move.REOPEN: State.TRIGGERED, Move.CLOSE: State.CLOSED}),
        State.CANCELLED: MappingProxyType({Move.REOPEN: State.TRIGGERED}),
        State.CLOSED: MappingProxyType({}),
        State.MERGED: MappingProxyType({}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """This incident to this team, for this reason. `asset` is the one whose owner it is (None: unplaced).

    `by` is the Slack user who decided, or None when Headwater did; `runner_up` is a team ref.
    """

    team: str
    reason: Reason
    asset: str | None = None
    runner_up: str | None = None
    runner_up_asset: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How it was resolved. `cause` is an asset ref, or None: cause unknown, with who said so and why."""

    cause: str | None
    by: str | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """An asset that may be the cause, with its likeliest class of cause, and why in words.

    `rank` is shared on ties. Each of `speaking_for` and `against` is a clause, heaviest first.
    """

    asset: str
    cause: str
    probability: float
    rank: int
    sentence: str
    speaking_for: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """The likeliest suspects, best first. `unlisted` is the probability that it is none the registry knows;
    `leader` is the asset that leads, where one does, and `confidence` how surely; `second` a second cause.
    `teams` sums the suspects up by the team that answers for them, likeliest first: routes are about teams.
    """

    suspects: tuple[Suspected, ...]
    unlisted: float
    confidence: float
    leader: str | None = None
    second: str | None = None
    teams: tuple[tuple[str, float], ...] = ()

    def of(self, asset: str | None) -> Suspected | None:
        """What is held of an asset, where it is among those shown."""
        return next((one for one in self.suspects if one.asset == asset), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Alerts believed to share one cause, with a life and a timeline.

    `people` are Slack user ids (`U...`) or `person:` refs where no Slack id is known. `firing` and `alerts`
    count its alerts; `revision` grows with every change that its card shows. `severity_machine` is what the
    rules gave when a person last overrode it (`severity_by`): only something worse raises it again.
    `called_at` is when the present round of its escalation began (None: none is under way), `calls` counts
    the rounds, `steps` those of this round already taken. `recovered_at` is since when none of its alerts
    fires (None: some do, or it has none). `contests` counts how often a team that had it
    said that it is not theirs.
    """

    number: int
    title: str
    state: State
    severity: Severity
    opened_at: datetime
    began_at: datetime
    active_at: datetime
    route: Route
    registry: str
    asset: str | None = None
    joined: tuple[str, ...] = ()
    assignee: str | None = None
    reporter: str | None = None
    severity_machine: Severity = Severity.SEV4
    severity_by: str | None = None
    announced_at: datetime | None = None
    called_at: datetime | None = None
    calls: int = 0
    steps: int = 0
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    mitigated_at: datetime | None = None
    recovered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    resolution: Resolution | None = None
    suspicion: Suspicion | None = None
    noise: str | None = None
    merged_into: int | None = None
    recurrence_of: int | None = None
    firing: int = 0
    alerts: int = 0
    flaps: int = 0
    contests: int = 0
    entries: int = 0
    revision: int = 1

    @property
    def name(self) -> str:
        """`INC-7`, as people say it."""
        return f"INC-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether alerts may still join and somebody still owes something."""
        return self.state in OPEN

    @property
    def moves(self) -> tuple[Move, ...]:
        """What a person can do to its state now."""
        return tuple(MOVES[self.state])


class Role(StrEnum):
    """Of an asset in an incident. Nothing is called a cause without evidence beyond its own alert."""

    SYMPTOM = "symptom"
    CAUSE = "cause"


@dataclass(slots=True)
class Sick:
    """One kind of trouble that an asset's alerts tell of: since when, how many fire, the worst."""

    first_at: datetime
    last_at: datetime
    firing: int
    worst: Severity


@dataclass(slots=True, kw_only=True)
class Involved:
    """One asset's (or unplaced group's) part in an incident: what all its alerts there add up to.

    It is a sum, a least and a worst, so that it does not depend on the order in which alerts came. Not
    frozen: a draft adds a storm's alerts up in a copy of its own.
    """

    incident: int
    group: str
    asset: str | None
    role: Role
    firing: int
    alerts: int
    first_at: datetime
    last_at: datetime
    worst: Severity
    title: str
    reason: Reason
    troubles: dict[str, Sick] = field(default_factory=dict)


BEHIND: Final = frozenset({"service", "monitor"})
"""Kinds whose alerts are rarely what users notice: loud infrastructure, and what only measures."""


def symptom_of(parts: Iterable[Involved]) -> Involved:
    """Where a responder starts: the handler seen first, as handlers are what users meet; without one, what
    was seen first of anything but infrastructure and monitors; then of those.
    """
    return min(parts, key=_as_symptom)


def _as_symptom(part: Involved) -> tuple[int, datetime, Severity, str]:
    kind = kind_of(part.group)
    depth = 0 if kind == "handler" else 2 if kind in BEHIND else 1
    return depth, part.first_at, part.worst, part.group


class EntryKind(StrEnum):
    """What kind of thing the timeline records."""

    OPENED = "opened"
    ALERT_JOINED = "alert-joined"
    ALERT_RESOLVED = "alert-resolved"
    ALERT_REFIRED = "alert-refired"
    ALERT_QUIET = "alert-quiet"
    ROUTED = "routed"
    ANNOUNCED = "announced"
    ACKNOWLEDGED = "acknowledged"
    UNACKNOWLEDGED = "unacknowledged"
    ASSIGNED = "assigned"
    NOTE = "note"
    SEVERITY = "severity"
    ESCALATED = "escalated"
    MITIGATED = "mitigated"
    RECOVERED = "recovered"
    FLAPPED = "flapped"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    MERGED = "merged"
    CONTESTED = "contested"
    PLACED = "placed"
    EVIDENCE = "evidence"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an incident's timeline, which only grows. `seq` counts from 1 within the incident.

    `who` is a Slack user id or `person:` ref, None for Headwater itself. `text` is a plain sentence or a
    person's words, never markup. `facts` carry a link, an alert's key, a permalink.
    """

    incident: int
    seq: int
    at: datetime
    kind: EntryKind
    text: str
    who: str | None = None
    facts: Mapping[str, str] = field(default=NO_LABELS)
