"""The lines that `headwater formats show` gives to try a sender with work as they stand, in a shell."""

import asyncio

import pytest

from headwater.cli.formats import try_line
from headwater.intake.format import MAPPING_HEADER, Format, TokenShape
from headwater.intake.formats import FORMATS
from web.doors import TOKEN, House
from web.signing import KEY, WHSEC

TOKENS = {
    TokenShape.PLAIN: TOKEN,
    TokenShape.HEX32: "0123456789abcdef0123456789abcdef",
    TokenShape.UUID: "11111111-2222-4333-8444-555555555555",
}
WITH_TOKEN = [form for form in FORMATS.values() if form.tokens and form.guard is None]
SIGNED = [form for form in FORMATS.values() if form.signature]


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
    mapping = form.example_headers.get(MAPPING_HEADER)
    house = House().has("one", form.name, token=token, mapping=mapping)
    async with house.listening() as base:
        answered = await run(try_line(form, f"{base}/hooks/one", token, None))
    assert answered in {"200", "201", "202"}
    (parsed,) = house.journal.parsed()
    assert parsed.problems == ()


@pytest.mark.parametrize("form", SIGNED, ids=lambda form: form.name)
async def test_with_a_signature(form: Format) -> None:
    secret = WHSEC if form.name == "standard-webhooks" else KEY.decode()
    house = House().has("one", form.name, secret=secret)
    async with house.listening() as base:
        answered = await run(try_line(form, f"{base}/hooks/one", None, "MINE"), MINE=secret)
    assert answered == "200"
    (parsed,) = house.journal.parsed()
    assert parsed.problems == ()
