"""`headwater bench`: measures the model on recorded cases and streams, and makes up cases to try it on."""

import json
from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.bench_grouping import grouping
from headwater.cli.bench_lineage import cases
from headwater.cli.bench_suspects import suspects

app = typer.Typer(name="bench", help="Measure the suspects model on recorded cases.", no_args_is_help=True)


def register(cli: typer.Typer) -> None:
    """Add `bench` with its sub-commands."""
    cli.add_typer(app)


app.command(epilog="headwater bench suspects cases/ --json")(suspects)
app.command(epilog="headwater bench grouping cases/")(grouping)


@app.command(epilog="headwater bench generate made/ --cases 130 --seed 7")
def generate(
    folder: Annotated[Path, typer.Argument(help="Where to write lineage.jsonl.", file_okay=False)],
    count: Annotated[int, typer.Option("--cases", min=1, help="How many cases.")] = 130,
    seed: Annotated[int, typer.Option(help="The same seed gives the same cases.")] = 7,
    handlers: Annotated[int, typer.Option(min=2, help="How many handlers a company has.")] = 6,
) -> None:
    """Make up LLM lineages and incidents of every class of cause, for `bench suspects` to read."""
    from headwater.catalog.shipped import shipped_taxonomy

    folder.mkdir(parents=True, exist_ok=True)
    made = cases(shipped_taxonomy(), seed=seed, count=count, handlers=handlers)
    lines = [json.dumps(case, sort_keys=True) for case in made]
    (folder / "lineage.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    typer.echo(f"{len(lines)} cases are in {folder / 'lineage.jsonl'}.")
