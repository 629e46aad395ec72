"""Routing: which team an incident goes to, why, and who would have been next.

The owner of the asset that stands furthest upstream among those alerting, where the others lie on its way
down; else the owner of the asset that alerted first. Loud infrastructure under everything (`runs_on`) joins
the incident, but leads only when nothing else alerts. Observers and judges lead only when alone, too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headwater.core.incidents import Incident, Involved, Route
from headwater.core.lineage import in_words, path
from headwater.core.reasons import Code, Reason, because
from headwater.core.refs import kind_of
from headwater.core.registry import Asset, Team
from headwater.core.scene import Scene

BYSTANDERS = frozenset({"service", "monitor"})
"""Kinds that lead an incident only when nothing of another kind alerts in it."""


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
    leads = _ranked(scene, placed)
    first, team = leads[0], scene.team_for(leads[0].involved.asset)
    symptom = _first_seen([lead.involved for lead in leads])
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


def symptom_of(parts: Iterable[Involved]) -> Involved:
    """The part that was seen first: what a responder starts from."""
    return _first_seen(tuple(parts))


def _first_seen(parts: Sequence[Involved]) -> Involved:
    return min(parts, key=lambda part: (part.first_at, part.worst, part.group))


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
            kind_of(lead.involved.group) in BYSTANDERS,
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
