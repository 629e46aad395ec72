"""The doors: a Bolt app with every listener, reached over Socket Mode or over signed HTTP.

What Bolt 1.30 would get wrong by itself is put right here. It reads OAuth settings out of the environment and
changes its authorization silently; an empty signing secret is accepted and then answers 500 to everything; a
timestamp header that is no number, or a body that is no text, is a 500; events are acknowledged before their
listener has run.
"""

import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from headwater.clock import Clock
from headwater.core.errors import HeadwaterError
from headwater.engine import Engine
from headwater.slack.channels import Channels
from headwater.slack.client import Slack, connect
from headwater.slack.desk import Desk
from headwater.slack.listeners import register_all
from headwater.slack.listening import Listening
from headwater.slack.reading_forward import ReadingForward
from headwater.store import outbox
from headwater.store.reading import Reader

LOG = logging.getLogger(__name__)

EVENTS_PATH: Final = "/slack/events"
"""Where Slack delivers events, clicks and commands over HTTP."""

READ_BY_BOLT: Final = (
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_VERIFICATION_TOKEN",
)
"""Environment variables that Bolt reads by itself; ours come as arguments."""


class SlackSetupError(HeadwaterError):
    """Slack can't be served as it is set up; the message says which setting to mend."""


class Signatures:
    """Slack's signature and five-minute window, by our clock."""

    def __init__(self, secret: str, clock: Clock) -> None:
        if not secret.strip():
            raise SlackSetupError(
                "SLACK_SIGNING_SECRET is empty: copy it from the Slack app's page Basic Information, or set "
                "SLACK_APP_TOKEN to use Socket Mode instead."
            )

        class Now(SignatureClock):
            def now(self) -> float:
                return clock().timestamp()

        self._verifier = SignatureVerifier(secret, Now())

    def holds(self, body: str, timestamp: str, signature: str) -> bool:
        """Whether Slack signed this body within five minutes; a timestamp that is no number never holds."""
        return is_whole(timestamp) and self._verifier.is_valid(body, timestamp, signature)


def is_whole(timestamp: str) -> bool:
    """Whether a timestamp header is a whole number of seconds."""
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12


class Verified(AsyncMiddleware):
    """Refuses what Slack did not sign. A socket is authenticated when it is opened."""

    def __init__(self, signatures: Signatures | None) -> None:
        self.signatures = signatures

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt's signature
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's signature
    ) -> BoltResponse | None:
        if req.mode == "socket_mode":
            return await next()
        timestamp = req.headers.get("x-slack-request-timestamp", [""])[0]
        signature = req.headers.get("x-slack-signature", [""])[0]
        if self.signatures is not None and self.signatures.holds(req.raw_body, timestamp, signature):
            return await next()
        return BoltResponse(status=401, body='{"error": "invalid signature"}')


