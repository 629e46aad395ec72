"""Slack's way in: a socket where there is an app token, the signed HTTP route where there is a secret."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from starlette.routing import BaseRoute

from headwater.app.starting import check_app_token
from headwater.slack.doors import Doors

LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Hearing:
    """The doors, opened as soon as Slack can be reached: alerts are taken in meanwhile."""

    doors: Doors
    app_token: str | None
    api_url: str
    socket: AsyncSocketModeHandler | None = None
    is_open: bool = False

    async def open(self) -> None:
        """Open them; done once, and tried again by a bell while Slack can't be reached.

        Raises CannotStartError where Slack refuses the app token.
        """
        if self.is_open:
            return
        if self.app_token is not None and not await check_app_token(self.app_token, self.api_url):
            return
        try:
            if self.app_token is not None:
                self.socket = await self.doors.open_socket(self.app_token)
            else:
                await self.doors.ready()
        except (TimeoutError, aiohttp.ClientError) as wrong:
            LOG.warning("Slack can't be reached (%s); it is tried again", type(wrong).__name__)
            return
        self.is_open = True

    async def check(self) -> str | None:
        """None when Slack can reach us, else what is in the way; for `/readyz`."""
        if self.is_open:
            return None
        return "Slack could not be reached yet: look at the network; alerts are taken in meanwhile."

    def routes(self) -> list[BaseRoute]:
        """What the web server serves for Slack."""
        return [self.doors.route()] if self.doors.signatures is not None else []


@asynccontextmanager
async def hearing(doors: Doors, *, app_token: str | None, api_url: str) -> AsyncIterator[Hearing]:
    """Open until the block ends; then nothing more comes in, and what was acked is finished."""
    made = Hearing(doors=doors, app_token=app_token, api_url=api_url)
    await made.open()
    try:
        yield made
    finally:
        if made.socket is not None:
            await made.socket.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        await doors.close()
