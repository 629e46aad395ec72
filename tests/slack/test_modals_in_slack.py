"""Modals: opened at once, filled, refused where they must be, answered."""

from headwater.slack import modals
from headwater.workspace import FaultKind, modal
from slack_house import House
from world import ANA, BO, CY, EVE, NAT


async def test_a_note_reaches_the_timeline_and_its_author_is_told(house: House) -> None:
    await house.alert()
    await house.card().button("Add note").click(as_=CY)
    form = await house.form(CY)
    await form.submit({"text": "The index is from <Tuesday> & old"})
    await house.settled()
    note = house.reader.timeline(1)[-1]
    assert (note.text, note.who) == ("The index is from <Tuesday> & old", CY)
    assert await house.workspace.channel("#backup").whispers(CY, "Noted on INC-1")


async def test_the_modal_opens_before_anything_is_looked_up(house: House) -> None:
    await house.alert()
    seen = len(house.workspace.calls)
    await house.card().button("Add note").click(as_=ANA)
    await house.form(ANA)
    methods = [call.method for call in house.workspace.calls[seen:]]
    assert methods[:2] == ["views.open", "views.update"]


async def test_an_empty_form_is_refused_at_its_field(house: House) -> None:
    await house.alert()
    await house.card().button("hw.more").click(as_=ANA, value="hw.reassign:1")
    form = await house.form(ANA)
    await form.submit({})
    assert form.errors == {"person": "Choose a person, a team, or both."}
    await form.submit({"team": "team:retrieval"})
    assert form.errors == {"why": "Say why: that team reads it first."}


async def test_reassigning_to_a_team_moves_the_card_and_leaves_a_pointer(house: House) -> None:
    await house.alert()
    await house.card().button("hw.more").click(as_=ANA, value="hw.reassign:1")
    form = await house.form(ANA)
    await form.submit({"team": "team:retrieval", "why": "the index is theirs"})
    await house.settled()
    await house.says()
    moved = house.card("#retrieval")
    assert "the index is theirs" in moved.words
    pointer = house.card("#backup")
    assert pointer.buttons == []
    assert "Retrieval has it" in pointer.words
    assert moved.permalink in pointer.words.replace("&amp;", "&")


async def test_reassigning_to_a_person_tells_that_person_in_the_thread(house: House) -> None:
    await house.alert()
    await house.card().button("hw.more").click(as_=ANA, value="hw.reassign:1")
    form = await house.form(ANA)
    await form.submit({"person": BO})
    await house.settled()
    assert f"with <@{BO}>" in house.words()
    assert any(reply.text.startswith(f"<@{BO}> Ana gave you") for reply in house.card().thread)


async def test_not_ours_asks_why_says_who_gets_it_and_moves_the_card(house: House) -> None:
    await house.alert("a", on={"handler": "support-chat"}, settle=False)
    await house.alert("b", on={"pipeline": "docs-ingest"})
    await house.card("#docs-data").button("Not ours").click(as_=CY)
    form = await house.form(CY)
    assert "It goes to *Backup*, who was next" in str(form.raw.given["blocks"])
    await form.submit({"why": " "})
    assert form.errors == {"why": "Say why: whoever gets it next reads it first."}
    await form.submit({"why": "the run was on time"})
    await house.settled()
    await house.says()
    assert await house.workspace.channel("#docs-data").whispers(CY, "INC-1 is with Backup now, who was next.")
    card = house.words("#backup")
    assert f"*Why Backup:* <@{CY}> says it is not Docs data's: the run was on time; Backup was next." in card
    assert "Runner-up: ML leads." in card
    assert "Backup has it" in house.words("#docs-data")


async def test_somebody_else_who_presses_not_ours_is_told_in_the_form_who_can(house: House) -> None:
    await house.alert()
    await house.card().button("Not ours").click(as_=NAT)
    form = await house.form(NAT)
    assert "ML leads*, who decides whose it is" in str(form.raw.given["blocks"])
    await form.submit({"why": "not theirs"})
    await modal(house.workspace, NAT, "only they can say that it is not theirs")


async def test_resolving_needs_a_reason_and_records_the_name(house: House) -> None:
    await house.alert()
    await house.card().button("hw.more").click(as_=ANA, value="hw.resolve:1")
    form = await house.form(ANA)
    await form.submit({"why": "the reindex finished"})
    await house.settled()
    assert f"Cause unknown, says <@{ANA}>: the reindex finished." in house.words()


async def test_what_the_engine_refuses_is_said_in_the_modal(house: House) -> None:
    await house.alert()
    await house.card().button("hw.more").click(as_=NAT, value="hw.cancel:1")
    form = await house.form(NAT)
    await form.submit({"noise": "a test"})
    refused = await modal(house.workspace, NAT, "belongs to Backup")
    assert "submit" not in refused.raw.given


async def test_a_form_sent_twice_is_one_note(house: House) -> None:
    await house.alert()
    await house.card().button("Add note").click(as_=ANA)
    form = await house.form(ANA)
    house.workspace.faults.add(FaultKind.REPEATED, "view_submission")
    await form.submit({"text": "once"})
    await house.settled()
    assert [entry.text for entry in house.reader.timeline(1)].count("once") == 1


async def test_place_on_offers_assets_while_typing_and_answers_with_the_rule_to_keep(house: House) -> None:
    await house.alert(on={"alertname": "Mystery", "job": "x"}, title="Mystery")
    card = house.card("#ml-reliability")
    assert "Place on…" in card.buttons
    await card.button("Place on…").click(as_=EVE)
    form = await house.form(EVE)
    await form.submit({"asset": await house.typed(form, "asset", "ndex:do")})
    await house.settled()
    answer = await house.workspace.channel("#ml-reliability").whispers(EVE, "are on index:docs now")
    assert "```" in answer.words
    assert "Mystery" in answer.words
    assert "index:docs" in answer.words
    await house.says()
    assert "`index:docs` Mystery" in house.words("#retrieval")


def test_the_asset_menu_finds_by_any_part_of_the_name_shortest_first(house: House) -> None:
    found = [choice["value"] for choice in modals.asset_options(house.engine.registry, "docs")]
    assert found == ["index:docs", "source:docs-repo", "pipeline:docs-ingest"]


async def test_severity_is_changed_in_its_modal(house: House) -> None:
    await house.alert()
    await house.card().button("hw.more").click(as_=ANA, value="hw.severity:1")
    form = await house.form(ANA)
    await form.submit({"severity": "SEV4", "why": "only one customer"})
    await house.settled()
    assert "*SEV4* triggered" in house.words()


async def test_a_press_delivered_twice_opens_one_form_and_complains_of_nothing(house: House) -> None:
    await house.alert()
    house.workspace.faults.add(FaultKind.REPEATED, "block_actions")
    await house.card().button("Add note").click(as_=ANA)
    await house.form(ANA)
    await house.settled()
    assert house.workspace.channel("#backup").ephemerals(ANA) == []


async def test_a_form_that_could_not_open_in_time_says_so_to_the_one_who_pressed(house: House) -> None:
    await house.alert()
    house.workspace.faults.add(FaultKind.ERROR, "views.open", code="expired_trigger_id")
    await house.card().button("Add note").click(as_=ANA)
    assert await house.workspace.channel("#backup").whispers(ANA, "press again")
