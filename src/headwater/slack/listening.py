"""Listening: alerts that other apps post in channels, heard as they come, and in which channels.

What is heard is journalled before Slack is answered; `reading_forward` reads what was missed.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from headwater.clock import Clock
from headwater.core.alerts import Delivery
from headwater.core.effects import Say
from headwater.core.registry import Listen, Registry
from headwater.core.said import Notice, NoticeKind, Where
from headwater.engine import Engine
from headwater.intake import slack_message
from headwater.intake.slack_message import NAME, is_edit, is_from_app, is_posted, is_same_app
from headwater.slack.blocks import Json
from headwater.slack.channels import Channels
from headwater.slack.client import Slack
from headwater.slack.transport import GiveUp, NotIn, Retry, read_error
from headwater.store import listening as store
from headwater.store.apply import apply

LOG = logging.getLogger(__name__)

ROOTS: Final = 500
"""Messages remembered, so that a reply to one of them needs no look-up."""


@dataclass(slots=True, kw_only=True)
class Listening:
    """Hears the channels of the registry's `listen`, and those asked for in Slack.

    `whoami` answers auth.test.
    """

    engine: Engine
    slack: Slack
    channels: Channels
    clock: Clock
    whoami: Callable[[], Awaitable[AuthorizeResult]]
    _listens: Mapping[str, Listen] | None = None
    _registry: Registry | None = None
    _roots: OrderedDict[tuple[str, str], Json] = field(default_factory=OrderedDict)
    _app: str = ""

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
        if listen is None or message is None or not await self.is_wanted(message, listen):
            return False
        root = None
        if is_reply(message):
            root = await self.root(place, str(message["thread_ts"]))
            if root is None or not is_same_app(root, message):
                return False
        else:
            self.keep_root(place, message)
        await self.engine.receive([await self.delivery(place, event, root=root)])
        return True

    async def listens(self) -> Mapping[str, Listen]:
        """Every channel listened to, by Slack's id."""
        if self._listens is None or self._registry is not self.engine.registry:
            await self.learn()
        return self._listens or {}

    async def is_wanted(self, message: Json, listen: Listen) -> bool:
        """Whether an app wrote it, not we, and one of those that the registry names."""
        if not is_posted(message) or not is_from_app(message):
            return False
        me = await self.whoami()
        app = message.get("app_id") or (message.get("bot_profile") or {}).get("app_id")
        ours = message.get("bot_id") == me.bot_id or (self._app and app == self._app)
        if ours or (message.get("user") and message.get("user") == me.bot_user_id):
            return False
        return not listen.apps or bool({app, message.get("bot_id")} & set(listen.apps))

    async def root(self, place: str, ts: str) -> Json | None:
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
            self.keep_root(place, found)
        return self._roots[place, ts]

    def keep_root(self, place: str, message: Json) -> None:
        """Remember a message, for the replies to it."""
        self._roots[place, str(message.get("ts"))] = message
        if len(self._roots) > ROOTS:
            self._roots.popitem(last=False)

    async def delivery(self, place: str, event: Json, *, root: Json | None = None, was: str = "") -> Delivery:
        """What the journal keeps: the event, with its thread's root, and what its alert was known by."""
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
            await self.slack.page(place, oldest=ts_of(self.clock()))
        except SlackApiError as error:
            trouble = await self._unreadable(place, "this channel", error)
            if trouble is not None:
                return trouble
        now = self.clock()
        await self.engine.write(lambda connection: store.listen(connection, place, who, ts_of(now), now))
        await self.learn()
        return None

    async def end(self, place: str) -> bool:
        """Listen there no more; False where nobody had asked for it in Slack."""
        ended = await self.engine.write(lambda connection: store.unlisten(connection, place))
        await self.learn()
        return ended

    async def asked(self) -> tuple[store.Listened, ...]:
        """The channels that people asked for in Slack."""
        rows = await self.engine.write(store.listened)
        return tuple(row for row in rows if row.who is not None)

    async def learn(self) -> dict[str, store.Listened]:
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

    # -- trouble

    async def trouble(self, place: str, listen: Listen, error: SlackApiError) -> None:
        """A channel could not be read: the bot joins it, or the admins are told what is in the way."""
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


def is_reply(message: Json) -> bool:
    """Whether it stands in a thread, below another."""
    return bool(message.get("thread_ts")) and message.get("thread_ts") != message.get("ts")


def ts_of(at: datetime) -> str:
    """A time as Slack writes it."""
    return f"{int(at.timestamp()):010d}.{at.microsecond:06d}"
