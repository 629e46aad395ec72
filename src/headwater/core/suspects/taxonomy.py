"""The words of the model as types: troubles, cause classes, shapes, and the table of travel.

`playbooks/taxonomy.yaml` holds the content, `catalog/taxonomy.py` reads it; nothing here names a cause.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

ITSELF: Final = "itself"
"""In the table of travel: from one trouble of an asset to another of the same asset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A state an asset can be in. `says` is its predicate: `fails`, `is slow`.

    A trouble that is not `seen` never has an alert: it only passes trouble on (`stops calling`). `noticed` is
    the chance that a sick asset about whose monitoring nothing is known raises an alert; `alarm` multiplies
    the background rate of such alerts (0.3: rarely false).
    """

    name: str
    says: str
    seen: bool = True
    noticed: float = 0.0
    alarm: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a cause class lives and how it shows there: `shows` gives each trouble its chance, independently.
    Homes of one `shape` show alike.

    `share` is how often, of all that goes wrong with an asset of this `kind`, it is this; the shares of a
    kind are normalised. `vendor` restricts it to assets that a vendor owns (True) or that we own (False).
    """

    kind: str
    shape: str
    share: float
    shows: Mapping[str, float]
    vendor: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseClass:
    """A class of causes: `id` such as `stale-index`, `code` such as `R5`."""

    id: str
    code: str
    title: str
    homes: tuple[Home, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of the table of travel: with this chance, `source` at one end becomes `result` at the other.

    Along an edge, trouble goes from what is depended on to what depends on it, `back` the other way.
    """

    source: str
    result: str
    chance: float
    back: bool = False


@dataclass(frozen=True, slots=True)
class SiblingRow:
    """What is expected of a sibling that shares only `shares`: by cause id, `sick`, `partly` or `well`."""

    shares: str
    expects: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """All of it. `travel` is by edge type, and `itself`; `signs` are globs on what a sender calls it.

    `prone` says how much oftener than others an asset of a kind is the cause, before anything is seen.
    """

    troubles: Mapping[str, Trouble]
    causes: Mapping[str, CauseClass]
    travel: Mapping[str, tuple[Passage, ...]]
    siblings: Mapping[str, SiblingRow] = field(default_factory=lambda: MappingProxyType({}))
    signs: tuple[tuple[str, str], ...] = ()
    prone: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    digest: str = ""

    def homes(self, kind: str, *, vendor: bool) -> tuple[tuple[str, Home, float], ...]:
        """The (cause id, home, share) that an asset of this kind admits; the shares sum to 1."""
        fitting = [
            (cause.id, home)
            for cause in self.causes.values()
            for home in cause.homes
            if home.kind == kind and home.vendor in {None, vendor}
        ]
        total = sum(home.share for _, home in fitting)
        return tuple((cause, home, home.share / total) for cause, home in fitting)
