"""Trouble on request: what the platform does on its bad days, asked for one call or one envelope at a
time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class FaultKind(StrEnum):
    """On a Web API call (the first seven) or on what is sent to the app (the rest)."""

    RATE_LIMITED = "rate_limited"  # 429 with Retry-After `seconds`, nothing happens
    SERVER_ERROR = "server_error"  # HTTP `status` (503), nothing happens
    ERROR = "error"  # ok: false with `code`, nothing happens
    DROP_BEFORE = "drop_before"  # the connection drops, nothing happened
    DROP_AFTER = "drop_after"  # the connection drops, but it happened
    HANG_AFTER = "hang_after"  # it happened, but no answer comes for `seconds`, then the connection drops
    SLOW = "slow"  # it happens and is answered, `seconds` late
    LATE = "late"  # the envelope arrives `seconds` later
    REPEATED = "repeated"  # the envelope arrives twice, the same event_id
    LOST = "lost"  # this attempt never arrives; retries do


ON_CALLS = frozenset(
    {
        FaultKind.RATE_LIMITED,
        FaultKind.SERVER_ERROR,
        FaultKind.ERROR,
        FaultKind.DROP_BEFORE,
        FaultKind.DROP_AFTER,
        FaultKind.HANG_AFTER,
        FaultKind.SLOW,
    }
)


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong, on which method (`chat.*`) or event, command or interaction type (`message`), how
    often.
    """

    kind: FaultKind
    on: str = "*"
    times: int = 1
    seconds: float = 1.0
    status: int = 503
    code: str = "internal_error"


class Faults:
    """The faults still to happen, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(
        self,
        kind: FaultKind | str,
        on: str = "*",
        *,
        times: int = 1,
        seconds: float = 1.0,
        status: int = 503,
        code: str = "internal_error",
    ) -> Fault:
        """Asks for a fault: `faults.add("drop_after", "chat.postMessage", times=2)`."""
        fault = Fault(kind=FaultKind(kind), on=on, times=times, seconds=seconds, status=status, code=code)
        self.waiting.append(fault)
        return fault

    def on_call(self, method: str) -> Fault | None:
        return self._next(method, on_calls=True)

    def on_envelope(self, name: str) -> Fault | None:
        return self._next(name, on_calls=False)

    def clear(self) -> None:
        self.waiting.clear()

    def _next(self, name: str, *, on_calls: bool) -> Fault | None:
        for fault in self.waiting:
            if (fault.kind in ON_CALLS) is on_calls and fnmatchcase(name, fault.on):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None
