"""What a registry file may say of people and teams: the keys, their shapes, and what is built of them."""

from collections.abc import Mapping
from datetime import time, timedelta
from types import MappingProxyType
from typing import Final

from headwater.catalog import durations
from headwater.catalog.oncall_keys import ONCALL_SHAPE, placed
from headwater.catalog.shapes import Got, JsonObject, Key, ListOf, Notes, Record, Ref, Text, Word
from headwater.catalog.spellings import EMAIL, PEOPLE_LIST, SLACK_CHANNEL, SLACK_GROUP, SLACK_USER, ZONE
from headwater.catalog.yaml_nodes import Node
from headwater.core.registry import EscalationStep, Hours, Person, Reach, Team
from headwater.core.severity import Severity

# --- people

_P_REF: Final = Key(
    "ref", Ref(("person",), "person:ana", declares=True), "What files call the person.", required=True
)
_P_SLACK: Final = Key("slack", SLACK_USER, "The person's Slack user id. Without it nobody can mention them.")
_P_EMAIL: Final = Key("email", EMAIL, "The address by which other tools know them.")
_P_NAME: Final = Key("name", Text("Ana Okafor"), "What people call them; the reference where absent.")


def _person(got: Got) -> Person:
    return Person(
        ref=got.need(_P_REF),
        slack=got.get(_P_SLACK),
        email=got.get(_P_EMAIL),
        name=got.get(_P_NAME),
        spot=got.node.spot,
    )


PERSON_RECORD: Final = Record(
    "person",
    (_P_REF, _P_SLACK, _P_EMAIL, _P_NAME),
    _person,
    what="a person",
    example="{ref: person:ana, slack: U0ANA}",
)


# --- escalation and hours


class _Whom:
    """`oncall`, a team or a person."""

    ref: Final = Ref(("team", "person"), "oncall")

    def read(self, node: Node, notes: Notes, /) -> str | None:
        return "oncall" if node.raw.value == "oncall" else self.ref.read(node, notes)

    def schema(self, definitions: JsonObject, /) -> JsonObject:
        return {"anyOf": [{"const": "oncall"}, self.ref.schema(definitions)]}


_WHOM: Final = _Whom()
_E_AFTER: Final = Key(
    "after",
    Word(durations.duration, "10m", durations.DURATION_PATTERN),
    "How long after the step before, if nobody acknowledges; at once where absent.",
)
_E_PAGE: Final = Key("page", _WHOM, "Whom to page: `oncall`, a team or a person.")
_E_MENTION: Final = Key("mention", _WHOM, "Whom to mention in Slack, which wakes nobody.")


def _step(got: Got) -> EscalationStep | None:
    page, mention = got.get(_E_PAGE), got.get(_E_MENTION)
    if (page is None) == (mention is None):
        if "page" in got.values or "mention" in got.values or not {"page", "mention"} & set(got.nodes):
            got.node.error(
                "A step of an escalation has one of page and mention.", "For example: {page: oncall}."
            )
        return None
    reach = Reach.PAGE if page else Reach.MENTION
    return EscalationStep(reach, page or mention or "oncall", got.get(_E_AFTER) or timedelta(0))


STEP: Final = Record(
    "escalation_step",
    (_E_AFTER, _E_PAGE, _E_MENTION),
    _step,
    what="a step of an escalation",
    example="{after: 10m, page: oncall}",
)
_E_KEYS: Final = tuple(
    Key(
        severity.name,
        ListOf(STEP, "[{page: oncall}]"),
        f"What happens at {severity.name} ({severity.words}).",
    )
    for severity in Severity
)


def _escalation(got: Got) -> Mapping[Severity, tuple[EscalationStep, ...]]:
    return MappingProxyType({Severity[key.name]: steps for key in _E_KEYS if (steps := got.get(key))})


