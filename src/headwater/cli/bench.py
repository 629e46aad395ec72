"""`headwater bench`: what is claimed in figures, measured again."""

import typer

from headwater.cli import bench_model
from headwater.cli.bench_intake import intake


def register(cli: typer.Typer) -> None:
    """Add `bench` with its sub-commands."""
    group = typer.Typer(name="bench", help="Measure again what is claimed in figures.", no_args_is_help=True)
    bench_model.add_to(group)
    group.command(epilog="headwater bench intake")(intake)
    cli.add_typer(group)
