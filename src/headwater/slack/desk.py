"""The desk at which people's requests are taken: what listeners need, and the work they leave running.

Slack wants an answer within three seconds, so a listener acks and leaves the work here. It is not lost: its
task is kept, its failure is logged and told to whoever asked, and `drain` waits for it at the end.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from slack_sdk.errors import SlackApiError

from headwater.clock import Clock
from headwater.core.actions import Answer, AnyAction
from headwater.core.errors import HeadwaterError
from headwater.core.finding import Finder
from headwater.core.registry import Registry
from headwater.engine import Engine
from headwater.slack.answers import broken, whisper
from headwater.slack.blocks import Message
from headwater.slack.client import Slack
from headwater.slack.listening import Listening
from headwater.slack.people import Names
from headwater.slack.transport import code_of
from headwater.store.reading import Reader

T = TypeVar("T")

LOG = logging.getLogger(__name__)

Reply = Callable[[Message], Coroutine[Any, Any, None]]
"""How to answer the one who asked, privately."""

OVERTAKEN: Final = frozenset(
    {"exchanged_trigger_id", "trigger_exchanged", "hash_conflict", "not_found", "view_not_found"}
)
"""The same click came twice, or the form was closed or sent while it was being filled: nothing is amiss."""

PROMPT: Final = 2.0
"""Seconds within which a modal's submission must be decided to answer in the modal; Slack waits three."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """Everything a listener may use. `notes` are the reactions that put a message on the timeline;
    `listening` hears the alerts that other apps post, None where nothing is to be heard.
    """

    engine: Engine
    reader: Reader
    slack: Slack
    clock: Clock
    owner_command: str = "/owner"
    incident_command: str = "/incident"
    base_url: str | None = None
    notes: frozenset[str] = frozenset({"pushpin", "memo"})
    listening: Listening | None = None
    _finder: Finder | None = None
    _running: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def registry(self) -> Registry:
        """The registry in force."""
        return self.engine.registry

    @property
    def names(self) -> Names:
        """Names for answers, in which a mention notifies nobody."""
        return Names(self.registry)

    async def read(self, question: Callable[[Reader], T]) -> T:
        """Ask the database off the loop: a listener that blocks stalls everybody."""
        return await asyncio.to_thread(question, self.reader)

    async def finder(self) -> Finder:
        """The registry made ready for questions: once a version, off the loop; a large one takes seconds."""
        registry = self.registry
        if self._finder is None or self._finder.registry is not registry:
            self._finder = await asyncio.to_thread(Finder, registry)
        return self._finder

    async def act(self, action: AnyAction) -> Answer:
        """Decided and committed when it returns; why not, where the engine can't."""
        try:
            return await self.engine.act(action)
        except HeadwaterError as error:
            return Answer(done=False, sentence=f"That could not be done now: {error}. Please try again.")

    def later(self, work: Coroutine[Any, Any, None], reply: Reply | None = None) -> None:
        """Leave work running after the ack; whoever asked is told when it fails."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(lambda done: self._done(done, reply))

    async def drain(self) -> None:
        """Wait for all that was left running."""
        while self._running:
            await asyncio.wait(tuple(self._running))

    def _done(self, task: asyncio.Task[Any], reply: Reply | None) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        code = code_of(error) if isinstance(error, SlackApiError) else ""
        if code in OVERTAKEN:
            LOG.info("a form was overtaken (%s)", code, extra={"hop": "slack"})
            return
        if code == "expired_trigger_id":
            LOG.warning("a form could not open in time", extra={"hop": "slack"})
            if reply is not None:
                self.later(
                    reply(whisper("The form could not open within Slack's three seconds: press again."))
                )
            return
        LOG.error("a request from Slack failed", exc_info=error, extra={"hop": "slack"})
        if reply is not None:
            self.later(reply(broken(type(error).__name__)))


async def prompt(work: Coroutine[Any, Any, Answer]) -> Answer | asyncio.Task[Answer]:
    """The answer if it comes within `PROMPT` seconds, else the task that still works on it."""
    task = asyncio.get_running_loop().create_task(work)
    await asyncio.wait({task}, timeout=PROMPT)
    return task.result() if task.done() else task
