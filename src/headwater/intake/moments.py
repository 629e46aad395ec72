"""Senders' times to ours: aware, in UTC; a zero date is no time at all."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_END: Final = 100_000_000_000
_YEAR_ZERO: Final = 1


def utc(moment: datetime | None) -> datetime | None:
    """In UTC; None for none and for the zero date (Go's `0001-01-01`), whose offset may not even fit."""
    if moment is None or moment.year <= _YEAR_ZERO:
        return None
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def from_unix(number: float) -> datetime | None:
    """Seconds since 1970, or milliseconds when the number is too large for them (after the year 5138).

    None when it is neither: not finite, or beyond what a date can hold.
    """
    try:
        seconds = number / 1000 if abs(number) >= _SECONDS_END else number
        return EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None


def from_nanos(nanos: int) -> datetime | None:
    """Nanoseconds since 1970; None for 0, which OTLP means as unknown, and for what no date can hold."""
    if nanos <= 0:
        return None
    try:
        return EPOCH + timedelta(microseconds=nanos // 1000)
    except OverflowError:
        return None


def from_text(text: str) -> datetime | None:
    """An ISO 8601 time, or digits as Unix seconds or milliseconds; None when it is neither."""
    # Python's pagerduty writes `+00:00Z`, which says twice what is right once.
    stripped = text.strip().replace("+00:00Z", "Z")
    if stripped.isascii() and stripped.isdigit():
        return from_unix(int(stripped))
    try:
        return utc(datetime.fromisoformat(stripped))
    except ValueError:
        return None
