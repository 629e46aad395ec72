"""The ownership registry as core sees it: assets, edges, teams, people, rules; immutable, with a version.

`catalog/` builds it from files; nothing else makes one but tests. Every item knows the file, line and column
it was written at, so that every decision can say which line chose the team.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from headwater.core.refs import kind_of
from headwater.core.severity import Severity

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is written: file as the person named it, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Spot("(no file)", 0, 0)


class EdgeType(StrEnum):
    """How one asset leans on another. `subject -type-> object`, as the file says it of the subject."""

    READS = "reads"
    WRITTEN_BY = "written_by"
    USES = "uses"
    TRAINED_ON = "trained_on"
    CALLS = "calls"
    RUNS_ON = "runs_on"
    JUDGES = "judges"
    RATES = "rates"
    OBSERVES = "observes"


READS_ITS_OBJECT: Final = frozenset({EdgeType.JUDGES, EdgeType.RATES})
"""Types whose subject makes the readings of its object, so that the subject's trouble shows at the object."""


@dataclass(frozen=True, slots=True)
class Edge:
    """`subject` says of itself that it `type`s `object`: (`index:docs`, written_by, `pipeline:ingest`).

    In every type but `judges`, `rates` and `observes`, trouble travels from object to subject: the subject
    depends on the object. A judge or a feed makes readings *about* its object, so its own trouble shows there
    (travels subject to object); an observer only relays what ails its object.
    """

    subject: str
    type: EdgeType
    object: str
    spot: Spot = NOWHERE
    discovered: bool = False

    @property
    def upstream(self) -> str:
        """The end whose trouble travels along the edge."""
        return self.subject if self.type in READS_ITS_OBJECT else self.object

    @property
    def downstream(self) -> str:
        """The end where that trouble shows."""
        return self.object if self.type in READS_ITS_OBJECT else self.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody reachable. `slack` is a Slack user id (`U...`)."""

    ref: str
    slack: str | None = None
    email: str | None = None
    name: str | None = None
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """People who take turns of equal length. The turn's boundary is `handoff` in `tz`; `start` is the
    boundary (aware) from which the first person has the first turn.
    """

    people: tuple[str, ...]
    every: timedelta
    start: datetime
    handoff: time
    tz: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """`person` is on call instead of the rotation in [start, end), aware times."""

    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Either a plain list (all of `people`, always) or a rotation; overrides win over both."""

    people: tuple[str, ...] = ()
    rotation: Rotation | None = None
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A team's working hours: `days` as ISO weekdays (Monday 1), from `start` to `end` in `tz`."""

    tz: str
    days: frozenset[int]
    start: time
    end: time


