"""Logs: one line an effect, with its facts and without secrets."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from headwater import logs


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


def test_a_json_line_carries_the_facts_of_its_effect() -> None:
    out = io.StringIO()
    logs.set_up("json", out)
    logging.getLogger("headwater.engine").info(
        "announced in %s", "#docs-data", extra={"incident": "INC-7", "reason": "owner", "hop": 6}
    )
    line = json.loads(out.getvalue())
    assert line["say"] == "announced in #docs-data"
    assert (line["incident"], line["reason"], line["hop"]) == ("INC-7", "owner", 6)
    assert line["at"].endswith("Z")


def test_auto_is_json_where_nobody_sits_before_it() -> None:
    out = io.StringIO()
    logs.set_up("auto", out)
    logging.getLogger("headwater.x").info("hello")
    assert json.loads(out.getvalue())["from"] == "headwater.x"


def test_a_pretty_line_reads_like_a_sentence_with_facts_behind_it() -> None:
    out = io.StringIO()
    logs.set_up("pretty", out)
    logging.getLogger("headwater.engine").warning("nobody was told", extra={"incident": "INC-7"})
    assert "engine" in out.getvalue()
    assert "WARNING: nobody was told  incident=INC-7" in out.getvalue()


@pytest.mark.parametrize("style", ["json", "pretty"])
@pytest.mark.parametrize("secret", ["xoxb-123-456-abcdef", "xapp-1-A0-99-abcdef", "Bearer abcdefghijk"])
def test_a_token_never_reaches_the_log(style: str, secret: str) -> None:
    out = io.StringIO()
    logs.set_up("json" if style == "json" else "pretty", out)
    try:
        int(f"refused {secret}")
    except ValueError:
        logging.getLogger("headwater.slack").exception("could not post with %s", secret)
    assert secret not in out.getvalue()
    assert "***" in out.getvalue()


def test_chatty_libraries_are_heard_only_when_something_is_wrong() -> None:
    out = io.StringIO()
    logs.set_up("json", out)
    logging.getLogger("apscheduler.scheduler").info("a bell rang")
    assert not out.getvalue()
