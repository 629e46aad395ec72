"""Private answers: what the one who asked reads, and nobody else."""

from collections.abc import Sequence

from headwater.core.actions import Answer
from headwater.core.incidents import Entry, EntryKind, Incident
from headwater.core.view import IncidentView
from headwater.slack import buttons, mrkdwn
from headwater.slack.blocks import Json, Message, context, section
from headwater.slack.card_lines import counted, facts, life, symptoms, why
from headwater.slack.cards import FACES, headline, summary
from headwater.slack.limits import fit
from headwater.slack.people import Names

LISTED = 15
"""Incidents of a list, and entries of a timeline, on one screen."""


def whisper(markup: str) -> Message:
    """One paragraph."""
    return fit(Message(text=markup, blocks=(section(markup),)))


def answered(answer: Answer) -> Message:
    """The engine's answer; what is to be copied stands below it, as it is."""
    sentence = mrkdwn.sentence(answer.sentence)
    blocks: tuple[Json, ...] = (section(sentence),)
    if answer.detail:
        blocks += (section(mrkdwn.fenced(answer.detail[:2_800])),)
    return fit(Message(text=sentence, blocks=blocks))


def broken(name: str) -> Message:
    """Something failed on our side: said, so that nobody waits for an answer that won't come."""
    return whisper(f"Something broke on my side ({mrkdwn.code(name)}); it is in the log. Please try again.")


def incident_list(incidents: Sequence[Incident], names: Names, title: str, base_url: str | None) -> Message:
    """One line an incident, the worst first, each with who has it and since when."""
    if not incidents:
        return whisper(f"{title}: none. All quiet.")
    order = sorted(incidents, key=lambda one: (one.severity, one.began_at, one.number))
    rows = [incident_row(one, names, base_url) for one in order[:LISTED]]
    if len(order) > LISTED:
        rows.append(f"and {len(order) - LISTED} more")
    blocks = [section(f"*{title}*"), *(section(row) for row in rows)]
    return fit(Message(text=f"{title}: {len(order)}", blocks=tuple(blocks)))


def incident_row(incident: Incident, names: Names, base_url: str | None) -> str:
    """Two short lines: what, then whose, with whom and since."""
    who = f"with {names.person(incident.assignee)}" if incident.assignee else "nobody has it"
    parts = [
        f"*{incident.severity.name}* {incident.state}",
        names.team(incident.route.team),
        who if incident.is_open else "",
        f"since {mrkdwn.moment(incident.began_at)}",
        counted(incident),
    ]
    return f"{headline(incident, base_url)}\n{' · '.join(part for part in parts if part)}"


def incident_shown(
    view: IncidentView, names: Names, oncall: Sequence[str], base_url: str | None, link: str | None
) -> Message:
    """The whole incident for one person, with the buttons that are valid now."""
    incident = view.incident
    unplaced = incident.is_open and any(part.asset is None and part.alerts for part in view.involved)
    blocks = [
        section(headline(incident, base_url)),
        section(f"{facts(incident, names, oncall)}{life(incident, names)}"),
        section(why(incident, names)),
    ]
    if listed := symptoms(view.involved, names):
        blocks.append(section(listed))
    if link:
        blocks.append(context(mrkdwn.link(link, "Its card and thread")))
    blocks.append(buttons.row(incident, names.registry, unplaced=unplaced))
    return fit(Message(text=summary(incident, names), blocks=tuple(blocks)))


def timeline(incident: Incident, entries: Sequence[Entry], names: Names) -> Message:
    """The newest entries, oldest first, as they were written."""
    shown = entries[-LISTED:]
    rows = [_entry(entry, names) for entry in shown]
    if len(entries) > len(shown):
        rows.insert(0, f"_{len(entries) - len(shown)} earlier entries_")
    face, _ = FACES[incident.state]
    title = f"{face} *Timeline of {incident.name}* {mrkdwn.line(mrkdwn.plain(incident.title, 120))}"
    body = "\n".join(rows) or "Nothing yet."
    return fit(Message(text=f"Timeline of {incident.name}", blocks=(section(title), *_paragraphs(body))))


def _entry(entry: Entry, names: Names) -> str:
    by = f" {names.person(entry.who)}" if entry.who else ""
    text = mrkdwn.line(mrkdwn.plain(entry.text, 300))
    link = entry.facts.get("link")
    origin = f" ({mrkdwn.link(link, 'message')})" if link else ""
    mark = ":memo: " if entry.kind is EntryKind.NOTE else ""
    return f"{mrkdwn.moment(entry.at)}{by}: {mark}{text}{origin}"


def _paragraphs(body: str) -> list[Json]:
    """A long body as several sections, split between lines."""
    blocks: list[Json] = []
    paragraph = ""
    for row in body.split("\n"):
        if paragraph and len(paragraph) + len(row) + 1 > 2_900:
            blocks.append(section(paragraph))
            paragraph = ""
        paragraph = f"{paragraph}\n{row}" if paragraph else row
    return [*blocks, section(paragraph)]
