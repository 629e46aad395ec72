"""A strict reader of YAML: nodes that know their file, line and column, and say what is wrong with them.

The kind of a plain word is YAML 1.2's, as editors see it, so `on`, `no` and `10:30` are text and `reviewed:
2026-11-01` is text too; only null, true, false and numbers are not. Nothing raises: each reading that fails
adds a `Problem` and returns None (or nothing), so that one pass finds everything.

    problems = Problems()
    root = compose(path.read_text("utf-8"), str(path), problems)
    if root is not None:
        got = root.fields({"ref", "owner"}, what="an asset", required=("ref",))
        ref = got["ref"].text(example="handler:docs") if "ref" in got else None
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from headwater.catalog.problems import Problem, Problems, did_you_mean
from headwater.core.registry import Spot

__all__ = ["Node", "Problem", "Problems", "compose", "compose_all"]

try:
    from yaml import CBaseLoader as _BaseLoader
except ImportError:  # PyYAML built without libyaml
    from yaml import BaseLoader as _BaseLoader  # type: ignore[assignment]  # the same class, slower

DEEPEST: Final = 100
"""Levels of nesting a file may have."""

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_FLAGS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_ODD_START: Final = frozenset("0123456789+-.~nNtTfF")
_UNTAGGED: Final[dict[type[yaml.Node], str]] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
_PLAIN_TAGS: Final = frozenset({*_UNTAGGED.values(), "!", None})


class _Loader(_BaseLoader):
    """Composes nodes without resolving plain words (we do, by YAML 1.2) and not without bottom.

    libyaml's composer recurses on the C stack: a hundred thousand brackets end the process, not the load.
    """

    depth = 0

    def descend_resolver(self, current_node: yaml.Node | None, current_index: object) -> None:  # noqa: ARG002 - PyYAML's hook
        self.depth += 1
        if self.depth > DEEPEST and current_node is not None:
            raise yaml.MarkedYAMLError(
                problem=f"found nesting deeper than {DEEPEST}", problem_mark=current_node.start_mark
            )

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def resolve(self, kind: type[yaml.Node], value: object, implicit: object) -> str:  # noqa: ARG002 - PyYAML's hook
        return _UNTAGGED[kind]


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a file: a mapping, a list, or a scalar."""

    raw: yaml.Node
    file: str
    problems: Problems

    @property
    def spot(self) -> Spot:
        """Where it begins."""
        mark = self.raw.start_mark
        return Spot(self.file, mark.line + 1, mark.column + 1)

    @property
    def is_mapping(self) -> bool:
        """Whether it is `{key: value}`."""
        return isinstance(self.raw, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether it is `[value]`."""
        return isinstance(self.raw, yaml.SequenceNode)

    @property
    def is_null(self) -> bool:
        """Whether nothing stands there, or a plain `null`."""
        return isinstance(self.raw, yaml.ScalarNode) and not self.raw.style and self.raw.value in _NULL

    def error(self, sentence: str, mend: str = "") -> None:
        """Note an error here."""
        self.problems.error(self.spot, sentence, mend)

    def warning(self, sentence: str, mend: str = "") -> None:
        """Note a warning here."""
        self.problems.warning(self.spot, sentence, mend)

    def text(self, *, example: str) -> str | None:
        """The text that stands here, never empty."""
        value = self._scalar_text()
        if value is not None and value.strip():
            return value
        self._expected("text", example)
        return None

    def choice(self, options: Collection[str]) -> str | None:
        """One word of `options`."""
        value = self._scalar_text()
        if value is not None and value in options:
            return value
        wanted = ", ".join(options)
        near = did_you_mean(value or "", options)
        self.error(f"Expected one of {wanted}, found {self.what()}.", near or f"Write one of {wanted}.")
        return None

    def whole(self, *, example: str, least: int | None = None, most: int | None = None) -> int | None:
        """A whole number within the bounds, both included."""
        plain = self._plain()
        if plain is None or not _WHOLE.fullmatch(plain):
            self._expected("a whole number", example)
            return None
        value = int(plain, 0) if plain[:2] in {"0o", "0x"} else int(plain)
        if (least is not None and value < least) or (most is not None and value > most):
            bounds = f"{least} to {most}" if most is not None else f"{least} or more"
            self.error(f"{value} is out of bounds.", f"Write {bounds}, such as {example}.")
            return None
        return value

    def number(self, *, example: str) -> float | None:
        """A number, whole or not, and finite."""
        plain = self._plain()
        if plain is None or not _NUMBER.fullmatch(plain) or "n" in plain.lower():
            self._expected("a number", example)
            return None
        return float(plain)

    def flag(self, *, example: str = "true") -> bool | None:
        """`true` or `false`."""
        plain = self._plain()
        if plain is None or plain not in _FLAGS:
            self._expected("true or false", example)
            return None
        return _FLAGS[plain]

    def items(self, *, example: str) -> Iterator["Node"]:
        """The values of a list; nothing, and a problem, where it is not one."""
        if not isinstance(self.raw, yaml.SequenceNode):
            self._expected("a list", example)
            return
        self._refuse_tag()
        for raw in self.raw.value:
            yield Node(raw, self.file, self.problems)

    def pairs(self, *, example: str) -> Iterator[tuple[str, "Node", "Node"]]:
        """Each key's text, the key's node and the value's node; a repeated key is a problem, and left out."""
        if not isinstance(self.raw, yaml.MappingNode):
            self._expected("a mapping", example)
            return
        self._refuse_tag()
        first: dict[str, yaml.Node] = {}
        for raw_key, raw_value in self.raw.value:
            key = Node(raw_key, self.file, self.problems)
            if not isinstance(raw_key, yaml.ScalarNode):
                key.error(f"A key must be text, found {key.what()}.", f"Write it as {example}.")
                continue
            name = raw_key.value
            if name in first:
                line = first[name].start_mark.line + 1
                key.error(f'The key "{name}" stands here twice, first in line {line}.', "Keep one of them.")
                continue
            first[name] = raw_key
            yield name, key, Node(raw_value, self.file, self.problems)

    def fields(
        self,
        known: Collection[str],
        *,
        what: str,
        required: Collection[str] = (),
        example: str = "{key: value}",
    ) -> Mapping[str, "Node"]:
        """The values by key. Unknown, repeated and missing keys are problems; `what` is `a team`."""
        got = self._known_alone(known)
        if got is None:
            got = {}
            self._sort_out(known, got, what=what, example=example)
        if self.is_mapping:
            for name in required:
                if name not in got:
                    self.error(f'The key "{name}" is missing: {what} needs it.', f"For example: {example}.")
        return got

    def _known_alone(self, known: Collection[str]) -> dict[str, "Node"] | None:
        """The values by key where each key is known and stands once, as nearly always; else None."""
        raw = self.raw
        if not isinstance(raw, yaml.MappingNode) or raw.tag not in _PLAIN_TAGS:
            return None
        got = {
            key.value: Node(value, self.file, self.problems)
            for key, value in raw.value
            if isinstance(key, yaml.ScalarNode) and key.value in known
        }
        return got if len(got) == len(raw.value) else None

    def _sort_out(self, known: Collection[str], got: dict[str, "Node"], *, what: str, example: str) -> None:
        for name, key, value in self.pairs(example=example):
            if name in known:
                got[name] = value
            else:
                listed = ", ".join(known)
                key.error(
                    f'{what[0].upper()}{what[1:]} has no key "{name}".',
                    did_you_mean(name, known) or f"Its keys are: {listed}.",
                )

    def what(self) -> str:
        """What stands here, for a sentence: `a list`, `the number 5`, `the text "abc"`, `nothing`."""
        if isinstance(self.raw, yaml.MappingNode):
            return "a mapping"
        if isinstance(self.raw, yaml.SequenceNode):
            return "a list"
        if self.is_null:
            return "nothing"
        plain = self._plain()
        if plain in _FLAGS:
            return f"the word {plain}"
        if plain is not None and (_WHOLE.fullmatch(plain) or _NUMBER.fullmatch(plain)):
            return f"the number {plain}"
        value = self.raw.value
        if not value.strip():
            return "empty text"
        return f'the text "{value[:60]}..."' if len(value) > 60 else f'the text "{value}"'

    def _plain(self) -> str | None:
        """The scalar as written where it is not quoted."""
        if isinstance(self.raw, yaml.ScalarNode) and not self.raw.style:
            self._refuse_tag()
            return str(self.raw.value)
        return None

    def _scalar_text(self) -> str | None:
        """The scalar where YAML 1.2 takes it as text."""
        raw = self.raw
        if not isinstance(raw, yaml.ScalarNode):
            return None
        self._refuse_tag()
        value = str(raw.value)
        if raw.style or value[:1] not in _ODD_START:
            return value if raw.style or value else None
        odd = value in _NULL or value in _FLAGS or _WHOLE.fullmatch(value) or _NUMBER.fullmatch(value)
        return None if odd else value

    def _expected(self, wanted: str, example: str) -> None:
        quote = wanted == "text" and self._plain() and not self.is_null
        mend = f'Quote it: "{self.raw.value}".' if quote else f"For example: {example}."
        self.error(f"Expected {wanted}, found {self.what()}.", mend)

    def _refuse_tag(self) -> None:
        if self.raw.tag not in _PLAIN_TAGS:
            self.error(f"The YAML tag {self.raw.tag} is not used here.", "Write the plain value.")


def compose(text: str, file: str, problems: Problems) -> Node | None:
    """The file's one document; None where it is empty or not YAML (a problem then says where)."""
    documents = compose_all(text, file, problems)
    for extra in documents[1:]:
        extra.error("A second document begins here; the file may hold one.", "Put it into a file of its own.")
    return documents[0] if documents else None


def compose_all(text: str, file: str, problems: Problems) -> tuple[Node, ...]:
    """Every document of the file (`---` between them); those before a syntax error are kept."""
    found: list[Node] = []
    try:
        # extend, fed one by one, keeps the documents that stood before a syntax error
        found.extend(
            Node(raw, file, problems)
            for raw in yaml.compose_all(text, Loader=_Loader)
            if raw is not None and (not isinstance(raw, yaml.ScalarNode) or raw.style or raw.value)
        )
    except yaml.YAMLError as wrong:
        problems.error(*_syntax(wrong, text, file))
    return tuple(found)


def _syntax(wrong: yaml.YAMLError, text: str, file: str) -> tuple[Spot, str, str]:
    """Where a syntax error is, in a sentence, with what usually mends it."""
    if isinstance(wrong, yaml.reader.ReaderError):
        # libyaml counts bytes and gives the character's number; the Python reader counts characters
        in_bytes = isinstance(wrong.character, int)
        before = (
            text.encode()[: wrong.position].decode(errors="ignore") if in_bytes else text[: wrong.position]
        )
        code = wrong.character if in_bytes else ord(wrong.character)
        spot = Spot(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return spot, f"The character U+{code:04X} is not allowed in YAML.", "Delete it."
    mark = getattr(wrong, "problem_mark", None) or getattr(wrong, "context_mark", None)
    spot = Spot(file, mark.line + 1, mark.column + 1) if mark else Spot(file, 1, 1)
    said = " ".join(
        str(part) for part in (getattr(wrong, "context", ""), getattr(wrong, "problem", "")) if part
    )
    return spot, f"This is not YAML: {said or wrong}.", _usual_mend(said)


def _usual_mend(said: str) -> str:
    if "cannot start any token" in said:
        return "Indent with spaces, not tabs, and quote text that begins with @, ` or %."
    if "undefined alias" in said:
        return "Quote text that begins with *, or define the anchor with & before it."
    if "mapping values are not allowed" in said:
        return "Quote text that holds a colon and a space."
    return "Look at the indentation, quotes and brackets just before."
