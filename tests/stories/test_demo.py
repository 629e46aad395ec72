"""The shipped stories end as they say, and the demo that plays them behaves in a terminal."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from headwater.cli.home import PREFIX, HomeError, home
from headwater.cli.playing import Player, length_of
from headwater.cli.stage import Stage, stage
from headwater.cli.stories import find, shipped
from headwater.cli.story import StoryError
from headwater.cli.story_clock import StoryClock
from headwater.clock import system_clock
from headwater.core.incidents import Incident, State
from headwater.core.said import CardKind
from headwater.core.tuning import Tuning
from headwater.sample import OWNERSHIP

pytestmark = pytest.mark.timeout(120)

HEADWATER = str(Path(sys.executable).with_name("headwater"))


@asynccontextmanager
async def played(name: str, folder: Path) -> AsyncIterator[tuple[Stage, list[Incident]]]:
    """The story played to its end; the stage, and the incidents in order."""
    story = find(name)
    clock = StoryClock(system_clock, length_of(story, Tuning().settle))
    async with stage(OWNERSHIP, folder, clock=clock) as scene:
        await Player(stage=scene, clock=clock, tell=lambda *_: None, fast=True).play(story)
        reader = scene.headwater.reader
        incidents = await asyncio.to_thread(reader.incidents, open_only=False)
        yield scene, sorted(incidents, key=lambda one: one.number)
        assert scene.workspace.flags == []


def spoken_in(scene: Stage) -> dict[str, int]:
    """Channels in which anything was said, with how many messages stand there."""
    rooms = [scene.workspace.channel(room) for room in scene.workspace.channels]
    return {room.name: len(room.messages) for room in rooms if room.name and room.messages}


async def test_the_loud_alert_leads_nowhere_and_every_team_is_told_once(tmp_path: Path) -> None:
    async with played("nomad-status-first", tmp_path) as (scene, (incident,)):
        first = (await asyncio.to_thread(scene.headwater.reader.timeline, 1))[0]
        assert first.text == "Nomad reports 3 failed allocations in fra1", "the loud alert was first"
        assert incident.route.team == "team:docs-data", "and it is not where the incident went"
        assert set(incident.joined) == {"team:backup", "team:platform", "team:support"}
        assert incident.state is State.TRIGGERED, "Nomad recovered, the answers did not"
        assert spoken_in(scene) == {"docs-data": 1, "backup-ml": 1, "platform": 1, "support-ml": 1}
        cards = scene.headwater.reader.cards(1)
        assert [card.channel for card in cards if card.kind is CardKind.FULL] == ["#docs-data"]


async def test_a_narrow_topic_spreads_and_its_severity_follows(tmp_path: Path) -> None:
    async with played("narrow-topic", tmp_path) as (scene, incidents):
        spread, other = incidents
        assert spread.severity < other.severity
        told = await asyncio.to_thread(scene.headwater.reader.timeline, 1)
        first = next(entry for entry in told if entry.kind == "routed")
        assert first.text.startswith("To Backup:"), "whose handler it is"
        assert spread.state is State.TRIGGERED, "a rise in severity re-opens what was acknowledged"
        assert other.route.team == "team:database", "a shared model does not make one incident of two"
        assert {"backup-ml", "database-ml"} <= set(spoken_in(scene))


async def test_a_storm_of_raters_goes_to_whoever_owns_the_ratings(tmp_path: Path) -> None:
    async with played("rater-storm", tmp_path) as (scene, (incident,)):
        assert incident.route.team == "team:evals"
        assert incident.acknowledged_by == "U0KAI"
        assert incident.state is State.MONITORING
        assert set(spoken_in(scene)) == {"evals", "support-ml"}


async def test_a_story_ends_now_whatever_its_length(tmp_path: Path) -> None:
    async with played("nomad-status-first", tmp_path) as (scene, (incident,)):
        assert abs((system_clock() - scene.headwater.clock()).total_seconds()) < 1
        assert incident.began_at < system_clock()


def test_every_shipped_story_says_where_to_look_and_what_to_try() -> None:
    for story in shipped():
        assert story.look is not None
        assert story.try_next


def test_a_misspelt_story_gets_the_nearest_one() -> None:
    with pytest.raises(StoryError, match='Did you mean "rater-storm"'):
        find("rater-strom")


# -- in a terminal


@contextmanager
def demo(*words: str, cwd: Path, **more: str) -> Iterator[subprocess.Popen[str]]:
    """`headwater demo WORDS...`, running; stopped in the end if a test has not done it."""
    environment = {"PATH": os.defpath, "HOME": str(cwd), "TMPDIR": str(cwd), **more}
    out, err = subprocess.PIPE, subprocess.STDOUT
    command = [HEADWATER, "demo", *words]
    with subprocess.Popen(command, cwd=cwd, env=environment, text=True, stdout=out, stderr=err) as program:
        try:
            yield program
        finally:
            if program.poll() is None:
                program.kill()


def read_until(program: subprocess.Popen[str], words: str) -> str:
    """What it prints up to a line with these words."""
    assert program.stdout is not None
    said = ""
    for line in program.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it ended without saying {words!r}:\n{said}")


def stop(program: subprocess.Popen[str], how: signal.Signals = signal.SIGINT) -> str:
    program.send_signal(how)
    said, _ = program.communicate(timeout=30)
    return said


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(PREFIX)]


def test_the_list_of_stories_is_printed_at_once() -> None:
    said = subprocess.run([HEADWATER, "demo", "--list"], capture_output=True, text=True, check=True).stdout
    for story in shipped():
        assert f"{story.name} " in said


def test_two_demos_at_once_have_a_page_each_and_leave_nothing(tmp_path: Path) -> None:
    with demo("--no-browser", cwd=tmp_path) as first, demo("--no-browser", cwd=tmp_path) as second:
        pages = [re.search(r"http://\S+", read_until(each, "The page")) for each in (first, second)]
        assert pages[0] is not None
        assert pages[1] is not None
        assert pages[0][0] != pages[1][0]
        assert len(left_in(tmp_path)) == 2, "neither swept the other away"
        assert "Nothing is left behind." in stop(first)
        assert "Nothing is left behind." in stop(second, signal.SIGTERM)
    assert left_in(tmp_path) == []


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with demo("--port", str(port), "--no-browser", cwd=tmp_path) as program:
            said, _ = program.communicate(timeout=30)
    assert program.returncode == 1
    assert f"Port {port} can't be used for the page (Address already in use)" in said
    assert "Traceback" not in said
    assert left_in(tmp_path) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that refuses even root")
def test_a_folder_that_can_not_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    with demo("--keep", "/proc/headwater", "--no-browser", cwd=tmp_path) as program:
        said, _ = program.communicate(timeout=30)
    assert program.returncode == 1
    assert "/proc/headwater can't be written to" in said
    assert "Name another with --keep DIR." in said
    assert "Traceback" not in said
    assert left_in(tmp_path) == []


def test_over_ssh_no_browser_is_opened_and_the_tunnel_is_spelt_out(tmp_path: Path) -> None:
    with demo(cwd=tmp_path, SSH_CONNECTION="192.0.2.1 1 192.0.2.2 22", DISPLAY=":0") as program:
        said = read_until(program, "ssh -L")
        assert re.search(r"ssh -L (\d+):127\.0\.0\.1:\1 THIS-MACHINE", said)
        stop(program)


def test_what_a_demo_leaves_that_was_killed_outright_the_next_one_sweeps_away(tmp_path: Path) -> None:
    with demo("--no-browser", cwd=tmp_path) as killed:
        read_until(killed, "alert")
        stop(killed, signal.SIGKILL)
    assert len(left_in(tmp_path)) == 1
    with demo("--no-browser", cwd=tmp_path) as program:
        read_until(program, "The page")
        assert len(left_in(tmp_path)) == 1
        stop(program)
    assert left_in(tmp_path) == []


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with demo("--keep", str(tmp_path / "file" / "below"), cwd=tmp_path) as program:
        said, _ = program.communicate(timeout=30)
    assert program.returncode == 1
    assert "can't be written to (Not a directory). Name another with --keep DIR." in said


def test_a_kept_folder_stays_and_takes_one_demo_at_a_time(tmp_path: Path) -> None:
    with home(tmp_path / "kept") as place:
        (place / "headwater.db").write_text("")
        with pytest.raises(HomeError, match="Another demo is using"), home(tmp_path / "kept"):
            pass
    assert (tmp_path / "kept" / "headwater.db").exists()
    with home(tmp_path / "kept"):
        pass


def test_replay_prints_what_happened_and_ends(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "story: mine\ntitle: Mine\nabout: One alert.\n"
        "alerts: {slow: {labels: {alertname: Slow, handler: docs-search}}}\n"
        "steps: [{at: 0s, fire: [slow]}, {at: 2m, say: Done.}]\n"
    )
    ran = subprocess.run(
        [HEADWATER, "replay", "mine.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"bot +#[a-z-]+: INC-1 SEV", ran.stdout)
    assert re.search(r"routed: To .*\(ownership\.yaml:\d+:\d+\)", ran.stdout)
    assert "http://" not in ran.stdout
