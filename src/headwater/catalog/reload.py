"""The registry in force: read again when its files change, swapped whole, kept when an edit is broken.

Nothing here rings by itself: the clock's owner calls `refresh`. What it found is told once per content, so
that an admin channel hears of a broken edit once, and once more when it is mended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal

from headwater.catalog.files import WrittenFile, gather, stamp_of, version_of
from headwater.catalog.ownership import Loaded, read
from headwater.catalog.problems import Problem
from headwater.catalog.shapes import Notes
from headwater.core.errors import HeadwaterError
from headwater.core.registry import Registry


class RegistryError(HeadwaterError):
    """The registry can't be used, and there is no earlier one to keep: `problems` say where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems if problem.severity == "error"))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh found that is worth telling. `registry` is the one in force now.

    `swapped`: other contents are in force. `broken`: the files can't be used, the old ones stay in force.
    `mended`: the files say again what is in force, after they were broken.
    """

    outcome: Literal["swapped", "broken", "mended"]
    registry: Registry
    found_version: str
    problems: tuple[Problem, ...]

    @property
    def sentence(self) -> str:
        """What happened, for the admin channel."""
        errors = sum(problem.severity == "error" for problem in self.problems)
        match self.outcome:
            case "swapped":
                return f"The registry changed: version {self.registry.version} is in force."
            case "mended":
                return f"The registry is mended: version {self.registry.version} stays in force."
            case "broken":
                found = "1 error" if errors == 1 else f"{errors} errors"
                return f"The registry's files have {found}: version {self.registry.version} stays in force."


class Catalog:
    """Files and the registry they gave. Safe to share between threads: `current` is swapped whole.

    Raises RegistryError where the first reading finds errors.
    """

    def __init__(self, paths: Sequence[Path | str]) -> None:
        self._paths = tuple(Path(path) for path in paths)
        self._reading = Lock()
        self._stamp = stamp_of(self._paths)
        loaded = self._load(self._gathered())
        if loaded.registry is None:
            raise RegistryError(loaded.problems)
        self._current = loaded.registry
        self._problems = loaded.problems
        self._told = loaded.version
        self._told_problems = loaded.problems

    @property
    def current(self) -> Registry:
        """The registry in force."""
        return self._current

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found in the registry in force; warnings only."""
        return self._problems

    def refresh(self, *, look_inside: bool = False) -> Refreshed | None:
        """Reads the files again if they changed; None where there is nothing new to tell.

        A change is seen by inode, size and time; `look_inside` reads the files even so.
        """
        with self._reading:
            stamp = stamp_of(self._paths)
            if stamp == self._stamp and not look_inside:
                return None
            self._stamp = stamp
            return self._compare(*self._gathered())

    def _compare(self, files: tuple[WrittenFile, ...], notes: Notes) -> Refreshed | None:
        version = version_of(files)
        if version == self._told and not notes.problems.found:
            return None
        if version == self._current.version and not notes.problems.found:
            return self._tell("mended", self._current, version, self._problems)
        loaded = self._load((files, notes))
        if version == self._told and loaded.problems == self._told_problems:
            return None
        if loaded.registry is None:
            return self._tell("broken", self._current, version, loaded.problems)
        self._current, self._problems = loaded.registry, loaded.problems
        return self._tell("swapped", loaded.registry, version, loaded.problems)

    def _tell(
        self,
        outcome: Literal["swapped", "broken", "mended"],
        registry: Registry,
        version: str,
        problems: tuple[Problem, ...],
    ) -> Refreshed:
        self._told, self._told_problems = version, problems
        return Refreshed(outcome=outcome, registry=registry, found_version=version, problems=problems)

    def _gathered(self) -> tuple[tuple[WrittenFile, ...], Notes]:
        notes = Notes()
        return gather(self._paths, notes.problems), notes

    @staticmethod
    def _load(gathered: tuple[tuple[WrittenFile, ...], Notes]) -> Loaded:
        files, notes = gathered
        return read(files, notes)
