"""Announcing: when people hear of an incident, where, and who is called when nobody answers.

An incident is announced after the settle time, SEV1 at once; one whose alerts all recovered before that is
never announced, only recorded. From then on its cards follow every change, the escalation runs until somebody
acknowledges, and a change that matters is said once.
"""

from dataclasses import replace
from datetime import timedelta

from headwater.core.incidents import OPEN, EntryKind, Incident, State
from headwater.core.oncall import on_call
from headwater.core.picture import Draft
from headwater.core.registry import EscalationStep, Reach, Team
from headwater.core.said import CardKind, Deadline, DeadlineKind, Notice, NoticeKind, Where
from headwater.core.scene import Scene
from headwater.core.severity import Severity

PAGED: frozenset[Severity] = frozenset({Severity.SEV1, Severity.SEV2})
"""Severities for which somebody on call is reached even where the registry states no escalation."""

FLAP_DOUBLINGS = 3
"""A flapping alert doubles its watch each time, at most this often."""


def keep_watch(draft: Draft, scene: Scene, number: int) -> None:
    """All alerts over: watch that it stays so. It needs no fix and no person for that."""
    incident = draft.incidents[number]
    if incident.state not in OPEN or incident.state is State.MONITORING:
        return
    if incident.firing or not incident.alerts:
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
        _call(draft, scene, number)
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
    _call(draft, scene, number)


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


def _call(draft: Draft, scene: Scene, number: int) -> None:
    """Begin the escalation of an incident that waits for somebody; one under way goes on."""
    incident = draft.incidents[number]
    if incident.state is not State.TRIGGERED or incident.called_at is not None:
        return
    draft.put_incident(replace(incident, called_at=scene.now, calls=incident.calls + 1))
    plan = steps(scene, incident)
    if plan and plan[0].after == timedelta(0):
        escalate(draft, scene, number, 0)
    elif plan:
        due = scene.now + plan[0].after
        draft.set_deadline(Deadline(incident=number, kind=DeadlineKind.ESCALATE, due_at=due))


def steps(scene: Scene, incident: Incident) -> tuple[EscalationStep, ...]:
    """The owning team's steps at this severity. SEV1 and SEV2 page who is on call where none are written."""
    team = scene.team(incident.route.team)
    plan = team.escalation.get(incident.severity, ())
    if not plan and incident.severity in PAGED:
        return (EscalationStep(Reach.PAGE, "oncall"),)
    return plan


def escalate(draft: Draft, scene: Scene, number: int, step: int) -> bool:
    """Take one step of the escalation and set the next one's time. False where there is no such step."""
    incident = draft.incidents[number]
    plan = steps(scene, incident)
    draft.clear_deadlines(number, DeadlineKind.ESCALATE)
    if step >= len(plan):
        return False
    current = plan[step]
    team = scene.team(current.whom if current.whom.startswith("team:") else incident.route.team)
    people = _people(scene, current.whom, team.ref)
    _reach(draft, scene, incident, current, step, team, people)
    if step + 1 < len(plan):
        due = scene.now + plan[step + 1].after
        later = Deadline(incident=number, kind=DeadlineKind.ESCALATE, due_at=due, step=step + 1)
        draft.set_deadline(later)
    verb = "Paged" if current.reach is Reach.PAGE else "Mentioned"
    whom = ", ".join(people) or f"nobody: no one is on call for {team.name}"
    draft.enter(number, scene.now, EntryKind.ESCALATED, f"{verb} {whom} ({team.name}).")
    return True


def _reach(
    draft: Draft,
    scene: Scene,
    incident: Incident,
    step: EscalationStep,
    at: int,
    team: Team,
    people: tuple[str, ...],
) -> None:
    """A page goes to each person directly. The thread is told too, but for the very first step, whose people
    the fresh card names already.
    """
    ids = tuple(one for one in (_slack(scene, person) for person in people) if one)
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
    is_on_card = at == 0 and incident.calls == 1 and bool(ids) and incident.severity in PAGED
    if not is_on_card:
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


def _slack(scene: Scene, person: str) -> str | None:
    known = scene.registry.people.get(person)
    return known.slack if known is not None else None
