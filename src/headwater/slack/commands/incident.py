"""`/incident`: what can be done to an incident by typing."""

import re
from typing import Any, Final

from headwater.core.actions import (
    Acknowledge,
    AddNote,
    AnyAction,
    Assign,
    Cancel,
    Contest,
    Declare,
    Escalate,
    Mitigate,
    Place,
    Reopen,
    Reroute,
    Resolve,
    SetSeverity,
)
from headwater.core.incidents import Incident
from headwater.core.oncall import on_call
from headwater.core.refs import ASSET_KINDS, is_ref, kind_of
from headwater.core.severity import Severity
from headwater.slack import answers, heard, modals, mrkdwn
from headwater.slack.answers import answered, whisper
from headwater.slack.blocks import Message
from headwater.slack.commands.listen import listen
from headwater.slack.commands.meant import meant
from headwater.slack.commands.table import Asked, Book, Command
from headwater.slack.links import card_link

_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_SEVERITY = re.compile(r"(?:sev)?([1-4])", re.IGNORECASE)


def _incident(asked: Asked) -> Incident:
    if asked.incident is None:
        raise LookupError("a command that needs an incident was run without one")
    return asked.incident


def _on(asked: Asked) -> dict[str, Any]:
    return {"who": asked.who, "key": asked.key, "via": "command", "incident": _incident(asked).number}


def _text(asked: Asked) -> str:
    return heard.words(asked.words, asked.desk.registry)


async def _act(asked: Asked, action: AnyAction) -> Message:
    return answered(await asked.desk.act(action))


async def _new(asked: Asked) -> Message | None:
    """With words it opens an incident; without, the form."""
    desk = asked.desk
    if not asked.words:
        if asked.trigger_id is None:
            return whisper(f"Say what is wrong: `{desk.incident_command} new Answers cite old pages`")
        await desk.slack.open_view(asked.trigger_id, modals.declare(modals.Origin(channel=asked.channel)))
        return None
    words = asked.words.split()
    severity = asset = None
    while words and (found := _SEVERITY.fullmatch(words[0])) and words[0].lower().startswith("sev"):
        severity, words = Severity(int(found[1])), words[1:]
    if words and is_ref(words[0]) and words[0] in desk.registry.assets:
        asset, words = words[0], words[1:]
    title = heard.words(" ".join(words), desk.registry)
    if not title:
        return whisper(f"Say what is wrong: `{desk.incident_command} new sev2 Answers cite old pages`")
    declared = Declare(
        who=asked.who, key=asked.key, via="command", title=title[:300], asset=asset, severity=severity
    )
    return await _act(asked, declared)


async def _list(asked: Asked) -> Message:
    """All open incidents, or a team's, or those with me."""
    desk = asked.desk
    wanted = asked.words.lower()
    if wanted in {"mine", "me"}:
        found = await desk.read(lambda reader: reader.incidents())
        mine = {asked.who, desk.registry.by_slack.get(asked.who, asked.who)}
        listed = [one for one in found if one.assignee in mine]
        return answers.incident_list(listed, desk.names, "Incidents with you", desk.base_url)
    team = None
    if wanted and wanted != "all":
        team, _ = await meant(desk, asked.words, "team")
        if team is None:
            said = mrkdwn.line(asked.words)
            return whisper(f"I know no team “{said}”. `list`, `list mine` or `list TEAM`.")
    found = await desk.read(lambda reader: reader.incidents(team=team))
    title = f"Open incidents of {desk.names.team(team)}" if team else "Open incidents"
    return answers.incident_list(found, desk.names, title, desk.base_url)


async def _show(asked: Asked) -> Message:
    desk, number = asked.desk, _incident(asked).number
    view = await desk.read(lambda reader: reader.incident(number))
    if view is None:
        return whisper(f"There is no INC-{number}.")
    people = on_call(desk.registry, view.incident.route.team, desk.clock()).people
    link = await card_link(desk.slack, view.cards)
    return answers.incident_shown(view, desk.names, people, desk.base_url, link)


async def _timeline(asked: Asked) -> Message:
    incident = _incident(asked)
    entries = await asked.desk.read(lambda reader: reader.timeline(incident.number))
    return answers.timeline(incident, entries, asked.desk.names)


async def _ack(asked: Asked) -> Message:
    return await _act(asked, Acknowledge(**_on(asked)))


async def _note(asked: Asked) -> Message:
    return await _act(asked, AddNote(**_on(asked), text=_text(asked)))


async def _assign(asked: Asked) -> Message:
    """To a person, or to a team with a reason."""
    whom, _, why = asked.words.partition(" ")
    example = mrkdwn.escape(f"{asked.desk.incident_command} assign 7 @bo")
    if not whom:
        return whisper(f"To whom? `{example}`, `… assign 7 me`, or `… assign 7 team:backup because …`")
    user = _USER.fullmatch(whom)
    if user or whom.lower() == "me":
        return await _act(asked, Assign(**_on(asked), to=user[1] if user else asked.who))
    ref, found = await meant(asked.desk, whom, "person", "team")
    if ref is not None and kind_of(ref) == "person":
        return await _act(asked, Assign(**_on(asked), to=ref))
    if ref is not None:
        reason = re.sub(r"^because\s+", "", heard.words(why, asked.desk.registry))
        return await _act(asked, Reroute(**_on(asked), team=ref, why=reason))
    return whisper(f"{mrkdwn.escape(found.sentence)} Name a person or a team: `{example}`.")


