"""What a title says of an alert beside its name: firing or over, how bad, and how many.

"DNS name could not be resolved" is not a resolution: a word of status counts only where status is written,
in brackets or before a colon at the beginning, or after a separator or a verb at the end.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from headwater.core.severity import SENDERS_WORDS


class Told(StrEnum):
    """What a message tells of its alert. `ASIDE`: acknowledged, paused and the like, which change nothing;
    `SILENT`: nothing was measured, which is firing, of a flow that fell silent.
    """

    FIRING = "firing"
    OVER = "over"
    ASIDE = "aside"
    SILENT = "silent"


_WORDS: Final[Mapping[Told, tuple[str, ...]]] = MappingProxyType(
    {
        Told.FIRING: (
            *("firing", "fired", "alerting", "triggered", "re-triggered", "retriggered", "renotify", "alarm"),
            *("alert", "problem", "critical", "error", "errored", "failed", "failing", "failure", "down"),
            *("warn", "re-warn", "warning", "open", "opened", "reopened", "unhealthy", "degraded", "outage"),
            *("breached", "new alert", "new issue", "in alarm", "fatal", "crashed", "page", "emergency"),
            *("violated", "not ok"),
        ),
        Told.OVER: (
            *(
                "resolved",
                "ok",
                "okay",
                "recovered",
                "recovery",
                "closed",
                "normal",
                "up",
                "fixed",
                "success",
            ),
            *("successful", "succeeded", "passed", "healthy", "cleared", "operational", "back to normal"),
            *("all clear", "back up", "closed alert", "resolved issue", "solved"),
        ),
        Told.ASIDE: (
            *("acknowledged", "acked", "acknowledged alert", "paused", "pending", "snoozed", "muted"),
            *("assigned", "in progress", "investigating", "unmuted", "escalated", "added note"),
        ),
        Told.SILENT: ("no data", "nodata", "no_data", "re-no data", "insufficient_data", "insufficient data"),
    }
)
_TOLD: Final[Mapping[str, Told]] = MappingProxyType(
    {word: told for told, words in _WORDS.items() for word in words}
)
_EMOJI: Final[Mapping[str, Told]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *(":rotating_light:", ":fire:", ":red_circle:", ":x:", ":warning:", ":boom:", ":bangbang:"),
                *(":large_orange_circle:", ":exclamation:", ":no_entry:", ":sos:", "🔥", "🚨", "🔴", "❌"),
                *("⚠️", "⚠", "🟠", "💥", "❗"),
            ),
            Told.FIRING,
        ),
        **dict.fromkeys(
            (
                *(":white_check_mark:", ":heavy_check_mark:", ":large_green_circle:", ":green_circle:"),
                *(":green_heart:", ":tada:", ":ok:", ":sunny:", "✅", "🟢", "✔️", "☑️", "💚"),
            ),
            Told.OVER,
        ),
    }
)
_SYMBOL: Final = re.compile(
    rf"\s*(:[a-z0-9_+'-]{{1,40}}:|{'|'.join(e for e in _EMOJI if e[0] != ':')})\s*", re.IGNORECASE
)
_BRACKET: Final = re.compile(r"\s*[\[(](?P<word>[^\[\]()]{1,60})[\])]\s*[:\-\u2013\u2014|]?\s*")
_COLON: Final = re.compile(r"\s*(?P<word>[A-Za-z_][A-Za-z0-9_ -]{0,24}?)\s*(?::|\s[-\u2013\u2014|])\s+(?=\S)")
_ALONE: Final = re.compile(
    r"[\[(]?(?P<word>[A-Za-z_ -]{2,24}?)(?::\d+)?[\])]?[.!]*(?:\s+by\s+\S.{0,80})?", re.DOTALL
)
_END: Final = re.compile(
    r"(?P<head>.+?)(?P<join>\s*[:\-\u2013\u2014|]\s+|\s+(?:(?:is|are|has|have|was|went|now|been|back)\s+)*)"
    r"(?P<word>[A-Za-z_-]{2,14})\s*[.!]*"
)
_NEVER: Final = re.compile(
    r"\b(?:not|cannot|never|be|to|un|no|isn't|wasn't|can't|couldn't|won't)$", re.IGNORECASE
)
_VERBS: Final = frozenset(
    {"failed", "passed", "succeeded", "recovered", "resolved", "fixed", "fired", "triggered", "crashed"}
)
"""Words that say it at the end of a title with nothing before them: `nightly build failed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A title taken apart. `name` is what is left: the alert's name, as it stands when firing and when over.

    `told` comes from words of status, `hint` from an emoji or a severity, which a recovery may carry too;
    `severity` is a sender's word for it.
    """

    name: str
    told: Told | None = None
    hint: Told | None = None
    severity: str | None = None


def told_by(word: str) -> Told | None:
    """What a word of status tells: `FIRING:2`, `Triggered on {host:a}`, `No Data`; None where it is none."""
    normal = " ".join(word.lower().split()).strip(" *_`.!")
    if re.match(r"firing\b", normal) or re.search(r"\bfiring ?[:=] ?[1-9]", normal):
        return Told.FIRING
    head = re.split(r"[:,|]| on | by |\(", normal, maxsplit=1)[0].strip()
    return _TOLD.get(normal) or _TOLD.get(head)


