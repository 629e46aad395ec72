"""What every test gets: no setting of this machine, and a skip with a reason for what it lacks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.settings import Settings, variable
from headwater.store.database import Database
from headwater.store.migrate import upgrade
from needs import need

_NEEDS = ("browser", "alertmanager", "postgres", "shared")


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's tokens must not reach a test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A marked test needs what its mark names."""
    for what in _NEEDS:
        if item.get_closest_marker(what):
            need(what)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database of the newest shape, in a file of its own."""
    found = Database(str(tmp_path / "headwater.db"))
    upgrade(found)
    yield found
    found.close()
