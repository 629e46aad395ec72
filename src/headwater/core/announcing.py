"""Announcing: when people hear of an incident, and where.

An incident is announced after the settle time, SEV1 at once; one whose alerts all recovered before that is
never announced, only recorded. From then on its cards follow every change and the escalation runs until
somebody acknowledges (`core/calling`).
"""

from dataclasses import replace
from datetime import timedelta

from headwater.core.calling import call
from headwater.core.incidents import OPEN, EntryKind, State
from headwater.core.picture import Draft
from headwater.core.said import CardKind, Deadline, DeadlineKind
from headwater.core.scene import Scene
from headwater.core.severity import Severity

FLAP_DOUBLINGS = 3
"""A flapping alert doubles its watch each time, at most this often."""


def keep_watch(draft: Draft, scene: Scene, number: int) -> None:
    """All alerts over: watch that it stays so. It needs no fix and no person for that.

    Once a recovery: a person who takes it on after that has it, though nothing fires.
    """
    incident = draft.incidents[number]
    if incident.state not in OPEN or incident.recovered_at is not None:
        return
    if incident.firing or not incident.alerts:
        return
    if incident.state is State.MONITORING:
        draft.put_incident(replace(incident, recovered_at=scene.now))
        return
    lasting = scene.tuning.watch * 2 ** min(incident.flaps, FLAP_DOUBLINGS)
    draft.put_incident(replace(incident, state=State.MONITORING, recovered_at=scene.now))
    draft.clear_deadlines(number, DeadlineKind.ESCALATE, DeadlineKind.REMIND, DeadlineKind.UNACK)
    draft.set_deadline(Deadline(incident=number, kind=DeadlineKind.WATCH, due_at=scene.now + lasting))
    minutes = int(lasting / timedelta(minutes=1))
    draft.enter(
        number, scene.now, EntryKind.RECOVERED, f"All alerts recovered; watched for {minutes} min from now."
    )


def announce(draft: Draft, scene: Scene, number: int) -> None:
    """Show a change to those who have heard of it; with those who have not, wait for the settle time."""
    incident = draft.incidents[number]
    if incident.announced_at is not None:
        _show(draft, scene, number)
        call(draft, scene, number)
        return
    if incident.state not in OPEN:
        return
    if incident.severity is Severity.SEV1 or incident.reporter is not None:
        tell(draft, scene, number)
    elif DeadlineKind.SETTLE not in draft.deadlines[number]:
        due = incident.opened_at + scene.tuning.settle
        draft.set_deadline(Deadline(incident=number, kind=DeadlineKind.SETTLE, due_at=due))


def tell(draft: Draft, scene: Scene, number: int) -> None:
    """Announce it now: the card in the lead's channel, pointers in the others', the escalation begun."""
    incident = replace(draft.incidents[number], announced_at=scene.now)
    draft.put_incident(incident)
    draft.clear_deadlines(number, DeadlineKind.SETTLE)
    team = scene.team(incident.route.team)
    sentence = f"To {team.name}: {incident.route.reason.sentence}."
    facts = {"team": team.ref, "reason": str(incident.route.reason.code), "registry": incident.registry}
    draft.enter(number, scene.now, EntryKind.ROUTED, sentence, facts=facts)
    _show(draft, scene, number)
    call(draft, scene, number)


def _show(draft: Draft, scene: Scene, number: int) -> None:
    incident = replace(draft.incidents[number], revision=draft.incidents[number].revision + 1)
    draft.put_incident(incident)
    lead = scene.channel_of(incident.route.team)
    others = {scene.channel_of(team) for team in incident.joined}
    channels = {channel for channel in others if channel is not None}
    for channel in sorted((channels | set(draft.cards[number])) - {lead}):
        draft.show(number, channel, CardKind.POINTER)
    if lead is not None:
        draft.show(number, lead, CardKind.FULL)
