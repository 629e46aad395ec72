"""What a person enters becomes Slack's state; what Slack's client would not take is refused in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.workspace import NotPossibleError
from headwater.workspace.acting import find_element, label
from headwater.workspace.entries import VALUE_KEYS, check_filled, entry, fill, initial, start_state
from headwater.workspace.views import View, elements_of
from workspace_cast import Json, actions, button, modal_view, options, plain, section, text_input

OFFERED = options("red", "blue")


def element(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": "e", **more}


def view(*blocks: Json) -> View:
    given = modal_view(*blocks)
    return View(id="V1", app_id="A1", bot_id="B1", team="T1", user="U1", given=given, root="V1")


def an_input(inner: Json, *, block_id: str = "b", name: str = "Colour", **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(name), "element": inner, **more}


@pytest.mark.parametrize(
    ("given", "value", "expected"),
    [
        (element("plain_text_input"), "x", {"value": "x"}),
        (element("plain_text_input"), "", {"value": None}),
        (element("number_input"), "3", {"value": "3"}),
        (element("static_select", options=OFFERED), "blue", {"selected_option": OFFERED[1]}),
        (element("static_select", options=OFFERED), "Blue", {"selected_option": OFFERED[1]}),
        (element("static_select", options=OFFERED), None, {"selected_option": None}),
        (element("radio_buttons", options=OFFERED), "red", {"selected_option": OFFERED[0]}),
        (element("checkboxes", options=OFFERED), ["red", "Blue"], {"selected_options": OFFERED}),
        (element("checkboxes", options=OFFERED), [], {"selected_options": []}),
        (element("multi_static_select", options=OFFERED), ["blue"], {"selected_options": [OFFERED[1]]}),
        (element("users_select"), "U0ANA", {"selected_user": "U0ANA"}),
        (element("multi_users_select"), ["U0ANA"], {"selected_users": ["U0ANA"]}),
        (element("channels_select"), "C1", {"selected_channel": "C1"}),
        (element("conversations_select"), "D1", {"selected_conversation": "D1"}),
        (element("datepicker"), "2026-11-21", {"selected_date": "2026-11-21"}),
        (element("timepicker"), "09:30", {"selected_time": "09:30"}),
        (element("datetimepicker"), 1_795_228_175, {"selected_date_time": 1_795_228_175}),
        (element("external_select"), OFFERED[0], {"selected_option": OFFERED[0]}),
    ],
)
def test_an_entry_has_slacks_shape(given: Json, value: Any, expected: Json) -> None:
    assert entry(given, value) == {"type": given["type"], **expected}


def test_options_in_groups_are_found_too() -> None:
    grouped = element("static_select", option_groups=[{"label": plain("Warm"), "options": OFFERED}])
    assert entry(grouped, "red")["selected_option"] == OFFERED[0]


@pytest.mark.parametrize(
    ("given", "value", "said"),
    [
        (element("static_select", options=OFFERED), "green", "offers no 'green', only: Red, Blue"),
        (element("datepicker"), "21.11.2026", "is not what a datepicker gives"),
        (element("timepicker"), "9 o'clock", "is not what a timepicker gives"),
    ],
)
def test_what_is_not_offered_is_refused(given: Json, value: Any, said: str) -> None:
    with pytest.raises(NotPossibleError, match=said):
        entry(given, value)


def test_a_modal_starts_with_what_the_app_filled_in() -> None:
    blocks = [
        text_input("Note", initial_value="as before"),
        an_input(element("checkboxes", options=OFFERED, initial_options=[OFFERED[0]])),
        an_input(element("users_select", initial_user="U0BO"), block_id="u"),
        section("no input", block_id="s", accessory=button("Why", "why")),
    ]
    assert start_state(blocks) == {
        "note": {"text": {"type": "plain_text_input", "value": "as before"}},
        "b": {"e": {"type": "checkboxes", "selected_options": [OFFERED[0]]}},
        "u": {"e": {"type": "users_select", "selected_user": "U0BO"}},
    }


@pytest.mark.parametrize("name", ["Note", "note", "text"])
def test_an_input_is_found_by_label_block_or_action(name: str) -> None:
    shown = view(text_input("Note"))
    fill(shown, {name: "hello"})
    assert shown.state == {"note": {"text": {"type": "plain_text_input", "value": "hello"}}}


def test_filling_twice_keeps_what_was_entered_before() -> None:
    shown = view(text_input("Note"), an_input(element("static_select", options=OFFERED)))
    fill(shown, {"Note": "hello"})
    fill(shown, {"b": {"e": "blue"}})
    assert shown.state["note"]["text"]["value"] == "hello"
    assert shown.state["b"]["e"]["selected_option"] == OFFERED[1]


def test_a_name_that_fits_two_inputs_is_refused() -> None:
    shown = view(text_input("Note", "one"), text_input("Note", "two"))
    with pytest.raises(NotPossibleError, match="2 inputs called 'Note'"):
        fill(shown, {"Note": "which?"})


def test_optional_inputs_may_stay_empty_and_required_ones_not() -> None:
    shown = view(an_input(element("users_select"), optional=True))
    fill(shown, {})
    check_filled(shown)
    shown = view(an_input(element("multi_users_select"), name="Who"))
    fill(shown, {})
    with pytest.raises(NotPossibleError, match="'Who' is required"):
        check_filled(shown)


@given(st.sampled_from(sorted(VALUE_KEYS)))
def test_an_untouched_element_has_the_key_its_entry_would_have(kind: str) -> None:
    start = initial(element(kind))
    if kind != "overflow":
        assert start is not None
        assert set(start) == {"type", VALUE_KEYS[kind][0]}


def test_elements_are_found_by_id_before_label() -> None:
    blocks = [actions(button("a", "b"), button("b", "c"))]
    found = find_element(blocks, "b")
    assert found is not None
    assert found[1]["action_id"] == "b"
    assert find_element(blocks, "nothing") is None
    assert [label(e) for e in elements_of(blocks[0])] == ["a", "b"]
    assert label(element("users_select", placeholder=plain("Who?"))) == "Who?"
