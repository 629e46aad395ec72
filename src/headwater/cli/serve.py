"""`headwater serve`: the bot itself."""

import typer

from headwater.cli.terminal import NOT_SET_UP, fail, settings_or_fail

_EXAMPLES = """[bold]Examples[/bold]

headwater serve\n
HEADWATER_LISTEN=0.0.0.0:8474 HEADWATER_LOG=json headwater serve
"""


def register(cli: typer.Typer) -> None:
    """Add `serve`."""
    cli.command(epilog=_EXAMPLES)(serve)


def serve() -> None:
    """Take alerts in, decide, and speak in Slack, until it is told to stop.

    Settings come from the environment and from .env (see .env.example). SIGTERM and Ctrl-C let what was
    accepted be decided, then stop.
    """
    import asyncio

    from headwater import logs
    from headwater.cli.lacking import lacking, screen

    settings = settings_or_fail()
    lacks = list(lacking(settings))
    if lacks:
        fail(screen(lacks), code=NOT_SET_UP)
    logs.set_up(settings.log)
    from headwater.app import serve as run

    asyncio.run(run(settings))
