"""Returning: an incident that people thought over is not, and who hears of it."""

from dataclasses import replace

from headwater.core.alerts import Alert
from headwater.core.calling import stir
from headwater.core.incidents import EntryKind, Incident, State
from headwater.core.picture import Draft
from headwater.core.said import Notice, NoticeKind, Where
from headwater.core.scene import Scene


def give_back(draft: Draft, scene: Scene, incident: Incident, why: str) -> None:
    """Its assignee thought it over: they hear that it is not, as the edit of a card rings for nobody."""
    if incident.assignee is None or incident.announced_at is None:
        return
    draft.say(
        Notice(
            key=f"{incident.name}/back/{incident.entries}/{scene.now.isoformat()}",
            kind=NoticeKind.ASSIGNED,
            where=Where.THREAD,
            to=str(incident.number),
            at=scene.now,
            incident=incident.number,
            mentions=(incident.assignee,),
            facts={"title": incident.title, "why": why},
        )
    )


def reopen(draft: Draft, scene: Scene, incident: Incident) -> None:
    """Whoever had it was done with it: somebody must take it on anew."""
    draft.put_incident(
        replace(
            incident,
            state=State.TRIGGERED,
            resolved_at=None,
            resolution=None,
            recovered_at=None,
            called_at=None,
            acknowledged_at=None,
            acknowledged_by=None,
        )
    )
    draft.clear_deadlines(incident.number)
    draft.enter(incident.number, scene.now, EntryKind.REOPENED, "The same alert fired again.")


def wake(draft: Draft, scene: Scene, number: int, alert: Alert, *, rejoined: bool) -> None:
    """An alert fired in an incident that was being watched: it is not over."""
    incident = draft.incidents[number]
    if incident.state is not State.MONITORING:
        if incident.active_at != scene.now or incident.recovered_at is not None:
            draft.put_incident(replace(incident, active_at=scene.now, recovered_at=None))
        return
    flaps = incident.flaps + rejoined
    is_flapping = rejoined and flaps > 1
    draft.clear_deadlines(number)
    draft.put_incident(
        replace(
            incident,
            state=State.ACKNOWLEDGED if incident.assignee else State.TRIGGERED,
            active_at=scene.now,
            recovered_at=None,
            resolution=None,
            called_at=incident.called_at if is_flapping else None,
            flaps=flaps,
        )
    )
    if rejoined and flaps == 1:
        draft.enter(number, scene.now, EntryKind.FLAPPED, f"{alert.title} came back after it had recovered.")
    stir(draft, scene, number)
    if incident.resolution is not None or not is_flapping:
        give_back(draft, scene, incident, "it fires again")
