"""The clock a story runs on: behind the machine's by what the story still needs, and at its end just that."""

from datetime import datetime, timedelta

from headwater.clock import Clock


class StoryClock:
    """Flows as `real` does, and can be moved forward, never past it: once it has caught up, it is `real`."""

    def __init__(self, real: Clock, behind: timedelta) -> None:
        self._real = real
        self._behind = behind

    def __call__(self) -> datetime:
        return self._real() - self._behind

    @property
    def behind(self) -> timedelta:
        """How far there is still to go."""
        return self._behind

    def skip(self, step: timedelta) -> timedelta:
        """Move forward by `step`, or by what is left of it; returns how far it moved."""
        moved = max(timedelta(), min(step, self._behind))
        self._behind -= moved
        return moved
