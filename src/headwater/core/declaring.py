"""Declaring an incident by hand, and placing what no rule placed."""

from dataclasses import replace

from headwater.core.actions import Answer, Declare, Place
from headwater.core.incidents import EntryKind, Incident, Involved, Role, Route, State
from headwater.core.merging import sum_parts
from headwater.core.picture import Draft
from headwater.core.placing import Overlay, proposed_rule
from headwater.core.reasons import Code, because
from headwater.core.scene import Scene
from headwater.core.severity import DEFAULT_SEVERITY, Severity
from headwater.core.weighing import severity_of


def declare(draft: Draft, scene: Scene, action: Declare) -> Answer:
    """A person opens an incident. It is announced at once: they are waiting for it."""
    title = action.title.strip()
    if not title:
        return Answer(done=False, sentence="An incident needs a title: what do people see?")
    asset = None
    if action.asset is not None:
        asset = scene.registry.by_alias.get(action.asset)
        if asset is None:
            sentence = f"The registry knows no {action.asset}. `/owner {action.asset}` shows the nearest."
            return Answer(done=False, sentence=sentence)
    number = draft.last_number + 1
    severity = action.severity or DEFAULT_SEVERITY
    parts = [_declared_part(scene, number, asset, severity, title)] if asset is not None else []
    draft.open_incident(
        Incident(
            number=number,
            title=title,
            state=State.TRIGGERED,
            severity=severity,
            severity_machine=min(severity, severity_of(scene, parts)),
            severity_by=action.who if action.severity is not None else None,
            opened_at=scene.now,
            began_at=scene.now,
            active_at=scene.now,
            registry=scene.registry.version,
            route=_route(scene, action.who, asset),
            asset=asset,
            reporter=action.who,
        )
    )
    for part in parts:
        draft.put_involved(part)
    facts = {"via": action.via} if action.via else {}
    if action.link:
        facts["link"] = action.link
    draft.enter(number, scene.now, EntryKind.OPENED, title, who=action.who, facts=facts)
    if action.text.strip():
        draft.enter(number, scene.now, EntryKind.NOTE, action.text.strip(), who=action.who)
    team = scene.team(draft.incidents[number].route.team)
    return Answer(done=True, sentence=f"INC-{number} is open and with {team.name}.", incident=number)


def _route(scene: Scene, who: str, asset: str | None) -> Route:
    team = scene.team_for(asset)
    known = scene.asset(asset)
    if known is None:
        return Route(team=team.ref, reason=because(Code.DECLARED, who=f"<@{who}>", team=team.name))
    return Route(
        team=team.ref,
        asset=asset,
        reason=because(Code.OWNER, team=team.name, asset=known.ref, spot=str(known.spot)),
    )


def _declared_part(scene: Scene, number: int, asset: str, severity: Severity, title: str) -> Involved:
    return Involved(
        incident=number,
        group=asset,
        asset=asset,
        role=Role.SYMPTOM,
        firing=0,
        alerts=0,
        first_at=scene.now,
        last_at=scene.now,
        worst=severity,
        title=title,
        reason=because(Code.OPENED, asset=asset),
    )


def place(draft: Draft, scene: Scene, incident: Incident, action: Place) -> Answer:
    """The incident's unplaced alerts belong on an asset: now, and for such alerts from now on."""
    asset = scene.registry.by_alias.get(action.asset)
    if asset is None:
        sentence = f"The registry knows no {action.asset}. `/owner {action.asset}` shows the nearest."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    loose = [part for part in draft.involved[incident.number].values() if part.asset is None and part.alerts]
    if not loose:
        sentence = f"Every alert of {incident.name} is placed already."
        return Answer(done=False, sentence=sentence, incident=incident.number)
    labels: dict[str, str] = {}
    for key, alert in draft.alerts.items():
        if alert.incident == incident.number and alert.asset is None:
            reason = because(Code.PLACED_BY_PERSON, who=f"<@{action.who}>", asset=asset)
            labels = labels or dict(alert.labels)
            draft.put_alert(replace(draft.alerts[key], asset=asset, group=asset, placed=reason))
    _move_parts(draft, incident.number, loose, asset, action.who)
    until = scene.now + scene.tuning.overlay
    for part in loose:
        draft.overlay(Overlay(group=part.group, asset=asset, who=f"<@{action.who}>"), scene.now, until)
    text = f"Placed on {asset}; such alerts go there for {scene.tuning.overlay.days} days."
    draft.enter(incident.number, scene.now, EntryKind.PLACED, text, who=action.who, facts={"asset": asset})
    sentence = (
        f"{incident.name}'s alerts are on {asset} now, and such alerts go there for "
        f"{scene.tuning.overlay.days} days. To keep it so, put this rule into the registry:"
    )
    detail = proposed_rule(labels, asset)
    return Answer(done=True, sentence=sentence, incident=incident.number, detail=detail)


def _move_parts(draft: Draft, number: int, loose: list[Involved], asset: str, who: str) -> None:
    """Fold the unplaced groups into the asset's part, as if they had been placed there from the start."""
    for part in loose:
        known = draft.involved[number].get(asset)
        reason = because(Code.PLACED_BY_PERSON, who=f"<@{who}>", asset=asset)
        moved = replace(part, group=asset, asset=asset, reason=reason)
        if known is not None:
            moved = sum_parts(known, part)
        draft.put_involved(moved)
        draft.put_involved(replace(part, firing=0, alerts=0, troubles={}))
    draft.reshaped.add(number)
