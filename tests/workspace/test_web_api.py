"""The Web API as Slack's own Python clients call it."""

import asyncio
import inspect
import warnings
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from headwater.workspace import App, Workspace, WorkspaceServer
from headwater.workspace.methods import METHODS
from headwater.workspace.schema import arguments_schema, slack_types
from workspace_cast import DrivenClock, Json, actions, button, section


async def refusal(call: Any) -> Json:
    with pytest.raises(SlackApiError) as caught:
        await call
    body: Json = caught.value.response.data
    return body


async def test_the_async_client_posts_and_reads_back(client: AsyncWebClient, workspace: Workspace) -> None:
    posted = await client.chat_postMessage(channel="C0BACKUP", text="hello", blocks=[section("*hello*")])
    history = await client.conversations_history(channel="C0BACKUP")
    assert posted["ts"] == history["messages"][0]["ts"]
    assert history["messages"][0]["blocks"][0]["block_id"]
    assert workspace.channel("#backup-ml").messages[-1].text == "hello"


async def test_the_sync_client_is_served_unchanged(server: WorkspaceServer, app: App) -> None:
    def work() -> tuple[str, str, list[str]]:
        client = WebClient(app.bot_token, base_url=server.api_url)
        user: str = client.auth_test()["user_id"]
        ts: str = client.chat_postMessage(channel="C0BACKUP", text="x", metadata=METADATA)["ts"]
        names = [channel["name"] for channel in client.conversations_list(limit=1)["channels"]]
        return user, ts, names

    user, ts, names = await asyncio.to_thread(work)
    assert user == app.user_id
    assert ts
    assert names == ["backup-ml"]


METADATA = {"event_type": "card", "event_payload": {"incident": 7}}


async def test_metadata_comes_back_only_when_asked_for(client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0BACKUP", text="x", metadata=METADATA)
    without = await client.conversations_history(channel="C0BACKUP")
    with_it = await client.conversations_history(channel="C0BACKUP", include_all_metadata=True)
    assert "metadata" not in without["messages"][0]
    assert with_it["messages"][0]["metadata"] == METADATA


@pytest.mark.parametrize("how", ["query", "form", "json", "multipart"])
async def test_arguments_and_token_are_read_from(how: str, server: WorkspaceServer, app: App) -> None:
    fields = {"channel": "C0BACKUP", "limit": "1", "include_all_metadata": "true"}
    url, bearer = f"{server.api_url}conversations.history", {"Authorization": f"Bearer {app.bot_token}"}
    async with httpx.AsyncClient(trust_env=False) as http:
        if how == "query":
            answer = await http.get(url, params=fields | {"token": app.bot_token})
        elif how == "form":
            answer = await http.post(url, data=fields | {"token": app.bot_token})
        elif how == "multipart":
            answer = await http.post(url, files={n: (None, v) for n, v in fields.items()}, headers=bearer)
        else:
            typed = {"channel": "C0BACKUP", "limit": 1, "include_all_metadata": True}
            answer = await http.post(url, json=typed, headers=bearer)
    assert answer.json() == {"ok": True, "messages": [], "has_more": False, "pin_count": 0}


async def test_an_unknown_argument_is_refused_by_name(client: AsyncWebClient) -> None:
    body = await refusal(
        client.api_call("chat.postMessage", json={"channel": "C0BACKUP", "txt": "x", "text": "y"})
    )
    assert body["error"] == "invalid_arguments"
    assert body["response_metadata"]["messages"] == [
        "[ERROR] invalid additional property: txt [json-pointer:/txt]"
    ]


async def test_a_missing_argument_is_refused_by_name(client: AsyncWebClient) -> None:
    body = await refusal(client.api_call("reactions.add", json={"channel": "C0BACKUP", "name": "eyes"}))
    assert body["response_metadata"]["messages"] == [
        "[ERROR] missing required field: timestamp [json-pointer:/]"
    ]


async def test_unknown_methods_and_bad_bodies_are_named(server: WorkspaceServer, app: App) -> None:
    headers = {"Authorization": f"Bearer {app.bot_token}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=server.api_url, headers=headers, trust_env=False) as http:
        assert (await http.post("chat.shout", content=b"{}")).json()["error"] == "unknown_method"
        assert (await http.post("auth.test", content=b"{")).json()["error"] == "invalid_json"
        assert (await http.post("auth.test", content=b"[]")).json()["error"] == "json_not_object"


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-local-1", "not_allowed_token_type")],
)
async def test_a_bad_token_is_named(server: WorkspaceServer, token: str | None, error: str) -> None:
    client = AsyncWebClient(token, base_url=server.api_url)
    assert (await refusal(client.users_info(user="U0ANA")))["error"] == error


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive"])
async def test_an_app_that_was_cut_off_is_told_so(client: AsyncWebClient, app: App, code: str) -> None:
    app.refusal = code
    assert (await refusal(client.auth_test()))["error"] == code


async def test_every_answer_names_the_granted_scopes(client: AsyncWebClient, app: App) -> None:
    answer = await client.auth_test()
    assert set(answer.headers["x-oauth-scopes"].split(",")) == app.scopes


@pytest.mark.parametrize(
    ("method", "arguments", "scope"),
    [
        ("chat.postMessage", {"channel": "C0BACKUP", "text": "x"}, "chat:write"),
        ("conversations.history", {"channel": "C0BACKUP"}, "channels:history"),
        ("conversations.list", {"types": "private_channel"}, "groups:read"),
        ("users.lookupByEmail", {"email": "ana@example.com"}, "users:read.email"),
        ("reactions.add", {"channel": "C0BACKUP", "timestamp": "1.0", "name": "eyes"}, "reactions:write"),
    ],
)
async def test_a_missing_scope_is_named(
    client: AsyncWebClient, app: App, method: str, arguments: Json, scope: str
) -> None:
    app.scopes -= {scope}
    body = await refusal(client.api_call(method, json=arguments))
    assert (body["error"], body["needed"]) == ("missing_scope", scope)
    assert scope not in body["provided"].split(",")


async def test_an_address_is_hidden_without_its_scope(client: AsyncWebClient, app: App) -> None:
    assert (await client.users_info(user="U0ANA"))["user"]["profile"]["email"] == "ana@example.com"
    app.scopes -= {"users:read.email"}
    assert "email" not in (await client.users_info(user="U0ANA"))["user"]["profile"]


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        ("outside", "not_in_channel"),
        ("archived", "is_archived"),
        ("private", "channel_not_found"),
        ("none", "channel_not_found"),
    ],
)
async def test_where_a_bot_cannot_post(
    client: AsyncWebClient, workspace: Workspace, app: App, prepare: str, error: str
) -> None:
    app.scopes -= {"chat:write.public"}
    target = "C0ELSE"
    if prepare == "archived":
        workspace.person("ana").archives("#backup-ml")
        target = "C0BACKUP"
    elif prepare == "private":
        target = workspace.add_channel("#secret", members=["U0ANA"], private=True).id
    elif prepare == "none":
        target = "C0NOWHERE"
    assert (await refusal(client.chat_postMessage(channel=target, text="x")))["error"] == error


