"""The wording of what is said once. Pure: a `NoticeView` in, a message out.

Each kind reads a few facts of its notice; all of them are foreign text and escaped. A fact that is missing
leaves its clause out, so that a notice is never lost for want of a word.

| kind | facts |
|---|---|
| reply | none: it names the incident and its team, with *Acknowledge* |
| escalation | `reach` (page or mention), `team` |
| severity-rose | `from`, `to`, `why` |
| reminder | `since`: how long ago it was acknowledged, `left`: until that lapses |
| unacknowledged | `why` |
| resolved | `by`, `why`, `cause`, `lasted` |
| assigned | `by`: the one who gave it, `why` |
| handed-over | `team`: who has it now, `by`: the one who gave it, `why` |
| note | `by`, `text`, `link` |
| admin | `code` and what its wording in `ADMIN` needs; else `text`, `link` |
| test | `text`, `link` |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from headwater.core.incidents import Incident
from headwater.core.registry import Registry
from headwater.core.said import Notice, NoticeKind, Where
from headwater.slack import mrkdwn
from headwater.slack.blocks import Message, actions, button, section
from headwater.slack.buttons import ACKNOWLEDGE
from headwater.slack.limits import fit
from headwater.slack.people import Names, slack_id

NOTICE_EVENT: Final = "headwater_notice"
"""The metadata event_type by which a notice is found again after a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice with the incident it is about, as it stands now, and a link to its card."""

    notice: Notice
    registry: Registry
    incident: Incident | None = None
    link: str | None = None

    @property
    def names(self) -> Names:
        """A notice is always a new post, so only its own mentions ring."""
        return Names(self.registry, rings=True)

    def fact(self, key: str) -> str:
        """A fact as one line of mrkdwn; empty where there is none."""
        return mrkdwn.line(mrkdwn.plain(self.notice.facts.get(key, ""), 1_000))

    def by(self) -> str:
        """The person named in the facts, by name; empty where there is none."""
        who = self.notice.facts.get("by")
        return self.names.person(who) if who else ""

    def because(self) -> str:
        """`: why`, or nothing."""
        why = self.fact("why")
        return f": {why}" if why else ""


def render_notice(view: NoticeView) -> Message:
    """The message for this notice, within Slack's limits, its mentions first."""
    words = WORDING[view.notice.kind](view)
    calls = " ".join(
        mrkdwn.mention(slack_id(view.registry, ref) or ref)
        for ref in view.notice.mentions
        if slack_id(view.registry, ref) or ref.startswith("S")
    )
    markup = f"{calls} {words}" if calls else words
    blocks = [section(markup)]
    if view.notice.kind in ACKNOWLEDGEABLE and view.incident is not None:
        blocks += _acknowledge(view.incident)
    metadata = {"event_type": NOTICE_EVENT, "event_payload": {"key": view.notice.key}}
    return fit(Message(text=markup, blocks=tuple(blocks), metadata=metadata))


def _acknowledge(incident: Incident) -> list[dict[str, object]]:
    if ACKNOWLEDGE.move not in incident.moves or incident.acknowledged_by:
        return []
    press = button(ACKNOWLEDGE.label, ACKNOWLEDGE.id, str(incident.number), style="primary")
    return [actions([press], block_id=f"notice:{incident.number}:{incident.revision}")]


def _named(view: NoticeView) -> str:
    """The incident by name, linked to its card, with its title where the message stands alone."""
    if view.incident is None:
        return f"INC-{view.notice.incident}" if view.notice.incident else "This"
    name = mrkdwn.link(view.link, view.incident.name)
    if view.notice.where is Where.THREAD and not view.notice.broadcast:
        return name
    return f"{name} {mrkdwn.line(mrkdwn.plain(view.incident.title, 200))}"


def _reply(view: NoticeView) -> str:
    team = f" {view.names.team(view.incident.route.team)} has it." if view.incident else ""
    return f"This is {_named(view)}.{team}"


def _escalation(view: NoticeView) -> str:
    incident = view.incident
    severity = f" is {incident.severity.name} ({incident.severity.words})," if incident else ""
    since = f" since {mrkdwn.moment(incident.began_at)}," if incident else ""
    team = f" for {view.fact('team')}" if view.fact("team") else ""
    return f"{_named(view)}{severity}{since} and nobody has it yet. You are called{team}."


def _severity_rose(view: NoticeView) -> str:
    before, after = view.fact("from"), view.fact("to")
    if not after and view.incident:
        after = view.incident.severity.name
    steps = f" from *{before}* to *{after}*" if before else f" to *{after}*"
    return f"{_named(view)} rose{steps}{view.because()}."


