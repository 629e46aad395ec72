"""Alerts that other apps post in Slack channels. This format has no address: what is heard in a listened
channel comes through the same journal, its sender `slack:<channel id>`.

The body is an object with `event`, Slack's message event (or a message read from the history, with its
`channel`); a thread's reply carries its `root`; an edit found by reading carries `was`, the fingerprint that
the message had before; `permalink` is where it stands. A delivery tells of one alert at most: a message of an
app is one alert.

The episode starts with the first message. What ends it has its own time as its start, because it does not say
when the trouble began, and so a late copy of the first message is old news.
Source: Slack's reference of the message event and its subtypes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import msgspec

from headwater.core.alerts import Change, Delivery, Parsed, Report, Status
from headwater.intake.decoding import UNDECODABLE, unreadable
from headwater.intake.labelling import LONGEST, digest, severity_of, title_of
from headwater.intake.slack_layouts import GENERIC, layout_of
from headwater.intake.slack_pairs import pairs
from headwater.intake.slack_said import Json, Said, said, web_address
from headwater.intake.slack_status import (
    Headline,
    Told,
    headline,
    told_by,
    told_by_color,
    told_by_lines,
)

NAME: Final = "slack-message"
TIME_TO_LIVE: Final = timedelta(hours=24)
"""How long an alert heard in Slack lives without another word: many apps never say that one is over."""

POSTED: Final = frozenset({"", "bot_message", "thread_broadcast", "file_share"})
"""Subtypes of what somebody posted; all others are about the channel, or tell of an edit or a deletion."""

_STATUS_LABELS: Final = ("status", "state", "alert_state", "alert_status", "new_state", "monitor_condition")
_TS: Final = re.compile(r"(\d{1,11})\.(\d{6})")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TEST: Final = re.compile(r"test notification|someone is testing the alert notification", re.IGNORECASE)
_DEPLOY: Final = re.compile(
    r"(?:(?P<by>[\w.-]+) )?(?:has )?(?:successfully )?deployed\b(?: (?P<what>\S+))?"
    r".*?\bto (?P<where>[\w./-]+)",
    re.IGNORECASE,
)
_GITHUB: Final = frozenset({"A01BP7R4KNY", "A8GBNUWU8"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message as it stood at `at`: what it says of its alert."""

    told: Told | None
    fingerprint: str
    title: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    link: str | None
    layout: str
    said: Said


def parse(delivery: Delivery) -> Parsed:
    """A report of what the message says of its alert, or a remark on why it says nothing of any."""
    try:
        body = msgspec.json.decode(delivery.body)
    except UNDECODABLE as error:
        return unreadable(delivery.body, error)
    whole = _object(body)
    event = _object(whole.get("event")) or whole
    if is_edit(event):
        message, before = _object(event.get("message")), _object(event.get("previous_message"))
    else:
        message, before = event, {}
    if not is_posted(message):
        return Parsed(remark="nothing that anybody posted")
    if not is_from_app(message):
        return Parsed(remark="a person's message")
    if message.get("app_id") and message.get("app_id") == whole.get("api_app_id"):
        return Parsed(remark="our own message")
    place, at = str(event.get("channel") or ""), stamp(message.get("ts"))
    if not place or at is None:
        return Parsed(remark="a message without channel or time")
    return _read(whole, event, message, before, Spot(place, str(message["ts"]), at))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message stands, and since when."""

    place: str
    ts: str
    at: datetime


def _read(whole: Json, event: Json, message: Json, before: Json, spot: Spot) -> Parsed:
    permalink = web_address(whole.get("permalink"))
    thread = message.get("thread_ts")
    if isinstance(thread, str) and thread != spot.ts:
        return _reply(_object(whole.get("root")), message, spot, thread, permalink)
    heard = hear(message, spot.place, spot.ts)
    deployed = _deploy(heard, spot, permalink)
    if deployed is not None:
        return deployed
    if _is_test(heard.said):
        return Parsed(remark="a test of the app's notifications: not an alert")
    edited = stamp(_object(message.get("edited")).get("ts")) or stamp(event.get("ts")) or spot.at
    was = hear(before, spot.place, spot.ts) if before else None
    if was is not None and was.said == heard.said:
        return Parsed(remark="an edit that changed nothing that is said")
    known = was.fingerprint if was is not None else _text(whole.get("was"))
    if heard.told is Told.ASIDE:
        return Parsed(remark="acknowledged or put aside at the sender")
    if heard.told is Told.OVER:
        ended = _over(heard, edited, permalink)
        if known and known != heard.fingerprint:
            ended.fingerprint = known
        return Parsed(reports=(ended,))
    again = was is not None and was.told is Told.OVER
    fires = _fires(heard, edited if again else spot.at, f"{spot.place}:{spot.ts}", permalink)
    if not known or known == heard.fingerprint:
        return Parsed(reports=(fires,))
    gone = _over(heard, edited, permalink)
    gone.fingerprint = known
    return Parsed(reports=(gone, fires), remark="the message was edited to tell of something else")


def _reply(root: Json, message: Json, spot: Spot, thread: str, permalink: str | None) -> Parsed:
    """A reply says how the alert above it goes on, if its own app wrote it and it tells a status."""
    if root and not is_same_app(root, message):
        return Parsed(remark="a reply to somebody else's message")
    told = hear(message, spot.place, spot.ts).told
    if told not in {Told.OVER, Told.FIRING, Told.SILENT} or not root:
        return Parsed(remark="a reply that tells no status")
    above = hear(root, spot.place, thread)
    if told is Told.OVER:
        return Parsed(reports=(_over(above, spot.at, permalink),))
    return Parsed(reports=(_fires(above, spot.at, f"{spot.place}:{thread}", permalink),))


def hear(message: Json, place: str, ts: str) -> Heard:
    """What a message says, by its layout; `place` and `ts` name it where it has no name of its own."""
    words = said(message)
    labels, prose = pairs(words)
    head = _headline(words)
    name, read = layout_of(words)
    named = read(words, head.name, labels)
    labels = {**labels, **named.labels}
    if head.severity and "severity" not in labels and "priority" not in labels:
        labels["severity"] = head.severity
    told = told_by(named.status) if named.status else _told(words, head, labels)
    if told is Told.SILENT:
        labels.setdefault("symptom", "flow")
    identity = tuple(part for part in named.identity if part)
    title = title_of(named.title, head.name, *words.titles, f"A message of {words.by}" if words.by else None)
    labels |= {"title": title, "slack_channel": place, "slack_app": name if name != GENERIC else words.by}
    text = words.text[:LONGEST]
    return Heard(
        told=told,
        fingerprint=digest(words.bot or words.app or words.by, *identity) if identity else digest(place, ts),
        title=title,
        labels=MappingProxyType({key: value for key, value in labels.items() if key and value}),
        annotations=MappingProxyType({**prose, **({"text": text} if text else {})}),
        link=words.links[0] if words.links else None,
        layout=name,
        said=words,
    )


def _headline(words: Said) -> Headline:
    """Of the candidates the first that tells a status; else the first."""
    heads = [headline(title) for title in words.titles[:6]]
    telling = (head for head in heads if head.told is not None and head.name)
    return next(telling, heads[0] if heads else Headline(name=""))


def _told(words: Said, head: Headline, labels: Mapping[str, str]) -> Told | None:
    """Words before pictures before colours: a recovery may keep its severity's colour."""
    by_label = (told_by(labels[name]) for name in _STATUS_LABELS if name in labels)
    return (
        head.told
        or next((told for told in by_label if told is not None), None)
        or told_by_lines(words.lines)
        or head.hint
        or told_by_color(words.color)
    )


