"""Calling: the escalation, which runs from the announcement until somebody acknowledges.

A round takes the owning team's steps one after the other. Where nobody answers the last of SEV1 or SEV2, it
begins anew, later each time. Flapping interrupts a round and does not end it: it goes on where it was, so
that nobody is paged anew each time and the later steps are taken all the same.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from headwater.core.incidents import EntryKind, Incident, State
from headwater.core.oncall import on_call
from headwater.core.picture import Draft
from headwater.core.registry import EscalationStep, Reach, Team
from headwater.core.said import Deadline, DeadlineKind, Notice, NoticeKind, Where
from headwater.core.scene import Scene
from headwater.core.severity import Severity

PAGED: Final = frozenset({Severity.SEV1, Severity.SEV2})
"""Severities for which somebody on call is reached even where the registry states no escalation."""

ANEW: Final = timedelta(minutes=30)
"""How long after the last step of the first round the next round begins; twice as long after each."""

DOUBLINGS: Final = 3
"""That wait is doubled at most this often: who sleeps is called every four hours, not never again."""


def stir(draft: Draft, scene: Scene, number: int) -> None:
    """Somebody has it now, or did something: the reminder and the lapse of the acknowledgement start anew."""
    if draft.incidents[number].state is not State.ACKNOWLEDGED:
        draft.clear_deadlines(number, DeadlineKind.REMIND, DeadlineKind.UNACK)
        return
    for kind, after in (
        (DeadlineKind.REMIND, scene.tuning.remind),
        (DeadlineKind.UNACK, scene.tuning.unack),
    ):
        draft.set_deadline(Deadline(incident=number, kind=kind, due_at=scene.now + after))


def call(draft: Draft, scene: Scene, number: int) -> None:
    """Begin the escalation of an incident that waits for somebody, or go on with one that was interrupted."""
    incident = draft.incidents[number]
    if incident.state is not State.TRIGGERED:
        return
    if incident.called_at is None:
        draft.clear_deadlines(number, DeadlineKind.ESCALATE)
        incident = replace(incident, called_at=scene.now, calls=incident.calls + 1, steps=0)
        draft.put_incident(incident)
    elif DeadlineKind.ESCALATE in draft.deadlines[number]:
        return
    due = _due(scene, incident)
    if due is not None and due <= scene.now:
        escalate(draft, scene, number, incident.steps)
    elif due is not None:
        _wait(draft, number, due, incident.steps)


def steps(scene: Scene, incident: Incident) -> tuple[EscalationStep, ...]:
    """The owning team's steps at this severity. SEV1 and SEV2 page who is on call where none are written."""
    team = scene.team(incident.route.team)
    plan = team.escalation.get(incident.severity, ())
    if not plan and incident.severity in PAGED:
        return (EscalationStep(Reach.PAGE, "oncall"),)
    return plan


def _due(scene: Scene, incident: Incident) -> datetime | None:
    """When the round's next step is to be taken, or, after its last, the next round; None where none is."""
    plan = steps(scene, incident)
    assert incident.called_at is not None
    passed = sum((one.after for one in plan[: incident.steps + 1]), timedelta())
    if incident.steps >= len(plan):
        if incident.severity not in PAGED:
            return None
        passed += _pause(incident)
    return incident.called_at + passed


def _pause(incident: Incident) -> timedelta:
    return ANEW * (1 << min(max(incident.calls, 1) - 1, DOUBLINGS))


def _wait(draft: Draft, number: int, due: datetime, step: int) -> None:
    draft.set_deadline(Deadline(incident=number, kind=DeadlineKind.ESCALATE, due_at=due, step=step))


def escalate(draft: Draft, scene: Scene, number: int, step: int) -> None:
    """Take one step of the escalation and set the next one's time; after the last step begins a new round."""
    draft.clear_deadlines(number, DeadlineKind.ESCALATE)
    plan = steps(scene, draft.incidents[number])
    if step >= len(plan):
        if draft.incidents[number].severity in PAGED:
            draft.put_incident(replace(draft.incidents[number], called_at=None))
            call(draft, scene, number)
        return
    incident = replace(draft.incidents[number], steps=step + 1)
    draft.put_incident(incident)
    _take(draft, scene, incident, plan[step], step)
    if step + 1 < len(plan):
        _wait(draft, number, scene.now + plan[step + 1].after, step + 1)
    elif incident.severity in PAGED:
        _wait(draft, number, scene.now + _pause(incident), step + 1)


def _take(draft: Draft, scene: Scene, incident: Incident, current: EscalationStep, at: int) -> None:
    """Call whom the step names; where Slack can reach none of them, who is on call for the catch-all."""
    team = scene.team(current.whom if current.whom.startswith("team:") else incident.route.team)
    people = _people(scene, current.whom, team.ref)
    ids = _ids(scene, people)
    on_card = _is_on_card(scene, incident, current, at) and bool(ids)
    text = f"{_VERBS[current.reach]} {', '.join(people) or f'nobody: no one is on call for {team.name}'}"
    if not ids and (current.reach is Reach.PAGE or not team.usergroup):
        stand_ins = _stand_ins(scene)
        ids = _ids(scene, stand_ins)
        text += f"; in their stead {', '.join(stand_ins)}" if ids else "; nobody else can be reached either"
    _reach(draft, scene, incident, current, at, team, ids, on_card=on_card)
    draft.enter(incident.number, scene.now, EntryKind.ESCALATED, f"{text} ({team.name}).")


_VERBS: Final = {Reach.PAGE: "Paged", Reach.MENTION: "Mentioned"}


def _is_on_card(scene: Scene, incident: Incident, step: EscalationStep, at: int) -> bool:
    """Whether the card names those called already: at once, in the first round, on a card not posted yet."""
    is_first = at == 0 and incident.calls == 1 and step.after == timedelta(0)
    return is_first and incident.announced_at == scene.now and incident.severity in PAGED


def _reach(
    draft: Draft,
    scene: Scene,
    incident: Incident,
    step: EscalationStep,
    at: int,
    team: Team,
    ids: tuple[str, ...],
    *,
    on_card: bool,
) -> None:
    """A page goes to each person directly. The thread is told too, but of those whom the fresh card names."""
    notice = Notice(
        key=f"{incident.name}/escalate/{incident.calls}/{at}",
        kind=NoticeKind.ESCALATION,
        where=Where.THREAD,
        to=str(incident.number),
        at=scene.now,
        incident=incident.number,
        mentions=ids or ((team.usergroup,) if team.usergroup else ()),
        facts={
            "reach": step.reach,
            "team": team.name,
            "severity": incident.severity.name,
            "title": incident.title,
            "since": incident.began_at.isoformat(),
        },
        is_page=step.reach is Reach.PAGE,
    )
    if not on_card:
        draft.say(notice)
    if step.reach is Reach.PAGE:
        for person in ids:
            draft.say(
                replace(notice, key=f"{notice.key}/{person}", where=Where.PERSON, to=person, mentions=())
            )


def _people(scene: Scene, whom: str, team: str) -> tuple[str, ...]:
    if whom.startswith("person:"):
        return (whom,)
    return on_call(scene.registry, team, scene.now).people


def _stand_ins(scene: Scene) -> tuple[str, ...]:
    """Who is on call for the catch-all; where that is nobody either, the admins."""
    people = on_call(scene.registry, scene.registry.catch_all, scene.now).people
    return people if _ids(scene, people) else tuple(sorted(scene.registry.admins))


def _ids(scene: Scene, people: tuple[str, ...]) -> tuple[str, ...]:
    known = scene.registry.people
    return tuple(slack for one in people if one in known and (slack := known[one].slack))
