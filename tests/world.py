"""The cast: a small company's registry, a clock turned by hand, and builders that read like the story."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import msgspec

from headwater.core.alerts import Delivery, Parsed, Problem, Report, Status
from headwater.core.registry import (
    Asset,
    Edge,
    EdgeType,
    EscalationStep,
    MatchRule,
    OnCall,
    Person,
    Reach,
    Registry,
    Spot,
    Team,
    assemble,
)
from headwater.core.severity import Severity
from headwater.engine import Engine
from headwater.store.database import Database

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

ANA, BO, CY, DEE, EVE, NAT = "U0ANA", "U0BO", "U0CY", "U0DEE", "U0EVE", "U0NAT"
"""Ana and Bo are Backup, Cy Docs data, Dee Platform, Eve ML reliability and admin; Nat is nobody's."""


class HandClock:
    """A clock that stands until it is turned."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        """`advance(minutes=5)`."""
        self.now += timedelta(**by)


def team(name: str, title: str, *members: str, **more: Any) -> Team:
    """A team with a channel named like it, and its first member on call."""
    return Team(
        ref=f"team:{name}",
        name=title,
        channel=f"#{name}",
        members=members,
        oncall=OnCall(people=members[:1]) if members else None,
        spot=Spot("ownership.yaml", 10, 5),
        **more,
    )


def asset(ref: str, owner: str, **more: Any) -> Asset:
    """An asset written at a line of its own."""
    return Asset(ref=ref, owner=owner, spot=Spot("ownership.yaml", 40, 5), **more)


def edge(subject: str, kind: EdgeType, target: str) -> Edge:
    """`subject kind target`, as the file says it."""
    return Edge(subject, kind, target)


PEOPLE = {
    f"person:{slack[2:].lower()}": Person(ref=f"person:{slack[2:].lower()}", slack=slack)
    for slack in (ANA, BO, CY, DEE, EVE, NAT)
}

TEAMS = (
    team("backup", "Backup", "person:ana", "person:bo"),
    team("docs-data", "Docs data", "person:cy"),
    team("retrieval", "Retrieval", "person:bo"),
    team(
        "platform",
        "Platform",
        "person:dee",
        escalation={
            Severity.SEV2: (
                EscalationStep(Reach.MENTION, "oncall"),
                EscalationStep(Reach.PAGE, "team:ml-reliability", timedelta(minutes=15)),
            )
        },
    ),
    team("ml-reliability", "ML reliability", "person:eve"),
    team("ml-leads", "ML leads", "person:eve"),
)

ASSETS = (
    asset("handler:backup-assistant", "team:backup", tier=1),
    asset("handler:support-chat", "team:backup"),
    asset("handler:billing", "team:retrieval"),
    asset("prompt:backup", "team:backup"),
    asset("index:docs", "team:retrieval"),
    asset("pipeline:docs-ingest", "team:docs-data"),
    asset("source:docs-repo", "team:docs-data"),
    asset("service:nomad", "team:platform"),
    asset("model:chat-large", "vendor:acme-llm", liaison="team:platform"),
    asset("pipeline:invoices", "team:retrieval"),
    asset("handler:nobody", "team:ml-reliability", owned_by_default=True),
)

EDGES = (
    edge("handler:backup-assistant", EdgeType.USES, "prompt:backup"),
    edge("handler:backup-assistant", EdgeType.USES, "index:docs"),
    edge("handler:backup-assistant", EdgeType.USES, "model:chat-large"),
    edge("handler:support-chat", EdgeType.USES, "index:docs"),
    edge("handler:support-chat", EdgeType.USES, "model:chat-large"),
    edge("handler:billing", EdgeType.USES, "model:chat-large"),
    edge("handler:billing", EdgeType.READS, "pipeline:invoices"),
    edge("index:docs", EdgeType.WRITTEN_BY, "pipeline:docs-ingest"),
    edge("pipeline:docs-ingest", EdgeType.READS, "source:docs-repo"),
    edge("pipeline:docs-ingest", EdgeType.RUNS_ON, "service:nomad"),
)

RULES = (
    MatchRule(
        name="by-handler", labels={"handler": "*"}, asset="handler:{handler}", spot=Spot("o.yaml", 80, 3)
    ),
    MatchRule(
        name="by-pipeline", labels={"pipeline": "*"}, asset="pipeline:{pipeline}", spot=Spot("o.yaml", 81, 3)
    ),
    MatchRule(
        name="nomad", labels={"alertname": "Nomad*"}, asset="service:nomad", spot=Spot("o.yaml", 82, 3)
    ),
)


def registry(**changes: Any) -> Registry:
    """The company's registry; `changes` replace fields before the look-up tables are made."""
    whole = Registry(
        version="v1",
        catch_all="team:ml-reliability",
        arbiter="team:ml-leads",
        people=MappingProxyType(PEOPLE),
        teams=MappingProxyType({one.ref: one for one in TEAMS}),
        assets=MappingProxyType({one.ref: one for one in ASSETS}),
        edges=EDGES,
        match=RULES,
        admins=frozenset({"person:eve"}),
        admin_channel="#headwater-admin",
    )
    return assemble(replace(whole, **changes))


