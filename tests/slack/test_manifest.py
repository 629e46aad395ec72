"""The manifest is what the code registers and calls, no more and no less."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import headwater.slack
from headwater.cli.manifest import register
from headwater.slack import client, forms
from headwater.slack.commands import incident, owner
from headwater.slack.desk import Desk
from headwater.slack.listeners import register_all
from headwater.slack.manifest import EVENTS, manifest, scopes
from headwater.workspace.methods import METHODS as OF_THE_WORKSPACE

SOURCES = sorted(Path(headwater.slack.__file__).parent.rglob("*.py"))


class Registered:
    """Stands where the Bolt app stands while listeners register, and writes down what they ask for."""

    def __init__(self) -> None:
        self.asked: dict[str, list[str]] = {}

    def __getattr__(self, kind: str) -> Callable[[str], Callable[[object], None]]:
        def ask(what: str) -> Callable[[object], None]:
            self.asked.setdefault(kind, []).append(what)
            return lambda _listener: None

        return ask


@pytest.fixture
def registered() -> dict[str, list[str]]:
    app = Registered()
    desk = Desk(engine=None, reader=None, slack=None, clock=None)  # type: ignore[arg-type]  # nothing runs
    register_all(app, desk)  # type: ignore[arg-type]  # writes down what is registered
    return app.asked


def test_its_commands_are_those_registered(registered: dict[str, list[str]]) -> None:
    listed = [command["command"] for command in manifest()["features"]["slash_commands"]]
    assert listed == registered["command"] == ["/owner", "/incident"]


def test_its_commands_take_the_configured_names() -> None:
    made = manifest(owner_command="/whose", incident_command="/inc")
    assert [command["command"] for command in made["features"]["slash_commands"]] == ["/whose", "/inc"]


def test_its_shortcuts_are_those_registered(registered: dict[str, list[str]]) -> None:
    shortcuts = manifest()["features"]["shortcuts"]
    by_type = {
        kind: [s["callback_id"] for s in shortcuts if s["type"] == kind] for kind in ("global", "message")
    }
    assert by_type == {"global": registered["global_shortcut"], "message": registered["message_shortcut"]}


def test_its_events_are_those_registered(registered: dict[str, list[str]]) -> None:
    assert manifest()["settings"]["event_subscriptions"]["bot_events"] == sorted(EVENTS)
    # Slack has a subscription for each kind of channel, and one event for all of them.
    assert sorted({name.partition(".")[0] for name in EVENTS}) == sorted(registered["event"])


def test_every_modal_has_its_listener(registered: dict[str, list[str]]) -> None:
    assert registered["view"] == list(forms.READERS)


def test_the_methods_listed_are_those_called() -> None:
    called = set(re.findall(r'_call\(\s*"([a-zA-Z.]+)"', inspect.getsource(client.Slack))) | {"auth.test"}
    assert called == set(client.METHODS)


def test_no_method_is_called_past_the_wrapper() -> None:
    """But for auth.test at the door, whose answer Bolt takes as it came."""
    past = {
        (path.name, name)
        for path in SOURCES
        if path.name != "client.py"
        for name in re.findall(r"client\.([a-z]+_[a-zA-Z_]+)\(", path.read_text("utf-8"))
    }
    assert past == {("doors.py", "auth_test")}


def test_each_methods_scopes_are_those_slack_wants() -> None:
    """Some want them by the kind of channel: the stories, with no scope but these, hold those to it."""
    for name, wanted in client.METHODS.items():
        slack = set(OF_THE_WORKSPACE[name].scopes)
        assert slack <= set(wanted) or set(wanted) <= slack, name


def test_its_scopes_are_those_of_methods_events_and_commands_and_no_more() -> None:
    needed = {s for some in (*client.METHODS.values(), *EVENTS.values()) for s in some} | {"commands"}
    assert manifest()["oauth_config"]["scopes"]["bot"] == sorted(needed) == list(scopes())


def test_without_an_address_it_is_socket_mode_and_with_one_http() -> None:
    assert manifest()["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in str(manifest())
    over_http = manifest(url="https://hw.example/")
    assert over_http["settings"]["socket_mode_enabled"] is False
    where = "https://hw.example/slack/events"
    assert over_http["settings"]["event_subscriptions"]["request_url"] == where
    assert over_http["settings"]["interactivity"]["message_menu_options_url"] == where
    assert {command["url"] for command in over_http["features"]["slash_commands"]} == {where}


def run(*arguments: str) -> Any:
    import typer

    app = typer.Typer()
    register(app)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["manifest", *arguments])


def test_the_command_prints_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert yaml.safe_load(run().stdout) == manifest()
    assert '"socket_mode_enabled": false' in run("--format", "json", "--url", "https://hw.example").stdout
    monkeypatch.setenv("HEADWATER_OWNER_COMMAND", "/whose")
    assert "command: /whose" in run().stdout


def test_the_command_refuses_an_address_slack_would_not_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run("--url", "http://hw.example")
    assert refused.exit_code == 2
    assert "https:// only" in refused.output


def test_the_guide_lists_every_command_as_it_is() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "slack.md").read_text("utf-8").replace("\\|", "|")
    for book in (owner.book("/owner"), incident.book("/incident")):
        for command in book.commands:
            assert f"| `{book.name} {command.word} {command.takes}` | {command.help} |" in guide


def test_every_example_is_a_command_that_exists() -> None:
    for book in (owner.book("/owner"), incident.book("/incident")):
        for command in book.commands:
            assert book.find(command.example.split()[0]) is command
            assert len({command.word, *command.also}) == 1 + len(command.also)
