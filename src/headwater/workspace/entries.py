"""What a person enters into elements: the `state.values` entries of Slack, and what its client would not
accept.
"""

from __future__ import annotations

import re
from typing import Any, Final

from .views import View, elements_of
from .wire import Json, NotPossibleError

# Element type -> (its key in an entry, its key for what it starts with)
VALUE_KEYS: Final[dict[str, tuple[str, str]]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_PATTERNS: Final = {"datepicker": r"\d{4}-\d\d-\d\d", "timepicker": r"\d\d:\d\d"}


def entry(element: Json, value: Any) -> Json:
    """The state entry of `element` when a person enters `value`.

    `value` is text, a date, an id, or for choices an option's value or visible text; for multi selects and
    checkboxes a list of those. Raises NotPossibleError for what the element does not offer.
    """
    kind = str(element["type"])
    key, _ = VALUE_KEYS[kind]
    if value in (None, "", []):
        value = [] if key.startswith("selected_") and key.endswith("s") else None
        return {"type": kind, key: value}
    if key == "selected_option":
        return {"type": kind, key: option(element, value)}
    if key == "selected_options":
        return {"type": kind, key: [option(element, item) for item in value]}
    pattern = _PATTERNS.get(kind)
    if pattern and not re.fullmatch(pattern, str(value)):
        sentence = f"{value!r} is not what a {kind} gives ({pattern})"
        raise NotPossibleError(sentence)
    return {"type": kind, key: value}


def option(element: Json, wanted: Any) -> Json:
    """The option with this value or visible text (or the whole option, for external selects)."""
    if isinstance(wanted, dict):
        return wanted
    groups = [o for group in element.get("option_groups", []) for o in group["options"]]
    options: list[Json] = [*element.get("options", []), *groups]
    for offered in options:
        if wanted in {offered.get("value"), offered["text"]["text"]}:
            return offered
    names = ", ".join(offered["text"]["text"] for offered in options)
    sentence = f"{element.get('action_id')} offers no {wanted!r}, only: {names}"
    raise NotPossibleError(sentence)


def initial(element: Json) -> Json | None:
    """The entry an untouched element has, or None for what holds no state (buttons, images)."""
    keys = VALUE_KEYS.get(str(element.get("type")))
    if keys is None or element["type"] == "overflow":
        return None
    key, start = keys
    empty: Any = [] if key.endswith("s") else None
    return {"type": element["type"], key: element.get(start, empty)}


def start_state(
    blocks: list[Json], kept: dict[str, dict[str, Json]] | None = None
) -> dict[str, dict[str, Json]]:
    """`state.values` of blocks: what was entered (`kept`), else what each element starts with."""
    values: dict[str, dict[str, Json]] = {}
    for block in blocks:
        for element in elements_of(block):
            start = initial(element)
            if start is not None:
                block_id, action_id = block["block_id"], element["action_id"]
                values.setdefault(block_id, {})[action_id] = (
                    (kept or {}).get(block_id, {}).get(action_id, start)
                )
    return values


def fill(view: View, given: Json) -> None:
    """Enters `given` into a view: by block id (`{"b": {"a": value}}`), by action id, or by the label
    people read.
    """
    view.state = start_state(view.given["blocks"], view.state)
    for name, value in given.items():
        matches = [
            (block, element)
            for block in view.given["blocks"]
            for element in elements_of(block)
            if initial(element) is not None
            and name in {block["block_id"], element.get("action_id"), block.get("label", {}).get("text")}
        ]
        if len(matches) != 1:
            labels = [
                b.get("label", {}).get("text", b["block_id"]) for b in view.given["blocks"] if elements_of(b)
            ]
            sentence = f"the modal has {len(matches)} inputs called {name!r}; it has: {', '.join(labels)}"
            raise NotPossibleError(sentence)
        block, element = matches[0]
        nested = isinstance(value, dict) and set(value) == {element["action_id"]}
        wanted = value[element["action_id"]] if nested else value
        view.state[block["block_id"]][element["action_id"]] = entry(element, wanted)


def check_filled(view: View) -> None:
    """Slack's client does not submit a required input left empty, nor text of a wrong length."""
    for block in view.given["blocks"]:
        if block["type"] != "input":
            continue
        element, label = block["element"], block["label"]["text"]
        entered = view.state[block["block_id"]][element["action_id"]]
        value = entered[VALUE_KEYS[element["type"]][0]]
        if value in (None, "", []):
            if not block.get("optional", False):
                sentence = f"{label!r} is required, so Slack would not submit the modal"
                raise NotPossibleError(sentence)
        elif isinstance(value, str) and element["type"] == "plain_text_input":
            low, high = element.get("min_length", 0), element.get("max_length", 3_000)
            if not low <= len(value) <= high:
                sentence = f"{label!r} takes {low} to {high} characters, not {len(value)}"
                raise NotPossibleError(sentence)
