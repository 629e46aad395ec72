"""The rich text that Slack's own client sends beside a person's words."""

from __future__ import annotations

import html
import re
from typing import Final

from .wire import Json

_TOKEN: Final = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


def from_mrkdwn(text: str, block_id: str) -> Json:
    """One section: words, mentions, links. `text` is as on the wire, with `&amp; &lt; &gt;`."""
    elements: list[Json] = []
    place = 0
    for found in _TOKEN.finditer(text):
        _words(elements, text[place : found.start()])
        elements.append(_element(found.group(1), found.group(2), found.group(3)))
        place = found.end()
    _words(elements, text[place:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _words(elements: list[Json], text: str) -> None:
    if text:
        elements.append({"type": "text", "text": html.unescape(text)})


def _element(sigil: str, target: str, label: str | None) -> Json:
    if sigil == "@":
        return {"type": "user", "user_id": target}
    if sigil == "#":
        return {"type": "channel", "channel_id": target}
    if sigil == "!" and target.startswith("subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("subteam^")}
    if sigil == "!":
        return {"type": "broadcast", "range": target}
    return {"type": "link", "url": html.unescape(target)} | ({"text": label} if label else {})
