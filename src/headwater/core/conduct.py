"""Conduct: what a person asked for, decided. Every action is answered, in words, whatever became of it."""

from dataclasses import replace
from typing import assert_never

from headwater.core import moves
from headwater.core.actions import (
    Acknowledge,
    AddNote,
    Answer,
    AnyAction,
    Assign,
    Cancel,
    Contest,
    Declare,
    Escalate,
    Mitigate,
    Place,
    Reopen,
    Reroute,
    Resolve,
    SetSeverity,
)
from headwater.core.announcing import tell
from headwater.core.calling import escalate, steps, stir
from headwater.core.declaring import declare, place
from headwater.core.handover import contest, reroute
from headwater.core.incidents import EntryKind, Incident, State
from headwater.core.picture import Draft
from headwater.core.rights import refusal
from headwater.core.said import DeadlineKind, Notice, NoticeKind, Where
from headwater.core.scene import Scene
from headwater.core.triage import settle
from headwater.core.words import called


def conduct(draft: Draft, scene: Scene, action: AnyAction) -> Answer:
    """Decide one action and settle what it touched. An action that changes nothing says why not."""
    if isinstance(action, Declare):
        answer = declare(draft, scene, action)
    else:
        answer = _on_incident(draft, scene, action)
    settle(draft, scene)
    return answer


def _on_incident(draft: Draft, scene: Scene, action: moves.OnOne) -> Answer:
    incident = draft.incidents.get(action.incident)
    if incident is None:
        return Answer(done=False, sentence=f"There is no INC-{action.incident}.")
    if incident.merged_into is not None:
        into = f"INC-{incident.merged_into}"
        return Answer(
            done=False,
            sentence=f"{incident.name} was merged into {into}: act there.",
            incident=incident.merged_into,
        )
    refused = refusal(scene, incident, action)
    if refused is not None:
        return Answer(done=False, sentence=refused, incident=incident.number)
    return _decide(draft, scene, incident, action)


def _decide(draft: Draft, scene: Scene, incident: Incident, action: moves.OnOne) -> Answer:  # noqa: C901, PLR0911 - one a case
    match action:
        case Acknowledge():
            return moves.acknowledge(draft, scene, incident, action)
        case AddNote():
            return _note(draft, scene, incident, action)
        case Assign():
            return _assign(draft, scene, incident, action)
        case Reroute():
            return reroute(draft, scene, incident, action)
        case Contest():
            return contest(draft, scene, incident, action)
        case SetSeverity():
            return _set_severity(draft, scene, incident, action)
        case Mitigate():
            return moves.mitigate(draft, scene, incident, action)
        case Resolve():
            return moves.resolve(draft, scene, incident, action)
        case Reopen():
            return moves.reopen(draft, scene, incident, action)
        case Cancel():
            return moves.cancel(draft, scene, incident, action)
        case Place():
            return place(draft, scene, incident, action)
        case Escalate():
            return _escalate(draft, scene, incident)
        case _:
            assert_never(action)


def _note(draft: Draft, scene: Scene, incident: Incident, action: AddNote) -> Answer:
    text = action.text.strip()
    if not text:
        return Answer(done=False, sentence="The note is empty: say something.", incident=incident.number)
    if action.source is not None:
        if action.source in draft.noted:
            sentence = f"That is already on {incident.name}'s timeline."
            return Answer(done=False, sentence=sentence, incident=incident.number)
        draft.noted.add(action.source)
    facts = {"via": action.via} if action.via else {}
    if action.source:
        facts["source"] = action.source
    if action.link:
        facts["link"] = action.link
    if action.author and action.author != action.who:
        facts["author"] = action.author
    draft.enter(incident.number, scene.now, EntryKind.NOTE, text, who=action.who, facts=facts)
    stir(draft, scene, incident.number)
    return Answer(done=True, sentence=f"Noted on {incident.name}.", incident=incident.number)


def _assign(draft: Draft, scene: Scene, incident: Incident, action: Assign) -> Answer:
    if not incident.is_open:
        sentence = f"{incident.name} is {incident.state}: reopen it before giving it to somebody."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    known = scene.registry.people.get(action.to)
    to = known.slack if known is not None and known.slack else action.to
    if to == incident.assignee:
        sentence = f"{incident.name} is already with {called(to)}."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    if incident.state is State.TRIGGERED and to == action.who:
        taken = Acknowledge(who=to, incident=incident.number, via=action.via)
        return moves.acknowledge(draft, scene, incident, taken)
    draft.put_incident(replace(incident, assignee=to))
    text = f"Given to {called(to)}." if to != action.who else "Took it on."
    draft.enter(incident.number, scene.now, EntryKind.ASSIGNED, text, who=action.who, facts={"to": to})
    if to != action.who:
        seq = draft.incidents[incident.number].calls
        draft.say(
            Notice(
                key=f"{incident.name}/assigned/{to}/{scene.now.isoformat()}/{seq}",
                kind=NoticeKind.ASSIGNED,
                where=Where.THREAD,
                to=str(incident.number),
                at=scene.now,
                incident=incident.number,
                mentions=(to,),
                facts={"by": action.who, "title": incident.title},
            )
        )
    stir(draft, scene, incident.number)
    return Answer(done=True, sentence=f"{incident.name} is with {called(to)} now.", incident=incident.number)


def _set_severity(draft: Draft, scene: Scene, incident: Incident, action: SetSeverity) -> Answer:
    severity = action.severity
    if not incident.is_open:
        sentence = f"{incident.name} is {incident.state}: its severity no longer matters."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    if severity is incident.severity:
        sentence = f"{incident.name} is already {severity.name}."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    rises = severity < incident.severity
    draft.put_incident(
        replace(
            incident,
            severity=severity,
            severity_by=action.who,
            called_at=None if rises else incident.called_at,
        )
    )
    text = f"Severity {'raised' if rises else 'lowered'} from {incident.severity.name} to {severity.name}."
    facts = {"why": action.why} if action.why else {}
    draft.enter(incident.number, scene.now, EntryKind.SEVERITY, text, who=action.who, facts=facts)
    stir(draft, scene, incident.number)
    sentence = f"{incident.name} is {severity.name} now: {severity.words}."
    return Answer(done=True, sentence=sentence, incident=incident.number)


def _escalate(draft: Draft, scene: Scene, incident: Incident) -> Answer:
    if incident.state is not State.TRIGGERED:
        who = f" by {called(incident.assignee)}" if incident.assignee else ""
        sentence = f"{incident.name} is {incident.state}{who}: there is nobody left to call."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    team = scene.team(incident.route.team)
    plan = steps(scene, incident)
    if not plan:
        sentence = (
            f"{team.name} has no escalation for {incident.severity.name}. "
            "Give it to somebody, or raise its severity."
        )
        return Answer(done=False, sentence=sentence, incident=incident.number)
    if incident.announced_at is None:
        tell(draft, scene, incident.number)
        sentence = f"{incident.name} was not announced yet: {team.name} is told now."
        return Answer(done=True, sentence=sentence, incident=incident.number)
    waiting = draft.deadlines[incident.number].get(DeadlineKind.ESCALATE)
    if waiting is None or waiting.step >= len(plan):
        sentence = (
            f"Every step of {team.name}'s escalation was taken. Give it to somebody, or raise its severity."
        )
        return Answer(done=False, sentence=sentence, incident=incident.number)
    escalate(draft, scene, incident.number, waiting.step)
    return Answer(done=True, sentence=f"Called the next step for {incident.name}.", incident=incident.number)
