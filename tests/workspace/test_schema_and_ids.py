"""The generated schemas, how forms are read with them, and identity without chance."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.workspace import happenings
from headwater.workspace.ids import Ids, Stamps, ts_key
from headwater.workspace.methods import METHODS
from headwater.workspace.pace import Tier
from headwater.workspace.rich_text import from_mrkdwn
from headwater.workspace.schema import arguments_schema, coerce, problems, slack_types
from headwater.workspace.signing import sign
from workspace_cast import START, Json


def test_the_schemas_say_which_packages_they_come_from() -> None:
    assert set(slack_types()["from"]) == {"@slack/web-api", "@slack/types"}
    assert all(version[0].isdigit() for version in slack_types()["from"].values())


def test_every_reference_in_the_schemas_leads_somewhere() -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [ref for value in node.values() for ref in references(value)]
        return [ref for item in node for ref in references(item)] if isinstance(node, list) else []

    assert {ref.rpartition("/")[2] for ref in references(slack_types())} <= set(slack_types()["definitions"])


def test_every_named_shape_refuses_what_it_does_not_name() -> None:
    open_ones = [
        name
        for name, definition in slack_types()["definitions"].items()
        if definition["additionalProperties"] is not False
    ]
    assert open_ones == ["MessageMetadataEventPayloadObject"]


def test_the_generator_lists_exactly_the_methods_that_are_served() -> None:
    import headwater.workspace.schemas as beside

    source = Path(next(iter(beside.__path__)), "generate.mjs").read_text()
    listed = source.split("const METHODS = `")[1].split("`")[0].split()
    assert sorted(listed) == sorted(METHODS)


@pytest.mark.parametrize(
    ("method", "name", "text", "value"),
    [
        ("conversations.history", "limit", "200", 200),
        ("conversations.history", "include_all_metadata", "1", True),
        ("conversations.history", "include_all_metadata", "false", False),
        ("conversations.history", "oldest", "1700000000.000100", "1700000000.000100"),
        ("chat.postMessage", "blocks", '[{"type":"divider"}]', [{"type": "divider"}]),
        ("chat.postMessage", "text", "12", "12"),
        ("chat.postMessage", "blocks", "[broken", "[broken"),
    ],
)
def test_a_form_value_is_read_as_its_arguments_type(method: str, name: str, text: str, value: object) -> None:
    assert coerce(text, arguments_schema(method)["properties"][name]) == value


@pytest.mark.parametrize(
    ("arguments", "pointer"),
    [
        ({"channel": "C1", "name": 7, "timestamp": "1.0"}, "/name"),
        ({"channel": "C1", "name": "eyes"}, ""),
        ({"channel": "C1", "name": "eyes", "timestamp": "1.0", "loud": True}, "/loud"),
    ],
)
def test_a_problem_points_at_its_place(arguments: Json, pointer: str) -> None:
    assert [p.pointer for p in problems(arguments, arguments_schema("reactions.add"))] == [pointer]


def test_true_is_not_one() -> None:
    border = {"enum": [0, 1]}
    assert list(problems(1, border)) == []
    assert list(problems(True, border)) != []


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=50))
def test_stamps_rise_whatever_the_clock_does(steps: list[float]) -> None:
    stamps, now, given_ = Stamps(), START, []
    for step in steps:
        now += timedelta(seconds=step)
        given_.append(stamps.next(now))
    assert [ts_key(ts) for ts in given_] == sorted({ts_key(ts) for ts in given_})
    assert sorted(given_) == given_  # as text too, which is how clients compare them


@given(st.integers(1, 3_000))
def test_ids_never_repeat_and_keep_their_length(count: int) -> None:
    ids = Ids()
    made = [ids.next("C") for _ in range(count)]
    assert len(set(made)) == count
    assert {len(one) for one in made} == {9}


def test_signatures_are_slacks() -> None:
    # The example of Slack's own guide to verifying requests.
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = sign("8f742231b10e8888abcd99yyyzzz85a5", 1531420618, body)
    assert (
        headers["X-Slack-Signature"] == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


@given(st.text(alphabet="ab <>@#!|&;:UC^", max_size=40))
def test_any_words_become_rich_text(text: str) -> None:
    block = from_mrkdwn(text, "b1")
    assert [e["type"] for e in block["elements"]] == ["rich_text_section"]


def test_every_event_has_its_scope_written_down() -> None:
    assert all(scope is None or ":" in scope for scope in happenings.SCOPES.values())


def test_tiers_are_those_of_the_platform() -> None:
    tiers = {name: method.tier for name, method in METHODS.items()}
    assert tiers["users.list"] is tiers["conversations.list"] is tiers["pins.add"] is Tier.T2
    assert tiers["chat.update"] is tiers["conversations.history"] is tiers["reactions.add"] is Tier.T3
    assert tiers["views.open"] is tiers["users.info"] is tiers["chat.postEphemeral"] is Tier.T4
    assert tiers["chat.postMessage"] is Tier.SPECIAL
