"""The stories that are shipped with the sample company."""

from pathlib import Path
from typing import Final

from headwater.catalog.problems import did_you_mean
from headwater.cli.story import Story, StoryError, read_story
from headwater.sample import OWNERSHIP

FOLDER: Final = OWNERSHIP.parent / "stories"


def shipped() -> tuple[Story, ...]:
    """All of them, by name."""
    return tuple(read_story(path) for path in sorted(FOLDER.glob("*.yaml")))


def find(name: str) -> Story:
    """A shipped story by its name, or one in a file. Raises StoryError with what there is."""
    named = FOLDER / f"{name}.yaml"
    if named.is_file() and Path(name).name == name:
        return read_story(named)
    if Path(name).is_file():
        return read_story(Path(name))
    known = [path.stem for path in sorted(FOLDER.glob("*.yaml"))]
    mend = did_you_mean(name, known) or f"There are: {', '.join(known)}."
    raise StoryError(f'There is no story "{name}", and no such file. {mend}')
