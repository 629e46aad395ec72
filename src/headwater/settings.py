"""The environment, and `.env`, as Settings; imported by app and cli alone.

Every variable is a field here, with its meaning; `.env.example` is `example()` written to a file.
"""

import difflib
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final, Literal

from dotenv import dotenv_values
from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from headwater.core.errors import HeadwaterError
from headwater.core.tuning import Tuning

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DEFAULT: Final = Tuning()


class SettingsError(HeadwaterError):
    """The settings can't be used as they are: a line for each variable, what is wrong, how to mend it."""


def _duration(value: object) -> object:
    """`30s`, `15m`, `2h` or `3d`; a timedelta passes as it is."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", value.strip())
    if not found:
        raise ValueError("expected a number with s, m, h or d, such as 30s or 2h")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Duration = Annotated[timedelta, BeforeValidator(_duration)]


def _tuned(name: str, meaning: str) -> timedelta:
    """A duration of core/tuning.py that operators may set; its default stands there."""
    default: timedelta = Field(default=getattr(_DEFAULT, name), description=meaning)
    return default


def _slack(name: str, meaning: str) -> SecretStr | None:
    """A token under the name that Slack's own tools use, never shown."""
    secret: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices(f"SLACK_{name.upper()}", f"slack_{name}"),
        description=meaning,
    )
    return secret


