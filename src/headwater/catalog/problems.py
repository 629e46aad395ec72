"""What is wrong in a file people wrote: where, in a sentence, and how to mend it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Final, Literal

from headwater.core.registry import Spot

_MANY: Final = 2_000
"""difflib takes seconds over a registry of 100,000 names: above this, names are sieved first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `sentence` says what was found, `mend` what to write instead; either reads alone."""

    severity: Literal["error", "warning"]
    spot: Spot
    sentence: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.spot}: {self.severity}: {self.sentence} {self.mend}".rstrip()


@dataclass(slots=True)
class Problems:
    """Collects every problem of a load, so that a person mends a file once and not ten times."""

    found: list[Problem] = field(default_factory=list)

    def error(self, spot: Spot, sentence: str, mend: str = "") -> None:
        """Note what makes the file unusable."""
        self.found.append(Problem("error", spot, sentence, mend))

    def warning(self, spot: Spot, sentence: str, mend: str = "") -> None:
        """Note what works but should be looked at."""
        self.found.append(Problem("warning", spot, sentence, mend))

    @property
    def errors(self) -> int:
        """How many of them are errors."""
        return sum(problem.severity == "error" for problem in self.found)

    def in_order(self) -> tuple[Problem, ...]:
        """All of them without repeats, by file, line and column."""
        return tuple(
            sorted(
                dict.fromkeys(self.found),
                key=lambda p: (p.spot.file, p.spot.line, p.spot.column, p.severity, p.sentence),
            )
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean "owner"?` when something known is near enough, else the empty string."""
    near = nearest(word, known)
    return f'Did you mean "{near}"?' if near else ""


def _overlap(word: str, other: str) -> int:
    """How many characters two words share at their beginning and at their end."""
    return _shared(word, other) + _shared(word[::-1], other[::-1])


def _shared(word: str, other: str) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other))
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like `word`, or None; letter case is overlooked."""
    by_lower = {name.lower(): name for name in sorted(known, reverse=True)}
    if len(by_lower) > _MANY:
        likely = nlargest(_MANY // 4, sorted(by_lower), key=lambda low: _overlap(word.lower(), low))
        by_lower = {low: by_lower[low] for low in likely}
    close = difflib.get_close_matches(word.lower(), sorted(by_lower), n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None