ESCALATION: Final = Record(
    "escalation",
    _E_KEYS,
    _escalation,
    what="an escalation",
    example="{SEV1: [{page: oncall}, {after: 10m, page: team:ml-leads}]}",
)
_H_TZ: Final = Key("tz", ZONE, "The zone the team works in.", required=True)
_H_DAYS: Final = Key("days", Word(durations.weekdays, "Mon-Fri"), "Working days; Mon-Fri where absent.")
_CLOCK: Final = Word(durations.clock_time, '"09:00"', "([01][0-9]|2[0-3]):[0-5][0-9]")
_H_FROM: Final = Key("from", _CLOCK, "When the working day begins.", required=True)
_H_TO: Final = Key("to", _CLOCK, "When it ends; earlier than `from` means after midnight.", required=True)


def _hours(got: Got) -> Hours | None:
    start: time = got.need(_H_FROM)
    if start == got.need(_H_TO):
        got.nodes["to"].error("The working day ends when it begins.", 'For example: "18:00".')
        return None
    return Hours(
        tz=got.need(_H_TZ), days=got.get(_H_DAYS) or frozenset(range(1, 6)), start=start, end=got.need(_H_TO)
    )


HOURS: Final = Record(
    "hours",
    (_H_TZ, _H_DAYS, _H_FROM, _H_TO),
    _hours,
    what="working hours",
    example='{tz: Europe/Berlin, days: Mon-Fri, from: "09:00", to: "18:00"}',
)


# --- teams

_S_CHANNEL: Final = Key("channel", SLACK_CHANNEL, "Where the team's incidents are posted.")
_S_GROUP: Final = Key("usergroup", SLACK_GROUP, "The team's Slack user group, mentioned for the whole team.")


def _slack(got: Got) -> tuple[str | None, str | None]:
    return got.get(_S_CHANNEL), got.get(_S_GROUP)


SLACK: Final = Record(
    "slack", (_S_CHANNEL, _S_GROUP), _slack, what="a team's Slack", example='{channel: "#backup-ml"}'
)
_T_REF: Final = Key(
    "ref", Ref(("team",), "team:backup", declares=True), "What files call the team.", required=True
)
_T_NAME: Final = Key("name", Text("Backup"), "What people call it; the reference's name where absent.")
_T_SLACK: Final = Key("slack", SLACK, "The team's channel and user group.")
_T_MEMBERS: Final = Key("members", PEOPLE_LIST, "Who belongs to the team: they may decide on its incidents.")
_T_ALIASES: Final = Key(
    "aliases", ListOf(Text('"@backup"'), '["@backup"]'), "Other names, such as in CODEOWNERS."
)
_T_ONCALL: Final = Key("oncall", ONCALL_SHAPE, "Who is reachable now.")
_T_ESCALATION: Final = Key("escalation", ESCALATION, "Whom to reach when nobody acknowledges, per severity.")
_T_HOURS: Final = Key("hours", HOURS, "When the team works; always where absent.")


def _team(got: Got) -> Team:
    ref = got.need(_T_REF)
    channel, usergroup = got.get(_T_SLACK) or (None, None)
    hours, written = got.get(_T_HOURS), got.get(_T_ONCALL)
    zone = written.rotation.tz if written and written.rotation else hours.tz if hours else None
    return Team(
        ref=ref,
        name=got.get(_T_NAME) or ref.partition(":")[2],
        channel=channel,
        usergroup=usergroup,
        members=got.get(_T_MEMBERS) or (),
        aliases=got.get(_T_ALIASES) or (),
        oncall=placed(written, zone) if written else None,
        escalation=got.get(_T_ESCALATION) or MappingProxyType({}),
        hours=hours,
        spot=got.node.spot,
    )


TEAM_RECORD: Final = Record(
    "team",
    (_T_REF, _T_NAME, _T_SLACK, _T_MEMBERS, _T_ALIASES, _T_ONCALL, _T_ESCALATION, _T_HOURS),
    _team,
    what="a team",
    example='{ref: team:backup, slack: {channel: "#backup-ml"}, members: [person:ana]}',
)
