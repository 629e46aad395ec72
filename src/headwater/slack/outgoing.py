"""What exactly is said: a claimed card or notice, made into a message for a place.

Rendering happens at the last moment, so that only the newest revision of a card is ever shown.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from headwater.core.incidents import Incident, State
from headwater.core.oncall import on_call
from headwater.core.registry import Registry
from headwater.core.said import Card, CardKind, Notice, Where
from headwater.core.severity import Severity
from headwater.core.view import IncidentView
from headwater.slack.blocks import Message
from headwater.slack.cards import CARD_EVENT, CardView, card_key, render
from headwater.slack.channels import Channels
from headwater.slack.client import Slack
from headwater.slack.links import card_link
from headwater.slack.notices import NOTICE_EVENT, NoticeView, render_notice
from headwater.slack.pace import POST, UPDATE
from headwater.slack.transport import GiveUp, Retry
from headwater.store.outbox import Claimed
from headwater.store.reading import Reader

FULL_FIRST: Final = timedelta(seconds=20)
"""How long a pointer, or a direct message, waits for the full card it links to."""

SOON: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where something goes: conversation `place`, written `where` in the registry; `thread` to reply in, or
    `ts` to edit.
    """

    place: str
    where: str
    thread: str | None = None
    ts: str | None = None

    @property
    def method(self) -> str:
        """The method it takes."""
        return UPDATE if self.ts else POST


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The message as it is now; for a card, the incident's revision it shows."""

    message: Message
    revision: int = 0
    broadcast: bool = False


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """Makes tellings out of rows and the registry."""

    reader: Reader
    slack: Slack
    channels: Channels
    base_url: str | None = None

    async def target(
        self, claim: Claimed[Card] | Claimed[Notice], registry: Registry, now: datetime
    ) -> Target | Retry | GiveUp:
        """Where it goes."""
        what = claim.what
        if isinstance(what, Card):
            place = what.place or await self.channels.place(what.channel, now)
            if not isinstance(place, str):
                return place
            return Target(place=place, where=what.channel, ts=what.ts)
        return await self._notice_target(what, claim, registry, now)

    async def _notice_target(
        self, notice: Notice, claim: Claimed[Card] | Claimed[Notice], registry: Registry, now: datetime
    ) -> Target | Retry | GiveUp:
        thread: str | None = None
        where = notice.to
        match notice.where:
            case Where.THREAD:
                if claim.place is None or claim.thread_ts is None:
                    return Retry(SOON, "its card is not there yet")
                return Target(place=claim.place, where=f"INC-{notice.to}'s thread", thread=claim.thread_ts)
            case Where.MESSAGE:
                where, _, thread = notice.to.partition(":")
                place: str | Retry | GiveUp = where
            case Where.PERSON:
                place = await self.channels.direct(notice.to, registry)
            case Where.CHANNEL:
                place = await self.channels.place(notice.to, now)
        if not isinstance(place, str):
            return place
        return Target(place=place, where=where, thread=thread)

    async def telling(
        self, claim: Claimed[Card] | Claimed[Notice], registry: Registry, now: datetime
    ) -> Telling | Retry | GiveUp:
        """What is said, from the rows as they stand at this moment."""
        what = claim.what
        view = await self._view(what.incident)
        if isinstance(what, Card):
            if view is None:
                return GiveUp(f"INC-{what.incident} is not there")
            return await self._card(what, view, registry, now)
        return await self._notice(what, view, registry, now)

    async def _card(
        self, card: Card, view: IncidentView, registry: Registry, now: datetime
    ) -> Telling | Retry:
        link = None
        if card.kind is CardKind.POINTER:
            link = await card_link(self.slack, view.cards)
            if link is None and _is_young(view.incident.announced_at, now):
                return Retry(SOON, "the full card is not there yet")
        shown = CardView(
            card=card,
            incident=view.incident,
            involved=view.involved,
            registry=registry,
            oncall=on_call(registry, view.incident.route.team, now).people,
            base_url=self.base_url,
            full_link=link,
            called=called(registry, view.incident, now) if card.shown == 0 else (),
            is_post=card.ts is None,
        )
        return Telling(message=render(shown), revision=max(card.wanted, view.incident.revision))

    async def _notice(
        self, notice: Notice, view: IncidentView | None, registry: Registry, now: datetime
    ) -> Telling | Retry:
        link = None
        if view is not None and notice.where is not Where.THREAD:
            link = await card_link(self.slack, view.cards)
            if link is None and view.cards and _is_young(notice.at, now):
                return Retry(SOON, "the card is not there yet")
        shown = NoticeView(
            notice=notice, registry=registry, incident=view.incident if view else None, link=link
        )
        return Telling(message=render_notice(shown), broadcast=notice.broadcast)

    async def _view(self, number: int | None) -> IncidentView | None:
        return None if number is None else await asyncio.to_thread(self.reader.incident, number)

    async def said_before(self, key: str, event: str, target: Target) -> str | None:
        """The ts of our message with this key, if it is in the place already: what a crash left unmarked."""
        for message in await self.slack.recent(target.place, thread=target.thread):
            metadata: Mapping[str, object] = message.get("metadata") or {}
            payload = metadata.get("event_payload")
            if (
                metadata.get("event_type") == event
                and isinstance(payload, dict)
                and payload.get("key") == key
            ):
                return str(message["ts"])
        return None


def called(registry: Registry, incident: Incident, now: datetime) -> tuple[str, ...]:
    """Whom the first post of an incident's card rings for: those of the first step of its team's escalation,
    or who is on call where none is written. Nobody below SEV2, once somebody has it, where that step comes
    later, or on a second round, which speaks in the thread.
    """
    team = registry.teams.get(incident.route.team)
    if team is None or incident.severity > Severity.SEV2 or incident.calls > 1:
        return ()
    if incident.state is not State.TRIGGERED:
        return ()
    plan = team.escalation.get(incident.severity, ())
    if plan and plan[0].after:
        return ()
    whom = plan[0].whom if plan else "oncall"
    if whom.startswith("person:"):
        return (whom,)
    return on_call(registry, whom if whom.startswith("team:") else team.ref, now).people


def anew(claim: Claimed[Card] | Claimed[Notice]) -> Claimed[Card] | Claimed[Notice]:
    """The claim of a card whose message is gone: it is to be posted again, and rings for nobody."""
    what = claim.what
    if not isinstance(what, Card):
        return claim
    posted = replace(what, ts=None, shown=max(1, what.shown))
    return Claimed(what=posted, token=claim.token, until=claim.until, again=claim.again)


def named(claim: Claimed[Card] | Claimed[Notice]) -> tuple[str, str]:
    """The metadata's event type and key, by which a message is found again."""
    what = claim.what
    return (CARD_EVENT, card_key(what)) if isinstance(what, Card) else (NOTICE_EVENT, what.key)


def catch_all_channel(registry: Registry) -> str | None:
    """Where what can't be delivered is told."""
    return registry.teams[registry.catch_all].channel or registry.admin_channel


def _is_young(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at < FULL_FIRST
