"""`headwater send-test`: one alert the whole way to Slack and back, each hop ticked, and cleaned up."""

from typing import Annotated, Final

import typer

_EXAMPLES: Final = """[bold]Examples[/bold]

headwater send-test\n
headwater send-test --asset index:docs
"""


def register(cli: typer.Typer) -> None:
    """Add `send-test`."""
    cli.command("send-test", epilog=_EXAMPLES)(send_test)


def send_test(
    asset: Annotated[
        str | None, typer.Option(help="Test the way to this asset's team; without it, to the catch-all.")
    ] = None,
) -> None:
    """Send one harmless alert through the running Headwater to Slack and back, and tick each hop.

    Run it where `headwater serve` runs. The alert is SEV4 and says that it is a test; it waits out the settle
    time as any other does. Its incident is cancelled and its message deleted in the end.
    """
    import asyncio

    from headwater.cli.lacking import lacking, screen
    from headwater.cli.opened import opened
    from headwater.cli.terminal import NOT_SET_UP, fail, settings_or_fail
    from headwater.cli.trip import Trip, TripError

    settings = settings_or_fail()
    lacks = list(lacking(settings))
    if lacks:
        fail(screen(lacks), code=NOT_SET_UP)
    with opened() as database:
        trip = Trip(settings=settings, database=database, asset=asset, tell=typer.echo)
        try:
            asyncio.run(trip.make())
        except TripError as wrong:
            fail(f"  x  {wrong}")
