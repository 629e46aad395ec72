"""Slack's limits as a table. Sources: Slack's reference for blocks, elements and composition objects, and
for methods.

A limit's path is relative to the thing its key names: `text.text` is the text of a text object, `fields.*`
each field, `options` the list itself. Strings are measured in characters, lists in items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """`at_least` and `at_most` characters or items at `path`; an absent path is no offence."""

    path: str
    at_most: int
    at_least: int = 0


MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
MESSAGE_ATTACHMENTS: Final = 100
POST_TEXT: Final = 40_000
UPDATE_TEXT: Final = 4_000
BLOCKS_TEXT: Final = 12_000
MARKDOWN_TEXT: Final = 12_000
VIEW_BYTES: Final = 250_000
BLOCK_ID: Final = 255
ACTION_ID: Final = 255
TABLE_COLUMNS: Final = 20
METADATA_BYTES: Final = 16_000

_OPTIONS = Limit("options", 100, 1)
_GROUPS = Limit("option_groups", 100, 1)
_PLACEHOLDER = Limit("placeholder.text", 150, 1)
_FEW = Limit("options", 10, 1)

BY_TYPE: Final[dict[str, tuple[Limit, ...]]] = {
    "section": (
        Limit("text.text", 3_000, 1),
        Limit("fields", 10, 1),
        Limit("fields.*.text", 2_000, 1),
    ),
    "header": (Limit("text.text", 150, 1),),
    "context": (Limit("elements", 10, 1), Limit("elements.*.text", 2_000, 1)),
    "actions": (Limit("elements", 25, 1),),
    "context_actions": (Limit("elements", 5, 1),),
    "input": (Limit("label.text", 2_000, 1), Limit("hint.text", 2_000, 1)),
    "image": (Limit("alt_text", 2_000, 1), Limit("image_url", 3_000, 1), Limit("title.text", 2_000, 1)),
    "markdown": (Limit("text", MARKDOWN_TEXT, 1),),
    "table": (
        Limit("rows", 100, 1),
        Limit("rows.*", TABLE_COLUMNS, 1),
        Limit("column_settings", TABLE_COLUMNS),
    ),
    "rich_text": (Limit("elements", 100, 1),),
    "button": (
        Limit("text.text", 75, 1),
        Limit("value", 2_000),
        Limit("url", 3_000, 1),
        Limit("accessibility_label", 75),
    ),
    "static_select": (_OPTIONS, _GROUPS, _PLACEHOLDER),
    "multi_static_select": (_OPTIONS, _GROUPS, _PLACEHOLDER),
    "external_select": (_PLACEHOLDER,),
    "multi_external_select": (_PLACEHOLDER,),
    "users_select": (_PLACEHOLDER,),
    "multi_users_select": (_PLACEHOLDER,),
    "channels_select": (_PLACEHOLDER,),
    "multi_channels_select": (_PLACEHOLDER,),
    "conversations_select": (_PLACEHOLDER,),
    "multi_conversations_select": (_PLACEHOLDER,),
    "plain_text_input": (_PLACEHOLDER, Limit("initial_value", 3_000)),
    "overflow": (Limit("options", 5, 1),),
    "radio_buttons": (_FEW,),
    "checkboxes": (_FEW,),
    "modal": (
        Limit("title.text", 24, 1),
        Limit("submit.text", 24, 1),
        Limit("close.text", 24, 1),
        Limit("blocks", VIEW_BLOCKS),
        Limit("private_metadata", 3_000),
        Limit("callback_id", 255),
        Limit("external_id", 255),
    ),
    "home": (
        Limit("blocks", VIEW_BLOCKS),
        Limit("private_metadata", 3_000),
        Limit("callback_id", 255),
        Limit("external_id", 255),
    ),
}

# Composition objects have no `type`; they are known by the key they stand under.
BY_KEY: Final[dict[str, tuple[Limit, ...]]] = {
    "confirm": (
        Limit("title.text", 100, 1),
        Limit("text.text", 300, 1),
        Limit("confirm.text", 30, 1),
        Limit("deny.text", 30, 1),
    ),
    "options": (
        Limit("text.text", 75, 1),
        Limit("value", 150, 1),
        Limit("description.text", 75, 1),
        Limit("url", 3_000, 1),
    ),
    "option_groups": (Limit("label.text", 75, 1), _OPTIONS),
}

# Where a block may stand; those not named may stand anywhere.
MESSAGES_ONLY: Final = frozenset({"markdown", "table", "data_table", "context_actions", "file"})
VIEWS_ONLY_ELEMENTS: Final = frozenset({"file_input"})
