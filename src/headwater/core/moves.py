"""Moves: what people do to an incident's state. What is not possible now is answered with what is."""

from dataclasses import replace
from datetime import timedelta

from headwater.core.actions import (
    Acknowledge,
    AddNote,
    Answer,
    Assign,
    Cancel,
    Contest,
    Escalate,
    Mitigate,
    Place,
    Reopen,
    Reroute,
    Resolve,
    SetSeverity,
)
from headwater.core.calling import stir
from headwater.core.due import resolve_now
from headwater.core.incidents import MOVES, EntryKind, Incident, Move, Resolution, State
from headwater.core.picture import Draft
from headwater.core.said import Deadline, DeadlineKind
from headwater.core.scene import Scene
from headwater.core.words import ago

OnOne = (
    Acknowledge
    | AddNote
    | Assign
    | Reroute
    | Contest
    | SetSeverity
    | Mitigate
    | Resolve
    | Reopen
    | Cancel
    | Place
    | Escalate
)
"""The actions that name an incident."""


def acknowledge(draft: Draft, scene: Scene, incident: Incident, action: Acknowledge) -> Answer:
    """A person has it. A second click learns who was first."""
    if incident.state is State.ACKNOWLEDGED:
        since = ago(scene.now - (incident.acknowledged_at or incident.opened_at))
        by = incident.acknowledged_by or incident.assignee
        whom = "you" if by == action.who else f"<@{by}>" if by else "somebody"
        sentence = f"{incident.name} was already acknowledged by {whom} {since} ago."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    refused = _impossible(incident, Move.ACKNOWLEDGE)
    if refused is not None:
        return refused
    draft.put_incident(
        replace(
            incident,
            state=State.ACKNOWLEDGED,
            assignee=action.who,
            acknowledged_at=scene.now,
            acknowledged_by=action.who,
            resolution=None,
            announced_at=incident.announced_at or scene.now,
        )
    )
    draft.clear_deadlines(incident.number, DeadlineKind.ESCALATE, DeadlineKind.SETTLE, DeadlineKind.WATCH)
    facts = {"via": action.via} if action.via else {}
    draft.enter(
        incident.number, scene.now, EntryKind.ACKNOWLEDGED, "Acknowledged.", who=action.who, facts=facts
    )
    stir(draft, scene, incident.number)
    return Answer(done=True, sentence=f"{incident.name} is yours.", incident=incident.number)


def mitigate(draft: Draft, scene: Scene, incident: Incident, action: Mitigate) -> Answer:
    """The symptom is contained; the cause may still be unknown."""
    refused = _impossible(incident, Move.MITIGATE)
    if refused is not None:
        return refused
    draft.put_incident(
        replace(
            incident,
            state=State.MITIGATED,
            mitigated_at=scene.now,
            assignee=incident.assignee or action.who,
            resolution=None,
        )
    )
    draft.clear_deadlines(incident.number, DeadlineKind.ESCALATE, DeadlineKind.WATCH)
    text = action.text.strip() or "The symptom is contained."
    draft.enter(incident.number, scene.now, EntryKind.MITIGATED, text, who=action.who)
    stir(draft, scene, incident.number)
    return Answer(done=True, sentence=f"{incident.name} is mitigated.", incident=incident.number)


def resolve(draft: Draft, scene: Scene, incident: Incident, action: Resolve) -> Answer:
    """Cause unknown, with a name and a reason: watched for longer, then resolved if it stays quiet."""
    refused = _impossible(incident, Move.RESOLVE)
    if refused is not None:
        return refused
    why = action.why.strip()
    if not why:
        sentence = f"Say why {incident.name} can be resolved without a known cause: the review will ask."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    number = incident.number
    resolution = Resolution(cause=None, by=action.who, why=why)
    incident = replace(
        incident, state=State.MONITORING, resolution=resolution, assignee=incident.assignee or action.who
    )
    draft.put_incident(incident)
    draft.clear_deadlines(
        number, DeadlineKind.ESCALATE, DeadlineKind.REMIND, DeadlineKind.UNACK, DeadlineKind.SETTLE
    )
    if not incident.alerts:
        resolve_now(draft, scene, incident)
        return Answer(done=True, sentence=f"{incident.name} is resolved, cause unknown.", incident=number)
    draft.set_deadline(
        Deadline(incident=number, kind=DeadlineKind.WATCH, due_at=scene.now + scene.tuning.unknown_watch)
    )
    minutes = int(scene.tuning.unknown_watch / timedelta(minutes=1))
    text = f"Cause unknown: {why} Watched for {minutes} min before it counts as resolved."
    draft.enter(number, scene.now, EntryKind.NOTE, text, who=action.who, facts={"resolution": "unknown"})
    still = f" {incident.firing} of its alerts still fire." if incident.firing else ""
    sentence = f"{incident.name} is watched for {minutes} min and then resolved, if nothing fires.{still}"
    return Answer(done=True, sentence=sentence, incident=number)


def reopen(draft: Draft, scene: Scene, incident: Incident, action: Reopen) -> Answer:
    """It is not over: it goes to the one who asks."""
    refused = _impossible(incident, Move.REOPEN)
    if refused is not None:
        return refused
    draft.put_incident(
        replace(
            incident,
            state=State.ACKNOWLEDGED,
            assignee=action.who,
            acknowledged_at=scene.now,
            acknowledged_by=action.who,
            resolved_at=None,
            closed_at=None,
            recovered_at=scene.now if incident.alerts and not incident.firing else None,
            resolution=None,
            noise=None,
            announced_at=incident.announced_at or scene.now,
            active_at=scene.now,
        )
    )
    draft.clear_deadlines(incident.number)
    text = action.why.strip() or "It is not over."
    draft.enter(incident.number, scene.now, EntryKind.REOPENED, text, who=action.who)
    stir(draft, scene, incident.number)
    return Answer(done=True, sentence=f"{incident.name} is open again, and yours.", incident=incident.number)


def cancel(draft: Draft, scene: Scene, incident: Incident, action: Cancel) -> Answer:
    """It was no incident; what it was instead is counted as noise."""
    refused = _impossible(incident, Move.CANCEL)
    if refused is not None:
        return refused
    noise = action.noise.strip()
    if not noise:
        sentence = f"Say what {incident.name} was instead (a test, a planned stop, a wrong threshold)."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    draft.put_incident(
        replace(incident, state=State.CANCELLED, noise=noise, closed_at=scene.now, resolution=None)
    )
    draft.clear_deadlines(incident.number)
    draft.enter(incident.number, scene.now, EntryKind.CANCELLED, noise, who=action.who)
    return Answer(done=True, sentence=f"{incident.name} is cancelled: {noise}.", incident=incident.number)


def _impossible(incident: Incident, move: Move) -> Answer | None:
    if move in MOVES[incident.state]:
        return None
    can = ", ".join(MOVES[incident.state]) or "nothing more: declare a new one"
    sentence = f"{incident.name} is {incident.state}; you can {can}."
    return Answer(done=False, sentence=sentence, incident=incident.number)
