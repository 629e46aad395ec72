"""What is wrong in a file people wrote: where, in a sentence, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from headwater.core.registry import Spot
from headwater.core.terms import nearest


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
    return f'Did you mean "{near[0]}"?' if near else ""
