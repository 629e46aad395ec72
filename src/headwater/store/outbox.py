"""What is to be shown and said: claimed by compare-and-set, marked when done, else told elsewhere.

Every function runs within the caller's transaction, on the engine's thread.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection, and_, case, or_, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from headwater.core.incidents import EntryKind
from headwater.core.said import Card, CardKind, Notice, NoticeKind, Where
from headwater.store import rows
from headwater.store.moments import from_micros, to_micros
from headwater.store.schema import CARD, CHANNEL, ENTRY, INCIDENT, NOTICE

What = TypeVar("What", Card, Notice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Generic[What]):
    """Something to post, ours until `until`. `token` fences: a mark with an older token does nothing.

    For a notice in a thread, `place` and `thread_ts` are the full card's message. `again` is True when an
    earlier claim lapsed, so that the message may already be in Slack: look before posting.
    """

    what: What
    token: int
    until: datetime
    again: bool
    place: str | None = None
    thread_ts: str | None = None


def claim_cards(
    connection: Connection, now: datetime, *, limit: int, lease: timedelta
) -> tuple[Claimed[Card], ...]:
    """Cards that show less than they should, those waiting longest first; full cards before pointers."""
    at = to_micros(now)
    due = (
        select(CARD)
        .where(
            CARD.c.shown < CARD.c.wanted,
            CARD.c.given_up.is_(None),
            CARD.c.due_at <= at,
            CARD.c.claimed_until <= at,
        )
        .order_by(CARD.c.due_at, CARD.c.incident, CARD.c.kind, CARD.c.channel)
        .limit(limit)
    )
    claims = []
    for row in connection.execute(due).all():
        claimed = update(CARD).where(*_card_key(row), CARD.c.token == row.token)
        taken = connection.execute(claimed.values(token=row.token + 1, claimed_until=to_micros(now + lease)))
        if taken.rowcount == 1:
            card = rows.card_from_row(row)
            claims.append(
                Claimed(what=card, token=row.token + 1, until=now + lease, again=row.claimed_until > 0)
            )
    return tuple(claims)


_WAITING: Final = (Where.THREAD.value, Where.MESSAGE.value)
"""What is said there names the incident's card, and waits until it has been posted."""

_FULL: Final = (
    select(CARD.c.incident, CARD.c.place, CARD.c.ts)
    .where(CARD.c.kind == CardKind.FULL.value, CARD.c.ts.is_not(None))
    .subquery("full_card")
)


def claim_notices(
    connection: Connection, now: datetime, *, limit: int, lease: timedelta
) -> tuple[Claimed[Notice], ...]:
    """Notices not yet said, oldest first. One in a thread or under an alert's message waits for the card."""
    at = to_micros(now)
    due = (
        select(NOTICE, _FULL.c.place.label("card_place"), _FULL.c.ts.label("card_ts"))
        .outerjoin(_FULL, and_(NOTICE.c.incident == _FULL.c.incident, NOTICE.c.place_kind.in_(_WAITING)))
        .where(
            NOTICE.c.said_at.is_(None),
            NOTICE.c.given_up.is_(None),
            NOTICE.c.due_at <= at,
            NOTICE.c.claimed_until <= at,
            or_(NOTICE.c.place_kind.not_in(_WAITING), _FULL.c.ts.is_not(None)),
        )
        .order_by(NOTICE.c.due_at, NOTICE.c.at, NOTICE.c.key)
        .limit(limit)
    )
    claims: dict[str, Claimed[Notice]] = {}
    for row in connection.execute(due).all():
        if row.key in claims:
            continue
        claimed = update(NOTICE).where(NOTICE.c.key == row.key, NOTICE.c.token == row.token)
        taken = connection.execute(claimed.values(token=row.token + 1, claimed_until=to_micros(now + lease)))
        if taken.rowcount == 1:
            claims[row.key] = Claimed(
                what=rows.notice_from_row(row),
                token=row.token + 1,
                until=now + lease,
                again=row.claimed_until > 0,
                place=row.card_place,
                thread_ts=row.card_ts,
            )
    return tuple(claims.values())


def next_due(connection: Connection) -> datetime | None:
    """When the next card or notice becomes due or a claim lapses; None where nothing waits."""
    statement = text(
        "SELECT min(at) FROM ("
        " SELECT min(max(due_at, claimed_until)) AS at FROM card WHERE shown < wanted AND given_up IS NULL"
        " UNION ALL"
        " SELECT min(max(due_at, claimed_until)) FROM notice WHERE said_at IS NULL AND given_up IS NULL"
        " AND (place_kind NOT IN ('thread', 'message') OR EXISTS (SELECT 1 FROM card"
        "  WHERE card.incident = notice.incident AND card.kind = 'full' AND card.ts IS NOT NULL)))"
    )
    found = connection.execute(statement).scalar()
    return from_micros(int(found)) if found is not None else None


def card_shown(connection: Connection, claim: Claimed[Card], *, revision: int, place: str, ts: str) -> bool:
    """It is in Slack at `revision`. False when the claim had lapsed and another's holds.

    A pointer that was to become the full card meanwhile, or the other way, is not what shall be shown.
    """
    shown = case((CARD.c.kind == claim.what.kind.value, revision), else_=0)
    done = (
        update(CARD)
        .where(*_card_key(claim.what), CARD.c.token == claim.token)
        .values(shown=shown, place=place, ts=ts, claimed_until=0)
    )
    return connection.execute(done).rowcount == 1


