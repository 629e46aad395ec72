"""Checks that need the whole registry: references that lead nowhere, people nobody can reach, gaps."""

from collections.abc import Collection, Iterator
from typing import Final

from headwater.catalog.shapes import Notes
from headwater.core.refs import kind_of, name_of
from headwater.core.registry import Asset, Registry, Team
from headwater.core.terms import nearest

_SUGGESTIONS: Final = 20
"""Guessing what somebody meant takes a while: a file with thousands of slips gets guesses for the first."""


def check(registry: Registry, notes: Notes) -> None:
    """Adds the problems of the whole to those of the parts."""
    _check_citations(registry, notes)
    _check_slack_ids(registry, notes)
    if notes.problems.errors:
        return  # what an error left out would be warned of as missing
    for team in registry.teams.values():
        _check_team(team, registry, notes)
    for asset in registry.assets.values():
        _check_asset(asset, notes)


def _check_citations(registry: Registry, notes: Notes) -> None:
    mends: dict[str, str] = {}
    for cited in notes.cited:
        ref = cited.ref
        if (
            ref in registry.assets
            or ref in registry.teams
            or ref in registry.people
            or kind_of(ref) == "vendor"
        ):
            continue
        if ref not in mends:
            mends[ref] = _mend(ref, registry) if len(mends) < _SUGGESTIONS else ""
        notes.problems.error(cited.spot, f"Nothing here is called {ref}.", mends[ref] or _declare(ref))


def _mend(ref: str, registry: Registry) -> str:
    """The same name under another kind, else the name of the same kind that looks most like it."""
    kind, name = kind_of(ref), name_of(ref)
    pool: Collection[str] = {"team": registry.teams, "person": registry.people}.get(kind, registry.assets)
    for other in pool:
        if name_of(other) == name:
            return f'Did you mean "{other}"?'
    # Compared without the kind: "team:" alone makes any two short names look alike.
    near = nearest(name, (name_of(known) for known in pool if kind_of(known) == kind))
    return f'Did you mean "{kind}:{near[0]}"?' if near else ""


def _declare(ref: str) -> str:
    where = {"team": "teams", "person": "people"}.get(kind_of(ref), "assets")
    return f"Add it under {where}: {{ref: {ref}}}."


def _check_slack_ids(registry: Registry, notes: Notes) -> None:
    for person in registry.people.values():
        holder = registry.by_slack.get(person.slack or "", person.ref)
        if holder != person.ref:
            notes.problems.error(
                person.spot,
                f"{person.slack} is {holder} as well ({registry.people[holder].spot}).",
                "Two people can't share a Slack user id.",
            )


def _check_team(team: Team, registry: Registry, notes: Notes) -> None:
    if team.channel is None:
        notes.problems.warning(
            team.spot,
            f"{team.ref} has no channel, so its incidents go to the catch-all's.",
            'Add slack: {channel: "#..."}.',
        )
    reaches_oncall = any(step.whom == "oncall" for steps in team.escalation.values() for step in steps)
    if team.oncall is None and reaches_oncall:
        notes.problems.warning(
            team.spot, f"{team.ref} escalates to its on-call, and has none.", "Add oncall: [person:...]."
        )
    for ref in dict.fromkeys(_on_call_people(team)):
        person = registry.people.get(ref)
        if person is not None and person.slack is None:
            notes.problems.warning(
                person.spot,
                f"{ref} is on call for {team.ref} and has no Slack id.",
                "Add slack: U..., or nobody is told.",
            )


def _on_call_people(team: Team) -> Iterator[str]:
    if team.oncall is not None:
        yield from team.oncall.people
        yield from team.oncall.rotation.people if team.oncall.rotation else ()
        yield from (override.person for override in team.oncall.overrides)


def _check_asset(asset: Asset, notes: Notes) -> None:
    if kind_of(asset.owner) == "vendor" and asset.liaison is None:
        notes.problems.warning(
            asset.spot,
            f"{asset.ref} belongs to {asset.owner}, and nobody here answers for it.",
            "Add liaison: team:..., whom we bring in.",
        )
