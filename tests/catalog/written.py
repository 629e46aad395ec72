"""Registry files as tests write them."""

from textwrap import dedent

from headwater.catalog.files import WrittenFile
from headwater.catalog.ownership import Loaded, read
from headwater.core.registry import Registry

BASE = """
defaults: {owner: team:ml}
people:
  - {ref: person:ana, slack: U0ANA}
  - {ref: person:bo, slack: U0BO}
teams:
  - {ref: team:ml, slack: {channel: "#ml"}}
  - {ref: team:docs, slack: {channel: "#docs"}}
"""
"""A default owner, two people, two teams; tests add to it."""


def written(**files: str) -> Loaded:
    """These files, by name without ending, read as one registry."""
    return read([WrittenFile(f"{name}.yaml", f"{name}.yaml", dedent(text)) for name, text in files.items()])


def loaded(text: str) -> Loaded:
    """BASE and this text as a second file."""
    return written(base=BASE, more=text)


def registry_of(text: str) -> Registry:
    """The registry of BASE and this text, which must be sound."""
    found = loaded(text)
    assert found.registry is not None, "\n".join(map(str, found.problems))
    return found.registry


def complaints(text: str) -> list[str]:
    """What is wrong with this text beside BASE: `line:column severity: sentence mend`."""
    return [
        f"{p.spot.line}:{p.spot.column} {p.severity}: {p.sentence} {p.mend}".rstrip()
        for p in loaded(text).problems
    ]
