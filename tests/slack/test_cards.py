import re

import pytest

from headwater.core.incidents import Move, Resolution, Route, State, Suspected, Suspicion
from headwater.core.reasons import Code, because
from headwater.core.said import Card, CardKind
from headwater.core.severity import Severity
from headwater.slack.blocks import OVERFLOW_OPTIONS
from headwater.slack.buttons import valid
from headwater.slack.cards import AMBER, FACES, GREEN, GREY, RED, render
from headwater.slack.limits import CARD_BLOCKS, CARD_BUTTONS
from headwater.slack.outgoing import called
from slack_cast import NASTY, REGISTRY, card_view, elements, incident, labels, part, visible
from world import ANA, BO, START

MENTION = re.compile(r"<@U|<!subteam|<!(?:here|channel|everyone)")


def test_the_first_line_is_the_state_and_the_title_linked_where_there_is_a_page() -> None:
    [first] = render(card_view()).blocks
    assert first["text"]["text"] == ":red_circle: *INC-7 Groundedness fell*"
    [linked] = render(card_view(base_url="https://hw.example/")).blocks
    assert linked["text"]["text"] == ":red_circle: *<https://hw.example/incidents/7|INC-7 Groundedness fell>*"


def test_the_second_line_says_severity_team_who_since_and_how_many() -> None:
    said = visible(render(card_view(incident(flaps=4, joined=("team:platform",)))))
    assert "*SEV2* triggered · *Backup* · on call: Ana · since <!date^" in said
    assert "3 alerts, 2 firing · with Platform · flapping x4" in said


def test_the_card_says_why_this_team_and_who_else_it_might_be() -> None:
    said = visible(render(card_view()))
    assert (
        "*Why Backup:* Backup owns handler:backup-assistant (ownership.yaml:40:5), whose alert fired." in said
    )
    assert "Runner-up: Retrieval (owns `index:docs`)." in said


def test_a_new_card_rings_for_those_called_and_no_edit_of_it_does() -> None:
    posted = render(card_view(called=("person:ana", "person:bo")))
    assert posted.blocks[0]["text"]["text"].endswith(f"<@{ANA}> <@{BO}> you are called for Backup.")
    assert f"<@{ANA}>" in posted.text
    assert "you are called" not in visible(render(card_view(called=("person:ana",), is_post=False)))


def test_nobody_is_called_below_sev2_once_somebody_has_it_or_in_a_second_round() -> None:
    assert called(REGISTRY, incident(), START) == ("person:ana",)
    assert called(REGISTRY, incident(severity=Severity.SEV3), START) == ()
    assert called(REGISTRY, incident(state=State.ACKNOWLEDGED), START) == ()
    assert called(REGISTRY, incident(calls=2), START) == ()


def test_a_new_card_otherwise_mentions_nobody_not_even_who_declared_it() -> None:
    assert not MENTION.search(visible(render(card_view(incident(severity=Severity.SEV1)))))
    declared = Route(team="team:backup", reason=because(Code.DECLARED, who=f"<@{BO}>", team="Backup"))
    assert not MENTION.search(visible(render(card_view(incident(route=declared, assignee=ANA)))))


def test_after_an_acknowledgement_the_card_says_who_and_when() -> None:
    acked = incident(state=State.ACKNOWLEDGED, assignee=ANA, acknowledged_by=ANA, acknowledged_at=START)
    said = visible(render(card_view(acked, is_post=False)))
    assert f"with <@{ANA}>" in said
    assert f"Acknowledged by <@{ANA}> at <!date^" in said


def test_the_bar_is_red_amber_green_or_grey_and_the_state_stands_in_words_too() -> None:
    colours = {state: render(card_view(incident(state=state))).attachments[0]["color"] for state in State}
    assert colours[State.TRIGGERED] == RED
    assert {colours[s] for s in (State.ACKNOWLEDGED, State.MITIGATED)} == {AMBER}
    assert {colours[s] for s in (State.MONITORING, State.RESOLVED)} == {GREEN}
    assert {colours[s] for s in (State.CLOSED, State.CANCELLED, State.MERGED)} == {GREY}
    for state in State:
        assert f"*SEV2* {state}" in visible(render(card_view(incident(state=state))))
        assert FACES[state][0] in visible(render(card_view(incident(state=state))))


