"""Composes: database, registry, engine, doors, sender, bells. Only here are the concrete ones named together.

`running` starts them in the order in which they need each other and stops them in the reverse order: first
nothing more comes in, then what was accepted is decided, then the database is let go.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import httpx
from sqlalchemy.exc import SQLAlchemyError

from headwater.app.bells import Bells
from headwater.app.hearing import Hearing, hearing
from headwater.app.serving import bound, serving
from headwater.app.starting import Identity, identify, open_database
from headwater.catalog.reload import Catalog, Refreshed
from headwater.catalog.shipped import shipped_taxonomy
from headwater.clock import Clock, system_clock
from headwater.core import senders as core_senders
from headwater.core.effects import Say
from headwater.core.said import Notice, NoticeKind, Where
from headwater.engine import Engine, ease
from headwater.intake import slack_message
from headwater.intake.formats import FORMATS
from headwater.settings import Settings, secret_of_sender
from headwater.slack import client, doors, manifest
from headwater.slack.channels import Channels
from headwater.slack.doors import Doors
from headwater.slack.outgoing import Outgoing
from headwater.slack.sender import Sender
from headwater.store import outbox, senders
from headwater.store.apply import apply
from headwater.store.database import Database
from headwater.store.pruning import prune
from headwater.store.reading import Reader
from headwater.web.app import build
from headwater.web.door import Door
from headwater.web.health import Check
from headwater.web.questions import questions
from headwater.web.senders import SendersInForce
from headwater.web.silence import SilenceWatch
from headwater.web.sns import SnsGuard

LOG: Final = logging.getLogger(__name__)

TICK: Final = timedelta(seconds=1)
"""What falls due is at most so late."""
RELOAD: Final = timedelta(seconds=2)
SENDERS: Final = timedelta(seconds=5)
RECONNECT: Final = timedelta(seconds=10)
PARSERS: Final = {name: form.parse for name, form in FORMATS.items()} | {
    slack_message.NAME: slack_message.parse
}
"""Every format that comes over HTTP, and what is heard in Slack."""
PRUNING: Final = timedelta(hours=1)
LISTENING: Final = timedelta(minutes=2)
SILENCE: Final = timedelta(minutes=1)
OUTSIDE: Final = 10.0
"""Seconds that a server outside may take to answer."""
MOST_PROBLEMS: Final = 5
"""Problems of a broken registry that the admin channel is told; `headwater validate` tells all."""


@dataclass(slots=True, kw_only=True)
class Headwater:
    """A running Headwater: what the command line and the demo may use of it. `url` is where it listens."""

    settings: Settings
    clock: Clock
    engine: Engine
    reader: Reader
    catalog: Catalog
    senders: SendersInForce
    database: Database
    slack: client.Slack
    url: str
    identity: Identity | None = None

    async def tell_admins(self, key: str, text: str) -> None:
        """Say a sentence once in the admin channel, or in the catch-all team's where there is none."""
        registry = self.engine.registry
        channel = registry.admin_channel or registry.teams[registry.catch_all].channel
        LOG.warning("%s", text, extra={"hop": "admin"})
        if channel is None:
            return
        now = self.clock()
        notice = Notice(
            key=key, kind=NoticeKind.ADMIN, where=Where.CHANNEL, to=channel, at=now, facts={"text": text}
        )
        await self.engine.write(lambda connection: apply(connection, [Say(notice)], now))

    async def prune(self) -> None:
        """Delete what is older than it is kept, a little at a time."""
        while await self.engine.write(lambda connection: prune(connection, self.clock())):
            pass

    async def reload(self) -> None:
        """Read the registry again where its files changed; what was found is told once."""
        found = await asyncio.to_thread(self.catalog.refresh)
        if found is None:
            return
        self.engine.use(found.registry)
        await self.tell_admins(f"registry/{found.outcome}/{found.found_version}", _told(found))


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock = system_clock) -> AsyncIterator[Headwater]:
    """A Headwater that runs until the block ends.

    Raises RegistryError, CannotStartError or PortTakenError where it can't begin, before anything is served.
    """
    catalog = Catalog([settings.registry])
    async with AsyncExitStack() as stack:
        database = open_database(settings.database)
        stack.callback(database.close)
        taken = bound(settings.host, settings.port)
        stack.callback(taken.close)
        made = _compose(settings, clock, catalog, database, url=_url(settings, taken.getsockname()[1]))
        made.identity = await identify(made.slack, manifest.scopes())
        made.engine.start()
        stack.push_async_callback(made.engine.close)
        await made.senders.refresh()
        await stack.enter_async_context(_speaking(made))
        app_token = settings.slack_app_token
        ear = await stack.enter_async_context(
            hearing(
                _doors(made),
                app_token=app_token.get_secret_value() if app_token is not None else None,
                api_url=settings.slack_api_url,
            )
        )
        outside = await stack.enter_async_context(httpx.AsyncClient(timeout=OUTSIDE, follow_redirects=False))
        door = build(
            made.engine,
            made.senders,
            clock,
            secrets=secret_of_sender,
            checks={**_checks(made), "slack": ear.check},
            questions=questions(made.reader.alerts_of, clock),
            guards={"sns": SnsGuard(outside)},
            routes=ear.routes(),
        )
        await stack.enter_async_context(serving(door, taken))
        stack.enter_context(_ringing(made, ear, _watch(made, door)))
        LOG.info("listening on %s", made.url, extra={"registry": made.engine.registry.version})
        yield made


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no such thing; Ctrl-C raises there
            loop.add_signal_handler(name, stopped.set)
    async with running(settings):
        ease()
        await stopped.wait()
        LOG.info("stopping: what was accepted is finished first")


