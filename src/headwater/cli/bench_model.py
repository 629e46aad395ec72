"""`headwater bench suspects|grouping|generate`: measures the model on recorded cases, and makes up others."""

import json
from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.bench_grouping import grouping
from headwater.cli.bench_lineage import cases, young
from headwater.cli.bench_suspects import suspects


def add_to(group: typer.Typer) -> None:
    """Add the model's commands to the group `bench`."""
    group.command("suspects", epilog="headwater bench suspects cases/ --json")(suspects)
    group.command("grouping", epilog="headwater bench grouping cases/")(grouping)
    group.command("generate", epilog="headwater bench generate made/ --cases 130 --seed 7")(generate)


def generate(
    folder: Annotated[Path, typer.Argument(help="Where to write lineage.jsonl.", file_okay=False)],
    count: Annotated[int, typer.Option("--cases", min=1, help="How many cases.")] = 130,
    seed: Annotated[int, typer.Option(help="The same seed gives the same cases.")] = 7,
    handlers: Annotated[int, typer.Option(min=2, help="How many handlers a company has.")] = 6,
    age: Annotated[
        int, typer.Option(min=0, help="Seconds after the symptom at which young cases are seen.")
    ] = 30,
) -> None:
    """Make up LLM lineages and incidents of every class of cause, for `bench suspects` to read."""
    from headwater.catalog.shipped import shipped_taxonomy

    folder.mkdir(parents=True, exist_ok=True)
    made = list(cases(shipped_taxonomy(), seed=seed, count=count, handlers=handlers))
    for name, listed in (("lineage", made), ("lineage-young", [young(case, age) for case in made])):
        lines = [json.dumps(case, sort_keys=True) for case in listed]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    typer.echo(
        f"{len(made)} cases are in {folder / 'lineage.jsonl'},"
        f" and as they look after {age} s in {folder / 'lineage-young.jsonl'}."
    )


app = typer.Typer(name="bench", help="Measure the suspects model on recorded cases.", no_args_is_help=True)
add_to(app)
