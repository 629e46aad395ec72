import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.catalog.yaml_nodes import Node, Problems, compose, compose_all


def root(text: str) -> tuple[Node, Problems]:
    problems = Problems()
    node = compose(text, "f.yaml", problems)
    assert node is not None
    return node, problems


def value(text: str) -> tuple[Node, Problems]:
    """The value of the key `k`."""
    node, problems = root(f"k: {text}")
    return node.fields({"k"}, what="a test")["k"], problems


def said(problems: Problems) -> list[str]:
    return [str(problem) for problem in problems.in_order()]


@pytest.mark.parametrize(
    "text",
    ["no", "on", "off", "yes", "10:30", "2026-11-01", "1_000", "abc", "'5'", '"true"', "1.2.3", "Nullable"],
)
def test_text_is_what_yaml_1_2_takes_as_text(text: str) -> None:
    node, problems = value(text)
    assert node.text(example="x") == text.strip("'\"")
    assert not problems.found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5", "the number 5"),
        ("1.5", "the number 1.5"),
        ("0x1F", "the number 0x1F"),
        ("true", "the word true"),
        ("~", "nothing"),
        ("", "nothing"),
        ("[a]", "a list"),
        ("{a: b}", "a mapping"),
        ('""', "empty text"),
    ],
)
def test_what_is_not_text_is_named_with_an_example(text: str, found: str) -> None:
    node, problems = value(text)
    assert node.text(example="abc") is None
    assert f"Expected text, found {found}." in said(problems)[0]


def test_an_unquoted_number_where_text_belongs_is_to_be_quoted() -> None:
    node, problems = value("1.10")
    node.text(example="x")
    assert said(problems) == ['f.yaml:1:4: error: Expected text, found the number 1.10. Quote it: "1.10".']


@pytest.mark.parametrize(("text", "number"), [("5", 5), ("-3", -3), ("0o17", 15), ("0x10", 16), ("+4", 4)])
def test_whole_numbers_are_read(text: str, number: int) -> None:
    node, problems = value(text)
    assert node.whole(example="1") == number
    assert not problems.found


@pytest.mark.parametrize("text", ["1.5", "abc", "'5'", "[1]", "true", ""])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    node, problems = value(text)
    assert node.whole(example="7") is None
    assert said(problems)[0].endswith("For example: 7.")


def test_a_number_out_of_bounds_says_the_bounds() -> None:
    node, problems = value("9")
    assert node.whole(example="1", least=1, most=4) is None
    assert node.whole(example="10", least=10) is None
    assert said(problems) == [
        "f.yaml:1:4: error: 9 is out of bounds. Write 1 to 4, such as 1.",
        "f.yaml:1:4: error: 9 is out of bounds. Write 10 or more, such as 10.",
    ]


@pytest.mark.parametrize(("text", "number"), [("5", 5.0), ("-.5", -0.5), ("1e3", 1000.0)])
def test_numbers_are_read(text: str, number: float) -> None:
    assert value(text)[0].number(example="1") == number


@pytest.mark.parametrize("text", [".inf", ".nan", "abc", "'5'"])
def test_what_is_no_finite_number_is_refused(text: str) -> None:
    node, problems = value(text)
    assert node.number(example="1") is None
    assert problems.errors == 1


def test_flags_are_true_and_false_alone() -> None:
    assert value("true")[0].flag() is True
    assert value("False")[0].flag() is False
    node, problems = value("yes")
    assert node.flag() is None
    assert said(problems) == [
        'f.yaml:1:4: error: Expected true or false, found the text "yes". For example: true.'
    ]


def test_a_word_outside_a_choice_gets_the_nearest() -> None:
    node, problems = value("prodution")
    assert node.choice(["experimental", "production"]) is None
    assert said(problems)[0].endswith('Did you mean "production"?')


def test_an_unknown_key_gets_the_nearest_known_one() -> None:
    node, problems = root("ownr: team:a\nzzz: 1\n")
    assert node.fields({"owner"}, what="an asset") == {}
    assert said(problems) == [
        'f.yaml:1:1: error: An asset has no key "ownr". Did you mean "owner"?',
        'f.yaml:2:1: error: An asset has no key "zzz". Its keys are: owner.',
    ]


def test_a_key_that_stands_twice_is_an_error_and_the_first_counts() -> None:
    node, problems = root("a: x\nb: y\na: z\n")
    got = node.fields({"a", "b"}, what="a test")
    assert got["a"].text(example="x") == "x"
    assert said(problems) == [
        'f.yaml:3:1: error: The key "a" stands here twice, first in line 1. Keep one of them.'
    ]


