"""What Headwater wants shown and said: cards are state, notices are said once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from headwater.core.alerts import NO_LABELS


class CardKind(StrEnum):
    """`full` in the lead's channel, a one-line `pointer` in every other channel involved."""

    FULL = "full"
    POINTER = "pointer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An incident in a channel. `wanted` is the incident's revision it should show, `shown` what it shows.

    `channel` is as the registry writes it (`#name` or `C...`); `place` the channel id Slack answered with and
    `ts` the message, both None until posted.
    """

    incident: int
    channel: str
    kind: CardKind
    wanted: int
    shown: int = 0
    place: str | None = None
    ts: str | None = None


class NoticeKind(StrEnum):
    """What a notice says; each has one wording in slack/notices."""

    REPLY = "reply"
    ESCALATION = "escalation"
    SEVERITY_ROSE = "severity-rose"
    REMINDER = "reminder"
    UNACKNOWLEDGED = "unacknowledged"
    RESOLVED = "resolved"
    ASSIGNED = "assigned"
    HANDED_OVER = "handed-over"
    NOTE = "note"
    ADMIN = "admin"
    TEST = "test"


class Where(StrEnum):
    """What `to` means: the thread of an incident's full card, a channel, a person, or a message's thread."""

    THREAD = "thread"
    CHANNEL = "channel"
    PERSON = "person"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something said once. `key` is unique for ever: the same key is never said twice.

    `to` is an incident number (thread), `#name` or `C...` (channel), `U...` or `person:` (person), or
    `C...:ts` (message). `mentions` are the only people and groups it may ping: Slack user ids and user group
    ids from the registry, never from an alert. `broadcast` also shows a thread message in the channel.
    `facts` hold what its wording needs; text in them may be an outsider's and is escaped when rendered.
    `is_page` says that somebody must get it: if it can't be said, the catch-all is told.
    """

    key: str
    kind: NoticeKind
    where: Where
    to: str
    at: datetime
    incident: int | None = None
    mentions: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default=NO_LABELS)
    broadcast: bool = False
    is_page: bool = False


class DeadlineKind(StrEnum):
    """What happens at its time, unless something happens first."""

    SETTLE = "settle"
    ESCALATE = "escalate"
    REMIND = "remind"
    UNACK = "unack"
    WATCH = "watch"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Something due. One of a kind an incident at a time; `step` counts escalation steps already taken."""

    incident: int
    kind: DeadlineKind
    due_at: datetime
    step: int = 0
