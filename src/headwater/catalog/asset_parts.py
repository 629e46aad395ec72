"""What a registry file may say within an asset: topics, the signal board, heartbeat, freshness."""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from headwater.catalog import durations
from headwater.catalog.shapes import Flag, Got, Key, ListOf, Record, Ref, Text, Whole, Word
from headwater.catalog.spellings import ZONE
from headwater.core.refs import ASSET_KINDS, OWNER_KINDS
from headwater.core.registry import BoardReading, Heartbeat, Spot

_TOPIC_OWNER: Final = Key(
    "owner", Ref(OWNER_KINDS, "team:restore"), "Who owns this topic, if not the handler's owner."
)
_TOPIC_WORDS: Final = Key(
    "words", ListOf(Text("dump"), "[dump, pg_dump]"), "Words of questions on it that its name lacks."
)
WrittenTopic = tuple[str | None, tuple[str, ...], Spot]


def _topic(got: Got) -> WrittenTopic:
    return got.get(_TOPIC_OWNER), got.get(_TOPIC_WORDS) or (), got.node.spot


TOPIC: Final = Record(
    "topic",
    (_TOPIC_OWNER, _TOPIC_WORDS),
    _topic,
    what="a topic",
    example='{"restore a snapshot": {owner: team:restore}}',
)


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+.*", text):
        raise ValueError("A URL begins with http:// or https:// and a host.")
    return text


def _bound(text: str) -> str:
    if not re.fullmatch(_BOUND, text):
        raise ValueError("It is a comparison with a number.")
    return text


_BOUND: Final = r"(<|<=|>|>=|==|!=) *-?[0-9]+(\.[0-9]+)?"
URL: Final = Word(_url, "https://metrics.example.com/x", "https?://.+")
_B_PUSHED: Final = Key("pushed", Flag(), "`true` where senders push the reading to us.")
_B_PROMETHEUS: Final = Key("prometheus", Text("avg(faithfulness)"), "A PromQL query that gives one number.")
_B_HTTP: Final = Key("http", URL, "A URL that answers JSON; `expr` picks the number.")
_B_EXPR: Final = Key("expr", Text("cpu.pressure"), "The path of the number in the JSON.")
_B_BAD: Final = Key(
    "bad_when", Word(_bound, '"> 2.5"', _BOUND), "When the number is bad; polled readings need it."
)
_B_AGAINST: Final = Key(
    "against", Ref(ASSET_KINDS, "pipeline:docs-ingest"), "The ingestion this quality is crossed with."
)


def _reading(got: Got) -> BoardReading | None:
    pushed, prometheus, http = got.get(_B_PUSHED), got.get(_B_PROMETHEUS), got.get(_B_HTTP)
    if sum(map(bool, (pushed, prometheus, http))) != 1:
        got.node.error(
            "A reading comes from one of pushed, prometheus and http.", "For example: {pushed: true}."
        )
        return None
    if got.get(_B_EXPR) and not http:
        got.nodes["expr"].error(
            "`expr` picks from the answer to `http`, which is missing.", "Add http, or drop it."
        )
    if http and not got.get(_B_EXPR):
        got.node.error(
            "The answer to `http` needs an `expr` that picks the number.", "For example: expr: cpu.pressure."
        )
    if not pushed and "bad_when" not in got.nodes:
        got.node.error("Nothing says when this number is bad.", 'Add a bound, such as bad_when: "> 2.5".')
    return BoardReading(
        pushed=bool(pushed),
        prometheus=prometheus,
        http=http,
        expr=got.get(_B_EXPR),
        bad_when=got.get(_B_BAD),
        against=got.get(_B_AGAINST),
    )


READING: Final = Record(
    "reading",
    (_B_PUSHED, _B_PROMETHEUS, _B_HTTP, _B_EXPR, _B_BAD, _B_AGAINST),
    _reading,
    what="a reading of a signal board",
    example='{prometheus: "up", bad_when: "< 1"}',
)
_BOARD_KEYS: Final = (
    Key("deployment", READING, "Whether what runs is what was meant to run."),
    Key("latency", READING, "How long answers take."),
    Key("resources", READING, "What it runs on has room."),
    Key("data_flow", READING, "Quality crossed with ingestion: the one the other three miss."),
)


def _board(got: Got) -> Mapping[str, BoardReading]:
    return MappingProxyType({key.name: reading for key in _BOARD_KEYS if (reading := got.get(key))})


BOARD: Final = Record(
    "board", _BOARD_KEYS, _board, what="a signal board", example="{deployment: {pushed: true}}"
)


# --- heartbeat and freshness

_LENGTH: Final = Word(durations.positive_duration, "30m", durations.DURATION_PATTERN)
_HB_SCHEDULE: Final = Key(
    "schedule", Word(durations.cron, '"5 * * * *"'), "When runs begin, as five fields of cron.", required=True
)
_HB_TZ: Final = Key("tz", ZONE, "The schedule's zone; UTC where absent.")
_HB_GRACE: Final = Key(
    "grace", Word(durations.duration, "20m", durations.DURATION_PATTERN), "How late is not yet late."
)
_HB_MAX: Final = Key("max_run", _LENGTH, "How long a run may take before it counts as stuck.")
_HB_ROWS: Final = Key("min_rows", Whole(1000, 0), "The fewest rows of a good run; fewer is green but empty.")


def _heartbeat(got: Got) -> Heartbeat:
    return Heartbeat(
        schedule=got.need(_HB_SCHEDULE),
        tz=got.get(_HB_TZ) or "UTC",
        grace=got.get(_HB_GRACE) or timedelta(0),
        max_run=got.get(_HB_MAX),
        min_rows=got.get(_HB_ROWS),
    )


HEARTBEAT: Final = Record(
    "heartbeat",
    (_HB_SCHEDULE, _HB_TZ, _HB_GRACE, _HB_MAX, _HB_ROWS),
    _heartbeat,
    what="a heartbeat",
    example='{schedule: "5 * * * *", grace: 20m}',
)
_F_AGE: Final = Key(
    "max_age",
    Word(durations.positive_duration, "26h", durations.DURATION_PATTERN),
    "How old its newest record may be.",
    required=True,
)
FRESHNESS: Final = Record(
    "freshness", (_F_AGE,), lambda got: got.need(_F_AGE), what="freshness", example="{max_age: 26h}"
)
