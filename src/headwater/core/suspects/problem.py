"""What the model is asked: assets, edges, observations and evidence around one incident, at one time.

Nothing here knows of files, registries or rows: the live engine and the recorded cases build the same thing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from headwater.core.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An asset near the incident. `monitored`: whether something would tell if it were sick; None: unknown.

    A `relay` (gateway, dashboard, canary, a caller's view) only passes on what ails another asset; `observes`
    names that asset where no edge leads to it.
    """

    ref: str
    kind: str
    monitored: bool | None = None
    relay: bool = False
    vendor: bool = False
    observes: tuple[str, ...] = ()
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A typed edge from what is depended on (`upstream`) to what depends on it (`dependent`)."""

    upstream: str
    dependent: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """An alert, as the model sees it: this asset is in this trouble.

    `rate` is the share of comparable windows in which this monitor fired without cause, from its own history;
    None where it has none. Times are aware; `started_at` None: unknown, which no rule about time then uses.
    `ended_at` None: still firing.
    """

    asset: str
    trouble: str
    severity: Severity = Severity.SEV3
    started_at: datetime | None = None
    ended_at: datetime | None = None
    rate: float | None = None


class Finding(StrEnum):
    """What a piece of evidence says of its asset."""

    SICK = "sick"
    """In `trouble`: a missed heartbeat, a bad reading, a failed or empty run."""
    WELL = "well"
    """Not in `trouble`: a good reading, a run on time with rows."""
    CHANGED = "changed"
    """A deploy or a change of prompt, model, config, flag or schema, at `at`."""
    ANSWERED = "answered"
    """A playbook check multiplies the odds of `cause` here by `ratio`."""
    SIBLING_SICK = "sibling-sick"
    """A variant that shares only `shares` (a canary on the old prompt, a pinned model) is sick too."""
    SIBLING_WELL = "sibling-well"
    """It is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One recorded fact about an asset, of one shape whatever feeds it; `source` says in words whence it is.

    The same trouble of the same asset counts once, however often and in however many ways it was found.
    """

    asset: str
    finding: Finding
    trouble: str | None = None
    at: datetime | None = None
    cause: str | None = None
    ratio: float = 1.0
    shares: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One incident's surroundings at `now`. `symptom` is the asset a responder starts from, with the trouble
    where known: the alert that must be explained. Without it, every observation is explained alike.
    """

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    observations: tuple[Observation, ...]
    evidence: tuple[Evidence, ...] = ()
    now: datetime | None = None
    symptom: str | None = None
    symptom_trouble: str | None = None
    symptom_at: datetime | None = None
