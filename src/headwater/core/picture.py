"""The picture: what a decision sees, and the draft it works on.

A `Picture` is the working set of one batch as the store loaded it. A `Draft` is a working copy that records
what changed; `effects()` is the net difference, which `store.apply` writes. Deciding is pure at its boundary:
the picture that went in is untouched, so that a batch that fails can be decided again in halves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from headwater.core.alerts import Alert
from headwater.core.effects import (
    AddEntry,
    ClearDeadline,
    Effect,
    MoveAlerts,
    PutAlert,
    PutFact,
    PutIncident,
    PutInvolved,
    PutOverlay,
    Say,
    SetDeadline,
    ShowCard,
    TouchAlert,
)
from headwater.core.facts import Fact
from headwater.core.incidents import Entry, EntryKind, Incident, Involved
from headwater.core.placing import Overlay
from headwater.core.reasons import Code, Reason, because
from headwater.core.said import Card, CardKind, Deadline, DeadlineKind, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Alerts by key, incidents by number with their involved assets, deadlines and cards; overlays by group.

    `last_number` is the highest incident number given so far. `noted` holds the sources of notes already
    taken, of those asked for.
    """

    alerts: Mapping[str, Alert] = field(default_factory=dict)
    incidents: Mapping[int, Incident] = field(default_factory=dict)
    involved: Mapping[int, Mapping[str, Involved]] = field(default_factory=dict)
    deadlines: Mapping[int, Mapping[DeadlineKind, Deadline]] = field(default_factory=dict)
    cards: Mapping[int, Mapping[str, Card]] = field(default_factory=dict)
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    noted: frozenset[str] = frozenset()
    last_number: int = 0


