"""Labels out of a message's words: ` - name = value`, `name=value`, `Key: value`, and what fields hold.

A group's text lists each alert with its own labels; a name with two different values says nothing of the
group and is left out.
"""

import re
from collections.abc import Iterator
from typing import Final

from headwater.intake.labelling import LONGEST
from headwater.intake.slack_said import Said

MOST: Final = 64
"""Labels of one message; more is a log, not an alert."""

PROSE: Final = frozenset(
    {
        *("summary", "description", "message", "details", "annotations", "labels", "value", "values", "note"),
        *("runbook", "runbook_url", "source", "silence", "dashboard", "panel", "graph", "link", "links"),
        *("url", "started", "starts_at", "ended", "time", "date", "timestamp", "duration", "since", "when"),
        *("expectations_were_met", "error_message", "reason", "view", "actions", "mention", "cc", "notify"),
    }
)
"""Names of prose, links and times: they are kept as annotations, for nothing is matched by them."""

_EQUALS_LINE: Final = re.compile(r"\s*[-•*]\s+([A-Za-z_][\w.\-/]{0,80}) = (.*)")
_EQUALS: Final = re.compile(
    r"(?<![\w/&?.=%-])([A-Za-z_][\w.\-]{0,60})=(\"[^\"]*\"|'[^']*'|[^\s,;|&=<>{}()]+)"
)
_COLON: Final = re.compile(r"[\s•*·>\-\u2013\u2014]*([A-Za-z][\w .\-/()]{0,48}?)\s*:\s+(\S.*)")
_TAG: Final = re.compile(r"(?<![\w/:.-])([a-z][a-z0-9_.\-]{1,40}):([A-Za-z0-9][\w.\-/]{0,120})(?![\w:/])")
_TAGS: Final = frozenset({"tags", "tag"})
_MOST_WORDS: Final = 4


def pairs(said: Said) -> tuple[dict[str, str], dict[str, str]]:
    """Labels, and annotations: what fields and lines say as names with values."""
    labels: dict[str, str] = {}
    prose: dict[str, str] = {}
    torn: set[str] = set()
    for name, value in _all(said):
        kept = value.strip().strip("*`\"'").strip()[:LONGEST]
        if not kept or len(labels) + len(prose) >= MOST:
            continue
        if name in PROSE:
            prose.setdefault(name, kept)
        elif labels.setdefault(name, kept) != kept:
            torn.add(name)
    return {name: value for name, value in labels.items() if name not in torn}, prose


def name_of(words: str) -> str:
    """`Expectation Suite name` is `expectation_suite_name`; a label's own spelling stays."""
    bare = words.strip().strip("*`_: ")
    return bare if re.fullmatch(r"[A-Za-z_][\w.]*", bare) and not bare[0].isupper() else _snake(bare)


def _snake(words: str) -> str:
    return re.sub(r"[^\w.]+", "_", words.lower()).strip("_")


def _all(said: Said) -> Iterator[tuple[str, str]]:
    for name, value in said.fields:
        yield from _tagged(name_of(name), value)
    for line in said.lines:
        yield from _of_line(line)


def _of_line(line: str) -> Iterator[tuple[str, str]]:
    listed = _EQUALS_LINE.fullmatch(line)
    if listed is not None:
        yield listed[1], listed[2]
        return
    found = _COLON.fullmatch(line.replace("*", "").replace("`", ""))
    if found is not None and len(found[1].split()) <= _MOST_WORDS and not found[2].startswith("//"):
        name = name_of(found[1])
        yield from _tagged(name, found[2])
        if name in PROSE:
            return
    for name, value in _EQUALS.findall(line):
        yield name, value


def _tagged(name: str, value: str) -> Iterator[tuple[str, str]]:
    """A list of tags is as many labels: `env:prod, service:rag`."""
    if name in _TAGS:
        yield from _TAG.findall(value)
    elif name:
        yield name, value
