"""Fixtures: a database, and a house on it, over Socket Mode."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headwater.store import migrate
from headwater.store.database import Database
from headwater.workspace import WorkspaceServer
from slack_house import House, furnish, set_up
from world import HandClock, engine


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'headwater.db'}")
    migrate.upgrade(database)
    return database


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """Over Socket Mode. A story ends in silence: nothing was flagged, nothing is left running."""
    clock = HandClock()
    workspace, app = furnish(clock)
    async with (
        WorkspaceServer(workspace, signing_clock=clock) as server,
        engine(database, clock) as working,
    ):
        built = set_up(clock, database, working, server, app)
        socket = await built.doors.open_socket(app.app_token)
        try:
            yield built
        finally:
            await built.doors.close()
            await socket.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    database.close()
    assert workspace.flags == []