def test_the_buttons_are_those_valid_now_with_the_next_move_first() -> None:
    def shown(state: State) -> list[str]:
        return labels(render(card_view(incident(state=state))))

    assert shown(State.TRIGGERED) == ["Acknowledge", "Add note", "Not ours", "Why us?"]
    assert shown(State.ACKNOWLEDGED) == ["Resolve", "Add note", "Not ours", "Why us?"]
    assert shown(State.MITIGATED) == ["Resolve", "Add note", "Not ours", "Why us?"]
    assert shown(State.MONITORING) == ["Resolve", "Add note", "Reassign", "Why us?"]
    assert shown(State.RESOLVED) == ["Reopen", "Add note", "Why us?"]
    assert shown(State.CANCELLED) == ["Reopen", "Add note", "Why us?"]
    assert shown(State.CLOSED) == ["Add note", "Why us?"]


def test_what_is_valid_beyond_four_buttons_stands_behind_more() -> None:
    [*_, more] = elements(render(card_view()))
    assert more["type"] == "overflow"
    assert [choice["value"] for choice in more["options"]] == [
        "hw.reassign:7",
        "hw.mitigate:7",
        "hw.resolve:7",
        "hw.severity:7",
        "hw.cancel:7",
    ]


@pytest.mark.parametrize("state", [State.TRIGGERED, State.ACKNOWLEDGED, State.MITIGATED, State.MONITORING])
def test_no_valid_button_falls_off_the_end_of_the_menu(state: State) -> None:
    offered = valid(incident(state=state), REGISTRY, unplaced=False)
    assert len(offered) <= CARD_BUTTONS + OVERFLOW_OPTIONS
    assert {one.move for one in offered if one.move} == set(incident(state=state).moves) - {Move.CLOSE}


@pytest.mark.parametrize(
    "route",
    [
        Route(
            team="team:ml-leads",
            reason=because(Code.ARBITER, who=ANA, team="Backup", why="", next="ML leads"),
        ),
        Route(
            team="team:backup",
            reason=because(Code.ARBITRATED, who=ANA, arbiter="ML leads", team="Backup", why=""),
            by=ANA,
        ),
    ],
)
def test_what_the_arbiter_has_or_decided_offers_to_be_reassigned_and_not_to_be_contested(
    route: Route,
) -> None:
    assert labels(render(card_view(incident(route=route)))) == [
        "Acknowledge",
        "Add note",
        "Reassign",
        "Why us?",
    ]


def test_only_the_next_move_is_primary_and_reopening_asks_first() -> None:
    styles = [element.get("style") for element in elements(render(card_view()))]
    assert styles == ["primary", None, None, None, None]
    [reopen, *_] = elements(render(card_view(incident(state=State.RESOLVED))))
    assert "confirm" in reopen
    assert "style" not in reopen


def test_an_unplaced_alert_offers_to_be_placed() -> None:
    message = render(card_view(incident(), part(None)))
    assert labels(message) == ["Acknowledge", "Place on…", "Add note", "Why us?"]
    assert "not placed on any asset:" in visible(message)
    placed = part(None, alerts=0, firing=0)
    assert "Place on…" not in labels(render(card_view(incident(), placed, part())))


def test_a_card_keeps_within_its_blocks_and_buttons_with_room_for_two_more_blocks() -> None:
    message = render(card_view(incident(), *(part(f"handler:h{n}") for n in range(20))))
    blocks = len(message.blocks) + sum(len(a["blocks"]) for a in message.attachments)
    assert blocks <= CARD_BLOCKS - 2
    assert len(labels(message)) <= CARD_BUTTONS
    assert "and 16 more" in visible(message)


def test_a_new_revision_has_a_new_block_id() -> None:
    def block_id(revision: int) -> str:
        card = render(card_view(incident(revision=revision)))
        return str(card.attachments[0]["blocks"][-1]["block_id"])

    assert block_id(3) != block_id(4)