class Reach(StrEnum):
    """How an escalation step reaches somebody: a mention is not a page."""

    PAGE = "page"
    MENTION = "mention"


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """`after` the step before, unacknowledged, `reach` `whom`: `oncall`, a `team:` or a `person:`."""

    reach: Reach
    whom: str
    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who owns. `channel` is as written: `#name` or a Slack channel id (`C...`)."""

    ref: str
    name: str
    channel: str | None = None
    usergroup: str | None = None
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    oncall: OnCall | None = None
    escalation: Mapping[Severity, tuple[EscalationStep, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    hours: Hours | None = None
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of a handler's traffic; may have its own owner."""

    name: str
    owner: str | None = None
    words: tuple[str, ...] = ()
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardReading:
    """One of a handler's four readings. One of `pushed`, `prometheus`, `http` says whence it comes."""

    pushed: bool = False
    prometheus: str | None = None
    http: str | None = None
    expr: str | None = None
    bad_when: str | None = None
    against: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What we expect of a pipeline: cron `schedule` in `tz`, lateness allowed, longest run, fewest rows."""

    schedule: str
    tz: str = "UTC"
    grace: timedelta = timedelta(0)
    max_run: timedelta | None = None
    min_rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """Something that can be owned and can break.

    `owner` is a `team:`, `person:` or `vendor:` ref and never empty: where the file names none, it is the
    default, and `owned_by_default` says so. `co_owners` is not empty when several files claim the asset
    (contested). `liaison` is the team we page for a vendor's asset.
    """

    ref: str
    owner: str
    name: str | None = None
    description: str | None = None
    owned_by_default: bool = False
    co_owners: tuple[str, ...] = ()
    liaison: str | None = None
    tier: int | None = None
    aliases: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    board: Mapping[str, BoardReading] = field(default_factory=lambda: MappingProxyType({}))
    heartbeat: Heartbeat | None = None
    max_age: timedelta | None = None
    lifecycle: str | None = None
    pinned: str | None = None
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = "native"
    spot: Spot = NOWHERE

    @property
    def kind(self) -> str:
        """The ref's kind: `handler` of `handler:docs`."""
        return kind_of(self.ref)

    @property
    def title(self) -> str:
        """What people call it: the name given, else the ref."""
        return self.name or self.ref


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRule:
    """Alert labels -> asset. All `labels` must match (globs); `asset` may quote them: `handler:{handler}`."""

    name: str
    labels: Mapping[str, str]
    asset: str
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """A Slack channel where other apps post alerts; `apps` are app or bot ids, empty for any."""

    channel: str
    apps: tuple[str, ...] = ()
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """All of it, swapped whole. `version` is a short digest of the files' contents.

    `catch_all` is where unplaced alerts go, `arbiter` decides the second contest; both are team refs.
    """

    version: str
    catch_all: str
    arbiter: str
    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    teams: Mapping[str, Team] = field(default_factory=lambda: MappingProxyType({}))
    assets: Mapping[str, Asset] = field(default_factory=lambda: MappingProxyType({}))
    edges: tuple[Edge, ...] = ()
    match: tuple[MatchRule, ...] = ()
    listen: tuple[Listen, ...] = ()
    admins: frozenset[str] = frozenset()
    admin_channel: str | None = None
    by_alias: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_slack: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_object: Mapping[str, tuple[Edge, ...]] = field(default_factory=lambda: MappingProxyType({}))
    by_subject: Mapping[str, tuple[Edge, ...]] = field(default_factory=lambda: MappingProxyType({}))
    by_upstream: Mapping[str, tuple[Edge, ...]] = field(default_factory=lambda: MappingProxyType({}))
    by_downstream: Mapping[str, tuple[Edge, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def team_of(self, owner: str) -> Team:
        """The team that answers for an owner ref: itself, a person's first team, else the catch-all."""
        team = self.teams.get(owner)
        if team is not None:
            return team
        for candidate in self.teams.values():
            if owner in candidate.members:
                return candidate
        return self.teams[self.catch_all]

    def responsible_team(self, asset: Asset) -> Team:
        """Whom we bring in for an asset: its owner's team, or the liaison of a vendor's asset."""
        if kind_of(asset.owner) == "vendor":
            return self.team_of(asset.liaison or self.catch_all)
        return self.team_of(asset.owner)


def assemble(registry: Registry) -> Registry:
    """The same registry with its look-up tables, `by_...`, filled in.

    Aliases of assets map to asset refs; every asset's own ref is its first alias. Edges keep file order in
    `by_object` and `by_subject`; in `by_upstream` and `by_downstream`, which searches walk, they are in the
    order of the asset at the other end, so that a search cut short ends the same however files are ordered.
    """
    aliases = {ref: ref for ref in registry.assets}
    for asset in registry.assets.values():
        for alias in asset.aliases:
            aliases.setdefault(alias, asset.ref)
    in_order = sorted(registry.edges, key=lambda edge: (edge.subject, edge.object, edge.type))
    return replace(
        registry,
        by_alias=MappingProxyType(aliases),
        by_slack=MappingProxyType(_slack_ids(registry)),
        by_object=_grouped(registry.edges, lambda edge: edge.object),
        by_subject=_grouped(registry.edges, lambda edge: edge.subject),
        by_upstream=_grouped(in_order, lambda edge: edge.upstream),
        by_downstream=_grouped(in_order, lambda edge: edge.downstream),
    )


def _slack_ids(registry: Registry) -> dict[str, str]:
    people = sorted(registry.people.values(), key=lambda person: person.ref, reverse=True)
    return {person.slack: person.ref for person in people if person.slack}


def _grouped(edges: Iterable[Edge], end: Callable[[Edge], str]) -> Mapping[str, tuple[Edge, ...]]:
    groups: dict[str, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(end(edge), []).append(edge)
    return MappingProxyType({ref: tuple(group) for ref, group in groups.items()})
