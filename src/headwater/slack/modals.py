"""The modals: pure, from what is known to a view. `forms` reads back what people filled in.

Each opens as `loading` (a trigger_id lives three seconds, so nothing is looked up before views.open) and is
then updated to its form. `private_metadata` carries the incident and where to answer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from headwater.core.handover import final, next_after
from headwater.core.incidents import Incident
from headwater.core.registry import Registry
from headwater.core.severity import DEFAULT_SEVERITY, Severity
from headwater.slack import buttons, mrkdwn
from headwater.slack.blocks import (
    OPTIONS,
    Json,
    context,
    field,
    option,
    plain_text,
    search,
    section,
    select,
    text_input,
)

ASSET: Final = "hw.asset"
"""The asset menu, whose choices are sent while the person types."""
TEAM: Final = "hw.team"
DECLARE: Final = "hw.declare"
TIMELINE: Final = "hw.timeline"
HOME: Final = "hw.home"

NOISE: Final = ("a test", "planned work", "a wrong threshold", "a duplicate", "somebody else's incident")
"""What an incident that was none usually was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a modal came from: the incident, how to answer, and the message it is about (`source`, `link`,
    `author`) where it was opened from one.
    """

    incident: int | None = None
    reply: str = ""
    channel: str = ""
    source: str = ""
    link: str = ""
    author: str = ""

    def packed(self) -> str:
        """As private_metadata."""
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @classmethod
    def unpacked(cls, metadata: str) -> "Origin":
        """From private_metadata."""
        known: Mapping[str, object] = json.loads(metadata or "{}")
        return cls(**{key: value for key, value in known.items() if key in cls.__dataclass_fields__})  # type: ignore[arg-type]  # we wrote it


def _modal(callback: str, title: str, blocks: Sequence[Json], origin: Origin, submit: str | None) -> Json:
    view: Json = {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, 24),
        "close": plain_text("Cancel", 24),
        "blocks": list(blocks),
        "private_metadata": origin.packed(),
    }
    if submit is not None:
        view["submit"] = plain_text(submit, 24)
    return view


def loading(callback: str, title: str, origin: Origin) -> Json:
    """What stands there until the form is ready."""
    return _modal(callback, title, [section("One moment…")], origin, None)


def refused(title: str, sentence: str, origin: Origin) -> Json:
    """What stands there when it can't be done after all."""
    return _modal("hw.refused", title, [section(mrkdwn.sentence(sentence))], origin, None)


def note(incident: Incident, origin: Origin) -> Json:
    """Add note."""
    blocks = [
        _about(incident),
        field("text", "Note", text_input("text", lines=True, hint="What did you see, try or rule out?")),
    ]
    return _modal(buttons.NOTE.id, "Add note", blocks, origin, "Add")


def reassign(incident: Incident, registry: Registry, origin: Origin) -> Json:
    """Reassign: to a person, to another team, or both."""
    blocks = [
        _about(incident),
        field(
            "person",
            "Person",
            {"type": "users_select", "action_id": "person", "placeholder": plain_text("Who takes it", 150)},
            needed=False,
            hint="Its team stays responsible.",
        ),
        field(
            "team",
            "Team",
            _teams(registry, incident),
            needed=False,
            hint="Only where it belongs to another team.",
        ),
        field(
            "why", "Why that team", text_input("why", lines=True, hint="They read this first."), needed=False
        ),
    ]
    return _modal(buttons.REASSIGN.id, "Reassign", blocks, origin, "Reassign")


def not_ours(incident: Incident, registry: Registry, origin: Origin) -> Json:
    """It is not theirs: why, and to whom it goes then."""
    following = next_after(registry, incident.route)
    if following is None:
        return refused("Not ours", final(registry, incident), origin)
    decides = "decides whose it is" if following.ref == registry.arbiter else "was next"
    blocks = [
        _about(incident),
        section(
            f"It goes to *{mrkdwn.line(following.name)}*, who {decides}, with your name and reason. "
            "Your team stays joined. If you know whose it is, *Reassign* it instead."
        ),
        field(
            "why",
            "Why is it not yours?",
            text_input("why", lines=True, most=500, hint="What you looked at, and what speaks against you"),
        ),
    ]
    return _modal(buttons.NOT_OURS.id, "Not ours", blocks, origin, "Hand it on")


def resolve(incident: Incident, origin: Origin) -> Json:
    """Resolve as cause unknown."""
    blocks = [
        _about(incident),
        section(
            "No cause is confirmed, so it is resolved as *cause unknown*, with your name, and watched longer."
        ),
        field(
            "why",
            "Why is it over?",
            text_input("why", lines=True, hint="What changed; what you would look at first next time"),
        ),
    ]
    return _modal(buttons.RESOLVE.id, "Resolve", blocks, origin, "Resolve")


