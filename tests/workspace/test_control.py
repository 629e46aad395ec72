"""`/control`: the person's side over HTTP, for other processes; and the server run from a thread."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient

from headwater.clock import system_clock
from headwater.workspace import App, Command, Shortcut, Workspace, WorkspaceServer, running_in_thread
from workspace_bolt import over_sockets
from workspace_cast import Json, actions, button, modal_view


@pytest.fixture
async def control(server: WorkspaceServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{server.url}/control", trust_env=False) as http:
        yield http


async def act(control: httpx.AsyncClient, do: str, **given: object) -> httpx.Response:
    return await control.post("/act", json={"as": "U0ANA", "do": do, **given})


async def test_a_person_says_edits_reacts_pins_and_deletes(
    control: httpx.AsyncClient, workspace: Workspace
) -> None:
    said = (await act(control, "say", channel="#backup-ml", text="hello")).json()
    await act(control, "edit", **said, text="hello again")
    await act(control, "react", **said, name="eyes")
    await act(control, "pin", **said)
    shown = (await control.get("/messages", params={"as": "ana", "channel": "C0BACKUP"})).json()["messages"]
    assert [(m["text"], m["pinned"], m["reactions"][0]["users"]) for m in shown] == [
        ("hello again", True, ["U0ANA"])
    ]
    reply = (await act(control, "say", channel="C0BACKUP", text="a reply", thread=said["ts"])).json()
    thread = (await control.get("/thread", params={"as": "ana", **said})).json()["messages"]
    assert [m["ts"] for m in thread] == [said["ts"], reply["ts"]]
    for do in ("unpin", "delete"):
        assert (await act(control, do, **said)).status_code == 200
    assert workspace.channel("#backup-ml").messages == []


async def test_clicks_commands_and_modals_work_from_another_process(
    control: httpx.AsyncClient, server: WorkspaceServer, app: App, workspace: Workspace
) -> None:
    async with over_sockets(server, app) as bolt:

        @bolt.app.action("ack")
        async def open_modal(ack: Any, body: Json, client: Any) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=modal_view())

        @bolt.app.view("note")
        async def refuse(ack: Any) -> None:
            await ack(response_action="errors", errors={"note": "no"})

        blocks = [actions(button("Acknowledge", "ack"))]
        ts = (await bolt.app.client.chat_postMessage(channel="C0BACKUP", text="x", blocks=blocks))["ts"]
        answer = await act(control, "click", channel="C0BACKUP", ts=ts, element="Acknowledge")
        assert answer.json() == {"answer": None, "error": None}
        await control.post("/quiet", json={})
        shown = (await control.get("/modal", params={"as": "ana"})).json()
        assert (shown["depth"], shown["view"]["entered"]["note"]["text"]["value"]) == (1, None)
        refused = (await act(control, "submit", state={"note": {"text": "x"}})).json()
        assert refused["answer"]["response_action"] == "errors"
        assert (await control.get("/modal", params={"as": "ana"})).json()["view"]["errors"] == {"note": "no"}
        await act(control, "close")
        assert (await control.get("/modal", params={"as": "ana"})).json()["view"] is None
    sent = (await control.get("/sent")).json()
    assert [e["name"] for e in sent if e["kind"] == "interactive"] == ["block_actions", "view_submission"]
    assert [c["method"] for c in (await control.get("/calls", params={"method": "views.open"})).json()] == [
        "views.open"
    ]


async def test_what_cannot_be_done_is_refused_in_a_sentence(control: httpx.AsyncClient) -> None:
    answers = [
        await act(control, "fly"),
        await act(control, "run", channel="#backup-ml", line="/nonsense"),
        await act(control, "say", channel="#nowhere", text="x"),
        await act(control, "say", channel="#backup-ml"),
        await control.post("/act", content=b"[]", headers={"content-type": "application/json"}),
        await control.post("/make", json={"what": "coffee"}),
        await control.get("/messages", params={"as": "ana"}),
        await control.get("/messages", params={"as": "nobody", "channel": "C0BACKUP"}),
    ]
    assert [a.status_code for a in answers] == [409, 409, 409, 400, 400, 409, 400, 409]
    assert answers[0].json()["error"].startswith("nobody can 'fly'; people can: archive, click")
    assert all(a.json()["error"] for a in answers)


async def test_a_foreign_page_cannot_act(control: httpx.AsyncClient, workspace: Workspace) -> None:
    body = b'{"as": "U0ANA", "do": "say", "channel": "C0BACKUP", "text": "forged"}'
    answer = await control.post("/act", content=body, headers={"content-type": "text/plain"})
    assert answer.status_code == 415
    rebound = await control.get("/state", headers={"host": "evil.example"})
    assert rebound.status_code == 400
    assert workspace.channel("#backup-ml").messages == []


async def test_people_channels_groups_and_webhooks_can_be_made(
    control: httpx.AsyncClient, server: WorkspaceServer
) -> None:
    made = [
        (await control.post("/make", json=body)).json()
        for body in (
            {"what": "user", "name": "cy", "slack_id": "U0CY"},
            {"what": "channel", "name": "docs", "slack_id": "C0DOCS", "members": ["U0CY"]},
            {"what": "usergroup", "handle": "docs", "users": ["U0CY"]},
            {"what": "webhook", "channel": "#docs", "username": "Grafana"},
        )
    ]
    assert (made[0], made[1]) == ({"id": "U0CY"}, {"id": "C0DOCS"})
    assert made[3]["url"].startswith(f"{server.url}/services/")
    state = (await control.get("/state", params={"as": "U0CY"})).json()
    assert {c["name"]: c["is_member"] for c in state["channels"]}["docs"]
    assert state["usergroups"][0]["users"] == ["U0CY"]


async def test_unread_counts_follow_what_was_read(control: httpx.AsyncClient, workspace: Workspace) -> None:
    said = workspace.person("bo").says("#backup-ml", "<@U0ANA> look")

    async def counts() -> tuple[int, int]:
        state = (await control.get("/state", params={"as": "U0ANA"})).json()
        room: Json = next(c for c in state["channels"] if c["id"] == "C0BACKUP")
        return room["unread"], room["mentions"]

    assert await counts() == (1, 1)
    await act(control, "read", channel="C0BACKUP", ts=said.ts)
    assert await counts() == (0, 0)


async def test_the_stream_tells_a_person_what_concerns_them(
    control: httpx.AsyncClient, workspace: Workspace
) -> None:
    secret = workspace.add_channel("#secret", members=["U0BO"], private=True)
    async with control.stream("GET", "/stream", params={"as": "U0ANA"}) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": hello"
        workspace.person("bo").says(secret.id, "not for ana")
        workspace.person("bo").says("#backup-ml", "for everyone")
        told = [line async for line in _until(lines, "data:")]
    assert '"channel":"C0BACKUP"' in told[-1]
    assert not any(secret.id in line for line in told)


async def _until(lines: AsyncIterator[str], start: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line.startswith(start):
            return


async def test_faults_and_disconnects_can_be_asked_for(
    control: httpx.AsyncClient, server: WorkspaceServer, app: App, workspace: Workspace
) -> None:
    await control.post("/faults", json={"kind": "error", "on": "users.*", "code": "fatal_error"})
    assert [fault.code for fault in workspace.faults.waiting] == ["fatal_error"]
    assert (await control.post("/faults", json={"clear": True})).json() == {"waiting": 0}
    async with over_sockets(server, app):
        before = server.sockets.open[app.id][0]
        await control.post("/disconnect", json={})
        await workspace.watch.until(
            lambda: before not in server.sockets.open[app.id], within=10, what="the end"
        )
    assert (await control.get("/flags")).json() == []


async def test_a_taken_port_is_said_at_once(server: WorkspaceServer) -> None:
    with pytest.raises(OSError, match="in use"):
        async with WorkspaceServer(Workspace(system_clock), port=server.port):
            pass


def test_a_thread_serves_callers_that_block() -> None:
    workspace = Workspace(system_clock)
    app = workspace.install(name="Bot", scopes=frozenset({"chat:write"}))
    workspace.add_user("ana", slack_id="U0ANA")
    workspace.add_channel("#x", slack_id="C0X", members=["U0ANA", app.user_id])
    with running_in_thread(workspace) as server:
        server.call(lambda: workspace.person("ana").says("#x", "from here"))
        WebClient(app.bot_token, base_url=server.api_url).chat_postMessage(channel="C0X", text="from there")
    assert [m.text for m in workspace.channel("#x").messages] == ["from here", "from there"]


def test_a_thread_that_cannot_serve_says_why() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"), running_in_thread(Workspace(system_clock), port=port):
            pass


MANIFEST: Json = {
    "display_information": {"name": "Headwater"},
    "features": {
        "bot_user": {"display_name": "headwater", "always_online": True},
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [{"command": "/incident", "description": "Incidents", "usage_hint": "list"}],
        "shortcuts": [
            {"name": "Declare incident", "type": "global", "callback_id": "declare", "description": "New"},
            {"name": "Add to timeline", "type": "message", "callback_id": "add", "description": "Add"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["message.channels"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def test_an_app_is_installed_from_its_manifest(workspace: Workspace) -> None:
    app = workspace.install(MANIFEST)
    assert app.name == "headwater"
    assert app.scopes == {"chat:write", "commands"}
    assert app.subscriptions == {"message.channels"}
    assert app.commands == (Command("/incident", "Incidents", "list"),)
    assert app.shortcut("Add to timeline", on_message=True) == Shortcut("add", "Add to timeline", True, "Add")
    assert (app.socket_mode, app.home, app.interactivity) == (True, True, True)


async def test_waiting_in_vain_names_what_was_waited_for(workspace: Workspace, app: App) -> None:
    with pytest.raises(AssertionError, match="in vain for 'nothing' in #backup-ml"):
        await workspace.channel("#backup-ml").expects("nothing", within=0.05)
    workspace.person("ana").says("#backup-ml", "hello")
    with pytest.raises(AssertionError, match="has no message matching 'bye'; it has:\nhello"):
        workspace.channel("#backup-ml").message("bye")


async def test_quiet_waits_for_what_is_in_flight(workspace: Workspace) -> None:
    workspace.watch.begin()
    with pytest.raises(AssertionError, match="1 in flight"):
        await workspace.quiet(still=0.01, within=0.1)
    asyncio.get_running_loop().call_later(0.05, workspace.watch.end)
    await workspace.quiet(still=0.01, within=2)
