"""Words of a question against words of a description: light stems, and a ranking that explains itself.

The score is Okapi BM25 (Robertson and Zaragoza, 2009, equation 3.15), k1 = 1.2 and b = 0.5; a field's weight
repeats its words. Everything is in a fixed order, so equal input gives equal output.
"""

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise
from typing import Final

K1: Final = 1.2
B: Final = 0.5
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_VOWEL: Final = re.compile("[aeiouy]")
_STOP: Final = frozenset(
    _WORD.findall(
        """
        a about all am an and any anybody anyone are as at be been but by can could did do does for from get
        had has have he help her here his how i if in into is it its just let like me my need no not of on
        one or our out own owned owner owns please she should so some than that the their them then there
        these they this to up us was we were what when where which who whom whose why will with would you
        your
        """
    )
)
_PARTICLES: Final = frozenset({"down", "in", "off", "on", "out", "up"})
_MANY: Final = 2_000
"""difflib takes seconds over 100,000 names: above this, the names that overlap most are compared."""


def stem(word: str) -> str:
    """`backups` and `backup` alike, `restoring` and `restore` alike; at least three letters are left."""
    if word.endswith("ies") and len(word) > 4:
        word = f"{word[:-3]}y"
    elif word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and _VOWEL.search(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def terms(text: str) -> dict[str, str]:
    """The text's terms in order, each with how it was written. Two words in a row are one term as well.

    So `back up`, `backing up`, `backup` and `backups` meet in one.
    """
    words = [word.removesuffix("'s") for word in _WORD.findall(text.lower())]
    found = {stem(word): word for word in words if word not in _STOP}
    for first, second in pairwise(words):
        if first not in _STOP and (second in _PARTICLES or second not in _STOP):
            found.setdefault(stem(stem(first) + second), f"{first} {second}")
    return found


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that shares terms with a question: its score, and what each term adds to it."""

    key: str
    score: float
    by_term: Mapping[str, float]


class Shelf:
    """Documents by key, ready to be asked. A document is (text, weight) fields; weight is a whole number."""

    def __init__(self, documents: Mapping[str, Iterable[tuple[str, int]]]) -> None:
        self._postings: dict[str, dict[str, int]] = {}
        self._lengths: dict[str, int] = {}
        for key, fields in documents.items():
            counts: Counter[str] = Counter()
            for text, weight in fields:
                for term in terms(text):
                    counts[term] += weight
            self._lengths[key] = counts.total()
            for term, count in counts.items():
                self._postings.setdefault(term, {})[key] = count
        self._mean = sum(self._lengths.values()) / max(1, len(self._lengths))

    def rank(self, asked: Sequence[str]) -> tuple[Hit, ...]:
        """Who shares a term with the question, best first; equals in the order of their keys."""
        parts: dict[str, dict[str, float]] = {}
        for term in asked:
            holders = self._postings.get(term, {})
            rarity = math.log(1 + (len(self._lengths) - len(holders) + 0.5) / (len(holders) + 0.5))
            for key, count in holders.items():
                length = 1 - B + B * self._lengths[key] / self._mean
                parts.setdefault(key, {})[term] = rarity * count * (K1 + 1) / (count + K1 * length)
        hits = (Hit(key, sum(by_term.values()), by_term) for key, by_term in parts.items())
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.key)))


def nearest(word: str, known: Iterable[str], *, most: int = 1, alike: float = 0.6) -> tuple[str, ...]:
    """The known names that look most like `word`, nearest first; letter case is overlooked.

    `alike` is the least difflib ratio that counts: 0 nothing in common, 1 the same.
    """
    low, names = word.lower(), list(known)
    if len(names) > _MANY:
        # A ratio of `alike` is out of reach for lengths further apart than this.
        reach = alike / (2 - alike)
        names = [name for name in names if reach * len(name) <= len(low) <= len(name) / reach]
        names = nlargest(_MANY // 4, names, key=lambda name: (_overlap(low, name.lower()), name))
    by_lower = {name.lower(): name for name in sorted(names, reverse=True)}
    close = difflib.get_close_matches(low, sorted(by_lower), n=most, cutoff=alike)
    return tuple(by_lower[other] for other in close)


def _overlap(word: str, other: str) -> int:
    """How many characters two words share at their beginning and at their end."""
    return _shared(word, other) + _shared(word[::-1], other[::-1])


def _shared(word: str, other: str) -> int:
    at = 0
    for one, two in zip(word, other, strict=False):
        if one != two:
            break
        at += 1
    return at
