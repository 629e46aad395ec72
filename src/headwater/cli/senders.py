"""`headwater sender`: who may send to us, and with what proof."""

import secrets
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from headwater.cli import formats, ingest, unreadable
from headwater.cli.opened import opened
from headwater.cli.terminal import fail, settings_or_fail

if TYPE_CHECKING:
    from datetime import timedelta

    from headwater.core.senders import Sender
    from headwater.intake.format import Format

ADD: Final = """[bold]Examples[/bold]

headwater sender add prod-alertmanager --format alertmanager\n
headwater sender add grafana --format grafana --secret-env GRAFANA_HOOK_SECRET\n
headwater sender add opik --format opik --ttl 4h --deadline 26h --budget 600
"""
ROTATE: Final = """[bold]Examples[/bold]

headwater sender rotate prod-alertmanager\n
headwater sender rotate grafana --secret-env GRAFANA_HOOK_SECRET_2 --keep 1h
"""
REMAP: Final = "[bold]Example[/bold]\n\nheadwater sender remap my-tool mapping.yaml"
Name = Annotated[str, typer.Argument(help="The sender's name, as headwater sender list shows it.")]
SecretOption = Annotated[
    str | None,
    typer.Option("--secret-env", help="The environment variable of Headwater that holds its signing secret."),
]


def register(cli: typer.Typer) -> None:
    """Add `sender`, `unreadable`, `formats` and `ingest`."""
    group = typer.Typer(help="Who may send to us, and with what proof.", no_args_is_help=True)
    group.command("add", epilog=ADD)(add)
    group.command("list", epilog="[bold]Example[/bold]\n\nheadwater sender list")(list_senders)
    group.command("rotate", epilog=ROTATE)(rotate)
    group.command("remap", epilog=REMAP)(remap)
    group.command("switch", epilog="[bold]Example[/bold]\n\nheadwater sender switch grafana off")(switch)
    group.command("remove", epilog="[bold]Example[/bold]\n\nheadwater sender remove grafana --yes")(remove)
    cli.add_typer(group, name="sender")
    unreadable.register(cli)
    formats.register(cli)
    ingest.register(cli)


