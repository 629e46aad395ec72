"""A workspace with Ana and Bo, two channels and one app; its clock moves only when a test says so."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from headwater.clock import system_clock
from headwater.workspace import App, Workspace, WorkspaceServer
from workspace_cast import ALL_EVENTS, ALL_SCOPES, COMMANDS, SHORTCUTS, DrivenClock


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def workspace(clock: DrivenClock) -> Workspace:
    workspace = Workspace(clock)
    workspace.add_user("ana", "Ana Weber", slack_id="U0ANA")
    workspace.add_user("bo", "Bo Lind", slack_id="U0BO", tz="Europe/Berlin")
    return workspace


@pytest.fixture
def app(workspace: Workspace) -> App:
    app = workspace.install(
        name="Headwater",
        scopes=ALL_SCOPES,
        subscriptions=ALL_EVENTS,
        commands=COMMANDS,
        shortcuts=SHORTCUTS,
    )
    workspace.add_channel("#backup-ml", slack_id="C0BACKUP", members=["U0ANA", "U0BO", app.user_id])
    workspace.add_channel("#elsewhere", slack_id="C0ELSE", members=["U0ANA"])
    return app


@pytest.fixture
async def server(workspace: Workspace, app: App) -> AsyncIterator[WorkspaceServer]:
    async with WorkspaceServer(workspace, signing_clock=system_clock) as server:
        yield server


@pytest.fixture
def client(server: WorkspaceServer, app: App) -> AsyncWebClient:
    return AsyncWebClient(app.bot_token, base_url=server.api_url)
