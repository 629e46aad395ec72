"""Reading forward: what was posted in the channels listened to while nobody heard it.

The mark of how far a channel was read moves only by reading: were it moved by what is heard, the first
message after a gap would hide all those within it. So a message may come both ways; its key, made of what it
says, lets only one in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError

from headwater.clock import Clock
from headwater.core.alerts import Alert, Delivery
from headwater.core.registry import Listen
from headwater.intake import slack_message
from headwater.intake.slack_message import is_same_app
from headwater.intake.slack_status import Told
from headwater.slack.blocks import Json
from headwater.slack.listening import Listening, is_reply, ts_of
from headwater.slack.pace import MINUTE, Pace, Window
from headwater.store import listening as store
from headwater.store.reading import Reader

LOG = logging.getLogger(__name__)

FURTHEST: Final = timedelta(hours=24)
"""A channel is read back no further: what is older is for the weekly review, not for whoever is on call."""
STILL_FIRING: Final = 30
"""Messages of alerts that still fire, looked at again after a gap; the newest of a channel."""
PACES: Final = MappingProxyType({"history": (Window(40, MINUTE),), "replies": (Window(40, MINUTE),)})
"""Both methods are tier 3, fifty a minute; the rest is for whoever looks for a message meanwhile."""


async def _rest(until: datetime, clock: Clock) -> None:
    await asyncio.wait(
        {asyncio.get_running_loop().create_future()}, timeout=max(0.05, (until - clock()).total_seconds())
    )


@dataclass(slots=True, kw_only=True)
class ReadingForward:
    """Reads every channel listened to, one after the other. `rest` waits until a time, for the pace."""

    listening: Listening
    reader: Reader
    rest: Callable[[datetime, Clock], Awaitable[None]] = _rest
    pace: Pace = field(default_factory=lambda: Pace(paces=PACES))
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def catch_up_soon(self) -> None:
        """Catch up without anybody's waiting for it: at start and on every new connection."""
        task = asyncio.get_running_loop().create_task(self._catch_up())
        self._tasks.add(task)
        task.add_done_callback(self._caught_up)

    async def finished(self) -> None:
        """Returns when every reading under way is done."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def close(self) -> None:
        """End readings under way; the next start goes on from the last mark."""
        for task in tuple(self._tasks):
            task.cancel()
        await self.finished()

    async def _catch_up(self) -> None:
        await self.catch_up()

    def _caught_up(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            LOG.error("reading the channels failed; the next reading tries again", exc_info=error)

    async def catch_up(self) -> int:
        """After a gap: read every channel forward, and look again at what still fires. How many messages
        were handed on; those that were heard already are among them.
        """
        return await self._read_all(again=True)

    async def read_forward(self) -> int:
        """Read every channel from the last message read. For a bell: no event that Slack lost stays lost."""
        return await self._read_all(again=False)

    async def _read_all(self, *, again: bool) -> int:
        async with self._reading:
            marks = await self.listening.learn()
            count = 0
            for place, listen in sorted((await self.listening.listens()).items()):
                mark = marks.get(place)
                try:
                    count += await self._read(place, listen, mark.last if mark else "", again=again)
                except SlackApiError as error:
                    await self.listening.trouble(place, listen, error)
                except (TimeoutError, aiohttp.ClientError) as error:
                    LOG.warning("%s could not be read (%s)", listen.channel, type(error).__name__)
        return count

    async def _read(self, place: str, listen: Listen, last: str, *, again: bool) -> int:
        now = self.listening.clock()
        if not last:
            await self._mark(place, ts_of(now))
            return 0
        oldest = max(last, ts_of(now - FURTHEST))
        if oldest != last:
            LOG.warning("%s was last read more than %s ago: what is older is left", listen.channel, FURTHEST)
        messages = await self._pages(place, oldest=oldest)
        found: list[tuple[str, Delivery]] = []
        for message in messages:
            found += await self._read_message(place, listen, message)
        if again:
            found += await self._read_again(place, listen, before=oldest)
        found.sort(key=lambda one: one[0])
        if found:
            await self.listening.engine.receive([delivery for _, delivery in found])
        newest = max((str(message.get("ts")) for message in messages), default=last)
        await self._mark(place, newest)
        return len(found)

    async def _mark(self, place: str, ts: str) -> None:
        now = self.listening.clock()
        await self.listening.engine.write(lambda connection: store.read_to(connection, place, ts, now))

    async def _read_message(self, place: str, listen: Listen, message: Json) -> list[tuple[str, Delivery]]:
        """A message of the history, and what its app replied to it."""
        if not await self.listening.is_wanted(message, listen):
            return []
        if is_reply(message):  # sent to the channel too
            root = await self.listening.root(place, str(message["thread_ts"]))
            return await self._replies(place, listen, root, [message]) if root else []
        self.listening.keep_root(place, message)
        found = [(str(message["ts"]), await self.listening.delivery(place, _as_event(place, message)))]
        me = await self.listening.whoami()
        if set(message.get("reply_users") or ()) - {me.bot_user_id}:
            thread = await self._pages(place, thread=str(message["ts"]))
            found += await self._replies(place, listen, message, thread)
        return found

    async def _replies(
        self, place: str, listen: Listen, root: Json, thread: Iterable[Json]
    ) -> list[tuple[str, Delivery]]:
        return [
            (str(reply["ts"]), await self.listening.delivery(place, _as_event(place, reply), root=root))
            for reply in thread
            if is_reply(reply) and is_same_app(root, reply) and await self.listening.is_wanted(reply, listen)
        ]

    async def _read_again(self, place: str, listen: Listen, *, before: str) -> list[tuple[str, Delivery]]:
        """Messages older than what was read, of alerts that still fire: edited or replied to meanwhile?"""
        sender = f"slack:{place}"
        firing = await asyncio.to_thread(self.reader.alerts_of, sender, limit=STILL_FIRING)
        found: list[tuple[str, Delivery]] = []
        for alert in firing:
            ts = (alert.origin or "").partition(":")[2]
            if not ts or ts > before:
                continue
            thread = await self._pages(place, thread=ts)
            root = next((message for message in thread if message.get("ts") == ts), None)
            if root is None:
                continue
            self.listening.keep_root(place, root)
            found += await self._edited(place, root, alert)
            found += await self._replies(place, listen, root, thread)
        return found

    async def _edited(self, place: str, root: Json, alert: Alert) -> list[tuple[str, Delivery]]:
        """The message, if it says something else by now than that its alert fires."""
        known = alert.key.removeprefix(f"{alert.sender}/")
        says = slack_message.hear(root, place, str(root["ts"]))
        if says.told is not Told.OVER and says.fingerprint == known:
            return []
        edited = str((root.get("edited") or {}).get("ts") or root["ts"])
        return [(edited, await self.listening.delivery(place, _as_event(place, root), was=known))]

    async def _pages(self, place: str, *, oldest: str = "", thread: str | None = None) -> list[Json]:
        """All messages, oldest first, page by page at the pace."""
        found: list[Json] = []
        cursor = ""
        while True:
            await self._turn("history" if thread is None else "replies")
            page, cursor = await self.listening.slack.page(place, oldest=oldest, thread=thread, cursor=cursor)
            found += page
            if not cursor:
                return sorted(found, key=lambda message: str(message.get("ts")))

    async def _turn(self, method: str) -> None:
        clock = self.listening.clock
        while (at := self.pace.when(method, method=method, lane=method, now=clock())) > clock():
            await self.rest(at, clock)


def _as_event(place: str, message: Json) -> Json:
    """A message of the history, as its event would have brought it."""
    return {**message, "type": "message", "channel": place}