async def test_chat_write_public_posts_without_joining(client: AsyncWebClient, workspace: Workspace) -> None:
    await client.chat_postMessage(channel="C0ELSE", text="hello")
    assert workspace.channel("#elsewhere").messages[0].text == "hello"


async def test_a_user_id_posts_into_the_direct_conversation(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    await client.chat_postMessage(channel="U0ANA", text="psst")
    opened = await client.conversations_open(users="U0ANA", return_im=True)
    assert opened["channel"]["is_im"]
    assert workspace.direct_messages("ana").messages[0].text == "psst"


async def test_text_alone_replaces_blocks_and_blocks_alone_keep_the_text(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    ts = (await client.chat_postMessage(channel="C0BACKUP", text="old", blocks=[section("old")]))["ts"]
    message = workspace.channel("#backup-ml").messages[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDK warns of blocks without text, which is what is tried here
        await client.chat_update(channel="C0BACKUP", ts=ts, blocks=[section("new")])
    assert (message.text, message.blocks[0]["text"]["text"]) == ("old", "new")
    await client.chat_update(channel="C0BACKUP", ts=ts, text="plain")
    assert (message.text, message.blocks) == ("plain", [])


async def test_only_its_own_messages_can_be_changed(client: AsyncWebClient, workspace: Workspace) -> None:
    ts = workspace.person("ana").says("#backup-ml", "mine").ts
    assert (await refusal(client.chat_update(channel="C0BACKUP", ts=ts, text="x")))[
        "error"
    ] == "cant_update_message"
    assert (await refusal(client.chat_delete(channel="C0BACKUP", ts=ts)))["error"] == "cant_delete_message"
    assert (await refusal(client.chat_update(channel="C0BACKUP", ts="1.0", text="x")))[
        "error"
    ] == "message_not_found"


async def test_replies_hang_on_the_root_and_broadcasts_stand_in_the_channel(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    root = (await client.chat_postMessage(channel="C0BACKUP", text="root"))["ts"]
    reply = (await client.chat_postMessage(channel="C0BACKUP", text="reply", thread_ts=root))["ts"]
    await client.chat_postMessage(channel="C0BACKUP", text="loud", thread_ts=reply, reply_broadcast=True)
    replies = (await client.conversations_replies(channel="C0BACKUP", ts=root))["messages"]
    assert [m["text"] for m in replies] == ["root", "reply", "loud"]
    assert {m["thread_ts"] for m in replies} == {root}
    assert replies[0]["reply_count"] == 2
    assert [m.text for m in workspace.channel("#backup-ml").messages] == ["root", "loud"]


async def test_history_pages_forward_from_the_last_message_known(
    client: AsyncWebClient, workspace: Workspace, clock: DrivenClock
) -> None:
    stamps = []
    for number in range(7):
        stamps.append(workspace.person("ana").says("#backup-ml", str(number)).ts)
        clock.forward(1)
    seen: list[str] = []
    cursor = None
    while cursor != "":
        page = await client.conversations_history(
            channel="C0BACKUP", oldest=stamps[1], limit=2, cursor=cursor
        )
        seen += [m["text"] for m in page["messages"]]
        cursor = (page.get("response_metadata") or {"next_cursor": ""})["next_cursor"]
        assert page["has_more"] == bool(cursor)
    assert seen == ["6", "5", "4", "3", "2"]
    window = await client.conversations_history(
        channel="C0BACKUP", oldest=stamps[1], latest=stamps[3], inclusive=True
    )
    assert [m["text"] for m in window["messages"]] == ["3", "2", "1"]


async def test_cursors_are_only_those_it_gave(client: AsyncWebClient) -> None:
    assert (await refusal(client.users_list(cursor="nonsense")))["error"] == "invalid_cursor"


async def test_people_and_groups_can_be_found(client: AsyncWebClient, workspace: Workspace) -> None:
    group = workspace.add_usergroup("backup", slack_id="S0BACKUP", users=["U0ANA"])
    found = await client.users_lookupByEmail(email="ANA@example.com")
    assert found["user"]["id"] == "U0ANA"
    assert (await refusal(client.users_lookupByEmail(email="no@example.com")))["error"] == "users_not_found"
    await client.usergroups_users_update(usergroup="S0BACKUP", users=["U0BO", "U0ANA"])
    assert (
        (await client.usergroups_users_list(usergroup="S0BACKUP"))["users"]
        == ["U0BO", "U0ANA"]
        == group.users
    )
    listed = (await client.usergroups_list(include_users=True))["usergroups"]
    assert [(g["handle"], g["users"]) for g in listed] == [("backup", ["U0BO", "U0ANA"])]
    assert {u["id"] for u in (await client.users_list())["members"]} >= {"U0ANA", "U0BO"}


async def test_a_bot_is_known_by_its_bot_id(client: AsyncWebClient, workspace: Workspace, app: App) -> None:
    hook = workspace.add_webhook("#backup-ml", username="Alertmanager")
    assert (await client.bots_info(bot=app.bot_id))["bot"]["app_id"] == app.id
    assert (await client.bots_info(bot=hook.bot_id))["bot"]["name"] == "Alertmanager"
    assert (await client.team_info())["team"]["domain"] == "local"


async def test_a_channel_is_made_named_joined_filled_and_archived(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    made = (await client.conversations_create(name="inc-7"))["channel"]["id"]
    assert (await refusal(client.conversations_create(name="inc-7")))["error"] == "name_taken"
    assert (await refusal(client.conversations_create(name="Inc 7")))["error"] == "invalid_name_specials"
    await client.conversations_invite(channel=made, users=["U0ANA", "U0BO"])
    assert (await refusal(client.conversations_invite(channel=made, users="U0BO")))[
        "error"
    ] == "already_in_channel"
    await client.conversations_setTopic(channel=made, topic="answers lost their ground")
    await client.conversations_rename(channel=made, name="inc-7-docs")
    room = workspace.channel("#inc-7-docs").raw
    assert (room.topic, len(room.members)) == ("answers lost their ground", 3)
    assert (await client.conversations_members(channel=made))["members"] == room.members
    await client.conversations_archive(channel=made)
    assert (await refusal(client.conversations_archive(channel=made)))["error"] == "already_archived"
    assert (await client.conversations_join(channel="C0ELSE"))["channel"]["is_member"]
    names = [c["name"] for c in (await client.conversations_list(exclude_archived=True))["channels"]]
    assert names == ["backup-ml", "elsewhere"]


async def test_reactions_pins_and_bookmarks(client: AsyncWebClient, workspace: Workspace) -> None:
    ts = workspace.person("ana").says("#backup-ml", "look").ts
    here: Any = {"channel": "C0BACKUP", "timestamp": ts}
    await client.reactions_add(name="eyes", **here)
    assert (await refusal(client.reactions_add(name="eyes", **here)))["error"] == "already_reacted"
    assert (await refusal(client.reactions_add(name=":eyes:", **here)))["error"] == "invalid_name"
    assert (await client.reactions_get(**here))["message"]["reactions"][0]["count"] == 1
    await client.reactions_remove(name="eyes", **here)
    assert (await refusal(client.reactions_remove(name="eyes", **here)))["error"] == "no_reaction"
    await client.pins_add(**here)
    assert (await refusal(client.pins_add(**here)))["error"] == "already_pinned"
    assert [i["message"]["ts"] for i in (await client.pins_list(channel="C0BACKUP"))["items"]] == [ts]
    assert workspace.channel("#backup-ml").message("look").pinned
    await client.pins_remove(**here)
    mark = await client.bookmarks_add(
        channel_id="C0BACKUP", title="Card", type="link", link="https://example.com/7"
    )
    mark_id = mark["bookmark"]["id"]
    await client.bookmarks_edit(bookmark_id=mark_id, channel_id="C0BACKUP", title="The card")
    assert [b["title"] for b in (await client.bookmarks_list(channel_id="C0BACKUP"))["bookmarks"]] == [
        "The card"
    ]
    await client.bookmarks_remove(bookmark_id=mark_id, channel_id="C0BACKUP")
    assert workspace.channel("#backup-ml").raw.bookmarks == []


async def test_a_file_goes_up_in_three_steps(
    client: AsyncWebClient, workspace: Workspace, tmp_path: Path
) -> None:
    report = tmp_path / "report.csv"
    report.write_bytes(b"a,b\n1,2\n")
    await client.files_upload_v2(file=str(report), title="Report", channel="C0BACKUP", initial_comment="here")
    message = workspace.channel("#backup-ml").message("here")
    assert message.raw.files[0]["title"] == "Report"
    async with httpx.AsyncClient(trust_env=False) as http:
        got = await http.get(message.raw.files[0]["url_private"])
    assert got.content == b"a,b\n1,2\n"
    assert (await refusal(client.files_info(file="F0NONE")))["error"] == "file_not_found"


async def test_a_permalink_leads_into_the_thread(client: AsyncWebClient, workspace: Workspace) -> None:
    root = workspace.person("ana").says("#backup-ml", "root")
    reply = workspace.person("bo").says("#backup-ml", "reply", thread=root.ts)
    link = (await client.chat_getPermalink(channel="C0BACKUP", message_ts=reply.ts))["permalink"]
    assert link.endswith(f"/archives/C0BACKUP/p{reply.ts.replace('.', '')}?thread_ts={root.ts}&cid=C0BACKUP")


async def test_an_ephemeral_message_reaches_one_reader_and_no_history(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    blocks = [section("only you"), actions(button("Got it", "got"))]
    posted = await client.chat_postEphemeral(channel="C0BACKUP", user="U0ANA", text="only you", blocks=blocks)
    room = workspace.channel("#backup-ml")
    assert [m.ts for m in room.ephemerals("ana")] == [posted["message_ts"]]
    assert room.ephemerals("bo") == room.messages == []
    update = client.chat_update(channel="C0BACKUP", ts=posted["message_ts"], text="x")
    assert (await refusal(update))["error"] == "message_not_found"
    outsider = client.chat_postEphemeral(channel="C0ELSE", user="U0BO", text="x")
    assert (await refusal(outsider))["error"] == "user_not_in_channel"


async def test_every_call_is_written_down_without_its_token(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    await client.chat_postMessage(channel="C0BACKUP", text="x")
    await refusal(client.chat_postMessage(channel="C0NOPE", text="x"))
    assert [(c.method, c.error) for c in workspace.calls] == [
        ("chat.postMessage", None),
        ("chat.postMessage", "channel_not_found"),
    ]
    assert all("token" not in call.arguments for call in workspace.calls)


def test_every_method_has_its_arguments_from_slack_and_every_schema_its_method() -> None:
    assert set(METHODS) == set(slack_types()["methods"])


@pytest.mark.parametrize("method", sorted(METHODS))
def test_what_the_python_sdk_can_send_is_known(method: str) -> None:
    function = getattr(WebClient, method.replace(".", "_"))
    # Not sent as arguments, or not by bots: `app_token` is the header, `container_id` is Salesforce's.
    ours = {"self", "kwargs", "app_token", "container_id", "include_slackbot_availability"}
    assert set(inspect.signature(function).parameters) - ours <= set(arguments_schema(method)["properties"])
