"""What expires or is used up, and the plain URLs: triggers, response URLs, incoming webhooks."""

import json
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from headwater.workspace import Answer, App, Workspace, WorkspaceServer
from headwater.workspace.answers import take_answer
from workspace_cast import DrivenClock, Json, modal_view, plain, section


def trigger(workspace: Workspace, app: App) -> str:
    return workspace.tickets.trigger(app.id, "U0ANA", workspace.clock())


async def test_a_trigger_opens_one_modal(client: AsyncWebClient, workspace: Workspace, app: App) -> None:
    ticket = trigger(workspace, app)
    await client.views_open(trigger_id=ticket, view=modal_view())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=ticket, view=modal_view())


async def test_a_trigger_lives_three_seconds(
    client: AsyncWebClient, workspace: Workspace, app: App, clock: DrivenClock
) -> None:
    in_time, late = trigger(workspace, app), trigger(workspace, app)
    clock.forward(3)
    await client.views_open(trigger_id=in_time, view=modal_view())
    clock.forward(0.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=late, view=modal_view())
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="1.2.made-up", view=modal_view())


async def test_modals_pile_up_three_deep_and_no_deeper(
    client: AsyncWebClient, workspace: Workspace, app: App
) -> None:
    view = (await client.views_open(trigger_id=trigger(workspace, app), view=modal_view()))["view"]
    for _ in range(2):
        ticket = workspace.tickets.trigger(app.id, "U0ANA", workspace.clock(), view_id=view["id"])
        view = (await client.views_push(trigger_id=ticket, view=modal_view()))["view"]
    assert view["previous_view_id"] != view["root_view_id"] != view["id"]
    ticket = workspace.tickets.trigger(app.id, "U0ANA", workspace.clock(), view_id=view["id"])
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=ticket, view=modal_view())


async def test_an_external_id_is_unique_and_finds_its_view(
    client: AsyncWebClient, workspace: Workspace, app: App
) -> None:
    await client.views_open(trigger_id=trigger(workspace, app), view=modal_view(external_id="note-7"))
    await client.views_update(external_id="note-7", view=modal_view(title="Found", external_id="note-7"))
    other = workspace.tickets.trigger(app.id, "U0BO", workspace.clock())
    await client.views_update(external_id="note-7", view=modal_view(title="Again", external_id="note-7"))
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        await client.views_open(trigger_id=other, view=modal_view(external_id="note-7"))
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(external_id="note-8", view=modal_view())


