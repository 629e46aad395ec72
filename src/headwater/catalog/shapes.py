"""One description of what may stand in a file: it reads the file, and it is the JSON Schema editors use.

A `Shape` reads one value; a `Record` is a mapping with known `Key`s and a `build` that makes the core object
of them. Because reader and schema come from the same shapes, they cannot drift apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from headwater.catalog.problems import Problems
from headwater.catalog.yaml_nodes import Node
from headwater.core.refs import is_ref, kind_of, name_of
from headwater.core.registry import Spot
from headwater.core.terms import nearest

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
JsonObject = dict[str, Any]
_NAME_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?"


class Citation(NamedTuple):
    """A reference somebody wrote, to be looked up once everything is read."""

    ref: str
    spot: Spot


@dataclass(slots=True)
class Notes:
    """What one load gathers while it reads: the problems, and the references to look up at its end."""

    problems: Problems = field(default_factory=Problems)
    cited: list[Citation] = field(default_factory=list)


def _unquoted(example: str) -> str:
    """An example as a value; in sentences it keeps the quotes that YAML needs."""
    return example.strip('"')


class Shape(Protocol[T_co]):
    """Reads one value, or notes why it can't and returns None; describes itself as JSON Schema."""

    def read(self, node: Node, notes: Notes, /) -> T_co | None:
        """The value of the node."""

    def schema(self, definitions: JsonObject, /) -> JsonObject:
        """Its JSON Schema; shapes with a name of their own go into `definitions`."""


@dataclass(frozen=True, slots=True)
class Text:
    """Any text that is not empty."""

    example: str

    def read(self, node: Node, _notes: Notes, /) -> str | None:
        return node.text(example=self.example)

    def schema(self, _definitions: JsonObject, /) -> JsonObject:
        return {"type": "string", "pattern": r"\S", "examples": [_unquoted(self.example)]}


