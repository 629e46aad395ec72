"""A stage for stories: a local workspace with the registry's people and channels, and Headwater in it."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import httpx
from pydantic import SecretStr
from sqlalchemy import Connection

from headwater.app import Headwater, running
from headwater.catalog.reload import Catalog
from headwater.cli.story import Person
from headwater.clock import Clock
from headwater.core.errors import HeadwaterError
from headwater.core.refs import name_of
from headwater.core.registry import Registry
from headwater.core.senders import Credential, Sender, hash_of
from headwater.settings import Settings
from headwater.slack.manifest import manifest
from headwater.store.outbox import next_due
from headwater.store.senders import add_sender, change_sender
from headwater.workspace import App, Workspace, WorkspaceServer

STILL: Final = 0.2
"""Real seconds without a change in the workspace after which everything wanted has been said."""

PATIENCE: Final = 30.0
"""Real seconds that may take."""

SOON: Final = timedelta(seconds=10)
"""What is put off for longer is not waited for."""

ROUNDS: Final = 100


class StageError(HeadwaterError):
    """The story can't go on."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """A running Headwater in a running workspace. `url` is the workspace's page."""

    workspace: Workspace
    headwater: Headwater
    http: httpx.AsyncClient
    url: str
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def registry(self) -> Registry:
        """The registry in force."""
        return self.headwater.engine.registry

    def page(self, look: Person | None) -> str:
        """The page's address: a channel seen through somebody's eyes, or its beginning."""
        person = self.registry.people.get(look.who) if look is not None else None
        if look is None or look.channel is None or person is None or person.slack is None:
            return f"{self.url}/"
        return f"{self.url}/archives/{self.workspace.channel(look.channel).id}?as={person.slack}"

    def name_of(self, who: str) -> str:
        """What people call somebody: a Slack id or `person:` ref to a name."""
        person = self.registry.people.get(self.registry.by_slack.get(who, who))
        return (person.name if person else None) or who

    async def deliver(self, form: str, body: bytes) -> None:
        """Post a body to the webhook of the stage's sender of this format, made on its first delivery."""
        if form not in self._tokens:
            self._tokens[form] = await self._new_sender(form)
        answer = await self.http.post(
            f"{self.headwater.url}/hooks/story-{form}",
            content=body,
            headers={"content-type": "application/json", "x-headwater-token": self._tokens[form]},
        )
        if answer.is_error:
            raise StageError(f"Headwater refused a delivery ({answer.status_code}): {answer.text.strip()}")
        await self.headwater.engine.drained()

    async def tick(self) -> None:
        """Let what is due happen."""
        await self.headwater.engine.tick()

    async def has_to_say(self) -> bool:
        """Whether something wants to be said about now."""
        due = await self.headwater.engine.write(next_due)
        return due is not None and due <= self.headwater.clock() + SOON

    async def settled(self) -> None:
        """Everything delivered is decided, everything wanted is said, and the workspace is still."""
        engine = self.headwater.engine
        await engine.drained()
        for _ in range(ROUNDS):
            await self.workspace.quiet(still=STILL, within=PATIENCE)
            if not await self.has_to_say():
                return

    async def _new_sender(self, form: str) -> str:
        token = secrets.token_urlsafe(24)
        sender = Sender(
            name=f"story-{form}",
            format=form,
            credentials=(Credential(token_hash=hash_of(token)),),
            made_at=self.headwater.clock(),
        )
        await self.headwater.engine.write(partial(_put, sender=sender))
        await self.headwater.senders.refresh()
        return token


@asynccontextmanager
async def stage(
    registry: Path, home: Path, *, clock: Clock, port: int = 0, name: str = "Driftwood"
) -> AsyncIterator[Stage]:
    """Build it in the folder `home`, which holds the database. Nothing of the environment plays a part.

    Raises RegistryError where the registry can't be used, OSError where `port` is taken.
    """
    workspace = Workspace(clock, name=name)
    app = workspace.install(manifest())
    furnish(workspace, Catalog([registry]).current, app)
    async with WorkspaceServer(workspace, port=port) as server, httpx.AsyncClient(timeout=10) as http:
        settings = Settings.model_construct(
            slack_bot_token=SecretStr(app.bot_token),
            slack_app_token=SecretStr(app.app_token),
            slack_api_url=server.api_url,
            database=f"sqlite:///{home / 'headwater.db'}",
            registry=registry,
            listen="127.0.0.1:0",
        )
        async with running(settings, clock=clock) as headwater:
            yield Stage(workspace=workspace, headwater=headwater, http=http, url=server.url)


def _put(connection: Connection, sender: Sender) -> None:
    """A kept folder has the sender of an earlier play, with a token nobody knows any more."""
    if not add_sender(connection, sender):
        change_sender(connection, sender)


def furnish(workspace: Workspace, registry: Registry, app: App) -> None:
    """Fill a workspace with everybody and every channel that the registry names."""
    for person in registry.people.values():
        if person.slack is not None:
            name = name_of(person.ref)
            workspace.add_user(name, person.name or "", slack_id=person.slack, email=person.email)
    everybody = [person.slack for person in registry.people.values() if person.slack is not None]
    members: dict[str, list[str]] = {}
    for team in registry.teams.values():
        slack_ids = [registry.people[ref].slack for ref in team.members if ref in registry.people]
        people = [slack_id for slack_id in slack_ids if slack_id is not None]
        if team.channel is not None and team.channel.startswith("#"):
            members.setdefault(team.channel, []).extend(people)
        if team.usergroup is not None:
            workspace.add_usergroup(name_of(team.ref), team.name, slack_id=team.usergroup, users=people)
    for channel in (registry.admin_channel, *(listen.channel for listen in registry.listen)):
        if channel is not None and channel.startswith("#"):
            members.setdefault(channel, []).extend(everybody)
    for channel, people in members.items():
        workspace.add_channel(channel, members=[*people, app.user_id])
