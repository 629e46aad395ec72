"""Typed commands, as people type them; every answer is private."""

import pytest

from headwater.slack.commands import incident, owner
from slack_house import House
from world import ANA, BO, CY, NAT


async def ask(house: House, line: str, *, who: str = ANA, channel: str = "#backup") -> str:
    """What one person is answered."""
    before = len(house.workspace.channel(channel).ephemerals(who))
    answer = await house.workspace.person(who).runs(line, channel=channel)
    assert answer.ok
    await house.settled()
    said = house.workspace.channel(channel).ephemerals(who)[before:]
    assert len(said) == 1
    return said[0].words


async def test_help_lists_every_command_on_one_screen(house: House) -> None:
    for book in (incident.book("/incident"), owner.book("/owner")):
        said = await ask(house, f"{book.name} help")
        for command in book.commands:
            assert command.word in said
            assert command.help in said
        assert len(said.splitlines()) <= 20


async def test_a_wrong_word_gets_the_nearest_right_one_and_an_example(house: House) -> None:
    said = await ask(house, "/incident akc 1")
    assert "Did you mean `ack`?" in said
    assert "`/incident ack 7`" in said
    assert "`/owner lineage index:docs`" in await ask(house, "/owner linage")


async def test_a_word_near_to_none_points_to_help(house: House) -> None:
    assert "`/incident help` lists what I know" in await ask(house, "/incident xyzzy")


async def test_a_list_is_worst_first_and_says_who_has_what(house: House) -> None:
    assert "All quiet" in await ask(house, "/incident list")
    await house.alert("a", title="Answers are slow", on={"pipeline": "invoices"})
    await house.alert("b", title="Groundedness fell")
    said = await ask(house, "/incident list")
    assert said.index("Groundedness fell") < said.index("Answers are slow")
    assert "nobody has it" in said
    assert "Answers are slow" not in await ask(house, "/incident list backup")
    assert "none" in await ask(house, "/incident list mine")


async def test_in_an_incidents_channel_the_number_may_be_left_out(house: House) -> None:
    await house.alert()
    assert "INC-1" in await ask(house, "/incident ack")
    assert f"Acknowledged by <@{ANA}>" in house.words()
    assert "Noted on INC-1." in await ask(house, "/incident note the index is stale")
    assert house.reader.timeline(1)[-1].text == "the index is stale"


async def test_a_bare_number_that_is_no_incident_is_a_word_of_the_note(house: House) -> None:
    await house.alert()
    await ask(house, "/incident note 500 errors since noon")
    assert house.reader.timeline(1)[-1].text == "500 errors since noon"


async def test_where_no_incident_is_open_the_number_is_asked_for(house: House) -> None:
    assert "Which incident?" in await ask(house, "/incident ack")
    assert "There is no INC-9" in await ask(house, "/incident show INC-9")