def add(
    name: Annotated[
        str, typer.Argument(help="Lower-case letters, digits and hyphens; it stands in the URL.")
    ],
    format_name: Annotated[str, typer.Option("--format", help="One that headwater formats list shows.")],
    secret_env: SecretOption = None,
    ttl: Annotated[
        str | None, typer.Option(help="How long an alert lives that the format never ends: 2h.")
    ] = None,
    deadline: Annotated[str | None, typer.Option(help="The longest silence that is normal: 26h.")] = None,
    budget: Annotated[int | None, typer.Option(min=1, help="Deliveries a minute, at most.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="The mapping, for the format mapped.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Let a sender in. Its token is printed once, and only its hash is kept."""
    from headwater.clock import system_clock
    from headwater.core.senders import Credential, Sender, hash_of
    from headwater.store.senders import add_sender

    form = formats.known(format_name)
    _check(form, name, secret_env)
    token = None if secret_env else _token(form)
    credential = Credential(secret_env=secret_env) if token is None else Credential(hash_of(token))
    sender = Sender(
        name=name,
        format=form.name,
        credentials=(credential,),
        made_at=system_clock(),
        time_to_live=_span(ttl, "--ttl") or form.time_to_live,
        deadline=_span(deadline, "--deadline"),
        budget=budget,
        mapping=_mapping(form, mapping),
    )
    with opened() as database, database.write() as connection:
        if not add_sender(connection, sender):
            fail(f"There is a sender {name!r} already: headwater sender rotate {name} makes a new token.")
    typer.echo(f"{name} may send {form.title}.\n")
    typer.echo(formats.instructions(form, name, token, secret_env, settings_or_fail().url))


def _check(form: "Format", name: str, secret_env: str | None) -> None:
    from headwater.core.senders import NAME

    if not NAME.fullmatch(name):
        fail(f"{name!r} is no name for a URL: use lower-case letters, digits and hyphens.")
    if name != form.name and name in formats.names():
        fail(f"{name!r} is the name of a format; call the sender otherwise, such as prod-{name}.")
    if secret_env is not None and form.signature is None:
        fail(f"{form.title} does not sign what it sends: leave --secret-env out, and it gets a token.")


def _mapping(form: "Format", path: Path | None) -> str | None:
    from headwater.intake.mapping import MappingError, compiled

    if form.name != "mapped":
        return None if path is None else fail(f"{form.title} needs no mapping; it is for --format mapped.")
    if path is None:
        fail("The format mapped needs one: --mapping FILE; headwater formats learn proposes one.")
    text = path.read_text("utf-8")
    try:
        compiled(text)
    except MappingError as wrong:
        fail(f"{path}: {wrong}")
    return text


def remap(
    name: Name,
    mapping: Annotated[Path, typer.Argument(help="The mapping's file.", exists=True, dir_okay=False)],
) -> None:
    """Give a sender of the format mapped another mapping; what waits in the box is replayed with it."""
    from dataclasses import replace

    from headwater.store.senders import change_sender

    with opened() as database:
        sender = _existing(database, name)
        text = _mapping(formats.known(sender.format), mapping)
        with database.write() as connection:
            change_sender(connection, replace(sender, mapping=text))
    typer.echo(f"{name} has its new mapping. headwater unreadable replay --all reads again what waits.")


def list_senders() -> None:
    """List the senders, with what proves each, and its switch."""
    from headwater.store.senders import senders

    with opened() as database, database.read() as connection:
        known = senders(connection)
    if not known:
        typer.echo("Nobody may send yet: headwater sender add NAME --format FORMAT")
    width = max((len(sender.name) for sender in known), default=0)
    for sender in known:
        typer.echo(f"{sender.name:<{width}}  {sender.format:<18} {sender.switch:<7} {_described(sender)}")


def _described(sender: "Sender") -> str:
    newest = sender.credentials[0]
    parts = [f"signs with the secret in {newest.secret_env}" if newest.secret_env else "shows a token"]
    parts += [f"an older one is good until {c.until:%Y-%m-%d %H:%M}Z" for c in sender.credentials if c.until]
    parts += [f"time to live {sender.time_to_live}"] if sender.time_to_live else []
    parts += [f"never silent for {sender.deadline}"] if sender.deadline else []
    parts += [f"at most {sender.budget} a minute"] if sender.budget else []
    return "; ".join(parts)


def rotate(
    name: Name,
    keep: Annotated[str, typer.Option(help="How long the old token stays good; 0s ends it now.")] = "24h",
    secret_env: SecretOption = None,
) -> None:
    """Give a sender a new token or signing secret; the old one stays good for a while."""
    from dataclasses import replace

    from headwater.clock import system_clock
    from headwater.core.senders import Credential, hash_of
    from headwater.store.senders import change_sender

    now = system_clock()
    with opened() as database:
        sender = _existing(database, name)
        form = formats.known(sender.format)
        if sender.credentials[0].secret_env and secret_env is None:
            fail("This sender signs: name the variable that holds its new secret with --secret-env.")
        token = None if secret_env else _token(form)
        fresh = Credential(secret_env=secret_env) if token is None else Credential(hash_of(token))
        until = now + (_span(keep, "--keep") or now - now)
        old = [
            replace(each, until=min(until, each.until or until))
            for each in sender.credentials
            if each.is_good(now)
        ]
        with database.write() as connection:
            change_sender(connection, replace(sender, credentials=(fresh, *old)))
    typer.echo(f"The old proof of {name} is good until {until:%Y-%m-%d %H:%M}Z.\n")
    typer.echo(formats.instructions(form, name, token, secret_env, settings_or_fail().url))


def switch(name: Name, to: Annotated[str, typer.Argument(help="active or off.")]) -> None:
    """Switch a sender off, which refuses what it sends, or active again."""
    from dataclasses import replace

    from headwater.core.senders import Switch
    from headwater.store.senders import change_sender

    if to not in list(Switch):
        fail(f"A sender is {', '.join(Switch)}; not {to!r}.")
    with opened() as database:
        sender = _existing(database, name)
        with database.write() as connection:
            change_sender(connection, replace(sender, switch=Switch(to)))
    typer.echo(f"{name} is {to}.")


def remove(name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Refuse a sender from now on and forget its proof; what it sent stays."""
    from headwater.store.senders import remove_sender

    with opened() as database:
        _existing(database, name)
        if not yes:
            typer.confirm(f"Refuse everything that {name} sends from now on?", abort=True)
        with database.write() as connection:
            remove_sender(connection, name)
    typer.echo(f"{name} may send no more.")


def _existing(database: "object", name: str) -> "Sender":
    from headwater.store.database import Database
    from headwater.store.senders import senders

    assert isinstance(database, Database)
    with database.read() as connection:
        found = {sender.name: sender for sender in senders(connection)}
    if name not in found:
        there = f"there are: {', '.join(found)}" if found else "there is none yet"
        fail(f"There is no sender {name!r}; {there}.")
    return found[name]


def _span(text: str | None, option: str) -> "timedelta | None":
    from headwater.catalog.durations import duration

    if text is None:
        return None
    try:
        return duration(text)
    except ValueError as error:
        fail(f"{option} {text!r}: {error} Such as 30m, 2h or 1d.")


def _token(form: "Format") -> str:
    from headwater.intake.format import TokenShape

    if not form.tokens:
        fail(f"{form.title} always signs: name the variable that holds its secret with --secret-env.")
    match form.token_shape:
        case TokenShape.HEX32:
            return secrets.token_hex(16)
        case TokenShape.UUID:
            return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
        case TokenShape.PLAIN:
            return f"hw_{secrets.token_urlsafe(32)}"
