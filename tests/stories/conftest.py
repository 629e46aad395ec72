"""Fixtures: a house over Socket Mode, whose engine knows the taxonomy."""

from collections.abc import AsyncIterator

import pytest

from headwater.catalog.shipped import shipped_taxonomy
from headwater.store.database import Database
from slack_house import House, housed


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """On an empty database."""
    async with housed(database, taxonomy=shipped_taxonomy()) as built:
        yield built