def report(
    fingerprint: str,
    *,
    on: Mapping[str, str] | None = None,
    status: Status = Status.FIRING,
    began: datetime = START,
    severity: Severity = Severity.SEV3,
    title: str | None = None,
) -> Report:
    """A report of an alert; `on` are its labels."""
    return Report(
        fingerprint=fingerprint,
        status=status,
        starts_at=began,
        title=title or f"Alert {fingerprint}",
        labels=dict(on or {"handler": "backup-assistant"}),
        severity=severity,
    )


def parsed(*reports: Report) -> Parsed:
    """What a format would have read."""
    return Parsed(reports=reports)


def delivery(body: bytes = b"{}", *, sender: str = "prom", at: datetime = START) -> Delivery:
    """A delivery of the format the world parses."""
    return Delivery(sender=sender, format="world", received_at=at, body=body)


class Wire(msgspec.Struct):
    """How the world's own format writes a report."""

    fp: str
    labels: dict[str, str]
    status: str = "firing"
    began: float = 0.0
    severity: int = 3
    title: str = ""
    ends: float | None = None


def body(*reports: Report) -> bytes:
    """Reports as the world's own format writes them."""
    return msgspec.json.encode(
        [
            Wire(
                fp=one.fingerprint,
                labels=dict(one.labels),
                status=one.status.value,
                began=(one.starts_at - START).total_seconds(),
                severity=int(one.severity),
                title=one.title,
            )
            for one in reports
        ]
    )


def parse(delivery: Delivery) -> Parsed:
    """The world's own format: a JSON array of reports; anything else is a problem."""
    if delivery.body.startswith(b"break"):
        raise RuntimeError("this delivery breaks its parser")
    try:
        found = msgspec.json.decode(delivery.body, type=list[Wire])
    except msgspec.DecodeError as error:
        return Parsed(problems=(Problem("$", str(error), delivery.body),))
    return Parsed(
        reports=tuple(
            Report(
                fingerprint=one.fp,
                status=Status(one.status),
                starts_at=START + timedelta(seconds=one.began),
                title=one.title,
                labels=one.labels,
                severity=Severity(one.severity),
                ends_at=None if one.ends is None else START + timedelta(seconds=one.ends),
            )
            for one in found
        )
    )


@asynccontextmanager
async def engine(database: Database, clock: HandClock | None = None, **more: Any) -> AsyncIterator[Engine]:
    """An engine at work on `database`, reading the world's own format."""
    working = Engine(
        database=database,
        clock=clock or HandClock(),
        registry=more.pop("registry", None) or registry(),
        parsers={"world": parse},
        **more,
    )
    working.start()
    try:
        yield working
    finally:
        await working.close()
