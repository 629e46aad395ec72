"""The apps installed in the workspace: their tokens, scopes, subscriptions, commands and shortcuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .wire import Json


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as the composer offers it."""

    name: str
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut; `on_message` ones stand in a message's menu, the others in the composer's."""

    callback_id: str
    name: str
    on_message: bool
    description: str = ""


@dataclass(slots=True, kw_only=True)
class App:
    """One installed app. With `socket_mode` it is reached over its WebSockets, else at `request_url`,
    signed.
    """

    id: str
    name: str
    user_id: str
    bot_id: str
    bot_token: str
    app_token: str
    signing_secret: str
    scopes: frozenset[str]
    subscriptions: frozenset[str]
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    socket_mode: bool = True
    request_url: str | None = None
    interactivity: bool = True
    home: bool = True
    active: bool = True
    icon: str = ""
    verification_token: str = "verification-token"  # noqa: S105 - Slack's obsolete one; bots check signatures
    refusal: str | None = None  # `token_revoked` or `account_inactive`, once the workspace has cut it off
    socket_tickets: set[str] = field(default_factory=set)

    def command(self, name: str) -> Command | None:
        return next((command for command in self.commands if command.name == name), None)

    def shortcut(self, wanted: str, *, on_message: bool) -> Shortcut | None:
        """The shortcut with this callback id or visible name."""
        return next(
            (s for s in self.shortcuts if s.on_message is on_message and wanted in {s.callback_id, s.name}),
            None,
        )

    def profile(self, team: str) -> Json:
        """The `bot_profile` that rides on this app's messages."""
        return {
            "id": self.bot_id,
            "app_id": self.id,
            "name": self.name,
            "deleted": not self.active,
            "updated": 0,
            "team_id": team,
            "icons": {"image_36": self.icon},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An incoming webhook: whoever posts to its path speaks in its channel as `username`."""

    path: str
    channel: str
    bot_id: str
    app_id: str
    username: str


def read_manifest(manifest: Mapping[str, object]) -> Json:
    """What an app manifest asks for, as keyword arguments of `Workspace.install`.

    Reads `display_information`, `features`, `oauth_config.scopes.bot` and `settings`; a manifest without a
    bot user raises KeyError, because such an app could not post.
    """
    source: Json = dict(manifest)
    features, settings = source["features"], source.get("settings", {})
    subscriptions = settings.get("event_subscriptions", {})
    return {
        "name": features["bot_user"]["display_name"],
        "scopes": frozenset(source["oauth_config"]["scopes"]["bot"]),
        "subscriptions": frozenset(subscriptions.get("bot_events", [])),
        "commands": tuple(
            Command(c["command"], c.get("description", ""), c.get("usage_hint", ""))
            for c in features.get("slash_commands", [])
        ),
        "shortcuts": tuple(
            Shortcut(s["callback_id"], s["name"], s["type"] == "message", s.get("description", ""))
            for s in features.get("shortcuts", [])
        ),
        "socket_mode": bool(settings.get("socket_mode_enabled", False)),
        "request_url": subscriptions.get("request_url"),
        "interactivity": bool(settings.get("interactivity", {}).get("is_enabled", False)),
        "home": bool(features.get("app_home", {}).get("home_tab_enabled", False)),
    }