class Settings(BaseSettings):
    """What an operator sets. Field `x` is the variable `HEADWATER_X`; the three tokens are `SLACK_...`."""

    model_config = SettingsConfigDict(
        env_prefix="HEADWATER_", env_ignore_empty=True, extra="ignore", frozen=True, validate_default=False
    )

    slack_bot_token: SecretStr | None = _slack(
        "bot_token", "xoxb-..., from the Slack app's page OAuth & Permissions."
    )
    slack_app_token: SecretStr | None = _slack(
        "app_token",
        "xapp-..., with connections:write. With it Headwater dials out (Socket Mode); no URL needed.",
    )
    slack_signing_secret: SecretStr | None = _slack(
        "signing_secret", "From Basic Information. Needed where Slack calls us over HTTP instead."
    )
    database: str = Field(
        default="sqlite:///headwater.db", description="Where rows are kept: sqlite:///FILE."
    )
    registry: Path = Field(
        default=Path("ownership.yaml"), description="The ownership registry: one file, or a folder of them."
    )
    listen: str = Field(
        default="127.0.0.1:8474",
        description="HOST:PORT for alert senders and pages. Put TLS before it off the loopback.",
    )
    base_url: str | None = Field(
        default=None, description="What people and senders call it, for links. Default: http://LISTEN."
    )
    owner_command: str = Field(default="/owner", description="The name of the ownership command in Slack.")
    incident_command: str = Field(
        default="/incident", description="The name of the incident command in Slack."
    )
    log: Literal["auto", "pretty", "json"] = Field(
        default="auto", description="How to log. auto: pretty on a terminal, else one JSON line an effect."
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        description="Slack's Web API; the demo and the tests point elsewhere.",
    )
    settle: Duration = _tuned(
        "settle", "How long an incident waits before it is announced; SEV1 never waits."
    )
    window: Duration = _tuned("window", "How long after its last alert an incident takes in related ones.")
    watch: Duration = _tuned("watch", "How long recovered alerts must stay so before an incident resolves.")
    unknown_watch: Duration = _tuned("unknown_watch", 'The longer watch after "cause unknown".')
    reopen: Duration = _tuned("reopen", "How long after it resolved the same alert reopens an incident.")
    close: Duration = _tuned("close", "How long after it resolved an incident closes by itself.")
    remind: Duration = _tuned("remind", "How long an acknowledged incident may lie still before a reminder.")
    unack: Duration = _tuned("unack", "How long until an acknowledgement lapses when nothing happens.")
    overlay: Duration = _tuned(
        "overlay", "How long a placement made in Slack holds before the file must say it."
    )

    @field_validator("listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, colon, port = value.rpartition(":")
        if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ValueError("expected HOST:PORT, such as 127.0.0.1:8474")
        return value

    @field_validator("owner_command", "incident_command")
    @classmethod
    def _command_name(cls, value: str) -> str:
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
            raise ValueError(
                "expected a slash and up to 31 lower-case letters, digits, - or _, such as /incident"
            )
        return value

    @field_validator("database")
    @classmethod
    def _database_url(cls, value: str) -> str:
        if not re.fullmatch(r"sqlite:///.+", value):
            raise ValueError("expected a database URL, such as sqlite:///headwater.db")
        return value

    @field_validator("slack_api_url", "base_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"https?://[^/\s]+", value):
            raise ValueError("expected a URL with http:// or https://")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("xoxb-"):
            raise ValueError("expected a bot token, which begins with xoxb-")
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("expected an app-level token, which begins with xapp-")
        return value

    @property
    def host(self) -> str:
        """The address to listen on, without an IPv6 address's brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen on; 0 lets the system choose."""
        return int(self.listen.rpartition(":")[2])

    @property
    def url(self) -> str:
        """What people and senders call it, without a slash at the end."""
        return (self.base_url or f"http://{self.listen}").rstrip("/")

    @property
    def tuning(self) -> Tuning:
        """The durations core decides with."""
        return Tuning(**{name: getattr(self, name) for name in _TUNED})


_TUNED: Final = tuple(name for name in Settings.model_fields if hasattr(_DEFAULT, name))


def variable(field: str) -> str:
    """The environment variable of a field: `HEADWATER_LISTEN` of `listen`."""
    return (
        field.upper()
        if field.startswith("slack_") and field != "slack_api_url"
        else f"HEADWATER_{field.upper()}"
    )


def load(env_file: Path = Path(".env")) -> Settings:
    """The environment's settings, over those of `env_file` where it exists. Raises SettingsError."""
    _refuse_unknown(env_file)
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # the base class takes it, mypy sees fields only
    except ValidationError as wrong:
        lines = [_sentence(error) for error in wrong.errors()]
        raise SettingsError("\n".join(lines)) from None


def example(values: Mapping[str, str] | None = None) -> str:
    """A `.env` that documents every variable; those in `values` (by variable) are set, the rest commented."""
    given = values or {}
    parts = [
        "# Headwater's settings. The environment wins over this file; what is commented out is the default.\n"
    ]
    for name, field in Settings.model_fields.items():
        key = variable(name)
        line = f"{key}={given[key]}" if key in given else f"#{key}={_written(field.default)}"
        parts.append(f"# {field.description}\n{line}\n")
    return "\n".join(parts)


def secret_of_sender(name: str) -> str | None:
    """The signing secret of a sender, in the variable that `headwater sender add` named; None if not set."""
    return os.environ.get(name) or None  # noqa: TID251 - this module is the one that reads the environment


def playbooks_dir() -> Path:
    """The shipped playbooks: beside the package in a wheel, at the top of the tree where it is editable."""
    package = Path(str(files("headwater")))
    inside = package / "playbooks"
    return inside if inside.is_dir() else package.parent.parent / "playbooks"


def _refuse_unknown(env_file: Path) -> None:
    # Only the file: a cluster puts HEADWATER_PORT=tcp://... into the environment of a service of that name.
    known = {variable(name) for name in Settings.model_fields}
    unknown = [k for k in dotenv_values(env_file) if k.startswith("HEADWATER_") and k not in known]
    if unknown:
        raise SettingsError(
            "\n".join(f"{env_file} sets {key}, which is no setting.{_near(key, known)}" for key in unknown)
        )


def _near(key: str, known: set[str]) -> str:
    close = difflib.get_close_matches(key, sorted(known), n=1)
    return f" Did you mean {close[0]}?" if close else " See .env.example for those there are."


def _sentence(error: ErrorDetails) -> str:
    name = str(error["loc"][0]).lower().removeprefix("headwater_")
    secret = "token" in name or "secret" in name
    found = "what is set" if secret else f'"{error["input"]}"'
    why = str(error["msg"]).removeprefix("Value error, ")
    return f"{variable(name)}: {found} won't do: {why}. Mend it in the environment or in .env."


def _written(default: object) -> str:
    if default is None:
        return ""
    if isinstance(default, timedelta):
        seconds = int(default.total_seconds())
        unit, size = next(
            (u, s) for u, s in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)) if not seconds % s
        )
        return f"{seconds // size}{unit}"
    return str(default)
