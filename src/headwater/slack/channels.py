"""Where a name leads: `#name` to a channel's id, a person to the conversation with them.

Cached; a name not found is looked for again at most once in a while, for listing all channels is many calls.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError

from headwater.core.registry import Registry
from headwater.slack import mrkdwn
from headwater.slack.client import Slack
from headwater.slack.people import slack_id
from headwater.slack.transport import PASSED_AFTER, GiveUp, Retry, read_error

FRESH: Final = timedelta(seconds=60)
"""A name not found is looked for again after this long: somebody may just have made the channel."""

LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Channels:
    """Names and ids of this workspace. `remember` keeps a channel's id for the rest of Headwater."""

    slack: Slack
    remember: Callable[[str, str], Awaitable[None]]
    _ids: dict[str, str] = field(default_factory=dict)
    _direct: dict[str, str] = field(default_factory=dict)
    _listed_at: datetime | None = None

    async def place(self, written: str, now: datetime) -> str | Retry | GiveUp:
        """The id of the channel that the registry writes as `#name` or `C...`."""
        if mrkdwn.is_channel(written):
            return written
        name = written.removeprefix("#")
        if name not in self._ids and (self._listed_at is None or now - self._listed_at >= FRESH):
            trouble = await self._list(now)
            if trouble is not None:
                return trouble
            if name in self._ids:
                await self.remember(written, self._ids[name])
        if name not in self._ids:
            return GiveUp(
                f"there is no channel #{name} that I can see: create it, or invite me if it is private"
            )
        return self._ids[name]

    async def direct(self, ref: str, registry: Registry) -> str | Retry | GiveUp:
        """The id of the conversation with a person (`U...` or `person:`)."""
        user = slack_id(registry, ref)
        if user is None:
            return GiveUp(f"the registry knows no Slack id of {ref}")
        if user not in self._direct:
            try:
                self._direct[user] = await self.slack.direct(user)
            except SlackApiError as error:
                return _final(read_error(error, ref), ref)
            except (TimeoutError, aiohttp.ClientError) as error:
                return Retry(PASSED_AFTER, f"Slack could not be reached ({type(error).__name__})")
        return self._direct[user]

    async def join(self, place: str, written: str) -> Retry | GiveUp | None:
        """Join a public channel; None when it worked."""
        try:
            await self.slack.join(place)
        except SlackApiError as error:
            trouble = read_error(error, written)
            if isinstance(trouble, Retry) and trouble.limited:
                return trouble
            LOG.info("could not join %s: %s", written, trouble)
            return GiveUp(f"I am not in {written} and may not join it: invite me there")
        except (TimeoutError, aiohttp.ClientError) as error:
            return Retry(PASSED_AFTER, f"Slack could not be reached ({type(error).__name__})")
        return None

    def forget(self, written: str) -> None:
        """The channel behind the name is gone: the name may mean another one now."""
        self._ids.pop(written.removeprefix("#"), None)

    async def _list(self, now: datetime) -> Retry | GiveUp | None:
        found: dict[str, str] = {}
        try:
            async for channel in self.slack.channels():
                found[channel["name"]] = channel["id"]
        except SlackApiError as error:
            return _final(read_error(error, "the list of channels"), "the list of channels")
        except (TimeoutError, aiohttp.ClientError) as error:
            return Retry(PASSED_AFTER, f"Slack could not be reached ({type(error).__name__})")
        self._ids, self._listed_at = found, now
        return None


def _final(trouble: object, where: str) -> Retry | GiveUp:
    return trouble if isinstance(trouble, Retry | GiveUp) else GiveUp(f"{where} can't be reached")
