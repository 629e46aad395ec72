"""How often a method may be called, as arithmetic on timestamps: no waiting happens here.

Slack counts by method and workspace, so many a minute by tier, and chat.postMessage about once a second a
channel, where short bursts pass. It promises at least these rates; here they are the most there is.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
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
_MINUTE: Final = timedelta(minutes=1)


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
    """What each app has called of late."""

    def __init__(self) -> None:
        self._posts: dict[tuple[str, str], Bucket] = {}
        self._calls: dict[tuple[str, str], deque[datetime]] = {}

    def call(self, app_id: str, method: str, tier: Tier, now: datetime) -> int | None:
        """None when the call may pass, else whole seconds to wait. No minute holds more than its tier."""
        if tier is Tier.SPECIAL:
            return None
        recent = self._calls.setdefault((app_id, method), deque())
        while recent and now - recent[0] >= _MINUTE:
            recent.popleft()
        if len(recent) < tier:
            recent.append(now)
            return None
        return max(1, math.ceil((recent[0] + _MINUTE - now).total_seconds()))

    def post(self, app_id: str, channel: str, now: datetime) -> int | None:
        """The same for chat.postMessage to one channel."""
        fresh = Bucket(POST_PER_SECOND, POST_BURST, POST_BURST, now)
        return self._posts.setdefault((app_id, channel), fresh).take(now)
