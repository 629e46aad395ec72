import pytest

from core.lineages import TEAM, lineage
from headwater.core.finding import SHOWN, Finder, find, who
from headwater.core.registry import Asset, Person, Registry, Team, Topic, assemble

BACKUP = Asset(
    ref="handler:backup-assistant",
    owner="team:backup",
    name="Backup assistant",
    topics=(
        Topic(name="back up a database", words=("dump",)),
        Topic(name="restore a snapshot", owner="team:restore"),
    ),
)
ADVISOR = Asset(
    ref="handler:query-advisor",
    owner="team:database",
    description="Explains slow queries",
    topics=(Topic(name="configure a database"),),
)
DOCS = Asset(ref="index:docs", owner="team:retrieval", aliases=("qdrant://prod/docs",))
TICKETS = (Asset(ref="index:tickets", owner=TEAM), Asset(ref="source:tickets", owner=TEAM))
INGEST = Asset(ref="pipeline:docs-ingest", owner=TEAM, name="Docs ingest")


def company() -> Registry:
    assets = (BACKUP, ADVISOR, DOCS, *TICKETS, INGEST)
    team = Team(
        ref="team:backup", name="Backup", channel="#backup-ml", usergroup="S0BACKUP", aliases=("@bk",)
    )
    ana = Person(ref="person:ana", slack="U0ANA", email="ana@example.com", name="Ana Okafor")
    registry = lineage("handler:backup-assistant uses index:docs", assets=assets, teams=(team,))
    return assemble(
        Registry(
            version="1",
            catch_all=TEAM,
            arbiter=TEAM,
            people={ana.ref: ana},
            teams=registry.teams,
            assets=registry.assets,
            edges=registry.edges,
        )
    )


@pytest.mark.parametrize(
    ("typed", "ref", "why"),
    [
        ("index:docs", "index:docs", "its reference"),
        ("Index:Docs", "index:docs", "its reference"),
        ("`index:docs`?", "index:docs", "its reference"),
        ("docs-ingest", "pipeline:docs-ingest", "its name"),
        ("DOCS INGEST", "pipeline:docs-ingest", "its name"),
        ("qdrant://prod/docs", "index:docs", "an alias"),
        ("team:backup", "team:backup", "its reference"),
        ("backup", "team:backup", "its name"),
        ("@bk", "team:backup", "an alias"),
        ("#backup-ml", "team:backup", "its channel"),
        ("<!subteam^S0BACKUP|@backup>", "team:backup", "its user group"),
        ("<@U0ANA|ana>", "person:ana", "the person's address"),
        ("<@U0ANA>", "person:ana", "the person's address"),
        ("ana okafor", "person:ana", "its name"),
        ("who owns the snapshot restore?", "handler:backup-assistant", 'the topic "restore a snapshot"'),
    ],
)
def test_what_somebody_types_is_found_and_the_answer_says_how(typed: str, ref: str, why: str) -> None:
    found = find(company(), typed)
    assert (found.ref, found.why) == (ref, why)
    assert found.sentence.endswith(f"is {ref}, by {why}.")


def test_a_name_that_two_assets_share_chooses_neither() -> None:
    found = find(company(), "tickets")
    assert found.ref is None
    assert [one.ref for one in found.candidates[:2]] == ["index:tickets", "source:tickets"]
    assert found.sentence == '"tickets" may be index:tickets (its name); source:tickets (its name).'


def test_words_that_fit_several_choose_none_and_say_why_each_fits() -> None:
    found = find(company(), "databases")
    assert found.ref is None
    assert {(one.ref, one.why) for one in found.candidates} == {
        ("handler:backup-assistant", 'the topic "back up a database"'),
        ("handler:query-advisor", 'the topic "configure a database"'),
    }


def test_a_misspelled_reference_is_offered_first() -> None:
    found = find(company(), "pipline:docs-ingst")
    assert found.ref is None
    assert (found.candidates[0].ref, found.candidates[0].why) == (
        "pipeline:docs-ingest",
        "a name spelled nearly so",
    )


def test_where_nothing_fits_the_nearest_names_are_shown() -> None:
    found = find(company(), "docingestor")
    assert (found.ref, found.candidates, found.near) == (None, (), ("pipeline:docs-ingest",))
    assert found.sentence == 'Nothing is called "docingestor". Nearest: pipeline:docs-ingest.'
    assert find(company(), "zzzz").sentence == 'Nothing is called "zzzz", and nothing comes near it.'


def test_an_answer_lists_a_handful() -> None:
    many = tuple(Asset(ref=f"handler:h{n}", owner=TEAM, description="billing") for n in range(50))
    assert len(find(lineage(assets=many), "billing").candidates) == SHOWN


def test_a_question_goes_to_the_handler_of_the_topic_and_names_the_runner_up() -> None:
    ranking = who(company(), "How do I back up my database?", {})
    first, second = ranking.contenders
    assert (first.handler, first.owner) == ("handler:backup-assistant", "team:backup")
    assert first.topic is BACKUP.topics[0]
    assert first.words == ("back up", "database")
    assert second.handler == "handler:query-advisor"
    assert ranking.apart == ("back up",)
    assert ranking.sentence == (
        'handler:backup-assistant (team:backup), for its topic "back up a database" (back up, database). '
        'Runner-up: handler:query-advisor (team:database), for its topic "configure a database" (database). '
        "What tells them apart: back up."
    )


def test_a_topic_with_an_owner_of_its_own_goes_to_that_owner() -> None:
    first = who(company(), "restoring a snapshot", {}).contenders[0]
    assert (first.handler, first.owner) == ("handler:backup-assistant", "team:restore")


def test_a_handler_known_by_its_description_alone_is_found() -> None:
    ranking = who(company(), "my queries are slow", {})
    assert ranking.contenders[0].handler == "handler:query-advisor"
    assert "name or description" in ranking.sentence
    assert "No other handler mentions any of it." in ranking.sentence


def test_how_often_each_was_chosen_is_shown_and_settles_a_tie_only() -> None:
    twins = tuple(Asset(ref=f"handler:{n}", owner=TEAM, topics=(Topic(name="billing"),)) for n in "xy")
    ranking = who(lineage(assets=twins), "billing", {"handler:y": 12})
    assert [one.handler for one in ranking.contenders] == ["handler:y", "handler:x"]
    assert "12 incidents led there" in ranking.sentence
    assert "No word tells them apart" in ranking.sentence
    often = who(company(), "back up a database", {"handler:query-advisor": 999})
    assert often.contenders[0].handler == "handler:backup-assistant"


def test_a_question_nobody_handles_is_said_to_be_one() -> None:
    ranking = who(company(), "Is it raining?", {})
    assert not ranking.contenders
    assert ranking.sentence.startswith("No handler's topics, name or description mention this.")


def test_only_handlers_answer_questions() -> None:
    ranking = who(company(), "docs ingest", {})
    assert {one.handler for one in ranking.contenders} <= {
        "handler:backup-assistant",
        "handler:query-advisor",
    }


def test_a_finder_is_ready_for_the_next_question() -> None:
    finder = Finder(company())
    assert finder.find("tickets") == finder.find("tickets")
    assert finder.who("back up", {}) == finder.who("back up", {})
