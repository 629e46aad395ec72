"""What a registry file may say of assets: the keys, their shapes, the edges, and what is built of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from headwater.catalog.asset_parts import BOARD, FRESHNESS, HEARTBEAT, TOPIC, URL
from headwater.catalog.shapes import (
    Choice,
    Got,
    Key,
    ListOf,
    MapOf,
    Record,
    Ref,
    Spotted,
    Text,
    Whole,
)
from headwater.catalog.spellings import TEAM
from headwater.core.refs import ASSET_KINDS, OWNER_KINDS, kind_of
from headwater.core.registry import Asset, BoardReading, Edge, EdgeType, Spot, Topic

_EVERYTHING: Final = frozenset(ASSET_KINDS)
_CODE: Final = frozenset({"handler", "service", "pipeline", "monitor"})
_DATA: Final = frozenset({"source", "index", "feed"})

ADMISSIBLE: Final[Mapping[EdgeType, tuple[frozenset[str], frozenset[str]]]] = MappingProxyType(
    {
        EdgeType.READS: (_CODE | {"index", "model", "feed"}, _DATA | {"pipeline", "service"}),
        EdgeType.WRITTEN_BY: (_DATA | {"model", "prompt"}, _CODE | {"source"}),
        EdgeType.USES: (
            _CODE | {"index", "model"},
            frozenset({"prompt", "model", "index", "feed", "service"}),
        ),
        EdgeType.TRAINED_ON: (frozenset({"model", "index", "monitor"}), _DATA | {"pipeline"}),
        EdgeType.CALLS: (_CODE, frozenset({"handler", "service", "model"})),
        EdgeType.RUNS_ON: (_EVERYTHING - {"prompt"}, frozenset({"service"})),
        EdgeType.JUDGES: (frozenset({"monitor"}), _EVERYTHING - {"monitor"}),
        EdgeType.RATES: (frozenset({"feed"}), frozenset({"handler", "model", "prompt"})),
        EdgeType.OBSERVES: (frozenset({"service", "monitor"}), _EVERYTHING),
    }
)
"""For each type of edge, the kinds that may say it and the kinds they may say it of."""

_EDGE_EXAMPLES: Final = {
    EdgeType.READS: "source:docs-repo",
    EdgeType.WRITTEN_BY: "pipeline:docs-ingest",
    EdgeType.USES: "index:docs",
    EdgeType.TRAINED_ON: "feed:thumbs",
    EdgeType.CALLS: "service:llm-gateway",
    EdgeType.RUNS_ON: "service:nomad",
    EdgeType.JUDGES: "handler:backup-assistant",
    EdgeType.RATES: "handler:backup-assistant",
    EdgeType.OBSERVES: "model:chat-large",
}
_EDGE_DOCS: Final = {
    EdgeType.READS: "What it takes data from.",
    EdgeType.WRITTEN_BY: "What fills it.",
    EdgeType.USES: "Prompts, models and indexes it works with.",
    EdgeType.TRAINED_ON: "What it was made from: its trouble shows after the next training.",
    EdgeType.CALLS: "What it calls while it answers.",
    EdgeType.RUNS_ON: "The scheduler or platform that runs it.",
    EdgeType.JUDGES: "What a monitor scores: when the judge is off, the scores are.",
    EdgeType.RATES: "What a feed of ratings is about.",
    EdgeType.OBSERVES: "What it only relays news of: evidence about that, never a suspect itself.",
}


@dataclass(frozen=True, slots=True)
class WrittenAsset:
    """An asset as one file claims it; its owner is empty where that file names none."""

    asset: Asset
    edges: tuple[Edge, ...]
    aliases: tuple[tuple[str, Spot], ...]


_A_REF: Final = Key(
    "ref", Ref(ASSET_KINDS, "handler:docs", declares=True), "What it is called everywhere.", required=True
)
_A_OWNER: Final = Key("owner", Ref(OWNER_KINDS, "team:backup"), "Who owns it: a team, a person, or a vendor.")
_A_NAME: Final = Key("name", Text("Backup assistant"), "What people call it; the reference where absent.")
_A_DESCRIPTION: Final = Key(
    "description", Text("Answers questions on backups"), "What it does, in a sentence."
)
_A_LIAISON: Final = Key("liaison", TEAM, "The team we bring in for a vendor's asset.")
_A_TIER: Final = Key(
    "tier", Whole(1, 1, 4), "How much hangs on it, 1 most; tier 1 raises severity by a step."
)
_A_ALIASES: Final = Key(
    "aliases",
    ListOf(Spotted(Text('"qdrant://prod/docs"')), '["qdrant://prod/docs"]'),
    "Every foreign id it is known by.",
)
_A_TOPICS: Final = Key("topics", MapOf(TOPIC, '{"back up a database": {}}'), "What a handler is asked about.")
_A_BOARD: Final = Key("board", BOARD, "A handler's four readings, polled or pushed.")
_A_HEARTBEAT: Final = Key("heartbeat", HEARTBEAT, "What is expected of its runs; silence is an alert.")
_A_FRESHNESS: Final = Key("freshness", FRESHNESS, "How old its data may be.")
_A_LIFECYCLE: Final = Key(
    "lifecycle",
    Choice(("experimental", "production", "deprecated", "retired")),
    "Where it is in its life.",
)
_A_PINNED: Final = Key("pinned", Text("chat-large-2026-08-06"), "The version it is meant to stay at.")
_A_LINKS: Final = Key(
    "links", MapOf(URL, '{Dashboard: "https://grafana.example.com/d/x"}'), "Pages a responder wants."
)


def _edge_key(edge: EdgeType) -> Key[tuple[tuple[str, Spot], ...]]:
    kinds = tuple(kind for kind in ASSET_KINDS if kind in ADMISSIBLE[edge][1])
    example = _EDGE_EXAMPLES[edge]
    return Key(edge.value, ListOf(Spotted(Ref(kinds, example)), f"[{example}]"), _EDGE_DOCS[edge])


_EDGE_KEYS: Final = tuple(_edge_key(edge) for edge in EdgeType)
_ONLY_HANDLERS: Final = ("topics", "board")


def _asset(got: Got) -> WrittenAsset:
    ref = got.need(_A_REF)
    kind, values = kind_of(ref), got.values
    for name in _ONLY_HANDLERS:
        if name in values and kind != "handler":
            got.nodes[name].error(f"Only handlers have {name}, and {ref} is none.", "Move it to the handler.")
    aliases = got.get(_A_ALIASES) or ()
    topics = got.get(_A_TOPICS) or {}
    return WrittenAsset(
        Asset(
            ref=ref,
            owner=values.get("owner", ""),
            name=values.get("name"),
            description=values.get("description"),
            liaison=values.get("liaison"),
            tier=values.get("tier"),
            aliases=tuple(alias for alias, _ in aliases),
            topics=tuple(Topic(name=n, owner=o, words=w, spot=s) for n, (o, w, s) in topics.items()),
            board=got.get(_A_BOARD) or _NO_BOARD,
            heartbeat=values.get("heartbeat"),
            max_age=values.get("freshness"),
            lifecycle=values.get("lifecycle"),
            pinned=values.get("pinned"),
            links=MappingProxyType(links) if (links := got.get(_A_LINKS)) else _NO_LINKS,
            spot=got.node.spot,
        ),
        _edges(got, ref, kind),
        aliases,
    )


_NO_BOARD: Final[Mapping[str, BoardReading]] = MappingProxyType({})
_NO_LINKS: Final[Mapping[str, str]] = MappingProxyType({})


def _edges(got: Got, ref: str, kind: str) -> tuple[Edge, ...]:
    edges: list[Edge] = []
    for key in _EDGE_KEYS:
        if key.name not in got.values:
            continue
        edge_type = EdgeType(key.name)
        if kind not in ADMISSIBLE[edge_type][0]:
            sayable = ", ".join(e.value for e in EdgeType if kind in ADMISSIBLE[e][0])
            got.nodes[key.name].error(
                f"A {kind} can't say `{edge_type}` of itself.", f"It can say: {sayable}."
            )
            continue
        for object_ref, spot in got.need(key):
            if object_ref == ref:
                got.node.problems.error(
                    spot, f"{ref} can't lean on itself.", "Name another asset, or drop it."
                )
            else:
                edges.append(Edge(ref, edge_type, object_ref, spot))
    return tuple(edges)


ASSET_RECORD: Final = Record(
    "asset",
    (
        _A_REF,
        _A_OWNER,
        _A_NAME,
        _A_DESCRIPTION,
        _A_LIAISON,
        _A_TIER,
        _A_ALIASES,
        _A_TOPICS,
        *_EDGE_KEYS,
        _A_BOARD,
        _A_HEARTBEAT,
        _A_FRESHNESS,
        _A_LIFECYCLE,
        _A_PINNED,
        _A_LINKS,
    ),
    _asset,
    what="an asset",
    example="{ref: handler:docs, owner: team:docs}",
)
