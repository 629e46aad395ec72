"""The lines that `headwater formats show` gives to try a sender with work as they stand, in a shell."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from headwater.cli.formats import try_line
from headwater.clock import system_clock
from headwater.intake.format import Format, TokenShape
from headwater.intake.formats import FORMATS
from headwater.web.app import build
from headwater.web.senders import SendersInForce
from web.doors import TOKEN, House
from web.signing import KEY, WHSEC

TOKENS = {
    TokenShape.PLAIN: TOKEN,
    TokenShape.HEX32: "0123456789abcdef0123456789abcdef",
    TokenShape.UUID: "11111111-2222-4333-8444-555555555555",
}
WITH_TOKEN = [form for form in FORMATS.values() if form.tokens]
SIGNED = [form for form in FORMATS.values() if form.signature]


@asynccontextmanager
async def listening(house: House) -> AsyncIterator[str]:
    """A real server on a free port of the loopback; gives its URL."""
    known = SendersInForce(lambda: tuple(house.senders), FORMATS, system_clock)
    await known.refresh()
    door = build(house.journal, known, system_clock, secrets=house.secrets.get, checks={})
    server = uvicorn.Server(uvicorn.Config(door, host="127.0.0.1", port=0, log_level="error"))
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:
                await asyncio.to_thread(lambda: None)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


async def run(line: str, **environment: str) -> str:
    """The status a line's curl was answered with, in bash."""
    script = line.replace("curl ", "curl -s -S -o /dev/null -w '%{http_code}' ")
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        script,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin"} | environment,
    )
    out, err = await asyncio.wait_for(process.communicate(), 20)
    assert not err, err.decode()
    return out.decode()


@pytest.mark.parametrize("form", WITH_TOKEN, ids=lambda form: form.name)
async def test_with_a_token(form: Format) -> None:
    token = TOKENS[form.token_shape]
    house = House().has("one", form.name, token=token)
    async with listening(house) as base:
        answered = await run(try_line(form, f"{base}/hooks/one", token, None))
    assert answered in {"200", "201", "202"}
    (parsed,) = house.journal.parsed()
    assert parsed.problems == ()


@pytest.mark.parametrize("form", SIGNED, ids=lambda form: form.name)
async def test_with_a_signature(form: Format) -> None:
    secret = WHSEC if form.name == "standard-webhooks" else KEY.decode()
    house = House().has("one", form.name, secret=secret)
    async with listening(house) as base:
        answered = await run(try_line(form, f"{base}/hooks/one", None, "MINE"), MINE=secret)
    assert answered == "200"
    (parsed,) = house.journal.parsed()
    assert parsed.problems == ()
