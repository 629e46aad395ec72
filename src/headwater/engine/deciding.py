"""Hops 2 to 5: parse, place, load the picture, decide, apply; each within the caller's transaction."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from headwater.core.actions import AddNote, Answer, AnyAction, Declare, OnIncident, Place
from headwater.core.alerts import Alert, Delivery, Parsed, Problem, Report, Status
from headwater.core.conduct import conduct
from headwater.core.correlating import Correlator
from headwater.core.due import fall_due
from headwater.core.effects import AddEntry, Effect
from headwater.core.facts import Fact, of_change, of_reading, of_run
from headwater.core.noticing import notice
from headwater.core.picture import Draft, Picture
from headwater.core.placing import Overlay, Placement, Placer
from headwater.core.reasons import Code, because
from headwater.core.registry import Registry
from headwater.core.said import Deadline, Notice, NoticeKind, Where
from headwater.core.scene import Scene
from headwater.core.suspecting import FACTS_LAST, Suspector
from headwater.core.suspects import Taxonomy
from headwater.core.triage import Arrival, Standing, date, is_repeat, triage
from headwater.core.tuning import Tuning
from headwater.store import asked, journal, picture
from headwater.store.apply import apply, set_mark
from headwater.store.senders import senders

Parse = Callable[[Delivery], Parsed]

DUE_AT_ONCE: Final = 500
"""Deadlines let happen in one transaction, at most."""

PUT_OFF: Final = timedelta(minutes=5)
"""How long after it failed a deadline is tried again."""

NOWHERE_YET: Final = Placement(None, "", because(Code.UNPLACED))

log = logging.getLogger("headwater.effects")


@dataclass(frozen=True, slots=True)
class Batch:
    """What a number of deliveries hold, placed."""

    arrivals: list[Arrival]
    facts: list[Fact]
    notices: list[Notice]
    overlays: Mapping[str, Overlay]


class Decider:
    """Decides with one registry version and what was compiled from it."""

    def __init__(
        self,
        registry: Registry,
        tuning: Tuning,
        parsers: Mapping[str, Parse],
        taxonomy: Taxonomy | None = None,
        lives: Mapping[str, timedelta] | None = None,
    ) -> None:
        self.registry = registry
        self._tuning = tuning
        self._parsers = parsers
        self._lives = lives or {}
        self._placer = Placer(registry)
        self._suspector = Suspector(registry, taxonomy) if taxonomy is not None else None
        self._correlator = Correlator(registry, hops=tuning.hops, near=tuning.near)

    def deliveries(self, connection: Connection, batch: Sequence[Delivery], now: datetime) -> bool:
        """Decide these and move the journal's mark behind them. Whether anything may be due to say."""
        overlays = picture.overlays(connection, now)
        lives = {one.name: one.time_to_live for one in senders(connection) if one.time_to_live is not None}
        arrivals: list[Arrival] = []
        notices: list[Notice] = []
        facts: list[Fact] = []
        for delivery in batch:
            parsed = self._parse(delivery)
            if parsed.problems:
                journal.box(connection, delivery, parsed.problems, now)
                notices.extend(self._complain(delivery, parsed.problems, now))
            if parsed.remark:
                log.info("remark", extra={"sender": delivery.sender, "reason": parsed.remark, "hop": "parse"})
            life = lives.get(delivery.sender) or self._lives.get(delivery.format)
            if life is not None:
                _limit(parsed.reports, delivery.received_at + life)
            arrivals += [_arrive(delivery, report) for report in parsed.reports]
            facts += self._facts(delivery, parsed)
        effects = self._triage(connection, Batch(arrivals, facts, notices, overlays), now)
        if effects:
            apply(connection, effects, now)
            _log(effects)
        set_mark(connection, journal.DECIDED, batch[-1].id)
        return bool(effects)

    def action(self, connection: Connection, action: AnyAction, now: datetime) -> Answer:
        """Decide what a person asked for; the same key again gets the same answer and changes nothing."""
        answered = asked.answer_to(connection, action.key) if action.key else None
        if answered is not None:
            return answered
        draft = Draft(self._picture_of_action(connection, action, now))
        answer = conduct(draft, self._scene(now), action)
        effects = draft.effects()
        apply(connection, effects, now)
        _log(effects)
        if action.key:
            asked.remember(connection, action.key, answer, now)
        return answer

    def end(self, connection: Connection, now: datetime) -> bool:
        """Alerts that nobody refreshed are over: resolved, or quiet where their sender never ends one.

        A bounded number at once; whether there was any. Where deliveries wait to be decided, an alert is over
        only if it was before the first of them came: they may well refresh it.
        """
        waits = journal.first_waiting(connection, picture.mark(connection, journal.DECIDED))
        lapsed = picture.ended(connection, now if waits is None else min(now, waits), limit=DUE_AT_ONCE)
        if not lapsed:
            return False
        never_end = {one.name for one in senders(connection) if one.time_to_live is not None}
        arrivals = [
            Arrival(
                alert.key,
                alert.sender,
                _last_word(
                    alert, Status.QUIET if alert.sender in never_end or alert.origin else Status.RESOLVED
                ),
                Placement(alert.asset, alert.group, alert.placed),
                lapsed=True,
            )
            for alert in lapsed
        ]
        effects = self._triage(connection, Batch(arrivals, [], [], {}), now)
        apply(connection, effects, now)
        _log(effects)
        return True

    def due(self, connection: Connection, now: datetime) -> tuple[Deadline, ...]:
        """What is due, the longest overdue first, a bounded number at once."""
        return picture.due(connection, now, limit=DUE_AT_ONCE)

    def happen(self, connection: Connection, waiting: Sequence[Deadline], now: datetime) -> None:
        """Let these happen. One that was changed since it was read does not."""
        draft = Draft(self._picture(connection, {one.incident for one in waiting}))
        fall_due(draft, self._scene(now), waiting)
        effects = draft.effects()
        apply(connection, effects, now)
        _log(effects)

    def put_off(self, connection: Connection, deadline: Deadline, error: Exception, now: datetime) -> None:
        """Try a deadline that can't happen again later, and tell the admins, at most once an hour each."""
        name = f"INC-{deadline.incident}"
        draft = Draft(self._picture(connection, {deadline.incident}))
        if draft.deadlines.get(deadline.incident, {}).get(deadline.kind) != deadline:
            return
        draft.set_deadline(replace(deadline, due_at=now + PUT_OFF))
        sentence = (
            f"The deadline “{deadline.kind}” of {name} failed: {type(error).__name__}: {error}. "
            "I try it again every few minutes; look at the incident meanwhile, and please report this."
        )
        key = f"deadline/{name}/{deadline.kind}/{now:%Y-%m-%dT%H}"
        for notice_of_it in self._tell_admins(key, {"sentence": sentence}, now):
            draft.say(notice_of_it)
        apply(connection, draft.effects(), now)

    def refuse(self, connection: Connection, delivery: Delivery, error: Exception, now: datetime) -> None:
        """Box a delivery that could not be decided at all, tell the admins, and go on behind it."""
        sentence = f"Headwater failed on it: {type(error).__name__}: {error}. Please report this."
        problems = (Problem("$", sentence, delivery.body),)
        journal.box(connection, delivery, problems, now)
        draft = Draft(Picture())
        for complaint in self._complain(delivery, problems, now):
            draft.say(complaint)
        apply(connection, draft.effects(), now)
        set_mark(connection, journal.DECIDED, delivery.id)

    def _scene(self, now: datetime) -> Scene:
        return Scene(
            registry=self.registry,
            placer=self._placer,
            correlator=self._correlator,
            tuning=self._tuning,
            now=now,
            suspector=self._suspector,
        )

    def _parse(self, delivery: Delivery) -> Parsed:
        parse = self._parsers.get(delivery.format)
        if parse is None:
            sentence = f"this Headwater knows no format {delivery.format}"
            return Parsed(problems=(Problem("$", sentence, delivery.body),))
        return parse(delivery)

    def _facts(self, delivery: Delivery, parsed: Parsed) -> Iterable[Fact]:
        find, sender = self._placer.find, delivery.sender
        yield from (of_reading(one, find(one.subject), sender) for one in parsed.readings)
        yield from (of_run(one, find(one.subject), sender) for one in parsed.runs)
        yield from (of_change(one, find(one.subject), sender) for one in parsed.changes)

    def _complain(self, delivery: Delivery, problems: Sequence[Problem], now: datetime) -> Iterable[Notice]:
        """The admins are told at most once an hour a sender; the box holds every one."""
        facts = {
            "code": "unreadable",
            "sender": delivery.sender,
            "format": delivery.format,
            "path": problems[0].path,
            "sentence": problems[0].sentence,
        }
        return self._tell_admins(f"unreadable/{delivery.sender}/{now:%Y-%m-%dT%H}", facts, now)

    def _tell_admins(self, key: str, facts: Mapping[str, str], now: datetime) -> Iterable[Notice]:
        channel = self.registry.admin_channel or self.registry.teams[self.registry.catch_all].channel
        if channel is not None:
            yield Notice(key=key, kind=NoticeKind.ADMIN, where=Where.CHANNEL, to=channel, at=now, facts=facts)

    def _triage(
        self,
        connection: Connection,
        batch: Batch,
        now: datetime,
    ) -> list[Effect]:
        arrivals = batch.arrivals
        standing = picture.standing(connection, {one.key for one in arrivals})
        latest: dict[str, Alert | Standing] = dict(standing)
        for one in arrivals:
            date(one, latest.get(one.key))
            if one.is_undated:
                report = one.report
                latest[one.key] = Standing(report.status, report.starts_at, report.severity)
        changing = {one.key for one in arrivals if not is_repeat(standing.get(one.key), one.report)}
        news = [one for one in arrivals if one.key in changing]
        for one in news:
            if one.placement is NOWHERE_YET:
                one.placement = self._placer.place(
                    one.sender, one.report.labels, one.report.title, batch.overlays
                )
        alerts = picture.alerts_by_key(connection, changing & standing.keys())
        numbers = {alert.incident for alert in alerts.values() if alert.incident is not None}
        firing = [one.placement.group for one in news if one.report.status is Status.FIRING]
        groups = self._groups([*firing, *(fact.asset for fact in batch.facts if fact.asset is not None)])
        numbers |= picture.open_incidents_at(connection, groups)
        known = picture.facts_by_key(connection, {fact.key for fact in batch.facts})
        loaded = self._picture(connection, numbers, alerts=alerts, overlays=batch.overlays)
        known |= self._facts_near(connection, loaded, firing, now)
        draft = Draft(replace(loaded, facts=known))
        for one in arrivals:
            if one.key not in changing:
                draft.touch_alert(one.key, now, one.report.ends_at)
        scene = self._scene(now)
        notice(draft, scene, batch.facts)
        triage(draft, scene, news)
        for one_notice in batch.notices:
            draft.say(one_notice)
        return draft.effects()

    def _facts_near(
        self, connection: Connection, loaded: Picture, firing: Iterable[str], now: datetime
    ) -> dict[str, Fact]:
        """What is known around everything that alerts or did in these incidents, for the suspects.

        Not only around what fires now: when one of two alerts is over, the suspects are weighed anew as well.
        """
        if self._suspector is None:
            return {}
        alerting = {group for parts in loaded.involved.values() for group in parts}.union(firing)
        placed = sorted(group for group in alerting if group in self.registry.assets)
        near = {ref for group in placed for ref in self._suspector.near(frozenset({group}))}
        return picture.facts_on(connection, near, now - FACTS_LAST)

    def _groups(self, groups: Iterable[str]) -> set[str]:
        """Everything that alerts or facts of these groups may concern: themselves, and the kin of assets."""
        own = set(groups)
        kin = [self._correlator.kin(ref) for ref in sorted(own) if ref in self.registry.assets]
        return own.union(*kin)

    def _picture_of_action(self, connection: Connection, action: AnyAction, now: datetime) -> Picture:
        if isinstance(action, Declare):
            return self._picture(connection, set())
        assert isinstance(action, OnIncident)
        alerts = picture.unplaced_alerts(connection, action.incident) if isinstance(action, Place) else {}
        held = picture.overlays(connection, now) if isinstance(action, Place) else {}
        noted = frozenset(
            [action.source]
            if isinstance(action, AddNote) and action.source and picture.noted(connection, action.source)
            else []
        )
        loaded = self._picture(connection, {action.incident}, alerts=alerts, overlays=held, noted=noted)
        if isinstance(action, Place):
            return replace(loaded, facts=self._facts_near(connection, loaded, [action.asset], now))
        return loaded

    def _picture(
        self,
        connection: Connection,
        numbers: Iterable[int],
        *,
        alerts: Mapping[str, Alert] | None = None,
        overlays: Mapping[str, Overlay] | None = None,
        noted: frozenset[str] = frozenset(),
    ) -> Picture:
        incidents = picture.incidents(connection, numbers)
        return Picture(
            alerts=alerts or {},
            incidents=incidents,
            involved=picture.involved(connection, incidents.keys()),
            deadlines=picture.deadlines(connection, incidents.keys()),
            cards=picture.cards(connection, incidents.keys()),
            overlays=overlays or {},
            noted=noted,
            last_number=picture.mark(connection, picture.LAST_INCIDENT),
        )


