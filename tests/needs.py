"""Programs and data that a test needs from outside Python: a skip with its reason where one is missing.

`HEADWATER_REQUIRE=browser,alertmanager` turns such a skip into a failure; `.ci/run` sets it, so that a
machine that lost a program can't pass by skipping.
"""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
"""Other people's recorded data, beside the project."""

_REASONS = {
    "browser": "Chromium is not installed: apt-get install chromium",
    "alertmanager": "Alertmanager is not installed: apt-get install prometheus-alertmanager",
    "postgres": "PostgreSQL's server is not installed: apt-get install postgresql",
    "shared": "other people's recorded data is not beside the project, in ../shared",
}


def find(what: str) -> Path | None:
    """Where the program or data is, or None."""
    if what == "shared":
        return SHARED if SHARED.is_dir() else None
    names = {
        "browser": ("chromium", "chromium-browser", "google-chrome"),
        "alertmanager": ("prometheus-alertmanager", "alertmanager"),
        "postgres": ("postgres",),
    }[what]
    places = [shutil.which(name) for name in names]
    if what == "postgres":
        places += [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))]
    return next((Path(place) for place in places if place), None)


def need(what: str) -> Path:
    """The program's or data's path. Skips the test without it; fails it where HEADWATER_REQUIRE names it."""
    found = find(what)
    if found is not None:
        return found
    required = os.environ.get("HEADWATER_REQUIRE", "").split(",")  # noqa: TID251 - no setting of Headwater's
    if what in required:
        pytest.fail(f"HEADWATER_REQUIRE names {what}, but {_REASONS[what]}")
    pytest.skip(_REASONS[what])