class Identity:
    """Who the bot is, asked once: a modal must open before any other call, so Bolt's own look-up on the first
    click would cost that click its time.
    """

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._known: AuthorizeResult | None = None

    async def ask(self) -> AuthorizeResult:
        """The bot's ids and token; raises SlackApiError where the token won't do."""
        if self._known is None:
            client = self._slack.client
            self._known = AuthorizeResult.from_auth_test_response(
                auth_test_response=await client.auth_test(), bot_token=client.token
            )
        return self._known


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """The Bolt app, the desk behind it, and the two ways in. Call `ready` before the first request."""

    app: AsyncApp
    identity: Identity
    desk: Desk
    forward: ReadingForward
    signatures: Signatures | None

    async def ready(self) -> None:
        """Learn who the bot is, and read what was posted meanwhile. `open_socket` does both too."""
        await self.identity.ask()
        self.forward.catch_up_soon()

    def route(self) -> Route:
        """Slack over HTTP, for the web server to mount. Raises SlackSetupError without a signing secret."""
        if self.signatures is None:
            raise SlackSetupError(
                "SLACK_SIGNING_SECRET is not set: without it Slack's requests can't be told from others'."
            )
        bolt, signatures = AsyncSlackRequestHandler(self.app), self.signatures

        async def receive(request: Request) -> Response:
            timestamp = request.headers.get("x-slack-request-timestamp", "")
            if not is_whole(timestamp):
                return _refused(400, "X-Slack-Request-Timestamp must be a number of seconds")
            try:
                body = (await request.body()).decode()
            except UnicodeDecodeError:
                return _refused(400, "the body is not UTF-8")
            # Before Bolt reads the body: what nobody signed is not parsed.
            if not signatures.holds(body, timestamp, request.headers.get("x-slack-signature", "")):
                return _refused(401, "the signature does not hold, or is older than five minutes")
            return await bolt.handle(request)

        return Route(EVENTS_PATH, receive, methods=["POST"])

    async def open_socket(self, app_token: str) -> AsyncSocketModeHandler:
        """Connect over Socket Mode; the connection renews itself. End it with `close_async`."""
        if not app_token.startswith("xapp-"):
            raise SlackSetupError(
                "SLACK_APP_TOKEN begins with xapp-: make one under Basic Information, App-Level Tokens, with "
                "connections:write."
            )
        await self.identity.ask()
        handler = AsyncSocketModeHandler(
            self.app, app_token, logger=logging.getLogger("headwater.slack.socket")
        )

        async def greeted(_client: object, message: dict[str, Any], _raw: str | None) -> None:
            # Slack's first word on every connection: what was posted while there was none is read now.
            if message.get("type") == "hello":
                self.forward.catch_up_soon()

        handler.client.message_listeners.append(greeted)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
        return handler

    async def close(self) -> None:
        """Wait for what was acked and is not finished; a channel half read is read at the next start."""
        await self.forward.close()
        await self.desk.drain()


def build(
    *,
    token: str,
    signing_secret: str | None,
    engine: Engine,
    reader: Reader,
    clock: Clock,
    api_url: str = "https://slack.com/api/",
    base_url: str | None = None,
    owner_command: str = "/owner",
    incident_command: str = "/incident",
    notes: frozenset[str] = frozenset({"pushpin", "memo"}),
) -> Doors:
    """The Bolt app with every listener. `signing_secret` is None where only Socket Mode is used; an empty one
    raises SlackSetupError.
    """
    slack = connect(token, api_url, logger=logging.getLogger("headwater.slack.api"))
    signatures = Signatures(signing_secret, clock) if signing_secret is not None else None
    desk = Desk(
        engine=engine,
        reader=reader,
        slack=slack,
        clock=clock,
        owner_command=owner_command,
        incident_command=incident_command,
        base_url=base_url,
        notes=notes,
    )
    identity = Identity(slack)

    async def remember(written: str, place: str) -> None:
        await engine.write(lambda connection: outbox.remember_channel(connection, written, place, clock()))

    desk.listening = listening = Listening(
        engine=engine,
        slack=slack,
        channels=Channels(slack, remember),
        clock=clock,
        whoami=identity.ask,
    )
    forward = ReadingForward(listening=listening, reader=reader)
    app = _bolt(identity, Verified(signatures), slack.client.base_url)
    register_all(app, desk)
    return Doors(app=app, identity=identity, desk=desk, forward=forward, signatures=signatures)


def _bolt(identity: Identity, verified: Verified, api_url: str) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return await identity.ask()

    with _hidden(READ_BY_BOLT):
        app = AsyncApp(
            name="headwater",
            logger=logging.getLogger("headwater.slack.bolt"),
            # Without a token: Identity brings it, and Bolt would warn that it was given two ways to know it.
            client=AsyncWebClient(base_url=api_url, retry_handlers=[]),
            authorize=authorize,
            signing_secret="",
            request_verification_enabled=False,  # `verified` does it, by our clock
            before_authorize=verified,
            process_before_response=True,
        )
    app.error(_failed)
    return app


async def _failed(error: Exception) -> None:
    """A listener failed before it acked: Slack is answered 500 and sends it again."""
    LOG.error("a listener failed", exc_info=error, extra={"hop": "slack"})


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status)


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    environment: Any = os.environ  # noqa: TID251 - Bolt reads it unasked; hiding it is the only way to say no
    kept = {name: environment.pop(name) for name in names if name in environment}
    try:
        yield
    finally:
        environment.update(kept)
