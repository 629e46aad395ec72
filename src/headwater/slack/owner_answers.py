"""What `/owner` answers: an asset's card, its lineage, a team, who is on call, who answers a question."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from headwater.core.finding import Found, Ranking
from headwater.core.incidents import Incident
from headwater.core.lineage import Hop, downstream, in_words, upstream
from headwater.core.oncall import on_call
from headwater.core.refs import kind_of
from headwater.core.registry import Asset, Registry, Spot, Team
from headwater.slack import mrkdwn
from headwater.slack.answers import incident_row, whisper
from headwater.slack.blocks import Json, Message, context, section
from headwater.slack.limits import fit
from headwater.slack.people import Names

SHOWN: Final = 8
"""Lines of a list: what fits one screen."""


def asset(found: Asset, how: Found, registry: Registry, now: datetime) -> Message:
    """Whose it is, how to reach them, what kind of thing it is, where that is written."""
    names = Names(registry)
    team = registry.responsible_team(found)
    title = f"*{mrkdwn.line(found.title)}* {names.asset(found.ref)}"
    if found.description:
        title += f"\n{mrkdwn.line(mrkdwn.plain(found.description, 300))}"
    blocks = [section(title), section(f"{_owned(found, registry)}\n{_reached(team, registry, now)}")]
    rows = [*_topics(found, names), *_around(found, registry)]
    if found.tier:
        worse = ": its incidents count one step worse" if found.tier == 1 else ""
        rows.insert(0, f"Tier {found.tier}{worse}.")
    if rows:
        blocks.append(section("\n".join(rows)))
    blocks.append(context(f"Found by {mrkdwn.line(how.why)}. Written at {_spot(found.spot)}."))
    return fit(Message(text=f"{found.ref} is {team.name}'s", blocks=tuple(blocks)))


def person(ref: str, registry: Registry) -> Message:
    """A person's teams."""
    teams = [team for team in registry.teams.values() if ref in team.members]
    listed = ", ".join(mrkdwn.line(team.name) for team in teams) or "no team"
    return whisper(f"{Names(registry).person(ref)} is in {listed}.")


def unsure(found: Found, registry: Registry, command: str) -> Message:
    """Several fit, or none: the nearest, each with whose it is."""
    if not found.candidates and not found.near:
        return whisper(f"{mrkdwn.escape(found.sentence)} `{command} help` shows what to ask.")
    refs = [(one.ref, one.why) for one in found.candidates] or [(ref, "") for ref in found.near]
    names = Names(registry)
    rows = [
        f"• {names.asset(ref)}{_whose(ref, registry)}{f': {mrkdwn.line(why)}' if why else ''}"
        for ref, why in refs
    ]
    first = "may be one of these" if found.candidates else "is not known; nearest are"
    return whisper(f"“{mrkdwn.line(mrkdwn.plain(found.asked, 100))}” {first}:\n" + "\n".join(rows))


def lineage(ref: str, registry: Registry) -> Message:
    """What it leans on and what leans on it, an edge in each direction, each with its owner."""
    names = Names(registry)
    above, below = list(upstream(registry, ref)), list(downstream(registry, ref))
    title = f"*Lineage of* {names.asset(ref)}. Trouble comes from upstream and goes downstream."
    blocks: list[Json] = [section(title)]
    up = _hops(above, lambda hop: hop.upstream, registry)
    down = _hops(below, lambda hop: hop.downstream, registry)
    blocks.append(section("*Upstream*: its trouble may come from\n" + (up or "nothing written")))
    blocks.append(section("*Downstream*: its trouble shows in\n" + (down or "nothing written")))
    return fit(Message(text=f"Lineage of {ref}", blocks=tuple(blocks)))


def team(ref: str, registry: Registry, now: datetime, incidents: Sequence[Incident]) -> Message:
    """A team's people, what it owns, who is on call, what is open."""
    names = Names(registry)
    known = registry.teams[ref]
    owned = sorted(one.ref for one in registry.assets.values() if registry.responsible_team(one).ref == ref)
    rows = [
        _reached(known, registry, now),
        f"People: {names.people(known.members, SHOWN) or 'none written'}",
        f"Owns {len(owned)}: {_some([names.asset(one) for one in owned])}" if owned else "Owns nothing.",
    ]
    blocks = [section(f"*{mrkdwn.line(known.name)}* {names.asset(ref)}\n" + "\n".join(rows))]
    if incidents:
        listed = [incident_row(one, names, None) for one in incidents[:5]]
        blocks.append(section(f"*Open incidents: {len(incidents)}*\n" + "\n".join(listed)))
    else:
        blocks.append(section("No open incidents."))
    blocks.append(context(f"Written at {_spot(known.spot)}."))
    return fit(
        Message(text=f"{known.name}: {len(owned)} assets, {len(incidents)} open", blocks=tuple(blocks))
    )


def teams(registry: Registry) -> Message:
    """Every team, in one line each."""
    names = Names(registry)
    listed = sorted(registry.teams.values(), key=lambda one: one.name)
    rows = [
        f"• *{mrkdwn.line(one.name)}* {names.asset(one.ref)} {mrkdwn.channel(one.channel or '')}"
        for one in listed[:30]
    ]
    if len(listed) > len(rows):
        rows.append(f"and {len(listed) - len(rows)} more")
    return whisper("*Teams*\n" + "\n".join(rows))


