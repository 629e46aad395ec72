"""The card: the one message that shows an incident. Pure: a `CardView` in, a message out.

A full card is a headline that stands in the message itself, and beside a bar coloured by state: the facts,
why this team, the symptoms, the suspects, the buttons. Six blocks of seven are used, so that there is room
for the signal board when that feature exists.

From SEV2 up, a fresh card mentions those whom the first step of the escalation reaches (`called`), so that
they need no second message in its thread. It does so in its first post alone: an edit never notifies, so a
card that went on mentioning people would look like a call and be none. Everybody else it calls by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from headwater.core.incidents import Incident, Involved, State
from headwater.core.registry import Registry
from headwater.core.said import Card, CardKind
from headwater.slack import buttons, mrkdwn
from headwater.slack.blocks import Json, Message, attachment, context, section
from headwater.slack.card_lines import facts, life, suspects, symptoms, why
from headwater.slack.limits import fit
from headwater.slack.people import Names, slack_id

RED: Final = "#d92d20"
AMBER: Final = "#f79009"
GREEN: Final = "#12b76a"
GREY: Final = "#98a2b3"

FACES: Final[Mapping[State, tuple[str, str]]] = MappingProxyType(
    {
        State.TRIGGERED: (":red_circle:", RED),
        State.ACKNOWLEDGED: (":large_orange_circle:", AMBER),
        State.MITIGATED: (":large_yellow_circle:", AMBER),
        State.MONITORING: (":eyes:", GREEN),
        State.RESOLVED: (":white_check_mark:", GREEN),
        State.CLOSED: (":white_circle:", GREY),
        State.CANCELLED: (":no_entry_sign:", GREY),
        State.MERGED: (":twisted_rightwards_arrows:", GREY),
    }
)
"""The emoji and the bar of each state; the card says the state in words too, for those who see no colours."""

CARD_EVENT: Final = "headwater_card"
"""The metadata event_type by which a card is found again after a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """All that a card shows. `oncall` are the people of the route's team who are on call now (`U...` or
    `person:`); `called` are those this post is to ring for. `full_link` is the full card's permalink, for
    pointers; `is_post` is whether this is a new message rather than an edit.
    """

    card: Card
    incident: Incident
    involved: tuple[Involved, ...]
    registry: Registry
    oncall: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    base_url: str | None = None
    full_link: str | None = None
    is_post: bool = True


def card_key(card: Card) -> str:
    """What makes a card unique: an incident has one in a channel, whatever its kind."""
    return f"{card.incident}/{card.channel}"


def render(view: CardView) -> Message:
    """The message that shows this card now, within Slack's limits."""
    message = _pointer(view) if view.card.kind is CardKind.POINTER else _full(view)
    metadata = {"event_type": CARD_EVENT, "event_payload": {"key": card_key(view.card)}}
    return fit(
        Message(
            text=message.text,
            blocks=message.blocks,
            attachments=message.attachments,
            metadata=metadata,
        )
    )


def headline(incident: Incident, base_url: str | None) -> str:
    """Line 1: the state's face, then the incident by name and title, linked where there is a page to link."""
    face, _ = FACES[incident.state]
    page = f"{base_url.rstrip('/')}/incidents/{incident.number}" if base_url else None
    return f"{face} *{mrkdwn.link(page, f'{incident.name} {mrkdwn.plain(incident.title, 200)}')}*"


def summary(incident: Incident, names: Names) -> str:
    """The card in one line without markup of its own: what a notification and a screen reader get."""
    return (
        f"{incident.name} {incident.severity.name} {incident.state}: "
        f"{mrkdwn.line(mrkdwn.plain(incident.title, 200))} ({names.team(incident.route.team)})"
    )


def _full(view: CardView) -> Message:
    names = Names(view.registry, rings=view.is_post)
    incident = view.incident
    unplaced = incident.is_open and any(part.asset is None and part.alerts for part in view.involved)
    parts: list[Json] = [
        section(f"{facts(incident, names, view.oncall)}{life(incident, names)}"),
        section(why(incident, names)),
    ]
    if listed := symptoms(view.involved, names):
        parts.append(section(listed))
    if suspected := suspects(incident, names):
        parts.append(section(suspected))
    parts.append(buttons.row(incident, view.registry, unplaced=unplaced))
    text, first = summary(incident, names), headline(incident, view.base_url)
    users = [user for ref in view.called if (user := slack_id(view.registry, ref)) is not None]
    if users and view.is_post:
        call = " ".join(mrkdwn.mention(user) for user in users)
        first += f"\n{call} you are called for {names.team(incident.route.team)}."
        text = f"{text} {call}"
    return Message(
        text=text,
        blocks=(section(first),),
        attachments=(attachment(FACES[incident.state][1], parts, f"{incident.name} {incident.title}"),),
    )


def _pointer(view: CardView) -> Message:
    names = Names(view.registry, rings=view.is_post)
    incident = view.incident
    face, _ = FACES[incident.state]
    where = mrkdwn.link(view.full_link, incident.name) if view.full_link else incident.name
    words = mrkdwn.line(mrkdwn.plain(incident.title, 200))
    team = names.team(incident.route.team)
    row = f"{face} *{where}* {words} · {incident.severity.name}, {incident.state} · {team} has it"
    return Message(text=summary(incident, names), blocks=(context(row),))
