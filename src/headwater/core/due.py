"""What happens when a deadline falls due. Due is a query of the store; the clock only calls."""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from headwater.core.announcing import tell
from headwater.core.calling import escalate, stir
from headwater.core.incidents import OPEN, EntryKind, Incident, Resolution, State
from headwater.core.picture import Draft
from headwater.core.returning import give_back
from headwater.core.said import Deadline, DeadlineKind, Notice, NoticeKind, Where
from headwater.core.scene import Scene
from headwater.core.triage import settle
from headwater.core.words import ago


def fall_due(draft: Draft, scene: Scene, deadlines: Iterable[Deadline]) -> None:
    """Let each deadline happen that is still set as it was read; then settle the incidents they touched."""
    for deadline in deadlines:
        held = draft.deadlines.get(deadline.incident, {}).get(deadline.kind)
        if held != deadline or deadline.due_at > scene.now:
            continue
        draft.clear_deadlines(deadline.incident, deadline.kind)
        _happen(draft, scene, deadline)
    settle(draft, scene)


def _happen(draft: Draft, scene: Scene, deadline: Deadline) -> None:
    incident = draft.incidents[deadline.incident]
    match deadline.kind:
        case DeadlineKind.SETTLE:
            if incident.state in OPEN and incident.announced_at is None:
                _first_word(draft, scene, incident)
        case DeadlineKind.ESCALATE:
            if incident.state is State.TRIGGERED:
                escalate(draft, scene, incident.number, deadline.step)
        case DeadlineKind.REMIND:
            _remind(draft, scene, incident)
        case DeadlineKind.UNACK:
            _lapse(draft, scene, incident)
        case DeadlineKind.WATCH:
            _watched(draft, scene, incident)
        case DeadlineKind.CLOSE:
            _close(draft, scene, incident)
        case _:
            assert_never(deadline.kind)


def _first_word(draft: Draft, scene: Scene, incident: Incident) -> None:
    """The settle time is over: people hear of it, unless it is already over by itself."""
    if incident.state is not State.MONITORING:
        tell(draft, scene, incident.number)


def _remind(draft: Draft, scene: Scene, incident: Incident) -> None:
    if incident.state is not State.ACKNOWLEDGED or incident.assignee is None:
        return
    lapses = draft.deadlines[incident.number].get(DeadlineKind.UNACK)
    facts = {
        "title": incident.title,
        "firing": str(incident.firing) if incident.firing else "",
        "left": ago(lapses.due_at - scene.now) if lapses else "",
        "since": ago(scene.now - (incident.acknowledged_at or incident.opened_at)),
    }
    draft.say(
        Notice(
            key=f"{incident.name}/remind/{incident.entries}",
            kind=NoticeKind.REMINDER,
            where=Where.THREAD,
            to=str(incident.number),
            at=scene.now,
            incident=incident.number,
            mentions=(incident.assignee,),
            facts=facts,
        )
    )


def _lapse(draft: Draft, scene: Scene, incident: Incident) -> None:
    if incident.state is not State.ACKNOWLEDGED:
        return
    if incident.alerts and not incident.firing:
        # Taken on after all had recovered, and then left lying: watched like any recovery.
        draft.put_incident(replace(incident, recovered_at=None))
        return
    draft.put_incident(
        replace(incident, state=State.TRIGGERED, called_at=None, acknowledged_at=None, acknowledged_by=None)
    )
    who = incident.assignee
    why = "nothing happened since, and it still fires" if incident.firing else "nothing happened since"
    text = f"The acknowledgement lapsed, as {why}: it waits for somebody again."
    draft.enter(incident.number, scene.now, EntryKind.UNACKNOWLEDGED, text)
    draft.say(
        Notice(
            key=f"{incident.name}/unack/{incident.entries}",
            kind=NoticeKind.UNACKNOWLEDGED,
            where=Where.THREAD,
            to=str(incident.number),
            at=scene.now,
            incident=incident.number,
            mentions=(who,) if who else (),
            facts={"title": incident.title, "why": why},
        )
    )


def _watched(draft: Draft, scene: Scene, incident: Incident) -> None:
    """The watch is over: it stayed so, or the symptom never left."""
    if incident.state is not State.MONITORING:
        return
    number = incident.number
    if incident.firing:
        state = State.ACKNOWLEDGED if incident.assignee else State.TRIGGERED
        draft.put_incident(replace(incident, state=state, resolution=None, called_at=None))
        text = f"{incident.firing} of its alerts still fire after the watch: it is not over."
        draft.enter(number, scene.now, EntryKind.REOPENED, text)
        stir(draft, scene, number)
        give_back(draft, scene, incident, "it still fires after the watch")
        return
    resolve_now(draft, scene, incident)


def resolve_now(draft: Draft, scene: Scene, incident: Incident) -> None:
    """It is over, as somebody said or by itself. People who heard of it hear that."""
    by_itself = Resolution(cause=None, by=None, why="recovered by itself")
    resolution = incident.resolution or by_itself
    number = incident.number
    draft.put_incident(replace(incident, state=State.RESOLVED, resolution=resolution, resolved_at=scene.now))
    draft.clear_deadlines(number)
    draft.set_deadline(
        Deadline(incident=number, kind=DeadlineKind.CLOSE, due_at=scene.now + scene.tuning.close)
    )
    text = f"Resolved, cause unknown: {resolution.why}."
    draft.enter(number, scene.now, EntryKind.RESOLVED, text, who=resolution.by)
    if incident.announced_at is None:
        return
    facts = {"title": incident.title, "why": resolution.why, "lasted": ago(scene.now - incident.began_at)}
    if resolution.by is not None:
        facts["by"] = resolution.by
    draft.say(
        Notice(
            key=f"{incident.name}/resolved/{incident.entries}",
            kind=NoticeKind.RESOLVED,
            where=Where.THREAD,
            to=str(number),
            at=scene.now,
            incident=number,
            facts=facts,
            broadcast=True,
        )
    )


def _close(draft: Draft, scene: Scene, incident: Incident) -> None:
    if incident.state is not State.RESOLVED:
        return
    draft.put_incident(replace(incident, state=State.CLOSED, closed_at=scene.now))
    draft.enter(incident.number, scene.now, EntryKind.CLOSED, "Closed by itself, some days after.")
