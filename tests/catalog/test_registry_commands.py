import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from headwater.cli.registry import register
from headwater.sample import OWNERSHIP

app = typer.Typer(rich_markup_mode="rich")
register(app)
run = CliRunner()
GOOD = 'defaults: {owner: team:a}\nteams: [{ref: team:a, slack: {channel: "#a"}}]\n'


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def owner(*words: str) -> tuple[str, int]:
    ran = run.invoke(app, ["owner", "--registry", str(OWNERSHIP), *words])
    return ran.output, ran.exit_code


def test_a_sound_registry_is_summed_up() -> None:
    ran = run.invoke(app, ["validate", str(OWNERSHIP), "--strict"])
    assert ran.exit_code == 0
    for words in (
        "6 handlers",
        "3 indexes",
        "9 teams",
        "14 people",
        "0 gaps",
        "0 contested",
        "Usable: 0 errors",
    ):
        assert words in ran.output


def test_an_error_is_shown_with_its_place_and_its_line_and_ends_with_1() -> None:
    Path("ownership.yaml").write_text(GOOD + "assets:\n  - {ref: index:docs, ownr: team:a}\n")
    ran = run.invoke(app, ["validate"])
    assert ran.exit_code == 1
    assert 'ownership.yaml:4:23: error: An asset has no key "ownr". Did you mean "owner"?' in ran.output
    shown, mark = ran.output.splitlines()[1:3]
    assert shown == "     4 |   - {ref: index:docs, ownr: team:a}"
    assert mark.index("^") == shown.index("ownr")
    assert "Not usable: 1 error, 1 warning." in ran.output


def test_the_mark_stands_beneath_its_word_on_a_very_long_line() -> None:
    Path("ownership.yaml").write_text(
        GOOD + f"assets: [{{ref: index:docs, description: {'x' * 300}, ownr: team:a}}]\n"
    )
    shown, mark = run.invoke(app, ["validate"]).output.splitlines()[1:3]
    assert shown[mark.index("^") :].startswith("ownr")
    assert len(shown) < 120


def test_a_gap_is_listed_and_fails_only_when_strict() -> None:
    Path("ownership.yaml").write_text(GOOD + "assets: [{ref: index:docs}]\n")
    ran = run.invoke(app, ["validate"])
    assert ran.exit_code == 0
    assert "1 gap (no owner): index:docs" in ran.output
    assert run.invoke(app, ["validate", "--strict"]).exit_code == 1


def test_thousands_of_problems_are_cut_short_unless_asked_for() -> None:
    Path("ownership.yaml").write_text(
        GOOD + "assets:\n" + "".join(f"  - {{ref: index:i{n}}}\n" for n in range(80))
    )
    assert "... and 30 more; --all prints them." in run.invoke(app, ["validate"]).output
    assert run.invoke(app, ["validate", "--all"]).output.count("warning:") == 80


def test_files_given_together_are_one_registry() -> None:
    Path("a.yaml").write_text(GOOD)
    Path("b.yaml").write_text("assets: [{ref: index:docs, owner: team:a}]\n")
    assert run.invoke(app, ["validate", "a.yaml", "b.yaml"]).exit_code == 0
    assert run.invoke(app, ["validate", "b.yaml"]).exit_code == 1


def test_the_registry_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_REGISTRY", str(OWNERSHIP))
    assert "14 people" in run.invoke(app, ["validate"]).output
    assert run.invoke(app, ["owner", "index:docs"]).exit_code == 0


def test_a_registry_that_is_not_there_says_how_to_name_another() -> None:
    ran = run.invoke(app, ["validate"])
    assert ran.exit_code == 1
    assert "ownership.yaml:1:1: error: There is no such file or folder." in ran.output
    assert "HEADWATER_REGISTRY" in ran.output


def test_the_schema_is_json() -> None:
    ran = run.invoke(app, ["schema"])
    assert json.loads(ran.output)["$defs"]["asset"]["properties"]["owner"]


def test_the_owner_of_an_asset_is_told_with_file_line_channel_and_on_call() -> None:
    output, code = owner("index:docs")
    assert code == 0
    assert f"owner: team:retrieval, at {OWNERSHIP}:" in output
    assert "channel: #retrieval" in output
    assert "on call: Gus Moreau and Hana Sato are on call for Retrieval." in output
    assert "is written by pipeline:docs-ingest" in output
    assert (
        "its trouble shows in: handler:backup-assistant, handler:docs-search, handler:support-chat" in output
    )


def test_a_vendors_asset_names_the_team_that_is_brought_in() -> None:
    output, _ = owner("model:chat-large")
    assert "owner: vendor:acme-llm" in output
    assert "brought in: team:platform" in output


def test_words_find_an_asset_and_say_how() -> None:
    output, code = owner("docs", "ingest")
    assert code == 0
    assert output.startswith('"docs ingest" is pipeline:docs-ingest, by its name.')


def test_a_question_finds_the_handler_and_its_runner_up() -> None:
    output, code = owner("How do I back up my database?")
    assert code == 0
    assert output.startswith('handler:backup-assistant (team:backup), for its topic "back up a database"')
    assert "Runner-up: handler:query-advisor" in output
    assert "channel: #backup-ml" in output


def test_a_team_and_a_person_can_be_asked_for() -> None:
    assert "answers for: handler:backup-assistant" in owner("team:backup")[0]
    assert "teams: team:backup, team:ml-leads" in owner("person:ana")[0]
    assert "owns: handler:release-notes-writer" in owner("person:fay")[0]


def test_what_nobody_knows_ends_with_1() -> None:
    assert owner("zzzzzz") == ('Nothing is called "zzzzzz", and nothing comes near it.\n', 1)


def test_several_that_fit_are_listed() -> None:
    output, code = owner("tickets")
    assert code == 0
    assert output.startswith('"tickets" may be index:tickets (its name); source:tickets (its name)')


def test_a_broken_registry_answers_nothing_and_says_why() -> None:
    Path("ownership.yaml").write_text("assets: [{ref: docs}]")
    ran = run.invoke(app, ["owner", "docs"])
    assert ran.exit_code == 2
    assert '"docs" is not a reference.' in ran.output


@pytest.mark.parametrize("command", ["validate", "schema", "owner"])
def test_every_command_shows_examples(command: str) -> None:
    ran = run.invoke(app, [command, "--help"])
    assert "Examples" in ran.output
    assert f"headwater {command}" in ran.output
