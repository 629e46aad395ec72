"""Which files make up a registry, their text, and the short digest that is its version."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headwater.catalog.problems import Problems
from headwater.core.registry import Spot

SUFFIXES: Final = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file: `shown` is its path as the person gave it, `name` its path within the folder given."""

    shown: str
    name: str
    text: str


Stamp = tuple[tuple[str, int, int, int], ...]
"""Per file: path, inode, size, modification time in nanoseconds. It changes when a file does."""


def gather(paths: Sequence[Path], problems: Problems) -> tuple[WrittenFile, ...]:
    """The text of every file of `paths`; folders are searched through."""
    found: dict[Path, WrittenFile] = {}
    for path, name in _listed(paths, problems):
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            spot = Spot(str(path), wrong.object.count(b"\n", 0, wrong.start) + 1, 1)
            problems.error(spot, "This is not UTF-8 text.", "Save the file as UTF-8.")
        except OSError as wrong:
            problems.error(_top(path), f"The file can't be read: {wrong.strerror}.", "Check its permissions.")
        else:
            found.setdefault(path.resolve(), WrittenFile(str(path), name, text))
    return tuple(found.values())


def version_of(files: Sequence[WrittenFile]) -> str:
    """Twelve hexadecimal digits over names and contents; the same wherever the files lie, in any order."""
    digest = hashlib.sha256()
    for line in sorted(f"{file.name}\0{hashlib.sha256(file.text.encode()).hexdigest()}" for file in files):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:12]


def stamp_of(paths: Sequence[Path]) -> Stamp:
    """What the file system says of the files, without reading them."""
    stamps: list[tuple[str, int, int, int]] = []
    for path, _ in _listed(paths, Problems()):
        try:
            status = path.stat()
        except OSError:
            stamps.append((str(path), 0, 0, 0))
        else:
            stamps.append((str(path), status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(stamps)


def _listed(paths: Sequence[Path], problems: Problems) -> Iterator[tuple[Path, str]]:
    for path in paths:
        if path.is_dir():
            inside = sorted(_leaves(path))
            if not inside:
                problems.error(
                    _top(path), "The folder holds no .yaml or .yml file.", "Put ownership.yaml into it."
                )
            yield from ((leaf, leaf.relative_to(path).as_posix()) for leaf in inside)
        elif path.exists():
            yield path, path.name
        else:
            problems.error(
                _top(path),
                "There is no such file or folder.",
                "Write one, or name another with --registry or HEADWATER_REGISTRY.",
            )


def _leaves(folder: Path) -> Iterator[Path]:
    # Kubernetes mounts a folder's files again beneath hidden names; to follow those is to read all twice.
    for entry in folder.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _leaves(entry)
        elif entry.suffix in SUFFIXES:
            yield entry


def _top(path: Path) -> Spot:
    return Spot(str(path), 1, 1)
