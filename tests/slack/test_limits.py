"""Whatever is to be shown, Slack takes it: checked against the schemas and limits of the local workspace."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.core.account import Holding
from headwater.core.actions import Answer
from headwater.core.alerts import Alert, Status
from headwater.core.incidents import Entry, EntryKind, Incident, Involved
from headwater.core.reasons import Code, because
from headwater.core.said import Card, CardKind, Notice, NoticeKind, Where
from headwater.core.severity import Severity
from headwater.core.view import IncidentView
from headwater.slack import answers, blocks, home, modals
from headwater.slack.blocks import Message
from headwater.slack.cards import render
from headwater.slack.limits import MESSAGE_CHARS, MESSAGE_TEXT, fit, size
from headwater.slack.notices import NoticeView, render_notice
from headwater.slack.people import Names
from headwater.slack.why import why_us
from headwater.workspace.blocks import check_message, check_view
from slack_cast import NASTY, REGISTRY, card_view, foreign, incident, incidents, parts
from world import ANA, BO, START

NAMES = Names(REGISTRY)


def takes(message: Message) -> bool:
    """Slack takes the message; raises with what it would refuse."""
    check_message(list(message.blocks), list(message.attachments))
    assert 0 < len(message.text) <= MESSAGE_TEXT
    assert size(message) < 10_000
    return True


@given(incidents(), parts, st.sampled_from(list(CardKind)), st.booleans())
def test_any_incident_renders_within_slacks_limits(
    made: Incident, involved: Sequence[Involved], kind: CardKind, is_post: bool
) -> None:
    card = Card(incident=7, channel="#backup", kind=kind, wanted=1)
    view = card_view(made, *involved, card=card, is_post=is_post, base_url="https://hw.example")
    assert takes(render(view))


@given(
    st.sampled_from(list(NoticeKind)),
    st.sampled_from(list(Where)),
    st.dictionaries(
        st.sampled_from(
            ["why", "by", "text", "link", "cause", "from", "to", "code", "reason", "whom", "left"]
        ),
        foreign,
    ),
    st.none() | incidents(),
    st.lists(st.sampled_from([ANA, BO, "S0GROUP", "person:ana", "person:gone", "!channel"]), max_size=3),
)
def test_any_notice_renders_within_slacks_limits(
    kind: NoticeKind, where: Where, facts: dict[str, str], made: Incident | None, mentions: list[str]
) -> None:
    notice = Notice(
        key="k", kind=kind, where=where, to="7", at=START, incident=7, facts=facts, mentions=tuple(mentions)
    )
    message = render_notice(NoticeView(notice=notice, registry=REGISTRY, incident=made))
    assert takes(message)
    assert "<!channel>" not in message.text


@given(incidents(), parts)
def test_any_incident_can_be_shown_explained_listed_and_put_on_a_home(
    made: Incident, involved: Sequence[Involved]
) -> None:
    view = IncidentView(incident=made, involved=tuple(involved))
    alert = Alert(
        key="k",
        sender="s",
        status=Status.FIRING,
        starts_at=START,
        seen_at=START,
        title=NASTY,
        severity=Severity.SEV3,
        asset=None,
        group="unplaced:prom/Something",
        placed=because(Code.UNPLACED),
    )
    held = [Holding(team=made.route.team, since=START, why=NASTY, by=ANA)] * 20
    assert takes(answers.incident_shown(view, NAMES, ("person:ana",), None, "https://slack.example/p1"))
    assert takes(why_us(view, [alert], held, REGISTRY))
    assert takes(answers.incident_list([made] * 40, NAMES, "Open incidents", None))
    check_view(
        home.render(
            user=ANA,
            registry=REGISTRY,
            incidents=[made] * 60,
            now=START,
            base_url=None,
            incident_command="/incident",
            owner_command="/owner",
        )
    )


entries_of_any_kind = st.builds(
    Entry,
    incident=st.just(7),
    seq=st.integers(1),
    at=st.just(START),
    kind=st.sampled_from(list(EntryKind)),
    text=foreign,
    who=st.sampled_from([None, ANA]),
)


@settings(max_examples=30)
@given(st.lists(entries_of_any_kind, max_size=40))
def test_any_timeline_fits(entries: list[Entry]) -> None:
    assert takes(answers.timeline(incident(), entries, NAMES))


@given(foreign, foreign)
def test_any_answer_fits(sentence: str, detail: str) -> None:
    assert takes(answers.answered(Answer(done=True, sentence=sentence, detail=detail)))


@given(incidents(), foreign)
def test_any_modal_fits(made: Incident, text: str) -> None:
    origin = modals.Origin(
        incident=7, reply="https://hooks.example/" + "r" * 200, channel="C1", source="C1:1.2"
    )
    several = [replace(made, number=number) for number in range(1, 101)]
    for view in (
        modals.loading("hw.note", "Add note", origin),
        modals.note(made, origin),
        modals.reassign(made, REGISTRY, origin),
        modals.resolve(made, origin),
        modals.cancel(made, origin),
        modals.severity(made, origin),
        modals.place(made, origin),
        modals.declare(origin, title=text, text=text[:3_000]),
        modals.add_to_timeline(several, origin, text=text[:3_000]),
        modals.refused("Resolve", text, origin),
    ):
        check_view(view)


def test_the_longest_texts_give_way_first() -> None:
    long, short = blocks.section("x" * 3_000), blocks.section("short")
    fitted = fit(Message(text="t", blocks=(short, long, long, long, long)))
    assert size(fitted) <= MESSAGE_CHARS
    assert fitted.blocks[0]["text"]["text"] == "short"


def test_fitting_leaves_what_it_was_given_alone() -> None:
    given = Message(text="t", blocks=tuple(blocks.section("x" * 3_000) for _ in range(5)))
    fit(given)
    assert all(len(block["text"]["text"]) == 3_000 for block in given.blocks)
