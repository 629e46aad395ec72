"""The few durations that shape decisions; operators set them, core takes them as an argument."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Durations. `hops` is how far along the lineage alerts are looked for that may share a cause."""

    settle: timedelta = timedelta(seconds=30)
    """How long an incident waits before it is announced: the first loud alert shall page nobody wrongly."""
    window: timedelta = timedelta(minutes=60)
    """How long after its last new alert an incident still takes in related ones."""
    watch: timedelta = timedelta(minutes=15)
    """How long recovered alerts must stay so before an incident resolves by itself."""
    unknown_watch: timedelta = timedelta(minutes=30)
    """The longer watch after "cause unknown"."""
    reopen: timedelta = timedelta(hours=2)
    """How long after its resolution the same alert reopens an incident instead of opening another."""
    close: timedelta = timedelta(days=3)
    """How long after its resolution an incident closes by itself."""
    remind: timedelta = timedelta(minutes=60)
    """How long an acknowledged, still firing incident may lie still before its assignee is reminded."""
    unack: timedelta = timedelta(minutes=120)
    """How long until the acknowledgement then lapses."""
    overlay: timedelta = timedelta(days=30)
    """How long a placement made in Slack holds until it should be in the file."""
    hops: int = 4
    """How many edges of lineage may lie between two alerts of one incident."""
    near: int = 400
    """How many assets of a neighbourhood are looked at, at most."""
