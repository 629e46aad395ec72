"""What a person asked for, through any door; and what they are answered."""

from dataclasses import dataclass

from headwater.core.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`who` is the Slack user id (`U...`), or `person:` ref, of the one who asks.

    `key` makes asking twice the same as asking once: clicks (action_ts, user, message, action_id), commands
    trigger_id, views id + hash. Empty: never deduplicated. `via` names the door in the timeline, as people
    would say it: "button", "command", "reaction", "cli".
    """

    who: str
    key: str = ""
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare(Action):
    """Open an incident by hand."""

    title: str
    asset: str | None = None
    severity: Severity | None = None
    text: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnIncident(Action):
    """An action on one incident."""

    incident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(OnIncident):
    """I have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(OnIncident):
    """An annotation. `source` is unique for what it came from (a message pinned twice is one note)."""

    text: str
    author: str | None = None
    source: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(OnIncident):
    """Give it to a person (`U...` or `person:`); the owning team stays."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reroute(OnIncident):
    """Give it to another team (`team:` ref), with a reason."""

    team: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest(OnIncident):
    """*Not ours*, says the team that has it, and why: it goes to who was next, then to the arbiter."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity(OnIncident):
    """Override the severity, up or down."""

    severity: Severity
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigate(OnIncident):
    """The symptom is contained; no cause needed."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(OnIncident):
    """Resolved as cause unknown: the reason is required."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(OnIncident):
    """It is not over."""

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(OnIncident):
    """It was no incident; `noise` says what it was instead."""

    noise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(OnIncident):
    """The incident's unplaced alerts belong on `asset`; such alerts go there from now on."""

    asset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate(OnIncident):
    """Call the next step of the owning team's escalation now."""


AnyAction = (
    Declare
    | Acknowledge
    | AddNote
    | Assign
    | Reroute
    | Contest
    | SetSeverity
    | Mitigate
    | Resolve
    | Reopen
    | Cancel
    | Place
    | Escalate
)
"""The closed union: every match over it ends in `assert_never`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the one who asked is told, alone. `done` is False when nothing changed; `sentence` says why.

    `sentence` is plain text that may carry Slack mentions of ids (`<@U...>`) and nothing else of markup;
    `detail` is longer plain text (a rule to paste), shown as it is.
    """

    done: bool
    sentence: str
    incident: int | None = None
    detail: str = ""
