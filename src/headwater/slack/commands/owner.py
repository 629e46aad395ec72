"""`/owner`: who owns what, what leans on what, who is on call."""

from typing import Final

from headwater.core.refs import ASSET_KINDS
from headwater.slack import load_answers, mrkdwn, owner_answers
from headwater.slack.answers import whisper
from headwater.slack.blocks import Message
from headwater.slack.commands.meant import meant
from headwater.slack.commands.table import Asked, Book, Command
from headwater.slack.why import why_us


async def _asset(asked: Asked) -> Message:
    """Whose it is, by reference, name, alias or a few words."""
    desk = asked.desk
    found = (await desk.finder()).find(asked.words)
    ref = found.ref
    if ref is not None and ref in desk.registry.assets:
        return owner_answers.asset(desk.registry.assets[ref], found, desk.registry, desk.clock())
    if ref in desk.registry.teams:
        return await _team(asked)
    if ref is not None:
        return owner_answers.person(ref, desk.registry)
    return owner_answers.unsure(found, desk.registry, desk.owner_command)


async def _lineage(asked: Asked) -> Message:
    desk = asked.desk
    if not asked.words:
        return whisper(f"Of which asset? `{desk.owner_command} lineage index:docs`")
    ref, found = await meant(desk, asked.words, *ASSET_KINDS)
    if ref is None or ref not in desk.registry.assets:
        return owner_answers.unsure(found, desk.registry, desk.owner_command)
    return owner_answers.lineage(ref, desk.registry)


async def _team(asked: Asked) -> Message:
    desk = asked.desk
    if not asked.words:
        return owner_answers.teams(desk.registry)
    ref, found = await meant(desk, asked.words, "team")
    if ref is None:
        return owner_answers.unsure(found, desk.registry, desk.owner_command)
    incidents = await desk.read(lambda reader: reader.incidents(team=ref))
    return owner_answers.team(ref, desk.registry, desk.clock(), incidents)


async def _oncall(asked: Asked) -> Message:
    desk = asked.desk
    if not asked.words:
        return owner_answers.oncall_everywhere(desk.registry, desk.clock())
    ref, found = await meant(desk, asked.words, "team")
    if found.ref is not None and found.ref in desk.registry.assets:
        ref = desk.registry.responsible_team(desk.registry.assets[found.ref]).ref
    if ref is None:
        return owner_answers.unsure(found, desk.registry, desk.owner_command)
    return owner_answers.oncall(ref, desk.registry, desk.clock())


async def _who(asked: Asked) -> Message:
    desk = asked.desk
    if not asked.words:
        return whisper(f"Who answers what? `{desk.owner_command} who How do I back up my database?`")
    led = await desk.read(lambda reader: reader.led())
    finder = await desk.finder()
    return owner_answers.who(finder.who(asked.words, led), desk.registry)


async def _why(asked: Asked) -> Message:
    incident = asked.incident
    if incident is None:
        raise LookupError("a command that needs an incident was run without one")
    view = await asked.desk.read(lambda reader: reader.incident(incident.number))
    alerts = await asked.desk.read(lambda reader: reader.alerts(incident.number))
    if view is None:
        return whisper(f"There is no {mrkdwn.line(incident.name)}.")
    routes = await asked.desk.read(lambda reader: reader.routes(incident.number))
    return why_us(view, alerts, routes, asked.desk.registry)


async def _load(asked: Asked) -> Message:
    """All teams in this month, or one team in the last months."""
    desk = asked.desk
    now = desk.clock()
    if not asked.words:
        [month] = await desk.read(lambda reader: reader.load(now))
        return load_answers.of_all(month, desk.names)
    ref, found = await meant(desk, asked.words, "team")
    if ref is None:
        return owner_answers.unsure(found, desk.registry, desk.owner_command)
    months = await desk.read(lambda reader: reader.load(now, months=load_answers.MONTHS))
    return load_answers.of_one(ref, months, desk.names)


COMMANDS: Final = (
    Command(
        word="who",
        takes="question",
        example="who How do I back up my database?",
        help="which handler answers it, and whose that is",
        run=_who,
    ),
    Command(
        word="why",
        takes="[7]",
        example="why 7",
        help="why an incident went to its team",
        run=_why,
        needs_incident=True,
    ),
    Command(
        word="lineage",
        takes="asset",
        example="lineage index:docs",
        help="what it leans on, and what leans on it",
        run=_lineage,
    ),
    Command(
        word="team",
        takes="[team]",
        example="team backup",
        help="its people, assets and open incidents",
        run=_team,
    ),
    Command(
        word="oncall",
        takes="[team|asset]",
        example="oncall backup",
        help="who is on call, until when, who is next",
        run=_oncall,
        also=("on-call",),
    ),
    Command(
        word="load",
        takes="[team]",
        example="load backup",
        help="what came to each team this month, and what wrongly",
        run=_load,
    ),
)

ASSET: Final = Command(
    word="",
    takes="asset or words",
    example="index:docs",
    help="whose it is, and how to reach them",
    run=_asset,
)


def book(name: str) -> Book:
    """`/owner` under its configured name."""
    return Book(name=name, title="Who owns what", commands=COMMANDS, otherwise=ASSET)
