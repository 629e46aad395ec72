"""What a registry file may say: its top-level keys, match rules, listened channels; and its JSON Schema."""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from headwater.catalog.asset_keys import ASSET_RECORD, WrittenAsset
from headwater.catalog.shapes import Got, JsonObject, Key, ListOf, MapOf, Notes, Record, Ref, Text, Word
from headwater.catalog.spellings import PEOPLE_LIST, SLACK_CHANNEL, TEAM
from headwater.catalog.team_keys import PERSON_RECORD, TEAM_RECORD
from headwater.catalog.yaml_nodes import Node
from headwater.core.refs import ASSET_KINDS
from headwater.core.registry import Listen, MatchRule, Person, Spot, Team

_DEFAULT_OWNER: Final = Key(
    "owner", TEAM, "The team that owns what names no owner; such assets are listed as gaps.", required=True
)
DEFAULTS: Final = Record(
    "defaults",
    (_DEFAULT_OWNER,),
    lambda got: got.need(_DEFAULT_OWNER),
    what="the defaults",
    example="{owner: team:ml-reliability}",
)
_ADMINS: Final = Key("admins", PEOPLE_LIST, "Who may do anything, and is told when something is broken.")
_ADMIN_CHANNEL: Final = Key("admin_channel", SLACK_CHANNEL, "Where Headwater speaks of itself.")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Who looks after Headwater in this Slack workspace."""

    admins: tuple[str, ...] = ()
    admin_channel: str | None = None


WORKSPACE: Final = Record(
    "workspace",
    (_ADMINS, _ADMIN_CHANNEL),
    lambda got: Workspace(got.get(_ADMINS) or (), got.get(_ADMIN_CHANNEL)),
    what="the workspace",
    example='{admins: [person:ana], admin_channel: "#headwater-admin"}',
)


# --- match rules

_QUOTED: Final = re.compile(r"\{([^{}]*)\}")


class _AssetTemplate:
    """An asset's reference, or one that quotes labels: `handler:{handler}`."""

    fixed: Final = Ref(ASSET_KINDS, '"handler:{handler}"')

    def read(self, node: Node, notes: Notes, /) -> str | None:
        if "{" not in str(node.raw.value):
            return self.fixed.read(node, notes)
        text = node.text(example=self.fixed.example)
        if text is None:
            return None
        kind = text.partition(":")[0]
        if kind not in ASSET_KINDS:
            node.error(
                f'"{text}" does not begin with a kind of asset.', f"The kinds are {', '.join(ASSET_KINDS)}."
            )
            return None
        if "{" in _QUOTED.sub("", text) or "}" in _QUOTED.sub("", text):
            node.error(f'The braces of "{text}" do not pair.', f"For example: {self.fixed.example}.")
            return None
        return text

    def schema(self, _definitions: JsonObject, /) -> JsonObject:
        return {
            "type": "string",
            "pattern": f"^({'|'.join(ASSET_KINDS)}):.+",
            "examples": ["handler:{handler}"],
        }


_M_NAME: Final = Key("name", Text("by-handler-label"), "What decisions call the rule.", required=True)
_M_LABELS: Final = Key(
    "labels",
    MapOf(Text('"*"'), '{handler: "*"}', least=1),
    "Labels an alert must have, all of them; `*` and `?` are globs.",
    required=True,
)
_M_ASSET: Final = Key(
    "asset", _AssetTemplate(), "The asset it is about; `{label}` quotes a label.", required=True
)


def _rule(got: Got) -> MatchRule:
    labels, asset = got.need(_M_LABELS), got.need(_M_ASSET)
    for label in _QUOTED.findall(asset):
        if label not in labels:
            got.nodes["asset"].error(
                f"The rule quotes the label {label}, which it does not ask for.",
                f'Add {label}: "*" to its labels.',
            )
    return MatchRule(name=got.need(_M_NAME), labels=MappingProxyType(labels), asset=asset, spot=got.node.spot)


MATCH: Final = Record(
    "match_rule",
    (_M_NAME, _M_LABELS, _M_ASSET),
    _rule,
    what="a match rule",
    example='{name: by-handler-label, labels: {handler: "*"}, asset: "handler:{handler}"}',
)


