"""The folder a demo lives in: a temporary one that goes with it, or one to keep. One demo a folder."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from headwater.core.errors import HeadwaterError

PREFIX: Final = "headwater-demo-"
LOCK: Final = "in-use"


class HomeError(HeadwaterError):
    """The folder can't be used."""


@contextmanager
def home(keep: Path | None) -> Iterator[Path]:
    """A folder of one's own until the block ends; `keep` stays, a temporary one is removed.

    Raises HomeError where it can't be written to, or another demo is using it.
    """
    place = keep.absolute() if keep is not None else None
    try:
        if place is None:
            _sweep(Path(tempfile.gettempdir()))
            place = Path(tempfile.mkdtemp(prefix=f"new-{PREFIX}"))
        else:
            place.mkdir(parents=True, exist_ok=True)
        lock = os.open(place / LOCK, os.O_CREAT | os.O_RDWR)
    except OSError as wrong:
        where = f"{place}" if place is not None else "The folder for temporary files"
        raise HomeError(
            f"{where} can't be written to ({wrong.strerror}). Name another with --keep DIR."
        ) from None
    try:
        if not _taken(lock):
            raise HomeError(
                f"Another demo is using {place}. Stop it first, or name another folder with --keep."
            )
        if keep is None:
            # Only once it is locked does it get the name that another demo would sweep away.
            place = place.rename(place.with_name(place.name.removeprefix("new-")))
        yield place
    finally:
        os.close(lock)
        (place / LOCK).unlink(missing_ok=True)
        if keep is None:
            shutil.rmtree(place, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what demos left that were killed outright: those whose lock nobody holds."""
    for left in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            lock = os.open(left / LOCK, os.O_RDWR)
            try:
                if _taken(lock):
                    shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)


def _taken(lock: int) -> bool:
    """Take the lock, which ends with its process, however that ends; False where another has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
