"""`headwater formats`: what can send, and what to enter at the sender."""

import difflib
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer

from headwater.cli.terminal import fail, settings_or_fail

if TYPE_CHECKING:
    from headwater.intake.format import Format

SHOW: Final = """[bold]Examples[/bold]

headwater formats show alertmanager\n
headwater formats show grafana
"""
LEARN: Final = """[bold]Example[/bold]

headwater formats learn firing.json resolved.json > mapping.yaml
"""
_PLACE: Final = "TOKEN"


def register(cli: typer.Typer) -> None:
    """Add `formats list`, `show` and `learn`."""
    group = typer.Typer(help="What can send, and how to set it up.")

    @group.callback(invoke_without_command=True)
    def of_all(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            list_formats()

    group.command("list", epilog="[bold]Example[/bold]\n\nheadwater formats list")(list_formats)
    group.command("show", epilog=SHOW)(show)
    group.command("learn", epilog=LEARN)(learn)
    cli.add_typer(group, name="formats")


def list_formats() -> None:
    """List the formats, with how each proves its sender."""
    from headwater.intake.formats import FORMATS

    width = max(map(len, FORMATS))
    for form in FORMATS.values():
        proofs = (["token"] if form.tokens else []) + (["signature"] if form.signature else [])
        typer.echo(f"{form.name:<{width}}  {form.title} ({' or '.join(proofs)})")


def show(name: Annotated[str, typer.Argument(help="One that headwater formats list shows.")]) -> None:
    """Show what a format is, what to enter at its sender, and a line to try it with."""
    form = known(name)
    typer.echo(page_of(form))
    typer.echo("")
    proof = _PLACE if form.tokens else None
    typer.echo(instructions(form, "SENDER", proof, None if proof else "SECRET", settings_or_fail().url))


def learn(
    files: Annotated[
        list[Path],
        typer.Argument(help="Deliveries: bodies, or recorded requests.", exists=True, dir_okay=False),
    ],
) -> None:
    """Propose a mapping of an unknown JSON: identity, status, severity, labels. You edit it.

    Give it deliveries of one alert's beginning and of its end.
    """
    from headwater.cli import learning

    try:
        typer.echo(learning.learn([_body(path) for path in files]), nl=False)
    except ValueError as wrong:
        fail(str(wrong))


def _body(path: Path) -> object:
    import json

    try:
        got = json.loads(path.read_bytes())
        recorded = isinstance(got, dict) and {"method", "body"} <= got.keys() and isinstance(got["body"], str)
        return json.loads(got["body"]) if recorded else got
    except ValueError as wrong:
        fail(f"{path} is no JSON: {wrong}.")


def page_of(form: "Format") -> str:
    """What a format is: its module's docstring."""
    return inspect.getdoc(sys.modules[form.parse.__module__]) or form.title


def names() -> tuple[str, ...]:
    """Every format's name."""
    from headwater.intake.formats import FORMATS

    return tuple(FORMATS)


def known(name: str) -> "Format":
    """The format of this name, or a failure that says which there are."""
    from headwater.intake.formats import FORMATS

    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        fail(f"There is no format {name!r}.{meant} headwater formats list shows those there are.")
    return FORMATS[name]


def instructions(form: "Format", sender: str, token: str | None, secret_env: str | None, base: str) -> str:
    """What to enter at the sender, and a line to try it with. A token is shown here and never again."""
    url = f"{base}/hooks/{sender}"
    parts = [f"URL     {url}"]
    if token is not None:
        once = "" if token == _PLACE else "   (shown once; only its hash is kept)"
        parts.append(f"Token   {token}{once}")
    if secret_env is not None:
        parts.append(f"Secret  in the variable {secret_env} of Headwater's environment")
    filled = _filled(form.setup, url=url, base=base, token=token or _PLACE)
    return "\n".join(
        [
            *parts,
            "",
            "At the sender:",
            _indented(filled),
            "",
            "Try it:",
            _indented(try_line(form, url, token, secret_env)),
        ]
    )


def _filled(text: str, *, url: str, base: str, token: str) -> str:
    # Not str.format: what people paste elsewhere is full of braces of its own.
    split = urlsplit(url)
    facts = {"url": url, "base": base, "token": token, "host": split.netloc, "path": split.path}
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def try_line(form: "Format", url: str, token: str | None, secret_env: str | None) -> str:
    """A line for the shell that sends the format's example, proven by the token or the signature."""
    from headwater.intake.format import MAPPING_HEADER, TokenIn

    if form.guard is not None:
        return "Have it send a test: what we would send here ourselves is not signed by its sender."
    path, method = form.paths[0], min(form.paths[0].methods)
    body = form.example.decode().replace("{token}", token or _PLACE)
    headers = {"content-type": "application/json"} | dict(form.example_headers)
    headers.pop(MAPPING_HEADER, None)
    address = url + path.tail.replace("{token}", token or _PLACE)
    if secret_env is not None and form.signature is not None:
        return _signed_line(form, address, body, secret_env, headers)
    if TokenIn.BEARER in form.tokens:
        headers["authorization"] = f"Bearer {token}"
    elif TokenIn.GENIE in form.tokens:
        headers["authorization"] = f"GenieKey {token}"
    elif TokenIn.HEADER in form.tokens:
        headers["x-headwater-token"] = str(token)
    shown = "".join(f" -H '{name}: {value}'" for name, value in headers.items())
    return f"curl -X {method} '{address}'{shown} -d '{body}'"


def _signed_line(form: "Format", address: str, body: str, secret_env: str, headers: dict[str, str]) -> str:
    assert form.signature is not None
    shown = "".join(f" -H '{name}: {value}'" for name, value in headers.items())
    signed = "".join(f' -H "{each}"' for each in form.signature.typed)
    given = f"BODY='{body}' SECRET=\"${secret_env}\" NOW=$(date +%s)"
    return f"{given}\ncurl '{address}'{shown}{signed} -d \"$BODY\""