def _arrive(delivery: Delivery, report: Report) -> Arrival:
    """A report on its way in. It is placed once it is known to be news: most are not."""
    return Arrival(
        f"{delivery.sender}/{report.fingerprint}",
        delivery.sender,
        report,
        NOWHERE_YET,
        is_undated=report.starts_at == delivery.received_at or report.origin is not None,
    )


def _limit(reports: Iterable[Report], end: datetime) -> None:
    """Alerts whose sender never ends one live until `end`, unless they are reported again."""
    for report in reports:
        if report.status is Status.FIRING and report.ends_at is None:
            report.ends_at = end


def _last_word(alert: Alert, status: Status) -> Report:
    """What its sender did not say."""
    return Report(
        fingerprint=alert.key.removeprefix(f"{alert.sender}/"),
        status=status,
        starts_at=alert.starts_at,
        title=alert.title,
        labels=alert.labels,
        annotations=alert.annotations,
        severity=alert.severity,
        ends_at=alert.ends_at,
        link=alert.link,
    )


def _log(effects: Iterable[Effect]) -> None:
    """One structured line an effect people may ask about: what a timeline says, without anybody's payload."""
    if not log.isEnabledFor(logging.INFO):
        return
    for effect in effects:
        if isinstance(effect, AddEntry):
            entry = effect.entry
            extra = {"incident": entry.incident, "kind": entry.kind.value, "hop": "decide"}
            if "why" in entry.facts:
                extra["reason"] = entry.facts["why"]
            log.info("entry", extra=extra)
