"""The Web API, as much of it as Headwater uses: one thin wrapper through which every call goes.

`METHODS` is the whole list, with the scopes each needs; the manifest and the check at start are derived from
it, and a test holds it to the calls below.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from headwater.slack.blocks import Json, Message

READ_HISTORY: Final = ("channels:history", "groups:history")
READ_CHANNELS: Final = ("channels:read", "groups:read")

METHODS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "auth.test": (),
        "chat.postMessage": ("chat:write",),
        "chat.update": ("chat:write",),
        "chat.postEphemeral": ("chat:write",),
        "chat.getPermalink": (),
        "conversations.list": READ_CHANNELS,
        "conversations.join": ("channels:join",),
        "conversations.open": ("im:write",),
        "conversations.history": READ_HISTORY,
        "conversations.replies": READ_HISTORY,
        "views.open": (),
        "views.update": (),
        "views.publish": (),
    }
)
"""Every method Headwater calls, and the bot scopes it needs."""

LOG: Final = logging.getLogger(__name__)

TIMEOUT: Final = 10
"""Seconds; Slack answers in under one, and a lane waits for it."""


class Slack:
    """The Web API with the bot's token. Errors are slack_sdk's; `transport` knows what they mean."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self._links: dict[tuple[str, str], str] = {}

    async def who_am_i(self) -> tuple[Json, Mapping[str, str]]:
        """auth.test: the answer, and its headers, in which Slack tells the token's scopes."""
        answer = await self.client.auth_test()
        return dict(answer.data) if isinstance(answer.data, dict) else {}, answer.headers

    async def post(
        self, channel: str, message: Message, *, thread: str | None = None, broadcast: bool = False
    ) -> tuple[str, str]:
        """A new message; the conversation's id and the message's ts."""
        arguments: Json = {**message.payload(), "unfurl_links": False, "unfurl_media": False}
        if message.metadata is not None:
            arguments["metadata"] = message.metadata
        if thread is not None:
            arguments |= {"thread_ts": thread, "reply_broadcast": broadcast}
        answer = await self._call("chat.postMessage", channel=channel, **arguments)
        return str(answer["channel"]), str(answer["ts"])

    async def update(self, channel: str, ts: str, message: Message) -> tuple[str, str]:
        """The same message with new content."""
        arguments = message.payload()
        if message.metadata is not None:
            arguments["metadata"] = message.metadata
        answer = await self._call("chat.update", channel=channel, ts=ts, **arguments)
        return str(answer["channel"]), str(answer["ts"])

    async def whisper(self, channel: str, user: str, message: Message, *, thread: str | None = None) -> None:
        """A message that only `user` sees."""
        arguments = {**message.payload(), **({"thread_ts": thread} if thread else {})}
        await self._call("chat.postEphemeral", channel=channel, user=user, **arguments)

    async def permalink(self, channel: str, ts: str) -> str:
        """The address of a message; it never changes, so it is asked once."""
        if (channel, ts) not in self._links:
            answer = await self._call("chat.getPermalink", channel=channel, message_ts=ts)
            self._links[channel, ts] = str(answer["permalink"])
        return self._links[channel, ts]

    async def channels(self) -> AsyncIterator[Json]:
        """Every channel the bot may see, page by page."""
        cursor = ""
        while True:
            answer = await self._call(
                "conversations.list",
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=200,
                **({"cursor": cursor} if cursor else {}),
            )
            for channel in answer["channels"]:
                yield channel
            cursor = answer.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return

    async def join(self, channel: str) -> None:
        """Become a member of a public channel."""
        await self._call("conversations.join", channel=channel)

    async def direct(self, user: str) -> str:
        """The id of the conversation with one person."""
        answer = await self._call("conversations.open", users=user)
        return str(answer["channel"]["id"])

    async def recent(self, channel: str, *, thread: str | None = None, most: int = 100) -> list[Json]:
        """The newest messages of a channel, or of a thread in it, with their metadata."""
        arguments: Json = {"channel": channel, "limit": most, "include_all_metadata": True}
        if thread is None:
            answer = await self._call("conversations.history", **arguments)
        else:
            answer = await self._call("conversations.replies", ts=thread, **arguments)
        return list(answer["messages"])

    async def page(
        self, channel: str, *, oldest: str = "", thread: str | None = None, cursor: str = ""
    ) -> tuple[list[Json], str]:
        """A page of a channel (newest first) or of a thread in it (oldest first), later than `oldest`; and
        the cursor of the next, empty where there is none.
        """
        arguments: Json = {"channel": channel, "limit": 200}
        arguments |= {"oldest": oldest} if oldest else {}
        arguments |= {"cursor": cursor} if cursor else {}
        if thread is None:
            answer = await self._call("conversations.history", **arguments)
        else:
            answer = await self._call("conversations.replies", ts=thread, **arguments)
        following = answer.get("response_metadata") or {}
        return list(answer["messages"]), str(following.get("next_cursor") or "")

    async def message(self, channel: str, ts: str) -> Json | None:
        """One message, in the channel or in a thread of it; None where there is none."""
        arguments: Json = {"channel": channel, "latest": ts, "oldest": ts, "inclusive": True, "limit": 2}
        answer = await self._call("conversations.replies", ts=ts, **arguments)
        return next((dict(found) for found in answer["messages"] if found.get("ts") == ts), None)

    async def open_view(self, trigger_id: str, view: Json) -> Json:
        """A modal; the view as Slack keeps it, with its id and hash."""
        return dict((await self._call("views.open", trigger_id=trigger_id, view=view))["view"])

    async def update_view(self, view_id: str, view_hash: str, view: Json) -> None:
        """An open modal's new content, unless it has changed since `view_hash`."""
        await self._call("views.update", view_id=view_id, hash=view_hash, view=view)

    async def publish_home(self, user: str, view: Json) -> None:
        """A person's App Home."""
        await self._call("views.publish", user_id=user, view=view)

    async def respond(self, response_url: str, message: Message) -> None:
        """Answer an interaction or a command to its author alone: a response_url takes five answers in
        half an hour, and is the only way to speak where the bot is no member.
        """
        webhook = AsyncWebhookClient(response_url, timeout=TIMEOUT, logger=LOG)
        await webhook.send_dict(
            {
                "text": message.text,
                "blocks": list(message.blocks),
                "response_type": "ephemeral",
                "replace_original": False,
            }
        )

    async def _call(self, method: str, **arguments: Any) -> Json:
        """One call by its name in `METHODS`."""
        if method not in METHODS:
            raise LookupError(f"{method} is not in METHODS: add it there with the scopes it needs.")
        answer = await getattr(self.client, method.replace(".", "_"))(**arguments)
        return dict(answer.data)


def connect(
    token: str, base_url: str = "https://slack.com/api/", *, logger: logging.Logger | None = None
) -> Slack:
    """A client for answering people: a 429 is waited out once. Not for the sender, which has its own pace."""
    return Slack(_client(token, base_url, [AsyncRateLimitErrorRetryHandler(max_retry_count=1)], logger))


def connect_sender(
    token: str, base_url: str = "https://slack.com/api/", *, logger: logging.Logger | None = None
) -> Slack:
    """A client that never retries by itself: the SDK's retry after a connection error can post twice."""
    return Slack(_client(token, base_url, [], logger))


def _client(
    token: str, base_url: str, retries: list[AsyncRetryHandler], logger: logging.Logger | None
) -> AsyncWebClient:
    return AsyncWebClient(
        token=token,
        base_url=base_url if base_url.endswith("/") else f"{base_url}/",
        timeout=TIMEOUT,
        retry_handlers=retries,
        logger=logger,
    )
