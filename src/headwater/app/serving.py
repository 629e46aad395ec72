"""Serves the HTTP doors: takes the socket before all else, and leaves signals to whoever composed it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from headwater.core.errors import HeadwaterError

GRACE: Final = 10
"""Seconds that requests under way have to finish once it is told to stop."""


class PortTakenError(HeadwaterError):
    """Something else listens there, or it may not be listened on."""


class _Server(uvicorn.Server):
    """Says when it is up, and does not take the process's signals."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


def bound(host: str, port: int) -> socket.socket:
    """A listening socket, taken at once so that nobody else can have it. Raises PortTakenError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(2048)
    except OSError as wrong:
        taken.close()
        raise PortTakenError(
            f"{host}:{port} can't be listened on: {wrong.strerror}. HEADWATER_LISTEN names another address;"
            " port 0 takes a free one."
        ) from None
    return taken


@asynccontextmanager
async def serving(application: ASGIApp, taken: socket.socket) -> AsyncIterator[None]:
    """Serve until the block ends; requests under way then have `GRACE` seconds."""
    config = uvicorn.Config(
        application,
        access_log=False,
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve([taken]))
    up = asyncio.create_task(server.up.wait())
    try:
        await asyncio.wait({task, up}, return_when=asyncio.FIRST_COMPLETED)
        yield
    finally:
        up.cancel()
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
        taken.close()
