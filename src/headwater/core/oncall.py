"""Who is on call now, until when, and who is next; whether a team is at work.

Turns and hours are wall-clock times of the team's zone: a handoff at 10:00 is at 10:00 on both sides of a
change of the clocks. Moments in and out are UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from zoneinfo import ZoneInfo

from headwater.core.registry import Hours, OnCall, Registry, Rotation, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallNow:
    """`people` are on call until `until` (None: until the file changes), then `next_people`; person refs."""

    people: tuple[str, ...]
    until: datetime | None
    next_people: tuple[str, ...]
    sentence: str


def on_call(registry: Registry, team_ref: str, now: datetime) -> OnCallNow:
    """Who is on call for a team at `now`. Nobody is a valid answer, and the sentence says so."""
    team = registry.teams.get(team_ref)
    if team is None:
        return _nobody(f"There is no team {team_ref}.")
    if team.oncall is None:
        return _nobody(f"Nobody is on call for {team.name}: the registry names no one ({team.spot}).")
    people = _at(team.oncall, now)
    until, following = _next_change(team.oncall, now, people)
    sentence = _sentence(registry, team, people, until, following)
    return OnCallNow(people=people, until=until, next_people=following, sentence=sentence)


def in_hours(team: Team, now: datetime) -> bool:
    """Whether the team is at work; a team without hours always is."""
    return team.hours is None or any(start <= now < end for start, end in _days(team.hours, now))


def next_hours(team: Team, now: datetime) -> datetime:
    """`now` where the team is at work, else when its next working day begins, in UTC."""
    if team.hours is None or in_hours(team, now):
        return now
    return min(start for start, _ in _days(team.hours, now) if start > now)


def turn(rotation: Rotation, now: datetime) -> tuple[str, datetime, datetime]:
    """Whose turn it is, and when it began and ends, in UTC. Before `start`, turns are counted backwards."""
    zone = ZoneInfo(rotation.tz)
    local_start = datetime.combine(rotation.start.astimezone(zone).date(), rotation.handoff)

    def boundary(number: int) -> datetime:
        return (local_start + number * rotation.every).replace(tzinfo=zone).astimezone(UTC)

    # Counted on the wall clock this is right but for the hour around a change of the clocks.
    number = (now.astimezone(zone).replace(tzinfo=None) - local_start) // rotation.every
    while boundary(number) > now:
        number -= 1
    while boundary(number + 1) <= now:
        number += 1
    return rotation.people[number % len(rotation.people)], boundary(number), boundary(number + 1)


def _at(oncall: OnCall, now: datetime) -> tuple[str, ...]:
    for override in reversed(oncall.overrides):
        if override.start <= now < override.end:
            return (override.person,)
    if oncall.rotation is not None:
        return (turn(oncall.rotation, now)[0],)
    return oncall.people


def _next_change(
    oncall: OnCall, now: datetime, people: tuple[str, ...]
) -> tuple[datetime | None, tuple[str, ...]]:
    """When somebody else takes over, and who; None where nobody ever does."""
    for moment in _boundaries(oncall, now):
        following = _at(oncall, moment)
        if following != people:
            return moment, following
    return None, ()


def _boundaries(oncall: OnCall, now: datetime) -> Iterator[datetime]:
    """Every moment at which on-call may change, in order, until a whole round after the last override."""
    edges = sorted({edge for o in oncall.overrides for edge in (o.start, o.end) if edge > now})
    rotation = oncall.rotation
    if rotation is None or len(set(rotation.people)) == 1:
        return iter(edges)
    return merge(edges, _turns(rotation, now, after=edges[-1] if edges else now))


def _turns(rotation: Rotation, now: datetime, *, after: datetime) -> Iterator[datetime]:
    at, left = now, len(rotation.people)
    while left:
        at = turn(rotation, at)[2]
        left -= at > after
        yield at


def _days(hours: Hours, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The team's working days around `now`, in UTC; one that ends before it begins ends the next day."""
    zone = ZoneInfo(hours.tz)
    today = now.astimezone(zone).date()
    for offset in range(-1, 9):
        day = today + timedelta(days=offset)
        if day.isoweekday() in hours.days:
            last = day + timedelta(days=int(hours.end <= hours.start))
            yield (
                datetime.combine(day, hours.start, zone).astimezone(UTC),
                datetime.combine(last, hours.end, zone).astimezone(UTC),
            )


def _nobody(sentence: str) -> OnCallNow:
    return OnCallNow(people=(), until=None, next_people=(), sentence=sentence)


def _sentence(
    registry: Registry,
    team: Team,
    people: tuple[str, ...],
    until: datetime | None,
    following: tuple[str, ...],
) -> str:
    who = _names(registry, people)
    verb = "are" if len(people) > 1 else "is"
    who = who[0].upper() + who[1:] if not people else who
    if until is None:
        return f"{who} {verb} on call for {team.name}."
    zone = _zone_name(team)
    local = until.astimezone(ZoneInfo(zone))
    moment = f"{local:%a} {local.day} {local:%b %H:%M} {zone}"
    return f"{who} {verb} on call for {team.name} until {moment}, then {_names(registry, following)}."


def _zone_name(team: Team) -> str:
    if team.oncall is not None and team.oncall.rotation is not None:
        return team.oncall.rotation.tz
    return team.hours.tz if team.hours is not None else "UTC"


def _names(registry: Registry, people: tuple[str, ...]) -> str:
    """`Ana`, `Ana and Bo`, `nobody`."""
    named = [(person.name if (person := registry.people.get(ref)) else None) or ref for ref in people]
    if not named:
        return "nobody"
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
