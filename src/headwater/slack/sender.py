"""The sender: claims what is due, in order and at Slack's pace, and marks what became of it.

A round: (1) claim; (2) find each one's place; (3) by channel, in order, ask the pace; (4) render and say;
(5) mark it shown or said, put it off, or give it up, which tells the catch-all. Nothing is kept here that
matters: a crash between Slack's answer and our mark leaves a claim that lapses, and whoever claims it next
looks for the message by its metadata before posting it.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from headwater.clock import Clock
from headwater.core.said import Card, Notice
from headwater.engine import Engine
from headwater.slack.channels import Channels
from headwater.slack.client import Slack
from headwater.slack.outgoing import SOON, Outgoing, Target, Telling, anew, catch_all_channel, named
from headwater.slack.pace import Pace
from headwater.slack.transport import GiveUp, Gone, NotIn, Outcome, Retry, Said, attempt, read_error
from headwater.store import outbox
from headwater.store.outbox import Claimed
from headwater.store.reading import Reader

LOG = logging.getLogger(__name__)

Claim = Claimed[Card] | Claimed[Notice]

LEASE: Final = timedelta(seconds=60)
"""How long a claim holds: longer than a lane of a round may take."""
MARGIN: Final = timedelta(seconds=15)
"""A claim this near to its end is not begun: it might be another's before Slack answers."""
CLAIMED: Final = 40
"""Cards, and notices, of one round."""
BROKEN_AFTER: Final = timedelta(seconds=60)
"""When something that failed on our side is tried again."""
LONGEST_NAP: Final = timedelta(seconds=5)
"""How long the sender may sleep while claims of a crashed replica may lapse."""


@dataclass(slots=True, kw_only=True)
class Sender:
    """Says what the engine wants said. `run` goes on until it is cancelled; `round` is one pass."""

    engine: Engine
    outgoing: Outgoing
    slack: Slack
    channels: Channels
    clock: Clock
    pace: Pace = field(default_factory=Pace)
    _unsure: set[str] = field(default_factory=set)
    """Keys whose last try may have been posted although Slack did not say so."""

    async def run(self) -> None:
        """Rounds, one after the other, resting while nothing is due."""
        while True:
            try:
                said = await self.round()
                due = await self.engine.write(outbox.next_due)
            except Exception:  # a process boundary: whatever fails here, the next round must come
                LOG.exception("a round of the sender failed", extra={"hop": "sender"})
                said, due = 0, None
            if not said:
                await self._rest(due)

    async def _rest(self, due: datetime | None) -> None:
        """Until something new may be due, or the time of what was put off."""
        nap = min(due - self.clock(), LONGEST_NAP) if due is not None else LONGEST_NAP
        waking = asyncio.ensure_future(self.engine.changed())
        try:
            await asyncio.wait({waking}, timeout=max(0.05, nap.total_seconds()))
        finally:
            waking.cancel()

    async def round(self) -> int:
        """Claim and say what may be said now; how many were."""
        now = self.clock()
        cards = await self.engine.write(partial(_claim_cards, now=now))
        notices = await self.engine.write(partial(_claim_notices, now=now))
        # Cards first: a page links to the card it is about.
        return await self._lanes(cards, now) + await self._lanes(notices, now)

    async def _lanes(self, claims: Sequence[Claim], now: datetime) -> int:
        """Say these, each channel's in order, the channels side by side."""
        lanes: dict[str, list[tuple[Claim, Target]]] = defaultdict(list)
        for claim in claims:
            target = await self.outgoing.target(claim, self.engine.registry, now)
            if isinstance(target, Target):
                lanes[target.place].append((claim, target))
            else:
                await self._mark(claim, None, target)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._lane(lane)) for lane in lanes.values()]
        return sum(task.result() for task in tasks)

    async def _lane(self, lane: list[tuple[Claim, Target]]) -> int:
        """One channel's messages, in order."""
        said = 0
        for claim, target in lane:
            # Gathered, so that one message's failure does not stop the others'.
            [result] = await asyncio.gather(self._one(claim, target), return_exceptions=True)
            if isinstance(result, BaseException):
                LOG.error("could not say %s", named(claim)[1], exc_info=result, extra={"hop": "sender"})
                await self._put_off(claim, self.clock() + BROKEN_AFTER)
            else:
                said += result
        return said

    async def _one(self, claim: Claim, target: Target) -> bool:
        now = self.clock()
        if now > claim.until - MARGIN:
            return False
        telling = await self.outgoing.telling(claim, self.engine.registry, now)
        if not isinstance(telling, Telling):
            return await self._mark(claim, None, telling)
        at = self.pace.when(named(claim)[1], method=target.method, lane=target.place, now=now)
        if at > now:
            await self._put_off(claim, at)
            return False
        outcome = await self._say(claim, target, telling)
        if isinstance(outcome, NotIn):
            trouble = await self.channels.join(target.place, target.where)
            outcome = Retry(SOON, "joined just now") if trouble is None else trouble
        return await self._mark(claim, target, outcome, telling.revision)

    async def _say(self, claim: Claim, target: Target, telling: Telling) -> Outcome:
        """Edit, or post; a post that may have been made before is looked for first."""
        event, key = named(claim)
        if target.ts is not None:
            outcome = await attempt(
                partial(self.slack.update, target.place, target.ts, telling.message), target.where
            )
            if not isinstance(outcome, Gone):
                return outcome
            again = await self.outgoing.telling(anew(claim), self.engine.registry, self.clock())
            if not isinstance(again, Telling):
                return again
            telling = again
        elif claim.again or key in self._unsure:
            found = await self._look(key, event, target)
            if found is not None:
                return found
        post = partial(
            self.slack.post,
            target.place,
            telling.message,
            thread=target.thread,
            broadcast=telling.broadcast,
        )
        return await attempt(post, target.where)

    async def _look(self, key: str, event: str, target: Target) -> Outcome | None:
        try:
            ts = await self.outgoing.said_before(key, event, target)
        except SlackApiError as error:
            return read_error(error, target.where)
        except (TimeoutError, aiohttp.ClientError) as error:
            return Retry(SOON, f"Slack could not be reached ({type(error).__name__})", unsure=True)
        return Said(target.place, ts) if ts is not None else None

    async def _mark(self, claim: Claim, target: Target | None, outcome: Outcome, revision: int = 0) -> bool:
        """Write down what became of it; whether it was said."""
        now = self.clock()
        key = named(claim)[1]
        match outcome:
            case Said(place, ts):
                self._unsure.discard(key)
                await self.engine.write(partial(_said, claim=claim, revision=revision, said=outcome, now=now))
                LOG.info("said %s in %s (%s)", key, place, ts, extra={"hop": "sender"})
                return True
            case Retry(after, reason):
                if outcome.unsure:
                    self._unsure.add(key)
                if target is not None:
                    self.pace.again(key, lane=target.place, at=now + after)
                    if outcome.limited:
                        self.pace.hold(lane=target.place, until=now + after, method=target.method)
                LOG.info("%s waits %s: %s", key, after, reason, extra={"hop": "sender"})
                await self._put_off(claim, now + after)
            case _:
                reason = outcome.reason if isinstance(outcome, GiveUp) else "it can't be posted there"
                if target is not None:
                    self.channels.forget(target.where)
                LOG.warning("gave %s up: %s", key, reason, extra={"hop": "sender"})
                tell = catch_all_channel(self.engine.registry)
                await self.engine.write(partial(_given_up, claim=claim, reason=reason, now=now, tell=tell))
        return False

    async def _put_off(self, claim: Claim, at: datetime) -> None:
        await self.engine.write(partial(_later, claim=claim, at=at))


