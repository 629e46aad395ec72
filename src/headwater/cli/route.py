"""`headwater route --explain`: what a delivery would come to, offline: no database, no Slack."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.terminal import NOT_SET_UP, fail, settings_or_fail

if TYPE_CHECKING:
    from headwater.core.alerts import Alert, Delivery, Parsed
    from headwater.core.incidents import Incident, Suspicion
    from headwater.core.picture import Draft
    from headwater.core.scene import Scene

_EXAMPLES = """[bold]Examples[/bold]

headwater route --explain delivery.json\n
headwater route --explain recorded-request.json --registry ownership/\n
headwater route --explain body.json --format alertmanager
"""


def register(cli: typer.Typer) -> None:
    """Add `route`."""
    cli.command(epilog=_EXAMPLES)(route)


def route(
    explain: Annotated[
        Path,
        typer.Option(
            help="A delivery: a body as its sender sends it, or a recorded request.", dir_okay=False
        ),
    ],
    format_name: Annotated[
        str | None, typer.Option("--format", help="The sender's format; guessed where absent.")
    ] = None,
    registry: Annotated[Path | None, typer.Option(help="A registry other than HEADWATER_REGISTRY.")] = None,
) -> None:
    """Say where a delivery's alerts would go, and why: asset, incident, team, file and line.

    Nothing is kept or sent, and open incidents play no part: it is as if these were the only alerts.
    """
    from headwater.catalog.ownership import load
    from headwater.cli.recorded import DeliveryError, read_delivery
    from headwater.clock import system_clock
    from headwater.intake.formats import FORMATS

    settings = settings_or_fail()
    loaded = load([registry or settings.registry])
    if loaded.registry is None:
        fail(*[str(problem) for problem in loaded.errors], code=NOT_SET_UP)
    try:
        delivery = read_delivery(explain, system_clock(), FORMATS, format_name)
    except DeliveryError as wrong:
        fail(str(wrong))
    from headwater.catalog.shipped import shipped_taxonomy
    from headwater.core.correlating import Correlator
    from headwater.core.placing import Placer
    from headwater.core.scene import Scene
    from headwater.core.suspecting import Suspector

    tuning = settings.tuning
    scene = Scene(
        registry=loaded.registry,
        placer=Placer(loaded.registry),
        correlator=Correlator(loaded.registry, hops=tuning.hops, near=tuning.near),
        tuning=tuning,
        now=delivery.received_at,
        suspector=Suspector(loaded.registry, shipped_taxonomy()),
    )
    parsed = FORMATS[delivery.format].parse(delivery)
    for line in _explained(scene, delivery, parsed):
        typer.echo(line)


def _explained(scene: "Scene", delivery: "Delivery", parsed: "Parsed") -> Iterator[str]:
    from headwater.core.picture import Draft, Picture
    from headwater.core.triage import Arrival, triage

    draft = Draft(Picture())
    place = scene.placer.place
    arrivals = [
        Arrival(
            key=f"{delivery.sender}/{report.fingerprint}",
            sender=delivery.sender,
            report=report,
            placement=place(delivery.sender, report.labels, report.title, {}),
        )
        for report in parsed.reports
    ]
    triage(draft, scene, arrivals)
    others = len(parsed.readings) + len(parsed.runs) + len(parsed.changes)
    yield f"Read as {delivery.format}: {_counted(len(parsed.reports), 'alert')}" + (
        f", and {_counted(others, 'reading, run or change', 'readings, runs and changes')}" if others else ""
    )
    if parsed.remark:
        yield parsed.remark
    for arrival in arrivals:
        alert = draft.alerts[arrival.key]
        yield from ("", *_alert(alert, draft))
    for number in sorted(draft.incidents):
        incident = draft.incidents[number]
        if incident.merged_into is None:
            yield from ("", *_incident(scene, incident))
    for problem in parsed.problems:
        yield f"\nCan't be read, at {problem.path}: {problem.sentence}"


def _alert(alert: "Alert", draft: "Draft") -> Iterator[str]:
    yield f"{alert.title}  ({alert.status}, {alert.severity.name})"
    where = f"on {alert.asset}" if alert.asset else "on no asset"
    yield f"  {where}: {alert.placed.sentence}"
    if alert.incident is None:
        return
    incident = draft.incidents[alert.incident]
    while incident.merged_into is not None:
        incident = draft.incidents[incident.merged_into]
    part = draft.involved[incident.number][alert.group]
    yield f"  in {_letter(incident.number)}: {part.reason.sentence}"


def _incident(scene: "Scene", incident: "Incident") -> Iterator[str]:
    team = scene.team(incident.route.team)
    channel = scene.channel_of(team.ref) or "no channel"
    severity = f"{incident.severity.name}: {incident.severity.words}"
    yield f"{_letter(incident.number)}: {incident.title}  ({severity})"
    yield f"  to {team.name}, in {channel}: {incident.route.reason.sentence}"
    if incident.route.runner_up:
        for_what = f", for {incident.route.runner_up_asset}" if incident.route.runner_up_asset else ""
        yield f"  next would be {scene.team(incident.route.runner_up).name}{for_what}"
    if incident.joined:
        yield f"  also told: {', '.join(scene.team(ref).name for ref in incident.joined)}"
    if incident.suspicion is not None:
        yield from _suspects(incident.suspicion)
    yield f"  by registry {incident.registry}; announced after {int(scene.tuning.settle.total_seconds())} s"


def _suspects(suspicion: "Suspicion") -> Iterator[str]:
    yield "  suspects, by the lineage and what alerts:"
    for one in suspicion.suspects:
        why = one.speaking_for[0] if one.speaking_for else "nothing speaks for it"
        yield f"    {one.probability:4.0%}  {one.asset}  {one.cause}: {why}"
    yield f"    {suspicion.unlisted:4.0%}  none of these"


def _letter(number: int) -> str:
    return f"incident {chr(64 + number)}" if number <= 26 else f"incident {number}"


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"
