"""`headwater manifest`: the Slack app's manifest for this configuration."""

import json
from typing import Annotated, Literal

import typer

from headwater.cli.terminal import NOT_SET_UP, fail, settings_or_fail

_EXAMPLES = """[bold]Examples[/bold]

headwater manifest\n
headwater manifest --format json > manifest.json\n
headwater manifest --url https://headwater.example.com
"""


def register(cli: typer.Typer) -> None:
    """Add `manifest`."""
    cli.command(name="manifest", epilog=_EXAMPLES)(_manifest)


def _manifest(
    url: Annotated[
        str | None,
        typer.Option(
            help="What Slack calls Headwater (https://...). Without it, Socket Mode: no URL needed."
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="The app's name in Slack.")] = "Headwater",
    form: Annotated[Literal["yaml", "json"], typer.Option("--format", help="How to print it.")] = "yaml",
) -> None:
    """Print the Slack app's manifest: its commands, shortcuts, events and scopes, as configured here.

    Paste it at api.slack.com/apps under "Create New App", "From a manifest", or into an app's manifest page.
    """
    import yaml

    from headwater.slack.manifest import manifest

    if url is not None and not url.startswith("https://"):
        fail(f"{url} won't do: Slack delivers to https:// only.", code=NOT_SET_UP)
    settings = settings_or_fail()
    made = manifest(
        name=name,
        owner_command=settings.owner_command,
        incident_command=settings.incident_command,
        url=url,
    )
    if form == "json":
        typer.echo(json.dumps(made, indent=2, ensure_ascii=False))
    else:
        typer.echo(yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=100).rstrip())
