"""Debian's amtool, unchanged, against the door."""

import asyncio
from pathlib import Path

import pytest

from web.doors import TOKEN, House
from web.test_questions import an_alert

pytestmark = pytest.mark.alertmanager


async def amtool(base: str, config: Path, *words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "amtool",
        f"--alertmanager.url={base}",
        f"--http.config.file={config}",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0, err.decode()
    return out.decode()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "http.yml"
    path.write_text(f"authorization:\n  credentials: {TOKEN}\n")
    return path


async def test_it_adds_an_alert(config: Path) -> None:
    house = House().has("amtool", "alertmanager-api")
    async with house.listening() as base:
        await amtool(base, config, "alert", "add", "KBIndexStale", "index=kb", "--annotation=summary=Old")
    (report,) = house.journal.parsed()[0].reports
    assert report.labels == {"alertname": "KBIndexStale", "index": "kb"}
    assert report.title == "Old"


async def test_it_finds_the_alerts_that_its_filter_means(config: Path) -> None:
    house = House().has("prom", "alertmanager-api")
    house.alerts += [an_alert("Low", env="prod"), an_alert("Stale")]
    async with house.listening() as base:
        found = await amtool(base, config, "alert", "query", "alertname=~L.*")
        prefixed = await amtool(f"{base}/hooks/prom", config, "alert", "query")
    assert "Low" in found
    assert "Stale" not in found
    assert "Stale" in prefixed
