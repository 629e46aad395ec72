"""Triage: from reports to incidents, routes and what is said.

`REPORT_STAGES` run for each report, `INCIDENT_STAGES` once for each incident that a batch touched; these two
tuples are the only place that orders the stages. Deciding is pure: a picture goes in, a draft comes out, and
the end state does not depend on how reports were batched.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from headwater.core.alerts import Alert, Report, Status
from headwater.core.announcing import announce, keep_watch
from headwater.core.incidents import EntryKind, Incident, Route, State
from headwater.core.merging import merge
from headwater.core.picture import Draft
from headwater.core.placing import Placement
from headwater.core.reasons import Code, Reason, because
from headwater.core.returning import reopen, wake
from headwater.core.said import Notice, NoticeKind, Where
from headwater.core.scene import Scene
from headwater.core.severity import Severity
from headwater.core.tallying import tally
from headwater.core.weighing import send, suspect, weigh
from headwater.core.words import ago

LATE_AFTER: Final = timedelta(minutes=5)
"""A firing report of an episode that ended: within this time a late copy, after it the level is believed."""


class Standing(NamedTuple):
    """Of an alert known already, what tells a repeat from news."""

    status: Status
    starts_at: datetime
    severity: Severity


@dataclass(slots=True)
class Arrival:
    """One report on its way through the stages. `is_undated`: its sender does not say when an episode began,
    so that its start is only when it came.
    """

    key: str
    sender: str
    report: Report
    placement: Placement
    alert: Alert | None = None
    began: bool = False
    lapsed: bool = False
    is_undated: bool = False


def triage(draft: Draft, scene: Scene, arrivals: Iterable[Arrival]) -> None:
    """Take reports in, in their order, then settle every incident they touched."""
    for arrival in arrivals:
        for stage in REPORT_STAGES:
            if not stage(draft, scene, arrival):
                break
    settle(draft, scene)


def settle(draft: Draft, scene: Scene) -> None:
    """Run the incident stages over what was touched; nothing else is looked at."""
    for number in sorted(draft.touched):
        for stage in INCIDENT_STAGES:
            stage(draft, scene, number)


# -- per report


def dedupe(draft: Draft, scene: Scene, arrival: Arrival) -> bool:
    """Whether the report says anything new. A repeat costs one touch and goes no further."""
    known = draft.alerts.get(arrival.key)
    date(arrival, known)
    report = arrival.report
    if known is None:
        arrival.alert = _first(scene, arrival)
        if report.status is not Status.FIRING:
            draft.put_alert(arrival.alert)
            return False
        arrival.began = True
        return True
    if _is_old_news(known, report, scene):
        # Not as seen now: repeated often enough, such copies would be late for ever and never be believed.
        draft.touch_alert(arrival.key, known.seen_at, known.ends_at)
        return False
    if is_repeat(known, report):
        draft.touch_alert(arrival.key, scene.now, report.ends_at)
        return False
    if report.status is known.status and report.starts_at == known.starts_at:
        arrival.alert = replace(known, severity=report.severity, seen_at=scene.now, count=known.count + 1)
        return True
    arrival.alert = _next(scene, known, arrival)
    arrival.began = report.status is Status.FIRING
    return True


def is_repeat(known: Alert | Standing | None, report: Report) -> bool:
    """Whether the report says what is known already: the same status of the same episode, no worse."""
    return (
        known is not None
        and report.status is known.status
        and report.starts_at == known.starts_at
        and report.severity >= known.severity
    )


def date(arrival: Arrival, known: Alert | Standing | None) -> None:
    """Give an undated report the episode it speaks of: the one that fires, or for an end the last one."""
    report = arrival.report
    if arrival.is_undated and known is not None:
        goes_on = known.status is Status.FIRING or report.status is not Status.FIRING
        if goes_on and report.starts_at > known.starts_at:
            report.starts_at = known.starts_at


def _is_old_news(known: Alert, report: Report, scene: Scene) -> bool:
    if report.starts_at < known.starts_at:
        return True
    return (
        known.status is Status.RESOLVED
        and not known.lapsed
        and report.status is not Status.RESOLVED
        and report.starts_at == known.starts_at
        and scene.now - known.seen_at < LATE_AFTER
    )


def _first(scene: Scene, arrival: Arrival) -> Alert:
    report, placement = arrival.report, arrival.placement
    is_firing = report.status is Status.FIRING
    return Alert(
        key=arrival.key,
        sender=arrival.sender,
        status=report.status,
        starts_at=report.starts_at,
        seen_at=scene.now,
        first_at=scene.now,
        title=report.title,
        severity=report.severity,
        asset=placement.asset,
        group=placement.group,
        placed=placement.reason if is_firing else because(Code.RESOLVED_UNKNOWN),
        trouble=scene.suspector.trouble(report.labels, report.title) if scene.suspector else "",
        ends_at=report.ends_at,
        ended_at=None if is_firing else (report.ends_at or scene.now),
        labels=report.labels,
        annotations=report.annotations,
        link=report.link,
        origin=report.origin,
    )


def _next(scene: Scene, known: Alert, arrival: Arrival) -> Alert:
    report, placement = arrival.report, arrival.placement
    if report.status is not Status.FIRING:
        # What it is about was said when it fired; many senders' last word carries no more than a key.
        return replace(
            known,
            status=report.status,
            starts_at=report.starts_at,
            seen_at=scene.now,
            ends_at=report.ends_at,
            ended_at=report.ends_at or scene.now,
            count=known.count + 1,
            lapsed=arrival.lapsed,
        )
    return replace(
        known,
        status=report.status,
        starts_at=report.starts_at,
        seen_at=scene.now,
        title=report.title,
        severity=report.severity,
        asset=placement.asset,
        group=placement.group,
        placed=placement.reason,
        ends_at=report.ends_at,
        ended_at=None,
        count=known.count + 1,
        episodes=known.episodes + 1,
        labels=report.labels,
        annotations=report.annotations,
        link=report.link,
        lapsed=False,
        origin=report.origin or known.origin,
    )


def correlate(draft: Draft, scene: Scene, arrival: Arrival) -> bool:
    """Put the alert into its incident: the one it was in, one that it is kin to, or a new one."""
    alert = arrival.alert
    assert alert is not None
    before = draft.alerts.get(alert.key)
    if alert.status is not Status.FIRING:
        _end(draft, scene, alert, before)
        return True
    if not arrival.began and before is not None and before.incident is not None:
        draft.put_alert(alert)
        tally(draft, draft.incidents[before.incident], alert, firing=0, count=0)
        return True
    number, reason, is_new = _home(draft, scene, alert, before)
    before = draft.alerts.get(alert.key)  # as a merge on the way may have moved it
    stays = before is not None and before.incident == number
    is_counted = stays and before is not None and before.group == alert.group
    was_firing = before is not None and before.status is Status.FIRING
    alert.incident = number
    draft.put_alert(alert)
    if before is not None and not is_counted:
        _leave(draft, before, stays=stays)
    more = 0 if is_counted and was_firing else 1
    incident = draft.incidents[number]
    tally(draft, incident, alert, firing=more, count=0 if is_counted else 1, reason=reason)
    if not is_new:
        kind = EntryKind.ALERT_REFIRED if stays else EntryKind.ALERT_JOINED
        _enter_alert(draft, scene, number, kind, alert, reason)
    wake(draft, scene, number, alert, rejoined=stays)
    if alert.origin is not None and arrival.report.origin is not None:
        _reply(draft, scene, number, alert.origin)
    return True


def _leave(draft: Draft, before: Alert, *, stays: bool) -> None:
    """The alert fires elsewhere now: on another asset, or in another incident than one that was cancelled.

    An incident that it left still says that it was there, but no longer that it fires.
    """
    incident = draft.incidents.get(before.incident) if before.incident is not None else None
    if incident is None:
        return
    firing = -1 if before.status is Status.FIRING else 0
    if firing or stays:
        tally(draft, incident, before, firing=firing, count=-1 if stays else 0)


def _reply(draft: Draft, scene: Scene, number: int, origin: str) -> None:
    """Under the Slack message that the alert came as: its incident, once; said when the card is there."""
    draft.say(
        Notice(
            key=f"reply/{origin}",
            kind=NoticeKind.REPLY,
            where=Where.MESSAGE,
            to=origin,
            at=scene.now,
            incident=number,
        )
    )


def _end(draft: Draft, scene: Scene, alert: Alert, before: Alert | None) -> None:
    draft.put_alert(alert)
    if before is None or before.status is not Status.FIRING or alert.incident is None:
        return
    incident = draft.incidents.get(alert.incident)
    if incident is None:
        return
    tally(draft, incident, alert, firing=-1, count=0)
    quiet = alert.status is Status.QUIET
    kind = EntryKind.ALERT_QUIET if quiet else EntryKind.ALERT_RESOLVED
    _enter_alert(draft, scene, incident.number, kind, alert, None)


def _enter_alert(
    draft: Draft, scene: Scene, number: int, kind: EntryKind, alert: Alert, reason: Reason | None
) -> None:
    facts = {"alert": alert.key, "on": alert.group}
    if reason is not None:
        facts["why"] = draft.words(reason)
    if alert.link:
        facts["link"] = alert.link
    draft.enter(number, scene.now, kind, alert.title, facts=facts)


def _home(draft: Draft, scene: Scene, alert: Alert, before: Alert | None) -> tuple[int, Reason, bool]:
    """The incident the alert belongs to, why, and whether it was opened for it."""
    last = _last_incident(draft, before)
    if last is not None and last.is_open:
        return last.number, because(Code.REFIRED), False
    if last is not None and last.state is State.RESOLVED and last.resolved_at is not None:
        passed = scene.now - last.resolved_at
        if passed <= scene.tuning.reopen:
            reopen(draft, scene, last)
            return last.number, because(Code.REOPENED, ago=ago(passed)), False
    near = _near(draft, scene, alert)
    if near is not None:
        return *near, False
    return _open(draft, scene, alert, last), because(Code.OPENED, asset=alert.group), True


def _last_incident(draft: Draft, before: Alert | None) -> Incident | None:
    number = before.incident if before is not None else None
    incident = draft.incidents.get(number) if number is not None else None
    while incident is not None and incident.merged_into is not None:
        incident = draft.incidents.get(incident.merged_into)
    return incident


def _near(draft: Draft, scene: Scene, alert: Alert) -> tuple[int, Reason] | None:
    """The open incident this alert joins. Those it joins together merge within their settle time."""
    here = [n for n in draft.open_at(alert.group) if _takes(draft.incidents[n], scene, alert, same=True)]
    if here:
        return min(here), draft.same(alert.group, Code.SAME_ASSET if alert.asset else Code.SAME_UNPLACED)
    if alert.asset is None:
        return None
    found: dict[int, tuple[int, str]] = {}
    kin = scene.correlator.kin(alert.asset)
    for ref, one in kin.items():
        for number in draft.open_at(ref):
            if number not in found and _takes(draft.incidents[number], scene, alert, same=False):
                found[number] = (one.distance, ref)
    if not found:
        return None
    chosen = min(found, key=lambda n: (draft.incidents[n].announced_at is None, found[n][0], n))
    for number in sorted(found):
        if number != chosen and scene.is_settling(draft.incidents[number]):
            merge(draft, scene, gone=number, into=chosen)
    return chosen, scene.correlator.why(alert.asset, kin[found[chosen][1]])


def _takes(incident: Incident, scene: Scene, _alert: Alert, *, same: bool) -> bool:
    if same and incident.firing > 0:
        return True
    return scene.now - incident.active_at <= scene.tuning.window


def _open(draft: Draft, scene: Scene, alert: Alert, last: Incident | None) -> int:
    number = draft.last_number + 1
    team = scene.team_for(alert.asset)
    incident = Incident(
        number=number,
        title=alert.title,
        state=State.TRIGGERED,
        severity=alert.severity,
        severity_machine=alert.severity,
        opened_at=scene.now,
        began_at=alert.starts_at,
        active_at=scene.now,
        route=Route(team=team.ref, asset=alert.asset, reason=because(Code.CATCH_ALL, team=team.name)),
        registry=scene.registry.version,
        asset=alert.asset,
        recurrence_of=last.number if last is not None else None,
    )
    draft.open_incident(incident)
    facts = {"alert": alert.key, "on": alert.group, "why": alert.placed.sentence}
    if last is not None:
        facts["recurrence"] = because(Code.RECURRENCE, incident=last.name).sentence
    if alert.link:
        facts["link"] = alert.link
    draft.enter(number, scene.now, EntryKind.OPENED, alert.title, facts=facts)
    return number


REPORT_STAGES: Final[tuple[Callable[[Draft, Scene, Arrival], bool], ...]] = (dedupe, correlate)
INCIDENT_STAGES: Final[tuple[Callable[[Draft, Scene, int], None], ...]] = (
    weigh,
    suspect,
    send,
    keep_watch,
    announce,
)
