"""A house that listens, and the apps that post alerts in its channels."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select

import world
from headwater.clock import Clock
from headwater.core.alerts import Alert
from headwater.core.registry import Listen, Registry, Spot
from headwater.engine import Engine
from headwater.intake import slack_message
from headwater.store.database import Database
from headwater.store.schema import DELIVERY
from headwater.workspace import SeenMessage, Webhook, WorkspaceServer, posting
from headwater.workspace.messages import Message
from slack_house import House, furnish, set_up
from world import HandClock

ALERTS, PLACE = "#docs-data", "C0DOCS"
FIRING = "[FIRING:2] GroundednessLow backup-assistant (prod critical)"
RESOLVED = "[RESOLVED] GroundednessLow backup-assistant (prod critical)"
LISTEN = Listen(channel=ALERTS, spot=Spot("ownership.yaml", 90, 5))


def listening_to(*listen: Listen) -> Registry:
    return world.registry(listen=listen)


async def rest(until: datetime, clock: Clock) -> None:
    """Waiting is turning the clock."""
    assert isinstance(clock, HandClock)
    clock.now = max(clock.now, until)


@asynccontextmanager
async def moved_in(database: Database, registry: Registry) -> AsyncIterator[House]:
    """A house that listens; `away` is a downtime."""
    clock = HandClock()
    workspace, app = furnish(clock)
    async with WorkspaceServer(workspace, signing_clock=clock) as server:
        working = Engine(
            database=database,
            clock=clock,
            registry=registry,
            parsers={"world": world.parse, slack_message.NAME: slack_message.parse},
        )
        working.start()
        house = set_up(clock, database, working, server, app)
        house.doors.forward.rest = rest
        socket = await house.doors.open_socket(app.app_token)
        await settled(house)
        try:
            yield house
        finally:
            await house.doors.close()
            await socket.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
            await working.close()
    database.close()
    assert workspace.flags == []


def hook(house: House, channel: str = ALERTS, username: str = "Alertmanager") -> Webhook:
    return house.workspace.add_webhook(channel, username=username)


def posts(house: House, by: Webhook, title: str, *, thread: str | None = None, **more: Any) -> Message:
    """An app's message as Alertmanager makes it: no text, all in an attachment."""
    house.clock.advance(seconds=1)
    body = {"text": "", "attachments": [{"title": title, "fallback": title, **more}]}
    return posting.post_from_webhook(house.workspace, by, body | ({"thread_ts": thread} if thread else {}))


def edits(message: Message, house: House, title: str) -> None:
    house.clock.advance(seconds=1)
    posting.edit(house.workspace, message, attachments=[{"title": title, "fallback": title, "id": 1}])


async def settled(house: House) -> None:
    """All events are in, decided and said."""
    await house.workspace.quiet()
    await house.doors.desk.drain()
    await house.doors.forward.finished()
    await house.engine.drained()


async def announced(house: House) -> None:
    """So is what waits for the settle time."""
    await settled(house)
    house.clock.advance(seconds=31)
    await house.engine.tick()
    await house.says()


def replies(house: House, message: Message) -> list[SeenMessage]:
    """What we said in the message's thread."""
    seen = house.workspace.channel(ALERTS).message(lambda one: one.ts == message.ts)
    return [one for one in seen.thread if one.raw.bot_id == house.app.bot_id]


def alerts(house: House, place: str = PLACE) -> tuple[Alert, ...]:
    return house.reader.alerts_of(f"slack:{place}")


def journalled(house: House) -> list[Any]:
    with house.database.read() as connection:
        rows = connection.execute(select(DELIVERY).where(DELIVERY.c.format == slack_message.NAME))
        return list(rows)


@asynccontextmanager
async def away(house: House) -> AsyncIterator[None]:
    """Slack reaches nobody meanwhile; afterwards the connection is there again."""
    house.app.active = False
    yield
    house.app.active = True
    house.clock.advance(seconds=1)
    await house.doors.forward.catch_up()
    await settled(house)
