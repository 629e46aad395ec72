"""The account of routes: who had an incident, from when, why; and what that comes to for each team.

It is read off the timeline, which only grows, so it can't be improved afterwards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from headwater.core.incidents import Entry, EntryKind, Incident, State
from headwater.core.reasons import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """`team` had the incident from `since`; `why` is the timeline's sentence, `by` the person who decided.

    `code` is the reason's, empty where an older timeline kept none.
    """

    team: str
    since: datetime
    why: str
    by: str | None = None
    code: str = ""


@dataclass(slots=True, kw_only=True)
class Load:
    """What one team had to do with the incidents of a month; each counts an incident once.

    `led` were announced and ended with it; `joined` it took part in for another team's cause; `contested` it
    said were not its; `misrouted_in` came to it wrongly, as people then decided; `misrouted_out` it got and
    kept after another team gave them up; `noise` of those led were no incident. `acknowledged` is the median
    time from when one came to it until somebody had it, None where nobody ever did.
    """

    team: str
    led: int = 0
    joined: int = 0
    contested: int = 0
    misrouted_in: int = 0
    misrouted_out: int = 0
    noise: int = 0
    waits: list[timedelta] = field(default_factory=list)

    @property
    def acknowledged(self) -> timedelta | None:
        """The median of `waits`."""
        if not self.waits:
            return None
        return timedelta(seconds=median(wait.total_seconds() for wait in self.waits))


KINDS = frozenset({EntryKind.ROUTED, EntryKind.CONTESTED, EntryKind.ACKNOWLEDGED})
"""The entries of which an account is made."""


def holdings(incident: Incident, entries: Iterable[Entry]) -> tuple[Holding, ...]:
    """Who had it, in order; the last has it now. Entries may hold other kinds, in the timeline's order."""
    held: list[Holding] = []
    for entry in entries:
        if entry.kind not in {EntryKind.ROUTED, EntryKind.CONTESTED}:
            continue
        team = entry.facts.get("to") or entry.facts.get("team")
        before = entry.facts.get("from")
        if before and not held and entry.who:
            # Given up before it was announced: nobody was told of it, but somebody of that team saw it.
            held.append(Holding(team=before, since=incident.opened_at, why="It opened there."))
        if team and (not held or held[-1].team != team):
            held.append(
                Holding(
                    team=team,
                    since=entry.at,
                    why=entry.text,
                    by=entry.who,
                    code=entry.facts.get("reason", ""),
                )
            )
    if not held and incident.announced_at is not None:
        reason = incident.route.reason
        held.append(
            Holding(
                team=incident.route.team,
                since=incident.announced_at,
                why=f"{reason.sentence}.",
                code=str(reason.code),
            )
        )
    return tuple(held)


def gave_up(held: Sequence[Holding]) -> frozenset[str]:
    """The teams from which a person took it, but for the arbiter, to whom it came to be decided."""
    return frozenset(
        before.team
        for before, after in pairwise(held)
        if after.by is not None and before.code != Code.ARBITER
    )


def load_of(told: Iterable[tuple[Incident, Sequence[Entry]]]) -> tuple[Load, ...]:
    """What announced incidents, each with its `KINDS` of entries, come to for each team; most led first."""
    loads: dict[str, Load] = {}
    for incident, entries in told:
        if incident.announced_at is not None and incident.state is not State.MERGED:
            _add(loads, incident, entries)
    return tuple(sorted(loads.values(), key=lambda one: (-one.led, -one.misrouted_in, one.team)))


def _add(loads: dict[str, Load], incident: Incident, entries: Sequence[Entry]) -> None:
    def of(team: str) -> Load:
        return loads.setdefault(team, Load(team=team))

    held = holdings(incident, entries)
    lead, given = incident.route.team, gave_up(held)
    of(lead).led += 1
    of(lead).noise += incident.state is State.CANCELLED
    of(lead).misrouted_out += bool(given) and lead not in given
    for team in sorted(given - {lead}):
        of(team).misrouted_in += 1
    for team in sorted({one.facts.get("from", "") for one in entries if one.kind is EntryKind.CONTESTED}):
        of(team).contested += 1
    for team in sorted({*incident.joined} - {lead} - given - _judges(held)):
        of(team).joined += 1
    since = next((one.since for one in reversed(held) if one.team == lead), incident.announced_at)
    had = [
        one.at
        for one in entries
        if one.kind is EntryKind.ACKNOWLEDGED and since is not None and one.at >= since
    ]
    if had and since is not None:
        of(lead).waits.append(had[0] - since)


def _judges(held: Sequence[Holding]) -> frozenset[str]:
    return frozenset(one.team for one in held if one.code == Code.ARBITER)
