"""Serves a workspace on the loopback: Web API, Socket Mode, webhooks, response URLs, control, page."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.routing import Mount, Route, WebSocketRoute

from .api import WebApi
from .control import Control
from .delivery import Courier
from .hooks import Hooks
from .page import page_routes
from .socket_mode import Sockets
from .state import Clock, Workspace

T = TypeVar("T")


class _Uvicorn(uvicorn.Server):
    """A server that lives inside somebody else's process: it leaves the signals alone and says when it is
    up.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class WorkspaceServer:
    """`async with WorkspaceServer(workspace) as server:` serves it at `server.url` until the block ends.

    Port 0 takes a free one. A taken port raises OSError before anything is served. Over HTTP an app
    compares a request's timestamp with its own clock: where the workspace's clock is driven and the app's
    is not, give the app's as `signing_clock`.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        signing_clock: Clock | None = None,
    ) -> None:
        self.workspace = workspace
        self.signing_clock = signing_clock or workspace.clock
        self.host, self.port = host, port
        self.url = ""
        self.sockets: Sockets
        self.courier: Courier
        self._server: _Uvicorn
        self._task: asyncio.Task[None]
        self._loop: asyncio.AbstractEventLoop

    @property
    def api_url(self) -> str:
        """The `base_url` of Slack's clients."""
        return f"{self.url}/api/"

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self.host, self.port))
            listening.listen(128)  # at once: with SO_REUSEADDR two may bind a port that nobody listens on yet
        except OSError:
            listening.close()
            raise
        self.port = listening.getsockname()[1]
        self.url = self.workspace.base_url = f"http://{self.host}:{self.port}"
        self.sockets = Sockets(self.workspace, self._hang_up)
        self.courier = Courier(self.workspace, self.sockets, self.signing_clock)
        config = uvicorn.Config(
            self._routes(),
            lifespan="off",
            access_log=False,
            log_config=None,
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = _Uvicorn(config)
        self._task = asyncio.create_task(self._server.serve([listening]))
        await self._server.up.wait()
        self.workspace.outlet = self.courier.take
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.workspace.outlet = lambda _envelope: None
        self.control.close()
        await self.courier.close()
        await self.sockets.drop()
        self._server.should_exit = True
        await self._task

    def call(self, act: Callable[[], T], *, within: float = 30.0) -> T:
        """Runs `act` on the server's own thread and returns its result; for callers on other threads."""

        async def run() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(within)

    def _routes(self) -> Starlette:
        api, hooks = WebApi(self.workspace, self._hang_up), Hooks(self.workspace)
        self.control = Control(self.workspace, self.sockets)
        # A foreign page that points its own name at the loopback must not speak to this server.
        names = ["*"] if self.host == "0.0.0.0" else ["127.0.0.1", "localhost", self.host]  # noqa: S104 - compared
        return Starlette(
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=names)],
            routes=[
                Route("/api/{method:str}", api.call, methods=["GET", "POST"]),
                WebSocketRoute("/link/", self.sockets.accept),
                Route("/services/{rest:path}", hooks.incoming, methods=["POST"]),
                Route("/actions/{rest:path}", hooks.response_url, methods=["POST"]),
                Route("/upload/v1/{file:str}", hooks.upload, methods=["POST", "PUT"]),
                Route("/files/{file:str}/{name:str}", hooks.download),
                Mount("/control", routes=self.control.routes()),
                *page_routes(),
            ],
        )

    async def _hang_up(self, connection: HTTPConnection) -> None:
        """Cuts the TCP connection that this request or WebSocket came on."""
        peer = connection.client
        for protocol in tuple(self._server.server_state.connections):
            transport: Any = getattr(protocol, "transport", None)
            if (
                transport is not None
                and peer is not None
                and transport.get_extra_info("peername") == (peer.host, peer.port)
            ):
                transport.abort()
        await _settled(self._loop)


async def _settled(loop: asyncio.AbstractEventLoop) -> None:
    """Lets the loop tell the protocols that their transport is gone, so that no late answer is attempted."""
    done = asyncio.Event()
    loop.call_soon(lambda: loop.call_soon(done.set))
    await done.wait()


@contextmanager
def running_in_thread(
    workspace: Workspace, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[WorkspaceServer]:
    """Serves from a thread of its own, for callers that block; act through `server.call`."""
    server = WorkspaceServer(workspace, host=host, port=port)
    up, stop = threading.Event(), threading.Event()
    failed: list[OSError] = []

    async def serve() -> None:
        try:
            async with server:
                up.set()
                await asyncio.to_thread(stop.wait)
        except OSError as error:
            failed.append(error)
            up.set()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="local-workspace", daemon=True)
    thread.start()
    up.wait()
    try:
        if failed:
            raise failed[0]
        yield server
    finally:
        stop.set()
        thread.join()
