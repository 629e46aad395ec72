"""`headwater ingest`: files that a sender would post, for those that can't."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from headwater.cli.opened import opened
from headwater.cli.terminal import fail

if TYPE_CHECKING:
    from headwater.core.alerts import Delivery, Parsed
    from headwater.core.senders import Sender

EXAMPLES: Final = """[bold]Examples[/bold]

headwater ingest target/run_results.json --sender nightly-dbt\n
headwater ingest scans/*.json --sender soda
"""


def register(cli: typer.Typer) -> None:
    """Add `ingest`."""
    cli.command("ingest", epilog=EXAMPLES)(ingest)


def ingest(
    files: Annotated[
        list[Path], typer.Argument(help="Bodies as the sender would post them.", exists=True, dir_okay=False)
    ],
    sender: Annotated[str, typer.Option(help="Whose they are: one that headwater sender list shows.")],
) -> None:
    """Take files in as if their sender had posted them.

    The same file again is taken once. What could not be read goes into the box, as at the door.
    A Headwater that runs takes them up with its next turn.
    """
    from headwater.intake.formats import FORMATS
    from headwater.store import journal
    from headwater.store.senders import senders

    with opened() as database:
        with database.read() as connection:
            known = {each.name: each for each in senders(connection)}
        if sender not in known:
            fail(f"There is no sender {sender!r}; {', '.join(known) or 'there is none yet'}.")
        for path in files:
            delivery = _posted(known[sender], path.read_bytes())
            with database.write() as connection:
                before = journal.last(connection)
                journal.write(connection, [delivery])
                is_new = journal.last(connection) > before
            typer.echo(
                f"{path}: {_told(FORMATS[delivery.format].parse(delivery)) if is_new else 'was taken before'}"
            )


def _posted(sender: "Sender", raw: bytes) -> "Delivery":
    """The delivery that the sender's own POST of this file would have made."""
    from hashlib import sha256

    from headwater.clock import system_clock
    from headwater.core.alerts import Delivery
    from headwater.intake.format import MAPPING_HEADER
    from headwater.intake.formats import FORMATS

    body = FORMATS[sender.format].redact(raw)
    return Delivery(
        sender=sender.name,
        format=sender.format,
        received_at=system_clock(),
        body=body,
        headers=((MAPPING_HEADER, sender.mapping),) if sender.mapping is not None else (),
        key=f"{sender.name}/file/{sha256(body).hexdigest()}",
    )


def _told(parsed: "Parsed") -> str:
    counted = {
        "alerts": parsed.reports,
        "readings": parsed.readings,
        "runs": parsed.runs,
        "changes": parsed.changes,
        "that could not be read": parsed.problems,
    }
    said = [f"{len(items)} {name}" for name, items in counted.items() if items]
    return ", ".join(said) or parsed.remark or "nothing in it"