def oncall(ref: str, registry: Registry, now: datetime) -> Message:
    """Who is on call for one team, until when, who is next."""
    return whisper(_oncall(registry.teams[ref], registry, now))


def oncall_everywhere(registry: Registry, now: datetime) -> Message:
    """Who is on call for every team that says so."""
    listed = sorted((one for one in registry.teams.values() if one.oncall), key=lambda one: one.name)
    rows = [_oncall(one, registry, now) for one in listed[:25]]
    if len(listed) > len(rows):
        rows.append(f"and {len(listed) - len(rows)} more teams: name one")
    return whisper("\n".join(rows) or "The registry says of no team who is on call.")


def who(ranking: Ranking, registry: Registry) -> Message:
    """Which handler answers a question, whose it is, and the runner-up."""
    if not ranking.contenders:
        return whisper(mrkdwn.escape(ranking.sentence))
    names = Names(registry)
    first = ranking.contenders[0]
    rows = [
        f"{names.asset(first.handler)} answers that. Owner: *{_owner(first.owner, registry)}*.",
        f"Found by {mrkdwn.line(first.why)}.",
    ]
    for other in ranking.contenders[1:3]:
        owner = _owner(other.owner, registry)
        rows.append(f"Runner-up: {names.asset(other.handler)} ({owner}), by {mrkdwn.line(other.why)}.")
    if ranking.apart:
        rows.append(f"What tells them apart: {mrkdwn.line(', '.join(ranking.apart))}.")
    elif len(ranking.contenders) > 1:
        rows.append("No word tells them apart: ask both.")
    counts = [f"{names.asset(one.handler)} {one.chosen}" for one in ranking.contenders[:3] if one.chosen]
    if counts:
        rows.append(f"Incidents led there so far: {', '.join(counts)}.")
    return whisper("\n".join(rows))


def _owned(found: Asset, registry: Registry) -> str:
    names = Names(registry)
    team = registry.responsible_team(found)
    said = f"Owner: *{names.team(team.ref)}*"
    if kind_of(found.owner) == "vendor":
        said = f"Belongs to {mrkdwn.line(found.owner)}; *{names.team(team.ref)}* answers for it"
    elif kind_of(found.owner) == "person":
        said = f"Owner: {names.person(found.owner)}, of *{names.team(team.ref)}*"
    if found.owned_by_default:
        said += " (nobody is written as its owner: the default)"
    if found.co_owners:
        said += f". Contested with {', '.join(_owner(ref, registry) for ref in found.co_owners)}"
    return said


def _owner(ref: str, registry: Registry) -> str:
    return Names(registry).team(ref) if ref in registry.teams else mrkdwn.line(ref)


def _reached(team: Team, registry: Registry, now: datetime) -> str:
    where = f" in {mrkdwn.channel(team.channel)}" if team.channel else ""
    return f"Reach them{where}. {_oncall(team, registry, now)}"


def _oncall(team: Team, registry: Registry, now: datetime) -> str:
    names = Names(registry)
    found = on_call(registry, team.ref, now)
    if not found.people:
        return f"Nobody is on call for *{mrkdwn.line(team.name)}*."
    until = f" until {mrkdwn.moment(found.until)}" if found.until else ""
    following = f", then {names.people(found.next_people)}" if found.next_people and found.until else ""
    return f"On call for *{mrkdwn.line(team.name)}*: {names.people(found.people)}{until}{following}."


def _topics(found: Asset, names: Names) -> list[str]:
    if not found.topics:
        return []
    listed = [
        f"{mrkdwn.line(topic.name)}{f' ({names.team(topic.owner)})' if topic.owner else ''}"
        for topic in found.topics
    ]
    return [f"Topics: {_some(listed)}"]


def _around(found: Asset, registry: Registry) -> list[str]:
    """Nearest neighbours in a line each way."""
    names = Names(registry)
    above = sorted({hop.upstream for hop in upstream(registry, found.ref)})
    below = sorted({hop.downstream for hop in downstream(registry, found.ref)})
    rows = []
    if above:
        rows.append(f"Leans on {_some([names.asset(ref) for ref in above])}")
    if below:
        rows.append(f"{len(below)} lean on it: {_some([names.asset(ref) for ref in below])}")
    return rows


def _hops(hops: Sequence[Hop], end: Callable[[Hop], str], registry: Registry) -> str:
    """A line an edge: what stands there, how it is joined, whose it is."""
    rows = [
        f"• {Names(registry).asset(end(hop))}{_whose(end(hop), registry)} "
        f"{mrkdwn.line(in_words((hop,)))}{' (discovered)' if hop.edge.discovered else ''}"
        for hop in hops[:SHOWN]
    ]
    if len(hops) > SHOWN:
        rows.append(f"and {len(hops) - SHOWN} more")
    return "\n".join(rows)


def _whose(ref: str, registry: Registry) -> str:
    known = registry.assets.get(ref)
    return f" ({mrkdwn.line(registry.responsible_team(known).name)})" if known else ""


def _some(listed: Sequence[str]) -> str:
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more


def _spot(spot: Spot) -> str:
    return mrkdwn.code(f"{spot.file}:{spot.line}")
