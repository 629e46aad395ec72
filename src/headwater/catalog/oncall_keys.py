"""What a registry file may say of on-call: a plain list or a rotation, and overrides."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from headwater.catalog import durations
from headwater.catalog.shapes import Got, JsonObject, Key, ListOf, ListOrRecord, Notes, Record, Word
from headwater.catalog.spellings import PEOPLE_LIST, PERSON, ZONE
from headwater.catalog.yaml_nodes import Node
from headwater.core.registry import OnCall, Override, Rotation

EPOCH: Final = date(2024, 1, 1)
"""A Monday: turns are counted from the first handoff on or after it where a rotation names no `start`."""
_WEEK: Final = timedelta(weeks=1)

_R_PEOPLE: Final = Key(
    "people",
    ListOf(PERSON, "[person:ana, person:bo]", least=1, may_repeat=True),
    "Who takes turns, in this order; somebody who stands here twice has two turns.",
    required=True,
)
_R_EVERY: Final = Key(
    "every",
    Word(durations.positive_duration, "week", durations.DURATION_PATTERN),
    "How long a turn lasts, an hour or more; a week where absent.",
)
_R_HANDOFF: Final = Key(
    "handoff",
    Word(durations.handoff, '"Mon 10:00"'),
    "When turns change: weekday and time for turns of whole weeks, else the time alone.",
    required=True,
)
_R_TZ: Final = Key(
    "tz", ZONE, "The zone of the handoff; it stays at that hour when the clocks change.", required=True
)
_R_START: Final = Key(
    "start",
    Word(durations.day, "2026-01-05"),
    "A day on which the first of `people` takes over; counted from 1 January 2024 where absent.",
)


def _rotation(got: Got) -> Rotation | None:
    every, handoff = got.get(_R_EVERY) or _WEEK, got.need(_R_HANDOFF)
    node = got.nodes["handoff"]
    if every < timedelta(hours=1):
        got.nodes["every"].error("A turn shorter than an hour helps nobody.", "For example: week.")
        return None
    weekly = not every % _WEEK
    if weekly and handoff.weekday is None:
        node.error(
            "Turns of whole weeks change on a weekday, and none is given.", 'For example: "Mon 10:00".'
        )
        return None
    if not weekly and handoff.weekday is not None:
        node.error("Only turns of whole weeks change on a fixed weekday.", f'Write "{handoff.at:%H:%M}".')
        return None
    first = got.get(_R_START)
    if first is None:
        first = EPOCH + timedelta(days=(handoff.weekday or 1) - 1)
    elif handoff.weekday not in {None, first.isoweekday()}:
        got.nodes["start"].error(
            f"{first} is a {first:%A}, but turns change on another day.",
            "Write a date on the handoff's weekday.",
        )
        return None
    return Rotation(
        people=got.need(_R_PEOPLE),
        every=every,
        start=_utc(datetime.combine(first, handoff.at), got.need(_R_TZ)),
        handoff=handoff.at,
        tz=got.need(_R_TZ),
    )


ROTATION: Final = Record(
    "rotation",
    (_R_PEOPLE, _R_EVERY, _R_HANDOFF, _R_TZ, _R_START),
    _rotation,
    what="a rotation",
    example='{people: [person:ana, person:bo], every: week, handoff: "Mon 10:00", tz: Europe/Berlin}',
)


@dataclass(frozen=True, slots=True)
class WrittenOverride:
    """An override as written: moments without an offset wait for the team's zone."""

    person: str
    start: datetime
    end: datetime
    node: Node


@dataclass(frozen=True, slots=True)
class WrittenOnCall:
    """On-call as written, before the team's zone is known."""

    people: tuple[str, ...] = ()
    rotation: Rotation | None = None
    overrides: tuple[WrittenOverride, ...] = ()


_MOMENT: Final = Word(durations.moment, '"2026-12-24 10:00"')
_V_PERSON: Final = Key("person", PERSON, "Who is on call instead.", required=True)
_V_FROM: Final = Key(
    "from",
    _MOMENT,
    "From when, in the rotation's zone, else in that of `hours`, else with an offset.",
    required=True,
)
_V_TO: Final = Key("to", _MOMENT, "Until when; that moment is no longer included.", required=True)


def _override(got: Got) -> WrittenOverride:
    return WrittenOverride(got.need(_V_PERSON), got.need(_V_FROM), got.need(_V_TO), got.node)


OVERRIDE: Final = Record(
    "override",
    (_V_PERSON, _V_FROM, _V_TO),
    _override,
    what="an override",
    example='{person: person:bo, from: "2026-12-24 10:00", to: "2026-12-27 10:00"}',
)
_O_PEOPLE: Final = Key(
    "people", PEOPLE_LIST, "A plain list: all of them, always. Not together with a rotation."
)
_O_ROTATION: Final = Key("rotation", ROTATION, "People who take turns.")
_O_OVERRIDES: Final = Key(
    "overrides",
    ListOf(OVERRIDE, "[]"),
    "Swaps and holidays: they win over list and rotation; of two at once, the one written later.",
)


def _oncall(got: Got) -> WrittenOnCall | None:
    people, rotation = got.get(_O_PEOPLE), got.get(_O_ROTATION)
    if people and rotation:
        got.nodes["people"].error(
            "On-call is either a plain list or a rotation, and both stand here.", "Keep one of them."
        )
        return None
    return WrittenOnCall(people or (), rotation, got.get(_O_OVERRIDES) or ())


class _PlainList:
    """`oncall: [person:ana]`, the short form of `oncall: {people: [person:ana]}`."""

    def read(self, node: Node, notes: Notes, /) -> WrittenOnCall:
        return WrittenOnCall(PEOPLE_LIST.read(node, notes))

    def schema(self, definitions: JsonObject, /) -> JsonObject:
        return PEOPLE_LIST.schema(definitions)


ONCALL: Final = Record(
    "oncall",
    (_O_PEOPLE, _O_ROTATION, _O_OVERRIDES),
    _oncall,
    what="on-call",
    example='{rotation: {people: [person:ana], handoff: "Mon 10:00", tz: Europe/Berlin}}',
)


ONCALL_SHAPE: Final = ListOrRecord(_PlainList(), ONCALL)


def placed(written: WrittenOnCall, zone: str | None) -> OnCall:
    """On-call with its overrides in UTC; `zone` is the team's, for moments without an offset."""
    placed = (_placed_override(override, zone) for override in written.overrides)
    overrides = tuple(override for override in placed if override is not None)
    return OnCall(people=written.people, rotation=written.rotation, overrides=overrides)


def _placed_override(written: WrittenOverride, zone: str | None) -> Override | None:
    if zone is None and (written.start.tzinfo is None or written.end.tzinfo is None):
        written.node.error(
            "The team has neither a rotation nor hours, so these times have no zone.",
            'Give an offset: "2026-12-24T10:00+01:00".',
        )
        return None
    start, end = _utc(written.start, zone), _utc(written.end, zone)
    if end <= start:
        written.node.error("The override ends before it begins.", "Swap `from` and `to`.")
        return None
    return Override(person=written.person, start=start, end=end)


def _utc(moment: datetime, zone: str | None) -> datetime:
    """In UTC; a moment without an offset is local in `zone`."""
    aware = moment if moment.tzinfo or zone is None else moment.replace(tzinfo=ZoneInfo(zone))
    return aware.astimezone(UTC)
