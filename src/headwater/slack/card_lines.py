"""The lines of a card, each a pure function to mrkdwn."""

from collections.abc import Sequence
from typing import Final

from headwater.core.incidents import Incident, Involved, State, Suspected
from headwater.slack import mrkdwn
from headwater.slack.people import Names

SYMPTOMS: Final = 4
"""More than this is read in the thread and on the page, not on a phone."""

TITLE: Final = 120

SUSPECTS: Final = 3
"""The rest is behind *Why us?*."""

LEAST: Final = 0.05
"""A suspect less likely than this is not worth a line of a card."""

BAR: Final = 5
"""Cells of a bar: more would wrap on a phone."""


def facts(incident: Incident, names: Names, oncall: Sequence[str]) -> str:
    """Line 2: state, severity, team, who has it, since when, how many alerts."""
    parts = [
        f"*{incident.severity.name}* {incident.state}",
        f"*{names.team(incident.route.team)}*",
        _who(incident, names, oncall),
        f"since {mrkdwn.moment(incident.began_at)}",
        counted(incident),
    ]
    if incident.joined:
        parts.append("with " + ", ".join(names.team(ref) for ref in incident.joined[:3]))
    if incident.flaps:
        parts.append(f"flapping x{incident.flaps}")
    return " · ".join(part for part in parts if part)


def counted(incident: Incident) -> str:
    """`3 alerts, 2 firing`; empty for an incident declared by hand."""
    if not incident.alerts:
        return ""
    alerts = "1 alert" if incident.alerts == 1 else f"{incident.alerts} alerts"
    return f"{alerts}, {incident.firing or 'none'} firing"


def life(incident: Incident, names: Names) -> str:
    """Who did what and when, as further lines; empty while nobody has done anything."""
    rows: list[str] = []
    if incident.state is State.ACKNOWLEDGED and incident.acknowledged_at and incident.acknowledged_by:
        by = names.person(incident.acknowledged_by)
        rows.append(f"Acknowledged by {by} at {mrkdwn.clock(incident.acknowledged_at)}.")
    if incident.mitigated_at and incident.state in {State.MITIGATED, State.MONITORING}:
        rows.append(f"Mitigated at {mrkdwn.clock(incident.mitigated_at)}: the symptom is contained.")
    if incident.recovered_at and incident.is_open:
        rows.append(f"All alerts recovered at {mrkdwn.clock(incident.recovered_at)}; watching.")
    if incident.resolution:
        rows.append(_resolved(incident, names))
    if incident.state is State.CANCELLED and incident.noise:
        rows.append(f"Not an incident: {mrkdwn.line(mrkdwn.plain(incident.noise, 300))}")
    if incident.merged_into:
        rows.append(f"Merged into INC-{incident.merged_into}.")
    if incident.recurrence_of:
        rows.append(f"The same alert was in INC-{incident.recurrence_of}.")
    return "".join(f"\n{row}" for row in rows)


def why(incident: Incident, names: Names) -> str:
    """Why this team, and who comes next if it is not theirs."""
    route = incident.route
    text = f"*Why {names.team(route.team)}:* {names.reason(route.reason)}."
    if route.runner_up:
        owned = f" (owns {names.asset(route.runner_up_asset)})" if route.runner_up_asset else ""
        text += f" Runner-up: {names.team(route.runner_up)}{owned}."
    return text


def symptoms(involved: Sequence[Involved], names: Names) -> str:
    """The assets that show it, firing and worst first; an unplaced group by its alert's title."""
    order = sorted(
        (part for part in involved if part.alerts),
        key=lambda part: (part.firing == 0, part.worst, part.first_at, part.group),
    )
    rows = [_symptom(part, names) for part in order[:SYMPTOMS]]
    if len(order) > SYMPTOMS:
        rows.append(f"and {len(order) - SYMPTOMS} more")
    return "\n".join(rows)


def suspects(incident: Incident, names: Names) -> str:
    """The likeliest suspects with bars, and why each; empty where nothing is suspected, or it is over."""
    suspicion = incident.suspicion
    if suspicion is None or not incident.is_open:
        return ""
    held = [one for one in suspicion.suspects[:SUSPECTS] if one.probability >= LEAST]
    if not held:
        return ""
    rows = [_suspected(one, names) for one in held]
    rest = 1 - sum(one.probability for one in held)
    return "\n".join(
        ["*Suspects*", *rows, f"{_bar(rest)} {rest:.0%} others, or none that the registry knows"]
    )


def _suspected(one: Suspected, names: Names) -> str:
    cause = f" {one.cause.replace('-', ' ')}" if one.cause else ""
    why = f": {mrkdwn.line(mrkdwn.plain(one.speaking_for[0], TITLE))}" if one.speaking_for else ""
    return f"{_bar(one.probability)} {one.probability:.0%} {names.asset(one.asset)}{cause}{why}"


def _bar(share: float) -> str:
    full = round(share * BAR)
    return "▰" * full + "▱" * (BAR - full)


def _symptom(part: Involved, names: Names) -> str:
    title = mrkdwn.line(mrkdwn.plain(part.title, TITLE))
    state = "recovered" if not part.firing else f"{part.firing} firing" if part.alerts > 1 else "firing"
    where = names.asset(part.asset) if part.asset else "not placed on any asset:"
    return f"• {where} {title} ({state})"


def _who(incident: Incident, names: Names, oncall: Sequence[str]) -> str:
    if incident.assignee:
        return f"with {names.person(incident.assignee)}"
    if not incident.is_open:
        return ""
    return f"on call: {names.people(oncall)}" if oncall else "nobody on call"


def _resolved(incident: Incident, names: Names) -> str:
    how = incident.resolution
    if how is None:
        return ""
    cause = f"cause {names.asset(how.cause)}" if how.cause else "cause unknown"
    reason = f": {mrkdwn.line(mrkdwn.plain(how.why, 300)).rstrip('.')}" if how.why else ""
    if incident.state is State.MONITORING:
        return f"{cause.capitalize()}, says {names.person(how.by)}{reason}. Watched, then resolved."
    at = f" at {mrkdwn.clock(incident.resolved_at)}" if incident.resolved_at else ""
    by = f" by {names.person(how.by)}" if how.by else ""
    return f"Resolved{by}{at}, {cause}{reason}."
