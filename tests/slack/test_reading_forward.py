"""Channels are read forward after every gap: nothing lost, nothing twice, at Slack's pace."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from headwater.clock import Clock
from headwater.core.registry import Listen
from headwater.store import listening as store
from headwater.store.database import Database
from headwater.workspace import FaultKind
from slack_alerts import (
    ALERTS,
    FIRING,
    LISTEN,
    alerts,
    announced,
    away,
    edits,
    hook,
    journalled,
    listening_to,
    moved_in,
    posts,
    replies,
    settled,
)
from slack_house import House
from world import NAT


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with moved_in(database, listening_to(LISTEN)) as built:
        yield built


async def test_a_downtime_of_ten_minutes_loses_nothing_and_doubles_nothing(house: House) -> None:
    by = hook(house)
    before = posts(house, by, "[FIRING:1] Before")
    ends = posts(house, by, "[FIRING:1] EndsMeanwhile")
    edited = posts(house, by, "[FIRING:1] EditedMeanwhile")
    replied = posts(house, by, "[FIRING:1] RepliedMeanwhile")
    await settled(house)
    await house.doors.forward.read_forward()
    async with away(house):
        for number in range(20):
            posts(house, by, f"[FIRING:1] Meanwhile{number}")
            house.clock.advance(seconds=25)
        posts(house, by, "[RESOLVED] EndsMeanwhile")
        edits(edited, house, "[RESOLVED] EditedMeanwhile")
        posts(house, by, "Resolved", thread=replied.ts)
        over = posts(house, by, "[FIRING:1] CameAndWent")
        posts(house, by, "Resolved", thread=over.ts)
        house.workspace.person(NAT).says(ALERTS, "is anybody looking?")
    firing = {alert.labels["alertname"] for alert in alerts(house)}
    assert firing == {"Before", *(f"Meanwhile{number}" for number in range(20))}
    count = len(journalled(house))
    for _ in range(2):
        await house.doors.forward.catch_up()
        await house.doors.forward.read_forward()
    await announced(house)
    assert len(journalled(house)) == count
    assert {alert.labels["alertname"]: alert.count for alert in alerts(house)} == dict.fromkeys(firing, 1)
    assert [len(replies(house, message)) for message in (before, ends, edited, replied)] == [1, 0, 0, 0]


@pytest.mark.parametrize("how", ["refresh_requested", "link_disabled"])
async def test_a_new_connection_reads_what_the_old_one_missed(house: House, how: Any) -> None:
    house.app.active = False
    posts(house, hook(house), FIRING)
    house.app.active = True
    await house.server.sockets.disconnect(how)
    async with asyncio.timeout(10):
        while not journalled(house):
            await settled(house)
    assert len(alerts(house)) == 1


async def test_over_http_the_start_reads_what_was_missed(house: House) -> None:
    house.app.active = False
    posts(house, hook(house), FIRING)
    await house.doors.ready()
    await settled(house)
    assert len(alerts(house)) == 1


async def test_the_end_does_not_wait_for_a_long_reading(house: House) -> None:
    async def for_ever(_until: datetime, _clock: Clock) -> None:
        await asyncio.get_running_loop().create_future()

    for _ in range(40):
        await house.doors.forward.read_forward()
    house.doors.forward.rest = for_ever
    house.doors.forward.catch_up_soon()
    await house.engine.drained()
    await house.doors.close()


async def test_what_is_heard_first_after_a_gap_does_not_hide_what_came_before(house: House) -> None:
    by = hook(house)
    house.app.active = False
    posts(house, by, "[FIRING:1] Unheard")
    house.app.active = True
    posts(house, by, "[FIRING:1] Heard")
    await settled(house)
    assert len(alerts(house)) == 1
    await house.doors.forward.catch_up()
    await settled(house)
    assert {alert.labels["alertname"] for alert in alerts(house)} == {"Unheard", "Heard"}


async def test_a_long_gap_is_read_page_by_page_in_order_at_the_pace(house: House) -> None:
    by = hook(house)
    async with away(house):
        for number in range(450):
            posts(house, by, f"[{'FIRING:1' if number % 2 == 0 else 'RESOLVED'}] Same")
    assert len(house.calls("conversations.history")) == 3
    assert len(journalled(house)) == 450
    assert alerts(house) == ()


async def test_reading_waits_for_its_turn(house: House) -> None:
    began = house.clock()
    for _ in range(60):
        await house.doors.forward.read_forward()
    calls = [call for call in house.workspace.calls if call.method == "conversations.history"]
    assert len(calls) >= 60
    assert all(call.ok for call in calls)
    assert (house.clock() - began).total_seconds() >= 60


async def test_a_channel_is_not_read_from_before_it_was_listened_to(house: House) -> None:
    posts(house, hook(house, "#platform"), "[FIRING:1] Old")
    await settled(house)
    house.engine.use(listening_to(LISTEN, Listen(channel="#platform")))
    await house.doors.forward.catch_up()
    await house.doors.forward.catch_up()
    await settled(house)
    assert alerts(house, "C0PLAT") == ()


async def test_a_week_away_brings_back_a_day(house: House) -> None:
    by = hook(house)
    house.app.active = False
    posts(house, by, "[FIRING:1] LastWeek")
    house.clock.advance(days=6)
    posts(house, by, "[FIRING:1] Today")
    await house.doors.forward.catch_up()
    await settled(house)
    assert {alert.labels["alertname"] for alert in alerts(house)} == {"Today"}


async def test_slack_down_while_reading_is_tried_again_and_loses_nothing(house: House) -> None:
    house.app.active = False
    posts(house, hook(house), FIRING)
    for fault in (FaultKind.SERVER_ERROR, FaultKind.ERROR):
        house.workspace.faults.add(fault, "conversations.history")
        assert await house.doors.forward.read_forward() == 0
    assert await house.doors.forward.read_forward() == 1
    assert await house.doors.forward.read_forward() == 0


async def test_a_channel_that_cannot_be_heard_is_told_to_the_admins_once_a_day(house: House) -> None:
    house.workspace.add_channel("#secret", slack_id="C0SECRET", private=True)
    house.engine.use(listening_to(LISTEN, Listen(channel="C0SECRET"), Listen(channel="#gone")))
    for _ in range(3):
        await house.doors.forward.read_forward()
    await house.says()
    said = [message.words for message in house.workspace.channel("#headwater-admin").messages]
    assert len(said) == 2
    assert any("#gone" in words for words in said)
    assert any("C0SECRET" in words for words in said)


async def test_the_mark_never_goes_back(house: House) -> None:
    def marks(connection: Any) -> dict[str, str]:
        store.read_to(connection, "C1", "1795228175.000002", house.clock())
        store.read_to(connection, "C1", "1795228175.000001", house.clock())
        return {one.place: one.last for one in store.listened(connection)}

    assert (await house.engine.write(marks))["C1"] == "1795228175.000002"