def cancel(incident: Incident, origin: Origin) -> Json:
    """It was no incident."""
    blocks = [
        _about(incident),
        field(
            "noise", "What was it?", select("noise", [option(words.capitalize(), words) for words in NOISE])
        ),
        field("why", "In your words", text_input("why", most=300), needed=False),
    ]
    return _modal(buttons.CANCEL.id, "Not an incident", blocks, origin, "Cancel it")


def severity(incident: Incident, origin: Origin) -> Json:
    """Override the severity."""
    choices = _severities()
    blocks = [
        _about(incident),
        field("severity", "Severity", select("severity", choices, initial=choices[incident.severity - 1])),
        field("why", "Why", text_input("why", most=300), needed=False),
    ]
    return _modal(buttons.SEVERITY.id, "Severity", blocks, origin, "Set")


def place(incident: Incident, origin: Origin) -> Json:
    """What its unplaced alerts are about."""
    blocks = [
        _about(incident),
        field(
            "asset",
            "Asset",
            search(ASSET, hint="Type a part of its name"),
            hint="Such alerts go there from now on; you get the rule to keep it so.",
        ),
    ]
    return _modal(buttons.PLACE.id, "Place on", blocks, origin, "Place")


def declare(origin: Origin, *, title: str = "", text: str = "") -> Json:
    """Declare an incident by hand, or from a message."""
    choices = _severities()
    blocks = [
        field(
            "title",
            "What is wrong?",
            text_input(
                "title",
                initial=mrkdwn.plain(title, 150),
                most=150,
                hint="Answers about backups cite last year's pages",
            ),
        ),
        field(
            "asset",
            "Where",
            search(ASSET, hint="Type a part of an asset's name"),
            needed=False,
            hint="Its owner is brought in. Left out, the catch-all team looks.",
        ),
        field("severity", "Severity", select("severity", choices, initial=choices[DEFAULT_SEVERITY - 1])),
        field("text", "What you know", text_input("text", lines=True, initial=text), needed=False),
    ]
    return _modal(DECLARE, "Declare incident", blocks, origin, "Declare")


def add_to_timeline(incidents: Sequence[Incident], origin: Origin, *, text: str) -> Json:
    """Which incident's timeline a message belongs on; the one whose thread it stands in is chosen already."""
    choices = [option(f"{one.name} {one.title}", str(one.number)) for one in incidents]
    initial = next((choice for choice in choices if choice["value"] == str(origin.incident)), None)
    blocks = [
        field("incident", "Incident", select("incident", choices, hint="Which one", initial=initial)),
        field("text", "Note", text_input("text", lines=True, initial=text)),
    ]
    return _modal(TIMELINE, "Add to timeline", blocks, origin, "Add")


def asset_options(registry: Registry, typed: str) -> list[Json]:
    """The assets whose ref, name or alias holds what was typed, at most a hundred, the shortest first."""
    wanted = typed.strip().lower()
    hits = [
        asset
        for asset in registry.assets.values()
        if wanted in asset.ref.lower()
        or wanted in (asset.name or "").lower()
        or any(wanted in alias.lower() for alias in asset.aliases)
    ]
    hits.sort(key=lambda asset: (len(asset.ref), asset.ref))
    return [
        option(asset.ref, asset.ref, asset.name or "") for asset in hits[:OPTIONS] if len(asset.ref) <= 150
    ]


def team_options(registry: Registry, typed: str) -> list[Json]:
    """The teams whose ref, name or alias holds what was typed."""
    wanted = typed.strip().lower()
    hits = [
        team
        for team in registry.teams.values()
        if any(wanted in known.lower() for known in (team.ref, team.name, *team.aliases))
    ]
    hits.sort(key=lambda team: team.name)
    return [option(team.name, team.ref) for team in hits[:OPTIONS] if len(team.ref) <= 150]


def _teams(registry: Registry, incident: Incident) -> Json:
    choices = [choice for choice in team_options(registry, "") if choice["value"] != incident.route.team]
    if choices and len(registry.teams) <= OPTIONS:
        return select(TEAM, choices, hint="Which team")
    return search(TEAM, hint="Type a part of its name")


def _severities() -> list[Json]:
    return [option(f"{one.name}: {one.words}", one.name) for one in Severity]


def _about(incident: Incident) -> Json:
    return context(f"*{incident.name}* {mrkdwn.line(mrkdwn.plain(incident.title, 200))}")
