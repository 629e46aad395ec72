"""Core's types to rows and back, each pair side by side."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Row

from headwater.core.alerts import Alert, Status
from headwater.core.facts import Fact, FactKind, FactState
from headwater.core.incidents import (
    Entry,
    EntryKind,
    Incident,
    Involved,
    Resolution,
    Role,
    Route,
    Sick,
    State,
    Suspicion,
)
from headwater.core.reasons import Code, Reason
from headwater.core.said import Card, CardKind, Deadline, DeadlineKind, Notice, NoticeKind, Where
from headwater.core.severity import Severity
from headwater.store.moments import from_micros, from_micros_or_none, to_micros, to_micros_or_none

_ENCODER = msgspec.json.Encoder(order="deterministic")
_AS_IT_IS = msgspec.json.Encoder()
_MAPPING = msgspec.json.Decoder(dict[str, str])
_WORDS = msgspec.json.Decoder(list[str])
_ANY = msgspec.json.Decoder(dict[str, Any])
_TROUBLES = msgspec.json.Decoder(dict[str, tuple[int, int, int, int]])
_REASON = msgspec.json.Decoder(tuple[str, dict[str, str]])

EMPTY = "{}"


def to_json(value: Any) -> str:
    """Deterministic JSON text: mappings sorted by key."""
    return _ENCODER.encode(value).decode()


def mapping_to_json(mapping: Mapping[str, str]) -> str:
    """In the order it came; the commonest value by far, the empty one, costs nothing."""
    if not mapping:
        return EMPTY
    return _AS_IT_IS.encode(mapping if type(mapping) is dict else dict(mapping)).decode()


def mapping_from_json(text: str) -> dict[str, str]:
    """The other way."""
    return _MAPPING.decode(text) if text != EMPTY else {}


def reason_to_json(reason: Reason) -> str:
    """`["owner", {...}]`."""
    return _ENCODER.encode((reason.code, dict(reason.facts))).decode()


def reason_from_json(text: str) -> Reason:
    """The other way."""
    code, facts = _REASON.decode(text)
    return Reason(Code(code), facts)


def alert_to_row(alert: Alert, reason_json: Callable[[Reason], str] = reason_to_json) -> dict[str, Any]:
    """Every column of `alert`."""
    return {
        "key": alert.key,
        "sender": alert.sender,
        "status": alert.status.value,
        "starts_at": to_micros(alert.starts_at),
        "seen_at": to_micros(alert.seen_at),
        "first_at": to_micros(alert.first_at or alert.seen_at),
        "ends_at": to_micros_or_none(alert.ends_at),
        "ended_at": to_micros_or_none(alert.ended_at),
        "title": alert.title,
        "severity": int(alert.severity),
        "asset": alert.asset,
        "grp": alert.group,
        "placed": reason_json(alert.placed),
        "incident": alert.incident,
        "times": alert.count,
        "episodes": alert.episodes,
        "labels": mapping_to_json(alert.labels),
        "annotations": mapping_to_json(alert.annotations),
        "link": alert.link,
        "origin": alert.origin,
        "lapsed": int(alert.lapsed),
        "trouble": alert.trouble,
    }


def alert_from_row(row: Row[Any]) -> Alert:
    """The other way."""
    return Alert(
        key=row.key,
        sender=row.sender,
        status=Status(row.status),
        starts_at=from_micros(row.starts_at),
        seen_at=from_micros(row.seen_at),
        first_at=from_micros(row.first_at),
        ends_at=from_micros_or_none(row.ends_at),
        ended_at=from_micros_or_none(row.ended_at),
        title=row.title,
        severity=Severity(row.severity),
        asset=row.asset,
        group=row.grp,
        placed=reason_from_json(row.placed),
        incident=row.incident,
        count=row.times,
        episodes=row.episodes,
        labels=mapping_from_json(row.labels),
        annotations=mapping_from_json(row.annotations),
        link=row.link,
        origin=row.origin,
        lapsed=bool(row.lapsed),
        trouble=row.trouble,
    )


def route_to_json(route: Route) -> str:
    """A route whole."""
    return to_json(
        {
            "team": route.team,
            "asset": route.asset,
            "reason": (route.reason.code, dict(route.reason.facts)),
            "runner_up": route.runner_up,
            "runner_up_asset": route.runner_up_asset,
            "by": route.by,
        }
    )


def route_from_json(text: str) -> Route:
    """The other way."""
    found = _ANY.decode(text)
    code, facts = found["reason"]
    return Route(
        team=found["team"],
        asset=found["asset"],
        reason=Reason(Code(code), facts),
        runner_up=found["runner_up"],
        runner_up_asset=found["runner_up_asset"],
        by=found["by"],
    )


_MOMENTS = (
    "began_at",
    "announced_at",
    "called_at",
    "acknowledged_at",
    "mitigated_at",
    "recovered_at",
    "resolved_at",
    "closed_at",
)
_PLAIN = (
    "registry",
    "reporter",
    "severity_by",
    "acknowledged_by",
    "noise",
    "merged_into",
    "recurrence_of",
    "flaps",
    "calls",
    "steps",
    "contests",
)


def incident_to_row(incident: Incident) -> dict[str, Any]:
    """Every column of `incident`; what is rarely read goes into `facts`."""
    facts: dict[str, Any] = {name: getattr(incident, name) for name in _PLAIN}
    facts |= {name: to_micros_or_none(getattr(incident, name)) for name in _MOMENTS}
    facts["joined"] = incident.joined
    facts["severity_machine"] = int(incident.severity_machine)
    resolution = incident.resolution
    facts["suspicion"] = incident.suspicion
    facts["resolution"] = resolution and (resolution.cause, resolution.by, resolution.why)
    return {
        "number": incident.number,
        "state": incident.state.value,
        "live": int(incident.is_open),
        "severity": int(incident.severity),
        "title": incident.title,
        "team": incident.route.team,
        "asset": incident.asset,
        "assignee": incident.assignee,
        "opened_at": to_micros(incident.opened_at),
        "active_at": to_micros(incident.active_at),
        "firing": incident.firing,
        "alerts": incident.alerts,
        "entries": incident.entries,
        "revision": incident.revision,
        "route": route_to_json(incident.route),
        "facts": to_json({name: value for name, value in facts.items() if value is not None}),
    }


def incident_from_row(row: Row[Any]) -> Incident:
    """The other way."""
    facts = _ANY.decode(row.facts)
    resolution = facts.get("resolution")
    rest: dict[str, Any] = {name: from_micros(facts[name]) for name in _MOMENTS if name in facts}
    rest |= {name: facts[name] for name in _PLAIN if name in facts}
    if "suspicion" in facts:
        rest["suspicion"] = msgspec.convert(facts["suspicion"], Suspicion)
    return Incident(
        number=row.number,
        state=State(row.state),
        severity=Severity(row.severity),
        title=row.title,
        asset=row.asset,
        assignee=row.assignee,
        opened_at=from_micros(row.opened_at),
        active_at=from_micros(row.active_at),
        firing=row.firing,
        alerts=row.alerts,
        entries=row.entries,
        revision=row.revision,
        route=route_from_json(row.route),
        joined=tuple(facts.get("joined", ())),
        severity_machine=Severity(facts["severity_machine"]),
        resolution=Resolution(cause=resolution[0], by=resolution[1], why=resolution[2])
        if resolution
        else None,
        **rest,
    )


def involved_to_row(involved: Involved, *, live: bool) -> dict[str, Any]:
    """Every column of `involved`."""
    return {
        "incident": involved.incident,
        "grp": involved.group,
        "live": int(live),
        "asset": involved.asset,
        "role": involved.role.value,
        "firing": involved.firing,
        "alerts": involved.alerts,
        "first_at": to_micros(involved.first_at),
        "last_at": to_micros(involved.last_at),
        "worst": int(involved.worst),
        "title": involved.title,
        "reason": reason_to_json(involved.reason),
        "troubles": to_json(
            {
                name: (to_micros(sick.first_at), to_micros(sick.last_at), sick.firing, int(sick.worst))
                for name, sick in involved.troubles.items()
            }
        ),
    }


def involved_from_row(row: Row[Any]) -> Involved:
    """The other way."""
    return Involved(
        incident=row.incident,
        group=row.grp,
        asset=row.asset,
        role=Role(row.role),
        firing=row.firing,
        alerts=row.alerts,
        first_at=from_micros(row.first_at),
        last_at=from_micros(row.last_at),
        worst=Severity(row.worst),
        title=row.title,
        reason=reason_from_json(row.reason),
        troubles={
            name: Sick(from_micros(first), from_micros(last), firing, Severity(worst))
            for name, (first, last, firing, worst) in _TROUBLES.decode(row.troubles).items()
        },
    )


def entry_to_row(entry: Entry) -> dict[str, Any]:
    """Every column of `entry`."""
    return {
        "incident": entry.incident,
        "seq": entry.seq,
        "at": to_micros(entry.at),
        "kind": entry.kind.value,
        "who": entry.who,
        "text": entry.text,
        "facts": mapping_to_json(entry.facts),
    }


def entry_from_row(row: Row[Any]) -> Entry:
    """The other way."""
    return Entry(
        incident=row.incident,
        seq=row.seq,
        at=from_micros(row.at),
        kind=EntryKind(row.kind),
        who=row.who,
        text=row.text,
        facts=mapping_from_json(row.facts),
    )


def deadline_from_row(row: Row[Any]) -> Deadline:
    """A deadline as core knows it."""
    return Deadline(
        incident=row.incident, kind=DeadlineKind(row.kind), due_at=from_micros(row.due_at), step=row.step
    )


def fact_to_row(fact: Fact) -> dict[str, Any]:
    """Every column of `fact`."""
    return {
        "key": fact.key,
        "subject": fact.subject,
        "asset": fact.asset,
        "kind": fact.kind.value,
        "quantity": fact.quantity,
        "state": fact.state.value,
        "at": to_micros(fact.at),
        "sentence": fact.sentence,
        "sender": fact.sender,
        "link": fact.link,
    }


def fact_from_row(row: Row[Any]) -> Fact:
    """The other way."""
    return Fact(
        key=row.key,
        subject=row.subject,
        asset=row.asset,
        kind=FactKind(row.kind),
        quantity=row.quantity,
        state=FactState(row.state),
        at=from_micros(row.at),
        sentence=row.sentence,
        sender=row.sender,
        link=row.link,
    )


def card_from_row(row: Row[Any]) -> Card:
    """A card as core knows it: claims and retries stay in the row."""
    return Card(
        incident=row.incident,
        channel=row.channel,
        kind=CardKind(row.kind),
        wanted=row.wanted,
        shown=row.shown,
        place=row.place,
        ts=row.ts,
    )


def notice_to_row(notice: Notice) -> dict[str, Any]:
    """The columns of `notice` that say what to say; it is due at once and unclaimed."""
    at = to_micros(notice.at)
    return {
        "key": notice.key,
        "kind": notice.kind.value,
        "place_kind": notice.where.value,
        "place_to": notice.to,
        "at": at,
        "incident": notice.incident,
        "mentions": to_json(notice.mentions),
        "facts": mapping_to_json(notice.facts),
        "broadcast": int(notice.broadcast),
        "is_page": int(notice.is_page),
        "due_at": at,
        "claimed_until": 0,
        "token": 0,
    }


def notice_from_row(row: Row[Any]) -> Notice:
    """The other way."""
    return Notice(
        key=row.key,
        kind=NoticeKind(row.kind),
        where=Where(row.place_kind),
        to=row.place_to,
        at=from_micros(row.at),
        incident=row.incident,
        mentions=tuple(_WORDS.decode(row.mentions)),
        facts=mapping_from_json(row.facts),
        broadcast=bool(row.broadcast),
        is_page=bool(row.is_page),
    )