@dataclass(frozen=True, slots=True)
class Word(Generic[T]):
    """Text with a grammar. `parse` returns its value or raises ValueError with a sentence."""

    parse: Callable[[str], T]
    example: str
    pattern: str | None = None

    def read(self, node: Node, _notes: Notes, /) -> T | None:
        text = node.text(example=self.example)
        if text is None:
            return None
        try:
            return self.parse(text)
        except ValueError as wrong:
            node.error(f'"{text}" can\'t stand here. {wrong}', f"For example: {self.example}.")
            return None

    def schema(self, _definitions: JsonObject, /) -> JsonObject:
        pattern = f"^({self.pattern})$" if self.pattern else r"\S"
        return {"type": "string", "pattern": pattern, "examples": [_unquoted(self.example)]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    def read(self, node: Node, _notes: Notes, /) -> str | None:
        return node.choice(self.options)

    def schema(self, _definitions: JsonObject, /) -> JsonObject:
        return {"enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    example: int
    least: int
    most: int | None = None

    def read(self, node: Node, _notes: Notes, /) -> int | None:
        return node.whole(example=str(self.example), least=self.least, most=self.most)

    def schema(self, _definitions: JsonObject, /) -> JsonObject:
        upper = {} if self.most is None else {"maximum": self.most}
        return {"type": "integer", "minimum": self.least, **upper, "examples": [self.example]}


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""

    def read(self, node: Node, _notes: Notes, /) -> bool | None:
        return node.flag()

    def schema(self, _definitions: JsonObject, /) -> JsonObject:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to something of one of `kinds`. Unless `declares`, it is noted to be looked up."""

    kinds: tuple[str, ...]
    example: str
    declares: bool = False

    def read(self, node: Node, notes: Notes, /) -> str | None:
        text = node.text(example=self.example)
        if text is None:
            return None
        if not is_ref(text):
            node.error(f'"{text}" is not a reference.', f"Write kind:name, such as {self.example}.")
            return None
        if kind_of(text) not in self.kinds:
            kinds = [f"{kind}:" for kind in self.kinds]
            wanted = " or ".join([", ".join(kinds[:-1]), kinds[-1]] if len(kinds) > 1 else kinds)
            node.error(f'"{text}" can\'t stand here: it must begin with {wanted}.', self._mend(text))
            return None
        if not self.declares:
            notes.cited.append(Citation(text, node.spot))
        return text

    def schema(self, _definitions: JsonObject, /) -> JsonObject:
        pattern = f"^({'|'.join(self.kinds)}):{_NAME_PATTERN}$"
        return {"type": "string", "pattern": pattern, "examples": [_unquoted(self.example)]}

    def _mend(self, text: str) -> str:
        meant = nearest(kind_of(text), self.kinds)
        return f'Did you mean "{meant[0]}:{name_of(text)}"?' if meant else f"For example: {self.example}."


@dataclass(frozen=True, slots=True)
class Spotted(Generic[T]):
    """A value together with where it stands."""

    shape: Shape[T]

    def read(self, node: Node, notes: Notes, /) -> tuple[T, Spot] | None:
        value = self.shape.read(node, notes)
        return None if value is None else (value, node.spot)

    def schema(self, definitions: JsonObject, /) -> JsonObject:
        return self.shape.schema(definitions)


@dataclass(frozen=True, slots=True)
class ListOf(Generic[T]):
    """A list; what can't be read is left out. A word twice is a problem unless it `may_repeat`."""

    shape: Shape[T]
    example: str
    least: int = 0
    may_repeat: bool = False

    def read(self, node: Node, notes: Notes, /) -> tuple[T, ...]:
        got: list[T] = []
        words: set[str] = set()
        for item in node.items(example=self.example):
            word = item.raw.value
            if not self.may_repeat and isinstance(word, str):
                if word in words:
                    item.error(f'"{word}" stands in this list twice.', "Keep one of them.")
                    continue
                words.add(word)
            value = self.shape.read(item, notes)
            if value is not None:
                got.append(value)
        if node.is_list and len(node.raw.value) < self.least:
            node.error("The list is empty.", f"For example: {self.example}.")
        return tuple(got)

    def schema(self, definitions: JsonObject, /) -> JsonObject:
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.shape.schema(definitions), **least}


@dataclass(frozen=True, slots=True)
class MapOf(Generic[T]):
    """A mapping whose keys people choose: label names, topics, link titles."""

    shape: Shape[T]
    example: str
    least: int = 0

    def read(self, node: Node, notes: Notes, /) -> dict[str, T]:
        got: dict[str, T] = {}
        for name, key, value in node.pairs(example=self.example):
            if not name.strip():
                key.error("A key is empty here.", f"For example: {self.example}.")
                continue
            read = self.shape.read(value, notes)
            if read is not None:
                got[name] = read
        if node.is_mapping and len(node.raw.value) < self.least:
            node.error("The mapping is empty.", f"For example: {self.example}.")
        return got

    def schema(self, definitions: JsonObject, /) -> JsonObject:
        least = {"minProperties": self.least} if self.least else {}
        return {"type": "object", "additionalProperties": self.shape.schema(definitions), **least}


@dataclass(frozen=True, slots=True)
class ListOrRecord(Generic[T]):
    """A list for the short form, a mapping for the long one."""

    as_list: Shape[T]
    as_mapping: Shape[T]

    def read(self, node: Node, notes: Notes, /) -> T | None:
        return (self.as_list if node.is_list else self.as_mapping).read(node, notes)

    def schema(self, definitions: JsonObject, /) -> JsonObject:
        return {"oneOf": [self.as_list.schema(definitions), self.as_mapping.schema(definitions)]}


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """A key of a record: its name, what may stand there, and what it says, for people."""

    name: str
    shape: Shape[T]
    doc: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Got:
    """What a record's keys gave; keys that were absent or unreadable are not in it."""

    node: Node
    values: Mapping[str, Any]
    nodes: Mapping[str, Node]

    def get(self, key: Key[T]) -> T | None:
        """The key's value, or None."""
        return self.values.get(key.name)

    def need(self, key: Key[T]) -> T:
        """The value of a required key: a record with one missing or unreadable is not built."""
        value: T = self.values[key.name]
        return value

    def spot(self, key: Key[Any]) -> Spot:
        """Where the key's value stands, else where the record does."""
        return self.nodes.get(key.name, self.node).spot


class Record(Generic[T]):
    """A mapping with known keys. `build` makes the value; it may add problems and return None."""

    def __init__(
        self,
        name: str,
        keys: tuple[Key[Any], ...],
        build: Callable[[Got], T | None],
        *,
        what: str,
        example: str,
    ) -> None:
        self.name = name
        self.keys = keys
        self.what = what
        self.example = example
        self._build = build
        self._shapes = {key.name: key.shape for key in keys}
        self._required = tuple(key.name for key in keys if key.required)

    def read(self, node: Node, notes: Notes, /) -> T | None:
        """The value built of the mapping, or None where it is none or a required key can't be read."""
        nodes = node.fields(self._shapes, what=self.what, required=self._required, example=self.example)
        values: dict[str, Any] = {}
        for name, child in nodes.items():
            value = self._shapes[name].read(child, notes)
            if value is not None:
                values[name] = value
        if not node.is_mapping or any(name not in values for name in self._required):
            return None
        return self._build(Got(node, values, nodes))

    def schema(self, definitions: JsonObject, /) -> JsonObject:
        """A reference to its definition, which it adds."""
        if self.name not in definitions:
            definitions[self.name] = {}  # holds the place, so that a record may contain itself
            definitions[self.name] = {
                "type": "object",
                "description": f"{self.what[0].upper()}{self.what[1:]}.",
                "properties": {
                    k.name: {**k.shape.schema(definitions), "description": k.doc} for k in self.keys
                },
                "required": list(self._required),
                "additionalProperties": False,
            }
        return {"$ref": f"#/$defs/{self.name}"}
