"""`headwater unreadable`: what could not be read; replay it after a mend."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from headwater.cli.opened import opened
from headwater.cli.terminal import fail

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from headwater.core.alerts import Delivery
    from headwater.store.unreadable import Boxed

LIST: Final = """[bold]Examples[/bold]

headwater unreadable list\n
headwater unreadable list --sender grafana --all
"""
REPLAY: Final = """[bold]Examples[/bold]

headwater unreadable replay 17 18\n
headwater unreadable replay --all
"""
LONGEST: Final = 4_000
Number = Annotated[int, typer.Argument(help="Its number, as headwater unreadable list shows it.")]


def register(cli: typer.Typer) -> None:
    """Add `unreadable`."""
    group = typer.Typer(help="What could not be read; replay it after a mend.", no_args_is_help=True)
    group.command("list", epilog=LIST)(list_boxed)
    group.command("show", epilog="[bold]Example[/bold]\n\nheadwater unreadable show 17")(show)
    group.command("replay", epilog=REPLAY)(replay)
    group.command("dismiss", epilog="[bold]Example[/bold]\n\nheadwater unreadable dismiss 17")(dismiss)
    cli.add_typer(group, name="unreadable")


def list_boxed(
    sender: Annotated[str | None, typer.Option(help="Only this sender's.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also what was replayed or dismissed.")] = False,
) -> None:
    """List what waits in the box, newest first."""
    from headwater.store.unreadable import boxed

    with opened() as database, database.read() as connection:
        found = boxed(connection, sender=sender, settled=every)
    if not found:
        typer.echo("Nothing waits in the box.")
    for each in found:
        done = f"  ({each.settled_by} {each.settled_at:%Y-%m-%d %H:%M}Z)" if each.settled_at else ""
        typer.echo(
            f"{each.id:>5}  {each.at:%Y-%m-%d %H:%M}Z  {each.sender}  {each.path}  {each.sentence}{done}"
        )


def show(number: Number) -> None:
    """Show an item: where it stood, what is wrong with it, and its bytes."""
    with opened() as database, database.read() as connection:
        item = _existing(connection, number)
    typer.echo(
        f"From     {item.sender} ({item.format}), delivery {item.delivery}, {item.at:%Y-%m-%d %H:%M:%S}Z"
    )
    typer.echo(f"Where    {item.path}")
    typer.echo(f"Problem  {item.sentence}\n")
    typer.echo(item.item[:LONGEST].decode("utf-8", "backslashreplace"))
    if len(item.item) > LONGEST:
        typer.echo(f"... and {len(item.item) - LONGEST:,} bytes more")


def replay(
    numbers: Annotated[list[int] | None, typer.Argument(help="Their numbers.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that waits.")] = False,
) -> None:
    """Read items again, after their sender's mapping or Headwater was mended.

    What can be read now goes through the whole path, with the time at which it first came; what can't,
    stays in the box. A Headwater that runs takes it up with its next turn.
    """
    from headwater.clock import system_clock
    from headwater.store import unreadable as box

    if not numbers and not every:
        fail("Say which: headwater unreadable replay 17, or --all.")
    still = 0
    with opened() as database:
        with database.read() as connection:
            items = (
                box.boxed(connection, limit=10_000)
                if every
                else tuple(_existing(connection, number) for number in numbers or ())
            )
        for item in sorted(items, key=lambda item: item.id):
            with database.write() as connection:
                again = _again(connection, item)
                wrong = _problem(again)
                if wrong is not None:
                    still += 1
                    typer.echo(f"{item.id}: still can't be read: {wrong}")
                elif box.replay(connection, item.id, (again,), by="replayed", now=system_clock()):
                    typer.echo(f"{item.id}: replayed")
                else:
                    typer.echo(f"{item.id}: was settled before")
    if still:
        raise typer.Exit(1)


def _again(connection: "Connection", item: "Boxed") -> "Delivery":
    """The item as a delivery of its own, as it first came. Its key lets one item be replayed only once."""
    from headwater.core.alerts import Delivery
    from headwater.intake.formats import FORMATS
    from headwater.store import journal

    form = FORMATS.get(item.format)
    if form is None:
        fail(f"{item.id}: there is no format {item.format!r} any more.")
    first = journal.one(connection, item.delivery)
    return Delivery(
        sender=item.sender,
        format=item.format,
        received_at=first.received_at if first else item.at,
        body=item.item if item.path == "$" else form.body_of(item.item),
        method=first.method if first else "POST",
        path=first.path if first else "",
        headers=_headers(connection, item, first),
        key=f"replay/{item.id}",
    )


def _headers(
    connection: "Connection", item: "Boxed", first: "Delivery | None"
) -> tuple[tuple[str, str], ...]:
    """As they were kept, but with the sender's mapping of now: mending it is why one replays."""
    from headwater.intake.format import MAPPING_HEADER
    from headwater.store.senders import senders

    kept = [(name, value) for name, value in (first.headers if first else ()) if name != MAPPING_HEADER]
    mapping = next((each.mapping for each in senders(connection) if each.name == item.sender), None)
    return (*kept, (MAPPING_HEADER, mapping)) if mapping is not None else tuple(kept)


def _problem(again: "Delivery") -> str | None:
    from headwater.intake.formats import FORMATS

    problems = FORMATS[again.format].parse(again).problems
    return problems[0].sentence if problems else None


def dismiss(number: Number) -> None:
    """Take an item out of the box that nobody needs."""
    from headwater.clock import system_clock
    from headwater.store.unreadable import settle

    with opened() as database, database.write() as connection:
        _existing(connection, number)
        if not settle(connection, number, by="dismissed", now=system_clock()):
            fail(f"{number} was settled before.")
    typer.echo(f"{number} is dismissed.")


def _existing(connection: "Connection", number: int) -> "Boxed":
    from headwater.store.unreadable import boxed_at

    found = boxed_at(connection, number)
    if found is None:
        fail(f"There is no item {number}; headwater unreadable list --all shows those there are.")
    return found
