"""*Why us?*: how this incident came to this team, told to the one who asks."""

from collections.abc import Iterator, Sequence

from headwater.core.account import Holding
from headwater.core.alerts import Alert
from headwater.core.handover import final, next_after
from headwater.core.incidents import Involved, Suspicion
from headwater.core.registry import Registry, Spot
from headwater.core.view import IncidentView
from headwater.slack import mrkdwn
from headwater.slack.blocks import Json, Message, context, section
from headwater.slack.limits import fit
from headwater.slack.people import Names

SUSPECTS = 3
CLAUSES = 2
HELD = 8
"""Hand-overs that are told, the newest."""
PLACED = 6
"""Alerts whose placing is told; more alike explain nothing more."""


def why_us(
    view: IncidentView, alerts: Sequence[Alert], routes: Sequence[Holding], registry: Registry
) -> Message:
    """The route's sentence, the line of the registry that chose, the runner-up, what would change the
    decision, who had it before, and for each part how it was placed and why it is in this incident.
    """
    names = Names(registry)
    incident, route = view.incident, view.incident.route
    team = names.team(route.team)
    first = f"*Why {team} has {incident.name}:* {names.reason(route.reason)}."
    blocks: list[Json] = [section(first)]
    decided = [_line(registry, route.asset), _runner_up(view, names), _change(view, names)]
    blocks.append(section("\n".join(row for row in decided if row)))
    if incident.suspicion is not None:
        blocks.extend(section(row) for row in _suspects(incident.suspicion, names))
    parts = [_part(part, alerts, names) for part in view.involved if part.alerts][:PLACED]
    if parts:
        blocks.append(section("*What is in it, and why*\n" + "\n".join(parts)))
    if len(routes) > 1:
        blocks.append(section("*Who had it*\n" + "\n".join(_held(one, names) for one in routes[-HELD:])))
    blocks.append(context(f"Registry version {mrkdwn.code(incident.registry)}. Same alerts, same answer."))
    return fit(Message(text=f"Why {team} has {incident.name}", blocks=tuple(blocks)))


def _held(holding: Holding, names: Names) -> str:
    by = f"{names.person(holding.by)}: " if holding.by else ""
    why = mrkdwn.line(mrkdwn.plain(holding.why, 300))
    return f"• *{names.team(holding.team)}* from {mrkdwn.moment(holding.since)}. {by}{why}"


def _suspects(suspicion: Suspicion, names: Names) -> Iterator[str]:
    """Each suspect with what speaks for it and against it; then what would be none of them."""
    for one in suspicion.suspects[:SUSPECTS]:
        rows = [f"*{one.probability:.0%} {names.asset(one.asset)}* {one.cause.replace('-', ' ')}"]
        rows += [f"for: {mrkdwn.line(why)}" for why in one.speaking_for[:CLAUSES]]
        rows += [f"against: {mrkdwn.line(why)}" for why in one.against[:1]]
        yield "\n".join(rows)
    rest = f"{suspicion.unlisted:.0%} that it is nothing the registry knows."
    second = f" A second cause may be at work: {names.asset(suspicion.second)}." if suspicion.second else ""
    yield rest + second


def _line(registry: Registry, ref: str | None) -> str:
    names = Names(registry)
    if ref is None:
        return f"No asset is known; the catch-all is {names.team(registry.catch_all)}."
    asset = registry.assets.get(ref)
    if asset is None:
        return f"{names.asset(ref)} is no longer in the registry."
    return f"Its owner is written at {_spot(asset.spot)}."


def _spot(spot: Spot) -> str:
    return mrkdwn.code(f"{spot.file}:{spot.line}")


def _runner_up(view: IncidentView, names: Names) -> str:
    route = view.incident.route
    if route.runner_up is None:
        return "" if route.by else "There is no runner-up: nobody else owns anything involved."
    owns = f", which owns {names.asset(route.runner_up_asset)}" if route.runner_up_asset else ""
    return f"Runner-up: {names.team(route.runner_up)}{owns}."


def _change(view: IncidentView, names: Names) -> str:
    incident, route = view.incident, view.incident.route
    if not incident.is_open:
        return ""
    following = next_after(names.registry, route)
    if following is None:
        return mrkdwn.line(final(names.registry, incident)) if route.by or route.asset else _placing()
    contested = f"*Not ours* sends it to {names.team(following.ref)}, *Reassign* to whom you name."
    if route.by is not None:
        return f"A person decided, so only a person moves it. {contested}"
    if route.asset is None:
        return _placing()
    if incident.announced_at is not None:
        return (
            "Since it was announced, only evidence that makes another team's assets much likelier moves it. "
            f"{contested}"
        )
    return f"Within the settle time, evidence for another team's assets moves it there. {contested}"


def _placing() -> str:
    return "It moves to its owner as soon as somebody says what its alerts are about: *Place on…*."


def _part(part: Involved, alerts: Sequence[Alert], names: Names) -> str:
    what = names.asset(part.asset) if part.asset else mrkdwn.line(mrkdwn.plain(part.title, 100))
    placed = next((alert for alert in alerts if alert.group == part.group), None)
    how = f"{names.reason(placed.placed)}; " if placed else ""
    return f"• {what}: {how}{names.reason(part.reason)}."
