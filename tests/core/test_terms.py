import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.core.terms import Shelf, nearest, stem, terms


@pytest.mark.parametrize(
    "forms",
    [
        ("backup", "backups"),
        ("restore", "restores", "restored", "restoring"),
        ("query", "queries"),
        ("plan", "plans", "planned", "planning"),
        ("database", "databases"),
        ("index", "indexes"),
        ("process", "processes", "processed"),
        ("bill", "bills", "billing", "billed"),
    ],
)
def test_forms_of_one_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(word) for word in forms}) == 1


@pytest.mark.parametrize("word", ["status", "string", "redis", "access", "gas", "bed", "use"])
def test_a_word_that_only_looks_like_a_form_keeps_its_ending(word: str) -> None:
    assert word.startswith(stem(word))
    assert len(word) - len(stem(word)) <= 1


@pytest.mark.parametrize("text", ["back up my files", "backup", "my backups", "backing up", "back-up"])
def test_a_verb_with_its_particle_and_the_noun_meet(text: str) -> None:
    assert stem("backup") in terms(text)


def test_words_that_every_question_has_do_not_count() -> None:
    assert list(terms("How do I get help with the thing?")) == ["thing"]


def test_terms_remember_how_they_were_written() -> None:
    assert terms("Restoring Databases") == {
        "restor": "restoring",
        "databas": "databases",
        "restordatabas": "restoring databases",
    }


def test_the_rare_word_counts_more_than_the_common_one() -> None:
    shelf = Shelf({"a": [("database snapshot", 1)], "b": [("database", 1)], "c": [("database", 1)]})
    first, *others = shelf.rank(tuple(terms("database snapshot")))
    assert first.key == "a"
    assert first.by_term["snapshot"] > first.by_term["databas"]
    assert [hit.key for hit in others] == ["b", "c"]


def test_a_field_counts_by_its_weight() -> None:
    shelf = Shelf({"a": [("billing", 1)], "b": [("billing", 3)]})
    assert [hit.key for hit in shelf.rank(("bill",))] == ["b", "a"]


def test_nothing_in_common_is_no_hit() -> None:
    assert Shelf({"a": [("billing", 1)]}).rank(("snapshot",)) == ()
    assert Shelf({}).rank(("snapshot",)) == ()


def test_a_slip_of_the_pen_is_found_among_many() -> None:
    known = [f"handler:assistant-{n}" for n in range(20_000)] + ["handler:backup-assistant"]
    assert nearest("handler:bakcup-assistant", known) == ("handler:backup-assistant",)
    assert nearest("Handler:Backup-Assistant", known) == ("handler:backup-assistant",)


def test_nothing_near_is_nothing() -> None:
    assert nearest("zebra", ["owner", "people"]) == ()


WORDS = st.lists(st.sampled_from(["restore", "snapshot", "bill", "index"]), min_size=1).map(" ".join)


@given(documents=st.dictionaries(st.text("abc", min_size=1), WORDS, min_size=1), question=WORDS)
def test_the_order_of_documents_changes_no_ranking(documents: dict[str, str], question: str) -> None:
    asked = tuple(terms(question))
    turned = dict(reversed(documents.items()))
    one = Shelf({key: [(text, 1)] for key, text in documents.items()}).rank(asked)
    other = Shelf({key: [(text, 1)] for key, text in turned.items()}).rank(asked)
    assert one == other
    assert all(hit.score == pytest.approx(sum(hit.by_term.values())) for hit in one)
