"""Builders and strategies for the Slack room's pure tests: incidents, views, foreign text."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from headwater.core.incidents import Incident, Involved, Resolution, Role, Route, State
from headwater.core.reasons import Code, because
from headwater.core.said import Card, CardKind
from headwater.core.severity import Severity
from headwater.slack.blocks import Json, Message
from headwater.slack.cards import CardView
from world import ANA, BO, START, registry

REGISTRY = registry()

NASTY = "<!channel> <@U0EVE> & <https://evil.example|click> *bold* `code` ```fence```\n@here \u202egpj"
"""What an alert might carry."""


def incident(**changes: Any) -> Incident:
    """INC-7 of Backup, about its assistant."""
    made = Incident(
        number=7,
        title="Groundedness fell",
        state=State.TRIGGERED,
        severity=Severity.SEV2,
        opened_at=START,
        began_at=START,
        active_at=START,
        route=Route(
            team="team:backup",
            asset="handler:backup-assistant",
            reason=because(
                Code.OWNER, team="Backup", asset="handler:backup-assistant", spot="ownership.yaml:40:5"
            ),
            runner_up="team:retrieval",
            runner_up_asset="index:docs",
        ),
        registry="v1",
        asset="handler:backup-assistant",
        firing=2,
        alerts=3,
        announced_at=START,
    )
    return replace(made, **changes)


def part(asset: str | None = "handler:backup-assistant", **changes: Any) -> Involved:
    """One asset's part in INC-7."""
    made = Involved(
        incident=7,
        group=asset or "unplaced:prom/Something",
        asset=asset,
        role=Role.SYMPTOM,
        firing=1,
        alerts=1,
        first_at=START,
        last_at=START,
        worst=Severity.SEV2,
        title="Groundedness fell",
        reason=because(Code.OPENED, asset=asset or "it"),
    )
    return replace(made, **changes)


def card_view(made: Incident | None = None, *involved: Involved, **changes: Any) -> CardView:
    """The full card of INC-7 in #backup, as first posted."""
    return CardView(
        card=changes.pop("card", Card(incident=7, channel="#backup", kind=CardKind.FULL, wanted=1)),
        incident=made or incident(),
        involved=involved or (part(),),
        registry=changes.pop("registry", REGISTRY),
        oncall=changes.pop("oncall", ("person:ana",)),
        **changes,
    )


def visible(message: Message) -> str:
    """Everything Slack would show or read out."""
    return "\n".join([message.text, *_strings(list(message.blocks)), *_strings(list(message.attachments))])


def elements(message: Message) -> list[Json]:
    """The buttons and menus, in order."""
    blocks = [*message.blocks, *(b for a in message.attachments for b in a["blocks"])]
    return [e for block in blocks if block["type"] == "actions" for e in block["elements"]]


def labels(message: Message) -> list[str]:
    """The labels of its buttons."""
    return [e["text"]["text"] for e in elements(message) if e["type"] == "button"]


def _strings(node: object) -> list[str]:
    if isinstance(node, list):
        return [text for item in node for text in _strings(item)]
    if isinstance(node, dict):
        return [
            t for k, v in node.items() for t in ([v] if k == "text" and isinstance(v, str) else _strings(v))
        ]
    return []


foreign = st.one_of(
    st.text(max_size=200),
    st.sampled_from([NASTY, "", "x" * 5_000, "&<>" * 800, "<!channel>" * 300, "\n" * 50]),
)
"""Text from outside: anything, and the worst."""

moments = st.integers(0, 10_000_000).map(lambda seconds: START + timedelta(seconds=seconds))


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    """Any incident."""
    somebody = st.sampled_from([None, ANA, BO, "person:ana", "person:gone", "U0STRANGER"])
    teams = st.lists(st.sampled_from(["team:backup", "team:platform", "team:gone"]), max_size=5)
    how = st.builds(Resolution, cause=st.none() | foreign, by=somebody, why=foreign)
    reason = st.builds(
        lambda team, asset, spot: because(Code.OWNER, team=team, asset=asset, spot=spot),
        foreign,
        foreign,
        foreign,
    )
    return incident(
        title=draw(foreign),
        state=draw(st.sampled_from(list(State))),
        severity=draw(st.sampled_from(list(Severity))),
        began_at=draw(moments),
        route=Route(
            team=draw(st.sampled_from(["team:backup", "team:gone"])),
            asset=draw(st.sampled_from([None, "handler:backup-assistant", "handler:" + "x" * 300])),
            reason=draw(reason),
            runner_up=draw(st.sampled_from([None, "team:retrieval"])),
            by=draw(somebody),
        ),
        joined=tuple(draw(teams)),
        assignee=draw(somebody),
        acknowledged_by=draw(somebody),
        acknowledged_at=draw(st.none() | moments),
        mitigated_at=draw(st.none() | moments),
        recovered_at=draw(st.none() | moments),
        resolved_at=draw(st.none() | moments),
        resolution=draw(st.none() | how),
        noise=draw(st.none() | foreign),
        merged_into=draw(st.none() | st.integers(1, 99)),
        recurrence_of=draw(st.none() | st.integers(1, 99)),
        firing=draw(st.integers(0, 10_000)),
        alerts=draw(st.integers(0, 10_000)),
        flaps=draw(st.integers(0, 50)),
        revision=draw(st.integers(1, 10**6)),
    )


parts = st.lists(
    st.builds(
        part,
        st.sampled_from([None, "handler:backup-assistant", "pipeline:" + "y" * 400]),
        title=foreign,
        firing=st.integers(0, 999),
        alerts=st.integers(0, 999),
        first_at=moments,
    ),
    max_size=12,
)
