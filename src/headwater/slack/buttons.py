"""The buttons of a card: which exist, when they are valid, and which four of them are shown.

Slots keep their place through an incident's life, so that a thumb finds *Add note* where it was: the next
move first, then *Add note*, *Not ours* (*Reassign* where that is settled), *Why us?*; what is valid beyond
that stands in the "more" menu.
"""

from dataclasses import dataclass
from typing import Final

from headwater.core.handover import next_after
from headwater.core.incidents import OPEN, Incident, Move, State
from headwater.core.registry import Registry
from headwater.slack.blocks import Json, actions, button, confirm, option, overflow
from headwater.slack.limits import CARD_BUTTONS

MORE: Final = "hw.more"
"""The "more" menu; its options' values are `<action id>:<incident>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One thing a card offers. `move` is the change of state it asks for, None where it changes none."""

    id: str
    label: str
    move: Move | None = None
    open_only: bool = False
    asks: str = ""
    """The question before it takes effect at once; those that open a modal ask there."""


ACKNOWLEDGE: Final = Button(id="hw.acknowledge", label="Acknowledge", move=Move.ACKNOWLEDGE)
NOTE: Final = Button(id="hw.note", label="Add note")
REASSIGN: Final = Button(id="hw.reassign", label="Reassign", open_only=True)
NOT_OURS: Final = Button(id="hw.not-ours", label="Not ours", open_only=True)
WHY: Final = Button(id="hw.why", label="Why us?")
PLACE: Final = Button(id="hw.place", label="Place on…", open_only=True)
MITIGATE: Final = Button(id="hw.mitigate", label="Mitigated", move=Move.MITIGATE)
RESOLVE: Final = Button(id="hw.resolve", label="Resolve", move=Move.RESOLVE)
REOPEN: Final = Button(
    id="hw.reopen",
    label="Reopen",
    move=Move.REOPEN,
    asks="It is open again, acknowledged by you.",
)
SEVERITY: Final = Button(id="hw.severity", label="Severity", open_only=True)
CANCEL: Final = Button(id="hw.cancel", label="Not an incident", move=Move.CANCEL)

BUTTONS: Final = (
    ACKNOWLEDGE,
    NOTE,
    NOT_OURS,
    REASSIGN,
    WHY,
    PLACE,
    MITIGATE,
    RESOLVE,
    REOPEN,
    SEVERITY,
    CANCEL,
)

NEXT: Final = {
    State.TRIGGERED: ACKNOWLEDGE,
    State.ACKNOWLEDGED: RESOLVE,
    State.MITIGATED: RESOLVE,
    State.MONITORING: RESOLVE,
    State.RESOLVED: REOPEN,
    State.CANCELLED: REOPEN,
}
"""What usually comes next, and so stands first."""


def valid(incident: Incident, registry: Registry, *, unplaced: bool) -> tuple[Button, ...]:
    """The buttons that mean something now, most wanted first."""
    first = NEXT.get(incident.state)
    if unplaced:
        # Four buttons: what nobody has placed needs *Place on…* more than a hand-over; that moves to "more".
        order = [first, PLACE, NOTE, WHY]
    else:
        order = [first, NOTE, NOT_OURS if _contestable(incident, registry) else REASSIGN, WHY]
    order += [REASSIGN, MITIGATE, RESOLVE, ACKNOWLEDGE, REOPEN, SEVERITY, CANCEL]
    kept: list[Button] = []
    for item in order:
        if item is None or item in kept:
            continue
        allowed = item.move is None or item.move in incident.moves
        if allowed and (not item.open_only or incident.state in OPEN):
            kept.append(item)
    return tuple(kept)


def _contestable(incident: Incident, registry: Registry) -> bool:
    """Whether *Not ours* leads anywhere. Once all recovered it no longer presses, and "more" is full."""
    return incident.state is not State.MONITORING and next_after(registry, incident.route) is not None


def row(incident: Incident, registry: Registry, *, unplaced: bool) -> Json:
    """The row of buttons: at most four, the primary first, the rest behind "more"."""
    buttons = valid(incident, registry, unplaced=unplaced)
    shown = [_element(item, incident) for item in buttons[:CARD_BUTTONS]]
    if buttons[CARD_BUTTONS:]:
        choices = [option(b.label, f"{b.id}:{incident.number}") for b in buttons[CARD_BUTTONS:]]
        shown.append(overflow(MORE, choices))
    # Slack wants a new block_id when the content changes.
    return actions(shown, block_id=f"buttons:{incident.number}:{incident.revision}")


def _element(item: Button, incident: Incident) -> Json:
    primary = item is NEXT.get(incident.state) and item in {ACKNOWLEDGE, RESOLVE} and incident.is_open
    ask = confirm(f"{item.label} {incident.name}?", item.asks, item.label) if item.asks else None
    style = "primary" if primary else None
    return button(item.label, item.id, str(incident.number), style=style, ask=ask)
