"""Answers to questions, for pages, commands, cards and the terminal: read-only, off the engine's thread."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from headwater.core.account import KINDS, Holding, holdings
from headwater.core.alerts import Alert, Status
from headwater.core.facts import Fact
from headwater.core.incidents import Entry, Incident
from headwater.core.said import Card
from headwater.core.view import IncidentView
from headwater.store import ledger, picture, rows
from headwater.store.database import Database
from headwater.store.schema import ALERT, CARD, ENTRY, FACT, INCIDENT, INVOLVED, NOTICE


class Reader:
    """Each method is one snapshot. They block: call them in a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def incident(self, number: int) -> IncidentView | None:
        """The incident with its involved assets and cards."""
        with self._database.read() as connection:
            return view(connection, number)

    def incidents(
        self, *, team: str | None = None, open_only: bool = True, words: str = "", limit: int = 50
    ) -> tuple[Incident, ...]:
        """Incidents, worst and newest first; those `team` leads or joined; whose title has every word."""
        statement = select(INCIDENT).where(INCIDENT.c.state != "merged")
        if open_only:
            statement = statement.where(INCIDENT.c.live == 1)
        for word in words.split():
            statement = statement.where(INCIDENT.c.title.icontains(word, autoescape=True))
        if team is not None:
            joined = INCIDENT.c.facts.contains(f'"{team}"', autoescape=True)
            statement = statement.where(or_(INCIDENT.c.team == team, joined))
        order = (INCIDENT.c.live.desc(), INCIDENT.c.severity, INCIDENT.c.number.desc())
        with self._database.read() as connection:
            found = connection.execute(statement.order_by(*order).limit(limit)).all()
        return tuple(rows.incident_from_row(row) for row in found)

    def timeline(self, number: int, *, limit: int = 500) -> tuple[Entry, ...]:
        """The newest `limit` lines, oldest first."""
        statement = select(ENTRY).where(ENTRY.c.incident == number).order_by(ENTRY.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            found = connection.execute(statement).all()
        return tuple(rows.entry_from_row(row) for row in reversed(found))

    def alerts(self, number: int, *, limit: int = 50) -> tuple[Alert, ...]:
        """The incident's alerts: firing first, then worst, then oldest."""
        fires = (ALERT.c.status == Status.FIRING.value).desc()
        statement = (
            select(ALERT)
            .where(ALERT.c.incident == number)
            .order_by(fires, ALERT.c.severity, ALERT.c.starts_at, ALERT.c.key)
            .limit(limit)
        )
        with self._database.read() as connection:
            found = connection.execute(statement).all()
        return tuple(rows.alert_from_row(row) for row in found)

    def alerts_of(self, sender: str, *, limit: int = 1_000) -> tuple[Alert, ...]:
        """What a sender's firing alerts are now, newest first."""
        statement = (
            select(ALERT)
            .where(ALERT.c.sender == sender, ALERT.c.status == Status.FIRING.value)
            .order_by(ALERT.c.starts_at.desc(), ALERT.c.key)
            .limit(limit)
        )
        with self._database.read() as connection:
            found = connection.execute(statement).all()
        return tuple(rows.alert_from_row(row) for row in found)

    def facts(self, asset: str, *, limit: int = 20) -> tuple[Fact, ...]:
        """What readings, runs and changes told of an asset, newest first."""
        statement = select(FACT).where(FACT.c.asset == asset).order_by(FACT.c.at.desc(), FACT.c.key)
        with self._database.read() as connection:
            found = connection.execute(statement.limit(limit)).all()
        return tuple(rows.fact_from_row(row) for row in found)

    def incident_at(self, channel: str, ts: str) -> int | None:
        """Whose card, pointer or reply this message is, or whose alert came as it; `channel`: Slack's id."""
        with self._database.read() as connection:
            of_card = select(CARD.c.incident).where(CARD.c.place == channel, CARD.c.ts == ts)
            found = connection.execute(of_card).scalar()
            if found is None:
                of_notice = select(NOTICE.c.incident).where(
                    and_(NOTICE.c.place == channel, NOTICE.c.ts == ts, NOTICE.c.incident.is_not(None))
                )
                found = connection.execute(of_notice).scalar()
            if found is None:
                of_alert = select(NOTICE.c.incident).where(NOTICE.c.key == f"reply/{channel}:{ts}")
                found = connection.execute(of_alert).scalar()
        return int(found) if found is not None else None

    def open_in(self, channel: str) -> tuple[int, ...]:
        """Numbers of the open incidents with a card or pointer in the channel (Slack's id)."""
        statement = (
            select(CARD.c.incident)
            .join(INCIDENT, INCIDENT.c.number == CARD.c.incident)
            .where(CARD.c.place == channel, INCIDENT.c.live == 1)
            .order_by(CARD.c.incident)
        )
        with self._database.read() as connection:
            return tuple(row.incident for row in connection.execute(statement))

    def cards(self, number: int) -> tuple[Card, ...]:
        """Where the incident is shown, by channel."""
        statement = select(CARD).where(CARD.c.incident == number).order_by(CARD.c.channel)
        with self._database.read() as connection:
            return tuple(rows.card_from_row(row) for row in connection.execute(statement))

    def led(self) -> Mapping[str, int]:
        """How many incidents each asset was what the route was chosen for."""
        statement = select(INCIDENT.c.asset, func.count()).where(INCIDENT.c.asset.is_not(None))
        with self._database.read() as connection:
            found = connection.execute(statement.group_by(INCIDENT.c.asset)).all()
        return {row[0]: row[1] for row in found}

    def routes(self, number: int) -> tuple[Holding, ...]:
        """Who had the incident, from when and why, in order."""
        statement = select(ENTRY).where(ENTRY.c.incident == number, ENTRY.c.kind.in_(sorted(KINDS)))
        with self._database.read() as connection:
            incident = picture.incidents(connection, [number]).get(number)
            found = connection.execute(statement.order_by(ENTRY.c.seq)).all()
        return holdings(incident, [rows.entry_from_row(row) for row in found]) if incident else ()

    def load(self, now: datetime, *, months: int = 1) -> tuple[ledger.Month, ...]:
        """What each team had to do with the incidents of a month, newest month first."""
        with self._database.read() as connection:
            return ledger.load(connection, now, months=months)


def view(connection: Connection, number: int) -> IncidentView | None:
    """What is shown of an incident; of a merged one, the incident it became part of is shown by its own."""
    incident = picture.incidents(connection, [number]).get(number)
    if incident is None:
        return None
    parts = select(INVOLVED).where(INVOLVED.c.incident == number, INVOLVED.c.alerts >= 0)
    shown = select(CARD).where(CARD.c.incident == number).order_by(CARD.c.channel)
    involved = [rows.involved_from_row(row) for row in connection.execute(parts)]
    return IncidentView(
        incident=incident,
        involved=tuple(sorted(involved, key=lambda part: (part.first_at, part.group))),
        cards=tuple(rows.card_from_row(row) for row in connection.execute(shown)),
    )
