from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.store.database import Database
from headwater.store.migrate import upgrade


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(str(tmp_path / "headwater.db"))
    upgrade(found)
    yield found
    found.close()
