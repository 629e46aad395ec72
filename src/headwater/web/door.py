"""The door for deliveries: proves the sender, checks that the body decodes, hands it to the engine, answers.

A thin ASGI application in front of the rest, because a storm of alerts comes through here. Its promises:
2xx only once the delivery is on disk; 4xx only for what is unproven, undecodable or too big; 503 with
Retry-After when the journal is behind; never a 500.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

from headwater.clock import Clock
from headwater.core.alerts import Delivery
from headwater.core.errors import Behind, Stopped
from headwater.core.senders import Sender
from headwater.intake.format import MAPPING_HEADER, Answer, Path
from headwater.web.addresses import PREFIX, Address
from headwater.web.bodies import Gone, read_body
from headwater.web.budget import Budget
from headwater.web.proving import Request, Secrets, by_signature, by_token, tokens
from headwater.web.questions import Question
from headwater.web.refusals import Refused, later
from headwater.web.senders import SendersInForce

_LOG: Final = logging.getLogger(__name__)
ExtraHeaders = tuple[tuple[bytes, bytes], ...]
EIGHT_MEBIBYTES: Final = 8 * 1024 * 1024
_NEVER_KEPT: Final = frozenset(
    b"host connection content-length content-encoding transfer-encoding accept accept-encoding"
    b" accept-language expect cookie forwarded via".split()
)
_SECRET_WORDS: Final = (
    b"auth",
    b"token",
    b"secret",
    b"signature",
    b"password",
    b"api-key",
    b"apikey",
    b"x-forwarded",
    b"x-headwater",
)


Guard = Callable[[bytes], Awaitable[None]]
"""A further check of a proven sender's body, which may ask the network. Raises `Refused`."""


class Journal(Protocol):
    """What the door needs of the engine: returns once the deliveries are on disk, raises `Behind`."""

    async def receive(self, deliveries: Sequence[Delivery]) -> None: ...


@lru_cache(maxsize=512)
def _is_kept(name: bytes) -> bool:
    return name not in _NEVER_KEPT and not any(word in name for word in _SECRET_WORDS)


