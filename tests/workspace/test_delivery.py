"""How envelopes travel: signatures, retries, refreshed and dropped sockets, and trouble on request."""

import asyncio
from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from headwater.workspace import App, FaultKind, Workspace, WorkspaceServer
from workspace_bolt import Bolt, over_http, over_sockets
from workspace_cast import DrivenClock, Json


def listening(bolt: Bolt) -> list[Json]:
    """Notes the event callbacks that reach the app, with their ids."""
    heard: list[Json] = []

    @bolt.app.event("message")
    async def note(body: Json) -> None:
        heard.append(body)

    return heard


async def test_a_request_url_is_verified_by_its_challenge(server: WorkspaceServer, app: App) -> None:
    async with over_http(server, app):
        assert await server.courier.verify_url(app)
        app.signing_secret = "another"
        assert not await server.courier.verify_url(app)


async def test_a_wrong_secret_is_refused_and_retried_with_the_reason(
    server: WorkspaceServer, app: App, workspace: Workspace, clock: DrivenClock
) -> None:
    async with over_http(server, app) as bolt:
        heard = listening(bolt)
        right, app.signing_secret = app.signing_secret, "wrong"
        workspace.person("ana").says("#backup-ml", "hello")
        await workspace.watch.until(lambda: len(bolt.requests) == 2, within=5, what="the first retry")
        app.signing_secret = right
        clock.forward(60)
        workspace.clock_moved()
        await workspace.watch.until(lambda: heard, within=5, what="the second retry")
    headers = [
        (r.headers.get("x-slack-retry-num"), r.headers.get("x-slack-retry-reason")) for r in bolt.requests
    ]
    assert headers == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({body["event_id"] for body in heard}) == 1


async def test_an_event_is_given_up_after_three_retries(
    workspace: Workspace, server: WorkspaceServer, app: App, clock: DrivenClock
) -> None:
    app.socket_mode, app.request_url = False, "http://127.0.0.1:9/nobody"
    workspace.person("ana").says("#backup-ml", "hello")
    envelope = workspace.sent[-1]
    for seconds in (60, 300):
        await workspace.quiet()
        clock.forward(seconds)
        workspace.clock_moved()
    assert (await envelope).error == "connection_failed"
    assert envelope.attempt == 3


async def test_a_click_nobody_answers_tells_the_clicker(
    workspace: Workspace, server: WorkspaceServer, app: App
) -> None:
    app.socket_mode, app.request_url = False, "http://127.0.0.1:9/nobody"
    answer = await workspace.person("ana").runs("/incident list", channel="#backup-ml")
    assert answer.error == "connection_failed"
    whisper = await workspace.channel("#backup-ml").whispers("ana", "/incident failed")
    assert whisper.raw.user == "USLACKBOT"


