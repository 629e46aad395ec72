"""The life of an incident as a channel sees it: what is posted, what is edited, and nothing else."""

from datetime import timedelta

from headwater.core.alerts import Status
from headwater.core.incidents import State
from slack_house import CHANNELS, House
from world import ANA, BO, CY, EVE, NAT, START

HANDLER = {"handler": "support-chat", "metric": "faithfulness"}
PIPELINE = {"pipeline": "docs-ingest", "signal": "heartbeat"}


def everything_said(house: House) -> dict[str, list[str]]:
    """Every message the bot posted, by channel: what is not named here was not said."""
    said = {
        name: [one.words for one in house.workspace.channel(name).everything]
        for name in CHANNELS
        if house.workspace.channel(name).everything
    }
    return {name: words for name, words in said.items() if words}


async def state(house: House, number: int = 1) -> State:
    view = house.reader.incident(number)
    assert view is not None
    return view.incident.state


async def wait(house: House, **by: float) -> None:
    house.clock.advance(**by)
    await house.engine.tick()
    await house.says()


async def test_an_alert_that_repeats_is_said_once(house: House) -> None:
    await house.alert("a", on=HANDLER, began=START)
    for _ in range(5):
        await house.alert("a", on=HANDLER, began=START)
    assert [len(words) for words in everything_said(house).values()] == [1]
    assert "1 alert, 1 firing" in house.words()


async def test_an_alert_that_resolves_is_watched_on_the_card_and_its_end_is_said_once(house: House) -> None:
    await house.alert("a", on=HANDLER, began=START)
    await house.card().button("Acknowledge").click(as_=ANA)
    await house.settled()
    await house.alert("a", on=HANDLER, began=START, status=Status.RESOLVED, settle=False)
    await house.says()
    assert await state(house) is State.MONITORING
    assert "All alerts recovered" in house.words()
    await wait(house, minutes=16)
    assert await state(house) is State.RESOLVED
    card, resolved = everything_said(house)["#backup"]
    assert "resolved" in card
    assert "INC-1" in resolved
    await wait(house, days=4)
    assert await state(house) is State.CLOSED
    assert len(everything_said(house)["#backup"]) == 2


async def test_the_same_alert_soon_after_reopens_the_same_card(house: House) -> None:
    await house.alert("a", on=HANDLER, began=START)
    await house.alert("a", on=HANDLER, began=START, status=Status.RESOLVED, settle=False)
    await wait(house, minutes=16)
    await house.alert("a", on=HANDLER)
    assert await state(house) is State.TRIGGERED
    assert house.cards("#backup") == 1
    assert "triggered" in house.words()


async def test_the_same_alert_much_later_is_a_new_card_that_names_the_old(house: House) -> None:
    await house.alert("a", on=HANDLER, began=START)
    await house.alert("a", on=HANDLER, began=START, status=Status.RESOLVED, settle=False)
    await wait(house, minutes=16)
    await wait(house, hours=5)
    await house.alert("a", on=HANDLER)
    assert house.cards("#backup") == 2
    assert "The same alert was in INC-1" in house.words(match="INC-2")


async def test_a_flapping_alert_is_one_card_that_counts(house: House) -> None:
    began = START
    await house.alert("a", on=HANDLER, began=began)
    for _ in range(4):
        await house.alert("a", on=HANDLER, began=began, status=Status.RESOLVED, settle=False)
        began = house.clock() + timedelta(seconds=1)
        await wait(house, minutes=2)
        await house.alert("a", on=HANDLER, began=began, settle=False)
    await house.says()
    assert "flapping x4" in house.words()
    assert len(everything_said(house)["#backup"]) == 1


async def test_a_handler_s_and_its_pipeline_s_alert_are_one_incident_of_one_team(house: House) -> None:
    await house.alert("a", on=HANDLER, settle=False)
    await house.alert("b", on=PIPELINE)
    card, pointer = house.words("#docs-data"), house.words("#backup")
    assert "Why Docs data" in card
    assert "pipeline:docs-ingest" in card
    assert "Docs data has it" in pointer
    assert set(everything_said(house)) == {"#docs-data", "#backup"}
    assert [len(words) for words in everything_said(house).values()] == [1, 1]


async def test_an_unplaced_alert_waits_with_the_catch_all_until_somebody_places_it(house: House) -> None:
    await house.alert("x", on={"alertname": "Odd"}, title="Odd thing")
    assert "Place on" in " ".join(house.card("#ml-reliability").buttons)
    await house.card("#ml-reliability").button("Place on…").click(as_=EVE)
    form = await house.form(EVE)
    block = next(one["block_id"] for one in form.raw.given["blocks"] if one.get("element"))
    chosen = await house.typed(form, block, "docs")
    await form.submit({block: chosen})
    await house.settled()
    view = house.reader.incident(1)
    assert view is not None
    assert view.incident.asset == chosen["value"]


async def test_a_note_from_the_command_is_on_the_timeline_and_nobody_is_disturbed(house: House) -> None:
    await house.alert("a", on=HANDLER)
    before = everything_said(house)
    await house.workspace.person(BO).runs("/incident note 1 seen since noon", channel="#backup")
    await house.settled()
    assert [one.text for one in house.reader.timeline(1) if one.kind == "note"] == ["seen since noon"]
    assert {name: len(words) for name, words in everything_said(house).items()} == {
        name: len(words) for name, words in before.items()
    }


async def test_a_joined_team_may_move_it_and_a_stranger_may_not(house: House) -> None:
    await house.alert("a", on=HANDLER, settle=False)
    await house.alert("b", on=PIPELINE)
    await house.workspace.person(NAT).runs("/incident mitigate 1 rolled back", channel="#docs-data")
    await house.settled()
    assert await state(house) is State.TRIGGERED
    await house.workspace.person(CY).runs("/incident mitigate 1 rolled back", channel="#docs-data")
    await house.settled()
    assert await state(house) is State.MITIGATED
