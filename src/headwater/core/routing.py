"""Routing: which team an incident goes to, why, and who would have been next.

Where suspects are ranked: the owner of the leading suspect if it leads clearly, else the owner of the asset
where the symptom shows, with both candidates named. Where they are not (nothing alerts that the registry
knows, or no taxonomy is loaded): the owner of the alerting asset furthest upstream of the others. Loud
infrastructure and observers then lead only when nothing else alerts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from headwater.core.incidents import BEHIND, Incident, Involved, Route, Suspected, Suspicion, symptom_of
from headwater.core.lineage import in_words, path
from headwater.core.reasons import Code, Reason, because
from headwater.core.refs import kind_of
from headwater.core.registry import Asset, Team
from headwater.core.scene import Scene

SHARE: Final = 0.5
"""The least probability that a team's assets must hold together for the team to be sent the incident."""

MARGIN: Final = 0.15
"""How far it must lead the next team, and what no registry knows."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """An alerting asset and the other alerting assets that lie downstream of it."""

    involved: Involved
    explains: tuple[str, ...]


def route(scene: Scene, incident: Incident, parts: Iterable[Involved]) -> Route:
    """The incident's route from what alerts in it now. A person's decision is kept as it is."""
    if incident.route.by is not None:
        return incident.route
    placed = [part for part in parts if scene.asset(part.asset) is not None]
    if not placed:
        return incident.route if incident.asset is None and incident.alerts == 0 else _catch_all(scene)
    if incident.suspicion is not None:
        return _by_suspicion(scene, incident.suspicion, placed)
    leads = _ranked(scene, placed)
    first, team = leads[0], scene.team_for(leads[0].involved.asset)
    symptom = symptom_of([lead.involved for lead in leads])
    runner_up = next(
        (lead for lead in leads[1:] if scene.team_for(lead.involved.asset).ref != team.ref), None
    )
    return Route(
        team=team.ref,
        asset=first.involved.asset,
        reason=_why(scene, first, symptom, team),
        runner_up=scene.team_for(runner_up.involved.asset).ref if runner_up else None,
        runner_up_asset=runner_up.involved.asset if runner_up else None,
    )


def joined_teams(scene: Scene, lead: str, parts: Iterable[Involved]) -> tuple[str, ...]:
    """Every other team with an asset in the incident, and the other claimants of a contested asset."""
    teams = set()
    for part in parts:
        asset = scene.asset(part.asset)
        if asset is None:
            continue
        teams.add(scene.team_for(asset.ref).ref)
        teams.update(scene.registry.team_of(owner).ref for owner in asset.co_owners)
    return tuple(sorted(teams - {lead}))


def clear_team(suspicion: Suspicion | None, *, by: float = 0.0) -> str | None:
    """The team whose assets lead clearly enough to be sent the incident; None where no team's do.

    `by` asks for so much more, of share and of margin.
    """
    if suspicion is None or not suspicion.teams:
        return None
    (team, share), *others = suspicion.teams
    rival = max([suspicion.unlisted, *(other for _, other in others)])
    return team if share >= SHARE + by and share - rival >= MARGIN + by else None


def _by_suspicion(scene: Scene, suspicion: Suspicion, placed: Sequence[Involved]) -> Route:
    symptom = symptom_of(placed)
    leading = clear_team(suspicion)
    own = [one for one in suspicion.suspects if scene.team_for(one.asset).ref == leading]
    own = own if own and _is_backed(own[0], placed) else []
    asset = own[0].asset if own else symptom.group
    team = scene.team_for(asset)
    others = [one.asset for one in suspicion.suspects] + [symptom.group]
    next_asset = next((one for one in others if scene.team_for(one).ref != team.ref), None)
    return Route(
        team=team.ref,
        asset=asset,
        reason=_why_suspect(scene, suspicion, own[0]) if own else _why_symptom(scene, suspicion, symptom),
        runner_up=scene.team_for(next_asset).ref if next_asset is not None else None,
        runner_up_asset=next_asset,
    )


def _is_backed(lead: Suspected, placed: Iterable[Involved]) -> bool:
    """Whether more than one symptom's possible explanation speaks for it: it alerts itself, explains two, was
    changed. A lone alert goes to whoever owns what it is on: they can look first, and nobody else is woken.
    """
    return len(lead.speaking_for) > 1 or any(part.group == lead.asset for part in placed)


def _why_suspect(scene: Scene, suspicion: Suspicion, lead: Suspected) -> Reason:
    asset = scene.registry.assets[lead.asset]
    team = scene.team_for(asset.ref)
    return because(
        Code.SUSPECT,
        team=team.name,
        share=f"{dict(suspicion.teams)[team.ref]:.0%}",
        asset=asset.ref,
        likely=f"{lead.probability:.0%}",
        why=", and ".join(_clause(lead.asset, why) for why in lead.speaking_for[:2])
        or "nothing else fits better",
        spot=str(asset.spot),
    )


def _clause(asset: str, why: str) -> str:
    """A line for a suspect as a clause about it: the asset was named just before."""
    return f"it {why}" if why.startswith("explains") else why.removeprefix(f"{asset}: ")


def _why_symptom(scene: Scene, suspicion: Suspicion, symptom: Involved) -> Reason:
    asset = scene.registry.assets[symptom.group]
    rivals = ", ".join(f"{one.asset} {one.probability:.0%}" for one in suspicion.suspects[:2])
    return because(
        Code.SYMPTOM_OWNER,
        team=scene.team_for(asset.ref).name,
        asset=asset.ref,
        spot=str(asset.spot),
        rivals=rivals,
    )


def _ranked(scene: Scene, placed: Sequence[Involved]) -> list[_Lead]:
    refs = sorted({part.group for part in placed})
    leads = []
    for part in placed:
        kin = scene.correlator.kin(part.group)
        below = [ref for ref in refs if ref in kin and kin[ref].side is Code.UPSTREAM]
        leads.append(_Lead(part, tuple(sorted(below, key=lambda ref: (kin[ref].distance, ref)))))
    return sorted(
        leads,
        key=lambda lead: (
            kind_of(lead.involved.group) in BEHIND,
            -len(lead.explains),
            lead.involved.first_at,
            lead.involved.worst,
            lead.involved.group,
        ),
    )


def _why(scene: Scene, lead: _Lead, symptom: Involved, team: Team) -> Reason:
    asset = scene.registry.assets[lead.involved.group]
    spot = str(asset.spot)
    if asset.owned_by_default:
        return because(Code.DEFAULT_OWNER, asset=asset.ref, team=team.name, spot=spot)
    if kind_of(asset.owner) == "vendor":
        return because(Code.LIAISON, asset=asset.ref, owner=asset.owner, team=team.name, spot=spot)
    below = lead.explains
    if not below:
        return because(Code.OWNER, team=team.name, asset=asset.ref, spot=spot)
    other = symptom.group if symptom.group in below else below[0]
    return because(
        Code.UPSTREAM_OWNER,
        team=team.name,
        asset=asset.ref,
        spot=spot,
        other=other,
        path=_path(scene, asset, other),
    )


def _path(scene: Scene, asset: Asset, other: str) -> str:
    hops = path(scene.registry, asset.ref, other)
    return in_words(hops) if hops else ""


def _catch_all(scene: Scene) -> Route:
    team = scene.team(scene.registry.catch_all)
    return Route(team=team.ref, reason=because(Code.CATCH_ALL, team=team.name))
