"""From typed text to the command's function: the word, the incident it is about, or the nearest right one."""

import re
from dataclasses import replace

from headwater.core.incidents import Incident
from headwater.core.said import CardKind
from headwater.slack import mrkdwn
from headwater.slack.answers import whisper
from headwater.slack.blocks import Message
from headwater.slack.commands.table import Asked, Book, Command
from headwater.slack.desk import Desk
from headwater.store.reading import Reader

_NAMED = re.compile(r"(?:inc-|#)(\d{1,9})", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,9}")


async def dispatch(book: Book, asked: Asked) -> Message | None:
    """Answer one typed command, privately; None where a modal opened instead."""
    word, _, rest = asked.words.strip().partition(" ")
    if not word or (word.lower() == "help" and not rest.strip()):
        return book.help()
    command = book.find(word)
    if command is None and book.otherwise is not None:
        near = None if " " in asked.words.strip() else book.nearest(word)
        if near is None or await _is_known(asked.desk, word):
            return await book.otherwise.run(replace(asked, words=asked.words.strip()))
    if command is None:
        return book.unknown(word)
    asked = replace(asked, words=rest.strip())
    if not command.needs_incident:
        return await command.run(asked)
    found = await about(asked, book, command)
    return found if isinstance(found, Message) else await command.run(found)


async def _is_known(desk: Desk, word: str) -> bool:
    """Whether a single word, near to a command's, is really the name of something."""
    finder = await desk.finder()
    return finder.find(word).ref is not None


async def about(asked: Asked, book: Book, command: Command) -> Asked | Message:
    """The same request with the incident it is about, or what is missing.

    The number first, if one is given; else the incident whose thread this is; else the only open incident
    whose card is in this channel. A bare number that is no incident is a word of the text: `note 500 errors`.
    """
    word, _, rest = asked.words.partition(" ")
    named, bare = _NAMED.fullmatch(word), _NUMBER.fullmatch(word)
    if named or bare:
        number = int(named[1] if named else word)
        view = await asked.desk.read(lambda reader: reader.incident(number))
        if view is not None:
            return replace(asked, incident=view.incident, words=rest.strip())
        if named or not rest:
            return whisper(f"There is no INC-{number}. `{book.name} list` shows the open ones.")
    here = await asked.desk.read(lambda reader: _here(reader, asked.channel, asked.thread))
    if len(here) == 1:
        return replace(asked, incident=here[0])
    example = mrkdwn.escape(f"{book.name} {command.example}")
    if not here:
        return whisper(
            f"Which incident? Say its number: `{example}`. `{book.name} list` shows the open ones."
        )
    listed = ", ".join(f"{one.name} ({mrkdwn.line(mrkdwn.plain(one.title, 60))})" for one in here[:5])
    return whisper(f"{len(here)} incidents are open here: {listed}. Say which: `{example}`.")


def _here(reader: Reader, channel: str, thread: str | None) -> tuple[Incident, ...]:
    if thread is not None:
        number = reader.incident_at(channel, thread)
        view = reader.incident(number) if number is not None else None
        if view is not None:
            return (view.incident,)
    led = [
        number
        for number in reader.open_in(channel)
        if any(card.place == channel and card.kind is CardKind.FULL for card in reader.cards(number))
    ]
    views = [reader.incident(number) for number in led]
    return tuple(view.incident for view in views if view is not None)
