"""What is said reaches Slack once, in order, at its pace, or somebody learns why not."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from headwater.core.incidents import EntryKind
from headwater.core.said import CardKind, Notice, NoticeKind, Where
from headwater.core.severity import Severity
from headwater.slack.outgoing import Outgoing
from headwater.slack.sender import LEASE
from headwater.store import outbox, rows
from headwater.store.outbox import Claimed
from headwater.store.schema import NOTICE
from headwater.workspace import FaultKind
from slack_house import House
from world import ANA, EVE, START


async def say(house: House, *notices: Notice) -> None:
    """The engine wants these said."""
    made = [rows.notice_to_row(notice) for notice in notices]
    await house.engine.write(lambda connection: connection.execute(NOTICE.insert(), made))


def to_channel(key: str, text: str, channel: str = "#backup") -> Notice:
    """Something to be said in a channel."""
    facts = {"text": text}
    return Notice(key=key, kind=NoticeKind.TEST, where=Where.CHANNEL, to=channel, at=START, facts=facts)


async def test_a_storm_of_changes_is_one_edit_of_the_card(house: House) -> None:
    await house.alert()
    before = len(house.calls("chat.update"))
    for number in range(10):
        await house.alert(f"more{number}", settle=False)
    await house.says()
    assert len(house.calls("chat.update")) - before == 1
    assert "11 alerts, 11 firing" in house.words()
    assert house.cards("#backup") == 1


async def test_a_channel_gets_one_message_a_second_in_the_order_wanted(
    house: House,
) -> None:
    await say(house, *(to_channel(f"k{number}", f"number {number}") for number in range(5)))
    await house.says()
    texts = [message.text for message in house.workspace.channel("#backup").messages]
    assert texts == [f"number {number}" for number in range(5)]
    times = [call.at for call in house.workspace.calls if call.method == "chat.postMessage"]
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(times))
    assert all(call.error != "ratelimited" for call in house.workspace.calls)


async def test_a_429_is_waited_out_and_nothing_overtakes(house: House) -> None:
    house.workspace.faults.add(FaultKind.RATE_LIMITED, "chat.postMessage", seconds=7)
    await say(house, to_channel("k1", "first"), to_channel("k2", "second"))
    await house.says(5)
    assert house.workspace.channel("#backup").messages == []
    await house.says(6)
    assert [m.text for m in house.workspace.channel("#backup").messages] == ["first", "second"]


@pytest.mark.parametrize("trouble", [FaultKind.SERVER_ERROR, FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
async def test_trouble_on_the_way_never_says_it_twice_nor_loses_it(house: House, trouble: FaultKind) -> None:
    house.workspace.faults.add(trouble, "chat.postMessage")
    await say(house, to_channel("k1", "once"))
    await house.says(10)
    assert [m.text for m in house.workspace.channel("#backup").messages] == ["once"]


async def test_after_a_crash_between_slacks_answer_and_the_mark_nothing_is_posted_again(house: House) -> None:
    """The first sender posts and dies; its claim lapses; the second finds the message by its metadata."""
    await house.alert(settle=False)
    house.clock.advance(seconds=31)
    await house.engine.tick()
    now = house.clock()
    [claim] = await house.engine.write(
        lambda connection: outbox.claim_cards(connection, now, limit=9, lease=LEASE)
    )
    target = await house.sender.outgoing.target(claim, house.engine.registry, now)
    telling = await house.sender.outgoing.telling(claim, house.engine.registry, now)
    _, ts = await house.sender.slack.post(target.place, telling.message)  # type: ignore[union-attr]  # both are there
    house.clock.advance(seconds=LEASE.total_seconds() + 1)
    house.sender = house.another_sender()
    await house.says()
    assert house.cards("#backup") == 1
    [card] = house.reader.cards(1)
    assert (card.place, card.ts) == ("C0BACKUP", ts)


async def test_two_replicas_say_a_thing_once(house: House) -> None:
    await house.alert(settle=False)
    house.clock.advance(seconds=31)
    await house.engine.tick()
    other = house.another_sender()
    await house.sender.round()
    await other.round()
    await house.says()
    assert house.cards("#backup") == 1


async def test_an_archived_channel_is_told_elsewhere_with_the_reason(house: House) -> None:
    house.workspace.person(ANA).archives("#backup")
    await house.alert()
    await house.says()
    told = house.workspace.channel("#ml-reliability")
    assert house.card("#ml-reliability").buttons[0] == "Acknowledge"
    assert "could not be told" in told.message("could not be told").text
    assert "#backup" in told.message("could not be told").text
    entries = [entry for entry in house.reader.timeline(1) if entry.kind is EntryKind.UNTOLD]
    assert len(entries) == 1


async def test_a_channel_archived_later_moves_the_card_too(house: House) -> None:
    await house.alert()
    house.workspace.person(ANA).archives("#backup")
    await house.alert("more")
    await house.says(10)
    assert "2 alerts" in house.words("#ml-reliability")


async def test_a_deleted_card_is_posted_anew(house: House) -> None:
    await house.alert()
    first = house.card()
    await house.sender.slack.client.chat_delete(channel="C0BACKUP", ts=first.ts)
    await house.alert("more")
    await house.says()
    assert house.cards("#backup") == 1
    assert "2 alerts" in house.words()


async def test_a_public_channel_the_bot_is_not_in_is_joined(house: House) -> None:
    house.workspace.find_channel("#backup").members.remove(house.app.user_id)
    await house.alert()
    await house.says()
    assert house.cards("#backup") == 1
    assert house.app.user_id in house.workspace.find_channel("#backup").members


async def test_a_fresh_card_and_a_page_call_whoever_is_on_call_and_nothing_else_does(house: House) -> None:
    await house.alert(severity=Severity.SEV2)
    assert f"<@{ANA}> you are called for Backup." in house.words()
    assert house.card().thread == []
    [page] = house.workspace.direct_messages(ANA).messages
    assert house.card().permalink in page.text.replace("&amp;", "&")


async def test_nothing_unfurls_and_every_message_carries_text_and_a_key(house: House) -> None:
    await house.alert()
    for call in house.calls("chat.postMessage"):
        assert call["unfurl_links"] is False
        assert call["unfurl_media"] is False
        assert call["text"]
        assert call["metadata"]["event_payload"]["key"]


async def test_an_alert_of_two_teams_is_one_card_and_a_pointer(house: House) -> None:
    await house.alert("a", settle=False, on={"handler": "backup-assistant"}, title="Groundedness fell")
    await house.alert("b", on={"pipeline": "docs-ingest"}, title="Ingest failed")
    await house.says()
    cards = [card for card in house.reader.cards(1) if card.kind is CardKind.FULL]
    pointers = [card for card in house.reader.cards(1) if card.kind is CardKind.POINTER]
    assert len(cards) == 1
    assert len(pointers) == 1
    pointer = house.card(pointers[0].channel)
    assert pointer.buttons == []
    assert house.card(cards[0].channel).permalink in pointer.words.replace("&amp;", "&")


async def test_the_loop_wakes_when_something_is_wanted(house: House) -> None:
    loop = asyncio.create_task(house.sender.run())
    try:
        await say(house, to_channel("k1", "hello", "#headwater-admin"))
        assert await house.workspace.channel("#headwater-admin").expects("hello")
    finally:
        loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loop


async def test_a_missing_channel_is_told_to_the_catch_all(house: House) -> None:
    await say(house, to_channel("k1", "lost", "#nowhere"))
    await house.says()
    told = house.workspace.channel("#ml-reliability").message("there is no channel #nowhere")
    assert EVE not in told.text


async def test_a_message_that_fails_on_our_side_does_not_stop_the_others(house: House) -> None:
    class Stumbling:
        """A registry look-up that fails for one channel's telling."""

        def __init__(self, outgoing: Outgoing) -> None:
            self.outgoing = outgoing

        def __getattr__(self, name: str) -> object:
            return getattr(self.outgoing, name)

        async def telling(self, claim: Claimed[Notice], *more: object) -> object:
            if claim.what.key == "k1":
                raise ZeroDivisionError
            return await self.outgoing.telling(claim, *more)  # type: ignore[arg-type]  # handed on as it came

    whole = house.sender.outgoing
    house.sender.outgoing = Stumbling(whole)  # type: ignore[assignment]  # all that a round asks of it
    await say(house, to_channel("k1", "stumbles"), to_channel("k2", "goes on"))
    await house.says()
    channel = house.workspace.channel("#backup")
    assert [message.text for message in channel.messages] == ["goes on"]
    house.sender.outgoing = whole
    house.clock.advance(seconds=60)
    await house.says()
    assert [message.text for message in channel.messages] == ["goes on", "stumbles"]
