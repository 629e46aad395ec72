"""`headwater doctor`: looks at everything Headwater needs, and says what to do about what is not well."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer

from headwater.cli.terminal import settings_or_fail

if TYPE_CHECKING:
    from headwater.core.registry import Registry
    from headwater.settings import Settings
    from headwater.slack.client import Slack

_EXAMPLES: Final = """[bold]Examples[/bold]

headwater doctor
"""


LOOK: Final = "Look at the network and at its proxy."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was found, and what to do where it is not."""

    well: bool
    found: str
    mend: str = ""


def register(cli: typer.Typer) -> None:
    """Add `doctor`."""
    cli.command(epilog=_EXAMPLES)(doctor)


def doctor() -> None:
    """Look at the registry, the database, Slack's tokens, scopes and channels, and post a test message.

    The message is deleted at once. Exits with 1 where something is not well.
    """
    import asyncio

    if not asyncio.run(report(settings_or_fail())):
        raise typer.Exit(1)


async def report(settings: "Settings") -> bool:
    """Print what is found; whether all is well."""
    ill = 0
    async for finding in examine(settings):
        typer.echo(f"  {'ok' if finding.well else 'x ':<3} {finding.found}")
        if not finding.well:
            ill += 1
            typer.echo(f"      {finding.mend}")
    typer.echo("All is well. Next: headwater serve" if not ill else f"{ill} to mend.")
    return not ill


async def examine(settings: "Settings") -> AsyncIterator[Finding]:
    """Every finding, in the order in which one would mend them."""
    from headwater.app.starting import CannotStartError, identify, open_database
    from headwater.catalog.reload import Catalog, RegistryError
    from headwater.cli.lacking import lacking
    from headwater.slack.client import connect
    from headwater.slack.manifest import scopes

    for lack in lacking(settings):
        yield Finding(False, f"{lack.what} is missing", lack.mend)
    registry = None
    if settings.registry.exists():
        try:
            registry = Catalog([settings.registry]).current
            yield Finding(True, _described(registry))
        except RegistryError as wrong:
            yield Finding(False, f"{settings.registry} can't be used", str(wrong).replace("\n", "\n      "))
    try:
        open_database(settings.database).close()
        yield Finding(True, f"{settings.database} is there and up to date")
    except CannotStartError as wrong:
        yield Finding(False, "The database", str(wrong))
    if settings.slack_bot_token is None:
        return
    slack = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        identity = await identify(slack, scopes())
    except CannotStartError as wrong:
        yield Finding(False, "The Slack app", str(wrong))
        return
    if identity is None:
        yield Finding(False, f"Slack can't be reached at {settings.slack_api_url}", LOOK)
        return
    yield Finding(
        True, f"Slack knows the bot as @{identity.name} in {identity.team}, with every scope it needs"
    )
    yield await _socket(settings)
    if registry is not None:
        async for finding in _channels(slack, registry):
            yield finding
        yield await _message(slack, registry)


def _described(registry: "Registry") -> str:
    assets, teams = len(registry.assets), len(registry.teams)
    return f"The registry is sound: {assets} assets, {teams} teams, version {registry.version}"


async def _socket(settings: "Settings") -> Finding:
    from headwater.app.starting import CannotStartError, check_app_token

    if settings.slack_app_token is None:
        at = f"{settings.url}/slack/events"
        return Finding(True, f"Slack is to call {at} over HTTP (headwater manifest --url {settings.url})")
    try:
        opens = await check_app_token(settings.slack_app_token.get_secret_value(), settings.slack_api_url)
    except CannotStartError as wrong:
        return Finding(False, "Socket Mode", str(wrong))
    return Finding(True, "Socket Mode opens") if opens else Finding(False, "No socket could be opened", LOOK)


async def _channels(slack: "Slack", registry: "Registry") -> AsyncIterator[Finding]:
    from slack_sdk.errors import SlackApiError

    try:
        known = {str(channel["name"]): channel async for channel in slack.channels()}
    except SlackApiError as wrong:
        yield Finding(
            False, f"Channels can't be listed ({wrong.response.get('error')})", "Reinstall the app."
        )
        return
    ids = {str(channel["id"]) for channel in known.values()}
    wanted = {team.channel: team.name for team in registry.teams.values() if team.channel is not None}
    wanted |= {listen.channel: "listened to" for listen in registry.listen}
    if registry.admin_channel is not None:
        wanted[registry.admin_channel] = "the admins"
    found = 0
    for written, whose in sorted(wanted.items()):
        name = written.removeprefix("#")
        if name not in known and written not in ids:
            mend = f"Create {written}, or invite the bot if it is private; or change it in the registry."
            yield Finding(False, f"The bot sees no {written} ({whose})", mend)
        else:
            found += 1
    yield Finding(
        True, f"{found} channels of the registry are there; the bot joins a public one when it speaks"
    )


async def _message(slack: "Slack", registry: "Registry") -> Finding:
    """Post and delete a message where the admins, or the catch-all team, would read it."""
    from slack_sdk.errors import SlackApiError

    channel = registry.admin_channel or registry.teams[registry.catch_all].channel
    if channel is None:
        return Finding(
            False, "Nobody can be told of trouble", "Give the catch-all team a channel in the registry."
        )
    try:
        known = {f"#{each['name']}": each async for each in slack.channels()}
        place = str(known[channel]["id"]) if channel in known else channel
        if channel in known and not known[channel].get("is_member"):
            await slack.join(place)
        sentence = "headwater doctor posts and deletes this, to see that it can."
        posted = await slack.client.chat_postMessage(channel=place, text=sentence)
        await slack.client.chat_delete(channel=str(posted["channel"]), ts=str(posted["ts"]))
    except SlackApiError as wrong:
        error = wrong.response.get("error")
        return Finding(
            False,
            f"A message in {channel} could not be posted and deleted ({error})",
            "Invite the bot there.",
        )
    return Finding(True, f"A message was posted in {channel}, and deleted")
