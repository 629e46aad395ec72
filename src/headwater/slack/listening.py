"""Listening: alerts that other apps post in channels, heard as they come and read forward after every gap.

What is heard is journalled before Slack is answered. The mark of how far a channel was read moves only by
reading: were it moved by what is heard, the first message after a gap would hide all those within it. So a
message may come both ways; its key, made of what it says, lets only one in.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import aiohttp
import msgspec
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from headwater.clock import Clock
from headwater.core.alerts import Alert, Delivery
from headwater.core.picture import Say
from headwater.core.registry import Listen, Registry
from headwater.core.said import Notice, NoticeKind, Where
from headwater.engine import Engine
from headwater.intake import slack_message
from headwater.intake.slack_message import NAME, is_edit, is_from_app, is_posted, is_same_app
from headwater.intake.slack_status import Told
from headwater.slack.blocks import Json
from headwater.slack.channels import Channels
from headwater.slack.client import Slack
from headwater.slack.pace import MINUTE, Pace, Window
from headwater.slack.transport import GiveUp, NotIn, Retry, read_error
from headwater.store import listening as store
from headwater.store.apply import apply
from headwater.store.reading import Reader

LOG = logging.getLogger(__name__)

FURTHEST: Final = timedelta(hours=24)
"""A channel is read back no further: what is older is for the weekly review, not for whoever is on call."""
STILL_FIRING: Final = 30
"""Messages of alerts that still fire, looked at again after a gap; the newest of a channel."""
ROOTS: Final = 500
"""Messages remembered, so that a reply to one of them needs no look-up."""
PACES: Final = MappingProxyType({"history": (Window(40, MINUTE),), "replies": (Window(40, MINUTE),)})
"""Both methods are tier 3, fifty a minute; the rest is for whoever looks for a message meanwhile."""


async def _rest(until: datetime, clock: Clock) -> None:
    await asyncio.wait(
        {asyncio.get_running_loop().create_future()}, timeout=max(0.05, (until - clock()).total_seconds())
    )


@dataclass(slots=True, kw_only=True)
class Listening:
    """Hears and reads the channels of the registry's `listen`, and those asked for in Slack.

    `whoami` answers auth.test; `rest` waits until a time, for the pace.
    """

    engine: Engine
    reader: Reader
    slack: Slack
    channels: Channels
    clock: Clock
    whoami: Callable[[], Awaitable[AuthorizeResult]]
    rest: Callable[[datetime, Clock], Awaitable[None]] = _rest
    pace: Pace = field(default_factory=lambda: Pace(paces=PACES))
    _listens: Mapping[str, Listen] | None = None
    _registry: Registry | None = None
    _roots: OrderedDict[tuple[str, str], Json] = field(default_factory=OrderedDict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _app: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    # -- hearing

    async def heard(self, event: Json, *, app: str = "") -> bool:
        """Whether a message event was one of a listened channel's apps; then it is on disk.

        `app` is our own app's id, as the event names it. Raises Behind or Stopped where the engine can't
        take it, and Slack's errors where a thread can't be read now: Slack is then to send it again.
        """
        self._app = app or self._app
        place = str(event.get("channel") or "")
        listen = (await self.listens()).get(place)
        message = _message(event)
        if listen is None or message is None or not await self._is_wanted(message, listen):
            return False
        root = None
        if _is_reply(message):
            root = await self._root(place, str(message["thread_ts"]))
            if root is None or not is_same_app(root, message):
                return False
        else:
            self._keep_root(place, message)
        await self.engine.receive([await self._delivery(place, event, root=root)])
        return True

    async def listens(self) -> Mapping[str, Listen]:
        """Every channel listened to, by Slack's id."""
        if self._listens is None or self._registry is not self.engine.registry:
            await self._learn()
        return self._listens or {}

    async def _is_wanted(self, message: Json, listen: Listen) -> bool:
        """Whether an app wrote it, not we, and one of those that the registry names."""
        if not is_posted(message) or not is_from_app(message):
            return False
        me = await self.whoami()
        app = message.get("app_id") or (message.get("bot_profile") or {}).get("app_id")
        ours = message.get("bot_id") == me.bot_id or (self._app and app == self._app)
        if ours or (message.get("user") and message.get("user") == me.bot_user_id):
            return False
        return not listen.apps or bool({app, message.get("bot_id")} & set(listen.apps))

    async def _root(self, place: str, ts: str) -> Json | None:
        """The message above a thread; None where Slack shows none. Not paced: Slack waits for the ack."""
        if (place, ts) not in self._roots:
            try:
                found = await self.slack.message(place, ts)
            except SlackApiError as error:
                if isinstance(read_error(error, place), Retry):
                    raise
                found = None
            if found is None:
                return None
            self._keep_root(place, found)
        return self._roots[place, ts]

    def _keep_root(self, place: str, message: Json) -> None:
        self._roots[place, str(message.get("ts"))] = message
        if len(self._roots) > ROOTS:
            self._roots.popitem(last=False)

    async def _delivery(
        self, place: str, event: Json, *, root: Json | None = None, was: str = ""
    ) -> Delivery:
        message = _message(event) or event
        me = await self.whoami()
        ts = str((root or message)["ts"])
        body: Json = {"event": event}
        body |= {"permalink": f"{me.url}archives/{place}/p{ts.replace('.', '')}"} if me.url else {}
        body |= {"root": root} if root else {}
        body |= {"was": was} if was else {}
        return Delivery(
            sender=f"slack:{place}",
            format=NAME,
            received_at=self.clock(),
            body=msgspec.json.encode(body),
            method="EVENT",
            key=slack_message.key_of(event),
        )

    # -- which channels

    async def begin(self, place: str, who: str) -> GiveUp | Retry | None:
        """Listen in a channel from now on; why not, where the bot may not be in it."""
        try:
            await self.slack.page(place, oldest=_ts(self.clock()))
        except SlackApiError as error:
            trouble = await self._unreadable(place, "this channel", error)
            if trouble is not None:
                return trouble
        now = self.clock()
        await self.engine.write(lambda connection: store.listen(connection, place, who, _ts(now), now))
        await self._learn()
        return None

    async def end(self, place: str) -> bool:
        """Listen there no more; False where nobody had asked for it in Slack."""
        ended = await self.engine.write(lambda connection: store.unlisten(connection, place))
        await self._learn()
        return ended

    async def asked(self) -> tuple[store.Listened, ...]:
        """The channels that people asked for in Slack."""
        rows = await self.engine.write(store.listened)
        return tuple(row for row in rows if row.who is not None)

    async def _learn(self) -> dict[str, store.Listened]:
        """Which channels are listened to, and how far each was read."""
        registry = self.engine.registry
        found: dict[str, Listen] = {}
        rows = await self.engine.write(store.listened)
        found |= {row.place: Listen(channel=row.place) for row in rows if row.who is not None}
        for one in registry.listen:
            place = await self.channels.place(one.channel, self.clock())
            if isinstance(place, str):
                found[place] = one
            elif isinstance(place, GiveUp):
                await self._tell(one, place.reason)
            else:
                LOG.warning("%s could not be looked up: %s", one.channel, place.reason)
        self._listens, self._registry = found, registry
        return {row.place: row for row in rows}

    # -- reading

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
            marks = await self._learn()
            count = 0
            for place, listen in sorted((self._listens or {}).items()):
                mark = marks.get(place)
                try:
                    count += await self._read(place, listen, mark.last if mark else "", again=again)
                except SlackApiError as error:
                    await self._trouble(place, listen, error)
                except (TimeoutError, aiohttp.ClientError) as error:
                    LOG.warning("%s could not be read (%s)", listen.channel, type(error).__name__)
        return count

    async def _read(self, place: str, listen: Listen, last: str, *, again: bool) -> int:
        now = self.clock()
        if not last:
            await self.engine.write(lambda connection: store.read_to(connection, place, _ts(now), now))
            return 0
        oldest = max(last, _ts(now - FURTHEST))
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
            await self.engine.receive([delivery for _, delivery in found])
        newest = max((str(message.get("ts")) for message in messages), default=last)
        await self.engine.write(lambda connection: store.read_to(connection, place, newest, now))
        return len(found)

    async def _read_message(self, place: str, listen: Listen, message: Json) -> list[tuple[str, Delivery]]:
        """A message of the history, and what its app replied to it."""
        if not await self._is_wanted(message, listen):
            return []
        if _is_reply(message):  # sent to the channel too
            root = await self._root(place, str(message["thread_ts"]))
            return await self._replies(place, listen, root, [message]) if root else []
        self._keep_root(place, message)
        found = [(str(message["ts"]), await self._delivery(place, _as_event(place, message)))]
        me = await self.whoami()
        if set(message.get("reply_users") or ()) - {me.bot_user_id}:
            thread = await self._pages(place, thread=str(message["ts"]))
            found += await self._replies(place, listen, message, thread)
        return found

    async def _replies(
        self, place: str, listen: Listen, root: Json, thread: Iterable[Json]
    ) -> list[tuple[str, Delivery]]:
        return [
            (str(reply["ts"]), await self._delivery(place, _as_event(place, reply), root=root))
            for reply in thread
            if _is_reply(reply) and is_same_app(root, reply) and await self._is_wanted(reply, listen)
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
            self._keep_root(place, root)
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
        return [(edited, await self._delivery(place, _as_event(place, root), was=known))]

    async def _pages(self, place: str, *, oldest: str = "", thread: str | None = None) -> list[Json]:
        """All messages, oldest first, page by page at the pace."""
        found: list[Json] = []
        cursor = ""
        while True:
            await self._turn("history" if thread is None else "replies")
            page, cursor = await self.slack.page(place, oldest=oldest, thread=thread, cursor=cursor)
            found += page
            if not cursor:
                return sorted(found, key=lambda message: str(message.get("ts")))

    async def _turn(self, method: str) -> None:
        while (at := self.pace.when(method, method=method, lane=method, now=self.clock())) > self.clock():
            await self.rest(at, self.clock)

    # -- trouble

    async def _trouble(self, place: str, listen: Listen, error: SlackApiError) -> None:
        trouble = await self._unreadable(place, listen.channel, error)
        if isinstance(trouble, GiveUp):
            await self._tell(listen, trouble.reason)
        elif trouble is not None:
            LOG.warning("%s could not be read: %s", listen.channel, trouble.reason)

    async def _unreadable(self, place: str, written: str, error: SlackApiError) -> GiveUp | Retry | None:
        """Why a channel can't be read; None where the bot only had to join it, and did."""
        trouble = read_error(error, written)
        if isinstance(trouble, NotIn):
            return await self.channels.join(place, written)
        return trouble if isinstance(trouble, GiveUp | Retry) else GiveUp(f"{written} can't be read")

    async def _tell(self, listen: Listen, reason: str) -> None:
        """The admins, at most once a day a channel: alerts that nobody hears are the worst failure."""
        LOG.warning("can't listen in %s: %s", listen.channel, reason, extra={"hop": "slack"})
        registry, now = self.engine.registry, self.clock()
        to = registry.admin_channel or registry.teams[registry.catch_all].channel
        if to is None:
            return
        notice = Notice(
            key=f"listen/{listen.channel}/{now:%Y-%m-%d}",
            kind=NoticeKind.ADMIN,
            where=Where.CHANNEL,
            to=to,
            at=now,
            facts={"text": f"I can't hear the alerts posted in {listen.channel}: {reason}."},
        )
        await self.engine.write(lambda connection: apply(connection, [Say(notice)], now))


def _message(event: Json) -> Json | None:
    """The message that an event is about; None for what is no message, such as a deletion."""
    if is_edit(event):
        message = event.get("message")
        return message if isinstance(message, dict) else None
    return event if is_posted(event) else None


def _is_reply(message: Json) -> bool:
    return bool(message.get("thread_ts")) and message.get("thread_ts") != message.get("ts")


def _as_event(place: str, message: Json) -> Json:
    """A message of the history, as its event would have brought it."""
    return {**message, "type": "message", "channel": place}


def _ts(at: datetime) -> str:
    """A time as Slack writes it."""
    return f"{int(at.timestamp()):010d}.{at.microsecond:06d}"
