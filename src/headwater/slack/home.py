"""App Home: my teams' open incidents, who is on call now. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from headwater.core.incidents import Incident
from headwater.core.oncall import on_call
from headwater.core.registry import Registry
from headwater.slack import modals, mrkdwn
from headwater.slack.answers import incident_row
from headwater.slack.blocks import Json, context, divider, header, section
from headwater.slack.limits import BLOCKS_IN_VIEW
from headwater.slack.people import Names

LISTED: Final = 20


def teams_of(registry: Registry, user: str) -> tuple[str, ...]:
    """The teams a Slack user belongs to."""
    person = registry.by_slack.get(user)
    return tuple(team.ref for team in registry.teams.values() if person in team.members)


def render(
    *,
    user: str,
    registry: Registry,
    incidents: Sequence[Incident],
    now: datetime,
    base_url: str | None,
    incident_command: str,
    owner_command: str,
) -> Json:
    """The home view of one person."""
    names = Names(registry)
    mine = teams_of(registry, user)
    order = sorted(incidents, key=lambda one: (one.severity, one.began_at, one.number))
    whose = "of your teams" if mine else "everywhere (the registry has you in no team)"
    blocks: list[Json] = [header("Open incidents"), context(f"Incidents {whose}, worst first.")]
    blocks += [section(incident_row(one, names, base_url)) for one in order[:LISTED]]
    if not order:
        blocks.append(section("None. All quiet."))
    if len(order) > LISTED:
        blocks.append(context(f"and {len(order) - LISTED} more: `{incident_command} list`"))
    blocks += [divider(), header("On call now")]
    blocks.append(
        section("\n".join(_oncall(registry, now, mine)) or "The registry says of no team who is on call.")
    )
    blocks.append(context(f"`{incident_command} help` and `{owner_command} help` list what I can do."))
    return {"type": "home", "callback_id": modals.HOME, "blocks": blocks[:BLOCKS_IN_VIEW]}


def _oncall(registry: Registry, now: datetime, mine: Sequence[str]) -> list[str]:
    names = Names(registry)
    listed = sorted(
        (team for team in registry.teams.values() if team.oncall), key=lambda t: (t.ref not in mine, t.name)
    )
    rows = []
    for team in listed[:LISTED]:
        found = on_call(registry, team.ref, now)
        who = names.people(found.people) if found.people else "nobody"
        until = f" until {mrkdwn.moment(found.until)}" if found.until and found.people else ""
        rows.append(f"*{mrkdwn.line(team.name)}*: {who}{until}")
    return rows
