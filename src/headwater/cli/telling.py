"""A story as the terminal tells it: what happens, and what Headwater says, line by line."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Final

from rich.console import Console
from rich.text import Text

from headwater.workspace import Workspace

STYLES: Final = {
    "say": "bold",
    "fire": "red",
    "end": "green",
    "deliver": "red",
    "act": "cyan",
    "bot": "magenta",
}
MARKS: Final = {
    "say": "",
    "fire": "alert  ",
    "end": "over   ",
    "deliver": "sent   ",
    "act": "person ",
    "bot": "bot    ",
}

_LINK: Final = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_DATE: Final = re.compile(r"<!date\^[^<>|]*\|([^<>]*)>")


class Telling:
    """Prints lines as they come; `listen` adds what the bot posts in the workspace."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said: set[tuple[str, str, str]] = set()

    def line(self, at: datetime, kind: str, words: str) -> None:
        """One line: the story's time in the reader's own zone, and the words."""
        text = Text(f"  {at.astimezone():%H:%M:%S}  ", style="dim")
        text.append(MARKS[kind] + words, style=STYLES[kind])
        self._console.print(text, soft_wrap=True)

    def listen(self, workspace: Workspace) -> Callable[[], None]:
        """Tell of every message the bot posts, and of every edit that changes its first words."""

        def heard(change: object) -> None:
            if getattr(change, "kind", "") == "message":
                detail = getattr(change, "detail", {})
                self._hear(workspace, str(detail["channel"]), str(detail["ts"]))

        return workspace.watch.listen(heard)

    def _hear(self, workspace: Workspace, channel: str, ts: str) -> None:
        room = workspace.channels[channel]
        message = room.messages.get(ts)
        if message is None or message.app_id not in workspace.apps:
            return
        words = plain(message.text, workspace)
        if (channel, ts, words) in self._said:
            return
        edited = any(said[:2] == (channel, ts) for said in self._said)
        self._said.add((channel, ts, words))
        where = f"#{room.name}" if room.name else "direct message"
        how = " (edited)" if edited else " (thread)" if message.thread_ts else ""
        self.line(workspace.clock(), "bot", f"{where}{how}: {words}")


def plain(markup: str, workspace: Workspace) -> str:
    """The first line of Slack's markup as a terminal shows it: names for ids, no links, no escapes."""

    def shown(found: re.Match[str]) -> str:
        target, label = found[1], found[2]
        if target.startswith("@"):
            user = workspace.users.get(target[1:])
            return f"@{user.name}" if user else target
        return label or target.removeprefix("!")

    first = next((line for line in markup.splitlines() if line.strip()), "")
    return unescape(_LINK.sub(shown, _DATE.sub(r"\1", first)))
