"""What people and other apps wrote in Slack, as plain words: markup read back, mentions as names.

An alert that another app posts usually has an empty `text`; what it says stands in its attachments or blocks,
whose fields may be numbers and whose `fallback` may be "[no preview available]".
"""

import re
from typing import Final

from headwater.core.refs import name_of
from headwater.core.registry import Registry
from headwater.slack.blocks import Json

NO_PREVIEW: Final = "[no preview available]"
LONGEST: Final = 3_000

_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ESCAPES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def words(text: str, registry: Registry) -> str:
    """Slack's markup as plain text: `<@U1>` is `@Ana`, `<#C1|docs>` is `#docs`, a link keeps its address."""
    said = _ENTITY.sub(lambda found: _entity(found, registry), text)
    for escaped, character in _ESCAPES:
        said = said.replace(escaped, character)
    return said.strip()


def message_words(message: Json, registry: Registry) -> str:
    """What a message says: its text, else its attachments and blocks; at most `LONGEST` characters."""
    text = str(message.get("text") or "").strip()
    if not text or text == NO_PREVIEW:
        parts = [*_texts(message.get("attachments")), *_texts(message.get("blocks"))]
        text = "\n".join(dict.fromkeys(part for part in parts if part and part != NO_PREVIEW))
    return words(text, registry)[:LONGEST]


def author(message: Json) -> str | None:
    """Who wrote it: a user's id, or for another app its bot id."""
    return message.get("user") or message.get("bot_id")


def _entity(found: re.Match[str], registry: Registry) -> str:
    sigil, inside, label = found[1], found[2], found[3]
    match sigil:
        case "@":
            person = registry.people.get(registry.by_slack.get(inside, ""))
            return "@" + (label or (person.name or name_of(person.ref) if person else inside))
        case "#":
            return "#" + (label or inside)
        case "!":
            return label or "@" + inside.partition("^")[0]
        case _:
            return inside if not label or label in inside else f"{label} ({inside})"


def _texts(node: object) -> list[str]:
    """The strings of attachments or blocks that readers see, in their order."""
    if isinstance(node, list):
        return [text for item in node for text in _texts(item)]
    if not isinstance(node, dict):
        return []
    found: list[str] = []
    for key in ("pretext", "title", "text", "value", "fields", "blocks", "elements", "fallback"):
        value = node.get(key)
        if key == "fallback" and found:
            break  # the fallback repeats what stands above it
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            found.append(str(value))
        else:
            found += _texts(value)
    return found
