"""How often an app may call: arithmetic first, then the 429 that Slack's clients see."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from headwater.workspace.pace import POST_BURST, Pace, Tier
from workspace_cast import START, DrivenClock


@given(st.lists(st.floats(0, 3), max_size=60))
def test_no_window_lets_more_posts_through_than_a_burst_and_one_a_second(gaps: list[float]) -> None:
    pace, now, passed = Pace(), START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if pace.post("A1", "C1", now) is None:
            passed.append(now)
    for first, start in enumerate(passed):
        for last, end in enumerate(passed[first:], start=first):
            assert last - first + 1 <= POST_BURST + (end - start).total_seconds() + 1e-6


def test_waiting_as_long_as_told_is_enough() -> None:
    pace, now = Pace(), START
    while (wait := pace.post("A1", "C1", now)) is None:
        pass
    assert pace.post("A1", "C1", now + timedelta(seconds=wait)) is None


def test_channels_and_apps_have_their_own_pace() -> None:
    pace = Pace()
    for _ in range(POST_BURST):
        pace.post("A1", "C1", START)
    assert pace.post("A1", "C1", START) is not None
    assert pace.post("A1", "C2", START) is None
    assert pace.post("A2", "C1", START) is None


@pytest.mark.parametrize("tier", [Tier.T1, Tier.T2, Tier.T3, Tier.T4])
def test_a_tier_lets_its_number_through_and_then_says_when(tier: Tier) -> None:
    pace = Pace()
    assert [pace.call("A1", "m", tier, START) for _ in range(tier)] == [None] * tier
    assert pace.call("A1", "m", tier, START + timedelta(seconds=20)) == 40
    assert pace.call("A1", "m", tier, START + timedelta(seconds=60)) is None


@given(st.lists(st.floats(0, 40), max_size=80))
def test_no_minute_lets_more_calls_through_than_the_tier_has(gaps: list[float]) -> None:
    pace, now, passed = Pace(), START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        if pace.call("A1", "m", Tier.T2, now) is None:
            passed.append(now)
    for start in passed:
        assert sum(start <= at < start + timedelta(minutes=1) for at in passed) <= Tier.T2


def test_methods_without_a_tier_are_not_counted() -> None:
    pace = Pace()
    assert {pace.call("A1", "auth.test", Tier.SPECIAL, START) for _ in range(500)} == {None}


async def test_too_many_posts_to_a_channel_get_429_with_retry_after(
    client: AsyncWebClient, clock: DrivenClock
) -> None:
    for number in range(POST_BURST):
        await client.chat_postMessage(channel="C0BACKUP", text=str(number))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0BACKUP", text="one too many")
    assert (caught.value.response.status_code, caught.value.response["error"]) == (429, "ratelimited")
    assert caught.value.response.headers["Retry-After"] == "1"
    clock.forward(1)
    await client.chat_postMessage(channel="C0BACKUP", text="now it passes")


async def test_a_tier_gets_429_too(client: AsyncWebClient) -> None:
    for _ in range(Tier.T2):
        await client.users_list()
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.users_list()
