"""Alerts that other apps post in channels: heard once, and answered once, in their thread."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from headwater.core.errors import Behind
from headwater.core.incidents import EntryKind
from headwater.core.registry import Listen
from headwater.slack.listening import Listening
from headwater.store.database import Database
from headwater.workspace import FaultKind, posting
from slack_alerts import (
    ALERTS,
    FIRING,
    LISTEN,
    PLACE,
    RESOLVED,
    alerts,
    announced,
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
from world import ANA, BO, CY


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with moved_in(database, listening_to(LISTEN)) as built:
        yield built


async def test_an_alert_gets_one_reply_in_its_thread_with_incident_owner_and_acknowledge(
    house: House,
) -> None:
    message = posts(house, hook(house), FIRING, text="handler=backup-assistant")
    await announced(house)
    [reply] = house.workspace.channel(ALERTS).message(FIRING).thread
    assert "INC-1" in reply.words
    assert "GroundednessLow backup-assistant" in reply.words
    assert "Backup has it" in reply.words
    assert house.card("#backup").permalink in str(reply.blocks)
    assert reply.buttons == ["Acknowledge"]
    await reply.button("Acknowledge").click(as_=BO)
    await house.settled()
    assert f"Acknowledged by <@{BO}>" in house.words()
    [alert] = alerts(house)
    assert alert.origin == f"{PLACE}:{message.ts}"
    assert len(house.workspace.channel(ALERTS).message(FIRING).thread) == 1


async def test_a_repeated_event_is_one_delivery(house: House) -> None:
    house.workspace.faults.add(FaultKind.REPEATED, "message")
    posts(house, hook(house), FIRING)
    await announced(house)
    assert len(journalled(house)) == 1
    assert len(house.workspace.channel(ALERTS).message(FIRING).thread) == 1


async def test_both_shapes_of_a_bots_message_are_heard(house: House) -> None:
    other = house.workspace.install(name="Datadog")
    room = house.workspace.find_channel(ALERTS)
    posting.post(
        house.workspace, room, user=other.user_id, app=other, text="Triggered: [P2] CPU high on host:web-1"
    )
    posts(house, hook(house), FIRING)
    await settled(house)
    assert {alert.title for alert in alerts(house)} == {
        "CPU high on host:web-1",
        "GroundednessLow backup-assistant (prod critical)",
    }


async def test_people_our_own_words_and_other_channels_are_no_alerts(house: House) -> None:
    house.workspace.person(CY).says(ALERTS, "[FIRING:1] said a person")
    house.workspace.person(CY).says(ALERTS, f"<@{house.app.user_id}> help")
    room = house.workspace.find_channel(ALERTS)
    posting.post(house.workspace, room, user=house.app.user_id, app=house.app, text="[FIRING:1] said we")
    posts(house, hook(house, "#platform"), FIRING)
    await settled(house)
    await house.doors.forward.catch_up()
    await settled(house)
    assert journalled(house) == []


@pytest.mark.parametrize("named_by", ["bot_id", "app_id"])
async def test_only_the_apps_that_the_registry_names_are_heard(house: House, named_by: str) -> None:
    wanted, other = hook(house), hook(house)
    house.engine.use(listening_to(Listen(channel=ALERTS, apps=(getattr(wanted, named_by),))))
    posts(house, other, "[FIRING:1] Other")
    posts(house, wanted, FIRING)
    await settled(house)
    await house.doors.forward.catch_up()
    await settled(house)
    assert [alert.labels["alertname"] for alert in alerts(house)] == ["GroundednessLow"]


@pytest.mark.parametrize("how", ["a new message", "an edit", "a reply"])
async def test_a_resolution_ends_the_alert_however_it_comes(house: House, how: str) -> None:
    by = hook(house)
    message = posts(house, by, FIRING)
    await announced(house)
    if how == "an edit":
        edits(message, house, RESOLVED)
    else:
        posts(house, by, RESOLVED, thread=message.ts if how == "a reply" else None)
    await announced(house)
    assert alerts(house) == ()
    kinds = [entry.kind for entry in house.reader.timeline(1)]
    assert kinds.count(EntryKind.ALERT_RESOLVED) == 1
    assert EntryKind.RECOVERED in kinds


async def test_a_bare_word_in_the_thread_is_enough_and_talk_is_not(house: House) -> None:
    by = hook(house)
    message = posts(house, by, "Backups are odd")
    posts(house, by, "The graph of the last hour", thread=message.ts)
    posts(house, hook(house, username="Another app"), "Resolved", thread=message.ts)
    house.workspace.person(ANA).says(ALERTS, "resolved", thread=message.ts)
    await settled(house)
    assert len(alerts(house)) == 1
    posts(house, by, "Resolved", thread=message.ts)
    await settled(house)
    assert alerts(house) == ()


async def test_a_reply_to_a_message_older_than_we_remember_is_looked_up(house: House) -> None:
    by = hook(house)
    message = posts(house, by, FIRING)
    await settled(house)
    house.doors.forward.listening._roots.clear()
    posts(house, by, "Resolved", thread=message.ts)
    await settled(house)
    assert alerts(house) == ()
    assert [call["ts"] for call in house.calls("conversations.replies")] == [message.ts]


async def test_an_edit_that_changes_the_count_says_nothing_twice(house: House) -> None:
    message = posts(house, hook(house), FIRING)
    await announced(house)
    edits(message, house, FIRING.replace(":2", ":3"))
    await announced(house)
    assert len(house.workspace.channel(ALERTS).message("[FIRING:3]").thread) == 1
    assert len(alerts(house)) == 1


async def test_a_deleted_message_ends_nothing(house: House) -> None:
    message = posts(house, hook(house), FIRING)
    await settled(house)
    posting.delete(house.workspace, message)
    await settled(house)
    assert len(alerts(house)) == 1


async def test_slack_is_not_answered_before_the_alert_is_on_disk(house: House) -> None:
    listening, tries = house.doors.forward.listening, 0
    working = listening.engine

    class Behindhand:
        """An engine that is behind, once."""

        registry = working.registry

        async def receive(self, deliveries: Any) -> None:
            nonlocal tries
            tries += 1
            if tries == 1:
                raise Behind(200_000, 30)
            await working.receive(deliveries)

    listening.engine = Behindhand()  # type: ignore[assignment]  # all that hearing asks of it
    posts(house, hook(house), FIRING)
    await house.workspace.watch.until(lambda: journalled(house) or None, within=10, what="the delivery")
    assert tries == 2


async def test_words_from_outside_are_never_markup(house: House) -> None:
    nasty = "<!channel> <@U0EVE> <https://evil.example|click> &lt;!here&gt; disk full"
    message = posts(house, hook(house), nasty, text="<!everyone> *bold*")
    await announced(house)
    [reply] = replies(house, message)
    assert "<!" not in reply.words.replace("<!date", "")
    assert "<@" not in reply.words
    assert "evil.example|click" not in reply.words
    assert "&lt;!here&gt;" in reply.words


async def test_listen_is_asked_for_in_a_channel_listed_and_ended(house: House) -> None:
    workspace = house.workspace
    await workspace.person(ANA).runs("/incident listen", channel="#platform")
    await house.settled()
    answer = await workspace.channel("#platform").whispers(ANA, "From now on I hear")
    assert "<#C0DOCS> (`ownership.yaml:90:5`)" in answer.words
    assert f"<#C0PLAT> (<@{ANA}>)" in answer.words
    by = hook(house, "#platform")
    posts(house, by, FIRING)
    await settled(house)
    assert len(alerts(house, "C0PLAT")) == 1
    await workspace.person(ANA).runs("/incident listen off", channel="#platform")
    await house.settled()
    posts(house, by, "[FIRING:1] NobodyHears")
    await settled(house)
    assert len(alerts(house, "C0PLAT")) == 1


async def test_what_was_asked_for_outlives_a_restart(house: House) -> None:
    await house.workspace.person(ANA).runs("/incident listen", channel="#platform")
    await house.settled()
    fresh = Listening(
        engine=house.engine,
        slack=house.doors.forward.listening.slack,
        channels=house.doors.forward.listening.channels,
        clock=house.clock,
        whoami=house.doors.identity.ask,
    )
    assert set(await fresh.listens()) == {PLACE, "C0PLAT"}


@pytest.mark.parametrize(
    ("channel", "words", "answer"),
    [
        (ALERTS, "listen", "the registry says so (`ownership.yaml:90:5`)"),
        (ALERTS, "listen off", "take the channel out of its `listen`"),
        ("#platform", "listen off", "I was not listening here"),
        ("#platform", "listen list", "I listen in <#C0DOCS>"),
        ("#platform", "listen loudly", "`/incident listen off`"),
    ],
)
async def test_listen_says_what_it_can_do(house: House, channel: str, words: str, answer: str) -> None:
    await house.workspace.person(ANA).runs(f"/incident {words}", channel=channel)
    await house.settled()
    assert answer in house.workspace.channel(channel).ephemerals(ANA)[-1].words


async def test_a_note_from_the_alerts_thread_reaches_the_timeline(house: House) -> None:
    message = posts(house, hook(house), FIRING)
    await announced(house)
    said = house.workspace.person(CY).says(ALERTS, "the docs are from May", thread=message.ts)
    house.workspace.person(BO).reacts(said, "memo")
    await house.settled()
    notes = [entry.text for entry in house.reader.timeline(1) if entry.kind is EntryKind.NOTE]
    assert notes == ["the docs are from May"]
