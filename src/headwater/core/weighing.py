"""Weighing: what an incident amounts to now, how severe that is, and which team it goes to."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from headwater.core.incidents import EntryKind, Incident, Involved, State, symptom_of
from headwater.core.picture import Draft
from headwater.core.reasons import Code
from headwater.core.routing import clear_team, joined_teams, route
from headwater.core.said import DeadlineKind, Notice, NoticeKind, Where
from headwater.core.scene import Scene
from headwater.core.severity import Severity

SPREAD: Final = 3
"""So many alerting handlers raise the severity one step."""


HYSTERESIS: Final = 0.15
"""How much clearer than for a first route another team's suspects must lead to take an incident over."""


def weigh(draft: Draft, scene: Scene, number: int) -> None:
    """Count the incident's alerts and work out its severity: it rises by itself, and only people lower it."""
    incident = draft.incidents[number]
    parts = draft.involved[number]
    if not parts:
        return
    severity = severity_of(scene, parts.values())
    symptom = symptom_of(parts.values())
    is_known = incident.announced_at is not None
    raised = severity < (incident.severity_machine if incident.severity_by else incident.severity)
    weighed = replace(
        incident,
        firing=sum(part.firing for part in parts.values()),
        alerts=sum(part.alerts for part in parts.values()),
        began_at=min(incident.began_at, symptom.first_at),
        title=symptom.title if scene.is_settling(incident) and not incident.reporter else incident.title,
        severity=min(incident.severity, severity) if raised else incident.severity,
        severity_machine=min(incident.severity_machine, severity),
        severity_by=None if raised else incident.severity_by,
    )
    if weighed != incident:
        draft.put_incident(weighed)
    if is_known and raised and weighed.severity < incident.severity:
        rise(draft, scene, incident, weighed.severity)


def rise(draft: Draft, scene: Scene, before: Incident, severity: Severity) -> None:
    """A rise in severity re-opens what somebody has, as they took less on, and calls from the first step.

    Who has it is told; the others are, by being called.
    """
    from_to = f"{before.severity.name} to {severity.name}: {severity.words}"
    draft.enter(before.number, scene.now, EntryKind.SEVERITY, f"Severity rose from {from_to}.")
    if before.state not in {State.TRIGGERED, State.ACKNOWLEDGED, State.MITIGATED}:
        return
    draft.put_incident(
        replace(
            draft.incidents[before.number],
            state=State.TRIGGERED,
            called_at=None,
            acknowledged_at=None,
            acknowledged_by=None,
        )
    )
    draft.clear_deadlines(before.number, DeadlineKind.ESCALATE, DeadlineKind.REMIND, DeadlineKind.UNACK)
    if before.assignee is not None:
        draft.say(
            Notice(
                key=f"{before.name}/rose/{severity.name}/{before.entries}",
                kind=NoticeKind.SEVERITY_ROSE,
                where=Where.THREAD,
                to=str(before.number),
                at=scene.now,
                incident=before.number,
                mentions=(before.assignee,),
                facts={"from": before.severity.name, "to": severity.name},
            )
        )


def severity_of(scene: Scene, parts: Iterable[Involved]) -> Severity:
    """The worst alert's, one step up for an asset of tier 1, and one for a spread over handlers."""
    worst = Severity.SEV4
    tier_one = False
    handlers = 0
    for part in parts:
        worst = min(worst, part.worst)
        asset = scene.asset(part.asset)
        if asset is not None:
            tier_one = tier_one or asset.tier == 1
            handlers += asset.kind == "handler"
    if tier_one:
        worst = worst.raised()
    return worst.raised() if handlers >= SPREAD else worst


def suspect(draft: Draft, scene: Scene, number: int) -> None:
    """Work out who is suspect, anew only when something to explain began or ended, or evidence came."""
    incident = draft.incidents[number]
    if scene.suspector is None or number not in draft.reshaped or not incident.is_open:
        return
    draft.reshaped.discard(number)
    suspicion = scene.suspector.suspect(draft.involved[number].values(), draft.facts.values(), scene.now)
    if suspicion != incident.suspicion:
        draft.put_incident(replace(incident, suspicion=suspicion))


def send(draft: Draft, scene: Scene, number: int) -> None:
    """Choose the team. After the settle time a route stays, but an incident nobody owned finds its owner."""
    incident = draft.incidents[number]
    if not incident.is_open:
        return
    parts = draft.involved[number].values()
    is_told = incident.announced_at is not None
    is_loose = (
        scene.is_settling(incident)
        or incident.route.reason.code is Code.CATCH_ALL
        or _moves_on(scene, incident)
    )
    chosen = route(scene, incident, parts) if is_loose else incident.route
    joined = joined_teams(scene, chosen.team, parts)
    joined = tuple(sorted({*joined, *incident.joined} - {chosen.team}))
    symptom = symptom_of(parts) if parts else None
    asset = symptom.asset if symptom is not None and scene.is_settling(incident) else incident.asset
    if (chosen, joined, asset) == (incident.route, incident.joined, incident.asset):
        return
    moved = is_told and chosen.team != incident.route.team
    draft.put_incident(
        replace(
            incident,
            route=chosen,
            joined=joined,
            asset=asset or chosen.asset,
            called_at=None if moved else incident.called_at,
        )
    )
    if moved:
        draft.clear_deadlines(number, DeadlineKind.ESCALATE)
        text = f"To {scene.team(chosen.team).name}: {chosen.reason.sentence}."
        facts = {"team": chosen.team, "from": incident.route.team, "reason": str(chosen.reason.code)}
        draft.enter(number, scene.now, EntryKind.ROUTED, text, facts=facts)


def _moves_on(scene: Scene, incident: Incident) -> bool:
    """Whether new evidence is heavy enough to take the incident from the team that has it.

    Never after a person decided; only along the lineage, up or down; and only to a suspect that leads much
    more clearly than a first route would need, so that a route does not go to and fro.
    """
    suspicion, now_at = incident.suspicion, incident.route.asset
    if incident.route.by is not None or suspicion is None or now_at is None:
        return False
    team = clear_team(suspicion, by=HYSTERESIS)
    lead = next((one for one in suspicion.suspects if scene.team_for(one.asset).ref == team), None)
    if lead is None or team == incident.route.team:
        return False
    kin = scene.correlator.kin(lead.asset).get(now_at)
    return kin is not None and kin.shared is None
