"""How often a method may be called, as arithmetic on timestamps: no waiting happens here.

Slack counts by method and workspace in tiers a minute; chat.postMessage about once a second a channel, and
lets short bursts pass. Its tiers are minima it promises; here they are exact, which is never laxer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final


class Tier(IntEnum):
    """Calls a minute, by Slack's names; `SPECIAL` methods have their own rule or none."""

    T1 = 1
    T2 = 20
    T3 = 50
    T4 = 100
    SPECIAL = 0


POST_PER_SECOND: Final = 1.0
POST_BURST: Final = 8
# A tier's minute may be spent unevenly: this share of it at once, as Slack lets bursts pass.
_TIER_BURST: Final = 1.0


@dataclass(slots=True)
class Bucket:
    """A token bucket: `burst` at once, then `rate` a second."""

    rate: float
    burst: float
    level: float
    at: datetime

    def take(self, now: datetime) -> int | None:
        """None when the call may pass; else whole seconds to wait, at least 1."""
        elapsed = max(0.0, (now - self.at).total_seconds())
        self.level = min(self.burst, self.level + elapsed * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return None
        return max(1, math.ceil((1 - self.level) / self.rate))


class Pace:
    """Every bucket of one workspace."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def call(self, app_id: str, method: str, tier: Tier, now: datetime) -> int | None:
        if tier is Tier.SPECIAL:
            return None
        return self._take((app_id, method), tier / 60, max(1.0, tier * _TIER_BURST), now)

    def post(self, app_id: str, channel: str, now: datetime) -> int | None:
        return self._take((app_id, "post", channel), POST_PER_SECOND, POST_BURST, now)

    def _take(self, key: tuple[str, ...], rate: float, burst: float, now: datetime) -> int | None:
        bucket = self._buckets.setdefault(key, Bucket(rate, burst, burst, now))
        return bucket.take(now)