def build_sender(
    *, engine: Engine, reader: Reader, slack: Slack, clock: Clock, base_url: str | None = None
) -> Sender:
    """A sender with its channels and outgoing messages. `slack` is `client.connect_sender`'s."""

    async def remember(written: str, place: str) -> None:
        await engine.write(partial(_remember, written=written, place=place, now=clock()))

    channels = Channels(slack, remember)
    outgoing = Outgoing(reader=reader, slack=slack, channels=channels, base_url=base_url)
    return Sender(engine=engine, outgoing=outgoing, slack=slack, channels=channels, clock=clock)


# -- on the engine's thread, each in its own transaction


def _claim_cards(connection: Connection, *, now: datetime) -> tuple[Claimed[Card], ...]:
    return outbox.claim_cards(connection, now, limit=CLAIMED, lease=LEASE)


def _claim_notices(connection: Connection, *, now: datetime) -> tuple[Claimed[Notice], ...]:
    return outbox.claim_notices(connection, now, limit=CLAIMED, lease=LEASE)


def _said(connection: Connection, *, claim: Claim, revision: int, said: Said, now: datetime) -> None:
    if isinstance(claim.what, Card):
        outbox.card_shown(connection, claim, revision=revision, place=said.place, ts=said.ts)
    else:
        outbox.notice_said(connection, claim, place=said.place, ts=said.ts, now=now)


def _later(connection: Connection, *, claim: Claim, at: datetime) -> None:
    put_off: Callable[..., None] = outbox.card_later if isinstance(claim.what, Card) else outbox.notice_later
    put_off(connection, claim, due_at=at)


def _given_up(connection: Connection, *, claim: Claim, reason: str, now: datetime, tell: str | None) -> None:
    give_up: Callable[..., None] = (
        outbox.card_given_up if isinstance(claim.what, Card) else outbox.notice_given_up
    )
    give_up(connection, claim, reason, now, tell=tell)


def _remember(connection: Connection, *, written: str, place: str, now: datetime) -> None:
    outbox.remember_channel(connection, written, place, now)