def _fires(heard: Heard, at: datetime, origin: str, permalink: str | None) -> Report:
    return Report(
        fingerprint=heard.fingerprint,
        status=Status.FIRING,
        starts_at=at,
        title=heard.title,
        labels=heard.labels,
        annotations=_with_permalink(heard, permalink),
        severity=severity_of(heard.labels),
        link=heard.link or permalink,
        origin=origin,
    )


def _over(heard: Heard, at: datetime, permalink: str | None) -> Report:
    return Report(
        fingerprint=heard.fingerprint,
        status=Status.RESOLVED,
        starts_at=at,
        title=heard.title,
        labels=heard.labels,
        annotations=_with_permalink(heard, permalink),
        severity=severity_of(heard.labels),
        ends_at=at,
        link=heard.link or permalink,
    )


def _with_permalink(heard: Heard, permalink: str | None) -> Mapping[str, str]:
    return {**heard.annotations, "permalink": permalink} if permalink else heard.annotations


def _is_test(words: Said) -> bool:
    return any(_TEST.search(title) for title in words.titles[:2])


def _deploy(heard: Heard, spot: Spot, permalink: str | None) -> Parsed | None:
    """GitHub's deployments are changes; the rest that it posts is talk about code, not alerts."""
    words = heard.said
    if words.app not in _GITHUB and words.by.lower() != "github":
        return None
    line = next((found for text in words.lines if (found := _DEPLOY.search(text))), None)
    if line is None:
        return Parsed(remark="GitHub's news: not an alert")
    repository = next(
        (m[1] for one in words.links if (m := re.search(r"github\.com/[^/]+/([^/#?]+)", one))), ""
    )
    change = Change(
        subject=repository or line["what"] or line["where"],
        kind="deploy",
        at=spot.at,
        key=f"{spot.place}:{spot.ts}",
        sentence=title_of(line[0]),
        link=heard.link or permalink,
        by=line["by"],
    )
    return Parsed(changes=(change,))


def key_of(event: Json) -> str:
    """What makes a message, as it stands, one delivery: its channel, its time, when it was last edited and
    what it says. An event that comes twice has the same, and so has the message when it is read later.
    """
    message = _object(event.get("message")) if is_edit(event) else event
    edited = _object(message.get("edited")).get("ts") or (event.get("ts") if is_edit(event) else "")
    words = said(message)
    shown = digest(
        words.by, words.color, *words.titles, *words.lines, *(part for f in words.fields for part in f)
    )
    return f"slack/{event.get('channel')}/{message.get('ts')}/{edited or '-'}/{shown}"


def is_edit(event: Json) -> bool:
    """Whether the event tells of a change of a message posted before."""
    return bool(event.get("subtype") == "message_changed")


def is_posted(message: Json) -> bool:
    """Whether somebody posted it: not a word about the channel, nor a deletion."""
    subtype = message.get("subtype") or ""
    return isinstance(subtype, str) and subtype in POSTED


def is_from_app(message: Json) -> bool:
    """Whether an app wrote it: by `bot_id`, for there are two shapes, one with a user and one without."""
    return bool(message.get("bot_id")) or message.get("subtype") == "bot_message"


def is_same_app(one: Json, other: Json) -> bool:
    """Whether the same app wrote both."""
    return any(one.get(key) and one.get(key) == other.get(key) for key in ("bot_id", "app_id"))


def stamp(ts: object) -> datetime | None:
    """A message's time, exactly; None where it is none."""
    found = _TS.fullmatch(ts) if isinstance(ts, str) and ts.isascii() else None
    return _EPOCH + timedelta(seconds=int(found[1]), microseconds=int(found[2])) if found else None


def _object(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
