"""Times to rows and back: microseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """Exact, unlike `timestamp()`, whose float loses the last microsecond."""
    gap = moment - EPOCH
    return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds


def to_micros_or_none(moment: datetime | None) -> int | None:
    """None stays None."""
    return None if moment is None else to_micros(moment)


def from_micros(micros: int) -> datetime:
    """Aware, in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def from_micros_or_none(micros: int | None) -> datetime | None:
    """None stays None."""
    return None if micros is None else EPOCH + timedelta(microseconds=micros)
