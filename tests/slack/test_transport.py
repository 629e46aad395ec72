from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from headwater.slack.transport import (
    FOR_GOOD,
    GONE,
    MENDABLE,
    PASSING,
    GiveUp,
    Gone,
    NotIn,
    Outcome,
    Retry,
    Said,
    attempt,
    read_error,
)


class Answered:
    """A response as slack_sdk and aiohttp have them, as far as errors read it."""

    def __init__(self, status: int, code: str = "", **headers: str) -> None:
        self.status_code = status
        self.data = {"ok": False, "error": code} if code else {}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def read(status: int, code: str = "", **headers: str) -> Outcome:
    error: Any = SlackApiError
    return read_error(error("no", Answered(status, code, **headers)), "#backup")


def waits(status: int, code: str = "", **headers: str) -> timedelta:
    outcome = read(status, code, **headers)
    assert isinstance(outcome, Retry)
    assert outcome.limited
    return outcome.after


def test_a_429_waits_as_long_as_slack_says() -> None:
    assert waits(429, Retry_After="12") == timedelta(seconds=12)
    assert waits(200, "ratelimited", retry_after="3") == timedelta(seconds=3)
    assert waits(429, Retry_After="soon") == timedelta(seconds=30)


@pytest.mark.parametrize(
    ("status", "code"), [(503, ""), (500, ""), (200, "internal_error"), (200, "request_timeout")]
)
def test_after_slacks_own_trouble_nobody_knows_whether_it_was_said(status: int, code: str) -> None:
    outcome = read(status, code)
    assert isinstance(outcome, Retry)
    assert outcome.unsure


@pytest.mark.parametrize("code", sorted(FOR_GOOD))
def test_what_waiting_will_not_mend_is_given_up_with_a_sentence(code: str) -> None:
    outcome = read(200, code)
    assert isinstance(outcome, GiveUp)
    assert "#backup" in outcome.reason
    assert "{" not in outcome.reason


@pytest.mark.parametrize("code", sorted(MENDABLE))
def test_what_an_operator_can_mend_is_kept_and_not_given_up(code: str) -> None:
    assert isinstance(read(200, code), Retry)


def test_a_message_gone_is_posted_anew_and_a_channel_not_joined_is_joined() -> None:
    assert {read(200, code) for code in GONE} == {Gone()}
    assert read(200, "not_in_channel") == NotIn()


def test_a_code_we_do_not_know_is_given_up_and_named() -> None:
    assert read(200, "brand_new") == GiveUp("Slack refused the message for #backup (brand_new)")


def test_no_code_stands_in_two_tables() -> None:
    tables = [set(FOR_GOOD), set(MENDABLE), set(PASSING), set(GONE)]
    assert sum(map(len, tables)) == len(set().union(*tables))


async def test_a_connection_that_breaks_leaves_it_unsure() -> None:
    async def broken() -> tuple[str, str]:
        raise aiohttp.ServerDisconnectedError

    async def slow() -> tuple[str, str]:
        raise TimeoutError

    async def fine() -> tuple[str, str]:
        return "C1", "1.2"

    for call in (broken, slow):
        outcome = await attempt(call, "#backup")
        assert isinstance(outcome, Retry)
        assert outcome.unsure
    assert await attempt(fine, "#backup") == Said("C1", "1.2")
