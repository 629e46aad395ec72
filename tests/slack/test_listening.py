"""Alerts that other apps post in channels: heard once, answered once in their thread, read after a gap."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

import world
from headwater.clock import Clock
from headwater.core.alerts import Alert
from headwater.core.errors import Behind
from headwater.core.incidents import EntryKind
from headwater.core.registry import Listen, Registry, Spot
from headwater.engine import Engine
from headwater.intake import slack_message
from headwater.slack.listening import Listening
from headwater.store import listening as store
from headwater.store.database import Database
from headwater.store.schema import DELIVERY
from headwater.workspace import FaultKind, SeenMessage, Webhook, WorkspaceServer, posting
from headwater.workspace.messages import Message
from slack_house import House, furnish, set_up
from world import ANA, BO, CY, NAT, HandClock

ALERTS, PLACE = "#docs-data", "C0DOCS"
FIRING = "[FIRING:2] GroundednessLow backup-assistant (prod critical)"
RESOLVED = "[RESOLVED] GroundednessLow backup-assistant (prod critical)"
LISTEN = Listen(channel=ALERTS, spot=Spot("ownership.yaml", 90, 5))


def listening_to(*listen: Listen) -> Registry:
    return world.registry(listen=listen)


async def rest(until: datetime, clock: Clock) -> None:
    """Waiting is turning the clock."""
    assert isinstance(clock, HandClock)
    clock.now = max(clock.now, until)


@asynccontextmanager
async def moved_in(database: Database, registry: Registry) -> AsyncIterator[House]:
    """A house that listens; `away` is a downtime."""
    clock = HandClock()
    workspace, app = furnish(clock)
    async with WorkspaceServer(workspace, signing_clock=clock) as server:
        working = Engine(
            database=database,
            clock=clock,
            registry=registry,
            parsers={"world": world.parse, slack_message.NAME: slack_message.parse},
        )
        working.start()
        house = set_up(clock, database, working, server, app)
        house.doors.listening.rest = rest
        socket = await house.doors.open_socket(app.app_token)
        await settled(house)
        try:
            yield house
        finally:
            await house.doors.close()
            await socket.close_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
            await working.close()
    database.close()
    assert workspace.flags == []


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with moved_in(database, listening_to(LISTEN)) as built:
        yield built


def hook(house: House, channel: str = ALERTS, username: str = "Alertmanager") -> Webhook:
    return house.workspace.add_webhook(channel, username=username)


def posts(house: House, by: Webhook, title: str, *, thread: str | None = None, **more: Any) -> Message:
    """An app's message as Alertmanager makes it: no text, all in an attachment."""
    house.clock.advance(seconds=1)
    body = {"text": "", "attachments": [{"title": title, "fallback": title, **more}]}
    return posting.post_from_webhook(house.workspace, by, body | ({"thread_ts": thread} if thread else {}))


def edits(message: Message, house: House, title: str) -> None:
    house.clock.advance(seconds=1)
    posting.edit(house.workspace, message, attachments=[{"title": title, "fallback": title, "id": 1}])


async def settled(house: House) -> None:
    """All events are in, decided and said."""
    await house.workspace.quiet()
    await house.doors.desk.drain()
    await house.engine.drained()


async def announced(house: House) -> None:
    """So is what waits for the settle time."""
    await settled(house)
    house.clock.advance(seconds=31)
    await house.engine.tick()
    await house.says()


def replies(house: House, message: Message) -> list[SeenMessage]:
    """What we said in the message's thread."""
    seen = house.workspace.channel(ALERTS).message(lambda one: one.ts == message.ts)
    return [one for one in seen.thread if one.raw.bot_id == house.app.bot_id]


def alerts(house: House, place: str = PLACE) -> tuple[Alert, ...]:
    return house.reader.alerts_of(f"slack:{place}")


def journalled(house: House) -> list[Any]:
    with house.database.read() as connection:
        rows = connection.execute(select(DELIVERY).where(DELIVERY.c.format == slack_message.NAME))
        return list(rows)


@asynccontextmanager
async def away(house: House) -> AsyncIterator[None]:
    """Slack reaches nobody meanwhile; afterwards the connection is there again."""
    house.app.active = False
    yield
    house.app.active = True
    await house.doors.listening.catch_up()
    await settled(house)


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
    await house.doors.listening.catch_up()
    await settled(house)
    assert journalled(house) == []


