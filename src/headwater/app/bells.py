"""The bells ring by the clock, and only ring: what is due is a query, and nothing of value is kept here.

A bell that fails is logged, told to the admins at most once an hour, and rung again the next time.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from headwater.clock import Clock

LOG: Final = logging.getLogger(__name__)
QUIET_FOR: Final = timedelta(hours=1)

Ring = Callable[[], Awaitable[object]]
Tell = Callable[[str, str], Awaitable[None]]
"""Tells the admins: a key that is said once, and the sentence."""


class Bells:
    """Rings each bell every so often; a bell still ringing is not rung a second time."""

    def __init__(self, clock: Clock, tell: Tell) -> None:
        self._clock = clock
        self._tell = tell
        self._told: dict[str, datetime] = {}
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)

    def add(self, name: str, every: timedelta, ring: Ring) -> None:
        """A bell. Rounds missed because the machine slept are made up for once."""
        self._scheduler.add_job(
            ring,
            "interval",
            id=name,
            seconds=every.total_seconds(),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """From now on they ring."""
        self._scheduler.start()

    def stop(self) -> None:
        """They ring no more."""
        self._scheduler.shutdown(wait=False)

    def _failed(self, failure: JobExecutionEvent) -> None:
        name, error = str(failure.job_id), failure.exception
        LOG.error("the bell %s failed", name, exc_info=error, extra={"hop": "bell"})
        now = self._clock()
        if now - self._told.get(name, now - QUIET_FOR) < QUIET_FOR:
            return
        self._told[name] = now
        sentence = f"My {name} failed ({type(error).__name__}); I go on trying. The log says more."
        self._scheduler.add_job(self._tell, args=[f"bell/{name}/{now:%Y-%m-%dT%H}", sentence])