async def _not_ours(asked: Asked) -> Message:
    return await _act(asked, Contest(**_on(asked), why=_text(asked)))


async def _severity(asked: Asked) -> Message:
    word, _, why = asked.words.partition(" ")
    found = _SEVERITY.fullmatch(word)
    if not found:
        listed = ", ".join(f"`{one.name.lower()}` {one.words}" for one in Severity)
        return whisper(f"Which severity? {listed}.")
    severity = Severity(int(found[1]))
    return await _act(
        asked, SetSeverity(**_on(asked), severity=severity, why=heard.words(why, asked.desk.registry))
    )


async def _place(asked: Asked) -> Message:
    example = f"For example: `{asked.desk.incident_command} place 7 index:docs`"
    if not asked.words:
        return whisper(f"On which asset? {example}")
    ref, found = await meant(asked.desk, asked.words, *ASSET_KINDS)
    if ref is None:
        return whisper(f"{mrkdwn.escape(found.sentence)} {example}")
    return await _act(asked, Place(**_on(asked), asset=ref))


async def _mitigate(asked: Asked) -> Message:
    return await _act(asked, Mitigate(**_on(asked), text=_text(asked)))


async def _resolve(asked: Asked) -> Message:
    return await _act(asked, Resolve(**_on(asked), why=_text(asked)))


async def _reopen(asked: Asked) -> Message:
    return await _act(asked, Reopen(**_on(asked), why=_text(asked)))


async def _cancel(asked: Asked) -> Message:
    return await _act(asked, Cancel(**_on(asked), noise=_text(asked)))


async def _escalate(asked: Asked) -> Message:
    return await _act(asked, Escalate(**_on(asked)))


COMMANDS: Final = (
    Command(
        word="new",
        takes="[sev2] [asset] what is wrong",
        example="new sev2 Answers cite old pages",
        help="declare one; with no words, a form",
        run=_new,
        also=("declare", "open"),
    ),
    Command(
        word="list", takes="[mine|team]", example="list mine", help="the open ones", run=_list, also=("ls",)
    ),
    Command(
        word="show",
        takes="[7]",
        example="show 7",
        help="all of one, with its buttons",
        run=_show,
        needs_incident=True,
    ),
    Command(
        word="ack",
        takes="[7]",
        example="ack 7",
        help="you have it",
        run=_ack,
        also=("acknowledge",),
        needs_incident=True,
    ),
    Command(
        word="note",
        takes="[7] text",
        example="note 7 the index is from Tuesday",
        help="onto the timeline",
        run=_note,
        needs_incident=True,
    ),
    Command(
        word="assign",
        takes="[7] @person|me|team why",
        example="assign 7 @bo",
        help="give it away",
        run=_assign,
        also=("reassign", "take"),
        needs_incident=True,
    ),
    Command(
        word="notours",
        takes="[7] why",
        example="notours 7 our index is fresh",
        help="to who was next, then to the arbiter",
        run=_not_ours,
        also=("not-ours", "contest"),
        needs_incident=True,
    ),
    Command(
        word="severity",
        takes="[7] sev1..sev4 [why]",
        example="severity 7 sev1 it spreads",
        help="raise or lower it",
        run=_severity,
        also=("sev",),
        needs_incident=True,
    ),
    Command(
        word="place",
        takes="[7] asset",
        example="place 7 index:docs",
        help="say what its unplaced alerts are about",
        run=_place,
        needs_incident=True,
    ),
    Command(
        word="escalate",
        takes="[7]",
        example="escalate 7",
        help="call the next step now",
        run=_escalate,
        needs_incident=True,
    ),
    Command(
        word="mitigate",
        takes="[7] [how]",
        example="mitigate 7 rolled the prompt back",
        help="the symptom is contained",
        run=_mitigate,
        also=("mitigated",),
        needs_incident=True,
    ),
    Command(
        word="resolve",
        takes="[7] why",
        example="resolve 7 the reindex finished",
        help="over, cause unknown; watched a while",
        run=_resolve,
        needs_incident=True,
    ),
    Command(
        word="reopen",
        takes="[7] [why]",
        example="reopen 7 it is back",
        help="it is not over",
        run=_reopen,
        needs_incident=True,
    ),
    Command(
        word="cancel",
        takes="[7] what it was",
        example="cancel 7 a test",
        help="it was no incident",
        run=_cancel,
        needs_incident=True,
    ),
    Command(
        word="timeline",
        takes="[7]",
        example="timeline 7",
        help="what happened, in order",
        run=_timeline,
        also=("log",),
        needs_incident=True,
    ),
    Command(
        word="listen",
        takes="[off|list]",
        example="listen",
        help="hear the alerts that other apps post here",
        run=listen,
    ),
)


def book(name: str) -> Book:
    """`/incident` under its configured name."""
    return Book(
        name=name,
        title="Incidents. Where one is open in the channel, the number may be left out",
        commands=COMMANDS,
    )
