"""What somebody meant by a few words where only some kinds of thing make sense: `backup` is a team here."""

from headwater.core.finding import Finder, Found
from headwater.core.refs import kind_of, name_of
from headwater.slack.desk import Desk


async def meant(desk: Desk, words: str, *kinds: str) -> tuple[str | None, Found]:
    """The ref of one of these kinds that `words` mean, and all that was found."""
    finder = await desk.finder()
    return meant_by(finder, words, kinds)


def meant_by(finder: Finder, words: str, kinds: tuple[str, ...]) -> tuple[str | None, Found]:
    """As `meant`. Where the words fit several things, the only one of these kinds by that name, else none."""
    found = finder.find(words)
    if found.ref is not None:
        return (found.ref if kind_of(found.ref) in kinds else None), found
    fitting = [one.ref for one in found.candidates if kind_of(one.ref) in kinds]
    by_name = [ref for ref in fitting if name_of(ref).lower() == words.strip().lower()]
    for some in (by_name, fitting):
        if len(some) == 1:
            return some[0], found
    return None, found
