"""`headwater db`: the database's shape."""

import typer

from headwater.cli.terminal import fail, settings_or_fail

_EXAMPLES = """[bold]Examples[/bold]

headwater db upgrade\n
HEADWATER_DATABASE=sqlite:////var/lib/headwater/headwater.db headwater db upgrade
"""


def register(cli: typer.Typer) -> None:
    """Add `db upgrade`."""
    database = typer.Typer(help="The database's shape.", no_args_is_help=True)
    database.command(epilog=_EXAMPLES)(upgrade)
    cli.add_typer(database, name="db")


def upgrade() -> None:
    """Bring the database to this version's shape. Stop Headwater and copy the file first.

    A new database needs none of this: `headwater serve` makes it.
    """
    from sqlalchemy.exc import OperationalError

    from headwater.store import migrate
    from headwater.store.database import Database

    settings = settings_or_fail()
    database = Database(settings.database)
    try:
        was_current = migrate.is_current(database)
        migrate.upgrade(database)
    except OperationalError as wrong:
        fail(f"{settings.database} can't be opened: {wrong.orig}.", "HEADWATER_DATABASE names another.")
    finally:
        database.close()
    typer.echo(f"{settings.database} {'was up to date already' if was_current else 'is up to date now'}.")
