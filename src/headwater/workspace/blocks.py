"""Whether blocks, attachments and views are what Slack would take: shape, limits, unique ids, valid
choices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

import msgspec

from . import limits
from .limits import Limit
from .messages import texts_in
from .schema import Problem, problems, shape_schema
from .views import elements_of
from .wire import Json, SlackRefusalError

Surface = Literal["message", "modal", "home"]
_NEEDS_ACTION_ID: Final = frozenset(
    {"button", "overflow", "radio_buttons", "checkboxes", "datepicker", "timepicker"}
)


def check_message(blocks: Sequence[Json] | None, attachments: Sequence[Json] | None) -> None:
    """Refuses with `invalid_blocks`, `invalid_attachments` or `msg_blocks_too_long`."""
    own = list(blocks or [])
    found = list(_blocks_problems(own, "/blocks", "message"))
    if found:
        raise SlackRefusalError("invalid_blocks", messages=[p.line() for p in found])
    if attachments and len(attachments) > limits.MESSAGE_ATTACHMENTS:
        raise SlackRefusalError("too_many_attachments")
    everything = own[:]
    for index, attachment in enumerate(attachments or []):
        pointer = f"/attachments/{index}"
        wrong = list(problems(attachment, shape_schema("MessageAttachment"), pointer))
        inner = attachment.get("blocks", []) if isinstance(attachment, dict) else []
        wrong = wrong or list(_blocks_problems(inner, f"{pointer}/blocks", "message"))
        if wrong:
            raise SlackRefusalError("invalid_attachments", messages=[p.line() for p in wrong])
        everything += inner
    wrong = list(_duplicate_ids(everything, "/blocks"))
    if wrong:
        raise SlackRefusalError("invalid_blocks", messages=[p.line() for p in wrong])
    if sum(len(text) for text in texts_in(everything)) > limits.BLOCKS_TEXT:
        raise SlackRefusalError("msg_blocks_too_long")


def check_view(view: Json) -> None:
    """Refuses with `invalid_arguments`, or `view_too_large` above 250 kB."""
    found = list(problems(view, shape_schema("View"), "/view"))
    if not found:
        surface: Surface = "home" if view["type"] == "home" else "modal"
        found = [*_limit_problems(view, limits.BY_TYPE[surface], "/view")]
        found += _blocks_problems(view["blocks"], "/view/blocks", surface)
        found += _duplicate_ids(view["blocks"], "/view/blocks")
        if surface == "modal" and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
            found.append(Problem("/view", "a view with input blocks needs `submit`"))
    if found:
        raise SlackRefusalError("invalid_arguments", messages=[p.line() for p in found])
    if len(msgspec.json.encode(view)) > limits.VIEW_BYTES:
        raise SlackRefusalError("view_too_large")


def name_blocks(blocks: list[Json], start: str) -> list[Json]:
    """Gives blocks and elements without ids the ids Slack would make up."""
    named = []
    for index, block in enumerate(blocks):
        copy: Json = msgspec.json.decode(msgspec.json.encode(block))
        copy.setdefault("block_id", f"{start}{index}")
        for place, element in enumerate(elements_of(copy)):
            if _is_interactive(element):
                element.setdefault("action_id", f"{start}{index}_{place}")
        named.append(copy)
    return named


def _is_interactive(element: Json) -> bool:
    kind = str(element.get("type", ""))
    return kind in _NEEDS_ACTION_ID or kind.endswith(("_select", "_input", "picker", "_button"))


def _blocks_problems(blocks: Any, pointer: str, surface: Surface) -> Iterator[Problem]:
    schema = {"type": "array", "items": shape_schema("KnownBlock")}
    shape = list(problems(blocks, schema, pointer))
    if shape:
        yield from shape
        return
    at_most = limits.MESSAGE_BLOCKS if surface == "message" else limits.VIEW_BLOCKS
    if len(blocks) > at_most:
        yield Problem(pointer, f"no more than {at_most} items allowed")
    for index, block in enumerate(blocks):
        here = f"{pointer}/{index}"
        if surface != "message" and block["type"] in limits.MESSAGES_ONLY:
            yield Problem(here, f"block type {block['type']} is not allowed in a {surface}")
        if block["type"] == "section" and "text" not in block and "fields" not in block:
            yield Problem(here, "missing required field: text or fields")
        yield from _deep_limits(block, here)
        yield from _element_problems(block, here, surface)
    yield from _once_only(blocks, pointer)


def _deep_limits(node: Any, pointer: str, key: str = "") -> Iterator[Problem]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _deep_limits(item, f"{pointer}/{index}", key)
    elif isinstance(node, dict):
        kind = node.get("type")
        by_type = limits.BY_TYPE.get(kind, ()) if isinstance(kind, str) else ()
        yield from _limit_problems(node, by_type or limits.BY_KEY.get(key, ()), pointer)
        for name, at_most in (("block_id", limits.BLOCK_ID), ("action_id", limits.ACTION_ID)):
            yield from _limit_problems(node, (Limit(name, at_most, 1),), pointer)
        for name, inner in node.items():
            yield from _deep_limits(inner, f"{pointer}/{name}", name)


def _limit_problems(node: Json, rules: Sequence[Limit], pointer: str) -> Iterator[Problem]:
    for rule in rules:
        for where, value in _reach(node, rule.path.split("."), pointer):
            noun = "items" if isinstance(value, list) else "characters"
            if len(value) > rule.at_most:
                yield Problem(where, f"no more than {rule.at_most} {noun} allowed")
            elif len(value) < rule.at_least:
                yield Problem(where, f"no less than {rule.at_least} {noun} allowed")


def _reach(node: Any, path: list[str], pointer: str) -> Iterator[tuple[str, Any]]:
    if not path:
        if isinstance(node, str | list):
            yield pointer, node
    elif path[0] == "*" and isinstance(node, list):
        for index, item in enumerate(node):
            yield from _reach(item, path[1:], f"{pointer}/{index}")
    elif isinstance(node, dict) and path[0] in node:
        yield from _reach(node[path[0]], path[1:], f"{pointer}/{path[0]}")


def _element_problems(block: Json, pointer: str, surface: Surface) -> Iterator[Problem]:
    elements = elements_of(block)
    for action_id, count in Counter(e["action_id"] for e in elements if "action_id" in e).items():
        if count > 1:
            yield Problem(pointer, f"`action_id` must be unique in a block: {action_id}")
    for element in elements:
        if surface == "message" and element.get("type") in limits.VIEWS_ONLY_ELEMENTS:
            yield Problem(pointer, f"element type {element['type']} is not allowed in a message")
        yield from _choice_problems(element, pointer)


def _choice_problems(element: Json, pointer: str) -> Iterator[Problem]:
    groups = element.get("option_groups", [])
    if "options" not in element and not groups:
        return
    if "options" in element and groups:
        yield Problem(pointer, "only one of `options` and `option_groups` is allowed")
    options = [*element.get("options", []), *(option for group in groups for option in group["options"])]
    initial = (
        [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    )
    for choice in initial:
        if choice not in options:
            yield Problem(pointer, "`initial_option` must exactly match one of the options")
    values = Counter(option.get("value") for option in options)
    if any(count > 1 for value, count in values.items() if value is not None):
        yield Problem(pointer, "option values must be unique")


def _duplicate_ids(blocks: Sequence[Json], pointer: str) -> Iterator[Problem]:
    for block_id, count in Counter(b["block_id"] for b in blocks if "block_id" in b).items():
        if count > 1:
            yield Problem(pointer, f"`block_id` must be unique: {block_id}")


def _once_only(blocks: Sequence[Json], pointer: str) -> Iterator[Problem]:
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield Problem(pointer, "only one table is allowed")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > limits.MARKDOWN_TEXT:
        yield Problem(
            pointer, f"markdown blocks together: no more than {limits.MARKDOWN_TEXT} characters allowed"
        )