# --- listened channels


def _app_id(text: str) -> str:
    if not re.fullmatch(_APP, text):
        raise ValueError("A Slack app's id begins with A, a bot's with B.")
    return text


_APP: Final = r"[AB][A-Z0-9]{2,}"
_L_CHANNEL: Final = Key("channel", SLACK_CHANNEL, "The channel to read.", required=True)
_L_FROM: Final = Key(
    "from",
    ListOf(Word(_app_id, "A1FKYAUUX", _APP), "[A1FKYAUUX]"),
    "Apps or bots whose messages are alerts; any where absent.",
)
LISTEN: Final = Record(
    "listen",
    (_L_CHANNEL, _L_FROM),
    lambda got: Listen(channel=got.need(_L_CHANNEL), apps=got.get(_L_FROM) or (), spot=got.node.spot),
    what="a listened channel",
    example='{channel: "#alerts-llm", from: [A1FKYAUUX]}',
)


# --- the file


@dataclass(frozen=True, slots=True)
class Written:
    """What one file says. What a registry has once only comes with the place it stands at."""

    spot: Spot
    people: tuple[Person, ...]
    teams: tuple[Team, ...]
    assets: tuple[WrittenAsset, ...]
    match: tuple[MatchRule, ...]
    listen: tuple[Listen, ...]
    default_owner: tuple[str, Spot] | None
    workspace: tuple[Workspace, Spot] | None
    catch_all: tuple[str, Spot] | None
    arbiter: tuple[str, Spot] | None


_DEFAULTS: Final = Key("defaults", DEFAULTS, "What holds where nothing else is said.")
_WORKSPACE: Final = Key("workspace", WORKSPACE, "Who looks after Headwater itself.")
_PEOPLE: Final = Key(
    "people", ListOf(PERSON_RECORD, "[{ref: person:ana, slack: U0ANA}]"), "Everybody a file names."
)
_TEAMS: Final = Key("teams", ListOf(TEAM_RECORD, "[{ref: team:backup}]"), "Who owns.")
_ASSETS: Final = Key(
    "assets", ListOf(ASSET_RECORD, "[{ref: handler:docs}]"), "What can be owned and can break."
)
_MATCH: Final = Key(
    "match",
    ListOf(MATCH, "[{name: ..., labels: ..., asset: ...}]"),
    "Alert labels to assets: the first rule that fits wins.",
)
_LISTEN: Final = Key(
    "listen", ListOf(LISTEN, '[{channel: "#alerts-llm"}]'), "Slack channels where other apps post alerts."
)
_CATCH_ALL: Final = Key(
    "catch_all", TEAM, "The team for alerts on nothing we know; the default owner where absent."
)
_ARBITER: Final = Key(
    "arbiter", TEAM, "The team that decides when two say it is not theirs; as catch_all where absent."
)


def _file(got: Got) -> Written:
    def once(key: Key[str]) -> tuple[str, Spot] | None:
        value = got.get(key)
        return (value, got.spot(key)) if value is not None else None

    workspace = got.get(_WORKSPACE)
    return Written(
        spot=got.node.spot,
        people=got.get(_PEOPLE) or (),
        teams=got.get(_TEAMS) or (),
        assets=got.get(_ASSETS) or (),
        match=got.get(_MATCH) or (),
        listen=got.get(_LISTEN) or (),
        default_owner=once(_DEFAULTS),
        workspace=(workspace, got.spot(_WORKSPACE)) if workspace else None,
        catch_all=once(_CATCH_ALL),
        arbiter=once(_ARBITER),
    )


FILE: Final = Record(
    "registry",
    (_DEFAULTS, _WORKSPACE, _PEOPLE, _TEAMS, _ASSETS, _MATCH, _LISTEN, _CATCH_ALL, _ARBITER),
    _file,
    what="a registry file",
    example="assets: [{ref: handler:docs, owner: team:docs}]",
)


def json_schema() -> JsonObject:
    """The JSON Schema (draft 2020-12) of one registry file, for editors."""
    definitions: JsonObject = {}
    reference = FILE.schema(definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Headwater ownership registry",
        **reference,
        "$defs": definitions,
    }
