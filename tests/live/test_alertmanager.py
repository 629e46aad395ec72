"""Debian's Alertmanager fires and resolves; the owning team has the card, and a person takes it on.

The whole of Headwater runs: webhook, engine, sender, Slack's protocol, once over Socket Mode, once over HTTP.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from headwater.app import Headwater, running
from headwater.catalog.reload import Catalog
from headwater.cli.main import cli
from headwater.cli.stage import furnish
from headwater.clock import system_clock
from headwater.core.incidents import State
from headwater.core.view import IncidentView
from headwater.sample import OWNERSHIP
from headwater.settings import Settings
from headwater.slack.doors import EVENTS_PATH
from headwater.slack.manifest import manifest
from headwater.workspace import Workspace, WorkspaceServer, modal
from needs import need

pytestmark = [pytest.mark.alertmanager, pytest.mark.timeout(120)]

WITHIN = 30.0
ELI = "U0ELI"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def alertmanager(folder: Path, hook: str, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """Debian's program with one receiver, sending at once; the client speaks to its own API."""
    config = {
        "route": {
            "receiver": "headwater",
            "group_by": ["alertname"],
            "group_wait": "0s",
            "group_interval": "1s",
        },
        "receivers": [
            {
                "name": "headwater",
                "webhook_configs": [
                    {
                        "url": hook,
                        "http_config": {"authorization": {"credentials": token}},
                        "send_resolved": True,
                    }
                ],
            }
        ],
    }
    (folder / "alertmanager.yml").write_text(json.dumps(config))
    port = free_port()
    with (folder / "alertmanager.log").open("wb") as log:
        program = await asyncio.create_subprocess_exec(
            str(need("alertmanager")),
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
            stdout=log,
            stderr=log,
        )
        try:
            transport = httpx.AsyncHTTPTransport(retries=8)
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", transport=transport) as http:
                yield http
        finally:
            program.terminate()
            await program.wait()


async def send(http: httpx.AsyncClient, *, ends: datetime | None = None) -> None:
    """Fire the alert, or end it, as Prometheus would."""
    alert = {
        "labels": {"alertname": "NoDocumentsTakenIn", "severity": "warning", "pipeline": "docs-ingest"},
        "annotations": {"summary": "docs-ingest took in <nothing> & is silent"},
        "startsAt": "2026-11-20T10:00:00Z",
        "endsAt": (ends or system_clock() + timedelta(hours=1)).isoformat(),
    }
    (await http.post("/api/v2/alerts", json=[alert])).raise_for_status()


@asynccontextmanager
async def company(folder: Path, *, over_http: bool) -> AsyncIterator[tuple[Workspace, Headwater]]:
    """The sample company's workspace, with Headwater installed and running."""
    workspace = Workspace(system_clock)
    app = workspace.install(manifest(url="https://headwater.example" if over_http else None))
    furnish(workspace, Catalog([OWNERSHIP]).current, app)
    async with WorkspaceServer(workspace) as server:
        settings = Settings.model_construct(
            slack_bot_token=SecretStr(app.bot_token),
            slack_app_token=None if over_http else SecretStr(app.app_token),
            slack_signing_secret=SecretStr(app.signing_secret) if over_http else None,
            slack_api_url=server.api_url,
            database=f"sqlite:///{folder / 'headwater.db'}",
            registry=OWNERSHIP,
            listen="127.0.0.1:0",
            settle=timedelta(seconds=1),
        )
        async with running(settings) as headwater:
            app.request_url = f"{headwater.url}{EVENTS_PATH}"
            yield workspace, headwater


def let_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """`headwater sender add` beside the running Headwater; the token it prints."""
    monkeypatch.setenv("HEADWATER_DATABASE", f"sqlite:///{folder / 'headwater.db'}")
    ran = CliRunner().invoke(cli, ["sender", "add", "prod", "--format", "alertmanager"])
    assert ran.exit_code == 0, ran.output
    return next(word for word in ran.output.split() if word.startswith("hw_"))


async def until(headwater: Headwater, state: State) -> IncidentView:
    """INC-1 once it is in this state."""
    loop = asyncio.get_running_loop()
    end = loop.time() + WITHIN
    while loop.time() < end:
        view = await asyncio.to_thread(headwater.reader.incident, 1)
        if view is not None and view.incident.state is state:
            return view
        await asyncio.wait_for(headwater.engine.changed(), WITHIN)
    raise AssertionError(f"INC-1 did not become {state}")


@pytest.mark.parametrize("over_http", [False, True], ids=["socket-mode", "signed-http"])
async def test_a_real_alert_becomes_an_acknowledged_and_annotated_incident_with_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, over_http: bool
) -> None:
    async with company(tmp_path, over_http=over_http) as (workspace, headwater):
        token = await asyncio.to_thread(let_in, tmp_path, monkeypatch)
        async with alertmanager(tmp_path, f"{headwater.url}/hooks/prod", token) as http:
            await send(http)
            channel = workspace.channel("#docs-data")
            card = await channel.expects("docs-ingest took in &lt;nothing&gt; &amp; is silent", within=WITHIN)
            assert card.buttons[0] == "Acknowledge"

            assert (await card.button("Acknowledge").click(as_=ELI)).ok
            assert (await until(headwater, State.ACKNOWLEDGED)).incident.assignee == ELI
            await channel.expects("acknowledged", within=WITHIN)
            assert (await card.button("Add note").click(as_=ELI)).ok
            form = await modal(workspace, ELI, "Note", within=WITHIN)
            assert (await form.submit({"Note": "The token of the docs repository ran out"})).ok
            await send(http, ends=system_clock())
            await until(headwater, State.MONITORING)
            await channel.expects("monitoring", within=WITHIN)

        kinds = [(entry.kind, entry.who) for entry in await asyncio.to_thread(headwater.reader.timeline, 1)]
        assert ("acknowledged", ELI) in kinds
        assert ("note", ELI) in kinds
        assert kinds[-1][0] == "recovered"
        await workspace.quiet()
        rooms = [workspace.channel(room) for room in workspace.channels]
        told = {room.name for room in rooms if room.name and room.messages}
        assert told == {"docs-data"}, "nobody else was told"
        assert workspace.flags == []
