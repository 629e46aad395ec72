"""Who may: anyone acknowledges and annotates; state, route and severity are for the incident's people."""

from headwater.core.actions import (
    Acknowledge,
    AddNote,
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
from headwater.core.incidents import Incident
from headwater.core.scene import Scene

ANYONE = (Declare, Acknowledge, AddNote, Escalate)
"""Taking an incident, saying something of it, and calling for help need no rights."""

ITS_PEOPLE = (Assign, Cancel, Mitigate, Place, Reopen, Reroute, Resolve, SetSeverity)
"""These need the assignee, the reporter, a member of the owning or a joined team, or an admin."""

ITS_TEAM = (Contest,)
"""Only who has it can say that it is not theirs: its assignee, the owning team's members, an admin."""


def refusal(scene: Scene, incident: Incident, action: AnyAction) -> str | None:
    """Why `action.who` may not, with what they can do instead; None when they may."""
    team = scene.team(incident.route.team)
    if isinstance(action, ITS_TEAM):
        if may_contest(scene, incident, action.who):
            return None
        return (
            f"{incident.name} is with {team.name}, and you are neither in that team nor its assignee: only "
            "they can say that it is not theirs. Tell them what you know with a note."
        )
    if isinstance(action, ANYONE) or may_move(scene, incident, action.who):
        return None
    return (
        f"{incident.name} belongs to {team.name}; you are neither in that team or one that joined, nor its "
        "assignee. Acknowledge it to take it on, or ask its team."
    )


def may_contest(scene: Scene, incident: Incident, who: str) -> bool:
    """Whether `who` speaks for those who have the incident."""
    person = scene.person(who)
    if incident.assignee in {who, person} or scene.is_admin(who):
        return True
    return person in scene.team(incident.route.team).members


def may_move(scene: Scene, incident: Incident, who: str) -> bool:
    """Whether `who` is one of the incident's people."""
    if who in {incident.assignee, incident.reporter} or scene.is_admin(who):
        return True
    person = scene.person(who)
    if person in {incident.assignee, incident.reporter}:
        return True
    return any(person in scene.team(team).members for team in (incident.route.team, *incident.joined))
