"""Block Kit, as far as Headwater speaks it: each builder keeps its element within Slack's limit for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from headwater.slack.mrkdwn import cut, escape, plain

Json = dict[str, Any]

CONTEXT_ELEMENTS: Final = 10
OPTIONS: Final = 100
OVERFLOW_OPTIONS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What Slack is asked to show. `text` is never empty: notifications and screen readers have only it."""

    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None

    def payload(self) -> Json:
        """As arguments of chat.postMessage and chat.update, or the body for a response_url."""
        return {"text": self.text, "blocks": list(self.blocks), "attachments": list(self.attachments)}


def mrkdwn(markup: str, limit: int = 3_000) -> Json:
    """A mrkdwn object. `verbatim`, so that Slack turns no foreign text into links or mentions."""
    return {"type": "mrkdwn", "text": cut(markup, limit) or " ", "verbatim": True}


def plain_text(text: str, limit: int) -> Json:
    """A plain_text object, cut to `limit`; never empty, which Slack refuses."""
    return {"type": "plain_text", "text": plain(text, limit) or "-", "emoji": True}


def section(markup: str, *, block_id: str | None = None, accessory: Json | None = None) -> Json:
    """A paragraph."""
    block: Json = {"type": "section", "text": mrkdwn(markup)}
    if block_id is not None:
        block["block_id"] = block_id[:255]
    if accessory is not None:
        block["accessory"] = accessory
    return block


def context(*markups: str) -> Json:
    """Small grey print, at most ten pieces."""
    return {"type": "context", "elements": [mrkdwn(m, 2_000) for m in markups[:CONTEXT_ELEMENTS]]}


def header(text: str) -> Json:
    """A heading; plain text only."""
    return {"type": "header", "text": plain_text(text, 150)}


def divider() -> Json:
    """A line across."""
    return {"type": "divider"}


def confirm(title: str, markup: str, yes: str, no: str = "Not now") -> Json:
    """The question before something that can't be quietly undone."""
    return {
        "title": plain_text(title, 100),
        "text": mrkdwn(markup, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }


def button(
    label: str,
    action_id: str,
    value: str,
    *,
    style: str | None = None,
    ask: Json | None = None,
) -> Json:
    """A button; `style` is `primary` or `danger`."""
    element: Json = {
        "type": "button",
        "text": plain_text(label, 75),
        "action_id": action_id[:255],
        "value": value[:2_000],
    }
    if style is not None:
        element["style"] = style
    if ask is not None:
        element["confirm"] = ask
    return element


def option(label: str, value: str, hint: str = "") -> Json:
    """One choice. `value` is ours and within 150 characters by construction."""
    choice: Json = {"text": plain_text(label, 75), "value": value[:150]}
    if hint:
        choice["description"] = plain_text(hint, 75)
    return choice


def overflow(action_id: str, options: Sequence[Json]) -> Json:
    """The "more" menu, at most five choices."""
    return {"type": "overflow", "action_id": action_id, "options": list(options[:OVERFLOW_OPTIONS])}


def actions(elements: Sequence[Json], *, block_id: str) -> Json:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id[:255], "elements": list(elements[:25])}


def attachment(color: str, blocks: Iterable[Json], fallback: str) -> Json:
    """Blocks beside a coloured bar."""
    return {"color": color, "fallback": escape(plain(fallback, 300)), "blocks": list(blocks)}


def select(action_id: str, options: Sequence[Json], *, hint: str = "", initial: Json | None = None) -> Json:
    """A menu of at most a hundred choices."""
    element: Json = {"type": "static_select", "action_id": action_id, "options": list(options[:OPTIONS])}
    if hint:
        element["placeholder"] = plain_text(hint, 150)
    if initial is not None:
        element["initial_option"] = initial
    return element


def search(action_id: str, *, hint: str, letters: int = 0, initial: Json | None = None) -> Json:
    """A menu whose choices we send while the person types: for more than a hundred of them."""
    element: Json = {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain_text(hint, 150),
        "min_query_length": letters,
    }
    if initial is not None:
        element["initial_option"] = initial
    return element


def text_input(
    action_id: str, *, hint: str = "", lines: bool = False, initial: str = "", most: int = 3_000
) -> Json:
    """A field to type in, of one line or several."""
    element: Json = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": lines,
        "max_length": most,
    }
    if hint:
        element["placeholder"] = plain_text(hint, 150)
    if initial:
        element["initial_value"] = initial[:most]
    return element


def field(block_id: str, label: str, element: Json, *, needed: bool = True, hint: str = "") -> Json:
    """A labelled input of a modal."""
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 2_000),
        "element": element,
        "optional": not needed,
    }
    if hint:
        block["hint"] = plain_text(hint, 2_000)
    return block
