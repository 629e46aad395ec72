from slack_house import House
from world import BO


async def test_an_alert_becomes_one_card_in_its_owners_channel(house: House) -> None:
    await house.alert(title="Groundedness fell", on={"handler": "backup-assistant"})
    card = house.card()
    assert "Groundedness fell" in card.words
    assert card.buttons == ["Acknowledge", "Add note", "Not ours", "Why us?"]
    assert len(house.workspace.channel("#backup").messages) == 1


async def test_a_click_on_acknowledge_changes_the_card_and_says_who_and_when(house: House) -> None:
    await house.alert()
    house.card().button("Acknowledge").click(as_=BO)
    await house.settled()
    assert f"Acknowledged by <@{BO}>" in house.words()
    assert house.workspace.channel("#backup").ephemerals(BO) == []
