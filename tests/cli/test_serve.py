"""`headwater serve`, `doctor`, `init` and `send-test` as programs, beside a workspace."""

import asyncio
import shutil
import socket
from pathlib import Path

import httpx
import pytest

from cli.company import SOON, company
from headwater.sample import OWNERSHIP

pytestmark = pytest.mark.timeout(120)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def test_it_serves_and_a_polite_stop_ends_it_at_once(tmp_path: Path) -> None:
    async with company(tmp_path) as world, world.serving(port := free_port()) as program:
        async with httpx.AsyncClient() as http:
            assert (await http.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
            parts = (await http.get(f"http://127.0.0.1:{port}/readyz")).json()["parts"]
            assert parts == {"engine": "ready", "database": "ready", "slack": "ready"}
        program.terminate()
        _, err = await asyncio.wait_for(program.communicate(), SOON)
        assert program.returncode == 0
        assert b"Traceback" not in err
        assert b'"say": "stopping' in err


async def test_a_test_alert_goes_to_slack_and_back_and_leaves_nothing(tmp_path: Path) -> None:
    async with company(tmp_path) as world, world.serving(port := free_port()):
        address = f"127.0.0.1:{port}"
        ran = await world.run("send-test", "--asset", "index:docs", HEADWATER_LISTEN=address)
        assert ran.code == 0, ran.err
        for hop in (
            "1  Headwater answers",
            "2  the door took it",
            "3  it is placed",
            "4  it is INC-1, for team:",
        ):
            assert hop in ran.out
        assert "5  its card is in #retrieval" in ran.out
        assert "6  Slack has it" in ran.out
        assert "7  INC-1 is cancelled" in ran.out
        assert world.workspace.channel("#retrieval").messages == []
        explained = await world.run("explain", "INC-1")
        assert "cancelled" in explained.out
        assert "send-test" not in (await world.run("sender", "list")).out
        assert world.workspace.flags == []


async def test_a_test_alert_says_at_which_hop_it_was_lost(tmp_path: Path) -> None:
    async with company(tmp_path) as world:
        await world.run("db", "upgrade")
        ran = await world.run("send-test", HEADWATER_LISTEN=f"127.0.0.1:{free_port()}")
        assert ran.code == 1
        assert "is headwater serve running here?" in ran.err


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "Slack refuses SLACK_APP_TOKEN"),
        ("HEADWATER_DATABASE", "sqlite:////nowhere/at/all.db", "can't be used"),
    ],
)
async def test_what_is_wrong_is_named_at_start(
    tmp_path: Path, setting: str, value: str, sentence: str
) -> None:
    async with company(tmp_path) as world:
        ran = await world.run("serve", HEADWATER_LISTEN="127.0.0.1:0", **{setting: value})
    assert ran.code == 1
    assert sentence in ran.err
    assert "Traceback" not in ran.err


async def test_a_missing_scope_is_named_at_start(tmp_path: Path) -> None:
    async with company(tmp_path) as world:
        world.app.scopes -= {"pins:read"}
        ran = await world.run("serve", HEADWATER_LISTEN="127.0.0.1:0")
    assert ran.code == 1
    assert "lacks pins:read" in ran.err


async def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with company(tmp_path) as world:
            ran = await world.run("serve", HEADWATER_LISTEN=f"127.0.0.1:{port}")
    assert ran.code == 1
    assert f"127.0.0.1:{port} can't be listened on" in ran.err


async def test_a_broken_edit_of_the_registry_is_told_to_the_admins_and_mending_it_too(tmp_path: Path) -> None:
    ownership = tmp_path / "ownership.yaml"
    shutil.copyfile(OWNERSHIP, ownership)
    good = ownership.read_text()
    async with company(tmp_path, HEADWATER_REGISTRY="ownership.yaml") as world, world.serving(free_port()):
        admins = world.workspace.channel("#headwater-admin")
        ownership.write_text(good.replace("owner: team:backup", "owner: team:bakcup", 1))
        told = await admins.expects("The registry's files have 1 error", within=SOON)
        assert "ownership.yaml:" in told.words
        ownership.write_text(good)
        await admins.expects("The registry is mended", within=SOON)


async def test_the_doctor_finds_all_well_and_leaves_no_message(tmp_path: Path) -> None:
    async with company(tmp_path) as world:
        ran = await world.run("doctor")
        assert ran.code == 0, ran.out + ran.err
        assert "All is well" in ran.out
        assert "Socket Mode opens" in ran.out
        assert world.workspace.channel("#headwater-admin").messages == []


async def test_the_doctor_names_each_thing_that_is_not_well(tmp_path: Path) -> None:
    async with company(tmp_path) as world:
        world.workspace.person("U0ANA").archives("#retrieval")
        ran = await world.run("doctor", SLACK_APP_TOKEN="xapp-wrong")
    assert ran.code == 1
    assert "The bot sees no #retrieval (Retrieval)" in ran.out
    assert "Slack refuses SLACK_APP_TOKEN" in ran.out
    assert "2 to mend" in ran.out


async def test_init_writes_what_it_was_told_and_ends_in_the_doctor(tmp_path: Path) -> None:
    async with company(tmp_path) as world:
        environment = world.environment
        tokens = [environment.pop("SLACK_BOT_TOKEN"), environment.pop("SLACK_APP_TOKEN")]
        del environment["HEADWATER_REGISTRY"]
        answers = [*tokens, "Backup", "#backup-ml", "U0ANA", "ana", "handler:backup-assistant"]
        ran = await world.run("init", stdin="\n".join(answers) + "\n")
        assert ran.code == 0, ran.out + ran.err
        assert "All is well" in ran.out
        assert (tmp_path / ".env").stat().st_mode & 0o077 == 0, "others may read the tokens"
        again = await world.run("init")
        assert "is there already, and is kept" in again.out
        assert (await world.run("owner", "handler:backup-assistant")).code == 0
