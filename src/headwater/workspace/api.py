"""`/api/<method>`: who asks, may they, is it well formed, is it too often; then the method; then the
faults.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .apps import App
from .faults import Fault, FaultKind
from .methods import METHODS, Asked, Method, missing_scope
from .reading_requests import read_arguments, read_token
from .records import Call
from .schema import arguments_schema, problems
from .state import Workspace
from .wire import Json, SlackRefusalError

# Faults that break the connection after (or before) the effect.
_BREAKS = frozenset({FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.HANG_AFTER})


class WebApi:
    """Answers Web API calls. `hang_up` cuts the connection a request came on, without an answer."""

    def __init__(self, workspace: Workspace, hang_up: Callable[[Request], Any]) -> None:
        self.workspace = workspace
        self.hang_up = hang_up

    async def call(self, request: Request) -> Response:
        self.workspace.watch.begin()
        try:
            return await self._answer(request, request.path_params["method"])
        finally:
            self.workspace.watch.end()

    async def _answer(self, request: Request, name: str) -> Response:
        fault = self.workspace.faults.on_call(name)
        if fault is not None and fault.kind is FaultKind.DROP_BEFORE:
            return await self._break(request)
        refused = _instead(fault)
        if refused is not None:
            self._note(name, None, {}, str(refused.headers.get("x-fault", "")))
            return refused
        app: App | None = None
        arguments: Json = {}
        try:
            method = _known(name)
            schema = arguments_schema(name)
            arguments = await read_arguments(request, schema)
            app = self._authenticate(read_token(request, arguments), method)
            body = {"ok": True} | self._run(name, method, schema, app, arguments)
            self._note(name, app, arguments, None)
        except SlackRefusalError as refusal:
            self._note(name, app, arguments, refusal.code)
            body = refusal.body()
        if fault is not None and fault.kind in _BREAKS:
            if fault.kind is FaultKind.HANG_AFTER:
                await pause(fault.seconds)
            return await self._break(request)
        if fault is not None and fault.kind is FaultKind.SLOW:
            await pause(fault.seconds)
        return _response(body, app, METHODS.get(name))

    def _authenticate(self, token: str | None, method: Method) -> App:
        if token is None:
            raise SlackRefusalError("not_authed")
        app = self.workspace.app_of_token(token)
        if app is None:
            raise SlackRefusalError("invalid_auth")
        if app.refusal is not None:
            raise SlackRefusalError(app.refusal)
        kind = "app" if token == app.app_token else "bot"
        if method.taken_from not in {"any", kind}:
            raise SlackRefusalError("not_allowed_token_type")
        return app

    def _run(self, name: str, method: Method, schema: Json, app: App, arguments: Json) -> Json:
        now = self.workspace.clock()
        wait = self.workspace.pace.call(app.id, name, method.tier, now)
        if wait is not None:
            raise SlackRefusalError("ratelimited", retry_after=wait)
        found = [problem for problem in problems(arguments, schema) if not _left_to_blocks(problem.pointer)]
        if found:
            raise SlackRefusalError("invalid_arguments", messages=[problem.line() for problem in found])
        if method.scopes and not app.scopes.intersection(method.scopes):
            raise missing_scope(app, method.scopes)
        return method.run(Asked(self.workspace, app, arguments))

    def _note(self, name: str, app: App | None, arguments: Json, error: str | None) -> None:
        shown = {key: value for key, value in arguments.items() if key != "token"}
        call = Call(name, app.id if app else None, shown, error is None, error, self.workspace.clock())
        self.workspace.calls.append(call)

    async def _break(self, request: Request) -> Response:
        await self.hang_up(request)
        return Response(status_code=500)


def _known(name: str) -> Method:
    if name not in METHODS:
        raise SlackRefusalError("unknown_method", req_method=name)
    return METHODS[name]


def _left_to_blocks(pointer: str) -> bool:
    """Blocks, attachments and views have error codes of their own; their checks come with the method."""
    return pointer.startswith(("/blocks", "/attachments", "/view/"))


def _instead(fault: Fault | None) -> Response | None:
    """What a fault answers in place of the call."""
    if fault is None:
        return None
    if fault.kind is FaultKind.RATE_LIMITED:
        seconds = str(max(1, int(fault.seconds)))
        headers = {"Retry-After": seconds, "x-fault": "ratelimited"}
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)
    if fault.kind is FaultKind.SERVER_ERROR:
        return Response("upstream unavailable", fault.status, {"x-fault": f"http_{fault.status}"})
    if fault.kind is FaultKind.ERROR:
        return JSONResponse({"ok": False, "error": fault.code}, headers={"x-fault": fault.code})
    return None


def _response(body: Json, app: App | None, method: Method | None) -> Response:
    headers = {}
    if app is not None and method is not None:
        headers = {
            "x-oauth-scopes": ",".join(sorted(app.scopes)),
            "x-accepted-oauth-scopes": ",".join(method.scopes),
        }
    retry_after = body.pop("retry_after", None)
    if retry_after is not None:
        return JSONResponse(body, 429, headers | {"Retry-After": str(retry_after)})
    return JSONResponse(body, headers=headers)


async def pause(seconds: float) -> None:
    """Lets real time pass: a slow network is a thing of real seconds, whatever the workspace's clock says."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    await over.wait()
