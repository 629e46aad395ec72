"""How people write time in our files: `26h`, `week`, `09:00`, `Mon-Fri`, `Mon 10:00`, cron, zones, dates.

Every reader here takes the text and returns the value, or raises `ValueError` with a sentence that says what
is wrong with it.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_WORDS: Final = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_PART: Final = re.compile(r"([0-9]+)([smhdw])")
DURATION_PATTERN: Final = r"([0-9]+[smhdw])+|minute|hour|day|week"

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


def duration(text: str) -> timedelta:
    """`26h`, `10m`, `1h30m`, `2w`, or one of the words `minute`, `hour`, `day`, `week`."""
    if text in _WORDS:
        return _WORDS[text]
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError("A duration is a number with s, m, h, d or w.")
    try:
        return sum((int(number) * _UNITS[unit] for number, unit in parts), timedelta())
    except OverflowError:
        raise ValueError("That is longer than any calendar.") from None


def positive_duration(text: str) -> timedelta:
    """A duration that is not zero."""
    length = duration(text)
    if not length:
        raise ValueError("It must be longer than zero.")
    return length


def clock_time(text: str) -> time:
    """`09:00`, on the 24-hour clock; minutes."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError("A time of day has two digits for hours (00 to 23) and two for minutes.")
    return time(int(found[1]), int(found[2]))


def weekdays(text: str) -> frozenset[int]:
    """`Mon-Fri` or `Mon,Wed,Sat-Sun` as ISO weekdays, Monday 1; a range may pass Sunday (`Fri-Mon`)."""
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        begin = _weekday(first)
        end = _weekday(last) if dash else begin
        days.update((begin - 1 + step) % 7 + 1 for step in range((end - begin) % 7 + 1))
    return frozenset(days)


class Handoff(NamedTuple):
    """When turns change: a time of day, and for turns of whole weeks an ISO weekday, Monday 1."""

    weekday: int | None
    at: time


def handoff(text: str) -> Handoff:
    """`Mon 10:00`, or `10:00` for turns that change on any day."""
    day, space, clock = text.strip().rpartition(" ")
    return Handoff(_weekday(day.strip()) if space else None, clock_time(clock))


def zone(text: str) -> ZoneInfo:
    """A name of the IANA time zone database, such as `Europe/Berlin`."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("No time zone has that name.") from None


def moment(text: str) -> datetime:
    """`2026-12-24 10:00`, in the team's zone, or with an offset of its own: `2026-12-24T10:00+01:00`."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("A moment is a date and a time.") from None


def day(text: str) -> date:
    """`2026-11-01`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("A date has year, month and day, and must be in the calendar.") from None


class _Field(NamedTuple):
    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()


_CRON_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, ("", *_MONTHS)),
    _Field("weekday", 0, 7, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)


def cron(text: str) -> str:
    """Five fields of standard cron, checked, with single spaces; names, lists, ranges, steps."""
    parts = text.split()
    if len(parts) != len(_CRON_FIELDS):
        raise ValueError(
            f"A schedule has five fields (minute, hour, day, month, weekday), this has {len(parts)}."
        )
    for part, limits in zip(parts, _CRON_FIELDS, strict=True):
        for item in part.split(","):
            _check_cron_item(item, limits)
    return " ".join(parts)


def _check_cron_item(item: str, limits: _Field) -> None:
    span, slash, step = item.partition("/")
    if slash and not (step.isascii() and step.isdigit() and 1 <= int(step) <= limits.most):
        raise ValueError(f'The {limits.name} has the step "{step}"; a step is 1 to {limits.most}.')
    if span == "*":
        return
    first, dash, last = span.partition("-")
    begin = _cron_number(first, limits)
    if dash and _cron_number(last, limits) < begin:
        raise ValueError(f"The {limits.name} runs backwards: {span}.")
    if slash and not dash:
        raise ValueError(f'The {limits.name} "{item}" has a step but no range; write */{step} or a range.')


def _cron_number(word: str, limits: _Field) -> int:
    if word.lower() in limits.words and word:
        return limits.words.index(word.lower())
    if not (word.isascii() and word.isdigit()):
        raise ValueError(f'The {limits.name} "{word}" is not a number.')
    if not limits.least <= int(word) <= limits.most:
        raise ValueError(f"The {limits.name} {word} is not within {limits.least} to {limits.most}.")
    return int(word)


def _weekday(word: str) -> int:
    short = word.lower()[:3]
    full = {"mon": "monday", "tue": "tuesday", "wed": "wednesday", "thu": "thursday"}
    full |= {"fri": "friday", "sat": "saturday", "sun": "sunday"}
    if short not in full or word.lower() not in {short, full[short]}:
        raise ValueError(f'"{word}" is no weekday; they are Mon, Tue, Wed, Thu, Fri, Sat, Sun.')
    return _DAYS.index(short) + 1
