"""Whose it is: a team says *Not ours*, a person decides, two files claim an asset; and what is said."""

from dataclasses import replace

import world
from headwater.catalog.shipped import shipped_taxonomy
from headwater.core.alerts import Status
from headwater.core.incidents import State
from headwater.core.severity import Severity
from headwater.store.database import Database
from slack_house import CHANNELS, House, housed
from world import CY, DEE, EVE, START

HANDLER = {"handler": "support-chat", "metric": "faithfulness"}
PIPELINE = {"pipeline": "docs-ingest", "signal": "heartbeat"}


def posted(house: House) -> dict[str, int]:
    """How many messages the bot has posted in each channel: what is not named here is silent."""
    counted = {name: len(house.workspace.channel(name).everything) for name in CHANNELS}
    return {name: count for name, count in counted.items() if count}


async def one_incident(house: House) -> None:
    """The handler's answers and its pipeline's heartbeat: Docs data leads, Platform is next (its node)."""
    await house.alert("a", on=HANDLER, settle=False)
    await house.alert("b", on=PIPELINE)
    assert "*Why Docs data:*" in house.words("#docs-data")


async def not_ours(house: House, channel: str, who: str, why: str) -> None:
    await house.card(channel).button("Not ours").click(as_=who)
    form = await house.form(who)
    await form.submit({"why": why})
    await house.settled()
    await house.says()


async def wait(house: House, **by: float) -> None:
    house.clock.advance(**by)
    await house.engine.tick()
    await house.says()


def team(house: House) -> str:
    view = house.reader.incident(1)
    assert view is not None
    return view.incident.route.team


async def test_two_teams_say_not_ours_the_arbiter_gets_it_and_its_word_ends_it(house: House) -> None:
    await one_incident(house)
    assert posted(house) == {"#docs-data": 1, "#backup": 1}

    await not_ours(house, "#docs-data", CY, "the run was on time")
    # A fresh card calls people by name, since a mention in it would ring.
    assert "Cy says it is not Docs data's: the run was on time; Platform was next." in house.words(
        "#platform"
    )
    assert "Platform has it" in house.words("#docs-data")

    await not_ours(house, "#platform", DEE, "the nodes are all up")
    card = house.card("#ml-leads")
    assert "says it is not Platform's: the nodes are all up; ML leads decides." in card.words
    assert card.buttons == ["Acknowledge", "Add note", "Reassign", "Why us?"]
    assert "ML leads has it" in house.words("#platform")
    assert posted(house) == {"#docs-data": 1, "#backup": 1, "#platform": 1, "#ml-leads": 1}

    await house.workspace.person(EVE).runs("/incident notours 1 not ours either", channel="#ml-leads")
    await house.settled()
    assert await house.workspace.channel("#ml-leads").whispers(EVE, "who decides whose it is: reassign it")

    await card.button("Reassign").click(as_=EVE)
    form = await house.form(EVE)
    await form.submit({"team": "team:docs-data", "why": "the run was on time and empty"})
    await house.settled()
    await house.says()
    decided = house.card("#docs-data")
    assert (
        f"<@{EVE}> decided for ML leads that it is Docs data's: the run was on time and empty."
        in decided.words
    )
    assert decided.buttons == ["Acknowledge", "Add note", "Reassign", "Why us?"]

    await decided.button("Acknowledge").click(as_=CY)
    await house.settled()
    before = posted(house)
    # The pointer in #docs-data became the card again: an edit rings nowhere, so its channel was told once.
    assert before == {"#docs-data": 2, "#backup": 1, "#platform": 1, "#ml-leads": 1}
    await wait(house, minutes=30)
    assert posted(house) == before, "it has somebody now: silence"


async def test_a_person_s_decision_is_never_overridden_by_later_alerts(house: House) -> None:
    await one_incident(house)
    await house.card("#docs-data").button("hw.more").click(as_=CY, value="hw.reassign:1")
    form = await house.form(CY)
    await form.submit({"team": "team:platform", "why": "the node is gone"})
    await house.settled()
    await house.says()
    before = posted(house)
    assert before == {"#docs-data": 1, "#backup": 1, "#platform": 1}
    for fingerprint, on in (
        ("c", {"source": "docs-repo", "signal": "freshness"}),
        ("d", {"pipeline": "docs-ingest", "signal": "rows"}),
    ):
        await house.alert(fingerprint, on=on)
        await wait(house, minutes=5)
    assert team(house) == "team:platform"
    assert "the node is gone" in house.words("#platform")
    assert posted(house) == before
    await house.alert("b", on=PIPELINE, began=START, status=Status.RESOLVED, settle=False)
    await wait(house, minutes=20)
    assert team(house) == "team:platform"


async def test_what_was_contested_stays_where_people_put_it_when_it_fires_again(house: House) -> None:
    await one_incident(house)
    await not_ours(house, "#docs-data", CY, "the run was on time")
    for fingerprint, on in (("a", HANDLER), ("b", PIPELINE)):
        await house.alert(fingerprint, on=on, began=START, status=Status.RESOLVED, settle=False)
    await wait(house, minutes=16)
    view = house.reader.incident(1)
    assert view is not None
    assert view.incident.state is State.RESOLVED
    await house.alert("b", on=PIPELINE, severity=Severity.SEV2)
    assert team(house) == "team:platform"
    assert {name: house.cards(name) for name in posted(house)} == {
        "#docs-data": 1,
        "#backup": 1,
        "#platform": 1,
    }


async def test_an_asset_that_two_teams_claim_joins_them_both(database: Database) -> None:
    assets = {
        one.ref: replace(one, co_owners=("team:platform",)) if one.ref == "pipeline:docs-ingest" else one
        for one in world.ASSETS
    }
    async with housed(database, registry=world.registry(assets=assets), taxonomy=shipped_taxonomy()) as house:
        await one_incident(house)
        assert "Docs data has it" in house.words("#platform")
        assert "with Backup, Platform" in house.words("#docs-data")
        assert posted(house) == {"#docs-data": 1, "#backup": 1, "#platform": 1}
        await house.workspace.person(DEE).runs("/incident mitigate 1 restarted", channel="#platform")
        await house.settled()
        view = house.reader.incident(1)
        assert view is not None
        assert view.incident.state is State.MITIGATED
        assert team(house) == "team:docs-data"