def test_symptoms_that_fire_come_first_then_the_worst() -> None:
    message = render(
        card_view(
            incident(),
            part("handler:a", firing=0, title="over"),
            part("handler:b", worst=Severity.SEV3, title="mild"),
            part("handler:c", worst=Severity.SEV1, title="bad"),
        )
    )
    said = visible(message)
    assert (
        said.index("`handler:c` bad (firing)")
        < said.index("`handler:b` mild")
        < said.index("`handler:a` over (recovered)")
    )


def test_resolved_by_a_person_says_who_when_and_that_no_cause_is_known() -> None:
    how = Resolution(cause=None, by=ANA, why="the reindex finished.")
    watching = incident(state=State.MONITORING, resolution=how)
    assert f"Cause unknown, says <@{ANA}>: the reindex finished. Watched, then resolved." in visible(
        render(card_view(watching, is_post=False))
    )
    over = incident(state=State.RESOLVED, resolution=how, resolved_at=START)
    said = visible(render(card_view(over, is_post=False)))
    assert f"Resolved by <@{ANA}> at <!date^" in said
    assert "cause unknown: the reindex finished." in said


def test_a_pointer_is_one_line_with_a_link_to_the_card() -> None:
    card = Card(incident=7, channel="#platform", kind=CardKind.POINTER, wanted=1)
    message = render(card_view(card=card, full_link="https://slack.example/p1"))
    assert len(message.blocks) == 1
    assert message.attachments == ()
    assert (
        "*<https://slack.example/p1|INC-7>* Groundedness fell · SEV2, triggered · Backup has it"
        in visible(message)
    )


def test_a_card_that_becomes_a_pointer_loses_its_bar() -> None:
    card = Card(incident=7, channel="#backup", kind=CardKind.POINTER, wanted=2, shown=1, place="C1", ts="1.2")
    assert render(card_view(card=card)).payload()["attachments"] == []


def test_foreign_text_in_a_card_pages_nobody_and_links_nowhere() -> None:
    route = Route(team="team:backup", reason=because(Code.ALIAS, label=NASTY, value=NASTY, asset=NASTY))
    message = render(
        card_view(
            incident(title=NASTY, route=route, state=State.CANCELLED, noise=NASTY),
            part(title=NASTY),
            part(None, title=NASTY),
        )
    )
    said = visible(message)
    assert not MENTION.search(said)
    assert "<https://evil" not in said
    for text in re.findall(r"<[^>]*>", said):
        assert text.startswith("<!date^")


def test_the_card_is_found_again_by_its_metadata() -> None:
    assert render(card_view()).metadata == {
        "event_type": "headwater_card",
        "event_payload": {"key": "7/#backup"},
    }


SUSPICION = Suspicion(
    suspects=(
        Suspected(
            asset="pipeline:docs-ingest",
            cause="upstream-stopped",
            probability=0.62,
            rank=1,
            sentence="",
            speaking_for=("explains that <handler> gives ungrounded answers",),
        ),
        Suspected(asset="index:docs", cause="stale-index", probability=0.2, rank=2, sentence=""),
        Suspected(asset="model:chat-large", cause="provider-change", probability=0.02, rank=3, sentence=""),
    ),
    unlisted=0.05,
    confidence=0.5,
)


def test_suspects_stand_with_bars_and_the_rest_of_the_probability_is_not_hidden() -> None:
    said = visible(render(card_view(incident(suspicion=SUSPICION))))
    assert "▰▰▰▱▱ 62% `pipeline:docs-ingest` upstream stopped" in said
    assert "▰▱▱▱▱ 20% `index:docs` stale index" in said
    assert "model:chat-large" not in said
    assert "18% others, or none that the registry knows" in said
    assert "<handler>" not in said


def test_suspects_leave_the_card_when_the_incident_is_over() -> None:
    over = incident(suspicion=SUSPICION, state=State.RESOLVED)
    assert "Suspects" not in visible(render(card_view(over)))
