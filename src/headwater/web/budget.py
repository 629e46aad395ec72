"""A sender's budget of deliveries a minute, so that one flood starves nobody."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from headwater.core.senders import Sender


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


@dataclass(slots=True)
class Budget:
    """Token buckets, a minute deep. In memory, because it limits this process's work and is no truth."""

    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def spend(self, sender: Sender, now: datetime) -> timedelta | None:
        """None when this delivery is within the budget, else how long until the next one is."""
        if sender.budget is None:
            return None
        rate = sender.budget / 60
        bucket = self._buckets.setdefault(sender.name, _Bucket(sender.budget, now))
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.left = min(float(sender.budget), bucket.left + passed * rate)
        bucket.at = now
        if bucket.left < 1:
            return timedelta(seconds=(1 - bucket.left) / rate)
        bucket.left -= 1
        return None
