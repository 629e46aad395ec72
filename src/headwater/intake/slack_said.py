"""What a Slack message of another app says: its title, lines, fields and links, wherever the app put them.

Such a message usually has an empty `text`; what it says stands in attachments or blocks, whose field values
may be numbers and whose `fallback` may be "[no preview available]". Nothing here raises, whatever the shape.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

Json = Mapping[str, Any]

NO_PREVIEW: Final = "[no preview available]"
DEEPEST: Final = 12
"""Blocks nest by four or five; deeper is not Slack's."""
MOST_LINES: Final = 400
LONGEST_LINE: Final = 2_000

_ENTITY: Final = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_BARE_LINK: Final = re.compile(r"https?://[^\s<>|)\"']+")
_SECTION_FIELD: Final = re.compile(r"\s*\*([^*\n]{1,60})\*:?\s*(.*)", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class Said:
    """One message, read. `titles` are the candidates for its title, likeliest first; `by` names the bot.

    `fields` are the pairs that attachments and blocks mark as such; `lines` everything else, in their order.
    """

    by: str = ""
    app: str = ""
    bot: str = ""
    color: str = ""
    footer: str = ""
    titles: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All lines, for keeping."""
        return "\n".join(self.lines)


def said(message: Json) -> Said:
    """All that a reader sees of a message."""
    profile = _object(message.get("bot_profile"))
    found = Said(
        by=_text(message.get("username")) or _text(profile.get("name")),
        app=_text(message.get("app_id")) or _text(profile.get("app_id")),
        bot=_text(message.get("bot_id")),
    )
    attachments = [one for one in _list(message.get("attachments")) if isinstance(one, Mapping)]
    for one in attachments:
        _take_link(found, one.get("title_link"))
        found.color = found.color or _text(one.get("color"))
        found.footer = found.footer or plain(_text(one.get("footer")), found)
        found.by = found.by or plain(_text(one.get("author_name")), found)
    found.titles += [plain(_text(one.get("title")), found) for one in attachments]
    text = _text(message.get("text"))
    if text != NO_PREVIEW:
        _take_lines(found, text)
    for one in attachments:
        _take_attachment(found, one)
    _take_blocks(found, message.get("blocks"))
    if not found.lines:
        for one in attachments:
            fallback = _text(one.get("fallback"))
            _take_lines(found, "" if fallback == NO_PREVIEW else fallback)
    found.titles = [title for title in (*found.titles, *found.lines[:1]) if title.strip()]
    return found


def plain(text: str, found: Said | None = None) -> str:
    """Slack's markup as plain text: links keep their label, mentions a name, escapes their character.

    Addresses are added to `found.links`.
    """

    def entity(match: re.Match[str]) -> str:
        sigil, inside, label = match[1], match[2].strip(), (match[3] or "").strip()
        match sigil:
            case "@" | "#":
                return sigil + (label or inside)
            case "!":
                return label or "@" + inside.partition("^")[0]
            case _:
                if found is not None:
                    _take_link(found, inside)
                return label or inside

    words = _ENTITY.sub(entity, text)
    for escaped, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(escaped, character)
    return words


def web_address(value: object) -> str | None:
    """An address people may open: http and https alone."""
    address = plain(value).strip() if isinstance(value, str) else ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address[:LONGEST_LINE] if parts.scheme in {"http", "https"} and parts.netloc else None


def _take_attachment(found: Said, one: Json) -> None:
    before = len(found.lines)
    _take_lines(found, _text(one.get("pretext")))
    _take_lines(found, _text(one.get("title")))
    _take_lines(found, _text(one.get("text")))
    for each in _list(one.get("fields")):
        if isinstance(each, Mapping):
            name, value = plain(_text(each.get("title"))), plain(_text(each.get("value")), found)
            if name.strip() and value.strip():
                found.fields.append((name, value))
            else:
                _take_lines(found, name or value)
    _take_blocks(found, one.get("blocks"))
    if len(found.lines) == before:
        fallback = _text(one.get("fallback"))
        _take_lines(found, "" if fallback == NO_PREVIEW else fallback)
    for each in _list(one.get("actions")):
        _take_link(found, _object(each).get("url"))


def _take_blocks(found: Said, blocks: object) -> None:
    for block in _list(blocks):
        one = _object(block)
        if one.get("type") == "header":
            found.titles.insert(0, plain(_text(_object(one.get("text")).get("text")), found))
        if one.get("type") == "rich_text":
            _take_lines(found, "".join(_rich(one, found, 0)))
            continue
        _take_lines(found, _text(_object(one.get("text")).get("text")) or _text(one.get("text")))
        for each in _list(one.get("fields")):
            _take_section_field(found, _text(_object(each).get("text")))
        for each in [*_list(one.get("elements")), one.get("accessory")]:
            element = _object(each)
            _take_link(found, element.get("url"))
            if _text(element.get("type")) in {"mrkdwn", "plain_text"}:
                _take_lines(found, _text(element.get("text")))


def _take_section_field(found: Said, text: str) -> None:
    """A section's field is one text: its name in bold, its value after it or below."""
    pair = _SECTION_FIELD.fullmatch(text)
    if pair and pair[2].strip():
        found.fields.append((plain(pair[1]).rstrip(": "), plain(pair[2].strip(), found)))
    else:
        _take_lines(found, text)


def _rich(node: object, found: Said, depth: int) -> Iterator[str]:
    one = _object(node)
    kind = _text(one.get("type"))
    if kind == "link":
        _take_link(found, one.get("url"))
    if kind == "emoji":
        yield f":{_text(one.get('name'))}:"
    elif kind in {"text", "link"}:
        yield _text(one.get("text")) or _text(one.get("url"))
    elif depth < DEEPEST:
        for each in _list(one.get("elements")):
            yield from _rich(each, found, depth + 1)
        if kind.startswith("rich_text_"):
            yield "\n"


def _take_lines(found: Said, text: str) -> None:
    for row in plain(text, found).splitlines():
        line = row.rstrip()[:LONGEST_LINE]
        if line.strip() and len(found.lines) < MOST_LINES and line not in found.lines[-1:]:
            found.lines.append(line)
            for address in _BARE_LINK.findall(line):
                _take_link(found, address)


def _take_link(found: Said, value: object) -> None:
    address = web_address(value)
    if address is not None and address not in found.links and len(found.links) < MOST_LINES:
        found.links.append(address)


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _object(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
