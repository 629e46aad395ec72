"""What people, teams and assets are called in Slack, and when naming somebody may ring their phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.core.reasons import SENTENCES, Reason
from headwater.core.refs import name_of
from headwater.core.registry import Registry
from headwater.slack import mrkdwn


def slack_id(registry: Registry, ref: str) -> str | None:
    """The Slack user id behind `U...` or a `person:` ref, where one is known."""
    if mrkdwn.is_user(ref):
        return ref
    person = registry.people.get(ref)
    return person.slack if person else None


@dataclass(frozen=True, slots=True)
class Names:
    """Names out of the registry, as mrkdwn.

    `rings` is whether the message is of a sort in which a mention notifies: a new post does, an edit and an
    ephemeral answer do not. Where it rings, people are called by name; only a notice's own list of mentions
    rings on purpose.
    """

    registry: Registry
    rings: bool = False

    def person(self, ref: str | None) -> str:
        """A person by mention, or by name where a mention would ring. `<@U...>` is read as `U...`."""
        if ref is None:
            return "Headwater"
        ref = ref.removeprefix("<@").removesuffix(">")
        user = slack_id(self.registry, ref)
        if user is not None and not self.rings:
            return mrkdwn.mention(user)
        known = self.registry.people.get(self.registry.by_slack.get(ref, ref))
        if known is not None:
            return mrkdwn.line(known.name or name_of(known.ref).capitalize())
        return "someone not in the registry" if mrkdwn.is_user(ref) else mrkdwn.line(name_of(ref) or ref)

    def people(self, refs: Sequence[str], most: int = 4) -> str:
        """Several people, the first few by name."""
        shown = [self.person(ref) for ref in refs[:most]]
        return ", ".join([*shown, f"and {len(refs) - most} more"] if len(refs) > most else shown)

    def team(self, ref: str) -> str:
        """A team's name; a ref the registry no longer knows stands for itself."""
        team = self.registry.teams.get(ref)
        return mrkdwn.line(team.name if team else ref)

    def asset(self, ref: str) -> str:
        """An asset as people can paste it into a command."""
        return mrkdwn.code(ref)

    def reason(self, reason: Reason) -> str:
        """A reason's sentence with every fact escaped: facts may quote an alert. Only `who` is a person."""
        facts = {
            key: self.person(value) if key == "who" else mrkdwn.line(value)
            for key, value in reason.facts.items()
        }
        return SENTENCES[reason.code].format_map(facts)
