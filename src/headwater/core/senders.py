"""Senders: named inbound integrations, and how a token finds the one it belongs to."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""A sender's name stands in URLs: lower-case letters, digits and hyphens."""


class Switch(StrEnum):
    """`off`: refused at the door."""

    ACTIVE = "active"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Credential:
    """What proves a sender: a token's SHA-256 in hex, or the name of the environment variable that holds a
    signing secret. `until` is when a rotated one stops being good; None for the one in force.
    """

    token_hash: str | None = None
    secret_env: str | None = None
    until: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it still proves anything."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends to us. `credentials` are newest first; while one is rotated, two are good.

    `time_to_live` is how long an alert lives after its last report where the format never ends one.
    `deadline` is the longest silence that is normal; None: any. `budget` is deliveries a minute; None: any.
    `mapping` is the text of the mapping, for senders of the format `mapped`.
    """

    name: str
    format: str
    credentials: tuple[Credential, ...]
    made_at: datetime
    switch: Switch = Switch.ACTIVE
    time_to_live: timedelta | None = None
    deadline: timedelta | None = None
    budget: int | None = None
    mapping: str | None = None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The environment variables whose secrets may have signed, newest first."""
        return tuple(c.secret_env for c in self.credentials if c.secret_env and c.is_good(now))


def hash_of(token: str) -> str:
    """What is kept of a token. Plain SHA-256, because tokens are long and random, unlike passwords."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class SenderBook:
    """All senders at one time, looked up by name, token and format. Swapped whole when one changes."""

    by_name: Mapping[str, Sender]
    by_token: Mapping[str, tuple[Sender, Credential]]
    by_format: Mapping[str, tuple[Sender, ...]]

    def with_token(self, token: str, now: datetime) -> Sender | None:
        """Whose token this is, if it is still good.

        Looked up by its hash, which tells a guesser nothing of how near a guess was; compared once more in
        constant time, so that nothing rests on how the mapping compares.
        """
        hashed = hash_of(token)
        found = self.by_token.get(hashed)
        if found is None:
            return None
        sender, credential = found
        same = hmac.compare_digest(hashed, credential.token_hash or "")
        return sender if same and credential.is_good(now) else None


def book_of(senders: Iterable[Sender]) -> SenderBook:
    """The look-up tables of these senders."""
    listed = sorted(senders, key=lambda sender: sender.name)
    by_token: dict[str, tuple[Sender, Credential]] = {}
    by_format: dict[str, tuple[Sender, ...]] = {}
    for sender in listed:
        by_format[sender.format] = (*by_format.get(sender.format, ()), sender)
        for credential in sender.credentials:
            if credential.token_hash:
                by_token.setdefault(credential.token_hash, (sender, credential))
    return SenderBook(
        MappingProxyType({sender.name: sender for sender in listed}),
        MappingProxyType(by_token),
        MappingProxyType(by_format),
    )
