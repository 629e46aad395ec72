"""Pins, reactions, shortcuts and mentions: how words of a channel reach an incident's timeline."""

from headwater.core.errors import Behind
from headwater.core.incidents import Entry, EntryKind, State
from headwater.workspace import FaultKind, home, posting
from slack_house import House
from world import ANA, BO, CY, NAT


def notes(house: House, number: int = 1) -> list[Entry]:
    return [entry for entry in house.reader.timeline(number) if entry.kind is EntryKind.NOTE]


async def test_a_pinned_message_of_the_thread_is_noted_with_its_author_and_link(house: House) -> None:
    await house.alert()
    said = house.workspace.person(CY).says(
        "#backup", f"<@{ANA}> the docs are from &lt;May&gt;", thread=house.card().ts
    )
    house.workspace.person(BO).pins(said)
    await house.settled()
    [note] = notes(house)
    assert (note.text, note.who) == ("@ana the docs are from <May>", BO)
    assert note.facts["author"] == CY
    assert said.ts.replace(".", "") in note.facts["link"]


async def test_a_reaction_annotates_and_never_acknowledges(house: House) -> None:
    await house.alert()
    said = house.workspace.person(CY).says("#backup", "rolled the prompt back", thread=house.card().ts)
    for emoji in ("memo", "eyes", "white_check_mark"):
        house.workspace.person(BO).reacts(said, emoji)
    await house.settled()
    assert [note.text for note in notes(house)] == ["rolled the prompt back"]
    view = house.reader.incident(1)
    assert view is not None
    assert view.incident.state is State.TRIGGERED


async def test_a_message_marked_by_three_people_is_one_note(house: House) -> None:
    await house.alert()
    said = house.workspace.person(CY).says("#backup", "it is the index", thread=house.card().ts)
    house.workspace.person(ANA).pins(said)
    house.workspace.person(BO).reacts(said, "memo")
    house.workspace.person(NAT).reacts(said, "pushpin")
    await house.settled()
    assert len(notes(house)) == 1


async def test_a_repeated_event_is_one_note(house: House) -> None:
    await house.alert()
    house.workspace.faults.add(FaultKind.REPEATED, "reaction_added")
    said = house.workspace.person(CY).says("#backup", "twice told", thread=house.card().ts)
    house.workspace.person(BO).reacts(said, "memo")
    await house.settled()
    assert len(notes(house)) == 1


async def test_outside_threads_the_channels_only_open_incident_is_meant(house: House) -> None:
    await house.alert()
    house.workspace.person(BO).reacts(house.workspace.person(CY).says("#backup", "in the channel"), "memo")
    house.workspace.person(BO).reacts(house.workspace.person(CY).says("#ml-leads", "elsewhere"), "memo")
    await house.settled()
    assert [note.text for note in notes(house)] == ["in the channel"]


async def test_an_event_is_not_acked_before_its_note_is_kept(house: House) -> None:
    """The engine can't take it at first: Slack is not answered, and sends the event again."""
    await house.alert()
    working, tries = house.doors.desk.engine, 0

    class Behindhand:
        """An engine that is behind, once."""

        registry = working.registry

        async def act(self, action: object) -> object:
            nonlocal tries
            tries += 1
            if tries == 1:
                raise Behind(200_000, 30)
            return await working.act(action)  # type: ignore[arg-type]  # handed on as it came

    house.doors.desk.engine = Behindhand()  # type: ignore[assignment]  # all that a reaction asks of it
    said = house.workspace.person(CY).says("#backup", "kept", thread=house.card().ts)
    house.workspace.person(BO).reacts(said, "memo")
    await house.workspace.watch.until(lambda: notes(house) or None, within=10, what="the note")
    assert tries == 2


async def test_a_message_is_added_to_the_timeline_of_the_incident_in_whose_thread_it_stands(
    house: House,
) -> None:
    await house.alert()
    said = house.workspace.person(CY).says("#backup", "seen in the logs", thread=house.card().ts)
    await house.workspace.person(BO).uses_shortcut("Add to timeline", on=said)
    form = await house.form(BO)
    await form.submit({})
    await house.settled()
    [note] = notes(house)
    assert (note.text, note.who, note.facts["author"]) == ("seen in the logs", BO, CY)


async def test_an_alert_posted_by_another_app_is_opened_as_an_incident(house: House) -> None:
    hook = house.workspace.add_webhook("#backup", username="Grafana")

    posted = posting.post_from_webhook(
        house.workspace,
        hook,
        {
            "attachments": [
                {"fallback": "[no preview available]", "title": "Latency high", "text": "p95 at 9 s"}
            ]
        },
    )
    await house.workspace.person(BO).uses_shortcut("Open an incident", on=posted)
    form = await house.form(BO)
    assert "Latency high" in str(form.raw.given["blocks"])
    await form.submit({"asset": await house.typed(form, "asset", "backup-assistant")})
    await house.settled()
    await house.says()
    assert "Latency high" in house.words()


async def test_declare_incident_from_anywhere(house: House) -> None:
    await house.workspace.person(NAT).uses_shortcut("Declare incident")
    form = await house.form(NAT)
    await form.submit({"title": "Prices are invented", "severity": "SEV2"})
    await house.settled()
    await house.says()
    assert "Prices are invented" in house.words("#ml-reliability")
    assert "INC-1 is open" in house.workspace.direct_messages(NAT).messages[-1].text


async def test_in_a_thread_the_bots_name_takes_commands(house: House) -> None:
    await house.alert()
    bot = f"<@{house.app.user_id}>"
    house.workspace.person(BO).says("#backup", f"{bot} note rolled back", thread=house.card().ts)
    await house.settled()
    assert [note.text for note in notes(house)] == ["rolled back"]
    house.workspace.person(BO).says("#backup", f"{bot} ack", thread=house.card().ts)
    await house.settled()
    assert f"Acknowledged by <@{BO}>" in house.words()
    assert len(house.workspace.channel("#backup").ephemerals(BO)) == 2


async def test_home_shows_my_teams_incidents_and_who_is_on_call(house: House) -> None:
    await house.alert("a", title="Groundedness fell")
    await house.alert("b", title="Invoices late", on={"pipeline": "invoices"})
    house.workspace.person(ANA).opens_home()
    mine = await home(house.workspace, ANA, "Open incidents")
    assert "Groundedness fell" in mine.words
    assert "Invoices late" not in mine.words
    assert f"*Backup*: <@{ANA}>" in mine.words
