"""Handing over: a person says that an incident is another team's.

*Reassign* names the team. *Not ours* does not: the incident goes to who was next, and from a team that got it
from a person to the arbiter, since then two people disagree. What the arbiter decides is final: only the
arbiter, an admin, or a team that takes it for its own moves it after that. No rule moves what people decided.
"""

from dataclasses import replace
from typing import Final

from headwater.core.actions import Answer, Contest, Reroute
from headwater.core.incidents import EntryKind, Incident, Route, State
from headwater.core.picture import Draft
from headwater.core.reasons import Code, Reason, because
from headwater.core.registry import Registry, Team
from headwater.core.said import DeadlineKind, Notice, NoticeKind, Where
from headwater.core.scene import Scene
from headwater.core.words import called

DISPUTED: Final = frozenset({Code.ARBITER, Code.ARBITRATED})
"""Routes of which the arbiter has the word."""


def next_after(registry: Registry, route: Route) -> Team | None:
    """The team that *Not ours* sends it to; None where the arbiter has it, or has decided."""
    if route.team == registry.arbiter or route.reason.code in DISPUTED:
        return None
    runner_up = registry.teams.get(route.runner_up or "")
    if route.by is None and runner_up is not None and runner_up.ref != route.team:
        return runner_up
    return registry.teams.get(registry.arbiter)


def final(registry: Registry, incident: Incident) -> str:
    """Why *Not ours* leads nowhere from here, and what does."""
    arbiter = registry.teams.get(registry.arbiter)
    name = arbiter.name if arbiter is not None else registry.arbiter
    if incident.route.reason.code is Code.ARBITRATED:
        return f"{name} decided whose {incident.name} is: ask them to decide anew, they can reassign it."
    return (
        f"{incident.name} is with {name}, who decides whose it is: reassign it to that team, with the reason."
    )


def contest(draft: Draft, scene: Scene, incident: Incident, action: Contest) -> Answer:
    """*Not ours*: to the runner-up of a route that Headwater chose, to the arbiter from anybody else."""
    team = scene.team(incident.route.team)
    if not incident.is_open:
        return _no(incident, f"{incident.name} is {incident.state}: reopen it before contesting whose it is.")
    following = next_after(scene.registry, incident.route)
    if following is None:
        return _no(incident, final(scene.registry, incident))
    why = action.why.strip().rstrip(".")
    if not why:
        return _no(
            incident, f"Say why {incident.name} is not {team.name}'s: {following.name} reads it first."
        )
    decides = "decides" if following.ref == scene.registry.arbiter else "was next"
    chosen = _contested(scene, incident, action.who, why, following)
    facts = {
        "from": incident.route.team,
        "to": following.ref,
        "by": action.who,
        "reason": str(chosen.reason.code),
    }
    text = f"Not {team.name}'s: {why}. To {following.name}, who {decides}."
    _hand_over(draft, scene, replace(incident, contests=incident.contests + 1), chosen)
    draft.enter(incident.number, scene.now, EntryKind.CONTESTED, text, who=action.who, facts=facts)
    _tell(draft, scene, incident, chosen, f"not {team.name}'s: {why}")
    sentence = f"{incident.name} is with {following.name} now, who {decides}."
    return Answer(done=True, sentence=sentence, incident=incident.number)


def _contested(scene: Scene, incident: Incident, who: str, why: str, following: Team) -> Route:
    """The route of what `who` says is not their team's."""
    decides = following.ref == scene.registry.arbiter
    known, team = incident.route, scene.team(incident.route.team)
    code = Code.ARBITER if decides else Code.CONTESTED
    return Route(
        team=following.ref,
        asset=known.asset if decides else known.runner_up_asset or known.asset,
        reason=because(code, who=called(who), team=team.name, why=why, next=following.name),
        runner_up=None if decides else scene.registry.arbiter,
        by=who,
    )


