"""Checks arguments and shapes against `schemas/slack.json`, which a script reads out of Slack's published
types.

Knows the subset of JSON Schema that the script writes: `$ref`, `type`, `enum`, `properties`, `required`,
`additionalProperties`, `items`, `minItems`, `anyOf`. Where several shapes are allowed, the one whose `type`
matches is meant, so that the complaint is about that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from .wire import Json

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, and where, as a JSON pointer."""

    pointer: str
    sentence: str

    def line(self) -> str:
        """In Slack's own form."""
        return f"[ERROR] {self.sentence} [json-pointer:{self.pointer or '/'}]"


@cache
def slack_types() -> Json:
    """The whole generated file: `from`, `methods`, `shapes`, `definitions`."""
    source = files(__package__).joinpath("schemas", "slack.json").read_bytes()
    loaded: Json = msgspec.json.decode(source)
    return loaded


# Arguments that Slack's Python SDK sends and Slack takes, though the Node types do not name them: Bolt puts
# `team_id` on every call once it knows the team.
_SENT_BY_PYTHON: Final[dict[str, tuple[str, ...]]] = {
    "files.getUploadURLExternal": ("alt_txt",),
    "files.completeUploadExternal": ("channels",),
}


@cache
def arguments_schema(method: str) -> Json:
    """The arguments `method` takes, as an object schema."""
    schema: Json = slack_types()["methods"][method]
    more = {name: {"type": "string"} for name in ("team_id", *_SENT_BY_PYTHON.get(method, ()))}
    return schema | {"properties": more | schema["properties"]}


def shape_schema(name: str) -> Json:
    """One of `KnownBlock`, `View`, `MessageAttachment`."""
    schema: Json = slack_types()["shapes"][name]
    return schema


def resolve(schema: Json) -> Json:
    """Follows references."""
    while "$ref" in schema:
        schema = slack_types()["definitions"][schema["$ref"].rpartition("/")[2]]
    return schema


def problems(value: Any, schema: Json, pointer: str = "") -> Iterator[Problem]:
    """What is wrong with `value`, deepest useful complaint first; nothing when it fits."""
    schema = resolve(schema)
    if "type" not in schema and "anyOf" in schema:
        yield from _best_of(value, schema["anyOf"], pointer)
        return
    if "enum" in schema:
        # JSON tells true from 1, Python does not.
        if not any(type(value) is type(choice) and value == choice for choice in schema["enum"]):
            allowed = ", ".join(str(choice) for choice in schema["enum"])
            yield Problem(pointer, f"must be one of: {allowed}")
        return
    expected = schema.get("type")
    if expected is None:
        return
    if not isinstance(value, _PYTHON_TYPES[expected]) or (expected == "number" and isinstance(value, bool)):
        yield Problem(pointer, f"must provide {'an' if expected[0] in 'aeiou' else 'a'} {expected}")
    elif isinstance(value, dict):
        yield from _object_problems(value, schema, pointer)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield Problem(pointer, f"no less than {schema['minItems']} items allowed")
        for index, item in enumerate(value):
            yield from problems(item, schema["items"], f"{pointer}/{index}")


def _object_problems(value: Json, schema: Json, pointer: str) -> Iterator[Problem]:
    known: Json = schema["properties"]
    missing = [name for name in schema.get("required", ()) if name not in value]
    if "anyOf" in schema:
        lacking: list[list[str]] = [_missing(value, option["required"]) for option in schema["anyOf"]]
        fewest = min(lacking, key=len)
        missing += fewest
    for name in missing:
        yield Problem(pointer, f"missing required field: {name}")
    for name, inner in value.items():
        here = f"{pointer}/{name}"
        if name in known:
            yield from problems(inner, known[name], here)
        elif schema.get("additionalProperties") is False:
            yield Problem(here, f"invalid additional property: {name}")
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from problems(inner, schema["additionalProperties"], here)


def _missing(value: Json, names: list[str]) -> list[str]:
    return [name for name in names if name not in value]


def _best_of(value: Any, options: list[Json], pointer: str) -> Iterator[Problem]:
    candidates = options
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        typed = [option for option in options if value["type"] in _types_of(option)]
        if not typed and any(_types_of(option) for option in options):
            yield Problem(f"{pointer}/type", f"unsupported type: {value['type']}")
            return
        candidates = typed or options
    found = [list(problems(value, option, pointer)) for option in candidates]
    yield from min(found, key=len)


def _types_of(schema: Json) -> list[str]:
    named: list[str] = resolve(schema).get("properties", {}).get("type", {}).get("enum", [])
    return named


def coerce(text: str, schema: Json) -> Any:
    """Reads one form or query value as its argument's type: numbers, booleans, JSON text for lists and
    objects.

    A value that can't be read so is returned as it came, and the check then names it.
    """
    schema = resolve(schema)
    kinds = {resolve(option).get("type") for option in schema.get("anyOf", [])} or {schema.get("type")}
    if "boolean" in kinds and text.lower() in {"true", "false", "1", "0"}:
        return text.lower() in {"true", "1"}
    if "string" in kinds or "enum" in schema:
        return text
    try:
        return msgspec.json.decode(text.encode())
    except msgspec.DecodeError:
        return text