async def test_where_several_are_open_they_are_named(house: House) -> None:
    await house.alert("a", title="First", on={"handler": "backup-assistant"})
    await ask(house, "/incident new handler:support-chat Second")
    await house.says()
    said = await ask(house, "/incident ack")
    assert "incidents are open here" in said
    assert "INC-1" in said
    assert "INC-2" in said


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/incident show 1", "*Why Backup:*"),
        ("/incident ack inc-1", "INC-1"),
        ("/incident severity 1 sev1 it spreads", "INC-1 is SEV1 now"),
        ("/incident sev 1 4", "INC-1 is SEV4 now"),
        ("/incident severity 1 purple", "Which severity?"),
        ("/incident mitigate 1 rolled back", "INC-1 is mitigated"),
        ("/incident resolve 1 the reindex finished", "INC-1 is watched for"),
        ("/incident resolve 1", "Say why INC-1 can be resolved"),
        ("/incident cancel 1 a test", "INC-1 is cancelled: a test"),
        ("/incident assign 1 me", "INC-1 is yours"),
        (f"/incident assign 1 <@{BO}|bo>", f"INC-1 is with <@{BO}> now"),
        ("/incident assign 1 person:bo", f"INC-1 is with <@{BO}> now"),
        ("/incident assign 1 retrieval because the index is theirs", "INC-1 is with Retrieval now"),
        ("/incident assign 1 retrieval", "Say why INC-1 should go to Retrieval"),
        ("/incident assign 1 zebra", "Name a person or a team"),
        ("/incident notours 1 backups are fine", "INC-1 is with ML leads now, who decides."),
        ("/incident not-ours 1", "Say why INC-1 is not Backup's: ML leads reads it first."),
        ("/incident place 1 index:docs", "placed already"),
        ("/incident timeline 1", "Timeline of INC-1"),
        ("/incident reopen 1", "you can"),
        ("/owner index:docs", "Owner: *Retrieval*"),
        ("/owner model:chat-large", "Belongs to vendor:acme-llm; *Platform* answers for it"),
        ("/owner handler:nobody", "nobody is written as its owner"),
        ("/owner backup", "Backup"),
        ("/owner lineage index:docs", "`pipeline:docs-ingest` (Docs data) index:docs is written by"),
        ("/owner team docs-data", "Owns 2"),
        ("/owner team", "*Teams*"),
        ("/owner oncall backup", f"On call for *Backup*: <@{ANA}>"),
        ("/owner oncall index:docs", f"On call for *Retrieval*: <@{BO}>"),
        ("/owner oncall", "On call for *Platform*"),
        ("/owner load", "Load, November 2026"),
        ("/owner load backup", "Load of Backup"),
        ("/owner load zebra", "zebra"),
        ("/owner why 1", "Why Backup has INC-1:"),
        ("/owner who", "Who answers what?"),
        ("/owner quite unheard of", "quite unheard of"),
    ],
)
async def test_each_command_answers(house: House, line: str, expected: str) -> None:
    await house.alert()
    assert expected in await ask(house, line)


async def test_new_with_words_opens_one_and_without_them_a_form(house: House) -> None:
    assert "INC-1 is open" in await ask(house, "/incident new sev2 index:docs Passages are missing", who=CY)
    await house.says()
    assert "*SEV2* triggered" in house.words("#retrieval")
    await house.workspace.person(CY).runs("/incident new", channel="#backup")
    form = await house.form(CY)
    where = await house.typed(form, "asset", "billing")
    await form.submit({"title": "Prices are wrong", "severity": "SEV3", "asset": where})
    await house.settled()
    await house.says()
    assert "Prices are wrong" in house.words("#retrieval", "INC-2")


async def test_foreign_text_typed_into_a_command_pages_nobody(house: House) -> None:
    said = await ask(house, "/owner <!channel> &lt;@U0EVE&gt; handler", who=NAT)
    assert "<!channel>" not in said
    assert "<@U0EVE>" not in said


async def test_a_mention_in_a_note_is_written_as_a_name(house: House) -> None:
    await house.alert()
    await ask(house, f"/incident note 1 ask <@{CY}|cy> about <#C0DOCS|docs-data> &amp; co")
    assert house.reader.timeline(1)[-1].text == "ask @cy about #docs-data & co"


async def test_load_is_a_table_a_phone_shows_with_the_month_and_what_its_columns_mean(house: House) -> None:
    await house.alert()
    await ask(house, "/incident notours 1 backups are fine")
    said = await ask(house, "/owner load")
    table = said.split("```")[1].strip().splitlines()
    assert table == [
        "team       led join not in out noise  ack",
        "ML leads     1    ·   ·  ·   1     ·    ·",
        "Backup       ·    ·   1  1   ·     ·    ·",
    ]
    assert "in: came to it wrongly" in said
    rows = (await ask(house, "/owner load backup")).split("```")[1].strip().splitlines()
    assert rows[1] == "Nov 2026     ·    ·   1  1   ·     ·    ·"
    assert len(rows) == 7


async def test_why_tells_who_had_it_before_from_when_and_why(house: House) -> None:
    await house.alert()
    assert "Who had it" not in await ask(house, "/owner why 1")
    await ask(house, "/incident notours 1 backups are fine")
    said = await ask(house, "/owner why 1")
    before, after = said.split("*Who had it*")[1].strip().splitlines()[:2]
    assert before.startswith("• *Backup* from <!date^")
    assert "whose alert fired" in before
    assert after.startswith("• *ML leads* from <!date^")
    assert f"<@{ANA}>: Not Backup's: backups are fine. To ML leads, who decides." in after
