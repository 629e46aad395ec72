"""What a format is: how its sender proves itself, where it sends, how it is read and what it is answered."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from headwater.core.alerts import NO_LABELS, Delivery, Parsed
from headwater.intake.decoding import check

MAPPING_HEADER: Final = "x-headwater-mapping"
"""A kept header that no sender can set: the mapping in force when it came, so that reading stays pure."""


class TokenIn(StrEnum):
    """Where a sender may show its token."""

    BEARER = "Authorization: Bearer TOKEN"
    BASIC = "Authorization: Basic with TOKEN as the password"
    HEADER = "X-Headwater-Token: TOKEN"
    GENIE = "Authorization: GenieKey TOKEN"
    QUERY = "?token=TOKEN"
    BODY = "in the body"
    PATH = "in the path"


class TokenShape(StrEnum):
    """What a token must look like, where stock clients are particular."""

    PLAIN = "hw_ and 43 letters and digits"
    HEX32 = "32 hex digits"
    UUID = "a UUID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A request as its signature covers it: header names in lower case, the raw body, when it came."""

    headers: Mapping[str, str]
    body: bytes
    now: datetime


Verify = Callable[[Shown, bytes], str | None]
"""A request and a secret to None when the signature holds, else the sentence that says why it is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How a sender signs. `header` carries the signature: its presence says that one was tried.

    `typed` are the headers as a shell writes them, of `$BODY`, `$SECRET` and `$NOW` (Unix seconds).
    """

    header: str
    verify: Verify
    words: str
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is answered once its delivery is on disk."""

    status: int = 200
    body: bytes = b'{"status":"accepted"}\n'
    kind: str = "application/json"


ACCEPTED: Final = Answer()
EMPTY: Final = Answer(200, b"")


def accepted(_delivery: Delivery) -> Answer:
    """200, and that it was accepted."""
    return ACCEPTED


Carries = Callable[[Mapping[str, str], bytes], str | None]
"""Headers (names in lower case) and a body to None when it decodes, else what is wrong and where."""


def json_body(_headers: Mapping[str, str], body: bytes) -> str | None:
    """The body is JSON."""
    return check(body)


def json_or_nothing(_headers: Mapping[str, str], body: bytes) -> str | None:
    """The body is JSON, if there is one."""
    return check(body) if body else None


def anything(_headers: Mapping[str, str], _body: bytes) -> str | None:
    """Whatever it is, it will be understood."""
    return None


@dataclass(frozen=True, slots=True)
class Path:
    """One of a format's addresses, after the sender's own part: `/v2/alerts/{alias}/close`, or "".

    `asks` names a question of web/questions.py, where the path takes no delivery and is asked something.
    """

    tail: str = ""
    methods: frozenset[str] = frozenset({"POST"})
    answer: Callable[[Delivery], Answer] = accepted
    asks: str | None = None

    def matcher(self) -> re.Pattern[str]:
        """The tail as a pattern: `{name}` is one segment, possibly percent-encoded."""
        literal = re.escape(self.tail).replace(r"\{", "{").replace(r"\}", "}")
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", literal))


BY_ITSELF: Final = (Path(),)


def unkeyed(_headers: Mapping[str, str]) -> str | None:
    """This format gives its deliveries no identity."""
    return None


def keyed_by(header: str) -> Callable[[Mapping[str, str]], str | None]:
    """The delivery's identity stands in a header."""

    def key(headers: Mapping[str, str]) -> str | None:
        return headers.get(header)

    return key


def as_it_came(body: bytes) -> bytes:
    """Nothing in this format's body is a secret."""
    return body


PLAIN_TOKENS: Final = (TokenIn.BEARER, TokenIn.BASIC, TokenIn.HEADER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One foreign thing. `parse` is pure and never raises, whatever the body.

    `rooted` formats are also served without the `/hooks/<sender>` in front, because their stock clients
    can be told a host and no path. `key` finds the delivery's identity in the headers (names in lower
    case). `guard` names a further check that has to ask the network: without it the format is not served.
    `body_of` makes a body of one boxed item again, to replay it. `time_to_live` is for formats that
    never say when an alert ends: it goes quiet after that time. `setup` says what to enter at the sender;
    `{url}`, `{base}`, `{host}`, `{path}` and `{token}` in it stand for this installation's.
    """

    name: str
    title: str
    parse: Callable[[Delivery], Parsed]
    setup: str
    tokens: tuple[TokenIn, ...] = PLAIN_TOKENS
    signature: Signature | None = None
    paths: tuple[Path, ...] = BY_ITSELF
    rooted: bool = False
    carries: Carries = json_body
    guard: str | None = None
    key: Callable[[Mapping[str, str]], str | None] = unkeyed
    body_token: Callable[[bytes], str | None] | None = None
    redact: Callable[[bytes], bytes] = as_it_came
    body_of: Callable[[bytes], bytes] = as_it_came
    token_shape: TokenShape = TokenShape.PLAIN
    time_to_live: timedelta | None = None
    example: bytes = b"{}"
    example_headers: Mapping[str, str] = NO_LABELS
