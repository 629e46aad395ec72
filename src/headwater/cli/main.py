"""`headwater`: the root of the command line, and what each command is filed under."""

from typing import Annotated

import typer

from headwater.cli import (
    bench,
    database,
    demo,
    doctor,
    explain,
    init,
    manifest,
    registry,
    route,
    send_test,
    senders,
    serve,
)

cli = typer.Typer(
    name="headwater",
    help="A Slack incident bot for LLM-quality incidents: from the symptom upstream to the cause,"
    " and to the team that owns it.",
    epilog="Begin with: headwater demo (no account needed), or: headwater init (a real workspace).",
    rich_markup_mode="rich",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"headwater {version('headwater')}")
        raise typer.Exit


@cli.callback()
def root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Headwater's commands."""


for commands in (
    serve,
    demo,
    init,
    doctor,
    registry,
    route,
    explain,
    senders,
    send_test,
    manifest,
    bench,
    database,
):
    commands.register(cli)
