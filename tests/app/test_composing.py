"""The composed Headwater where something is missing: Slack, a current database, a bell that works."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from headwater.app import CannotStartError, running
from headwater.app.bells import Bells
from headwater.app.serving import PortTakenError, bound
from headwater.catalog.reload import RegistryError
from headwater.core.senders import Credential, Sender, hash_of
from headwater.sample import OWNERSHIP
from headwater.settings import Settings
from headwater.store.senders import add_sender
from world import START, HandClock

SOON = 10.0
NOBODY = "http://127.0.0.1:9/api/"
"""The discard port: nothing listens there."""


def settings(folder: Path, registry: Path = OWNERSHIP) -> Settings:
    return Settings.model_construct(
        slack_bot_token=SecretStr("xoxb-1"),
        slack_app_token=SecretStr("xapp-1"),
        slack_api_url=NOBODY,
        database=f"sqlite:///{folder / 'headwater.db'}",
        registry=registry,
        listen="127.0.0.1:0",
    )


async def test_alerts_are_taken_in_and_decided_while_slack_cannot_be_reached(tmp_path: Path) -> None:
    async with running(settings(tmp_path)) as headwater, httpx.AsyncClient() as http:
        sender = Sender(
            name="prod",
            format="alertmanager",
            credentials=(Credential(hash_of("hw_token")),),
            made_at=headwater.clock(),
        )
        await headwater.engine.write(lambda connection: add_sender(connection, sender))
        await headwater.senders.refresh()
        alert = {"status": "firing", "labels": {"alertname": "x"}, "startsAt": "2026-11-21T08:00:00Z"}
        answer = await http.post(
            f"{headwater.url}/hooks/prod",
            json={"version": "4", "alerts": [alert]},
            headers={"authorization": "Bearer hw_token"},
        )
        assert answer.status_code == 200
        await headwater.engine.drained()
        assert await asyncio.to_thread(headwater.reader.incident, 1) is not None
        ready = await http.get(f"{headwater.url}/readyz")
        assert ready.status_code == 503
        assert "alerts are taken in meanwhile" in ready.json()["parts"]["slack"]


async def test_what_was_accepted_is_there_after_a_restart(tmp_path: Path) -> None:
    async with running(settings(tmp_path)) as headwater:
        await headwater.tell_admins("once", "Something happened.")
    async with running(settings(tmp_path)) as headwater:
        await headwater.tell_admins("once", "Something happened.")
    with sqlite3.connect(tmp_path / "headwater.db") as connection:
        (count,) = connection.execute("SELECT count(*) FROM notice WHERE key = 'once'").fetchone()
    connection.close()
    assert count == 1, "the same key is never said twice"


async def test_a_database_of_another_shape_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "headwater.db") as connection:
        connection.execute("CREATE TABLE delivery (id INTEGER)")
    connection.close()
    with pytest.raises(CannotStartError, match="headwater db upgrade"):
        async with running(settings(tmp_path)):
            pass


async def test_a_broken_registry_stops_it_before_anything_is_served(tmp_path: Path) -> None:
    (tmp_path / "ownership.yaml").write_text("teams: [{nam: x}]\n")
    with pytest.raises(RegistryError, match=r"ownership\.yaml:1:"):
        async with running(settings(tmp_path, tmp_path / "ownership.yaml")):
            pass
    assert not (tmp_path / "headwater.db").exists()


def test_a_port_of_somebody_else_is_named(tmp_path: Path) -> None:
    first = bound("127.0.0.1", 0)
    port = first.getsockname()[1]
    with pytest.raises(
        PortTakenError, match=f"127.0.0.1:{port} can't be listened on: Address already in use"
    ):
        bound("127.0.0.1", port)
    first.close()


async def test_a_bell_that_fails_is_told_once_an_hour_and_rung_again() -> None:
    clock = HandClock(START)
    told: list[str] = []
    rung = 0
    enough = asyncio.Event()

    async def tell(_key: str, sentence: str) -> None:
        told.append(sentence)

    async def ring() -> None:
        nonlocal rung
        rung += 1
        if rung == 4:
            clock.advance(hours=2)
        if rung == 8:
            enough.set()
        raise LookupError("no rope")

    bells = Bells(clock, tell)
    bells.add("tick", timedelta(milliseconds=20), ring)
    bells.start()
    await asyncio.wait_for(enough.wait(), SOON)
    bells.stop()
    assert told == ["My tick failed (LookupError); I go on trying. The log says more."] * 2
