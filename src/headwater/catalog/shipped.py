"""What ships with Headwater, read and checked: the taxonomy of causes."""

from functools import cache
from pathlib import Path

from headwater.catalog.problems import Problems
from headwater.catalog.taxonomy import read_taxonomy
from headwater.core.suspects.taxonomy import Taxonomy
from headwater.settings import playbooks_dir


class TaxonomyError(Exception):
    """The taxonomy can't be used: see the problems listed."""


@cache
def shipped_taxonomy() -> Taxonomy:
    """The taxonomy beside the shipped playbooks. TaxonomyError where somebody broke it."""
    return load_taxonomy(playbooks_dir() / "taxonomy.yaml")


def load_taxonomy(path: Path) -> Taxonomy:
    """The taxonomy of a file. TaxonomyError says what is wrong with it, where, and how to mend it."""
    problems = Problems()
    taxonomy = read_taxonomy(path.read_text("utf-8"), str(path), problems)
    if taxonomy is None:
        raise TaxonomyError("\n".join(str(problem) for problem in problems.in_order()) or f"{path} is empty.")
    return taxonomy
