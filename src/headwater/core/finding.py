"""Finding an asset, team or person by what somebody typed, and the handler that answers a question.

Every answer says why it is one. Where several fit equally, all are shown and none is chosen.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

from headwater.core.refs import name_of
from headwater.core.registry import Asset, Person, Registry, Team, Topic
from headwater.core.terms import Hit, Shelf, nearest, terms
from headwater.core.words import counted

SHOWN: Final = 5
"""How many candidates an answer lists."""

CLEAR: Final = 1.5
"""By words alone, the first is taken when its score is this many times the second's."""

SLIP: Final = 0.85
"""How alike a name must look for what was typed to be a slip of it."""

_MENTION: Final = re.compile(r"<(?:@|#|!subteam\^)([A-Z0-9]+)(?:\|([^>]*))?>")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that fits what was typed, and how: `its name`, `the topic "restore a snapshot"`."""

    ref: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`ref` where one thing fits best, with `why`; else up to five `candidates`, or `near` by name."""

    asked: str
    ref: str | None = None
    why: str = ""
    candidates: tuple[Candidate, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What came of it, in words."""
        if self.ref is not None:
            return f'"{self.asked}" is {self.ref}, by {self.why}.'
        if self.candidates:
            listed = "; ".join(f"{one.ref} ({one.why})" for one in self.candidates)
            return f'"{self.asked}" may be {listed}.'
        if self.near:
            return f'Nothing is called "{self.asked}". Nearest: {", ".join(self.near)}.'
        return f'Nothing is called "{self.asked}", and nothing comes near it.'


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A handler that may answer a question: for which topic, whose that is, by which words.

    `owner` is the topic's own owner where it has one. `chosen` counts how often incidents led there.
    """

    handler: str
    owner: str
    score: float
    topic: Topic | None
    words: tuple[str, ...]
    chosen: int = 0

    @property
    def why(self) -> str:
        """The reason, for a sentence."""
        words = ", ".join(self.words)
        return (
            f'its topic "{self.topic.name}" ({words})' if self.topic else f"its name or description ({words})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Handlers by how well they fit a question; `apart` are the words that tell the first from the second."""

    question: str
    contenders: tuple[Contender, ...] = ()
    apart: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The answer in words: the handler, its owner, why, the runner-up, what tells them apart."""
        if not self.contenders:
            hint = f" Nearest names: {', '.join(self.near)}." if self.near else ""
            return f"No handler's topics, name or description mention this.{hint}"
        first, *others = self.contenders
        said = f"{first.handler} ({first.owner}), for {first.why}{_times(first.chosen)}."
        if not others:
            return f"{said} No other handler mentions any of it."
        second = others[0]
        said += f" Runner-up: {second.handler} ({second.owner}), for {second.why}{_times(second.chosen)}."
        if not self.apart:
            return f"{said} No word tells them apart: ask both."
        return f"{said} What tells them apart: {', '.join(self.apart)}."


class Finder:
    """A registry made ready for questions, which takes a second at 100,000 assets: keep one a version."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def find(self, text: str) -> Found:
        """What `text` names: a reference, a name, an alias, a Slack mention, else what shares its words."""
        asked = _plain(text)
        for ref in (asked, asked.lower()):
            if ref in self.registry.assets or ref in self.registry.teams or ref in self.registry.people:
                return Found(asked=asked, ref=ref, why="its reference")
        named = self._names.get(asked.casefold(), {})
        if len(named) == 1:
            ref, why = next(iter(named.items()))
            return Found(asked=asked, ref=ref, why=why)
        if named:
            by_name = (Candidate(ref, why) for ref, why in sorted(named.items()))
            return Found(asked=asked, candidates=_shown((*by_name, *self._by_words(asked).candidates)))
        return self._by_words(asked)

    def who(self, question: str, chosen: Mapping[str, int]) -> Ranking:
        """Handlers by fit; `chosen` is how often each was led to, by ref: it is shown, and settles ties."""
        asked = terms(question)
        hits = self._handlers.rank(tuple(asked))
        ranked = sorted(hits, key=lambda hit: (-round(hit.score, 9), -chosen.get(hit.key, 0), hit.key))
        contenders = tuple(self._contender(hit, asked, chosen.get(hit.key, 0)) for hit in ranked[:SHOWN])
        if not contenders:
            return Ranking(question=question, near=self._near(question))
        runner_up = ranked[1].by_term if len(ranked) > 1 else {}
        parts = ranked[0].by_term
        gain = {term: part - runner_up.get(term, 0.0) for term, part in parts.items()}
        telling = [term for term in gain if gain[term] > parts[term] / 2]
        apart = sorted(telling, key=lambda term: (-gain[term], term))
        return Ranking(question=question, contenders=contenders, apart=_surface(apart, asked)[:3])

    def _by_words(self, asked: str) -> Found:
        slips = [Candidate(ref, "a name spelled nearly so") for ref in self._near(asked, alike=SLIP)]
        words = terms(asked)
        hits = self._everything.rank(tuple(words))
        if not hits and not slips:
            return Found(asked=asked, near=self._near(asked))
        by_words = [Candidate(hit.key, self._why(hit)) for hit in hits[:SHOWN]]
        candidates = _shown((*slips, *by_words))
        covers = bool(hits) and len(hits[0].by_term) >= len(words) / 2
        if not slips and covers and (len(hits) == 1 or hits[0].score >= CLEAR * hits[1].score):
            return Found(asked=asked, ref=hits[0].key, why=candidates[0].why, candidates=candidates)
        return Found(asked=asked, candidates=candidates)

    def _near(self, asked: str, *, alike: float = 0.6) -> tuple[str, ...]:
        """References whose names look like what was asked."""
        names = nearest(asked.casefold(), self._names, most=SHOWN, alike=alike)
        return tuple(dict.fromkeys(ref for name in names for ref in sorted(self._names[name])))[:SHOWN]

    def _contender(self, hit: Hit, asked: Mapping[str, str], chosen: int) -> Contender:
        asset = self.registry.assets[hit.key]
        topic = _best_topic(asset, hit)
        by_weight = sorted(hit.by_term, key=lambda term: (-hit.by_term[term], term))
        return Contender(
            handler=asset.ref,
            owner=(topic.owner if topic else None) or asset.owner,
            score=hit.score,
            topic=topic,
            words=_surface(by_weight, asked),
            chosen=chosen,
        )

    def _why(self, hit: Hit) -> str:
        """Which of its words fitted best."""
        asset = self.registry.assets.get(hit.key)
        if asset is None:
            return "its name"
        topic = _best_topic(asset, hit)
        fields = {
            "its name": f"{asset.title} {name_of(asset.ref)}",
            f'the topic "{topic.name}"' if topic else "": _topic_text(topic) if topic else "",
            "an alias": " ".join(asset.aliases),
            "its description": asset.description or "",
        }
        return max(fields, key=lambda why: _weight(fields[why], hit))

    @cached_property
    def _names(self) -> Mapping[str, dict[str, str]]:
        """What things are called, in one letter case, to their refs and the kind of name."""
        names: dict[str, dict[str, str]] = {}
        registry = self.registry
        tables: tuple[Mapping[str, Asset | Team | Person], ...] = (
            registry.assets,
            registry.teams,
            registry.people,
        )
        for thing in chain.from_iterable(table.values() for table in tables):
            for name, why in _names_of(thing):
                names.setdefault(name.casefold(), {}).setdefault(thing.ref, why)
        return names

    @cached_property
    def _everything(self) -> Shelf:
        registry = self.registry
        documents = {ref: _fields(asset) for ref, asset in registry.assets.items()}
        documents |= {ref: ((f"{name_of(ref)} {team.name}", 2),) for ref, team in registry.teams.items()}
        documents |= {ref: ((f"{name_of(ref)} {who.name or ''}", 2),) for ref, who in registry.people.items()}
        return Shelf(documents)

    @cached_property
    def _handlers(self) -> Shelf:
        return Shelf({ref: _fields(a) for ref, a in self.registry.assets.items() if a.kind == "handler"})


def find(registry: Registry, text: str) -> Found:
    """`Finder.find`, for one question."""
    return Finder(registry).find(text)


def who(registry: Registry, question: str, chosen: Mapping[str, int]) -> Ranking:
    """`Finder.who`, for one question."""
    return Finder(registry).who(question, chosen)


def _names_of(thing: Asset | Team | Person) -> Iterator[tuple[str, str]]:
    """Everything one may call it, the surest first."""
    yield thing.ref, "its reference"
    bare = name_of(thing.ref)
    yield bare, "its name"
    yield bare.rpartition("/")[2], "its name"
    if thing.name:
        yield thing.name, "its name"
    match thing:
        case Asset():
            yield from ((alias, "an alias") for alias in thing.aliases)
        case Team():
            yield from ((alias, "an alias") for alias in thing.aliases)
            yield f"@{bare}", "its name"
            if thing.channel:
                yield from ((thing.channel, "its channel"), (thing.channel.lstrip("#"), "its channel"))
            if thing.usergroup:
                yield thing.usergroup, "its user group"
        case Person():
            yield f"@{bare}", "the person's name"
            yield from ((known, "the person's address") for known in (thing.slack, thing.email) if known)


def _fields(asset: Asset) -> tuple[tuple[str, int], ...]:
    """What an asset says of itself, with how much each field counts."""
    return (
        (f"{name_of(asset.ref)} {asset.name or ''}", 2),
        (asset.description or "", 1),
        (" ".join(asset.aliases), 1),
        *((_topic_text(topic), 3) for topic in asset.topics),
    )


def _topic_text(topic: Topic) -> str:
    return f"{topic.name}. {'. '.join(topic.words)}"


def _best_topic(asset: Asset, hit: Hit) -> Topic | None:
    """The topic that shares most with the question; of equals, the first written."""
    weights = [_weight(_topic_text(topic), hit) for topic in asset.topics]
    best = max(weights, default=0.0)
    return asset.topics[weights.index(best)] if best else None


def _weight(text: str, hit: Hit) -> float:
    return sum(hit.by_term.get(term, 0.0) for term in terms(text))


def _surface(found: Iterable[str], asked: Mapping[str, str]) -> tuple[str, ...]:
    """Terms as they were typed; a word is left out where a pair that holds it is there."""
    words = [asked[term] for term in found]
    pairs = {part for word in words if " " in word for part in word.split()}
    return tuple(word for word in words if word not in pairs)


def _shown(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The first of each reference, as many as an answer lists."""
    by_ref: dict[str, Candidate] = {}
    for one in candidates:
        by_ref.setdefault(one.ref, one)
    return tuple(by_ref.values())[:SHOWN]


def _plain(text: str) -> str:
    """What was typed, without quotes, question marks and Slack's wrapping of mentions."""
    mention = _MENTION.fullmatch(text.strip())
    if mention:
        return mention[1]
    return " ".join(text.split()).strip("\"'`“”?!. ")


def _times(chosen: int) -> str:
    return f", {counted(chosen, 'incident')} led there" if chosen else ""
