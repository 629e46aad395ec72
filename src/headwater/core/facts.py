"""Facts: what readings, runs and changes tell of an asset, in one shape. The newest of a key counts.

A reading's key is (asset, quantity) and a run's is the asset's runs: a later one replaces it, by its own
time, so that an old run's end arriving late changes nothing. Changes are all kept, each under its own key.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from headwater.core.alerts import Change, Reading, Run


class FactKind(StrEnum):
    """What told it."""

    READING = "reading"
    RUN = "run"
    CHANGE = "change"


class FactState(StrEnum):
    """What it says of its asset."""

    BAD = "bad"
    OK = "ok"
    UNKNOWN = "unknown"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact. `subject` is the asset as the sender names it, `asset` where the registry knows it.

    `quantity` is what was read (`faithfulness`, `runs`, `deploy`); `sentence` says it in words.
    """

    key: str
    subject: str
    asset: str | None
    kind: FactKind
    quantity: str
    state: FactState
    at: datetime
    sentence: str
    sender: str
    link: str | None = None

    @property
    def is_telling(self) -> bool:
        """Whether incidents near it should have it on their timeline."""
        return self.state in {FactState.BAD, FactState.CHANGED}


def of_reading(reading: Reading, asset: str | None, sender: str) -> Fact:
    """A value on an asset."""
    state = FactState(reading.state) if reading.state in {"ok", "bad"} else FactState.UNKNOWN
    about = asset or reading.subject
    value = "" if reading.value is None else f" ({reading.value:g})"
    return Fact(
        key=f"{about}|reading|{reading.quantity}",
        subject=reading.subject,
        asset=asset,
        kind=FactKind.READING,
        quantity=reading.quantity,
        state=state,
        at=reading.at,
        sentence=reading.sentence or f"{reading.quantity} is {state}{value}",
        sender=sender,
    )


def of_run(run: Run, asset: str | None, sender: str) -> Fact:
    """One execution: failed is bad, and so is one that completed with nothing to show for it."""
    about = asset or run.subject
    is_empty = run.state == "completed" and run.rows == 0
    state = FactState.UNKNOWN
    if run.state == "failed" or is_empty:
        state = FactState.BAD
    elif run.state == "completed":
        state = FactState.OK
    said = "completed with no rows" if is_empty else run.state
    return Fact(
        key=f"{about}|run",
        subject=run.subject,
        asset=asset,
        kind=FactKind.RUN,
        quantity="empty run" if is_empty else "run",
        state=state,
        at=run.at,
        sentence=run.sentence or f"a run {said}",
        sender=sender,
    )


def of_change(change: Change, asset: str | None, sender: str) -> Fact:
    """A deploy, prompt, model, config, flag or schema change."""
    about = asset or change.subject
    by = f" by {change.by}" if change.by else ""
    return Fact(
        key=f"{about}|change|{change.key}",
        subject=change.subject,
        asset=asset,
        kind=FactKind.CHANGE,
        quantity=change.kind,
        state=FactState.CHANGED,
        at=change.at,
        sentence=change.sentence or f"a {change.kind} change{by}",
        sender=sender,
        link=change.link,
    )
