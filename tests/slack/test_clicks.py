"""What people press, and what they and everybody else then see."""

import asyncio

from headwater.core.actions import Acknowledge, Answer, AnyAction
from headwater.core.incidents import EntryKind
from headwater.core.severity import Severity
from headwater.workspace import FaultKind
from slack_house import House
from world import ANA, BO, CY, NAT


async def test_an_acknowledgement_shows_on_the_card_and_is_told_to_nobody_else(house: House) -> None:
    await house.alert()
    answer = await house.card().button("Acknowledge").click(as_=BO)
    await house.settled()
    assert answer.ok
    assert f"Acknowledged by <@{BO}>" in house.words()
    assert house.card().buttons == ["Resolve", "Add note", "Not ours", "Why us?"]
    assert house.workspace.channel("#backup").ephemerals(BO) == []
    assert len(house.workspace.channel("#backup").messages) == 1


async def test_of_two_who_click_at_once_one_has_it_and_the_other_alone_learns_who(house: House) -> None:
    await house.alert()
    press = house.card().button("Acknowledge")
    clicks = [press.click(as_=ANA), press.click(as_=BO)]
    assert all([(await click).ok for click in clicks])
    await house.settled()
    channel = house.workspace.channel("#backup")
    whispers = {user: [m.text for m in channel.ephemerals(user)] for user in (ANA, BO)}
    winner, loser = (ANA, BO) if not whispers[ANA] else (BO, ANA)
    assert f"Acknowledged by <@{winner}>" in house.words()
    assert whispers[winner] == []
    [said] = whispers[loser]
    assert f"already acknowledged by <@{winner}>" in said
    assert "s ago" in said


async def test_a_click_delivered_twice_counts_once(house: House) -> None:
    await house.alert()
    house.workspace.faults.add(FaultKind.REPEATED, "block_actions")
    await house.card().button("Acknowledge").click(as_=ANA)
    await house.settled()
    timeline = house.reader.timeline(1)
    assert [entry.kind for entry in timeline].count(EntryKind.ACKNOWLEDGED) == 1
    assert house.workspace.channel("#backup").ephemerals(ANA) == []


async def test_somebody_without_rights_is_told_so_alone_and_nothing_changes(house: House) -> None:
    await house.alert()
    more = house.card().button("hw.more")
    await more.click(as_=NAT, value="hw.mitigate:1")
    await house.settled()
    [said] = house.workspace.channel("#backup").ephemerals(NAT)
    assert "belongs to Backup" in said.text
    assert "*SEV2* triggered" in house.words()


async def test_mitigated_stands_behind_more_and_shows_on_the_card(house: House) -> None:
    await house.alert()
    await house.card().button("hw.more").click(as_=ANA, value="hw.mitigate:1")
    await house.settled()
    assert "Mitigated at" in house.words()


async def test_why_us_is_answered_to_the_asker_alone_with_file_and_line(house: House) -> None:
    await house.alert()
    await house.card().button("Why us?").click(as_=CY)
    await house.settled()
    [answer] = house.workspace.channel("#backup").ephemerals(CY)
    assert "Why Backup has INC-1:" in answer.words
    assert "`ownership.yaml:40`" in answer.words
    assert "by-handler" in answer.words
    assert "There is no runner-up" in answer.words


async def test_a_slow_engine_does_not_keep_slack_waiting(house: House) -> None:
    await house.alert()
    release = asyncio.Event()

    class Slow:
        """An engine that takes its time."""

        registry = house.engine.registry

        async def act(self, action: AnyAction) -> Answer:
            await release.wait()
            return await house.engine.act(action)

    house.doors.desk.engine = Slow()  # type: ignore[assignment]  # all that a click asks of it
    answer = await house.card().button("Acknowledge").click(as_=ANA)
    assert answer.ok
    assert "triggered" in house.words()
    release.set()
    await house.settled()
    assert f"Acknowledged by <@{ANA}>" in house.words()


async def test_a_failure_on_our_side_is_told_to_the_one_who_clicked(house: House) -> None:
    await house.alert()

    class Broken:
        """An engine with a bug."""

        registry = house.engine.registry

        async def act(self, action: AnyAction) -> Answer:
            assert isinstance(action, Acknowledge)
            raise ZeroDivisionError

    house.doors.desk.engine = Broken()  # type: ignore[assignment]  # as above
    answer = await house.card().button("Acknowledge").click(as_=ANA)
    await house.doors.desk.drain()
    assert answer.ok
    said = await house.workspace.channel("#backup").whispers(ANA, "broke on my side")
    assert "`ZeroDivisionError`" in said.text


async def test_reopening_asks_first_and_then_belongs_to_the_one_who_asked(house: House) -> None:
    await house.alert()
    await house.workspace.person(ANA).runs("/incident cancel 1 a test", channel="#backup")
    await house.settled()
    assert house.card().buttons == ["Reopen", "Add note", "Why us?"]
    await house.card().button("Reopen").click(as_=ANA)
    await house.settled()
    assert f"with <@{ANA}>" in house.words()


async def test_a_page_carries_the_button_that_answers_it(house: House) -> None:
    await house.alert(severity=Severity.SEV2)
    page = house.workspace.direct_messages(ANA).message("INC-1")
    assert page.buttons == ["Acknowledge"]
    await page.button("Acknowledge").click(as_=ANA)
    await house.settled()
    assert f"Acknowledged by <@{ANA}>" in house.words()
