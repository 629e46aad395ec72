"""A workspace with the sample company in it, and the `headwater` program run beside it as anybody would."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from headwater.catalog.reload import Catalog
from headwater.cli.stage import furnish
from headwater.clock import system_clock
from headwater.sample import OWNERSHIP
from headwater.slack.manifest import manifest
from headwater.workspace import App, Workspace, WorkspaceServer

HEADWATER = str(Path(sys.executable).with_name("headwater"))
SOON = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass(slots=True, kw_only=True)
class Company:
    """The workspace, the app in it, a folder to run in, and the environment of the program."""

    workspace: Workspace
    app: App
    folder: Path
    environment: dict[str, str]

    async def run(self, *words: str, stdin: str = "", **more: str) -> Ran:
        """`headwater WORDS...` to its end."""
        program = await self.start(*words, **more)
        out, err = await asyncio.wait_for(program.communicate(stdin.encode()), 60)
        return Ran(code=program.returncode or 0, out=out.decode(), err=err.decode())

    async def start(self, *words: str, **more: str) -> asyncio.subprocess.Process:
        """`headwater WORDS...`, left running."""
        return await asyncio.create_subprocess_exec(
            HEADWATER,
            *words,
            cwd=self.folder,
            env={**self.environment, **more},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    @asynccontextmanager
    async def serving(self, port: int, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """`headwater serve`, ready, until the block ends."""
        program = await self.start("serve", HEADWATER_LISTEN=f"127.0.0.1:{port}", **more)
        try:
            await ready(f"http://127.0.0.1:{port}")
            yield program
        finally:
            if program.returncode is None:
                program.terminate()
            await asyncio.wait_for(program.communicate(), SOON)


async def ready(url: str) -> None:
    """Wait until `/readyz` says so."""
    loop = asyncio.get_running_loop()
    end = loop.time() + SOON
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=7)) as http:
        while loop.time() < end:
            if (await http.get(f"{url}/readyz")).status_code == 200:
                return
    raise AssertionError(f"{url} did not become ready")


@asynccontextmanager
async def company(folder: Path, **settings: str) -> AsyncIterator[Company]:
    """The sample company, its workspace served, Headwater installed and not yet running."""
    workspace = Workspace(system_clock)
    app = workspace.install(manifest())
    furnish(workspace, Catalog([OWNERSHIP]).current, app)
    async with WorkspaceServer(workspace) as server:
        environment = {
            **_plain_environment(),
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "HEADWATER_SLACK_API_URL": server.api_url,
            "HEADWATER_REGISTRY": str(OWNERSHIP),
            "HEADWATER_SETTLE": "1s",
            **settings,
        }
        yield Company(workspace=workspace, app=app, folder=folder, environment=environment)


def _plain_environment() -> Mapping[str, str]:
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}  # noqa: TID251 - handed to a program
