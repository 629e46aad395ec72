"""Proves that a delivery comes from a sender we know, by its token or by its signature."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from headwater.core.senders import Sender, SenderBook, Switch
from headwater.intake.format import Shown, TokenIn
from headwater.web.addresses import Address
from headwater.web.refusals import Refused, unproven

Secrets = Callable[[str], str | None]
"""An environment variable's name to its value, None when it is not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the doors look at: header names in lower case, the raw query string."""

    method: str
    address: Address
    headers: Mapping[str, str]
    query: str


def tokens(request: Request) -> Iterator[str]:
    """Every token that the request shows where its format may show one, but in the body."""
    places = request.address.format.tokens
    authorization = request.headers.get("authorization", "")
    scheme, _, rest = authorization.partition(" ")
    match scheme.lower():
        case "bearer" if TokenIn.BEARER in places:
            yield rest.strip()
        case "basic" if TokenIn.BASIC in places:
            yield from _password(rest)
        case "geniekey" if TokenIn.GENIE in places:
            yield rest.strip()
        case _:
            pass
    if TokenIn.HEADER in places and (shown := request.headers.get("x-headwater-token")):
        yield shown
    if TokenIn.QUERY in places and "token=" in request.query:
        yield from parse_qs(request.query).get("token", ())
    if request.address.token is not None:
        yield request.address.token


def _password(encoded: str) -> Iterator[str]:
    try:
        name_and_password = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return
    yield name_and_password.partition(":")[2]


def by_token(request: Request, shown: Iterator[str], book: SenderBook, now: datetime) -> Sender | None:
    """The sender whose token is shown. Raises `Refused` (403) if this address is another sender's."""
    for token in shown:
        sender = book.with_token(token, now) if token else None
        if sender is not None:
            return _at_its_own(sender, request.address)
    return None


def by_signature(request: Request, body: bytes, book: SenderBook, secrets: Secrets, now: datetime) -> Sender:
    """The sender whose secret signed the body. Raises `Refused` (401) with the reason if none did."""
    signature = request.address.format.signature
    if signature is None or signature.header not in request.headers:
        raise _nothing_shown(request)
    shown = Shown(headers=request.headers, body=body, now=now)
    why = "No sender of this format has a signing secret that is set."
    for sender in _candidates(request.address, book):
        for variable in sender.secrets(now):
            secret = secrets(variable)
            if not secret:
                why = (
                    f"The signing secret of sender {sender.name!r} is not set: set {variable} for Headwater."
                )
                continue
            refusal = signature.verify(shown, secret.encode())
            if refusal is None:
                return _at_its_own(sender, request.address)
            why = refusal
    raise unproven(why)


def _candidates(address: Address, book: SenderBook) -> tuple[Sender, ...]:
    if address.sender is None:
        return book.by_format.get(address.format.name, ())
    named = book.by_name.get(address.sender)
    return () if named is None else (named,)


def _at_its_own(sender: Sender, address: Address) -> Sender:
    if sender.format != address.format.name or address.sender not in {None, sender.name}:
        raise Refused(403, f"This proves sender {sender.name!r}: send to /hooks/{sender.name} instead.")
    if sender.switch is Switch.OFF:
        raise Refused(
            403, f"Sender {sender.name!r} is switched off: headwater sender switch {sender.name} active"
        )
    return sender


def _nothing_shown(request: Request) -> Refused:
    form = request.address.format
    ways = [place.value for place in form.tokens]
    if form.signature is not None:
        ways.append(form.signature.words)
    return unproven(f"No sender is proven. {form.title} proves itself by: {'; or '.join(ways)}.")
