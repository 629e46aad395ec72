"""Tallying: what an asset's alerts add up to in an incident, whatever the order they come in."""

from headwater.core.alerts import Alert
from headwater.core.incidents import Incident, Involved, Role, Sick
from headwater.core.picture import Draft
from headwater.core.reasons import Reason


def tally(
    draft: Draft, incident: Incident, alert: Alert, *, firing: int, count: int, reason: Reason | None = None
) -> None:
    """Add an alert's coming or going to its asset's part in the incident."""
    known = draft.own_involved(incident.number, alert.group)
    if known is None:
        part = Involved(
            incident=incident.number,
            group=alert.group,
            asset=alert.asset,
            role=Role.SYMPTOM,
            firing=max(0, firing),
            alerts=count,
            first_at=alert.starts_at,
            last_at=alert.seen_at,
            worst=alert.severity,
            title=alert.title,
            reason=reason or alert.placed,
        )
        draft.put_involved(part)
        _tally_trouble(draft, part, alert, firing)
        return
    known.firing = max(0, known.firing + firing)
    known.alerts += count
    known.first_at, known.title = min((known.first_at, known.title), (alert.starts_at, alert.title))
    known.last_at = max(known.last_at, alert.seen_at)
    known.worst = min(known.worst, alert.severity)
    _tally_trouble(draft, known, alert, firing)


def _tally_trouble(draft: Draft, part: Involved, alert: Alert, firing: int) -> None:
    """Add to the kind of trouble; one that begins, or is over, changes what there is to explain."""
    if not alert.trouble:
        return
    sick = part.troubles.get(alert.trouble)
    if sick is None:
        sick = part.troubles[alert.trouble] = Sick(alert.starts_at, alert.seen_at, 0, alert.severity)
        draft.reshaped.add(part.incident)
    was_sick = sick.firing > 0
    sick.first_at = min(sick.first_at, alert.starts_at)
    sick.last_at = max(sick.last_at, alert.seen_at)
    sick.firing = max(0, sick.firing + firing)
    sick.worst = min(sick.worst, alert.severity)
    if was_sick != (sick.firing > 0):
        draft.reshaped.add(part.incident)