class Draft:
    """A working copy of a picture. Incidents touched are listed, so that each is weighed once a batch."""

    def __init__(self, picture: Picture) -> None:
        self._before = picture
        self.alerts: dict[str, Alert] = dict(picture.alerts)
        self.incidents: dict[int, Incident] = dict(picture.incidents)
        self.involved: dict[int, dict[str, Involved]] = {n: dict(i) for n, i in picture.involved.items()}
        self.deadlines: dict[int, dict[DeadlineKind, Deadline]] = {
            n: dict(d) for n, d in picture.deadlines.items()
        }
        self.cards: dict[int, dict[str, Card]] = {n: dict(c) for n, c in picture.cards.items()}
        self.overlays: dict[str, Overlay] = dict(picture.overlays)
        self.facts: dict[str, Fact] = dict(picture.facts)
        self.noted: set[str] = set(picture.noted)
        self.last_number = picture.last_number
        self.touched: set[int] = set()
        self._open_at: dict[str, set[int]] = {}
        self._put: dict[str, None] = {}
        self._seen: dict[str, tuple[datetime, datetime | None, int]] = {}
        self._same: dict[str, Reason] = {}
        self._words: dict[int, tuple[Reason, str]] = {}
        self._own: set[tuple[int, str]] = set()
        self.reshaped: set[int] = set()
        self._entries: list[AddEntry] = []
        self._seqs: dict[int, int] = {}
        self._notices: dict[str, Say] = {}
        self._moves: list[MoveAlerts] = []
        self._overlaid: list[PutOverlay] = []
        self._told: dict[str, PutFact] = {}
        for number, parts in self.involved.items():
            if number in self.incidents and self.incidents[number].is_open:
                for group in parts:
                    self._open_at.setdefault(group, set()).add(number)

    # -- what is there

    def open_at(self, group: str) -> frozenset[int] | set[int]:
        """Numbers of open incidents in which `group` has a part."""
        return self._open_at.get(group, frozenset())

    def same(self, group: str, code: Code) -> Reason:
        """The reason most alerts of a storm join for, made once a group."""
        known = self._same.get(group)
        if known is None:
            known = self._same[group] = because(code, asset=group)
        return known

    def words(self, reason: Reason) -> str:
        """A reason's sentence, made once. The reason is held, so that its id stays its own."""
        known = self._words.get(id(reason))
        if known is None:
            known = self._words[id(reason)] = (reason, reason.sentence)
        return known[1]

    # -- what changes

    def put_alert(self, alert: Alert) -> None:
        """The alert as it now is."""
        self.alerts[alert.key] = alert
        self._put[alert.key] = None
        if alert.key in self._seen:
            # Seen before this in the same batch: counted, but its time and end are the newer word's.
            alert.count += self._seen.pop(alert.key)[2]

    def touch_alert(self, key: str, seen_at: datetime, ends_at: datetime | None) -> None:
        """Seen again with nothing new: the cheapest thing there is, as most reports are this."""
        times = self._seen[key][2] + 1 if key in self._seen else 1
        self._seen[key] = (seen_at, ends_at, times)

    def open_incident(self, incident: Incident) -> None:
        """A new incident, under the next number."""
        self.last_number = max(self.last_number, incident.number)
        self.involved[incident.number] = {}
        self.deadlines[incident.number] = {}
        self.cards[incident.number] = {}
        self.put_incident(incident)

    def put_incident(self, incident: Incident) -> None:
        """The incident as it now is; leaving or re-entering the open states moves it in the index."""
        before = self.incidents.get(incident.number)
        self.incidents[incident.number] = incident
        self.touched.add(incident.number)
        if before is not None and before.is_open != incident.is_open:
            for group in self.involved[incident.number]:
                if incident.is_open:
                    self._open_at.setdefault(group, set()).add(incident.number)
                else:
                    self._open_at.get(group, set()).discard(incident.number)

    def own_involved(self, number: int, group: str) -> Involved | None:
        """An asset's part, to be added to in place: this draft's own copy of it."""
        part = self.involved[number].get(group)
        if part is None or (number, group) in self._own:
            return part
        part = replace(part, troubles={name: replace(sick) for name, sick in part.troubles.items()})
        self._own.add((number, group))
        self.involved[number][group] = part
        self.touched.add(number)
        return part

    def put_involved(self, involved: Involved) -> None:
        """An asset's part as it now is."""
        self._own.add((involved.incident, involved.group))
        self.involved[involved.incident][involved.group] = involved
        self.touched.add(involved.incident)
        if self.incidents[involved.incident].is_open:
            self._open_at.setdefault(involved.group, set()).add(involved.incident)

    def drop_involved(self, number: int) -> None:
        """The incident was merged: its parts are another's now."""
        for group in self.involved[number]:
            self._open_at.get(group, set()).discard(number)
        self.involved[number] = {}

    def move_alerts(self, gone: int, into: int) -> None:
        """Every alert of `gone` belongs to `into` now, those not loaded too."""
        self._moves.append(MoveAlerts(gone, into))
        for key, alert in self.alerts.items():
            if alert.incident == gone:
                self.alerts[key] = replace(alert, incident=into)
                self._put.setdefault(key)

    def enter(
        self,
        number: int,
        at: datetime,
        kind: EntryKind,
        text: str,
        *,
        who: str | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """One more line on the timeline."""
        seq = self._seqs.get(number) or self.incidents[number].entries
        self._seqs[number] = seq = seq + 1
        self.touched.add(number)
        entry = Entry(incident=number, seq=seq, at=at, kind=kind, text=text, who=who, facts=facts or {})
        self._entries.append(AddEntry(entry))

    def set_deadline(self, deadline: Deadline) -> None:
        """This one replaces any of its kind."""
        self.deadlines[deadline.incident][deadline.kind] = deadline

    def clear_deadlines(self, number: int, *kinds: DeadlineKind) -> None:
        """These no longer matter; none named means all."""
        for kind in kinds or tuple(DeadlineKind):
            self.deadlines[number].pop(kind, None)

    def show(self, number: int, channel: str, kind: CardKind) -> None:
        """Shown in `channel` at the incident's present revision."""
        cards = self.cards[number]
        wanted = self.incidents[number].revision
        known = cards.get(channel)
        cards[channel] = (
            Card(incident=number, channel=channel, kind=kind, wanted=wanted)
            if known is None
            else replace(known, kind=kind, wanted=wanted)
        )

    def say(self, notice: Notice) -> None:
        """Said once: a key already said, now or ever, is not said again (the store refuses it)."""
        self._notices.setdefault(notice.key, Say(notice))

    def overlay(self, overlay: Overlay, at: datetime, until: datetime) -> None:
        """Alerts of a group go to an asset from now on."""
        self.overlays[overlay.group] = overlay
        self._overlaid.append(PutOverlay(overlay, at, until))

    def put_fact(self, fact: Fact) -> bool:
        """What is known of an asset by this key now; False when what is known is newer, or the same."""
        known = self.facts.get(fact.key)
        if known is not None and (known.at, known.state, known.sentence) >= (
            fact.at,
            fact.state,
            fact.sentence,
        ):
            return False
        self.facts[fact.key] = fact
        self._told[fact.key] = PutFact(fact)
        return True

    # -- what it comes to

    def effects(self) -> list[Effect]:
        """The net difference between the picture and now, in an order that can be written."""
        for number, seq in self._seqs.items():
            self.incidents[number] = replace(self.incidents[number], entries=seq)
        return [
            *self._moves,
            *self._alert_effects(),
            *self._incident_effects(),
            *self._entries,
            *self._deadline_effects(),
            *(
                ShowCard(card)
                for number, channel, card in _pairs(self.cards)
                if self._before.cards.get(number, {}).get(channel) != card
            ),
            *self._notices.values(),
            *self._overlaid,
            *self._told.values(),
        ]

    def picture(self) -> Picture:
        """What the next batch would see."""
        seen = {
            key: replace(alert, seen_at=at, ends_at=ends, count=alert.count + times)
            for key, (at, ends, times) in self._seen.items()
            if (alert := self.alerts.get(key)) is not None
        }
        return Picture(
            alerts=self.alerts | seen,
            incidents=self.incidents,
            involved=self.involved,
            deadlines=self.deadlines,
            cards=self.cards,
            overlays=self.overlays,
            facts=self.facts,
            noted=frozenset(self.noted),
            last_number=self.last_number,
        )

    def _alert_effects(self) -> Iterable[Effect]:
        known = self._before.alerts
        for key in self._put:
            yield PutAlert(self.alerts[key], key not in known)
        for key, (seen_at, ends_at, times) in self._seen.items():
            yield TouchAlert(key, seen_at, ends_at, times)

    def _incident_effects(self) -> Iterable[Effect]:
        for number in sorted(self.touched):
            incident = self.incidents[number]
            if incident != self._before.incidents.get(number):
                yield PutIncident(incident, number not in self._before.incidents)
            before = self._before.involved.get(number, {})
            was = self._before.incidents.get(number)
            turned = was is not None and was.is_open != incident.is_open
            for group, involved in self.involved[number].items():
                if turned or before.get(group) is not involved:
                    yield PutInvolved(involved, incident.is_open)

    def _deadline_effects(self) -> Iterable[Effect]:
        for number, deadlines in self.deadlines.items():
            before = self._before.deadlines.get(number, {})
            for kind, deadline in deadlines.items():
                if before.get(kind) != deadline:
                    yield SetDeadline(deadline)
            for kind in before:
                if kind not in deadlines:
                    yield ClearDeadline(number, kind)


def _pairs(cards: Mapping[int, Mapping[str, Card]]) -> Iterable[tuple[int, str, Card]]:
    for number in sorted(cards):
        for channel, card in sorted(cards[number].items()):
            yield number, channel, card