def test_a_missing_key_is_named_with_an_example() -> None:
    node, problems = root("a: x\n")
    node.fields({"a", "ref"}, what="an asset", required=("ref",), example="{ref: index:docs}")
    assert said(problems) == [
        'f.yaml:1:1: error: The key "ref" is missing: an asset needs it. For example: {ref: index:docs}.'
    ]


def test_a_key_must_be_text() -> None:
    node, problems = root("? [a, b]\n: c\n")
    assert list(node.pairs(example="{a: b}")) == []
    assert "A key must be text, found a list." in said(problems)[0]


def test_the_places_of_items_are_known() -> None:
    node, _ = value("[ab, {c: d}]")
    first, second = node.items(example="[]")
    assert (first.spot.line, first.spot.column) == (1, 5)
    assert (second.spot.line, second.spot.column) == (1, 9)
    assert str(second.spot) == "f.yaml:1:9"


def test_every_problem_is_found_in_one_pass() -> None:
    node, problems = root("a: 1\nb: 2\nc: 3\n")
    for child in node.fields({"a", "b"}, what="a test").values():
        child.text(example="x")
    assert problems.errors == 3


@pytest.mark.parametrize(
    ("text", "place", "mend"),
    [
        ("a:\n\tb: 1", "2:1", "spaces, not tabs"),
        ("a: b: c", "1:5", "a colon and a space"),
        ("a: *b", "1:4", "begins with *"),
        ("a: @b", "1:4", "begins with @"),
        ("a: [1", "2:1", "brackets"),
        ("a: '\x01'", "1:5", "Delete it"),
        ("ä: '\x01'", "1:5", "Delete it"),
    ],
)
def test_a_syntax_error_says_where_and_what_usually_mends_it(text: str, place: str, mend: str) -> None:
    problems = Problems()
    compose(text, "f.yaml", problems)
    [one] = said(problems)
    assert one.startswith(f"f.yaml:{place}: error: ")
    assert mend in one


def test_tags_are_not_used() -> None:
    node, problems = value("!!int '5'")
    node.text(example="x")
    assert "tag" in said(problems)[0]


@pytest.mark.parametrize("text", ["", "\n", "# a comment\n", "---\n"])
def test_an_empty_file_is_no_document_and_no_problem(text: str) -> None:
    problems = Problems()
    assert compose(text, "f.yaml", problems) is None
    assert not problems.found


def test_a_second_document_is_refused_where_one_is_allowed() -> None:
    problems = Problems()
    assert compose("a: 1\n---\nb: 2\n", "f.yaml", problems) is not None
    assert said(problems)[0].startswith("f.yaml:3:1: error: A second document begins here")


def test_documents_before_a_syntax_error_are_kept() -> None:
    problems = Problems()
    assert len(compose_all("a: 1\n---\nb: [\n", "f.yaml", problems)) == 1
    assert problems.errors == 1


def test_an_anchor_may_be_repeated() -> None:
    node, problems = root("a: &x {k: v}\nb: *x\n")
    got = node.fields({"a", "b"}, what="a test")
    assert got["b"].fields({"k"}, what="b")["k"].text(example="v") == "v"
    assert not problems.found


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 5_000, "- " * 5_000, "\n".join(" " * n + "a:" for n in range(200))]
)
def test_a_file_without_bottom_is_refused_and_ends_no_process(text: str) -> None:
    problems = Problems()
    assert compose(text, "f.yaml", problems) is None
    assert "nesting deeper than 100" in said(problems)[0]


def test_a_node_that_holds_itself_is_only_a_wrong_type() -> None:
    node, problems = root("k: &a [*a]")
    [inner] = node.fields({"k"}, what="a test")["k"].items(example="[]")
    assert inner.text(example="x") is None
    assert said(problems) == ["f.yaml:1:4: error: Expected text, found a list. For example: x."]


@given(st.text(max_size=200))
def test_any_text_gives_nodes_or_problems_and_never_an_exception(text: str) -> None:
    problems = Problems()
    for node in compose_all(text, "f.yaml", problems):
        node.fields({"a"}, what="a test")
        node.text(example="x")
        list(node.items(example="[]"))
    assert all(problem.spot.line >= 1 and problem.spot.column >= 1 for problem in problems.found)
