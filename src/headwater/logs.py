"""Logs: one line an effect, pretty on a terminal, else JSON; with incident, reason and hop where it has them.

Rooms log with the standard library, and give facts as `extra`:

    log.info("announced in #docs-data", extra={"incident": "INC-7", "reason": "owner", "hop": 6})

Payloads are never logged. Tokens are struck out here as well, because a foreign library may print one.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Final, Literal, TextIO

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_SECRET: Final = re.compile(r"(xox[a-z]-|xapp-|Bearer\s+|Basic\s+|hw_)[A-Za-z0-9._~+/=-]{6,}")
_QUIET: Final = (
    "apscheduler",
    "slack_bolt",
    "slack_sdk",
    "httpx",
    "httpcore",
    "uvicorn",
    "alembic",
    "aiohttp",
)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    if not record.name.startswith("headwater"):
        return {}
    return {key: value for key, value in vars(record).items() if key not in _STANDARD}


def _without_secrets(text: str) -> str:
    return _SECRET.sub(r"\1***", text)


class JsonLines(logging.Formatter):
    """`{"at": ..., "level": ..., "from": ..., "say": ..., "incident": ..., ...}`, one line a record."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "from": record.name,
            "say": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return _without_secrets(json.dumps(line, ensure_ascii=False, default=str))


class Pretty(logging.Formatter):
    """`09:41:07 engine    announced in #docs-data  incident=INC-7 reason=owner hop=6`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        room = record.name.removeprefix("headwater.")
        mark = "" if record.levelno < logging.WARNING else f"{record.levelname}: "
        facts = "".join(f" {key}={value}" for key, value in _facts(record).items())
        text = f"{at} {room:<14} {mark}{record.getMessage()}{' ' + facts if facts else ''}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return _without_secrets(text)


def set_up(style: Literal["auto", "pretty", "json"], stream: TextIO | None = None) -> None:
    """Send every log to `stream` (default: standard error) in this style, in place of what was set before."""
    out = stream or sys.stderr
    pretty = style == "pretty" or (style == "auto" and out.isatty())
    to_stream = logging.StreamHandler(out)
    to_stream.setFormatter(Pretty() if pretty else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [to_stream]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
