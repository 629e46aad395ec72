"""A Bolt app in conversation with a person, the same over Socket Mode and over signed HTTP."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from headwater.workspace import App, NotPossibleError, Workspace, WorkspaceServer, home, modal
from headwater.workspace.interactions import suggestion
from workspace_bolt import over_http, over_sockets
from workspace_cast import Json, actions, button, modal_view, options, plain, section, text_input


@pytest.fixture(params=["sockets", "http"])
async def bolt(request: pytest.FixtureRequest, server: WorkspaceServer, app: App) -> AsyncIterator[AsyncApp]:
    how = over_sockets if request.param == "sockets" else over_http
    async with how(server, app) as running:
        yield running.app


CARD = [section("groundedness is down"), actions(button("Acknowledge", "ack", value="7", style="primary"))]


async def test_a_message_is_heard_and_answered(bolt: AsyncApp, workspace: Workspace) -> None:
    @bolt.event("message")
    async def answer(event: Json, say: Any) -> None:
        if "bot_id" not in event:
            await say(text="Card", blocks=CARD)

    workspace.person("ana").says("#backup-ml", "answers look odd")
    card = await workspace.channel("#backup-ml").expects("groundedness")
    assert card.buttons == ["Acknowledge"]
    await workspace.quiet()
    assert [m.text for m in workspace.channel("#backup-ml").messages] == ["answers look odd", "Card"]
    assert workspace.flags == []


async def test_a_click_carries_the_message_and_updates_it(bolt: AsyncApp, workspace: Workspace) -> None:
    seen: list[Json] = []

    @bolt.action("ack")
    async def acknowledge(ack: Any, body: Json, client: Any) -> None:
        await ack()
        seen.append(body)
        ts, channel = body["message"]["ts"], body["channel"]["id"]
        await client.chat_update(channel=channel, ts=ts, text="Taken", blocks=[section("taken by <@U0ANA>")])

    await bolt.client.chat_postMessage(channel="C0BACKUP", text="Card", blocks=CARD)
    card = workspace.channel("#backup-ml").message("groundedness")
    assert (await card.button("Acknowledge").click(as_="ana")).ok
    await workspace.channel("#backup-ml").expects("taken by")
    (body,) = seen
    assert (body["user"]["id"], body["actions"][0]["value"], body["actions"][0]["type"]) == (
        "U0ANA",
        "7",
        "button",
    )
    assert body["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": "C0BACKUP",
        "is_ephemeral": False,
    }
    with pytest.raises(AssertionError, match="no 'Acknowledge' here"):
        card.button("Acknowledge")


async def test_buttons_inside_attachments_can_be_clicked(bolt: AsyncApp, workspace: Workspace) -> None:
    containers: list[Json] = []

    @bolt.action("ack")
    async def acknowledge(ack: Any, body: Json) -> None:
        containers.append(body["container"])
        await ack()

    await bolt.client.chat_postMessage(
        channel="C0BACKUP", text="Card", attachments=[{"color": "#d00000", "blocks": CARD}]
    )
    assert (await workspace.channel("#backup-ml").messages[0].button("ack").click(as_="U0BO")).ok
    assert (containers[0]["type"], containers[0]["attachment_id"]) == ("message_attachment", 1)


async def test_a_confirm_dialog_can_be_declined(bolt: AsyncApp, workspace: Workspace) -> None:
    confirm = {
        "title": plain("Resolve?"),
        "text": plain("Sure?"),
        "confirm": plain("Yes"),
        "deny": plain("Not yet"),
    }
    await bolt.client.chat_postMessage(
        channel="C0BACKUP", text="Card", blocks=[actions(button("Resolve", "resolve", confirm=confirm))]
    )
    resolve = workspace.channel("#backup-ml").messages[0].button("Resolve")
    with pytest.raises(NotPossibleError, match="'Resolve\\?' was answered with 'Not yet'"):
        resolve.click(as_="ana", confirm=False)


async def test_selects_and_overflows_give_their_option(bolt: AsyncApp, workspace: Workspace) -> None:
    chosen: list[Any] = []

    @bolt.action("team")
    @bolt.action("more")
    async def choose(ack: Any, action: Json, body: Json) -> None:
        chosen.append((action["selected_option"]["value"], body["state"]["values"]))
        await ack()

    select = {
        "type": "static_select",
        "action_id": "team",
        "placeholder": plain("Team"),
        "options": options("a", "b"),
    }
    menu = {"type": "overflow", "action_id": "more", "options": options("mute", "split")}
    await bolt.client.chat_postMessage(
        channel="C0BACKUP", text="x", blocks=[actions(select, menu, block_id="row")]
    )
    message = workspace.channel("#backup-ml").messages[0]
    assert (await message.button("team").click(as_="ana", value="b")).ok
    assert (await message.button("more").click(as_="ana", value="Split")).ok
    assert [value for value, _ in chosen] == ["b", "split"]
    assert chosen[0][1]["row"]["team"]["selected_option"]["value"] == "b"
    with pytest.raises(NotPossibleError, match="offers no 'c', only: A, B"):
        message.button("team").click(as_="ana", value="c")


async def test_a_command_answers_privately_and_its_url_can_speak_up(
    bolt: AsyncApp, workspace: Workspace
) -> None:
    @bolt.command("/incident")
    async def incident(ack: Any, command: Json, respond: Any) -> None:
        await ack(f"You asked for {command['text']}")
        await respond(text="INC-7 is open", response_type="in_channel")

    room = workspace.channel("#backup-ml")
    assert (await workspace.person("ana").runs("/incident show 7", channel="#backup-ml")).ok
    assert (await room.whispers("ana", "You asked for show 7")).raw.ephemeral_to == "U0ANA"
    assert (await room.expects("INC-7 is open")).raw.user is not None
    assert room.ephemerals("bo") == []


async def test_an_unknown_command_is_refused_with_the_known_ones(
    bolt: AsyncApp, workspace: Workspace
) -> None:
    with pytest.raises(NotPossibleError, match="there are: /incident, /owner"):
        workspace.person("ana").runs("/incidnet list", channel="#backup-ml")


async def test_a_modal_is_opened_refused_corrected_and_submitted(
    bolt: AsyncApp, workspace: Workspace
) -> None:
    @bolt.shortcut("add_to_timeline")
    async def start(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        view = modal_view(private_metadata=shortcut["message"]["ts"])
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)

    @bolt.view("note")
    async def submit(ack: Any, view: Json, client: Any) -> None:
        note = view["state"]["values"]["note"]["text"]["value"]
        if note == "?":
            await ack(response_action="errors", errors={"note": "Say more"})
            return
        await ack()
        await client.chat_postMessage(
            channel="C0BACKUP", text=f"noted: {note}", thread_ts=view["private_metadata"]
        )

    message = workspace.person("ana").says("#backup-ml", "odd answers")
    assert (await workspace.person("ana").uses_shortcut("Add to timeline", on=message)).ok
    dialog = await modal(workspace, "ana", "Add note")
    with pytest.raises(NotPossibleError, match="'Note' is required"):
        dialog.submit()
    await dialog.submit({"Note": "?"})
    assert dialog.errors == {"note": "Say more"}
    await dialog.submit({"Note": "since the reindex"})
    assert workspace.views.top("U0ANA") is None
    await workspace.channel("#backup-ml").expects("noted: since the reindex")
    assert len(workspace.channel("#backup-ml").message("odd answers").thread) == 1


async def test_a_loading_modal_is_filled_by_hash_and_a_stale_hash_conflicts(
    bolt: AsyncApp, workspace: Workspace
) -> None:
    errors: list[str] = []

    @bolt.shortcut("declare")
    async def declare(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        loading = {"type": "modal", "title": plain("Declare"), "blocks": [section("Loading...")]}
        opened = (await client.views_open(trigger_id=shortcut["trigger_id"], view=loading))["view"]
        await client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal_view(title="Declare"))
        try:
            await client.views_update(
                view_id=opened["id"], hash=opened["hash"], view=modal_view(title="Late")
            )
        except Exception as error:  # noqa: BLE001 - whichever it is, its code is what counts
            errors.append(error.response["error"])  # type: ignore[attr-defined]  # a SlackApiError has it

    await workspace.person("ana").uses_shortcut("declare")
    dialog = await modal(workspace, "ana", "Note")
    await workspace.quiet()
    assert (dialog.title, errors) == ("Declare", ["hash_conflict"])


async def test_answers_to_a_modal_can_update_push_and_clear(bolt: AsyncApp, workspace: Workspace) -> None:
    replies: Iterator[Json] = iter(
        [
            {"response_action": "update", "view": modal_view(title="Second")},
            {"response_action": "push", "view": modal_view(title="Third")},
            {"response_action": "clear"},
        ]
    )

    @bolt.shortcut("declare")
    async def declare(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal_view(title="First"))

    @bolt.view("note")
    async def submit(ack: Any) -> None:
        await ack(**next(replies))

    await workspace.person("ana").uses_shortcut("Declare incident")
    titles = []
    for title in ("First", "Second", "Third"):
        dialog = await modal(workspace, "ana", title)
        titles.append((dialog.title, len(workspace.views.stack("U0ANA"))))
        await dialog.submit({"note": {"text": "x"}})
    assert titles == [("First", 1), ("Second", 1), ("Third", 2)]
    assert workspace.views.stack("U0ANA") == []


async def test_closing_a_modal_is_told_only_when_asked_for(bolt: AsyncApp, workspace: Workspace) -> None:
    closed: list[bool] = []

    @bolt.shortcut("declare")
    async def declare(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal_view(notify_on_close=True))

    @bolt.view_closed("note")
    async def gone(ack: Any, body: Json) -> None:
        await ack()
        closed.append(body["is_cleared"])

    await workspace.person("ana").uses_shortcut("declare")
    await modal(workspace, "ana")
    told = workspace.person("ana").closes()
    assert told is not None
    assert (await told).ok
    assert closed == [False]
    with pytest.raises(NotPossibleError, match="no modal open"):
        workspace.person("ana").closes()


async def test_a_home_is_published_when_it_is_opened_and_its_buttons_work(
    bolt: AsyncApp, workspace: Workspace
) -> None:
    clicked: list[str] = []

    @bolt.event("app_home_opened")
    async def show(event: Json, client: Any) -> None:
        blocks = [section("Nothing is open"), actions(button("Refresh", "refresh"))]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @bolt.action("refresh")
    async def refresh(ack: Any, body: Json) -> None:
        await ack()
        clicked.append(body["view"]["type"])

    workspace.person("ana").opens_home()
    view = await home(workspace, "ana", "Nothing is open")
    assert (await view.use("Refresh")).ok
    assert clicked == ["home"]


async def test_an_ephemeral_click_has_no_message_and_is_answered_by_its_url(
    bolt: AsyncApp, workspace: Workspace
) -> None:
    seen: list[Json] = []

    @bolt.action("ack")
    async def acknowledge(ack: Any, body: Json, respond: Any) -> None:
        await ack()
        seen.append(body)
        await respond(text="Done", replace_original=True)

    await bolt.client.chat_postEphemeral(channel="C0BACKUP", user="U0ANA", text="yours", blocks=CARD)
    whisper = workspace.channel("#backup-ml").ephemerals("ana")[0]
    with pytest.raises(NotPossibleError, match="cannot see"):
        whisper.button("Acknowledge").click(as_="bo")
    await whisper.button("Acknowledge").click(as_="ana")
    await workspace.channel("#backup-ml").whispers("ana", "Done")
    assert "message" not in seen[0]
    assert seen[0]["container"]["is_ephemeral"] is True
    assert len(workspace.channel("#backup-ml").ephemerals("ana")) == 1


async def test_external_selects_ask_for_suggestions(bolt: AsyncApp, workspace: Workspace, app: App) -> None:
    @bolt.options("asset")
    async def assets(ack: Any, payload: Json) -> None:
        await ack(options=options(f"{payload['value']}-index"))

    answer = await suggestion(workspace, app, "U0ANA", "b", "asset", "docs", None)
    assert answer.body == {"options": options("docs-index")}


async def test_people_cannot_click_what_another_program_posted(bolt: AsyncApp, workspace: Workspace) -> None:
    person = workspace.person("ana")
    message = person.says("#backup-ml", "no buttons here")
    with pytest.raises(NotPossibleError, match="offers no 'Acknowledge'"):
        person.clicks(message, "Acknowledge")


async def test_text_of_the_wrong_length_is_not_submitted(bolt: AsyncApp, workspace: Workspace) -> None:
    view = modal_view(text_input("Why", min_length=5, max_length=10))

    @bolt.shortcut("declare")
    async def declare(ack: Any, shortcut: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)

    await workspace.person("ana").uses_shortcut("declare")
    dialog = await modal(workspace, "ana")
    with pytest.raises(NotPossibleError, match="takes 5 to 10 characters, not 2"):
        dialog.submit({"Why": "no"})
    with pytest.raises(NotPossibleError, match="nothing until the modal is submitted"):
        dialog.use("text", "to nobody")
    with pytest.raises(NotPossibleError, match="0 inputs called 'Who'"):
        dialog.submit({"Who": "ana"})
