"""Fixtures: a house over Socket Mode."""

from collections.abc import AsyncIterator

import pytest

from headwater.store.database import Database
from slack_house import House, housed


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """On an empty database."""
    async with housed(database) as built:
        yield built