async def test_a_ticket_opens_one_socket(server: WorkspaceServer, app: App) -> None:
    client = AsyncWebClient(app.app_token, base_url=server.api_url)
    url = (await client.apps_connections_open(app_token=app.app_token))["url"]
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as first:
        assert (await first.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(url)


async def test_events_go_to_the_connections_in_turn_and_each_once(
    server: WorkspaceServer, app: App, workspace: Workspace
) -> None:
    async with over_sockets(server, app) as one, over_sockets(server, app) as two:
        heard = [listening(one), listening(two)]
        for number in range(4):
            workspace.person("ana").says("#backup-ml", str(number))
        await workspace.watch.until(lambda: sum(map(len, heard)) == 4, within=5, what="four events")
    assert [len(h) for h in heard] == [2, 2]
    assert len({body["event_id"] for h in heard for body in h}) == 4


@pytest.mark.parametrize("abruptly", [False, True])
async def test_a_refreshed_or_dropped_socket_comes_back_and_hears_on(
    server: WorkspaceServer, app: App, workspace: Workspace, abruptly: bool
) -> None:
    async with over_sockets(server, app) as bolt:
        heard = listening(bolt)
        before = server.sockets.open[app.id][0]
        await (server.sockets.drop() if abruptly else server.sockets.disconnect())
        await workspace.watch.until(
            lambda: before not in server.sockets.open[app.id] and server.sockets.open[app.id],
            within=30,
            what="the next socket",
        )
        workspace.person("ana").says("#backup-ml", "still there?")
        await workspace.watch.until(lambda: heard, within=5, what="the event")


async def test_what_is_said_during_a_refresh_arrives_by_the_retry(
    server: WorkspaceServer, app: App, workspace: Workspace
) -> None:
    async with over_sockets(server, app) as bolt:
        heard = listening(bolt)
        await server.sockets.disconnect()
        workspace.person("ana").says("#backup-ml", "in between")
        await workspace.watch.until(lambda: heard, within=10, what="the event")


async def test_a_repeated_event_is_the_same_event(
    server: WorkspaceServer, app: App, workspace: Workspace
) -> None:
    async with over_sockets(server, app) as bolt:
        heard = listening(bolt)
        workspace.faults.add("repeated", "message")
        workspace.person("ana").says("#backup-ml", "twice")
        await workspace.watch.until(lambda: len(heard) == 2, within=5, what="both")
    assert len({body["event_id"] for body in heard}) == 1


async def test_a_lost_event_arrives_by_its_retry(
    server: WorkspaceServer, app: App, workspace: Workspace
) -> None:
    async with over_http(server, app) as bolt:
        heard = listening(bolt)
        workspace.faults.add(FaultKind.LOST, "message")
        workspace.person("ana").says("#backup-ml", "once")
        await workspace.watch.until(lambda: heard, within=5, what="the retry")
    assert [r.headers["x-slack-retry-num"] for r in bolt.requests] == ["1"]


async def test_a_late_event_is_overtaken(server: WorkspaceServer, app: App, workspace: Workspace) -> None:
    async with over_sockets(server, app) as bolt:
        heard = listening(bolt)
        workspace.faults.add("late", "message", seconds=0.3)
        workspace.person("ana").says("#backup-ml", "first said")
        workspace.person("ana").says("#backup-ml", "second said")
        await workspace.watch.until(lambda: len(heard) == 2, within=5, what="both")
    assert [body["event"]["text"] for body in heard] == ["second said", "first said"]


async def test_429_on_request_is_obeyed_by_the_sdks_own_retry(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    workspace.faults.add("rate_limited", "chat.*", seconds=1)
    await client.chat_postMessage(channel="C0BACKUP", text="once")
    assert [call.error for call in workspace.calls] == ["ratelimited", None]


async def test_server_errors_and_refusals_on_request(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.add("server_error", "chat.*", status=503)
    workspace.faults.add("error", "chat.*", code="fatal_error")
    with pytest.raises(SlackApiError) as broken:
        await client.chat_postMessage(channel="C0BACKUP", text="x")
    assert broken.value.response.status_code == 503
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.chat_postMessage(channel="C0BACKUP", text="x")
    assert workspace.channel("#backup-ml").messages == []


@pytest.mark.parametrize(
    ("kind", "said"), [("drop_before", []), ("drop_after", ["x"]), ("hang_after", ["x"])]
)
async def test_a_connection_drops_before_or_after_the_effect(
    server: WorkspaceServer, app: App, workspace: Workspace, kind: str, said: list[str]
) -> None:
    workspace.faults.add(kind, "chat.postMessage", seconds=0.1)
    arguments: Any = {"channel": "C0BACKUP", "text": "x"}
    headers = {"Authorization": f"Bearer {app.bot_token}"}
    async with httpx.AsyncClient(trust_env=False, headers=headers) as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.post(f"{server.api_url}chat.postMessage", json=arguments)
    assert [m.text for m in workspace.channel("#backup-ml").messages] == said


async def test_a_slow_answer_is_late_and_whole(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.faults.add("slow", "auth.test", seconds=0.2)
    loop = asyncio.get_running_loop()
    start = loop.time()
    assert (await client.auth_test())["ok"]
    assert loop.time() - start >= 0.2


async def test_faults_hit_only_what_they_name_and_as_often_as_asked(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.faults.add("error", "users.*", times=2, code="fatal_error")
    await client.auth_test()
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await client.users_list()
    await client.users_list()
    assert workspace.faults.waiting == []
