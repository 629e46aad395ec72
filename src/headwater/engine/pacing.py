"""How the engine's thread shares itself between accepting and deciding.

While deliveries come in a storm, deciding gets a share of the time and small batches, so that doors are
answered as quickly as the disk allows; what waits is safe in the journal. Once they are quiet, all of it.
"""

from math import exp
from typing import Final

QUIET: Final = 0.02
"""Seconds after a storm's last commit from which on the doors count as quiet."""

STORM: Final = 40
"""Deliveries within about a tenth of a second from which on they count as a storm: 400 a second."""

FADES: Final = 0.1
"""Seconds after which a delivery counts for a third of what it did."""

SHARE: Final = 0.1
"""Of the time, for deciding, while a storm lasts."""

LEAST_PAUSE: Final = 0.001
"""Seconds: a shorter wait is not worth waking for."""

MOST_CREDIT: Final = 0.02
"""Seconds of deciding that may be saved up: no turn keeps a door waiting for longer."""

BATCH: Final = 3_200_000
"""Bytes of deliveries decided in one transaction: about 8,000 alerts, or a third of a second. Smaller batches
load and write every incident of a storm again and again; larger ones keep people's clicks waiting.
"""

BATCH_UNDER_LOAD: Final = 16_000
"""The same while a storm lasts."""


class Share:
    """Counts on a monotonic clock, in seconds. `now` is handed in, so that tests turn it by hand."""

    def __init__(self) -> None:
        self._last_accepted = float("-inf")
        self._recent = 0.0
        self._recent_at = 0.0
        self._counted_at = 0.0
        self._credit = MOST_CREDIT

    def accepted(self, now: float, count: int) -> None:
        """So many deliveries were journalled just now, in one commit."""
        self._recent = self._recent * exp((self._recent_at - now) / FADES) + count
        self._recent_at = now
        if self._recent >= STORM:
            self._last_accepted = now

    def is_quiet(self, now: float) -> bool:
        """Whether there has been no storm for a while."""
        return now - self._last_accepted >= QUIET

    def wait(self, now: float) -> float:
        """Seconds until a batch may be decided; 0 when it may now."""
        self._earn(now)
        if self.is_quiet(now) or self._credit > 0:
            return 0.0
        return max(LEAST_PAUSE, min(QUIET - (now - self._last_accepted), -self._credit / SHARE))

    def batch(self, now: float) -> int:
        """How many bytes of deliveries to decide at once."""
        return BATCH if self.is_quiet(now) else BATCH_UNDER_LOAD

    def decided(self, began: float, now: float) -> None:
        """A batch took from `began` until `now`."""
        self._earn(now)
        self._credit -= now - began

    def _earn(self, now: float) -> None:
        passed, self._counted_at = now - self._counted_at, now
        self._credit = min(MOST_CREDIT, self._credit + max(0.0, passed) * SHARE)