def _reminder(view: NoticeView) -> str:
    since = f" {view.fact('since')} ago" if view.fact("since") else ""
    left = f" within {view.fact('left')}" if view.fact("left") else ""
    fires = ", still fires" if view.fact("firing") else ""
    return (
        f"{_named(view)} was acknowledged{since}{fires}, and nothing was written since. "
        f"A note{left} says that it is in hand."
    )


def _unacknowledged(view: NoticeView) -> str:
    why = view.because() or ": nothing happened since, and it still fires"
    return f"The acknowledgement of {_named(view)} has lapsed{why}. Who has it?"


def _resolved(view: NoticeView) -> str:
    by = f" by {view.by()}" if view.by() else ""
    lasted = f" after {view.fact('lasted')}" if view.fact("lasted") else ""
    cause = f", cause {mrkdwn.code(view.notice.facts['cause'])}" if view.fact("cause") else ""
    return f":white_check_mark: {_named(view)} is resolved{by}{lasted}{cause}{view.because()}."


def _assigned(view: NoticeView) -> str:
    if not view.by():
        return f"{_named(view)} is with you again{view.because()}."
    return f"{view.by()} gave you {_named(view)}{view.because()}."


def _handed_over(view: NoticeView) -> str:
    by = f" by {view.by()}" if view.by() else ""
    return f"{_named(view)} was handed over to {view.fact('team')}{by}{view.because()}."


def _note(view: NoticeView) -> str:
    by = f"*{view.by()}*" if view.by() else "Somebody"
    origin = mrkdwn.link(view.notice.facts["link"], "a message") if view.notice.facts.get("link") else ""
    text = mrkdwn.quoted(mrkdwn.cut(view.notice.facts.get("text", ""), 2_000))
    return f"{by} noted{f' {origin}' if origin else ''}:\n{text}"


def _admin(view: NoticeView) -> str:
    code = view.notice.facts.get("code", "")
    return ADMIN[code](view) if code in ADMIN else _sentence(view)


def _untold(view: NoticeView) -> str:
    whom = view.notice.facts.get("whom", "")
    # A thread is named by its incident's number, a person by id; neither is to ring here.
    told = f"INC-{whom}'s thread" if whom.isdigit() else _whom(view, whom)
    about = f"{_named(view)}: " if view.notice.incident else ""
    return f":mega: {about}{told} could not be told, because {view.fact('reason')}. Please pass it on."


def _whom(view: NoticeView, whom: str) -> str:
    if whom.startswith(("#", "C", "G")):
        return mrkdwn.channel(whom.partition(":")[0])
    return view.names.person(whom)


def _unreadable(view: NoticeView) -> str:
    where = f" at {mrkdwn.code(view.notice.facts.get('path', ''))}" if view.fact("path") else ""
    return (
        f"Sender {mrkdwn.code(view.notice.facts.get('sender', ''))} sent something I can't read{where}: "
        f"{view.fact('sentence')}. It is kept: `headwater unreadable` lists and replays it."
    )


def _sentence(view: NoticeView) -> str:
    facts = view.notice.facts
    text = mrkdwn.escape(facts.get("text") or facts.get("sentence") or "Something needs an admin's eye.")
    return f"{text} {mrkdwn.link(facts['link'], 'Open')}" if facts.get("link") else text


ADMIN: Final[Mapping[str, Callable[[NoticeView], str]]] = MappingProxyType(
    {"untold": _untold, "unreadable": _unreadable}
)
"""The wording of what admins are told, by the fact `code`."""

WORDING: Final[Mapping[NoticeKind, Callable[[NoticeView], str]]] = MappingProxyType(
    {
        NoticeKind.REPLY: _reply,
        NoticeKind.ESCALATION: _escalation,
        NoticeKind.SEVERITY_ROSE: _severity_rose,
        NoticeKind.REMINDER: _reminder,
        NoticeKind.UNACKNOWLEDGED: _unacknowledged,
        NoticeKind.RESOLVED: _resolved,
        NoticeKind.ASSIGNED: _assigned,
        NoticeKind.HANDED_OVER: _handed_over,
        NoticeKind.NOTE: _note,
        NoticeKind.ADMIN: _admin,
        NoticeKind.TEST: _sentence,
    }
)

ACKNOWLEDGEABLE: Final = frozenset(
    {
        NoticeKind.REPLY,
        NoticeKind.ESCALATION,
        NoticeKind.UNACKNOWLEDGED,
        NoticeKind.SEVERITY_ROSE,
        NoticeKind.HANDED_OVER,
    }
)
"""Notices that ask for somebody carry the button with which one answers, where no card is in sight."""
