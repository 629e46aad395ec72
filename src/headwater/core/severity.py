"""Severity: how soon somebody must act. `SEV1` is worst."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final


class Severity(IntEnum):
    """`SEV1` wake someone now; `SEV2` now, in hours or on-call; `SEV3` today; `SEV4` when you can."""

    SEV1 = 1
    SEV2 = 2
    SEV3 = 3
    SEV4 = 4

    @property
    def words(self) -> str:
        """What the severity asks of people."""
        return _WORDS[self]

    def raised(self) -> "Severity":
        """One step worse; SEV1 stays SEV1."""
        return Severity(max(1, self - 1))


_WORDS: Final = {
    Severity.SEV1: "wake someone now",
    Severity.SEV2: "now, in hours or on-call",
    Severity.SEV3: "today",
    Severity.SEV4: "when you can",
}

DEFAULT_SEVERITY: Final = Severity.SEV3

SENDERS_WORDS: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "critical": Severity.SEV2,
        "page": Severity.SEV2,
        "fatal": Severity.SEV2,
        "error": Severity.SEV2,
        "high": Severity.SEV2,
        "p1": Severity.SEV2,
        "p2": Severity.SEV2,
        "warning": Severity.SEV3,
        "warn": Severity.SEV3,
        "medium": Severity.SEV3,
        "p3": Severity.SEV3,
        "info": Severity.SEV4,
        "low": Severity.SEV4,
        "none": Severity.SEV4,
        "p4": Severity.SEV4,
        "p5": Severity.SEV4,
        "sev1": Severity.SEV1,
        "sev2": Severity.SEV2,
        "sev3": Severity.SEV3,
        "sev4": Severity.SEV4,
    }
)
"""A sender's word for it, in lower case, to ours; a sender's own `SEV1` is taken at its word."""


def from_word(word: str | None) -> Severity:
    """A sender's word to ours; unknown or missing words give the default, SEV3."""
    return SENDERS_WORDS.get(word.strip().lower(), DEFAULT_SEVERITY) if word else DEFAULT_SEVERITY
