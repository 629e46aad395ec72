"""Reads `taxonomy.yaml`: troubles, shapes, cause classes, the table of travel, siblings; strictly.

problems = Problems()
taxonomy = read_taxonomy(path.read_text("utf-8"), str(path), problems)
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from headwater.catalog.problems import Problems
from headwater.catalog.yaml_nodes import Node, compose
from headwater.core.refs import ASSET_KINDS
from headwater.core.registry import EdgeType
from headwater.core.suspects.taxonomy import (
    ITSELF,
    CauseClass,
    Home,
    Passage,
    SiblingRow,
    Taxonomy,
    Trouble,
)

T = TypeVar("T")
_PARTS: Final = ("troubles", "signs", "shapes", "prone", "causes", "travel", "siblings")
_LINKS: Final = (ITSELF, *(type_.value for type_ in EdgeType))
_SHOWS: Final = "{failure: 0.9}"


def read_taxonomy(text: str, file: str, problems: Problems) -> Taxonomy | None:
    """The taxonomy of a file; None, with problems saying where and how to mend it, where it has errors."""
    before = problems.errors
    root = compose(text, file, problems)
    if root is None:
        return None
    parts = root.fields(_PARTS, what="a taxonomy", required=("troubles", "shapes", "causes", "travel"))
    if problems.errors > before:
        return None
    troubles = dict(_troubles(parts["troubles"]))
    shapes = dict(_shapes(parts["shapes"], troubles))
    causes = {cause.id: cause for cause in _causes(parts["causes"], shapes)}
    taxonomy = Taxonomy(
        troubles=MappingProxyType(troubles),
        causes=MappingProxyType(causes),
        travel=MappingProxyType(_travel(parts["travel"], troubles)),
        siblings=MappingProxyType(dict(_siblings(parts["siblings"], causes)) if "siblings" in parts else {}),
        signs=tuple(_signs(parts["signs"], troubles)) if "signs" in parts else (),
        prone=MappingProxyType(_prone(parts["prone"]) if "prone" in parts else {}),
        digest=hashlib.sha256(text.encode()).hexdigest()[:12],
    )
    return taxonomy if problems.errors == before else None


def _chance(node: Node, *, most: float = 1.0) -> float | None:
    number = node.number(example="0.8")
    if number is None:
        return None
    if not 0.0 < number <= most:
        node.error(f"{number:g} can't stand here.", f"Write a number above 0 and up to {most:g}.")
        return None
    return number


def _below_one(node: Node) -> float | None:
    """A chance that is not certain: what is certain could never be outweighed."""
    chance = _chance(node)
    if chance is not None and chance > 0.99:
        node.error(f"{chance:g} is too certain.", "Write at most 0.99.")
        return None
    return chance


def _troubles(node: Node) -> Iterator[tuple[str, Trouble]]:
    example = "failure: {says: fails, noticed: 0.5}"
    for name, _, value in node.pairs(example=example):
        got = value.fields(
            ("says", "seen", "noticed", "alarm"), what="a trouble", required=("says",), example=example
        )
        seen = got["seen"].flag(example="false") if "seen" in got else True
        if seen and "noticed" not in got and value.is_mapping:
            value.error(
                "A trouble that is seen needs its chance to be noticed.", "For example: noticed: 0.5."
            )
        yield (
            name,
            Trouble(
                name=name,
                says=_or(got["says"].text(example="fails"), name) if "says" in got else name,
                seen=bool(seen),
                noticed=_or(_below_one(got["noticed"]), 0.0) if "noticed" in got else 0.0,
                alarm=_or(_chance(got["alarm"], most=10.0), 1.0) if "alarm" in got else 1.0,
            ),
        )


def _chances(node: Node, known: Collection[str], *, what: str) -> Mapping[str, float]:
    got = node.fields(known, what=what, example=_SHOWS)
    found = {name: _below_one(value) for name, value in got.items()}
    return MappingProxyType({name: chance for name, chance in found.items() if chance is not None})


def _shapes(node: Node, troubles: Collection[str]) -> Iterator[tuple[str, Mapping[str, float]]]:
    for name, _, value in node.pairs(example=f"failing: {_SHOWS}"):
        yield name, _chances(value, troubles, what="a shape")


def _causes(node: Node, shapes: Mapping[str, Mapping[str, float]]) -> Iterator[CauseClass]:
    example = "{id: stale-index, code: R5, title: a stale index, on: [...]}"
    seen: set[str] = set()
    for value in node.items(example=example):
        keys = ("id", "code", "title", "on")
        got = value.fields(keys, what="a cause class", required=keys, example=example)
        if len(got) < len(keys):
            continue
        name = got["id"].text(example="stale-index")
        if name in seen:
            got["id"].error(f'The cause class "{name}" stands here twice.', "Keep one of them.")
        seen.add(name or "")
        yield CauseClass(
            id=name or "",
            code=_or(got["code"].text(example="R5"), ""),
            title=_or(got["title"].text(example="a stale index"), ""),
            homes=tuple(_homes(got["on"], shapes)),
        )


def _homes(node: Node, shapes: Mapping[str, Mapping[str, float]]) -> Iterator[Home]:
    example = "{kind: index, shape: stale, share: 0.4}"
    for value in node.items(example=f"[{example}]"):
        got = value.fields(
            ("kind", "shape", "share", "vendor"),
            what="a home of a cause class",
            required=("kind", "shape", "share"),
            example=example,
        )
        if not {"kind", "shape", "share"} <= got.keys():
            continue
        kind, shape = got["kind"].choice(ASSET_KINDS), got["shape"].choice(shapes)
        share = _chance(got["share"])
        vendor = got["vendor"].flag(example="true") if "vendor" in got else None
        if kind is not None and shape is not None and share is not None:
            yield Home(kind=kind, shape=shape, share=share, shows=shapes[shape], vendor=vendor)


def _prone(node: Node) -> dict[str, float]:
    got = node.fields(ASSET_KINDS, what="what is prone to be the cause", example="{pipeline: 1.5}")
    found = {kind: _chance(value, most=10.0) for kind, value in got.items()}
    return {kind: weight for kind, weight in found.items() if weight is not None}


def _travel(node: Node, troubles: Collection[str]) -> dict[str, tuple[Passage, ...]]:
    example = "calls: {to: {failure: {failure: 0.8}}}"
    tables: dict[str, tuple[Passage, ...]] = {}
    for name, value in node.fields(_LINKS, what="the table of travel", example=example).items():
        got = value.fields(("as", "to", "back"), what="travel along an edge", example=example)
        if "as" in got:
            base = got["as"].text(example="calls")
            if base in tables:
                tables[name] = tables[base]
            else:
                got["as"].error(f'No table above is called "{base}".', "Name an edge type that stands above.")
        found = list(tables.get(name, ()))
        for way, back in (("to", False), ("back", True)):
            if way in got:
                found.extend(_passages(got[way], troubles, back=back))
        tables[name] = tuple(found)
    return tables


def _passages(node: Node, troubles: Collection[str], *, back: bool) -> Iterator[Passage]:
    for source, value in node.fields(troubles, what="the table of travel").items():
        for result, chance in _chances(value, troubles, what="a row of the table of travel").items():
            yield Passage(source, result, chance, back)


def _siblings(node: Node, causes: Collection[str]) -> Iterator[tuple[str, SiblingRow]]:
    for shares, _, value in node.pairs(example="model: {sick: [model-change], well: [prompt-change]}"):
        got = value.fields(("sick", "well"), what="a row of siblings")
        expects: dict[str, str] = {}
        for word, listed in got.items():
            for one in listed.items(example="[model-change]"):
                cause = one.choice(causes)
                if cause in expects:
                    one.error(f'"{cause}" stands in this row twice.', "Keep it in one of sick and well.")
                if cause is not None:
                    expects[cause] = word
        yield shares, SiblingRow(shares, MappingProxyType(expects))


def _signs(node: Node, troubles: Collection[str]) -> Iterator[tuple[str, str]]:
    example = '{like: "*latency*", is: latency}'
    for value in node.items(example=f"[{example}]"):
        got = value.fields(("like", "is"), what="a sign", required=("like", "is"), example=example)
        if len(got) == 2:
            like, trouble = got["like"].text(example="*latency*"), got["is"].choice(troubles)
            if like is not None and trouble is not None:
                yield like.lower(), trouble


def _or(value: T | None, default: T) -> T:
    return default if value is None else value