def _compose(
    settings: Settings, clock: Clock, catalog: Catalog, database: Database, *, url: str
) -> Headwater:
    assert settings.slack_bot_token is not None, "the command line asks for it first"
    return Headwater(
        settings=settings,
        clock=clock,
        engine=Engine(
            database=database,
            clock=clock,
            registry=catalog.current,
            parsers=PARSERS,
            tuning=settings.tuning,
            taxonomy=shipped_taxonomy(),
            lives={slack_message.NAME: slack_message.TIME_TO_LIVE},
        ),
        reader=Reader(database),
        catalog=catalog,
        senders=SendersInForce(partial(_all_senders, database), FORMATS, clock),
        database=database,
        slack=client.connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url),
        url=url,
    )


@asynccontextmanager
async def _speaking(made: Headwater) -> AsyncIterator[None]:
    """The sender. What it has not said when it is stopped, the next start says."""
    assert made.settings.slack_bot_token is not None
    engine, clock = made.engine, made.clock
    slack = client.connect_sender(
        made.settings.slack_bot_token.get_secret_value(), made.settings.slack_api_url
    )

    async def remember(written: str, place: str) -> None:
        await engine.write(lambda connection: outbox.remember_channel(connection, written, place, clock()))

    channels = Channels(slack=slack, remember=remember)
    outgoing = Outgoing(reader=made.reader, slack=slack, channels=channels)
    sender = Sender(engine=engine, outgoing=outgoing, slack=slack, channels=channels, clock=clock)
    task = asyncio.create_task(sender.run(), name="sender")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _doors(made: Headwater) -> Doors:
    settings = made.settings
    assert settings.slack_bot_token is not None
    secret = settings.slack_signing_secret
    return doors.build(
        token=settings.slack_bot_token.get_secret_value(),
        signing_secret=secret.get_secret_value() if secret is not None else None,
        engine=made.engine,
        reader=made.reader,
        clock=made.clock,
        api_url=settings.slack_api_url,
        owner_command=settings.owner_command,
        incident_command=settings.incident_command,
    )


@contextmanager
def _ringing(made: Headwater, ear: Hearing, watch: SilenceWatch) -> Iterator[None]:
    bells = Bells(made.clock, made.tell_admins)
    bells.add("tick", TICK, made.engine.tick)
    bells.add("registry reload", RELOAD, made.reload)
    bells.add("reading of senders", SENDERS, made.senders.refresh)
    bells.add("connection to Slack", RECONNECT, ear.open)
    bells.add("reading of channels", LISTENING, ear.doors.forward.read_forward)
    bells.add("pruning", PRUNING, made.prune)
    bells.add("watch for silent senders", SILENCE, watch.look)
    bells.start()
    try:
        yield
    finally:
        bells.stop()


def _watch(made: Headwater, door: Door) -> SilenceWatch:
    def last_kept(name: str) -> datetime | None:
        with made.database.read() as connection:
            return senders.last_kept(connection, name)

    return SilenceWatch(made.engine, made.senders, made.clock, heard=door.heard, last_kept=last_kept)


def _checks(made: Headwater) -> Mapping[str, Check]:
    async def engine() -> str | None:
        if not made.engine.is_alive:
            return "The engine stopped: restart Headwater; its log says why."
        return made.engine.ailing

    async def database() -> str | None:
        try:
            await asyncio.to_thread(made.reader.incidents, limit=1)
        except SQLAlchemyError as wrong:
            return f"{made.settings.database} can't be read ({type(wrong).__name__}): look at its disk."
        return None

    return {"engine": engine, "database": database}


def _all_senders(database: Database) -> tuple[core_senders.Sender, ...]:
    with database.read() as connection:
        return senders.senders(connection)


def _url(settings: Settings, port: int) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return (settings.base_url or f"http://{host}:{port}").rstrip("/")


def _told(found: Refreshed) -> str:
    """What a reload found, with the first problems where it was broken."""
    errors = [str(problem) for problem in found.problems if problem.severity == "error"]
    if found.outcome != "broken":
        return found.sentence
    more = f"\n... and {len(errors) - MOST_PROBLEMS} more" if len(errors) > MOST_PROBLEMS else ""
    return found.sentence + "\n" + "\n".join(errors[:MOST_PROBLEMS]) + more
