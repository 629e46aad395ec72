"""`headwater init`: from nothing to a checked configuration: .env, a first registry, the Slack app."""

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from headwater.cli.terminal import fail

_EXAMPLES: Final = """[bold]Examples[/bold]

headwater init\n
headwater init --folder /etc/headwater
"""

_OWNERSHIP: Final = """\
# Who owns what. The whole language, by example: headwater's sample company (docs, sample/ownership.yaml).
# `headwater validate` tells every problem with its line and column.

defaults: {{owner: team:{team}}}            # what nobody is named for; it is listed as a gap
catch_all: team:{team}                    # alerts that no rule places
arbiter: team:{team}
workspace: {{admins: [person:{person}], admin_channel: "{channel}"}}

people:
  - {{ref: person:{person}, slack: {slack}}}

teams:
  - ref: team:{team}
    name: {name}
    slack: {{channel: "{channel}"}}
    members: [person:{person}]
    oncall: [person:{person}]

assets:          # kinds: handler prompt model index pipeline source service monitor feed
  - ref: {asset}
    owner: team:{team}

match:                                     # alert labels -> asset; the first rule that fits wins
  - {{name: by-handler-label, labels: {{handler: "*"}}, asset: "handler:{{handler}}"}}
  - {{name: by-pipeline-label, labels: {{pipeline: "*"}}, asset: "pipeline:{{pipeline}}"}}
"""


def register(cli: typer.Typer) -> None:
    """Add `init`."""
    cli.command(epilog=_EXAMPLES)(init)


def init(
    folder: Annotated[Path, typer.Option(help="Where .env and ownership.yaml shall stand.")] = Path(),
) -> None:
    """Set Headwater up: make the Slack app, write .env and a first ownership.yaml, check all.

    What is there already is kept. Ends in `headwater doctor`.
    """
    import asyncio

    from headwater.cli.doctor import report
    from headwater.settings import SettingsError, load

    env, ownership = folder / ".env", folder / "ownership.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if env.exists():
            typer.echo(f"{env} is there already, and is kept.")
        else:
            _write_env(env, ownership)
        if ownership.exists():
            typer.echo(f"{ownership} is there already, and is kept.")
        else:
            _write_ownership(ownership)
    except OSError as wrong:
        fail(f"{wrong.filename} can't be written: {wrong.strerror}.", "Choose another folder with --folder.")
    typer.echo("\nheadwater doctor")
    try:
        settings = load(env)
    except SettingsError as wrong:
        fail(str(wrong))
    if not asyncio.run(report(settings)):
        typer.echo("Mend these, then run: headwater doctor")
        raise typer.Exit(1)


def _write_env(env: Path, ownership: Path) -> None:
    from headwater.settings import example

    typer.echo(
        "First the Slack app. Open https://api.slack.com/apps, choose Create New App, From a manifest,\n"
        "pick your workspace, and paste what this prints:\n\n    headwater manifest\n\n"
        "Then Install to Workspace.\n"
    )
    values = {
        "SLACK_BOT_TOKEN": _ask("Bot User OAuth Token, from OAuth & Permissions", "xoxb-"),
        "SLACK_APP_TOKEN": _ask("App-Level Token with connections:write, from Basic Information", "xapp-"),
    }
    if ownership != Path("ownership.yaml"):
        values["HEADWATER_REGISTRY"] = str(ownership)
    env.touch(mode=0o600)
    env.write_text(example(values), "utf-8")
    typer.echo(f"Wrote {env}: the tokens, and every other setting as a comment.\n")


def _write_ownership(ownership: Path) -> None:
    typer.echo("Now the registry: one team and one thing it owns; you add the rest.\n")
    name = typer.prompt("Your team's name", default="ML reliability").strip()
    team = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "team"
    channel = "#" + typer.prompt("Its Slack channel", default=f"#{team}").strip().removeprefix("#")
    slack = _ask("Your Slack member ID (your profile, three dots, Copy member ID)", "U", hide=False)
    person = typer.prompt("What the files shall call you", default="me").strip().lower()
    asset = typer.prompt("Something it owns, as kind:name", default="handler:assistant").strip()
    text = _OWNERSHIP.format(
        name=name,
        team=team,
        channel=channel,
        slack=slack,
        person=re.sub(r"[^a-z0-9-]+", "-", person),
        asset=asset,
    )
    ownership.write_text(text, "utf-8")
    typer.echo(f"Wrote {ownership}.")


def _ask(what: str, beginning: str, *, hide: bool = True) -> str:
    """Ask until the answer begins as it must; a token is not shown while it is typed."""
    while True:
        answer: str = typer.prompt(what, hide_input=hide).strip()
        if answer.startswith(beginning) and len(answer) > len(beginning):
            return answer
        typer.echo(f"It begins with {beginning}; that one does not.")