def reroute(draft: Draft, scene: Scene, incident: Incident, action: Reroute) -> Answer:
    """*Reassign* to a team, with a reason. Out of the arbiter's hands it is the arbiter's decision."""
    team = scene.registry.teams.get(action.team)
    if team is None:
        known = ", ".join(sorted(scene.registry.teams))
        return _no(incident, f"There is no {action.team} in the registry. It knows {known}.")
    if not incident.is_open:
        return _no(
            incident, f"{incident.name} is {incident.state}: reopen it before giving it to another team."
        )
    if team.ref == incident.route.team:
        return _no(incident, f"{incident.name} is already with {team.name}.")
    why = action.why.strip()
    if not why:
        return _no(incident, f"Say why {incident.name} should go to {team.name}: they will read it first.")
    reason = _decision(scene, incident, action, team)
    if reason is None:
        arbiter = scene.team(scene.registry.arbiter)
        sentence = (
            f"{incident.name} was contested, so {arbiter.name} decides whose it is. "
            "Tell them what you know, or take it for your own team."
        )
        return _no(incident, sentence)
    is_final = reason.code is Code.ARBITRATED
    chosen = Route(
        team=team.ref,
        asset=incident.route.asset,
        reason=reason,
        runner_up=None if is_final else incident.route.team,
        runner_up_asset=None if is_final else incident.route.asset,
        by=action.who,
    )
    facts = {"team": team.ref, "from": incident.route.team, "reason": str(reason.code)}
    _hand_over(draft, scene, incident, chosen)
    text = f"To {team.name}: {why}"
    draft.enter(incident.number, scene.now, EntryKind.ROUTED, text, who=action.who, facts=facts)
    _tell(draft, scene, incident, chosen, why.rstrip("."))
    return Answer(done=True, sentence=f"{incident.name} is with {team.name} now.", incident=incident.number)


def _hand_over(draft: Draft, scene: Scene, incident: Incident, chosen: Route) -> None:
    """The team before stays joined; the new one is called anew, as nobody of it has the incident yet."""
    state = State.TRIGGERED if incident.state is State.ACKNOWLEDGED else incident.state
    draft.put_incident(
        replace(
            incident,
            route=chosen,
            joined=tuple(sorted({*incident.joined, incident.route.team} - {chosen.team})),
            state=state,
            assignee=None,
            called_at=None,
            acknowledged_at=None,
            acknowledged_by=None,
            announced_at=incident.announced_at or scene.now,
        )
    )
    draft.clear_deadlines(
        incident.number,
        DeadlineKind.SETTLE,
        DeadlineKind.ESCALATE,
        DeadlineKind.REMIND,
        DeadlineKind.UNACK,
    )


def _tell(draft: Draft, scene: Scene, incident: Incident, chosen: Route, why: str) -> None:
    """A pointer that becomes the card is an edit, which notifies nobody: then the channel is told once."""
    if incident.announced_at is None or scene.channel_of(chosen.team) not in draft.cards[incident.number]:
        return
    draft.say(
        Notice(
            key=f"{incident.name}/handed-over/{chosen.team}/{scene.now.isoformat()}",
            kind=NoticeKind.HANDED_OVER,
            where=Where.THREAD,
            to=str(incident.number),
            at=scene.now,
            incident=incident.number,
            facts={"team": scene.team(chosen.team).name, "by": chosen.by or "", "why": why},
            broadcast=True,
        )
    )


def _decision(scene: Scene, incident: Incident, action: Reroute, team: Team) -> Reason | None:
    """What giving it to `team` is: anybody's word; the arbiter's, where it was contested; None: not theirs
    to decide. A team may always take it for its own: that ends a dispute.
    """
    who, why = called(action.who), action.why.strip().rstrip(".")
    person = scene.person(action.who)
    arbiter = scene.team(scene.registry.arbiter)
    if incident.route.reason.code in DISPUTED:
        if scene.is_admin(action.who) or person in arbiter.members:
            return because(Code.ARBITRATED, who=who, arbiter=arbiter.name, team=team.name, why=why)
        if person not in team.members:
            return None
    return because(Code.PERSON_DECIDED, who=who, team=team.name, why=why)


def _no(incident: Incident, sentence: str) -> Answer:
    return Answer(done=False, sentence=sentence, incident=incident.number)
