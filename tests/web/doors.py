"""A door to knock at: senders in memory, a journal that remembers, a clock moved by hand."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn

from headwater.clock import Clock, system_clock
from headwater.core.alerts import Alert, Delivery, Parsed
from headwater.core.senders import Credential, Sender, Switch, hash_of
from headwater.intake.formats import FORMATS
from headwater.web.app import build
from headwater.web.door import EIGHT_MEBIBYTES, Door, Guard
from headwater.web.questions import questions
from headwater.web.senders import SendersInForce

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKEN = "hw_a-token-only-for-tests"


@dataclass(slots=True)
class Journal:
    """Keeps deliveries as the engine would: in order, and a key only once. `failing` is raised instead."""

    kept: list[Delivery] = field(default_factory=list)
    failing: Exception | None = None

    async def receive(self, deliveries: Sequence[Delivery]) -> None:
        if self.failing is not None:
            raise self.failing
        keys = {delivery.key for delivery in self.kept if delivery.key}
        self.kept.extend(delivery for delivery in deliveries if delivery.key not in keys)

    def parsed(self) -> list[Parsed]:
        return [FORMATS[delivery.format].parse(delivery) for delivery in self.kept]


@dataclass(slots=True)
class House:
    """Everything behind and around one door."""

    senders: list[Sender] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    now: datetime = NOON
    limit: int = EIGHT_MEBIBYTES
    unready: dict[str, str | None] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    guards: dict[str, Guard] = field(default_factory=dict)

    def has(self, name: str, form: str = "alertmanager", *, token: str = TOKEN, **more: Any) -> "House":
        """A sender with a token; or with a `secret` it signs with; or with `credentials` as given."""
        credentials = (Credential(hash_of(token)),)
        if "secret" in more:
            variable = f"SECRET_OF_{name.upper()}"
            self.secrets[variable] = more.pop("secret")
            credentials = (Credential(secret_env=variable),)
        credentials = more.pop("credentials", credentials)
        self.senders.append(Sender(name=name, format=form, credentials=credentials, made_at=NOON, **more))
        return self

    def switch_off(self, name: str) -> None:
        self.senders[:] = [
            replace(each, switch=Switch.OFF) if each.name == name else each for each in self.senders
        ]

    def pass_time(self, **spans: float) -> None:
        self.now += timedelta(**spans)

    async def door(self, clock: Clock | None = None) -> Door:
        now = clock or (lambda: self.now)
        known = SendersInForce(lambda: tuple(self.senders), FORMATS, now)
        await known.refresh()
        return build(
            self.journal,
            known,
            now,
            secrets=self.secrets.get,
            guards=self.guards,
            questions=questions(self.alerts_of, now),
            checks={name: self._check(name) for name in self.unready},
            limit=self.limit,
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client at the door, without a socket, at the hand-turned time."""
        transport = httpx.ASGITransport(await self.door())
        async with httpx.AsyncClient(transport=transport, base_url="http://headwater.test") as client:
            yield client

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """A real server on a free port of the loopback, at the machine's time; gives its URL."""
        config = uvicorn.Config(await self.door(system_clock), host="127.0.0.1", port=0, log_level="error")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        try:
            async with asyncio.timeout(10):
                while not server.started:
                    await asyncio.to_thread(lambda: None)
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving

    def alerts_of(self, sender: str) -> list[Alert]:
        return [alert for alert in self.alerts if alert.sender == sender]

    def _check(self, name: str) -> Any:
        async def check() -> str | None:
            return self.unready[name]

        return check


def bearer(token: str = TOKEN) -> Mapping[str, str]:
    return {"authorization": f"Bearer {token}"}
