"""What every test gets: no setting of this machine, and a skip with a reason for what it lacks."""

import shutil
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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the newest shape, made once: running the migrations takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "headwater.db"
    found = Database(str(path))
    upgrade(found)
    found.close()
    return path


@pytest.fixture
def database(tmp_path: Path, migrated: Path) -> Iterator[Database]:
    """An empty database of the newest shape, in a file of its own."""
    found = Database(str(shutil.copy(migrated, tmp_path / "headwater.db")))
    yield found
    found.close()
