"""The table of commands, and what follows from it: finding the word, the nearest right one, help."""

import difflib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from headwater.core.incidents import Incident
from headwater.slack import mrkdwn
from headwater.slack.answers import whisper
from headwater.slack.blocks import Message, section
from headwater.slack.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One command as somebody typed it. `words` is what follows the command's word; `thread` is set only
    where the bot was mentioned in a thread. `key` makes it unique; `trigger_id` opens a modal within 3 s.
    `incident` is the one it is about, for commands that need one.
    """

    desk: Desk
    who: str
    channel: str
    words: str
    key: str
    thread: str | None = None
    trigger_id: str | None = None
    incident: Incident | None = None


Run = Callable[[Asked], Awaitable[Message | None]]
"""Does it, and gives the private answer; None where a modal opened instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A word with what it takes, an example that works, one line of help, and what it does.

    `needs_incident`: the first word may name it (`7`, `INC-7`); where it doesn't, where it was typed does.
    """

    word: str
    takes: str
    example: str
    help: str
    run: Run
    also: tuple[str, ...] = ()
    needs_incident: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All words of one slash command. `otherwise` takes text that begins with none of them."""

    name: str
    title: str
    commands: tuple[Command, ...]
    otherwise: Command | None = None

    def find(self, word: str) -> Command | None:
        """The command of this word."""
        asked = word.lower()
        return next((c for c in self.commands if asked == c.word or asked in c.also), None)

    def nearest(self, word: str) -> Command | None:
        """The command somebody who typed `word` may have meant."""
        words = {name: command for command in self.commands for name in (command.word, *command.also)}
        close = difflib.get_close_matches(word.lower(), sorted(words), n=1, cutoff=0.6)
        return words[close[0]] if close else None

    def hint(self) -> str:
        """What Slack shows beside the command while it is typed."""
        words = "|".join(command.word for command in self.commands)
        return f"{self.otherwise.takes} | {words}" if self.otherwise else words

    def help(self) -> Message:
        """All of it on one screen."""
        listed = [*([self.otherwise] if self.otherwise else []), *self.commands]
        rows = [f"`{self.usage(command)}` {mrkdwn.escape(command.help)}" for command in listed]
        return Message(
            text=f"{self.title}: {self.hint()}",
            blocks=(section(f"*{self.title}*\n" + "\n".join(rows)),),
        )

    def usage(self, command: Command) -> str:
        """`/incident note [7] text`, escaped."""
        words = (self.name, "" if command is self.otherwise else command.word, command.takes)
        return mrkdwn.escape(" ".join(part for part in words if part))

    def unknown(self, word: str) -> Message:
        """A wrong word: the nearest right one with an example, or where to look."""
        near = self.nearest(word)
        if near is None:
            return whisper(f"I don't know “{mrkdwn.line(word)}”. `{self.name} help` lists what I know.")
        return whisper(
            f"I don't know “{mrkdwn.line(word)}”. Did you mean `{near.word}`? "
            f"For example: `{mrkdwn.escape(f'{self.name} {near.example}'.strip())}`"
        )
