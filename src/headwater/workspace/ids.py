"""Identity without chance: the same acts in the same order give the same ids and the same timestamps."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LENGTH = 8


class Ids:
    """Counts one series a prefix: `C00000001`, `C00000002`, ... in base 36, as long as Slack's."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def next(self, prefix: str) -> str:
        self._counts[prefix] += 1
        number, digits = self._counts[prefix], ""
        while number:
            number, rest = divmod(number, len(_DIGITS))
            digits = _DIGITS[rest] + digits
        return prefix + digits.rjust(_LENGTH, "0")


class Stamps:
    """Slack's `ts`: seconds and microseconds, unique and rising in the workspace even when the clock
    stands.
    """

    def __init__(self) -> None:
        self._last = 0

    def next(self, now: datetime) -> str:
        self._last = max(round(now.timestamp() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


def ts_key(ts: str) -> tuple[int, int]:
    """The order of two stamps. A stamp that is not `digits.digits` raises ValueError."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds), int(fraction.ljust(6, "0")[:6] or 0)
