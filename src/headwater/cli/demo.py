"""`headwater demo` and `headwater replay`: a story on the real bot, in a local workspace."""

from pathlib import Path
from typing import Annotated, Final

import typer

FIRST: Final = "nomad-status-first"

_DEMO: Final = """[bold]Examples[/bold]

headwater demo\n
headwater demo --list\n
headwater demo rater-storm --fast\n
headwater demo --story mine.yaml --keep demo-home --port 9000 --no-browser
"""
_REPLAY: Final = """[bold]Examples[/bold]

headwater replay mine.yaml\n
headwater replay mine.yaml --registry ownership.yaml
"""


def register(cli: typer.Typer) -> None:
    """Add `demo` and `replay`."""
    cli.command(epilog=_DEMO)(demo)
    cli.command(epilog=_REPLAY)(replay)


def demo(
    name: Annotated[str, typer.Argument(help="The story; --list shows those there are.")] = FIRST,
    list_stories: Annotated[bool, typer.Option("--list", help="Show the stories there are.")] = False,
    story: Annotated[Path | None, typer.Option(help="Play a story of your own (docs/stories.md).")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="All at once, and print the timeline.")] = False,
    keep: Annotated[Path | None, typer.Option(help="A folder to live in and to leave behind.")] = None,
    port: Annotated[int | None, typer.Option(help="The page's port. Without it 8475, or a free one.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the page's address.")] = False,
) -> None:
    """See it: the real bot in a local, Slack-like workspace, playing a story. Then all is yours to click.

    Needs no account and no network; Ctrl-C ends it and leaves nothing behind.
    """
    from headwater.cli.stories import find, shipped
    from headwater.cli.story import read_story

    if list_stories:
        for each in shipped():
            typer.echo(f"{each.name:<20} {each.title}\n{'':<20} {' '.join(each.about.split())}\n")
        return
    told = read_story(story) if story is not None else find(name)
    from headwater.cli.performing import Performance

    Performance(story=told, fast=fast, keep=keep, port=port, browser=not no_browser).run()


def replay(
    story: Annotated[str, typer.Argument(help="A story's file, or the name of one that is shipped.")],
    registry: Annotated[Path | None, typer.Option(help="A registry other than the sample company's.")] = None,
) -> None:
    """Play a story at once, without the page, and print what happened and what was said."""
    from headwater.cli.performing import Performance
    from headwater.cli.stories import find

    Performance(story=find(story), fast=True, page=False, registry=registry).run()
