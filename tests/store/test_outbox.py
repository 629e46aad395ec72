"""A card that can't be shown where it should be goes to the catch-all: whole, current, and without noise."""

from datetime import timedelta

import world
from headwater.core.actions import AddNote
from headwater.core.said import CardKind
from headwater.core.severity import Severity
from headwater.core.tuning import Tuning
from headwater.engine.deciding import Decider
from headwater.store import journal, outbox
from headwater.store.database import Database
from headwater.store.reading import Reader
from world import ANA, START, body, delivery, report

CATCH_ALL = "#ml-reliability"
LEASE = timedelta(seconds=60)


def post(database: Database) -> list[tuple[str, CardKind]]:
    """Post what is due, everywhere but in Backup's channel, which is archived; what was, in order."""
    shown = []
    for _ in range(5):
        view = Reader(database).incident(1)
        assert view is not None
        with database.write() as connection:
            for claim in outbox.claim_cards(connection, START, limit=9, lease=LEASE):
                card = claim.what
                if card.channel == "#backup":
                    outbox.card_given_up(connection, claim, "it is archived", START, tell=CATCH_ALL)
                    continue
                shown.append((card.channel, card.kind))
                revision = max(card.wanted, view.incident.revision)
                outbox.card_shown(connection, claim, revision=revision, place="C1", ts="1.1")
    return shown


def test_the_catch_all_s_card_follows_every_change_and_the_timeline_says_once_why_it_is_there(
    database: Database,
) -> None:
    decider = Decider(world.registry(), Tuning(), {"world": world.parse})
    with database.write() as connection:
        journal.write(connection, [delivery(body(report("a", severity=Severity.SEV2)))])
        decider.deliveries(connection, journal.read(connection, 0, most=1), START)
    assert post(database) == [(CATCH_ALL, CardKind.FULL)]
    for number in range(3):
        with database.write() as connection:
            decider.action(connection, AddNote(who=ANA, incident=1, text=f"note {number}"), START)
        assert post(database)[-1:] == [(CATCH_ALL, CardKind.FULL)]
    lines = [one.text for one in Reader(database).timeline(1) if one.kind == "untold"]
    assert lines == ["#backup could not be shown the card: it is archived."]
