"""Reads a request's body without trusting its size: neither what it says, nor what it inflates to."""

import zlib
from collections.abc import Mapping
from typing import Final

from starlette.types import Receive

from headwater.web.refusals import Refused, too_big

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


class Gone(Exception):
    """The client hung up before its body was whole: there is nobody to answer."""


async def read_body(receive: Receive, headers: Mapping[str, str], limit: int) -> bytes:
    """The whole body, inflated. Raises `Refused` (413, 415, 400) and `Gone`."""
    declared = headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise too_big(limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message["type"] != "http.request":
        raise Gone
    if message.get("more_body"):
        body = await _rest(receive, body, limit)
    if len(body) > limit:
        raise too_big(limit)
    encoding = headers.get("content-encoding")
    return body if encoding is None else _inflated(body, encoding.strip().lower(), limit)


async def _rest(receive: Receive, first: bytes, limit: int) -> bytes:
    chunks, size, more = [first], len(first), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise too_big(limit)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _inflated(body: bytes, encoding: str, limit: int) -> bytes:
    if encoding in {"", "identity"}:
        return body
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise Refused(
            415, f"Content-Encoding {encoding[:40]!r} is not understood. Send gzip, deflate, or none."
        )
    try:
        return _members(body, encoding, limit)
    except zlib.error as error:
        raise Refused(
            400, f"The body is not {encoding}: {error}. Compress it whole, or send it plain."
        ) from error


def _members(body: bytes, encoding: str, limit: int) -> bytes:
    """Every member of the stream; gzip allows several, one after the other."""
    found = bytearray()
    while body:
        inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
        # One byte more than allowed tells a bomb from a body that just fits, and inflates no further.
        found += inflater.decompress(body, limit + 1 - len(found))
        if len(found) > limit:
            raise too_big(limit)
        if not inflater.eof:
            raise Refused(400, f"The body's {encoding} stream ends too soon. Send it whole.")
        body = inflater.unused_data
    return bytes(found)
