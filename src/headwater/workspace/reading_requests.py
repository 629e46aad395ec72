"""Reads an HTTP request as Slack's servers do: JSON, form, multipart or query string, token in header or
body.
"""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from .schema import coerce
from .wire import Json, SlackRefusalError


async def read_arguments(request: Request, schema: Json) -> Json:
    """The call's arguments with the types `schema` gives them; `invalid_json` and the like for what can't
    be read.
    """
    texts: dict[str, str] = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    arguments: Json = {}
    if kind == "application/json" and body.strip():
        arguments = _json_object(body)
    elif kind == "multipart/form-data":
        texts |= _multipart(request.headers["content-type"], body)
    elif kind == "application/x-www-form-urlencoded":
        texts |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    elif body.strip():
        raise SlackRefusalError("invalid_post_type")
    known: dict[str, Any] = schema["properties"]
    typed = {name: coerce(text, known[name]) if name in known else text for name, text in texts.items()}
    return typed | arguments


def read_token(request: Request, arguments: Json) -> str | None:
    """The bearer token of the header, else the `token` argument."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    given = arguments.get("token")
    return given if isinstance(given, str) else None


def _json_object(body: bytes) -> Json:
    try:
        decoded = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise SlackRefusalError("invalid_json") from None
    if not isinstance(decoded, dict):
        raise SlackRefusalError("json_not_object")
    return decoded


def _multipart(content_type: str, body: bytes) -> dict[str, str]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    texts = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            texts[name] = content.decode("utf-8", "replace")
    return texts
