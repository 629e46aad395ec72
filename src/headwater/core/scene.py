"""The scene of a decision: everything but the picture that it may depend on."""

from dataclasses import dataclass
from datetime import datetime

from headwater.core.correlating import Correlator
from headwater.core.incidents import Incident
from headwater.core.placing import Placer
from headwater.core.registry import Asset, Registry, Team
from headwater.core.suspecting import Suspector
from headwater.core.tuning import Tuning


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A registry version with what was compiled from it, the durations in force, and the time, read once."""

    registry: Registry
    placer: Placer
    correlator: Correlator
    tuning: Tuning
    now: datetime
    suspector: Suspector | None = None

    def team(self, ref: str) -> Team:
        """The team; one that left the registry while an incident was open is the catch-all's business."""
        return self.registry.teams.get(ref) or self.registry.teams[self.registry.catch_all]

    def team_for(self, asset: str | None) -> Team:
        """Who answers for an asset; the catch-all for none, and for one that left the registry."""
        known = self.asset(asset)
        if known is None:
            return self.team(self.registry.catch_all)
        return self.registry.responsible_team(known)

    def asset(self, ref: str | None) -> Asset | None:
        """The asset, where the registry knows it."""
        return None if ref is None else self.registry.assets.get(ref)

    def channel_of(self, team: str) -> str | None:
        """Where a team is told: its channel, else the catch-all team's, else the admins'."""
        registry = self.registry
        return self.team(team).channel or self.team(registry.catch_all).channel or registry.admin_channel

    def is_settling(self, incident: Incident) -> bool:
        """Whether the incident is so young that what is held of it may still change behind the scenes."""
        return incident.announced_at is None or self.now < incident.opened_at + self.tuning.settle

    def is_admin(self, who: str) -> bool:
        """Whether `who` (Slack id or `person:` ref) is an admin of the workspace."""
        return self.person(who) in self.registry.admins

    def person(self, who: str) -> str:
        """The `person:` ref behind a Slack id, or `who` itself where the registry knows none."""
        return self.registry.by_slack.get(who, who)