def headline(title: str) -> Headline:
    """Take a title apart: whatever stands before and after the name."""
    found = Headline(name=" ".join(title.replace("*", "").replace("`", "").split())[:300])
    for _ in range(8):
        shorter = _without_first(found)
        if shorter is None:
            break
        found = shorter
    return _without_last(found)


def _without_first(found: Headline) -> Headline | None:
    """One mark of status less at the beginning; None where there is none. A severity's word only hints."""
    alone = _ALONE.fullmatch(found.name)
    if alone is not None and (told := told_by(alone["word"])) is not None:
        return replace(found, name="", told=found.told or told)
    symbol = _SYMBOL.match(found.name)
    if symbol:
        told = _EMOJI.get(symbol[1].lower())
        return replace(found, name=found.name[symbol.end() :], hint=found.hint or told)
    first = _BRACKET.match(found.name) or _COLON.match(found.name)
    if first is None:
        return None
    word = first["word"].strip().lower()
    told, severity = told_by(word), word if word in SENDERS_WORDS else None
    if told is None and severity is None:
        return None
    rest = found.name[first.end() :]
    if severity is not None:
        return replace(found, name=rest, hint=found.hint or told, severity=found.severity or severity)
    return replace(found, name=rest, told=found.told or told)


def _without_last(found: Headline) -> Headline:
    name, hint = found.name, found.hint
    while (
        last := re.search(r"\s*(:[a-z0-9_+'-]{1,40}:|[^\w\s.,:;!?)\]}%\"'-]+)\s*$", name)
    ) and last.start():
        hint = hint or _EMOJI.get(last[1].lower())
        name = name[: last.start()]
    end = _END.fullmatch(name)
    if end is not None:
        told = told_by(end["word"])
        joined = bool(end["join"].strip())
        counts = told is not None and (joined or end["word"].lower() in _VERBS)
        if counts and not _NEVER.search(end["head"]):
            return replace(
                found, name=end["head"].strip(" :-\u2013\u2014|"), told=found.told or told, hint=hint
            )
    return replace(found, name=name, hint=hint)


def told_by_lines(lines: Iterable[str]) -> Told | None:
    """Of lines that are nothing but a status: `**Firing**`. Where both stand, something still fires."""
    found = {told_by(line) for line in lines if len(line) <= 30 and re.fullmatch(r"[\W_]*[\w ]+[\W_]*", line)}
    return next((told for told in (Told.FIRING, Told.SILENT, Told.OVER) if told in found), None)


def told_by_color(color: str) -> Told | None:
    """Green is over; red and amber fire; anything else says nothing."""
    named = {"good": Told.OVER, "danger": Told.FIRING, "warning": Told.FIRING}.get(color.strip().lower())
    digits = color.strip().lstrip("#")
    if named is not None or not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        return named
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    if green > red + 40 and green > blue + 20:
        return Told.OVER
    return Told.FIRING if red > 140 and red > blue + 60 and red > green + 20 else None
