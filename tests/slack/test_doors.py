"""The doors: signed HTTP, sockets, and what is said at start when a token won't do."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from headwater.slack.doors import SlackSetupError, build
from slack_house import House
from world import ANA


def http(house: House) -> httpx.AsyncClient:
    """The HTTP door, mounted as the web server mounts it."""
    app = Starlette(routes=[house.doors.route()])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://headwater")


def signed(house: House, body: str, *, secret: str | None = None, age: float = 0) -> dict[str, str]:
    """The headers with which Slack sends a body."""
    timestamp = str(int(house.clock().timestamp() - age))
    key = (secret or house.app.signing_secret).encode()
    digest = hmac.new(key, f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": f"v0={digest}",
        "content-type": "application/x-www-form-urlencoded",
    }


def command(text: str) -> str:
    return urlencode(
        {
            "command": "/incident",
            "text": text,
            "user_id": ANA,
            "channel_id": "C0BACKUP",
            "team_id": "T1",
            "trigger_id": "1.2.3",
            "response_url": "http://127.0.0.1:9/none",
        }
    )


async def test_what_slack_signed_is_taken(house: House) -> None:
    async with http(house) as slack:
        body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
        headers = {**signed(house, body), "content-type": "application/json"}
        answer = await slack.post("/slack/events", content=body, headers=headers)
    assert answer.status_code == 200
    assert "abc" in answer.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"x-slack-signature": "v0=00"}, 401),
        ({"x-slack-signature": ""}, 401),
        ({"x-slack-request-timestamp": "yesterday"}, 400),
        ({"x-slack-request-timestamp": "1e9"}, 400),
        ({"x-slack-request-timestamp": "٣"}, 400),
        ({"x-slack-request-timestamp": ""}, 400),
        ({"x-slack-request-timestamp": "9" * 40}, 400),
    ],
)
async def test_what_slack_did_not_sign_is_refused(house: House, change: dict[str, str], status: int) -> None:
    async with http(house) as slack:
        body = command("list")
        sent = {k.encode(): v.encode() for k, v in {**signed(house, body), **change}.items()}
        answer = await slack.post("/slack/events", content=body, headers=sent)
    assert answer.status_code == status


async def test_an_old_or_wrongly_signed_request_is_refused(house: House) -> None:
    async with http(house) as slack:
        body = command("list")
        old = await slack.post("/slack/events", content=body, headers=signed(house, body, age=301))
        other = await slack.post("/slack/events", content=body, headers=signed(house, body, secret="other"))
    assert (old.status_code, other.status_code) == (401, 401)


async def test_garbage_nobody_signed_is_never_a_500(house: House) -> None:
    async with http(house) as slack:
        for body in (b"\xff\xfe", b"{", b"payload=%7B", b""):
            headers = {"x-slack-request-timestamp": "1700000000", "content-type": "application/json"}
            answer = await slack.post("/slack/events", content=body, headers=headers)
            assert answer.status_code in {400, 401}


async def test_an_empty_signing_secret_is_refused_at_construction(house: House) -> None:
    parts = {"token": "xoxb-1", "engine": house.engine, "reader": house.reader, "clock": house.clock}
    for empty in ("", "  "):
        with pytest.raises(SlackSetupError, match="SLACK_SIGNING_SECRET is empty"):
            build(signing_secret=empty, **parts)  # type: ignore[arg-type]  # as named above


async def test_http_without_a_secret_is_refused_and_sockets_need_none(house: House) -> None:
    doors = build(
        token="xoxb-1", signing_secret=None, engine=house.engine, reader=house.reader, clock=house.clock
    )
    with pytest.raises(SlackSetupError, match="SLACK_SIGNING_SECRET is not set"):
        doors.route()
    with pytest.raises(SlackSetupError, match="begins with xapp-"):
        await doors.open_socket("xoxb-1")


async def test_oauth_is_never_turned_on_by_the_environment(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN"):
        monkeypatch.setenv(name, "from-the-environment")
    doors = build(
        token="xoxb-1", signing_secret="s", engine=house.engine, reader=house.reader, clock=house.clock
    )
    assert doors.app.oauth_flow is None
