"""`headwater validate`, `schema` and `owner`: the ownership registry, offline."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from headwater.cli.terminal import NOT_SET_UP, fail, settings_or_fail

if TYPE_CHECKING:
    from headwater.catalog.ownership import Loaded
    from headwater.catalog.problems import Problem
    from headwater.core.registry import Registry

SHOWN: Final = 50
"""Problems printed unless all are asked for: a slip in a team's name can make thousands."""

_VALIDATE: Final = """[bold]Examples[/bold]

headwater validate\n
headwater validate ownership/ --strict\n
HEADWATER_REGISTRY=ownership/ headwater validate\n
"""
_SCHEMA: Final = """[bold]Examples[/bold]

headwater schema > ownership.schema.json\n
then, as the first line of ownership.yaml:
# yaml-language-server: $schema=./ownership.schema.json
"""
_OWNER: Final = """[bold]Examples[/bold]

headwater owner index:docs\n
headwater owner docs ingest\n
headwater owner team:backup --registry ownership/\n
headwater owner "How do I back up my database?"
"""
RegistryOption = Annotated[
    Path | None,
    typer.Option(
        "--registry",
        envvar="HEADWATER_REGISTRY",
        help="The registry: a file, or a folder of them. ownership.yaml where absent.",
        show_default=False,
    ),
]


def register(cli: typer.Typer) -> None:
    """Add `validate`, `schema` and `owner`."""
    cli.command(epilog=_VALIDATE)(validate)
    cli.command(epilog=_SCHEMA)(schema)
    cli.command(epilog=_OWNER)(owner)


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; together they are one registry.")
    ] = None,
    registry: RegistryOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help=f"Print every problem, not the first {SHOWN}.")
    ] = False,
) -> None:
    """Check the ownership registry: every problem with its file, line and column, and how to mend it.

    Exits with 1 where there are errors (with --strict, warnings too).
    """
    from headwater.catalog.ownership import load

    loaded = load(paths or [_registry_path(registry)])
    for line in _problems(loaded.problems, most=len(loaded.problems) if every else SHOWN):
        typer.echo(line)
    if loaded.registry is not None:
        for line in _summary(loaded.registry):
            typer.echo(line)
    typer.echo(_verdict(loaded))
    if loaded.errors or (strict and loaded.warnings):
        raise typer.Exit(1)


def schema() -> None:
    """Print the JSON Schema of ownership files, for editors: completion, and errors while typing."""
    import json

    from headwater.catalog.ownership_keys import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def owner(
    words: Annotated[list[str], typer.Argument(help="A reference, a name, an alias, words, or a question.")],
    registry: RegistryOption = None,
) -> None:
    """Say who owns an asset, and why; with a question mark, which handler answers the question.

    Exits with 1 where nothing is found.
    """
    from headwater.catalog.ownership import load
    from headwater.cli.answers import answer
    from headwater.clock import system_clock

    loaded = load([_registry_path(registry)])
    if loaded.registry is None:
        fail(*_problems(loaded.errors, most=SHOWN), code=NOT_SET_UP)
    lines, is_found = answer(loaded.registry, " ".join(words), system_clock())
    for line in lines:
        typer.echo(line)
    if not is_found:
        raise typer.Exit(1)


def _registry_path(given: Path | None) -> Path:
    return given or settings_or_fail().registry


def _problems(problems: "Sequence[Problem]", *, most: int) -> Iterator[str]:
    """Each problem with the line it stands in and a mark beneath, errors first."""
    lines: dict[str, list[str]] = {}
    ordered = sorted(problems, key=lambda problem: problem.severity)
    for problem in ordered[:most]:
        colour = typer.colors.RED if problem.severity == "error" else typer.colors.YELLOW
        yield (
            f"{typer.style(str(problem.spot), bold=True)}: {typer.style(problem.severity, fg=colour)}: "
            f"{problem.sentence} {problem.mend}".rstrip()
        )
        yield from _excerpt(problem, lines)
    if len(ordered) > most:
        yield f"... and {len(ordered) - most} more; --all prints them."


def _excerpt(problem: "Problem", lines: dict[str, list[str]]) -> Iterator[str]:
    spot = problem.spot
    if spot.file not in lines:
        try:
            lines[spot.file] = Path(spot.file).read_text("utf-8-sig", errors="replace").splitlines()
        except OSError:
            lines[spot.file] = []
    if not 0 < spot.line <= len(lines[spot.file]):
        return
    # A long line is cut around its column, so that the mark stands beneath what it means.
    text, begin = lines[spot.file][spot.line - 1], max(0, spot.column - 61)
    gutter = f"{spot.line:>6} | "
    yield typer.style(f"{gutter}{text[begin : begin + 100]}", dim=True)
    yield f"{' ' * (len(gutter) + spot.column - 1 - begin)}^"


def _summary(registry: "Registry") -> Iterator[str]:
    """What the registry holds, in a few lines."""
    from headwater.core.refs import ASSET_KINDS
    from headwater.core.words import counted

    kinds = Counter(asset.kind for asset in registry.assets.values())
    by_kind = ", ".join(counted(kinds[kind], kind, _PLURALS.get(kind)) for kind in ASSET_KINDS if kinds[kind])
    yield f"{counted(len(registry.assets), 'asset')}: {by_kind}" if by_kind else "0 assets"
    yield (
        f"{counted(len(registry.edges), 'edge')}, {counted(len(registry.teams), 'team')}, "
        f"{counted(len(registry.people), 'person', 'people')}, {counted(len(registry.match), 'match rule')}, "
        f"{counted(len(registry.listen), 'listened channel')}"
    )
    gaps = [asset.ref for asset in registry.assets.values() if asset.owned_by_default]
    contested = [asset.ref for asset in registry.assets.values() if asset.co_owners]
    yield f"{counted(len(gaps), 'gap')} (no owner){_listed(gaps)}"
    yield f"{len(contested)} contested{_listed(contested)}"


_PLURALS: Final = {"index": "indexes"}


def _listed(refs: list[str]) -> str:
    return f": {', '.join(refs[:5])}{', ...' if len(refs) > 5 else ''}" if refs else ""


def _verdict(loaded: "Loaded") -> str:
    from headwater.core.words import counted

    errors, warnings = counted(len(loaded.errors), "error"), counted(len(loaded.warnings), "warning")
    if loaded.errors:
        return typer.style(f"Not usable: {errors}, {warnings}.", fg=typer.colors.RED, bold=True)
    colour = typer.colors.YELLOW if loaded.warnings else typer.colors.GREEN
    return typer.style(f"Usable: {errors}, {warnings}; version {loaded.version}.", fg=colour, bold=True)
