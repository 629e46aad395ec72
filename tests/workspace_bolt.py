"""A Bolt app as anybody would write one, served over Socket Mode or over HTTP by Bolt's own adapters."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headwater.workspace import App, WorkspaceServer

# Bolt and the SDK log what the tests provoke on purpose.
logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)
logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)


class Bolt:
    """The app under test, and the raw HTTP requests that reached it (over HTTP only)."""

    def __init__(self, app: AsyncApp) -> None:
        self.app = app
        self.requests: list[Request] = []
        self.answers: list[int] = []
        self.heard: list[dict[str, Any]] = []


def bolt_app(server: WorkspaceServer, app: App) -> AsyncApp:
    client = AsyncWebClient(app.bot_token, base_url=server.api_url)
    return AsyncApp(client=client, signing_secret=app.signing_secret, process_before_response=False)


@asynccontextmanager
async def over_sockets(server: WorkspaceServer, app: App) -> AsyncIterator[Bolt]:
    app.socket_mode = True
    bolt = bolt_app(server, app)
    handler = AsyncSocketModeHandler(bolt, app.app_token, ping_interval=5)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Slack's
    await server.workspace.watch.until(lambda: server.sockets.open.get(app.id), within=5, what="a socket")
    try:
        yield Bolt(bolt)
    finally:
        await handler.client.close()  # type: ignore[no-untyped-call]  # Slack's
        await handler.client.aiohttp_client_session.close()
        await asyncio.gather(*_leftovers(), return_exceptions=True)


def _leftovers() -> list[asyncio.Task[Any]]:
    """The SDK cancels its own tasks but does not wait for them; unfinished ones would warn later."""
    mine = [t for t in asyncio.all_tasks() if "slack_sdk" in str(getattr(t.get_coro(), "cr_code", ""))]
    for task in mine:
        task.cancel()
    return mine


@asynccontextmanager
async def over_http(server: WorkspaceServer, app: App) -> AsyncIterator[Bolt]:
    app.socket_mode = False
    bolt = Bolt(bolt_app(server, app))
    adapter = AsyncSlackRequestHandler(bolt.app)

    async def endpoint(request: Request) -> Response:
        bolt.requests.append(request)
        answer = await adapter.handle(request)
        bolt.answers.append(answer.status_code)
        return answer

    listening = socket.create_server(("127.0.0.1", 0))
    app.request_url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
    routes = [Route("/slack/events", endpoint, methods=["POST"])]
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", ws="none")
    http = uvicorn.Server(config)
    task = asyncio.create_task(http.serve([listening]))
    try:
        yield bolt
    finally:
        http.should_exit = True
        await task
