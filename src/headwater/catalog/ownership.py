"""Ownership files -> `Registry`: every file is read, merged, checked, and every problem told at once."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from headwater.catalog.files import WrittenFile, gather, version_of
from headwater.catalog.ownership_checks import check
from headwater.catalog.ownership_keys import FILE, Written
from headwater.catalog.ownership_merge import merge
from headwater.catalog.problems import Problem
from headwater.catalog.shapes import Notes
from headwater.catalog.yaml_nodes import compose
from headwater.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load gave: no registry where `problems` holds an error; `version` names the contents read."""

    registry: Registry | None
    problems: tuple[Problem, ...]
    version: str

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which the registry was refused."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What works but should be looked at."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")


def load(paths: Sequence[Path | str]) -> Loaded:
    """Reads files and folders of `*.yaml` and `*.yml` into one registry. Never raises for what is in them."""
    notes = Notes()
    files = gather([Path(path) for path in paths], notes.problems)
    return read(files, notes)


def read(files: Sequence[WrittenFile], notes: Notes | None = None) -> Loaded:
    """The same of texts already read; `notes` may hold problems found so far."""
    notes = notes or Notes()
    version = version_of(files)
    in_order = sorted(files, key=lambda file: (file.name, file.shown))  # what two files contest hangs on it
    with _collector_paused():
        written = [one for file in in_order if (one := _written(file, notes)) is not None]
        registry = merge(written, version, notes.problems)
        if registry is not None:
            check(registry, notes)
        usable = registry if not notes.problems.errors else None
        return Loaded(usable, notes.problems.in_order(), version)


def _written(file: WrittenFile, notes: Notes) -> Written | None:
    root = compose(file.text, file.shown, notes.problems)
    return FILE.read(root, notes) if root is not None else None


@contextmanager
def _collector_paused() -> Iterator[None]:
    # A registry of 100,000 assets composes a million nodes that all live until the end: the cyclic
    # collector walks them again and again for nothing, and made composing four times as slow.
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
