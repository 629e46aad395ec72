"""Several files' sayings -> one registry: what may be said once, who contests what, which alias is whose."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from headwater.catalog.asset_keys import WrittenAsset
from headwater.catalog.ownership_keys import Workspace, Written
from headwater.catalog.problems import Problems
from headwater.core.registry import (
    NOWHERE,
    Asset,
    Edge,
    Listen,
    MatchRule,
    Person,
    Registry,
    Spot,
    Team,
    assemble,
)

T = TypeVar("T")
Named = TypeVar("Named", Person, Team, MatchRule)


def merge(files: Sequence[Written], version: str, problems: Problems) -> Registry | None:
    """One registry of all files, in their order; None where not even a default owner is known."""
    default = _once(problems, "defaults", [file.default_owner for file in files])
    workspace = _once(problems, "workspace", [file.workspace for file in files]) or Workspace()
    catch_all = _once(problems, "catch_all", [file.catch_all for file in files])
    arbiter = _once(problems, "arbiter", [file.arbiter for file in files])
    people = _unique(problems, "person", (p for file in files for p in file.people), lambda p: p.ref)
    teams = _unique(problems, "team", (t for file in files for t in file.teams), lambda t: t.ref)
    rules = _unique(problems, "match rule", (r for file in files for r in file.match), lambda r: r.name)
    claims = [claim for file in files for claim in file.assets]
    _check_aliases(problems, claims, teams)
    if default is None:
        spot = files[0].spot if files else NOWHERE
        if files and not problems.errors:
            problems.error(
                spot,
                "No file names a default owner, so an asset could be nobody's.",
                "Add defaults: {owner: team:...}.",
            )
        return None
    assets, edges = _assets(claims, default, problems)
    return assemble(
        Registry(
            version=version,
            catch_all=catch_all or default,
            arbiter=arbiter or catch_all or default,
            people=MappingProxyType(people),
            teams=MappingProxyType(teams),
            assets=MappingProxyType(assets),
            edges=edges,
            match=tuple(rules.values()),
            listen=_listened(problems, [entry for file in files for entry in file.listen]),
            admins=frozenset(workspace.admins),
            admin_channel=workspace.admin_channel,
        )
    )


def _once(problems: Problems, key: str, said: Iterable[tuple[T, Spot] | None]) -> T | None:
    """The one value of a key that only one file may have."""
    first: tuple[T, Spot] | None = None
    for value in said:
        if value is None:
            continue
        if first is None:
            first = value
        else:
            problems.error(value[1], f"{key} stands in two files, first at {first[1]}.", "Keep one of them.")
    return first[0] if first else None


def _unique(
    problems: Problems, what: str, items: Iterable[Named], name: Callable[[Named], str]
) -> dict[str, Named]:
    """By name; whoever takes a name that is taken is told where the first stands."""
    kept: dict[str, Named] = {}
    for item in items:
        first = kept.setdefault(name(item), item)
        if first is not item:
            problems.error(
                item.spot,
                f"The {what} {name(item)} stands here a second time, first at {first.spot}.",
                "Keep one of them.",
            )
    return kept


def _listened(problems: Problems, entries: Sequence[Listen]) -> tuple[Listen, ...]:
    kept: dict[str, Listen] = {}
    for entry in entries:
        first = kept.setdefault(entry.channel, entry)
        if first is not entry:
            problems.error(
                entry.spot,
                f"{entry.channel} is listened to twice, first at {first.spot}.",
                "Join their `from` lists.",
            )
    return tuple(kept.values())


def _assets(
    claims: Sequence[WrittenAsset], default: str, problems: Problems
) -> tuple[dict[str, Asset], tuple[Edge, ...]]:
    """Assets by ref and their edges; those that two files claim are merged and contested."""
    assets: dict[str, Asset] = {}
    edges: dict[tuple[str, str, str], Edge] = {}
    for claim in claims:
        asset = claim.asset
        first = assets.get(asset.ref)
        if first is None:
            assets[asset.ref] = asset
        elif first.spot.file == asset.spot.file:
            problems.error(
                asset.spot,
                f"{asset.ref} stands here a second time, first at {first.spot}.",
                "Join the two entries.",
            )
        else:
            assets[asset.ref] = _joined(first, asset, problems)
        for edge in claim.edges:
            edges.setdefault((edge.subject, edge.type.value, edge.object), edge)
    for asset in tuple(assets.values()):
        if not asset.owner:
            problems.warning(
                asset.spot,
                f"{asset.ref} names no owner; {default} owns it by default.",
                "Add an owner: team:... to it.",
            )
            assets[asset.ref] = replace(asset, owner=default, owned_by_default=True)
    return assets, tuple(edges.values())


def _joined(first: Asset, second: Asset, problems: Problems) -> Asset:
    """Of two files' claims, the first file's word counts; what only the second says is added."""
    owners = dict.fromkeys(o for o in (first.owner, *first.co_owners, second.owner) if o)
    if second.owner and first.owner and second.owner not in {first.owner, *first.co_owners}:
        problems.warning(
            second.spot,
            f"{second.ref} is contested: {second.owner} claims it here, {first.owner} at {first.spot}.",
            "Agree on one owner; until then both teams are joined.",
        )
    elif not (set(owners) - {first.owner}) and second.owner:
        problems.warning(
            second.spot,
            f"{second.ref} is described in two files, first at {first.spot}.",
            "Keep it in one of them.",
        )
    known_topics = {topic.name for topic in first.topics}
    return replace(
        first,
        owner=next(iter(owners), ""),
        co_owners=tuple(owners)[1:],
        name=first.name or second.name,
        description=first.description or second.description,
        liaison=first.liaison or second.liaison,
        tier=first.tier or second.tier,
        aliases=tuple(dict.fromkeys(first.aliases + second.aliases)),
        topics=first.topics + tuple(topic for topic in second.topics if topic.name not in known_topics),
        board=MappingProxyType({**second.board, **first.board}),
        heartbeat=first.heartbeat or second.heartbeat,
        max_age=first.max_age or second.max_age,
        lifecycle=first.lifecycle or second.lifecycle,
        pinned=first.pinned or second.pinned,
        links=MappingProxyType({**second.links, **first.links}),
    )


def _check_aliases(problems: Problems, claims: Sequence[WrittenAsset], teams: dict[str, Team]) -> None:
    """An alias leads to one asset, or one team; whoever else takes it is told who has it."""
    holders: dict[str, tuple[str, Spot]] = {
        claim.asset.ref: (claim.asset.ref, claim.asset.spot) for claim in claims
    }
    for claim in claims:
        for alias, spot in claim.aliases:
            holder, first = holders.setdefault(alias, (claim.asset.ref, spot))
            if holder != claim.asset.ref:
                problems.error(
                    spot,
                    f'"{alias}" already leads to {holder} ({first}).',
                    "An alias leads to one asset: keep one of them.",
                )
    held: dict[str, Team] = {}
    for team in teams.values():
        for alias in team.aliases:
            other = held.setdefault(alias, team)
            if other is not team:
                problems.error(
                    team.spot,
                    f'"{alias}" is already an alias of {other.ref} ({other.spot}).',
                    "Keep one of them.",
                )
