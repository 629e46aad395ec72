"""Socket Mode: the WebSockets an app holds open, what goes down them, and the acknowledgements that come
back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from .apps import App
from .envelopes import ANSWER_WITHIN, Answer, Envelope
from .state import Workspace

MOST_CONNECTIONS = 10
DisconnectReason = Literal["refresh_requested", "warning", "link_disabled"]
_HOST = "local-workspace"


@dataclass(eq=False, slots=True)
class Connection:
    """One open WebSocket of one app, and the envelopes on it that await their acknowledgement."""

    socket: WebSocket
    app: App
    awaiting: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)
    retiring: bool = False

    async def send(self, message: dict[str, Any]) -> None:
        await self.socket.send_text(msgspec.json.encode(message).decode())

    def acknowledge(self, text: str) -> None:
        try:
            message = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return
        waiting = (
            self.awaiting.pop(message.get("envelope_id", ""), None) if isinstance(message, dict) else None
        )
        if waiting is not None and not waiting.done():
            waiting.set_result(Answer(body=message.get("payload") or None))

    def give_up(self) -> None:
        """The connection is gone: nothing on it will be acknowledged."""
        for waiting in self.awaiting.values():
            if not waiting.done():
                waiting.set_result(Answer(error="connection_failed"))
        self.awaiting.clear()


class Sockets:
    """All connections, by app; envelopes go to them in turn."""

    def __init__(self, workspace: Workspace, hang_up: Callable[[WebSocket], Any]) -> None:
        self.workspace = workspace
        self.hang_up = hang_up
        self.open: dict[str, list[Connection]] = {}

    async def accept(self, socket: WebSocket) -> None:
        """Serves one connection until either side ends it."""
        app = self._app_of(socket)
        if app is None:
            await socket.close(4001)
            return
        await socket.accept()
        mine = self.open.setdefault(app.id, [])
        connection = Connection(socket, app)
        mine.append(connection)
        self.workspace.watch.changed("socket", app=app.id, open=len(mine))
        await connection.send(
            {
                "type": "hello",
                "num_connections": len(mine),
                "debug_info": {"host": _HOST, "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": app.id},
            }
        )
        try:
            while True:
                connection.acknowledge(await socket.receive_text())
        except (WebSocketDisconnect, KeyError, RuntimeError):
            pass  # a KeyError is a binary frame, a RuntimeError a socket closed under us: both end the talk
        finally:
            mine.remove(connection)
            connection.give_up()
            self.workspace.watch.changed("socket", app=app.id, open=len(mine))

    def _app_of(self, socket: WebSocket) -> App | None:
        """Whose ticket this is; a ticket from `apps.connections.open` opens one connection."""
        app = self.workspace.apps.get(socket.query_params.get("app_id", ""))
        ticket = socket.query_params.get("ticket", "")
        if app is None or ticket not in app.socket_tickets:
            return None
        if len(self.open.get(app.id, [])) >= MOST_CONNECTIONS:
            return None
        app.socket_tickets.discard(ticket)
        return app

    async def deliver(self, envelope: Envelope) -> Answer:
        """Sends down the next connection and waits 3 s for the acknowledgement."""
        mine = self.open.setdefault(envelope.app_id, [])
        if not mine and envelope.attempt == 1:
            await self._reopened(envelope.app_id)
        if not mine:
            return Answer(error="connection_failed")
        connection = next((c for c in mine if not c.retiring), mine[0])
        mine.remove(connection)
        mine.append(connection)
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        connection.awaiting[envelope.id] = waiting
        message = {
            "envelope_id": envelope.id,
            "type": envelope.kind,
            "accepts_response_payload": envelope.kind != "events_api",
            "payload": envelope.payload,
        }
        if envelope.kind == "events_api":
            message |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.retry_reason}
        try:
            await connection.send(message)
            return await asyncio.wait_for(waiting, ANSWER_WITHIN)
        except TimeoutError:
            connection.awaiting.pop(envelope.id, None)
            return Answer(error="operation_timeout")
        except (RuntimeError, WebSocketDisconnect):
            return Answer(error="connection_failed")

    async def _reopened(self, app_id: str) -> None:
        """The retry "at once" gives a client in the middle of a refresh the time to come back.

        It closes its old connection before it opens the next, and an event sent in between is on neither.
        """
        with suppress(AssertionError):
            await self.workspace.watch.until(
                lambda: self.open[app_id], within=ANSWER_WITHIN, what="a connection"
            )

    async def disconnect(
        self, reason: DisconnectReason = "refresh_requested", app_id: str | None = None
    ) -> None:
        """Announces the end of every connection (of one app), as Slack does now and then.

        A refreshed connection lives on until the client has opened its next one and leaves it; a disabled
        link is closed at once.
        """
        for connection in self._connections(app_id):
            connection.retiring = True
            await connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}})
            if reason == "link_disabled" and connection.socket.application_state is WebSocketState.CONNECTED:
                await connection.socket.close()

    async def drop(self, app_id: str | None = None) -> None:
        """Cuts every connection (of one app) without a word."""
        for connection in self._connections(app_id):
            await self.hang_up(connection.socket)

    def _connections(self, app_id: str | None) -> list[Connection]:
        return [c for app, mine in self.open.items() if app_id in {None, app} for c in mine]