@pytest.mark.parametrize("named_by", ["bot_id", "app_id"])
async def test_only_the_apps_that_the_registry_names_are_heard(house: House, named_by: str) -> None:
    wanted, other = hook(house), hook(house)
    house.engine.use(listening_to(Listen(channel=ALERTS, apps=(getattr(wanted, named_by),))))
    posts(house, other, "[FIRING:1] Other")
    posts(house, wanted, FIRING)
    await settled(house)
    await house.doors.listening.catch_up()
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
    house.doors.listening._roots.clear()
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
    listening, tries = house.doors.listening, 0
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


async def test_a_downtime_of_ten_minutes_loses_nothing_and_doubles_nothing(house: House) -> None:
    by = hook(house)
    before = posts(house, by, "[FIRING:1] Before")
    ends = posts(house, by, "[FIRING:1] EndsMeanwhile")
    edited = posts(house, by, "[FIRING:1] EditedMeanwhile")
    replied = posts(house, by, "[FIRING:1] RepliedMeanwhile")
    await settled(house)
    await house.doors.listening.read_forward()
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
        await house.doors.listening.catch_up()
        await house.doors.listening.read_forward()
    await announced(house)
    assert len(journalled(house)) == count
    assert {alert.labels["alertname"]: alert.count for alert in alerts(house)} == dict.fromkeys(firing, 1)
    assert [len(replies(house, message)) for message in (before, ends, edited, replied)] == [1, 0, 0, 0]


async def test_what_is_heard_first_after_a_gap_does_not_hide_what_came_before(house: House) -> None:
    by = hook(house)
    house.app.active = False
    posts(house, by, "[FIRING:1] Unheard")
    house.app.active = True
    posts(house, by, "[FIRING:1] Heard")
    await settled(house)
    assert len(alerts(house)) == 1
    await house.doors.listening.catch_up()
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
        await house.doors.listening.read_forward()
    calls = [call for call in house.workspace.calls if call.method == "conversations.history"]
    assert len(calls) >= 60
    assert all(call.ok for call in calls)
    assert (house.clock() - began).total_seconds() >= 60


async def test_a_channel_is_not_read_from_before_it_was_listened_to(house: House) -> None:
    posts(house, hook(house, "#platform"), "[FIRING:1] Old")
    await settled(house)
    house.engine.use(listening_to(LISTEN, Listen(channel="#platform")))
    await house.doors.listening.catch_up()
    await house.doors.listening.catch_up()
    await settled(house)
    assert alerts(house, "C0PLAT") == ()


async def test_a_week_away_brings_back_a_day(house: House) -> None:
    by = hook(house)
    house.app.active = False
    posts(house, by, "[FIRING:1] LastWeek")
    house.clock.advance(days=6)
    posts(house, by, "[FIRING:1] Today")
    await house.doors.listening.catch_up()
    await settled(house)
    assert {alert.labels["alertname"] for alert in alerts(house)} == {"Today"}


async def test_slack_down_while_reading_is_tried_again_and_loses_nothing(house: House) -> None:
    house.app.active = False
    posts(house, hook(house), FIRING)
    for fault in (FaultKind.SERVER_ERROR, FaultKind.ERROR):
        house.workspace.faults.add(fault, "conversations.history")
        assert await house.doors.listening.read_forward() == 0
    assert await house.doors.listening.read_forward() == 1
    assert await house.doors.listening.read_forward() == 0


async def test_a_channel_that_cannot_be_heard_is_told_to_the_admins_once_a_day(house: House) -> None:
    house.workspace.add_channel("#secret", slack_id="C0SECRET", private=True)
    house.engine.use(listening_to(LISTEN, Listen(channel="C0SECRET"), Listen(channel="#gone")))
    for _ in range(3):
        await house.doors.listening.read_forward()
    await house.says()
    said = [message.words for message in house.workspace.channel("#headwater-admin").messages]
    assert len(said) == 2
    assert any("#gone" in words for words in said)
    assert any("C0SECRET" in words for words in said)


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
        reader=house.reader,
        slack=house.doors.listening.slack,
        channels=house.doors.listening.channels,
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


async def test_the_mark_never_goes_back(house: House) -> None:
    def marks(connection: Any) -> dict[str, str]:
        store.read_to(connection, "C1", "1795228175.000002", house.clock())
        store.read_to(connection, "C1", "1795228175.000001", house.clock())
        return {one.place: one.last for one in store.listened(connection)}

    assert (await house.engine.write(marks))["C1"] == "1795228175.000002"
