"""Slack's markup: the one place that writes `<...>`, and that makes foreign text harmless.

Foreign text (alerts, names, notes) is escaped exactly as Slack asks: `&`, `<`, `>`. With `verbatim` set on
every mrkdwn object (see `blocks`) it can neither page anybody nor become a link.
"""

import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

ELLIPSIS: Final = "…"

_USER = re.compile(r"[UW][A-Z0-9]{1,20}")
_GROUP = re.compile(r"S[A-Z0-9]{1,20}")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{1,20}")
_ANSWER_MENTION = re.compile(r"<@[UW][A-Z0-9]{1,20}>")
_ENTITY = re.compile(r"&(?:amp|lt|gt);|<[^<>]*>")
_SPACES = re.compile(r"\s+")
# C0 controls but tab and newline, and the bidirectional overrides that make "gpj.exe" read "exe.jpg".
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Without characters that are not seen but change how the rest is read."""
    return _UNSEEN.sub("", text)


def escape(text: str) -> str:
    """Foreign text as mrkdwn: the three characters Slack reads as markup, escaped."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def line(text: str) -> str:
    """Foreign text as one line of mrkdwn: a title with newlines can't pretend to be two lines of a card."""
    return escape(_SPACES.sub(" ", text).strip())


def plain(text: str, limit: int) -> str:
    """Foreign text for a plain_text object, which knows no markup: one line, cut to `limit` characters."""
    words = _SPACES.sub(" ", clean(text)).strip()
    return words if len(words) <= limit else words[: limit - 1].rstrip() + ELLIPSIS


def is_user(ref: str) -> bool:
    """Whether `ref` is a Slack user id."""
    return _USER.fullmatch(ref) is not None


def is_channel(ref: str) -> bool:
    """Whether `ref` is the id of a channel or a conversation."""
    return _CHANNEL.fullmatch(ref) is not None


def mention(ref: str) -> str:
    """A mention of a user or user group id; anything else is foreign text and mentions nobody."""
    if is_user(ref):
        return f"<@{ref}>"
    if _GROUP.fullmatch(ref):
        return f"<!subteam^{ref}>"
    return line(ref)


def channel(ref: str) -> str:
    """A channel, as a link where its id is known."""
    return f"<#{ref}>" if is_channel(ref) else line(ref)


def moment(at: datetime) -> str:
    """A time as each reader's own clock shows it; where Slack can't, in UTC."""
    return _date(at, "{date_short_pretty} {time}", "%Y-%m-%d %H:%M UTC")


def clock(at: datetime) -> str:
    """The time of day alone, where the day is plain from what stands around it."""
    return _date(at, "{time}", "%H:%M UTC")


def _date(at: datetime, form: str, fallback: str) -> str:
    utc = at.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{form}|{utc.strftime(fallback)}>"


def link(url: str | None, label: str) -> str:
    """A link of our making: only http and https, with nothing in the label that could end it early."""
    words = line(label)
    if url is None or urlsplit(url).scheme not in {"http", "https"}:
        return words
    # A bar would end the address, an angle bracket the link.
    address = "".join({"|": "%7C", "<": "%3C", ">": "%3E", " ": "%20"}.get(c, c) for c in clean(url))
    return f"<{address.replace('&', '&amp;')}|{words.replace('|', '¦')}>"


def code(text: str) -> str:
    """Foreign text as inline code; a backtick in it would end the code, so it becomes an apostrophe."""
    words = line(text).replace("`", "'")
    return f"`{words}`" if words else ""


def fenced(text: str) -> str:
    """Foreign text as a block to copy, shown as it is."""
    return "```\n" + escape(text).replace("```", "'''").strip("\n") + "\n```"


def quoted(text: str) -> str:
    """A person's words as a quotation, line by line."""
    return "\n".join(f">{row}" for row in escape(text).strip().splitlines())


def sentence(text: str) -> str:
    """The engine's answer: plain text in which only exact mentions of users are markup."""
    parts: list[str] = []
    start = 0
    for found in _ANSWER_MENTION.finditer(text):
        parts += [escape(text[start : found.start()]), found.group()]
        start = found.end()
    return "".join([*parts, escape(text[start:])])


def cut(markup: str, limit: int) -> str:
    """Markup cut to `limit` characters, never inside `&amp;` or `<...>`, an ellipsis where it was cut."""
    if len(markup) <= limit:
        return markup
    end = limit - len(ELLIPSIS)
    for entity in _ENTITY.finditer(markup):
        if entity.start() < end < entity.end():
            end = entity.start()
            break
        if entity.start() >= end:
            break
    return markup[: max(end, 0)].rstrip() + ELLIPSIS
