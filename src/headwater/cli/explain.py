"""`headwater explain INC-7`: every decision about an incident, with its reason, file and line."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.terminal import fail

if TYPE_CHECKING:
    from headwater.core.alerts import Alert
    from headwater.core.incidents import Entry
    from headwater.core.view import IncidentView

_EXAMPLES = """[bold]Examples[/bold]

headwater explain INC-7\n
headwater explain 7
"""


def register(cli: typer.Typer) -> None:
    """Add `explain`."""
    cli.command(epilog=_EXAMPLES)(explain)


def explain(
    incident: Annotated[str, typer.Argument(help="The incident, as INC-7 or 7.")],
) -> None:
    """Say why an incident is what it is: its team, its alerts, who joined, all that happened.

    Reads the database; it may run beside `serve`.
    """
    from headwater.cli.opened import opened
    from headwater.store.reading import Reader

    found = re.fullmatch(r"(?:INC-)?([0-9]{1,9})", incident.strip(), re.IGNORECASE)
    if not found:
        fail(f'"{incident}" is not the name of an incident.', "Write it as INC-7 or 7.")
    number = int(found[1])
    with opened() as database:
        reader = Reader(database)
        view = reader.incident(number)
        if view is None:
            fail(f"There is no INC-{number}.", "In Slack, /incident list shows those there are.")
        for line in lines(view, reader.alerts(number), reader.timeline(number)):
            typer.echo(line)


def lines(view: "IncidentView", alerts: "tuple[Alert, ...]", timeline: "tuple[Entry, ...]") -> Iterator[str]:
    """The explanation, line by line."""
    incident, route = view.incident, view.incident.route
    yield f"{incident.name}  {incident.title}"
    severity = f"{incident.severity.name} ({incident.severity.words})"
    yield f"{incident.state}, {severity}, since {_at(incident.began_at)}"
    if incident.merged_into:
        yield f"It is part of INC-{incident.merged_into} now."
    yield ""
    yield f"{route.team} leads{f', decided by {route.by}' if route.by else ''}: {route.reason.sentence}"
    yield f"  [{route.reason.code}] with registry {incident.registry}"
    if route.runner_up:
        yield f"  next would be {route.runner_up}" + (
            f", for {route.runner_up_asset}" if route.runner_up_asset else ""
        )
    if incident.joined:
        yield f"  told as well: {', '.join(incident.joined)}"
    yield ""
    for part in view.involved:
        yield f"{part.group}  {part.firing} of {part.alerts} firing, since {_at(part.first_at)}"
        yield f"  [{part.reason.code}] {part.reason.sentence}"
    yield ""
    for alert in alerts:
        yield f"{alert.title}  ({alert.status}, from {alert.sender}, seen {alert.count} times)"
        yield f"  [{alert.placed.code}] {alert.placed.sentence}"
    yield ""
    for entry in timeline:
        who = f" by {entry.who}" if entry.who else ""
        why = f" ({entry.facts['why']})" if "why" in entry.facts else ""
        yield f"{_at(entry.at)}  {entry.kind}{who}: {entry.text}{why}"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}Z"
