"""What `headwater owner` says, line by line."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from headwater.core.finding import Finder
from headwater.core.lineage import Hop, downstream, in_words, upstream
from headwater.core.oncall import on_call
from headwater.core.registry import Asset, Person, Registry, Team

MOST: Final = 8
"""Neighbours and assets listed a line."""


def answer(registry: Registry, text: str, now: datetime) -> tuple[list[str], bool]:
    """The lines, and whether anything was found. Text that ends in a question mark asks for a handler."""
    finder = Finder(registry)
    if text.rstrip().endswith("?"):
        ranking = finder.who(text, {})
        if ranking.contenders:
            chosen = ranking.contenders[0]
            return [ranking.sentence, "", *_thing(registry, chosen.handler, now)], True
    found = finder.find(text)
    if found.ref is None:
        return [found.sentence], bool(found.candidates)
    matched = [] if found.why == "its reference" else [found.sentence, ""]
    return [*matched, *_thing(registry, found.ref, now)], True


def _thing(registry: Registry, ref: str, now: datetime) -> Iterator[str]:
    if ref in registry.assets:
        return _asset(registry, registry.assets[ref], now)
    if ref in registry.teams:
        return _team(registry, registry.teams[ref], now)
    return _person(registry, registry.people[ref])


def _asset(registry: Registry, asset: Asset, now: datetime) -> Iterator[str]:
    team = registry.responsible_team(asset)
    name = f" ({asset.name})" if asset.name else ""
    tier = f", tier {asset.tier}" if asset.tier else ""
    yield f"{asset.ref}{name}{tier}"
    if asset.description:
        yield f"  {asset.description}"
    yield f"  owner: {asset.owner}, {_because(registry, asset)}"
    if team.ref != asset.owner:
        yield f"  brought in: {team.ref}"
    if asset.co_owners:
        yield f"  contested by: {', '.join(asset.co_owners)}"
    yield f"  channel: {team.channel or 'none'}"
    yield f"  on call: {on_call(registry, team.ref, now).sentence}"
    for topic in asset.topics:
        yield f"  topic: {topic.name}{f' ({topic.owner})' if topic.owner else ''}"
    yield from _leans(upstream(registry, asset.ref))
    feeds = [hop.downstream for hop in downstream(registry, asset.ref)]
    if feeds:
        yield f"  its trouble shows in: {_some(feeds)}"
    if asset.aliases:
        yield f"  also called: {', '.join(asset.aliases)}"


def _because(registry: Registry, asset: Asset) -> str:
    if asset.owned_by_default:
        return f"by default: {asset.spot} names no owner"
    if asset.owner.startswith("vendor:") and asset.liaison is None:
        return (
            f"at {asset.spot}, which names no liaison, so the catch-all {registry.catch_all} answers for it"
        )
    return f"at {asset.spot}"


def _leans(hops: Iterable[Hop]) -> Iterator[str]:
    """What it leans on, by how: `uses index:docs, prompt:backup; runs on service:nomad`."""
    by_verb: dict[str, list[str]] = {}
    for hop in hops:
        verb = in_words([hop]).removeprefix(f"{hop.downstream} ").removesuffix(f" {hop.upstream}")
        by_verb.setdefault(verb, []).append(hop.upstream)
    if by_verb:
        yield f"  it {'; '.join(f'{verb} {_some(refs)}' for verb, refs in by_verb.items())}"


def _team(registry: Registry, team: Team, now: datetime) -> Iterator[str]:
    yield f"{team.ref} ({team.name}), at {team.spot}"
    yield f"  channel: {team.channel or 'none'}"
    yield f"  on call: {on_call(registry, team.ref, now).sentence}"
    yield f"  members: {', '.join(team.members) or 'none'}"
    owned = [
        asset.ref for asset in registry.assets.values() if registry.responsible_team(asset).ref == team.ref
    ]
    yield f"  answers for: {_some(owned)}"


def _person(registry: Registry, person: Person) -> Iterator[str]:
    yield f"{person.ref}{f' ({person.name})' if person.name else ''}, at {person.spot}"
    teams = [team.ref for team in registry.teams.values() if person.ref in team.members]
    yield f"  teams: {_some(teams)}"
    yield f"  owns: {_some([asset.ref for asset in registry.assets.values() if asset.owner == person.ref])}"


def _some(refs: list[str]) -> str:
    more = f", and {len(refs) - MOST} more" if len(refs) > MOST else ""
    return f"{', '.join(refs[:MOST])}{more}" if refs else "none"
