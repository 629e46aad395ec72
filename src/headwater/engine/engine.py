"""The engine's doors and its thread.

Each turn: people's actions and the sender's marks first; then waiting deliveries are written to the journal
in one commit and their doors answered; then a bounded batch of the journal is decided in one transaction.
Thus accepting is as quick as the disk, a storm times no sender out, and the journal is the only queue.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from headwater.clock import Clock
from headwater.core.actions import Answer, AnyAction
from headwater.core.alerts import Delivery
from headwater.core.errors import Behind, Stopped
from headwater.core.registry import Registry
from headwater.core.said import Deadline
from headwater.core.suspects import Taxonomy
from headwater.core.tuning import Tuning
from headwater.engine.deciding import Decider, Parse
from headwater.engine.pacing import Share
from headwater.engine.waiting import Asked, Taken, answer_all
from headwater.store import journal, picture
from headwater.store.database import Database, ailment

T = TypeVar("T")

JOURNALLED: Final = 2_000
"""Deliveries written in one commit, at most."""

LONGEST_QUEUE: Final = 200_000
"""Deliveries that may wait to be decided before senders are asked to come again later."""

RETRY_AFTER: Final = 30
"""Seconds after which they should."""

REMEMBERED: Final = 60.0
"""Seconds for which a failure of the database counts, where nothing was tried again since."""

RECOVERY: Final = 1.0
"""Seconds before deciding is tried again where the database could not be read or written."""

log = logging.getLogger("headwater.engine")


class Engine:
    """Start it once; await its doors from any event loop. `close` ends the thread after what was accepted is
    journalled; what is not decided yet waits on disk for the next start.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        registry: Registry,
        parsers: Mapping[str, Parse],
        tuning: Tuning | None = None,
        taxonomy: Taxonomy | None = None,
        lives: Mapping[str, timedelta] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._tuning = tuning or Tuning()
        self._parsers = parsers
        self._taxonomy = taxonomy
        self._lives = lives
        self._decider = Decider(registry, self._tuning, parsers, taxonomy, lives)
        self._wake = threading.Condition()
        self._asked: deque[Asked] = deque()
        self._taken: deque[Taken] = deque()
        self._drains: deque[Asked] = deque()
        self._share = Share()
        self._running = False
        self._behind = 0
        self._ailing: tuple[str | None, float] = (None, 0.0)
        self._not_before = 0.0
        self._changed: set[Callable[[], None]] = set()
        self._dirty = True
        self._thread = threading.Thread(target=self._run, name="headwater-engine", daemon=True)

    # -- doors

    def start(self) -> None:
        """Begin to work; what an earlier run left in the journal is decided first."""
        self._running = True
        self._thread.start()

    async def close(self) -> None:
        """Finish what is under way and end. Doors still waiting are told that the engine stopped."""
        with self._wake:
            self._running = False
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)

    @property
    def is_alive(self) -> bool:
        """Whether the thread works."""
        return self._running and self._thread.is_alive()

    @property
    def ailing(self) -> str | None:
        """What is wrong with the database, where something failed for that in the last minute; else None."""
        what, at = self._ailing
        return what if monotonic() - at < REMEMBERED else None

    @property
    def waiting(self) -> int:
        """Deliveries on disk and not yet decided."""
        return self._behind

    @property
    def registry(self) -> Registry:
        """The registry in force."""
        return self._decider.registry

    @property
    def tuning(self) -> Tuning:
        """The durations in force."""
        return self._tuning

    def use(self, registry: Registry) -> None:
        """Swap the registry, whole; the batch under way is finished with the old one."""
        self._decider = Decider(registry, self._tuning, self._parsers, self._taxonomy, self._lives)

    async def receive(self, deliveries: Sequence[Delivery]) -> None:
        """Returns once the deliveries are on disk.

        Raises `Behind` when too many wait to be decided, `Stopped` when the engine is not running, and what
        the database raised where it can't be written.
        """
        if not deliveries:
            return
        if self._behind > LONGEST_QUEUE:
            raise Behind(self._behind, RETRY_AFTER)
        taken = Taken(deliveries, asyncio.get_running_loop().create_future())
        self._enter(self._taken, taken)
        await taken.future

    async def act(self, action: AnyAction) -> Answer:
        """Decide what a person asked for: committed when this returns, and idempotent by `action.key`."""
        return await self._ask(lambda connection: self._decider.action(connection, action, self._clock()))

    async def tick(self) -> None:
        """Let what is due now happen, all of it; and look whether another process wrote to the journal.

        A deadline that can't happen is put off and told to the admins; it stops no other. Raises `Stopped`
        when the engine is not running, and what the database raised where it is ill.
        """
        await self._ask(self._look, quiet=True)
        [ended] = await asyncio.gather(self._end(), return_exceptions=True)
        while waiting := await self._ask(lambda connection: self._decider.due(connection, self._clock())):
            await self._happen(waiting)
        if ended is not None:
            raise ended

    async def _end(self) -> None:
        while await self._ask(lambda connection: self._decider.end(connection, self._clock())):
            pass

    async def _happen(self, waiting: Sequence[Deadline]) -> None:
        """In one transaction; where that fails, in halves, until the bad one stands alone."""
        [failed] = await asyncio.gather(
            self._ask(lambda connection: self._decider.happen(connection, waiting, self._clock())),
            return_exceptions=True,
        )
        if not isinstance(failed, BaseException):
            return
        if not isinstance(failed, Exception) or isinstance(failed, Stopped) or ailment(failed):
            raise failed
        if len(waiting) > 1:
            middle = len(waiting) // 2
            await self._happen(waiting[:middle])
            await self._happen(waiting[middle:])
            return
        error = failed
        await self._ask(
            lambda connection: self._decider.put_off(connection, waiting[0], error, self._clock())
        )

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run `change` in a transaction on the engine's thread: how the sender claims and marks."""
        return await self._ask(change, quiet=True)

    async def changed(self) -> None:
        """Returns when something may have become due to say since this was last called."""
        if self._dirty:
            self._dirty = False
            return
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # closed: nobody waits there any more
                loop.call_soon_threadsafe(woken.set)

        with self._wake:
            self._changed.add(wake)
        try:
            if not self._dirty:
                await woken.wait()
        finally:
            self._dirty = False
            with self._wake:
                self._changed.discard(wake)

    async def drained(self) -> None:
        """Returns when everything accepted so far is decided."""
        drain = Asked(None, asyncio.get_running_loop().create_future())
        self._enter(self._drains, drain)
        await drain.future

    # -- the thread

    async def _ask(self, change: Callable[[Connection], T], *, quiet: bool = False) -> T:
        asked = Asked(change, asyncio.get_running_loop().create_future(), quiet=quiet)
        self._enter(self._asked, asked)
        result: T = await asked.future
        return result

    def _enter(self, queue: deque[Any], item: Any) -> None:
        with self._wake:
            if not self._running:
                raise Stopped("the engine is not running")
            queue.append(item)
            self._wake.notify()

    def _run(self) -> None:
        try:
            self._work()
        finally:
            # Whatever ended it, nobody is left waiting for an answer that can't come.
            with self._wake:
                self._running = False
            stopped = Stopped("the engine stopped")
            left = [one.future for queue in (self._asked, self._taken, self._drains) for one in queue]
            answer_all([(future, stopped) for future in left])

    def _work(self) -> None:
        self._behind = 1  # until the marks say how much an earlier run left
        while True:
            self._rest()
            self._do_asked()
            self._journal()
            if self._behind and self._pause() <= 0:
                self._decide()
            if not self._behind and not self._taken:
                self._answer_drains()
            if not self._running and not self._asked and not self._taken:
                return

    def _pause(self) -> float:
        """Seconds until deciding has its turn."""
        now = monotonic()
        return max(self._share.wait(now), self._not_before - now)

    def _rest(self) -> None:
        """Wait until somebody asks for something, or until deciding has its turn again."""
        with self._wake:
            while self._running and not (self._asked or self._taken):
                if self._behind:
                    pause = self._pause()
                    if pause <= 0:
                        return
                    self._wake.wait(pause)
                elif self._drains:
                    return
                else:
                    self._wake.wait()

    def _look(self, connection: Connection) -> None:
        self._behind = journal.last(connection) - picture.mark(connection, journal.DECIDED)

    def _attempt(
        self, hop: str, change: Callable[[Connection], T], *, reading: bool = False
    ) -> T | Exception:
        """Run `change` in a transaction; an error rolls it back and is returned, for whoever waits for it.

        The engine's process boundary: nothing that one request does may end the thread that serves all.
        """
        try:
            with self._database.read() if reading else self._database.write() as connection:
                result = change(connection)
        except Exception as error:
            log.exception("rolled back", extra={"hop": hop})
            what = ailment(error)
            if what is not None:
                self._ailing = (what, monotonic())
            return error
        if hop in {"journal", "decide"}:  # what the others write may be nothing
            self._ailing = (None, 0.0)
        return result

    def _do_asked(self) -> None:
        while self._asked:
            asked = self._asked[0]
            assert asked.change is not None
            result = self._attempt("act", asked.change)
            self._asked.popleft()
            answer_all([(asked.future, result)])
            if not asked.quiet:
                self._tell_changed()

    def _journal(self) -> None:
        if not self._taken:
            return
        taken = [self._taken.popleft() for _ in range(min(len(self._taken), JOURNALLED))]
        deliveries = [delivery for one in taken for delivery in one.deliveries]
        result = self._attempt("journal", lambda connection: journal.write(connection, deliveries))
        if result is None:
            self._behind += len(deliveries)
            self._share.accepted(monotonic(), len(deliveries))
        elif len(taken) > 1 and not ailment(result):
            # One of them can't be written: the others must not pay for it.
            answer_all([(one.future, self._journal_one(one)) for one in taken])
            return
        answer_all([(one.future, result) for one in taken])

    def _journal_one(self, taken: Taken) -> Exception | None:
        result = self._attempt("journal", lambda connection: journal.write(connection, taken.deliveries))
        if result is None:
            self._behind += len(taken.deliveries)
        return result

    def _decide(self) -> None:
        began = monotonic()
        most = self._share.batch(began)
        found = self._attempt("read", lambda connection: _waiting(connection, most), reading=True)
        if isinstance(found, Exception):
            self._not_before = monotonic() + RECOVERY
            return
        batch, self._behind = found
        if batch and self._decide_batch(batch):
            self._behind -= batch[-1].id - batch[0].id + 1
        elif batch:
            self._not_before = monotonic() + RECOVERY
        self._share.decided(began, monotonic())

    def _decide_batch(self, batch: Sequence[Delivery]) -> bool:
        """Decide a batch in one transaction; where that fails, in halves, until the bad one stands alone.

        False where it was not the batch that failed but the database: it stays in the journal as it is.
        """
        now = self._clock()
        news = self._attempt("decide", lambda connection: self._decider.deliveries(connection, batch, now))
        if not isinstance(news, Exception):
            if news:
                self._tell_changed()
            return True
        if ailment(news):
            return False
        if len(batch) > 1:
            middle = len(batch) // 2
            return self._decide_batch(batch[:middle]) and self._decide_batch(batch[middle:])
        error = news
        boxed = self._attempt(
            "box", lambda connection: self._decider.refuse(connection, batch[0], error, now)
        )
        self._tell_changed()
        return boxed is None

    def _answer_drains(self) -> None:
        answer_all([(self._drains.popleft().future, None) for _ in range(len(self._drains))])

    def _tell_changed(self) -> None:
        with self._wake:
            self._dirty = True
            waiters = tuple(self._changed)
        for wake in waiters:
            wake()


def _waiting(connection: Connection, most: int) -> tuple[list[Delivery], int]:
    """The next deliveries to decide, and how many numbers wait, theirs included."""
    mark = picture.mark(connection, journal.DECIDED)
    return journal.read(connection, mark, most=most), journal.last(connection) - mark