def notice_said(
    connection: Connection, claim: Claimed[Notice], *, place: str, ts: str, now: datetime
) -> bool:
    """It is said. False when the claim had lapsed and another's holds."""
    done = (
        update(NOTICE)
        .where(NOTICE.c.key == claim.what.key, NOTICE.c.token == claim.token)
        .values(said_at=to_micros(now), place=place, ts=ts, claimed_until=0)
    )
    return connection.execute(done).rowcount == 1


def card_later(connection: Connection, claim: Claimed[Card], *, due_at: datetime) -> None:
    """Slack said: not now."""
    later = update(CARD).where(*_card_key(claim.what), CARD.c.token == claim.token)
    connection.execute(later.values(due_at=to_micros(due_at), claimed_until=0))


def notice_later(connection: Connection, claim: Claimed[Notice], *, due_at: datetime) -> None:
    """Slack said: not now."""
    later = update(NOTICE).where(NOTICE.c.key == claim.what.key, NOTICE.c.token == claim.token)
    connection.execute(later.values(due_at=to_micros(due_at), claimed_until=0))


def card_given_up(
    connection: Connection, claim: Claimed[Card], reason: str, now: datetime, *, tell: str | None = None
) -> None:
    """It can't be shown there. `tell` (the catch-all's channel) gets the card instead, and is told why.

    It is tried again with the incident's next change; the timeline says only once that it was in vain.
    """
    card = claim.what
    ended = update(CARD).where(*_card_key(card), CARD.c.token == claim.token)
    if not connection.execute(ended.values(given_up=reason, claimed_until=0)).rowcount:
        return
    if tell is not None and tell != card.channel:
        shown = {
            "incident": card.incident,
            "channel": tell,
            "kind": card.kind.value,
            "wanted": card.wanted,
            "shown": 0,
            "due_at": to_micros(now),
            "claimed_until": 0,
            "token": 0,
        }
        if card.kind is CardKind.FULL:
            instead = upsert(CARD).on_conflict_do_update(
                # Shown as nothing yet, and not wanted at a number to come: that change would not be shown.
                index_elements=["incident", "channel"],
                set_={"kind": "full", "wanted": card.wanted, "shown": 0},
            )
            connection.execute(instead, [shown])
        _tell_elsewhere(connection, card.incident, f"card/{card.channel}", card.channel, reason, now, tell)
    sentence = f"{card.channel} could not be shown the card: {reason}."
    if not _is_entered(connection, card.incident, sentence):
        _untold(connection, card.incident, sentence, now)


def notice_given_up(
    connection: Connection, claim: Claimed[Notice], reason: str, now: datetime, *, tell: str | None = None
) -> None:
    """It can't be said there. `tell` is told, unless what failed was itself such a message."""
    notice = claim.what
    ended = update(NOTICE).where(NOTICE.c.key == notice.key, NOTICE.c.token == claim.token)
    if not connection.execute(ended.values(given_up=reason, claimed_until=0)).rowcount:
        return
    if tell is not None and notice.kind is not NoticeKind.ADMIN:
        _tell_elsewhere(connection, notice.incident, notice.key, notice.to, reason, now, tell)
    if notice.incident is not None:
        _untold(connection, notice.incident, f"{notice.to} could not be told: {reason}.", now)


def _tell_elsewhere(
    connection: Connection,
    incident: int | None,
    what: str,
    whom: str,
    reason: str,
    now: datetime,
    tell: str,
) -> None:
    name = f"INC-{incident}" if incident is not None else "Headwater"
    notice = Notice(
        key=f"untold/{name}/{what}",
        kind=NoticeKind.ADMIN,
        where=Where.CHANNEL,
        to=tell,
        at=now,
        incident=incident,
        facts={"code": "untold", "whom": whom, "reason": reason, "incident": name},
    )
    connection.execute(
        upsert(NOTICE).on_conflict_do_nothing(index_elements=["key"]), [rows.notice_to_row(notice)]
    )


def _is_entered(connection: Connection, incident: int, sentence: str) -> bool:
    said = select(ENTRY.c.seq).where(ENTRY.c.incident == incident, ENTRY.c.text == sentence)
    return connection.execute(said.limit(1)).first() is not None


def _untold(connection: Connection, incident: int, sentence: str, now: datetime) -> None:
    counted = update(INCIDENT).where(INCIDENT.c.number == incident).values(entries=INCIDENT.c.entries + 1)
    connection.execute(counted)
    seq = connection.execute(select(INCIDENT.c.entries).where(INCIDENT.c.number == incident)).scalar_one()
    connection.execute(
        ENTRY.insert(),
        [
            {
                "incident": incident,
                "seq": seq,
                "at": to_micros(now),
                "kind": EntryKind.UNTOLD.value,
                "who": None,
                "text": sentence,
                "facts": rows.EMPTY,
            }
        ],
    )


def remember_channel(connection: Connection, written: str, place: str, now: datetime) -> None:
    """`written` (`#name`) is the channel `place` (`C...`)."""
    statement = upsert(CHANNEL)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["written"], set_={"place": statement.excluded.place, "at": statement.excluded.at}
        ),
        [{"written": written, "place": place, "at": to_micros(now)}],
    )


def known_channels(connection: Connection) -> dict[str, str]:
    """Channels as written, to their ids."""
    return {row.written: row.place for row in connection.execute(select(CHANNEL))}


def _card_key(card: Any) -> tuple[Any, Any]:
    return CARD.c.incident == card.incident, CARD.c.channel == card.channel
