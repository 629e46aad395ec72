"""Small registries, written as lines: `handler:a uses index:docs`."""

from headwater.core.registry import Asset, Edge, EdgeType, OnCall, Person, Registry, Team, assemble

TEAM = "team:all"


def lineage(*lines: str, assets: tuple[Asset, ...] = (), teams: tuple[Team, ...] = ()) -> Registry:
    """A registry of these edges; assets that only edges name belong to one team."""
    edges = [Edge(subject, EdgeType(kind), obj) for subject, kind, obj in map(str.split, lines)]
    named = dict.fromkeys(ref for edge in edges for ref in (edge.subject, edge.object))
    known = {ref: Asset(ref=ref, owner=TEAM) for ref in named} | {asset.ref: asset for asset in assets}
    every = {team.ref: team for team in (Team(ref=TEAM, name="All"), *teams)}
    return assemble(
        Registry(version="1", catch_all=TEAM, arbiter=TEAM, assets=known, teams=every, edges=tuple(edges))
    )


def staffed(oncall: OnCall | None) -> Registry:
    """A registry whose team:a has this on-call."""
    people = {ref: Person(ref=ref, name=ref[7:].title()) for ref in ("person:ana", "person:bo", "person:cy")}
    team = Team(ref="team:a", name="A", oncall=oncall)
    return assemble(
        Registry(version="1", catch_all="team:a", arbiter="team:a", people=people, teams={"team:a": team})
    )
