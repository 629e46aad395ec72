from collections.abc import Mapping
from typing import Any

import pytest

from headwater.core.incidents import Incident, State
from headwater.core.said import Notice, NoticeKind, Where
from headwater.slack.notices import WORDING, NoticeView, render_notice
from slack_cast import NASTY, REGISTRY, incident, labels, visible
from world import ANA, BO, START

INC_7 = incident()


def said(
    kind: NoticeKind,
    facts: Mapping[str, str],
    *,
    where: Where = Where.THREAD,
    about: Incident | None = INC_7,
    link: str | None = None,
    mentions: tuple[str, ...] = (),
) -> str:
    """What a notice about INC-7 says."""
    notice = Notice(
        key="k1", kind=kind, where=where, to="7", at=START, incident=7, facts=facts, mentions=mentions
    )
    return render_notice(NoticeView(notice=notice, registry=REGISTRY, incident=about, link=link)).text


def test_every_kind_has_its_wording() -> None:
    assert set(WORDING) == set(NoticeKind)


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        (NoticeKind.SEVERITY_ROSE, {"from": "SEV3", "to": "SEV2"}, "INC-7 rose from *SEV3* to *SEV2*."),
        (
            NoticeKind.REMINDER,
            {"since": "1 h", "left": "59 min", "firing": "2"},
            "INC-7 was acknowledged 1 h ago, still fires",
        ),
        (NoticeKind.UNACKNOWLEDGED, {}, "The acknowledgement of INC-7 has lapsed"),
        (NoticeKind.RESOLVED, {"by": ANA, "lasted": "2 h"}, "INC-7 is resolved by Ana after 2 h."),
        (NoticeKind.ASSIGNED, {"by": BO}, "Bo gave you INC-7."),
        (
            NoticeKind.HANDED_OVER,
            {"team": "Retrieval", "by": BO, "why": "not Backup's: the index is theirs"},
            "INC-7 was handed over to Retrieval by Bo: not Backup's: the index is theirs.",
        ),
        (NoticeKind.NOTE, {"by": BO, "text": "one\ntwo"}, "*Bo* noted:\n>one\n>two"),
        (NoticeKind.TEST, {"text": "It works."}, "It works."),
    ],
)
def test_each_kind_is_a_sentence_that_says_what_and_whose(
    kind: NoticeKind, facts: dict[str, str], expected: str
) -> None:
    assert expected in said(kind, facts)


def test_what_stands_alone_names_the_title_and_links_the_card() -> None:
    page = said(
        NoticeKind.ESCALATION, {"team": "Backup"}, where=Where.PERSON, link="https://slack.example/p1"
    )
    assert page.startswith(
        "<https://slack.example/p1|INC-7> Groundedness fell is SEV2 (now, in hours or on-call),"
    )
    assert page.endswith("You are called for Backup.")


def test_only_its_own_mentions_ring_and_they_come_first() -> None:
    asked = (ANA, "S0GROUP", "person:bo", "!channel", "person:gone")
    text = said(NoticeKind.ASSIGNED, {"by": BO}, mentions=asked)
    assert text == f"<@{ANA}> <!subteam^S0GROUP> <@{BO}> Bo gave you INC-7."


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_foreign_facts_page_nobody(kind: NoticeKind) -> None:
    keys = ["why", "text", "from", "to", "cause", "title", "team", "since", "left", "sentence"]
    text = said(kind, dict.fromkeys(keys, NASTY), about=incident(title=NASTY))
    assert "<!channel>" not in text
    assert "<https://evil" not in text
    assert "<@U0EVE>" not in text


def test_a_call_carries_the_button_until_somebody_has_it() -> None:
    def buttons(**changes: Any) -> list[str]:
        notice = Notice(key="k", kind=NoticeKind.ESCALATION, where=Where.PERSON, to=ANA, at=START, incident=7)
        view = NoticeView(notice=notice, registry=REGISTRY, incident=incident(**changes))
        return labels(render_notice(view))

    assert buttons() == ["Acknowledge"]
    assert buttons(state=State.ACKNOWLEDGED, acknowledged_by=ANA) == []


@pytest.mark.parametrize(
    ("whom", "told"),
    [("#backup", "#backup"), ("7", "INC-7's thread"), (ANA, "Ana"), ("C0BACKUP", "<#C0BACKUP>")],
)
def test_what_could_not_be_told_is_told_with_the_reason_and_rings_for_nobody(whom: str, told: str) -> None:
    facts = {"code": "untold", "whom": whom, "reason": "it is archived"}
    text = said(NoticeKind.ADMIN, facts, where=Where.CHANNEL)
    assert text.endswith(f"{told} could not be told, because it is archived. Please pass it on.")


def test_an_unreadable_delivery_says_where_and_what_to_do() -> None:
    facts = {"code": "unreadable", "sender": "prom", "path": "$.alerts[0]", "sentence": "no labels"}
    text = said(NoticeKind.ADMIN, facts, about=None)
    assert "Sender `prom` sent something I can't read at `$.alerts[0]`: no labels." in text
    assert "`headwater unreadable`" in text


def test_a_notice_is_found_again_by_its_key() -> None:
    notice = Notice(key="INC-7/x", kind=NoticeKind.TEST, where=Where.CHANNEL, to="#a", at=START)
    message = render_notice(NoticeView(notice=notice, registry=REGISTRY))
    assert message.metadata == {"event_type": "headwater_notice", "event_payload": {"key": "INC-7/x"}}
    assert visible(message)
