"""Slack's limits, each tried at its edge and one beyond it; and what else makes blocks invalid."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # ships no types

from headwater.workspace import SlackRefusalError, limits
from headwater.workspace.blocks import check_message, check_view
from headwater.workspace.schema import problems, shape_schema, slack_types
from workspace_cast import Json, actions, button, modal_view, mrkdwn, options, plain, section, text_input

CONFIRM = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
RADIO = {"type": "radio_buttons", "action_id": "r"}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "placeholder": plain("Pick"), **more}


def refused(blocks: list[Json], attachments: list[Json] | None = None) -> str:
    with pytest.raises(SlackRefusalError) as caught:
        check_message(blocks, attachments)
    return caught.value.code


def many(count: int) -> list[Json]:
    return options(*[f"o{number}" for number in range(count)])


def cells(columns: int) -> list[Json]:
    return [{"type": "raw_text", "text": "x"}] * columns


# What is limited, its limit, and the blocks with `n` of it.
EDGES: list[tuple[str, int, Any]] = [
    ("blocks", 50, lambda n: [{"type": "divider"}] * n),
    ("section text", 3_000, lambda n: [section("x" * n)]),
    ("section fields", 10, lambda n: [{"type": "section", "fields": [mrkdwn("x")] * n}]),
    ("a field", 2_000, lambda n: [{"type": "section", "fields": [mrkdwn("x" * n)]}]),
    ("header", 150, lambda n: [{"type": "header", "text": plain("x" * n)}]),
    ("context elements", 10, lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}]),
    ("actions elements", 25, lambda n: [actions(*[button("x", f"a{i}") for i in range(n)])]),
    ("button text", 75, lambda n: [actions(button("x" * n, "a"))]),
    ("button value", 2_000, lambda n: [actions(button("x", "a", value="v" * n))]),
    ("button url", 3_000, lambda n: [actions(button("x", "a", url="u" * n))]),
    ("select options", 100, lambda n: [actions(select(options=many(n)))]),
    ("overflow options", 5, lambda n: [actions({"type": "overflow", "action_id": "o", "options": many(n)})]),
    ("radio options", 10, lambda n: [actions(RADIO | {"options": many(n)})]),
    ("option text", 75, lambda n: [actions(select(options=[{"text": plain("x" * n), "value": "v"}]))]),
    ("option value", 150, lambda n: [actions(select(options=[{"text": plain("x"), "value": "v" * n}]))]),
    (
        "option description",
        75,
        lambda n: [
            actions(RADIO | {"options": [{"text": plain("x"), "value": "v", "description": plain("d" * n)}]})
        ],
    ),
    (
        "confirm title",
        100,
        lambda n: [actions(button("x", "a", confirm=CONFIRM | {"title": plain("x" * n)}))],
    ),
    ("confirm text", 300, lambda n: [actions(button("x", "a", confirm=CONFIRM | {"text": plain("x" * n)}))]),
    (
        "confirm button",
        30,
        lambda n: [actions(button("x", "a", confirm=CONFIRM | {"confirm": plain("x" * n)}))],
    ),
    ("block_id", 255, lambda n: [section("x", block_id="b" * n)]),
    ("action_id", 255, lambda n: [actions(button("x", "a" * n))]),
    ("table rows", 100, lambda n: [{"type": "table", "rows": [cells(1)] * n}]),
    ("table cells", 20, lambda n: [{"type": "table", "rows": [cells(n)]}]),
    ("image alt", 2_000, lambda n: [{"type": "image", "image_url": "https://x/y.png", "alt_text": "x" * n}]),
    ("image url", 3_000, lambda n: [{"type": "image", "image_url": "u" * n, "alt_text": "x"}]),
]


@pytest.mark.parametrize(("what", "limit", "build"), EDGES, ids=[edge[0] for edge in EDGES])
def test_the_limit_itself_passes_and_one_more_does_not(what: str, limit: int, build: Any) -> None:
    check_message(build(limit), None)
    assert refused(build(limit + 1)) == "invalid_blocks"


def test_the_refusal_names_the_place_and_the_limit() -> None:
    with pytest.raises(SlackRefusalError) as caught:
        check_message([section("fine"), {"type": "header", "text": plain("x" * 151)}], None)
    assert caught.value.messages == [
        "[ERROR] no more than 150 characters allowed [json-pointer:/blocks/1/text/text]"
    ]


def test_all_blocks_together_have_a_limit() -> None:
    check_message([section("x" * 3_000)] * 4, None)
    assert refused([section("x" * 3_000)] * 4 + [section("y")]) == "msg_blocks_too_long"


def test_markdown_blocks_have_a_limit_together() -> None:
    half = {"type": "markdown", "text": "x" * 6_000}
    check_message([half, half], None)
    assert refused([half, half, {"type": "markdown", "text": "x"}]) == "invalid_blocks"


WRONG: list[tuple[str, list[Json]]] = [
    ("an unknown field", [section("x", colour="red")]),
    ("an unknown field deep inside", [actions(button("x", "a", confirm=CONFIRM | {"tone": "kind"}))]),
    ("an unknown block", [{"type": "fancy"}]),
    ("a header in mrkdwn", [{"type": "header", "text": mrkdwn("x")}]),
    ("an empty section", [{"type": "section"}]),
    ("an empty text", [section("")]),
    ("no blocks of actions", [actions()]),
    ("the same block_id twice", [section("x", block_id="b"), section("y", block_id="b")]),
    ("the same action_id twice in a block", [actions(button("x", "a"), button("y", "a"))]),
    ("the same option value twice", [actions(select(options=options("a", "a")))]),
    ("a start that is not offered", [actions(select(options=many(2), initial_option=options("z")[0]))]),
    ("an unknown style", [actions(button("x", "a", style="loud"))]),
    ("two tables", [{"type": "table", "rows": [cells(1)]}] * 2),
    (
        "a file input",
        [{"type": "input", "label": plain("f"), "element": {"type": "file_input", "action_id": "f"}}],
    ),
    ("text where a list belongs", [{"type": "context", "elements": "x"}]),
    ("no object at all", ["x"]),  # type: ignore[list-item]  # what a careless app might send
]


@pytest.mark.parametrize(("what", "blocks"), WRONG, ids=[wrong[0] for wrong in WRONG])
def test_blocks_are_refused_for(what: str, blocks: list[Json]) -> None:
    assert refused(blocks) == "invalid_blocks"


def test_attachments_are_checked_as_strictly() -> None:
    check_message([], [{"color": "#ff0000", "blocks": [section("x")]}])
    assert refused([], [{"colour": "#ff0000"}]) == "invalid_attachments"
    assert refused([], [{"blocks": [section("")]}]) == "invalid_attachments"
    assert (
        refused([section("x", block_id="b")], [{"blocks": [section("y", block_id="b")]}]) == "invalid_blocks"
    )
    assert refused([], [{"text": "x"}] * 101) == "too_many_attachments"


VIEW_EDGES: list[tuple[str, int, Any]] = [
    ("title", 24, lambda n: modal_view(title="x" * n)),
    ("submit", 24, lambda n: modal_view(submit=plain("x" * n))),
    ("close", 24, lambda n: modal_view(close=plain("x" * n))),
    ("blocks", 100, lambda n: modal_view(*[{"type": "divider"}] * n)),
    ("private_metadata", 3_000, lambda n: modal_view(private_metadata="x" * n)),
    ("callback_id", 255, lambda n: modal_view(callback_id="x" * n)),
    ("external_id", 255, lambda n: modal_view(external_id="x" * n)),
    ("input label", 2_000, lambda n: modal_view(text_input("x" * n))),
    ("placeholder", 150, lambda n: modal_view(text_input("x", placeholder=plain("x" * n)))),
]


@pytest.mark.parametrize(("what", "limit", "build"), VIEW_EDGES, ids=[edge[0] for edge in VIEW_EDGES])
def test_a_views_limit_itself_passes_and_one_more_does_not(what: str, limit: int, build: Any) -> None:
    check_view(build(limit))
    with pytest.raises(SlackRefusalError, match=f"no more than {limit}"):
        check_view(build(limit + 1))


def test_a_view_with_inputs_needs_a_submit_button() -> None:
    view = modal_view()
    del view["submit"]
    with pytest.raises(SlackRefusalError, match="needs `submit`"):
        check_view(view)


def test_blocks_that_belong_in_messages_are_refused_in_views() -> None:
    with pytest.raises(SlackRefusalError, match="not allowed in a modal"):
        check_view(modal_view({"type": "markdown", "text": "x"}))


def test_a_view_of_more_than_250_kb_is_refused() -> None:
    heavy = [section("é" * 3_000) for _ in range(60)]
    with pytest.raises(SlackRefusalError, match="view_too_large"):
        check_view(modal_view(*heavy))


def test_every_limit_names_a_type_that_slack_has() -> None:
    known = {
        name
        for definition in slack_types()["definitions"].values()
        for name in definition["properties"].get("type", {}).get("enum", [])
    }
    assert set(limits.BY_TYPE) <= known | {"image"}


KINDS = st.sampled_from(
    ["section", "header", "context", "actions", "divider", "button", "image", "input", "nonsense"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | KINDS
KEYS = st.sampled_from(
    ["type", "text", "elements", "fields", "accessory", "block_id", "value", "element", "label", "odd"]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(TREES | st.fixed_dictionaries({"type": KINDS, "text": TREES}))
def test_our_small_checker_agrees_with_a_full_json_schema_validator(block: Any) -> None:
    schema = shape_schema("KnownBlock")
    full = Draft7Validator(schema | {"definitions": slack_types()["definitions"]})
    assert (not list(problems(block, schema))) == full.is_valid(block)
