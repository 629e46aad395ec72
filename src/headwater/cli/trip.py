"""The trip of a test alert: door, journal, incident, card, Slack, and back; then everything is put away."""

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

import aiohttp
import httpx
from slack_sdk.errors import SlackApiError

from headwater.catalog.reload import Catalog
from headwater.clock import system_clock
from headwater.core.actions import Answer, Cancel
from headwater.core.alerts import Alert
from headwater.core.errors import HeadwaterError
from headwater.core.registry import Registry
from headwater.core.said import Card, CardKind
from headwater.core.senders import Credential, Sender, hash_of
from headwater.engine import Engine
from headwater.intake.formats import FORMATS
from headwater.settings import Settings
from headwater.slack.client import Slack, connect
from headwater.store.database import Database
from headwater.store.reading import Reader
from headwater.store.senders import add_sender, remove_sender

T = TypeVar("T")

NAME: Final = "send-test"
LOOK_EVERY: Final = 0.25
"""Real seconds between two looks at the database."""

AT_ONCE: Final = 15.0
"""Real seconds that a hop may take which waits for nobody."""


class TripError(HeadwaterError):
    """The test did not arrive; the sentence says at which hop, and what to look at."""


@dataclass(slots=True, kw_only=True)
class Trip:
    """One trip. `tell` gets a line a hop."""

    settings: Settings
    database: Database
    asset: str | None
    tell: Callable[[str], None]

    async def make(self) -> None:
        """Go there and back. Raises TripError at the first hop that fails."""
        registry = Catalog([self.settings.registry]).current
        if self.asset is not None and self.asset not in registry.assets:
            raise TripError(f"The registry knows no asset {self.asset}: headwater owner {self.asset}")
        reader, token = Reader(self.database), secrets.token_urlsafe(24)
        fingerprint = secrets.token_hex(8)
        await self._reach_the_door()
        now = system_clock()
        credential = Credential(token_hash=hash_of(token), until=now + timedelta(minutes=10))
        sender = Sender(name=NAME, format="alertmanager", credentials=(credential,), made_at=now)
        with self.database.write() as connection:
            remove_sender(connection, NAME)
            add_sender(connection, sender)
        try:
            await self._post(token, _body(self.asset, fingerprint, now))
            self.tell("  2  the door took it, and it is on disk")
            alert = await self._decided(reader, fingerprint)
            try:
                card = await self._shown(reader, alert)
                await self._seen_in_slack(card)
            finally:
                await self._put_away(reader, registry, token, alert, fingerprint)
        finally:
            with self.database.write() as connection:
                remove_sender(connection, NAME)
        self.tell("It works, from the alert's sender to Slack and back.")

    async def _reach_the_door(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=AT_ONCE) as http:
                ready = await http.get(f"{self._url}/readyz")
        except httpx.HTTPError as wrong:
            raise TripError(
                f"Nothing answers at {self._url} ({type(wrong).__name__}): is headwater serve running here?"
            ) from None
        if ready.status_code != 200:
            raise TripError(f"Headwater is not ready: {ready.text}")
        self.tell(f"  1  Headwater answers at {self._url} and is ready")

    async def _post(self, token: str, body: bytes) -> None:
        """Deliver. The doors read the senders every few seconds, so a new one may not be known yet."""
        headers = {"content-type": "application/json", "x-headwater-token": token}
        loop = asyncio.get_running_loop()
        end = loop.time() + AT_ONCE
        async with httpx.AsyncClient(timeout=AT_ONCE) as http:
            while True:
                answer = await http.post(f"{self._url}/hooks/{NAME}", content=body, headers=headers)
                if answer.status_code == 200:
                    return
                if answer.status_code not in {401, 404} or loop.time() >= end:
                    raise TripError(f"The door answered {answer.status_code}: {answer.text.strip()}")
                await _pause()

    async def _decided(self, reader: Reader, fingerprint: str) -> Alert:
        def look() -> Alert | None:
            fired = (a for a in reader.alerts_of(NAME) if a.incident and a.labels.get("test") == fingerprint)
            return next(fired, None)

        alert = await _until(look, AT_ONCE)
        if alert is None:
            raise TripError(
                "It was taken and not decided: look at the log, and at headwater unreadable list."
            )
        self.tell(f"  3  it is placed: {alert.placed.sentence}")
        view = await asyncio.to_thread(reader.incident, alert.incident or 0)
        assert view is not None
        route = view.incident.route
        self.tell(f"  4  it is {view.incident.name}, for {route.team}: {route.reason.sentence}")
        return alert

    async def _shown(self, reader: Reader, alert: Alert) -> Card:
        number = alert.incident or 0
        settle = self.settings.settle.total_seconds()
        self.tell(f"  .  waiting {settle:g} s until it is announced, as every incident does")

        def look() -> Card | None:
            full = (card for card in reader.cards(number) if card.kind is CardKind.FULL)
            return next((card for card in full if card.ts), None)

        card = await _until(look, settle + AT_ONCE)
        if card is None:
            told = "; ".join(entry.text for entry in reader.timeline(number) if entry.kind == "untold")
            raise TripError(
                f"INC-{number} is not in Slack. {told or 'headwater doctor looks at the Slack side.'}"
            )
        self.tell(f"  5  its card is in {card.channel}")
        return card

    async def _seen_in_slack(self, card: Card) -> None:
        assert card.place is not None
        assert card.ts is not None
        try:
            message = await self._slack().message(card.place, card.ts)
        except (SlackApiError, TimeoutError, aiohttp.ClientError) as wrong:
            raise TripError(f"Slack does not show the message: {wrong}") from None
        if message is None:
            raise TripError("Slack answered the post, and has no such message now. Was it deleted?")
        self.tell("  6  Slack has it")

    async def _put_away(
        self, reader: Reader, registry: Registry, token: str, alert: Alert, fingerprint: str
    ) -> None:
        """End the alert, cancel its incident, delete its messages. What can't be put away is told."""
        await self._post(token, _body(self.asset, fingerprint, alert.starts_at, ended=system_clock()))
        number = alert.incident or 0
        answer = await self._cancel(registry, number)
        if not answer.done:
            self.tell(f"  .  INC-{number} stays, and resolves by itself: {answer.sentence}")
            return

        def look() -> bool:
            return all(card.shown >= card.wanted for card in reader.cards(number))

        await _until(look, AT_ONCE)
        for card in reader.cards(number):
            if card.place and card.ts:
                await self._slack().client.chat_delete(channel=card.place, ts=card.ts)
        self.tell(f"  7  INC-{number} is cancelled as a test, its messages are deleted")

    async def _cancel(self, registry: Registry, number: int) -> Answer:
        """Cancel as an admin. A second engine on the same rows is safe: a decision is one transaction."""
        admin = min(registry.admins, default="")
        engine = Engine(
            database=self.database,
            clock=system_clock,
            registry=registry,
            parsers={name: form.parse for name, form in FORMATS.items()},
            tuning=self.settings.tuning,
        )
        engine.start()
        try:
            return await engine.act(Cancel(who=admin, via=NAME, incident=number, noise="a test by send-test"))
        finally:
            await engine.close()

    @property
    def _url(self) -> str:
        host = "127.0.0.1" if self.settings.host in {"0.0.0.0", "::"} else self.settings.host  # noqa: S104 - compared
        return f"http://{host}:{self.settings.port}"

    def _slack(self) -> Slack:
        assert self.settings.slack_bot_token is not None
        return connect(self.settings.slack_bot_token.get_secret_value(), self.settings.slack_api_url)


def _body(asset: str | None, fingerprint: str, began: datetime, *, ended: datetime | None = None) -> bytes:
    labels = {"alertname": "HeadwaterTest", "severity": "info", "test": fingerprint}
    if asset is not None:
        labels["asset"] = asset
    alert = {
        "status": "resolved" if ended else "firing",
        "labels": labels,
        "annotations": {"summary": "A test by headwater send-test: nothing is wrong"},
        "startsAt": began.isoformat(),
        "endsAt": ended.isoformat() if ended else "0001-01-01T00:00:00Z",
        "fingerprint": fingerprint,
    }
    return json.dumps({"version": "4", "alerts": [alert]}).encode()


async def _until(look: Callable[[], T | None], within: float) -> T | None:
    """What `look` finds, looked for every so often; None where it found nothing in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while not (found := await asyncio.to_thread(look)):
        if loop.time() >= end:
            return None
        await _pause()
    return found


async def _pause() -> None:
    """Between two looks at what another process does."""
    try:
        await asyncio.wait_for(asyncio.Event().wait(), LOOK_EVERY)
    except TimeoutError:
        return
