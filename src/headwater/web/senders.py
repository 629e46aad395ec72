"""The senders the doors know now: read from the database, swapped whole, never older than a few seconds."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from headwater.clock import Clock
from headwater.core.senders import Sender, SenderBook, book_of
from headwater.intake.format import Format
from headwater.web.addresses import Addresses

_LOG: Final = logging.getLogger(__name__)
_AT_MOST_EVERY: Final = timedelta(seconds=1)


class SendersInForce:
    """`read` gives all senders, and may block; it runs in a thread. `refresh` is called every few seconds by
    the scheduler, and by the door when it meets a token it does not know, so that a new one works at once.
    """

    def __init__(
        self, read: Callable[[], tuple[Sender, ...]], formats: Mapping[str, Format], clock: Clock
    ) -> None:
        self._read = read
        self._formats = formats
        self._clock = clock
        self._asked_at: datetime | None = None
        self._senders: tuple[Sender, ...] = ()
        self.book: SenderBook = book_of(())
        self.addresses = Addresses(formats, self.book)
        self.is_known = False

    async def refresh(self) -> None:
        """Read the senders again. When that fails, those known before stay in force, and the log says so."""
        self._asked_at = self._clock()
        try:
            senders = await asyncio.to_thread(self._read)
        except SQLAlchemyError as error:
            _LOG.warning("senders can't be read; those known before stay: %s", type(error).__name__)
            return
        if not self.is_known or senders != self._senders:
            self._senders = senders
            self.book = book_of(senders)
            self.addresses = Addresses(self._formats, self.book)
            self.is_known = True

    async def refresh_for_a_stranger(self) -> None:
        """As `refresh`, but at most once a second: strangers must not make us read without end."""
        now = self._clock()
        if self._asked_at is None or not timedelta(0) <= now - self._asked_at < _AT_MOST_EVERY:
            await self.refresh()
