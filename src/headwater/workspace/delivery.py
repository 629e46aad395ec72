"""Brings envelopes to apps: over Socket Mode or signed HTTP, with Slack's retries, and with the faults
asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec

from .answers import parse_body, take_answer
from .api import pause
from .apps import App
from .envelopes import ANSWER_WITHIN, EVENT_RETRIES, Answer, Envelope
from .faults import FaultKind
from .signing import sign
from .socket_mode import Sockets
from .state import Clock, Workspace

_RETRY_REASONS = {
    "operation_timeout": ("http_timeout", "timeout"),
    "connection_failed": ("connection_failed", "connection_failed"),
    "http_error": ("http_error", "http_error"),
}


class Courier:
    """One task an envelope. Retries wait on the workspace's clock, so that driven time drives them too."""

    def __init__(self, workspace: Workspace, sockets: Sockets, signing_clock: Clock) -> None:
        self.workspace = workspace
        self.sockets = sockets
        self.signing_clock = signing_clock
        self._loop = asyncio.get_running_loop()
        # Apps under test answer on loopback; no proxy of the environment may come between.
        self._client = httpx.AsyncClient(timeout=ANSWER_WITHIN, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, envelope: Envelope) -> None:
        """Accepts an envelope from any thread; it counts as in flight from here on."""
        self.workspace.watch.begin()
        try:
            here = asyncio.get_running_loop() is self._loop
        except RuntimeError:
            here = False
        if here:
            self._start(self._bring(envelope))
        else:
            self._loop.call_soon_threadsafe(lambda: self._start(self._bring(envelope)))

    async def close(self) -> None:
        """Ends every delivery under way, so that nobody goes on waiting for its answer."""
        for envelope in self.workspace.sent:
            envelope.settle(Answer(error="workspace_closed"))
        # More than once: before Python 3.12 wait_for loses a cancellation that comes as it is done waiting.
        while self._tasks:
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.wait(tuple(self._tasks), timeout=0.1)
        await self._client.aclose()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, envelope: Envelope) -> None:
        app = self.workspace.apps[envelope.app_id]
        fault = self.workspace.faults.on_envelope(envelope.name)
        kind = fault.kind if fault else None
        try:
            if fault is not None and kind is FaultKind.LATE:
                await pause(fault.seconds)
            if kind is FaultKind.LOST:
                answer = Answer(error="operation_timeout")
            else:
                answer = await self._attempt(app, envelope)
            if kind is FaultKind.REPEATED:
                await self._attempt(app, envelope)
            if answer.ok or envelope.kind != "events_api":
                take_answer(self.workspace, envelope, answer)
        finally:
            self.workspace.watch.end()
        if not answer.ok and envelope.kind == "events_api":
            await self._retry(app, envelope, answer)

    async def _retry(self, app: App, envelope: Envelope, answer: Answer) -> None:
        for attempt, wait in enumerate(EVENT_RETRIES, start=1):
            if answer.ok or answer.error == "no_retry":
                break
            await self._until_later(wait)
            reasons = _RETRY_REASONS.get(str(answer.error), ("unknown_error", "unknown_error"))
            envelope.attempt, envelope.retry_reason = attempt, reasons[app.socket_mode]
            self.workspace.watch.begin()
            try:
                answer = await self._attempt(app, envelope)
            finally:
                self.workspace.watch.end()
        take_answer(self.workspace, envelope, answer)

    async def _until_later(self, seconds: float) -> None:
        due = self.workspace.clock() + timedelta(seconds=seconds)
        woken = asyncio.Event()
        stop = self.workspace.watch.listen(lambda _change: self._loop.call_soon_threadsafe(woken.set))
        try:
            while (left := (due - self.workspace.clock()).total_seconds()) > 0:
                woken.clear()
                try:
                    await asyncio.wait_for(woken.wait(), left)
                except TimeoutError:
                    continue
        finally:
            stop()

    async def _attempt(self, app: App, envelope: Envelope) -> Answer:
        if app.socket_mode:
            return await self.sockets.deliver(envelope)
        if app.request_url is None:
            return Answer(error="connection_failed")
        return await self._post(app, app.request_url, envelope)

    async def _post(self, app: App, url: str, envelope: Envelope) -> Answer:
        """One signed request. 2xx is an acknowledgement; `X-Slack-No-Retry` in another answer ends the
        retries.
        """
        body, content_type = _encode(envelope)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (local workspace)"}
        headers |= sign(app.signing_secret, int(self.signing_clock().timestamp()), body)
        if envelope.attempt:
            headers |= {
                "X-Slack-Retry-Num": str(envelope.attempt),
                "X-Slack-Retry-Reason": envelope.retry_reason,
            }
        try:
            response = await asyncio.wait_for(
                self._client.post(url, content=body, headers=headers), ANSWER_WITHIN
            )
        except (TimeoutError, httpx.TimeoutException):
            return Answer(error="operation_timeout")
        except httpx.TransportError:
            return Answer(error="connection_failed")
        if not response.is_success:
            return Answer(
                error="no_retry" if response.headers.get("x-slack-no-retry") == "1" else "http_error"
            )
        return Answer(body=parse_body(response.content))

    async def verify_url(self, app: App) -> bool:
        """The handshake Slack makes when a request URL is saved: the app must echo the challenge."""
        challenge = self.workspace.ids.next("challenge")
        body = msgspec.json.encode(
            {"token": app.verification_token, "challenge": challenge, "type": "url_verification"}
        )
        headers = {"Content-Type": "application/json"}
        headers |= sign(app.signing_secret, int(self.signing_clock().timestamp()), body)
        try:
            response = await self._client.post(str(app.request_url), content=body, headers=headers)
        except httpx.HTTPError:
            return False
        return response.is_success and challenge in response.text


def _encode(envelope: Envelope) -> tuple[bytes, str]:
    """The body and its content type: events as JSON, commands as a form, the rest as a form with JSON in
    `payload`.
    """
    if envelope.kind == "events_api":
        return msgspec.json.encode(envelope.payload), "application/json"
    fields = envelope.payload
    if envelope.kind == "interactive":
        fields = {"payload": msgspec.json.encode(envelope.payload).decode()}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"
