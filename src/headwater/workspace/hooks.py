"""The plain URLs of the platform: incoming webhooks, response URLs, file uploads and downloads."""

from __future__ import annotations

from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from .answers import use_response_url
from .posting import post_from_webhook
from .state import Workspace
from .wire import Json, SlackRefusalError


class Hooks:
    """Their endpoints."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    async def incoming(self, request: Request) -> Response:
        """An incoming webhook: `ok`, or Slack's plain-text refusals."""
        webhook = self.workspace.webhooks.get(request.url.path)
        if webhook is None:
            return PlainTextResponse("no_service", 404)
        body = _payload(await request.body(), request.headers.get("content-type", ""))
        if body is None:
            return PlainTextResponse("invalid_payload", 400)
        if not any(body.get(part) for part in ("text", "blocks", "attachments")):
            return PlainTextResponse("no_text", 400)
        try:
            post_from_webhook(self.workspace, webhook, body)
        except SlackRefusalError as refusal:
            return PlainTextResponse(refusal.code, 410 if refusal.code == "channel_is_archived" else 400)
        return PlainTextResponse("ok")

    async def response_url(self, request: Request) -> Response:
        url = self.workspace.tickets.find_url(request.url.path)
        if url is None:
            return JSONResponse({"ok": False, "error": "invalid_url"}, 404)
        body = _payload(await request.body(), request.headers.get("content-type", ""))
        if body is None:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        self.workspace.watch.begin()
        try:
            use_response_url(self.workspace, url, body)
        except SlackRefusalError as refusal:
            return JSONResponse(refusal.body(), 404 if refusal.code in {"expired_url", "used_url"} else 400)
        finally:
            self.workspace.watch.end()
        return JSONResponse({"ok": True})

    async def upload(self, request: Request) -> Response:
        """Step two of an external upload: the bytes, as many as were announced."""
        upload = self.workspace.uploads.get(request.path_params["file"])
        if upload is None:
            return PlainTextResponse("no such upload", 404)
        content = await request.body()
        if len(content) != upload["size"]:
            return PlainTextResponse(f"announced {upload['size']} bytes, got {len(content)}", 400)
        upload["bytes"] = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        upload = self.workspace.uploads.get(request.path_params["file"])
        if upload is None or upload["bytes"] is None:
            return PlainTextResponse("no such file", 404)
        # Never rendered by the browser: an uploaded page must not run beside the workspace's own.
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(upload["bytes"], media_type="application/octet-stream", headers=headers)


def _payload(body: bytes, content_type: str) -> Json | None:
    """A JSON object, sent as such or as the form field `payload`."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        body = parse_qs(body.decode("utf-8", "replace")).get("payload", [""])[0].encode()
    try:
        decoded = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    return decoded if isinstance(decoded, dict) else None
