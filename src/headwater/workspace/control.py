"""`/control/...`: the person's side of the workspace as JSON, for the page, the demo and tests in other
processes.

Every POST must be `application/json`, so that no foreign web page can post here without the browser asking
first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from . import screen
from .acts import ACTS, MAKES
from .envelopes import ANSWER_WITHIN, Envelope
from .socket_mode import Sockets
from .state import Workspace
from .watching import Change
from .wire import Json, NotPossibleError, SlackRefusalError

Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """The endpoints; `close` ends the live streams, so that the server can stop."""

    def __init__(self, workspace: Workspace, sockets: Sockets) -> None:
        self.workspace = workspace
        self.sockets = sockets
        self._closing = asyncio.Event()

    def close(self) -> None:
        self._closing.set()
        self.workspace.watch.changed("closing")

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/state", self.read(screen.state)),
            Route("/messages", self.read(screen.messages)),
            Route("/thread", self.read(screen.thread)),
            Route("/home", self.read(screen.home)),
            Route("/modal", self.read(screen.modal)),
            Route("/calls", self.read(screen.calls)),
            Route("/flags", self.read(screen.flags)),
            Route("/sent", self.read(screen.sent)),
            Route("/stream", self.stream),
            Route("/act", self.write(self.act), methods=["POST"]),
            Route("/make", self.write(self.make), methods=["POST"]),
            Route("/faults", self.write(self.fault), methods=["POST"]),
            Route("/disconnect", self.write(self.disconnect), methods=["POST"]),
            Route("/quiet", self.write(self.quiet), methods=["POST"]),
        ]

    def read(self, look: Callable[[Workspace, Json], Any]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            return self._answer(lambda: look(self.workspace, dict(request.query_params)))

        return endpoint

    def write(self, run: Callable[[Json], Awaitable[Any]]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                return JSONResponse({"error": "send application/json"}, 415)
            try:
                given = msgspec.json.decode(await request.body(), type=dict[str, Any])
            except msgspec.DecodeError as error:
                return JSONResponse({"error": f"send one JSON object: {error}"}, 400)
            try:
                result = await run(given)
            except (KeyError, TypeError) as error:
                return JSONResponse({"error": f"missing or wrong argument: {error}"}, 400)
            except (SlackRefusalError, NotPossibleError, AssertionError) as error:
                return JSONResponse({"error": str(error)}, 409)
            return self._answer(lambda: result)

        return endpoint

    def _answer(self, look: Callable[[], Any]) -> Response:
        try:
            return Response(msgspec.json.encode(look()), media_type="application/json")
        except KeyError as error:
            return JSONResponse({"error": f"missing argument: {error}"}, 400)
        except (SlackRefusalError, NotPossibleError) as error:
            return JSONResponse({"error": str(error)}, 409)

    async def act(self, given: Json) -> Json:
        """`{"as": "U0ANA", "do": "click", ...}`: see ACTS for what can be done and with which arguments."""
        arguments = dict(given)
        person = self.workspace.person(arguments.pop("as"))
        name = arguments.pop("do")
        if name not in ACTS:
            raise NotPossibleError(f"nobody can {name!r}; people can: {', '.join(sorted(ACTS))}")
        result = ACTS[name](self.workspace, person, arguments)
        if isinstance(result, Envelope):
            # Nobody at a screen waits for an event; for a click or a command they do.
            return {} if result.kind == "events_api" else await self._answered(result)
        return result or {}

    async def _answered(self, envelope: Envelope) -> Json:
        try:
            answer = await asyncio.wait_for(_awaited(envelope), ANSWER_WITHIN + 1)
        except TimeoutError:
            return {"answer": None, "error": "operation_timeout"}
        return {"answer": answer.body, "error": answer.error}

    async def make(self, given: Json) -> Json:
        """`{"what": "channel", "name": "x"}`: channels, people, user groups, webhooks."""
        arguments = dict(given)
        what = arguments.pop("what")
        if what not in MAKES:
            raise NotPossibleError(f"{what!r} can't be made; these can: {', '.join(sorted(MAKES))}")
        return MAKES[what](self.workspace, arguments)

    async def fault(self, given: Json) -> Json:
        if given.get("clear"):
            self.workspace.faults.clear()
        else:
            self.workspace.faults.add(**given)
        return {"waiting": len(self.workspace.faults.waiting)}

    async def disconnect(self, given: Json) -> Json:
        """Ends the app's WebSockets: `{"reason": "refresh_requested"}`, or `{"abruptly": true}`."""
        if given.get("abruptly"):
            await self.sockets.drop(given.get("app"))
        else:
            await self.sockets.disconnect(given.get("reason", "refresh_requested"), given.get("app"))
        return {}

    async def quiet(self, given: Json) -> Json:
        await self.workspace.quiet(
            still=float(given.get("still", 0.1)), within=float(given.get("within", 10))
        )
        return {"seq": self.workspace.watch.seq}

    async def stream(self, request: Request) -> Response:
        """Server-sent events: what changed for this person (`?as=`), as it changes."""
        reader = self.workspace.find_user(request.query_params.get("as", "")).id
        return StreamingResponse(
            self._changes(reader), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _changes(self, reader: str) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Change] = asyncio.Queue()
        stop = self.workspace.watch.listen(lambda change: loop.call_soon_threadsafe(queue.put_nowait, change))
        try:
            yield b": hello\n\n"
            while not self._closing.is_set():
                try:
                    change = await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if screen.concerns(self.workspace, change, reader):
                    content = {"seq": change.seq, "kind": change.kind, **change.detail}
                    yield b"data: " + msgspec.json.encode(content) + b"\n\n"
        finally:
            stop()


async def _awaited(envelope: Envelope) -> Any:
    return await envelope
