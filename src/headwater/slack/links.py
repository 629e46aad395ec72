"""Where a card can be read: the permalink of an incident's full card."""

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

from headwater.core.said import Card, CardKind
from headwater.slack.client import Slack


async def card_link(slack: Slack, cards: Sequence[Card]) -> str | None:
    """The address of the full card; None while there is none, or where Slack won't say."""
    full = next((card for card in cards if card.kind is CardKind.FULL and card.place and card.ts), None)
    if full is None or full.place is None or full.ts is None:
        return None
    try:
        return await slack.permalink(full.place, full.ts)
    except SlackApiError:
        return None
