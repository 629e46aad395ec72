"""What `/owner load` answers: one table that a phone shows without wrapping, and what its columns mean."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from headwater.core.account import Load
from headwater.slack import mrkdwn
from headwater.slack.answers import whisper
from headwater.slack.blocks import Message, context, section
from headwater.slack.limits import fit
from headwater.slack.people import Names
from headwater.store.ledger import Month

MONTHS: Final = 6
"""How far back one team's load goes."""

ROWS: Final = 25

NAME: Final = 11
"""Characters of a team's name: with the figures a line is 41 wide, which a phone shows."""

COLUMNS: Final = {"led": 3, "join": 4, "not": 3, "in": 2, "out": 3, "noise": 5, "ack": 4}
"""Each with its width."""

MEANING: Final = (
    "led: ended with the team · join: took part in another's · not: it said *Not ours* · "
    "in: came to it wrongly · out: it got after another gave it up · "
    "noise: of those led, no incident · ack: median until somebody had it"
)


def of_all(month: Month, names: Names) -> Message:
    """Every team that had anything to do with an incident in this month."""
    title = f"{month.first:%B %Y}"
    if not month.loads:
        return whisper(f"*Load, {title}*: no incident was announced.")
    listed = [(_name(one.team, names), one) for one in month.loads]
    rest = f"\nand {len(listed) - ROWS} more" if len(listed) > ROWS else ""
    return _table(f"Load, {title}", "team", listed[:ROWS], rest)


def of_one(team: str, months: Sequence[Month], names: Names) -> Message:
    """A team, a row a month, newest first."""
    listed = [
        (f"{month.first:%b %Y}", next((one for one in month.loads if one.team == team), Load(team=team)))
        for month in months
    ]
    return _table(f"Load of {_name(team, names, 80)}", "month", listed, "")


def _table(title: str, first: str, listed: Iterable[tuple[str, Load]], rest: str) -> Message:
    rows = [_row(first, tuple(COLUMNS)), *(_row(name, _figures(one)) for name, one in listed)]
    blocks = (
        section(f"*{mrkdwn.line(title)}*\n{mrkdwn.fenced(chr(10).join(rows))}{rest}"),
        context(MEANING),
    )
    return fit(Message(text=title, blocks=blocks))


def _row(name: str, cells: Sequence[str]) -> str:
    widths = COLUMNS.values()
    return f"{name:<{NAME}}" + " ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _figures(one: Load) -> tuple[str, ...]:
    counts = (one.led, one.joined, one.contested, one.misrouted_in, one.misrouted_out, one.noise)
    return (*(str(count) if count else "·" for count in counts), _short(one.acknowledged))


def _short(wait: timedelta | None) -> str:
    """Minutes, as `4m`; hours from two hours on."""
    if wait is None:
        return "·"
    minutes = round(wait / timedelta(minutes=1))
    return f"{minutes}m" if minutes < 120 else f"{round(minutes / 60)}h"


def _name(ref: str, names: Names, most: int = NAME - 1) -> str:
    known = names.registry.teams.get(ref)
    return mrkdwn.plain(known.name if known is not None else ref.removeprefix("team:"), most)
