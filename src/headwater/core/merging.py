"""Merging: two incidents turn out to be one. By machine only within the settle time of the one that goes."""

from dataclasses import replace

from headwater.core.incidents import EntryKind, Involved, Sick, State
from headwater.core.picture import Draft
from headwater.core.scene import Scene


def merge(draft: Draft, scene: Scene, *, gone: int, into: int) -> None:
    """Everything of `gone` becomes part of `into`; `gone` keeps its number and says where it went."""
    losing, keeping = draft.incidents[gone], draft.incidents[into]
    parts = draft.involved[gone]
    for part in parts.values():
        known = draft.involved[into].get(part.group)
        draft.put_involved(replace(part, incident=into) if known is None else sum_parts(known, part))
    draft.drop_involved(gone)
    draft.reshaped.add(into)
    draft.move_alerts(gone, into)
    draft.clear_deadlines(gone)
    draft.put_incident(
        replace(losing, state=State.MERGED, merged_into=into, firing=0, alerts=0, closed_at=scene.now)
    )
    draft.put_incident(
        replace(
            keeping,
            opened_at=min(keeping.opened_at, losing.opened_at),
            began_at=min(keeping.began_at, losing.began_at),
            active_at=max(keeping.active_at, losing.active_at),
            flaps=keeping.flaps + losing.flaps,
        )
    )
    draft.enter(gone, scene.now, EntryKind.MERGED, f"Merged into {keeping.name}.")
    draft.enter(
        into, scene.now, EntryKind.MERGED, f"{losing.name} turned out to be part of this: {losing.title}"
    )


def sum_parts(known: Involved, other: Involved) -> Involved:
    """Two parts of one asset as one."""
    first = min((known.first_at, known.title), (other.first_at, other.title))
    return replace(
        known,
        firing=known.firing + other.firing,
        alerts=known.alerts + other.alerts,
        first_at=first[0],
        title=first[1],
        last_at=max(known.last_at, other.last_at),
        worst=min(known.worst, other.worst),
        troubles=_sum_troubles(known.troubles, other.troubles),
    )


def _sum_troubles(known: dict[str, Sick], other: dict[str, Sick]) -> dict[str, Sick]:
    summed = {name: replace(sick) for name, sick in known.items()}
    for name, sick in other.items():
        mine = summed.setdefault(name, Sick(sick.first_at, sick.last_at, 0, sick.worst))
        mine.first_at = min(mine.first_at, sick.first_at)
        mine.last_at = max(mine.last_at, sick.last_at)
        mine.firing += sick.firing
        mine.worst = min(mine.worst, sick.worst)
    return summed
