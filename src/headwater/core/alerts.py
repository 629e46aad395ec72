"""What arrives and what it is about: deliveries, what a format reads out of them, and living alerts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from headwater.core.reasons import Reason
from headwater.core.registry import Edge
from headwater.core.severity import DEFAULT_SEVERITY, Severity


class _NoLabels(Mapping[str, str]):
    """Empty. Not a mappingproxy, because dataclasses take that as a default only from Python 3.12 on."""

    __slots__ = ()

    def __getitem__(self, key: str) -> str:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        return 0


NO_LABELS: Mapping[str, str] = _NoLabels()


class Status(StrEnum):
    """Of an alert, now. `quiet` is a firing alert whose sender never says when it ends and has not lately."""

    FIRING = "firing"
    RESOLVED = "resolved"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One raw message from a sender, as it came. `id` is its place in the journal (0 before it has one).

    `key` makes a delivery unique where the sender gives it an identity (a Slack event id, a webhook id).
    """

    sender: str
    format: str
    received_at: datetime
    body: bytes
    method: str = "POST"
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    key: str | None = None
    id: int = 0


@dataclass(slots=True, kw_only=True)
class Report:
    """What one delivery says of one alert. Not frozen, only because making it is on the hot path.

    `fingerprint` is the label identity (stable over time); with `starts_at` it names the episode.
    `ends_at` is set when the sender says when it ended, or will end unless refreshed. `origin` is the Slack
    message it came as, `C...:ts`, for alerts that other apps post in channels.
    """

    fingerprint: str
    status: Status
    starts_at: datetime
    title: str
    labels: Mapping[str, str] = NO_LABELS
    annotations: Mapping[str, str] = NO_LABELS
    severity: Severity = DEFAULT_SEVERITY
    ends_at: datetime | None = None
    link: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value on an asset (named as the sender names it) now: `state` is `ok`, `bad` or `unknown`."""

    subject: str
    quantity: str
    state: str
    at: datetime
    value: float | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a pipeline: `state` is `started`, `completed` or `failed`; `rows` written, if told."""

    subject: str
    run: str
    state: str
    at: datetime
    rows: int | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A deploy, prompt, model, config, flag or schema change on an asset."""

    subject: str
    kind: str
    at: datetime
    key: str
    sentence: str = ""
    link: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a delivery that could not be read: where (JSON path), what, and how to mend it.

    `item` is the raw bytes of the bad item, so that it can be replayed after a mend.
    """

    path: str
    sentence: str
    item: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """All that a format reads out of one delivery. Items that could not be read are problems, never lost."""

    reports: tuple[Report, ...] = ()
    readings: tuple[Reading, ...] = ()
    runs: tuple[Run, ...] = ()
    changes: tuple[Change, ...] = ()
    edges: tuple[Edge, ...] = ()
    problems: tuple[Problem, ...] = ()
    remark: str | None = None


@dataclass(slots=True, kw_only=True)
class Alert:
    """The living thing reports are about, as the last one left it. Not frozen, for `Report`'s reason; nobody
    changes one once it is in a draft.

    `key` is `<sender>/<fingerprint>`. `asset` is where it is placed (None: unplaced) and `group` is what it
    correlates by: the asset's ref, or for an unplaced alert `unplaced:<sender>/<title>`.
    `ends_at` is when it ends unless refreshed; `lapsed` says that it ended so, by time and not by word.
    `trouble` is what kind of trouble it tells of, by the taxonomy ("" where there is none).
    `starts_at` is the current episode's start; `count` counts reports of it, `episodes` its firings so far.
    """

    key: str
    sender: str
    status: Status
    starts_at: datetime
    seen_at: datetime
    title: str
    severity: Severity
    asset: str | None
    group: str
    placed: Reason
    incident: int | None = None
    ends_at: datetime | None = None
    ended_at: datetime | None = None
    first_at: datetime | None = None
    count: int = 1
    episodes: int = 1
    labels: Mapping[str, str] = field(default=NO_LABELS)
    annotations: Mapping[str, str] = field(default=NO_LABELS)
    link: str | None = None
    origin: str | None = None
    lapsed: bool = False
    trouble: str = ""
