"""How commands speak: plain sentences on standard output, errors on standard error, no traceback."""

import os
import sys
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from headwater.settings import Settings

NOT_SET_UP = 2
"""The exit code of a command that can't begin because something is missing or wrong in its set-up."""


def fail(*sentences: str, code: int = 1) -> NoReturn:
    """Say what went wrong and what to do next, on standard error, and exit."""
    for sentence in sentences:
        typer.echo(sentence, err=True)
    raise typer.Exit(code)


def has_desktop() -> bool:
    """Whether a browser opens where the person sits; over SSH a text browser would take the terminal."""
    if {"SSH_CONNECTION", "SSH_TTY"} & os.environ.keys():  # noqa: TID251 - of the terminal, no setting of ours
        return False
    desktop = {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()  # noqa: TID251 - likewise
    return sys.platform in {"darwin", "win32"} or bool(desktop)


def settings_or_fail() -> "Settings":
    """The settings, or a sentence for each variable that won't do."""
    from headwater.settings import SettingsError, load

    try:
        return load()
    except SettingsError as wrong:
        fail(str(wrong), code=NOT_SET_UP)
