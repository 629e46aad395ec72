"""Settings: what the environment says, and sentences that name the variable and the mend."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from headwater.core.tuning import Tuning
from headwater.settings import Settings, SettingsError, example, load, playbooks_dir, variable
from needs import ROOT


def test_an_empty_environment_gives_the_defaults_of_core(tmp_path: Path) -> None:
    settings = load(tmp_path / ".env")
    assert settings.tuning == Tuning()
    assert (settings.host, settings.port, settings.url) == ("127.0.0.1", 8474, "http://127.0.0.1:8474")
    assert settings.slack_bot_token is None


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("HEADWATER_SETTLE=5s\nHEADWATER_WATCH=2h\n")
    monkeypatch.setenv("HEADWATER_SETTLE", "7s")
    tuning = load(tmp_path / ".env").tuning
    assert (tuning.settle, tuning.watch) == (timedelta(seconds=7), timedelta(hours=2))


def test_a_variable_that_is_set_but_empty_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "")
    assert load(tmp_path / ".env").slack_signing_secret is None


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("HEADWATER_LISTEN", "8474", "127.0.0.1:8474"),
        ("HEADWATER_LISTEN", "localhost:99999", "HOST:PORT"),
        ("HEADWATER_SETTLE", "30 seconds", "such as 30s"),
        ("HEADWATER_DATABASE", "headwater.db", "sqlite:///headwater.db"),
        ("HEADWATER_OWNER_COMMAND", "owner", "a slash"),
        ("HEADWATER_LOG", "loud", "'json'"),
        ("HEADWATER_SLACK_API_URL", "slack.com/api", "https://"),
        ("SLACK_APP_TOKEN", "xoxb-1-a", "xapp-"),
    ],
)
def test_a_wrong_value_is_answered_with_the_variable_and_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, mend: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as wrong:
        load(tmp_path / ".env")
    assert str(wrong.value).startswith(f"{name}: ")
    assert mend in str(wrong.value)


def test_a_wrong_token_is_not_repeated_in_the_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "hush-hush")
    with pytest.raises(SettingsError) as wrong:
        load(tmp_path / ".env")
    assert "SLACK_BOT_TOKEN" in str(wrong.value)
    assert "hush" not in str(wrong.value)


def test_every_wrong_variable_is_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_LISTEN", "x")
    monkeypatch.setenv("HEADWATER_SETTLE", "x")
    with pytest.raises(SettingsError) as wrong:
        load(tmp_path / ".env")
    assert len(str(wrong.value).splitlines()) == 2


def test_a_misspelt_name_in_the_file_is_named_with_the_right_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HEADWATER_LISTNE=127.0.0.1:1\nPATH_OF_SOMEBODY_ELSE=1\n")
    with pytest.raises(SettingsError, match=r"HEADWATER_LISTNE.*Did you mean HEADWATER_LISTEN"):
        load(tmp_path / ".env")


def test_what_a_cluster_puts_into_the_environment_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_PORT", "tcp://10.0.0.1:80")
    load(tmp_path / ".env")


def test_no_token_shows_in_a_repr() -> None:
    settings = Settings(slack_bot_token=SecretStr("xoxb-1-hush"))
    assert settings.slack_bot_token is not None
    assert "hush" not in repr(settings)


def test_the_example_file_is_the_settings() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == example()


def test_the_example_says_the_defaults_that_are_in_force(tmp_path: Path) -> None:
    set_all = "\n".join(line.removeprefix("#") for line in example().splitlines() if "=" in line)
    (tmp_path / ".env").write_text(set_all)
    assert load(tmp_path / ".env") == load(tmp_path / "absent")


def test_a_written_example_keeps_what_it_was_given(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(example({"SLACK_BOT_TOKEN": "xoxb-1-a", "HEADWATER_LISTEN": "0.0.0.0:80"}))
    settings = load(tmp_path / ".env")
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1-a"
    assert settings.listen == "0.0.0.0:80"


def test_every_field_has_its_variable_and_a_meaning() -> None:
    for name, field in Settings.model_fields.items():
        assert variable(name).startswith(("HEADWATER_", "SLACK_"))
        assert (field.description or "").endswith(".")


def test_the_playbooks_are_found_where_the_package_is_editable() -> None:
    assert playbooks_dir() == ROOT / "playbooks"