async def test_a_home_is_only_a_home_and_a_modal_only_a_modal(
    client: AsyncWebClient, workspace: Workspace, app: App
) -> None:
    home_view = {"type": "home", "blocks": [section("hi")]}
    published = await client.views_publish(user_id="U0ANA", view=home_view)
    again = await client.views_publish(user_id="U0ANA", view=home_view, hash=published["view"]["hash"])
    assert again["view"]["id"] == published["view"]["id"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_publish(user_id="U0ANA", view=home_view, hash=published["view"]["hash"])
    with pytest.raises(SlackApiError, match="only a home"):
        await client.views_publish(user_id="U0ANA", view=modal_view())
    with pytest.raises(SlackApiError, match="only a modal"):
        await client.views_open(trigger_id=trigger(workspace, app), view=home_view)
    app.home = False
    with pytest.raises(SlackApiError, match="not_enabled"):
        await client.views_publish(user_id="U0ANA", view=home_view)


async def test_what_was_typed_survives_an_update_that_keeps_the_input(
    client: AsyncWebClient, workspace: Workspace, app: App
) -> None:
    view = (await client.views_open(trigger_id=trigger(workspace, app), view=modal_view()))["view"]
    workspace.views.stack("U0ANA")[0].state = {
        "note": {"text": {"type": "plain_text_input", "value": "typed"}}
    }
    kept = await client.views_update(view_id=view["id"], view=modal_view(title="Same input"))
    assert kept["view"]["state"]["values"]["note"]["text"]["value"] == "typed"
    gone = await client.views_update(view_id=view["id"], view=modal_view(section("no inputs")))
    assert gone["view"]["state"]["values"] == {}


async def response_url(workspace: Workspace, app: App, ts: str | None = None) -> AsyncWebhookClient:
    url = workspace.tickets.response_url(app.id, "U0ANA", "C0BACKUP", workspace.clock(), ts=ts)
    return AsyncWebhookClient(workspace.base_url + url.path)


async def test_a_response_url_speaks_five_times(
    server: WorkspaceServer, workspace: Workspace, app: App
) -> None:
    respond = await response_url(workspace, app)
    codes = [(await respond.send(text=str(n))).status_code for n in range(6)]
    assert codes == [200] * 5 + [404]
    assert [m.text for m in workspace.channel("#backup-ml").ephemerals("ana")] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_lives_thirty_minutes(
    server: WorkspaceServer, workspace: Workspace, app: App, clock: DrivenClock
) -> None:
    respond = await response_url(workspace, app)
    clock.forward(30 * 60 + 1)
    answer = await respond.send(text="too late")
    assert (answer.status_code, json.loads(answer.body)["error"]) == (404, "expired_url")


async def test_a_response_url_replaces_and_deletes_the_original(
    client: AsyncWebClient, workspace: Workspace, app: App
) -> None:
    ts = (await client.chat_postMessage(channel="C0BACKUP", text="old"))["ts"]
    respond = await response_url(workspace, app, ts)
    await respond.send(text="new", replace_original=True)
    assert [m.text for m in workspace.channel("#backup-ml").messages] == ["new"]
    await respond.send(delete_original=True)
    assert workspace.channel("#backup-ml").messages == []


async def test_a_response_is_as_strictly_checked_as_a_message(
    server: WorkspaceServer, workspace: Workspace, app: App
) -> None:
    respond = await response_url(workspace, app)
    assert (await respond.send(text="x", blocks=[{"type": "fancy"}])).status_code == 400
    assert (await respond.send_dict({"text": "x", "colour": "red"})).status_code == 400
    assert workspace.ephemerals == []


async def test_a_bad_answer_to_a_command_is_flagged_and_told(workspace: Workspace, app: App) -> None:
    envelope = workspace.person("ana").runs("/incident list", channel="#backup-ml")
    take_answer(
        workspace, envelope, Answer(body={"text": "x", "blocks": [{"type": "header", "text": plain("")}]})
    )
    assert [flag.rule for flag in workspace.flags] == ["bad-answer"]
    assert "gave an answer Slack can't use" in workspace.ephemerals[0].text


@pytest.mark.parametrize("form", [False, True])
async def test_an_incoming_webhook_takes_json_or_a_form(
    server: WorkspaceServer, workspace: Workspace, form: bool
) -> None:
    hook = workspace.add_webhook("#backup-ml", username="Alertmanager")
    body: Json = {
        "channel": "ignored",
        "attachments": [{"fallback": "[FIRING:1]", "mrkdwn_in": ["fallback"]}],
    }
    sent: Any = {"data": {"payload": json.dumps(body)}} if form else {"json": body}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(server.url + hook.path, **sent)
    assert (answer.status_code, answer.text) == (200, "ok")
    message = workspace.channel("#backup-ml").message("FIRING")
    assert (message.text, message.raw.user, message.raw.username) == ("", None, "Alertmanager")


async def test_an_incoming_webhook_refuses_in_slacks_words(
    server: WorkspaceServer, workspace: Workspace
) -> None:
    hook = workspace.add_webhook("#backup-ml", username="Alertmanager")
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        answers = [
            await http.post("/services/T/B/none", json={"text": "x"}),
            await http.post(hook.path, content=b"{"),
            await http.post(hook.path, json={"username": "x"}),
        ]
        workspace.person("ana").archives("#backup-ml")
        answers.append(await http.post(hook.path, json={"text": "x"}))
    assert [(a.status_code, a.text) for a in answers] == [
        (404, "no_service"),
        (400, "invalid_payload"),
        (400, "no_text"),
        (410, "channel_is_archived"),
    ]
