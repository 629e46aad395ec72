"""A small house: the company of `world`, a local workspace, an engine, sender and doors, one clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from headwater.core.alerts import Status
from headwater.engine import Engine
from headwater.slack.client import connect_sender
from headwater.slack.doors import Doors, build
from headwater.slack.manifest import manifest
from headwater.slack.sender import Sender, build_sender
from headwater.store.database import Database
from headwater.store.reading import Reader
from headwater.workspace import App, SeenMessage, SeenView, Workspace, WorkspaceServer, interactions
from world import ANA, BO, CY, DEE, EVE, NAT, HandClock, body, delivery, engine, report

CHANNELS = {
    "#backup": "C0BACKUP",
    "#docs-data": "C0DOCS",
    "#retrieval": "C0RETR",
    "#platform": "C0PLAT",
    "#ml-reliability": "C0MLREL",
    "#ml-leads": "C0LEADS",
    "#headwater-admin": "C0ADMIN",
}
EVERYBODY = (ANA, BO, CY, DEE, EVE, NAT)


@dataclass
class House:
    """Everything a story needs, and short words for what it does."""

    clock: HandClock
    database: Database
    engine: Engine
    reader: Reader
    workspace: Workspace
    server: WorkspaceServer
    app: App
    doors: Doors
    sender: Sender
    senders: list[Sender] = field(default_factory=list)

    async def alert(
        self, fingerprint: str = "fp1", *, settle: bool = True, status: Status = Status.FIRING, **more: Any
    ) -> None:
        """An alert arrives; unless told otherwise the settle time passes and all is said."""
        one = report(fingerprint, status=status, began=more.pop("began", self.clock()), **more)
        await self.engine.receive([delivery(body(one), at=self.clock())])
        await self.engine.drained()
        if settle:
            self.clock.advance(seconds=31)
            await self.engine.tick()
            await self.says()

    async def says(self, seconds: int = 8) -> None:
        """The sender works for so many seconds of the house's clock."""
        for _ in range(seconds):
            while await self.sender.round():
                pass
            self.clock.advance(seconds=1)
        while await self.sender.round():
            pass

    async def settled(self) -> None:
        """All that was clicked or typed is done and shown."""
        await self.workspace.quiet()
        await self.doors.desk.drain()
        await self.says(3)
        await self.workspace.quiet()

    def card(self, channel: str = "#backup", match: str = "INC-1") -> SeenMessage:
        """The card, or pointer, of an incident in a channel."""
        return self.workspace.channel(channel).message(lambda seen: _is_card(seen) and match in seen.words)

    def cards(self, channel: str) -> int:
        """How many cards and pointers stand in a channel."""
        return sum(_is_card(message) for message in self.workspace.channel(channel).everything)

    def words(self, channel: str = "#backup", match: str = "INC-1") -> str:
        """What its card says."""
        return self.card(channel, match).words

    async def form(self, user: str) -> SeenView:
        """The modal that stands open before somebody, once its form is there."""

        def look() -> SeenView | None:
            top = self.workspace.views.top(user)
            return SeenView(self.workspace, top) if top and "submit" in top.given else None

        return await self.workspace.watch.until(look, within=5, what=f"a form for {user}")

    async def typed(self, form: SeenView, block: str, text: str) -> dict[str, Any]:
        """The first choice that an external menu of a form offers for what somebody typed."""
        element = next(b["element"] for b in form.raw.given["blocks"] if b.get("block_id") == block)
        answer = await interactions.suggestion(
            self.workspace, self.app, form.raw.user, block, element["action_id"], text, form.raw
        )
        assert isinstance(answer.body, dict)
        found: dict[str, Any] = answer.body["options"][0]
        return found

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of a method that Slack took."""
        return [call.arguments for call in self.workspace.calls if call.method == method and call.ok]

    def another_sender(self) -> Sender:
        """A second replica's sender."""
        slack = connect_sender(self.app.bot_token, self.server.api_url)
        return build_sender(engine=self.engine, reader=self.reader, slack=slack, clock=self.clock)


def _is_card(seen: SeenMessage) -> bool:
    return (seen.raw.metadata or {}).get("event_type") == "headwater_card"


def furnish(clock: HandClock) -> tuple[Workspace, App]:
    """A workspace with the company's people and channels, and Headwater installed from its own manifest."""
    workspace = Workspace(clock)
    for slack_id in EVERYBODY:
        workspace.add_user(slack_id[2:].lower(), slack_id[2:].capitalize(), slack_id=slack_id)
    app = workspace.install(manifest())
    for name, slack_id in CHANNELS.items():
        workspace.add_channel(name, slack_id=slack_id, members=[*EVERYBODY, app.user_id])
    return workspace, app


def set_up(clock: HandClock, database: Database, working: Engine, server: WorkspaceServer, app: App) -> House:
    """The house on a workspace that is being served."""
    reader = Reader(database)
    doors = build(
        token=app.bot_token,
        signing_secret=app.signing_secret,
        engine=working,
        reader=reader,
        clock=clock,
        api_url=server.api_url,
    )
    sender = build_sender(
        engine=working, reader=reader, slack=connect_sender(app.bot_token, server.api_url), clock=clock
    )
    return House(clock, database, working, reader, server.workspace, server, app, doors, sender)


@asynccontextmanager
async def housed(database: Database, **more: Any) -> AsyncIterator[House]:
    """A house over Socket Mode. A story ends in silence: nothing was flagged, nothing is left running."""
    clock = HandClock()
    workspace, app = furnish(clock)
    async with (
        WorkspaceServer(workspace, signing_clock=clock) as server,
        engine(database, clock, **more) as working,
    ):
        built = set_up(clock, database, working, server, app)
        socket = await built.doors.open_socket(app.app_token)
        try:
            yield built
        finally:
            await built.doors.close()
            await socket.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    assert workspace.flags == []
