"""Commands that need no Slack: what they print, and how they end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headwater.cli.main import cli
from needs import ROOT

SAMPLE = ROOT / "src/headwater/sample/ownership.yaml"
run = CliRunner()


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def alert(**labels: str) -> dict[str, object]:
    return {
        "status": "firing",
        "labels": labels,
        "startsAt": "2026-11-21T11:00:00Z",
        "fingerprint": str(labels),
    }


def delivery(*alerts: dict[str, object]) -> str:
    Path("delivery.json").write_text(json.dumps({"version": "4", "alerts": alerts}))
    return "delivery.json"


def test_the_version_is_one_line() -> None:
    assert run.invoke(cli, ["--version"]).output.startswith("headwater 0.")


def test_serve_with_nothing_configured_says_what_is_missing_and_the_next_step_on_one_screen() -> None:
    ran = run.invoke(cli, ["serve"])
    assert ran.exit_code == 2
    for word in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "ownership.yaml", "headwater init", "headwater demo"):
        assert word in ran.stderr
    assert len(ran.stderr.splitlines()) < 20


def test_serve_names_only_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "")
    ran = run.invoke(cli, ["serve"])
    assert "SLACK_BOT_TOKEN" not in ran.stderr
    assert "SLACK_SIGNING_SECRET" in ran.stderr


def test_a_wrong_setting_ends_with_its_sentence_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_LISTEN", "somewhere")
    ran = run.invoke(cli, ["serve"])
    assert ran.exit_code == 2
    assert ran.stderr.startswith("HEADWATER_LISTEN: ")


def test_route_says_asset_team_rule_and_line() -> None:
    path = delivery(alert(alertname="FaithfulnessLow", handler="backup-assistant"))
    ran = run.invoke(cli, ["route", "--explain", path, "--registry", str(SAMPLE)])
    assert ran.exit_code == 0, ran.output
    assert "on handler:backup-assistant: rule “by-handler-label”" in ran.output
    assert "to Backup, in #backup-ml" in ran.output
    assert "ownership.yaml:" in ran.output


def test_route_makes_one_incident_of_related_alerts_and_names_both_teams() -> None:
    path = delivery(
        alert(alertname="FaithfulnessLow", handler="backup-assistant"),
        alert(alertname="NoDocuments", pipeline="docs-ingest"),
    )
    ran = run.invoke(cli, ["route", "--explain", path, "--registry", str(SAMPLE)])
    assert "incident B" not in ran.output
    assert "  to " in ran.output
    assert "Docs data" in ran.output
    assert "Backup" in ran.output


def test_route_sends_the_unplaced_to_the_catch_all() -> None:
    path = delivery(alert(alertname="Mystery"))
    ran = run.invoke(cli, ["route", "--explain", path, "--registry", str(SAMPLE)])
    assert "on no asset: no rule, label or alias places it" in ran.output
    assert "to ML reliability" in ran.output


def test_route_keeps_the_neighbours_of_an_unreadable_alert() -> None:
    path = delivery({"status": "odd"}, alert(alertname="Mystery"))
    ran = run.invoke(cli, ["route", "--explain", path, "--registry", str(SAMPLE)])
    assert "Read as alertmanager: 1 alert" in ran.output
    assert "Can't be read, at" in ran.output


def test_route_with_a_broken_registry_tells_its_problems() -> None:
    Path("ownership.yaml").write_text("teams: [{nam: x}]\n")
    ran = run.invoke(cli, ["route", "--explain", delivery(alert(alertname="x"))])
    assert ran.exit_code == 2
    assert "ownership.yaml:1:" in ran.stderr


def test_upgrading_twice_is_upgrading_once() -> None:
    assert "is up to date now" in run.invoke(cli, ["db", "upgrade"]).output
    assert "was up to date already" in run.invoke(cli, ["db", "upgrade"]).output


def test_a_database_that_cannot_be_opened_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE", "sqlite:////nowhere/at/all.db")
    ran = run.invoke(cli, ["db", "upgrade"])
    assert ran.exit_code == 1
    assert "can't be opened" in ran.stderr


def test_help_is_quick_because_nothing_is_imported_for_it() -> None:
    heavy = {"sqlalchemy", "slack_bolt", "pydantic", "aiohttp", "uvicorn", "httpx"}
    code = f"import sys, headwater.cli.main; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