@dataclass(slots=True, kw_only=True)
class Door:
    """`rest` is everything else that is served. `limit` is the largest body, inflated, in bytes.

    `heard` is when each sender's last delivery was accepted, for those who watch for silence.
    """

    journal: Journal
    senders: SendersInForce
    clock: Clock
    secrets: Secrets
    rest: ASGIApp
    questions: Mapping[str, Question] = field(default_factory=dict)
    guards: Mapping[str, Guard] = field(default_factory=dict)
    limit: int = EIGHT_MEBIBYTES
    budget: Budget = field(default_factory=Budget)
    heard: dict[str, datetime] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.rest(scope, receive, send)
            return
        path: str = scope["path"]
        # An alias in a path may hold an encoded slash, so patterns look at the path as it was sent.
        sent = scope.get("raw_path", b"").decode("latin-1") or path
        address = self.senders.addresses.find(path, sent)
        if address is None and path.startswith(PREFIX):
            await self.senders.refresh_for_a_stranger()
            address = self.senders.addresses.find(path, sent)
        if address is None and not path.startswith(PREFIX):
            await self.rest(scope, receive, send)
            return
        try:
            answer, extra = await self._answered(scope, receive, address)
        except Gone:
            return
        await _send(send, answer, extra, with_body=scope["method"] != "HEAD")

    async def _answered(
        self, scope: Scope, receive: Receive, address: Address | None
    ) -> tuple[Answer, ExtraHeaders]:
        try:
            return await self._taken(scope, receive, address), ()
        except Gone:
            raise
        except Refused as refused:
            _LOG.info("refused: %s", refused.sentence, extra={"status": refused.status, "hop": 1})
            return Answer(refused.status, refused.body), refused.headers
        except Behind as behind:
            refusal = later(
                behind.retry_after, "The journal is behind: nothing was kept. Send this again later."
            )
        except Stopped:
            refusal = later(5, "Headwater is stopping: nothing was kept. Send this again.")
        except Exception:  # noqa: BLE001 - process boundary: a sender is never told 500, which is often final
            _LOG.exception("a delivery failed at the door", extra={"hop": 1})
            refusal = later(5, "Headwater failed to keep this delivery. Send it again.")
        return Answer(refusal.status, refusal.body), refusal.headers

    async def _taken(self, scope: Scope, receive: Receive, address: Address | None) -> Answer:
        if address is None:
            raise Refused(
                404, "No sender or format has this address. headwater sender list shows those there are."
            )
        path = address.path_for(scope["method"])
        if path is None:
            allowed = ", ".join(address.methods)
            raise Refused(405, f"This address takes {allowed}.", ((b"allow", allowed.encode()),))
        raw: list[tuple[bytes, bytes]] = scope["headers"]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
        query = scope["query_string"].decode("latin-1")
        request = Request(method=scope["method"], address=address, headers=headers, query=query)
        sender, body = await self._proven(request, receive)
        if path.asks is not None:
            return await self._answered_question(path.asks, sender, query)
        return await self._journalled(request, path, sender, body, raw)

    async def _guarded(self, name: str, body: bytes) -> None:
        guard = self.guards.get(name)
        if guard is None:
            raise Refused(404, f"This Headwater takes nothing that needs the check {name!r}.")
        await guard(body)

    async def _answered_question(self, asks: str, sender: Sender, query: str) -> Answer:
        question = self.questions.get(asks)
        if question is None:
            raise Refused(404, "This Headwater answers no questions of this kind.")
        return await question(sender, query)

    async def _proven(self, request: Request, receive: Receive) -> tuple[Sender, bytes]:
        """The sender and the body. A token in the headers is looked at first, so that a stranger's body is
        not even read where it need not be.
        """
        now = self.clock()
        shown = tuple(tokens(request))
        sender = by_token(request, iter(shown), self.senders.book, now)
        if sender is None and shown:
            await self.senders.refresh_for_a_stranger()
            sender = by_token(request, iter(shown), self.senders.book, now)
        if sender is not None:
            return sender, await read_body(receive, request.headers, self.limit)
        body = await self._strangers_body(request, receive)
        return await self._proven_by_body(request, body), body

    async def _strangers_body(self, request: Request, receive: Receive) -> bytes:
        form = request.address.format
        signed = form.signature is not None and form.signature.header in request.headers
        if signed or form.body_token is not None:
            return await read_body(receive, request.headers, self.limit)
        return b""

    async def _proven_by_body(self, request: Request, body: bytes) -> Sender:
        form, now = request.address.format, self.clock()
        token = form.body_token(body) if form.body_token is not None else None
        if token is not None:
            sender = by_token(request, iter((token,)), self.senders.book, now)
            if sender is None:
                await self.senders.refresh_for_a_stranger()
                sender = by_token(request, iter((token,)), self.senders.book, now)
            if sender is not None:
                return sender
        return by_signature(request, body, self.senders.book, self.secrets, now)

    async def _journalled(
        self, request: Request, path: Path, sender: Sender, body: bytes, raw: list[tuple[bytes, bytes]]
    ) -> Answer:
        form, now = request.address.format, self.clock()
        wait = self.budget.spend(sender, now)
        if wait is not None:
            raise later(
                wait.total_seconds(), f"Sender {sender.name!r} has spent its budget of deliveries a minute."
            )
        wrong = form.carries(request.headers, body)
        if wrong is not None:
            raise _undecodable(wrong, request.headers)
        if form.guard is not None:
            await self._guarded(form.guard, body)
        key = form.key(request.headers)
        delivery = Delivery(
            sender=sender.name,
            format=form.name,
            received_at=now,
            body=form.redact(body),
            method=request.method,
            path=request.address.tail + _kept_query(request.query),
            headers=_kept(raw, sender),
            key=None if key is None else f"{sender.name}/{key}",
        )
        await self.journal.receive((delivery,))
        self.heard[sender.name] = now
        return path.answer(delivery)


def _kept(raw: Sequence[tuple[bytes, bytes]], sender: Sender) -> tuple[tuple[str, str], ...]:
    kept = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw if _is_kept(name)]
    if sender.mapping is not None:
        kept.append((MAPPING_HEADER, sender.mapping))
    return tuple(kept)


def _undecodable(wrong: str, headers: Mapping[str, str]) -> Refused:
    kind = headers.get("content-type", "")
    is_meant = not kind or "json" in kind or "text/plain" in kind or "protobuf" in kind
    return Refused(400, wrong) if is_meant else Refused(415, f"This is {kind[:80]}. {wrong}")


def _kept_query(query: str) -> str:
    if not query:
        return ""
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "token"]
    return f"?{urlencode(kept)}" if kept else ""


async def _send(send: Send, answer: Answer, extra: ExtraHeaders, *, with_body: bool) -> None:
    headers = [
        (b"content-type", answer.kind.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        *extra,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body if with_body else b""})
