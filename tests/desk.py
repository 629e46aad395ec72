"""A desk for core's tests: the picture between decisions, with no loop, no database and a clock by hand."""

from collections.abc import Iterable
from datetime import timedelta

import world
from headwater.core.actions import Answer, AnyAction
from headwater.core.alerts import Report
from headwater.core.conduct import conduct
from headwater.core.correlating import Correlator
from headwater.core.due import fall_due
from headwater.core.effects import AddEntry, Effect, Say
from headwater.core.incidents import Entry, Incident
from headwater.core.picture import Draft, Picture
from headwater.core.placing import Placer
from headwater.core.registry import Registry
from headwater.core.said import Notice
from headwater.core.scene import Scene
from headwater.core.suspecting import Suspector
from headwater.core.suspects import Taxonomy
from headwater.core.triage import Arrival, triage
from headwater.core.tuning import Tuning


class Desk:
    """Takes reports, actions and time, one decision each; keeps every entry and notice that came of them."""

    def __init__(
        self, registry: Registry | None = None, tuning: Tuning | None = None, taxonomy: Taxonomy | None = None
    ) -> None:
        self.registry = registry or world.registry()
        self.tuning = tuning or Tuning()
        self.clock = world.HandClock()
        self.picture = Picture()
        self.entries: list[Entry] = []
        self.notices: dict[str, Notice] = {}
        self.suspector = Suspector(self.registry, taxonomy) if taxonomy is not None else None
        self.placer = Placer(self.registry)
        self.correlator = Correlator(self.registry, hops=self.tuning.hops, near=self.tuning.near)

    def scene(self) -> Scene:
        return Scene(
            registry=self.registry,
            placer=self.placer,
            correlator=self.correlator,
            tuning=self.tuning,
            now=self.clock(),
            suspector=self.suspector,
        )

    def take(self, *reports: Report, sender: str = "prom") -> list[Effect]:
        """One batch of reports."""
        draft = Draft(self.picture)
        triage(draft, self.scene(), self.arrivals(reports, sender, draft))
        return self._keep(draft)

    def arrivals(self, reports: Iterable[Report], sender: str, draft: Draft) -> list[Arrival]:
        return [
            Arrival(
                f"{sender}/{one.fingerprint}",
                sender,
                one,
                self.placer.place(sender, one.labels, one.title, draft.overlays),
            )
            for one in reports
        ]

    def act(self, action: AnyAction) -> Answer:
        """One person's action."""
        draft = Draft(self.picture)
        answer = conduct(draft, self.scene(), action)
        self._keep(draft)
        return answer

    def wait(self, **by: float) -> None:
        """Let time pass and what falls due meanwhile happen, each at its own time."""
        until = self.clock.now + timedelta(**by)
        while True:
            waiting = [one for held in self.picture.deadlines.values() for one in held.values()]
            coming = min((one.due_at for one in waiting if one.due_at <= until), default=None)
            if coming is None:
                break
            self.clock.now = max(self.clock.now, coming)
            draft = Draft(self.picture)
            fall_due(
                draft, self.scene(), sorted(waiting, key=lambda one: (one.due_at, one.incident, one.kind))
            )
            self._keep(draft)
        self.clock.now = until

    def incident(self, number: int = 1) -> Incident:
        return self.picture.incidents[number]

    def open(self) -> list[Incident]:
        return [one for one in self.picture.incidents.values() if one.is_open]

    def told(self, number: int = 1) -> dict[str, str]:
        """Channels that show the incident, and how."""
        return {card.channel: card.kind.value for card in self.picture.cards[number].values()}

    def kinds(self, number: int = 1) -> list[str]:
        return [one.kind.value for one in self.entries if one.incident == number]

    def _keep(self, draft: Draft) -> list[Effect]:
        effects = draft.effects()
        self.entries += [one.entry for one in effects if isinstance(one, AddEntry)]
        for one in effects:
            if isinstance(one, Say):
                self.notices.setdefault(one.notice.key, one.notice)
        self.picture = draft.picture()
        self.keep(effects)
        return effects

    def keep(self, effects: list[Effect]) -> None:
        """What a decision asked for: nothing more is done with it here."""
