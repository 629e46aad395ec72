"""The JSON Schema that editors use and the reader are one description; the guide is held to it too."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from catalog.written import BASE, loaded
from headwater.catalog.ownership import load
from headwater.catalog.ownership_keys import json_schema
from headwater.sample import OWNERSHIP
from needs import ROOT

SCHEMA = json_schema()


class AsEditors(yaml.SafeLoader):
    """YAML 1.2's idea of plain words, as editors have it: no dates, no `on`, no 10:30."""


AsEditors.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
AsEditors.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def as_editors_see(text: str) -> Any:
    return yaml.load(text, AsEditors)


def faults(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(as_editors_see(text))]


def keys() -> Iterator[tuple[str, str]]:
    """Every record and key there is."""
    for record, definition in SCHEMA["$defs"].items():
        yield from ((record, key) for key in definition["properties"])


def used(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from data
        for value in data.values():
            yield from used(value)
    elif isinstance(data, list):
        for item in data:
            yield from used(item)


def test_it_is_a_schema_of_the_draft_it_names() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    json.dumps(SCHEMA)


def test_the_sample_company_and_the_designs_example_pass_it() -> None:
    design = (
        (ROOT / "docs/design.md").read_text("utf-8").partition("```yaml\ndefaults:")[2].partition("```")[0]
    )
    assert faults(OWNERSHIP.read_text("utf-8")) == []
    assert faults(f"defaults:{design}") == []


def test_the_sample_company_is_sound() -> None:
    found = load([OWNERSHIP])
    assert found.problems == ()
    assert found.registry is not None
    assert len(found.registry.teams) >= 8
    assert {"handler:backup-assistant", "pipeline:docs-ingest", "service:nomad"} <= set(found.registry.assets)


@pytest.mark.parametrize(("record", "key"), list(keys()))
def test_the_sample_company_uses_every_key(record: str, key: str) -> None:
    assert key in set(used(as_editors_see(OWNERSHIP.read_text("utf-8")))), f"{key} of {record}"


@pytest.mark.parametrize(("record", "key"), list(keys()))
def test_the_guide_says_of_every_key_what_editors_say(record: str, key: str) -> None:
    guide = (ROOT / "docs/registry.md").read_text("utf-8")
    described = SCHEMA["$defs"][record]["properties"][key]["description"]
    assert f"| `{key}` | {described}" in guide, f"docs/registry.md does not say this of {record}"


def test_every_key_says_what_it_is() -> None:
    for definition in SCHEMA["$defs"].values():
        for description in (
            definition["description"],
            *(p["description"] for p in definition["properties"].values()),
        ):
            assert description.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "assets: [{ref: index:docs, ownr: team:docs}]",
        "assets: [{owner: team:docs}]",
        "assets: {ref: index:docs}",
        "assets: [{ref: docs}]",
        "assets: [{ref: index:docs, owner: index:docs}]",
        "assets: [{ref: index:a, tier: 9}]",
        "assets: [{ref: index:a, freshness: {max_age: 26x}}]",
        "assets: [{ref: handler:a, uses: [team:docs]}]",
        "people: [{ref: person:cy, slack: '@cy'}]",
        "teams: [{ref: team:x, escalation: {SEV5: []}}]",
        "teams: [{ref: team:x, oncall: 5}]",
        "teams: [{ref: team:x, name: 5}]",
        "match: [{name: x, labels: {}, asset: 'index:a'}]",
        "listen: [{channel: general}]",
        "asets: []",
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(text: str) -> None:
    assert faults(text)
    assert loaded(text).registry is None


def test_what_the_tests_take_for_granted_passes_both() -> None:
    assert faults(BASE) == []
    assert loaded("assets: []").problems == ()
