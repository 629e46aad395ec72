"""Slack's limits on what a message or a view may hold, as data; and `fit`, which keeps every message within.

Sources: the Block Kit and Web API reference (2026-11). `message_chars` is our own budget: Slack refuses
somewhere above 12,000 characters of blocks (`msg_blocks_too_long`, not documented), so we stay below 10,000.
"""

from copy import deepcopy
from dataclasses import replace
from typing import Final

from headwater.slack.blocks import Json, Message
from headwater.slack.mrkdwn import cut

BLOCKS_IN_MESSAGE: Final = 50
BLOCKS_IN_VIEW: Final = 100
CARD_BLOCKS: Final = 7
CARD_BUTTONS: Final = 4
MESSAGE_CHARS: Final = 9_900
MESSAGE_TEXT: Final = 3_900
"""chat.update refuses a text over 4,000 that chat.postMessage takes: what is posted must stay editable."""
SECTION: Final = 3_000
METADATA: Final = 3_000


def texts(node: object) -> list[Json]:
    """The text objects of blocks or attachments, in reading order."""
    if isinstance(node, list | tuple):
        return [found for item in node for found in texts(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") in {"mrkdwn", "plain_text"} and isinstance(node.get("text"), str):
        return [node]
    return [found for item in node.values() for found in texts(item)]


def size(message: Message) -> int:
    """All characters that Slack counts: the text and every text object."""
    objects = texts([*message.blocks, *message.attachments])
    return len(message.text) + sum(len(item["text"]) for item in objects)


def fit(message: Message) -> Message:
    """The same message within the limits: the longest texts are shortened, never cut inside an entity.

    Block builders hold each element to its own limit; this holds the whole to Slack's: number of blocks,
    length of the text, characters together.
    """
    message = replace(
        message,
        text=cut(message.text, MESSAGE_TEXT) or "(no text)",
        blocks=deepcopy(message.blocks[:BLOCKS_IN_MESSAGE]),
        attachments=deepcopy(message.attachments),
    )
    if size(message) <= MESSAGE_CHARS:
        return message
    objects = [item for item in texts([*message.blocks, *message.attachments]) if item["type"] == "mrkdwn"]
    while (over := size(message) - MESSAGE_CHARS) > 0 and objects:
        longest = max(objects, key=lambda item: len(item["text"]))
        room = max(len(longest["text"]) - over, len(longest["text"]) // 2)
        if room >= len(longest["text"]) or room < 40:
            break
        longest["text"] = cut(longest["text"], room)
    return message
