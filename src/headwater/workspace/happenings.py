"""Slack's events: which app hears of what, and the payload it gets.

An app hears of something only if it subscribed to it, has the scope, and (for what happens in a conversation)
is in that conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .envelopes import Envelope
from .wire import Json

if TYPE_CHECKING:
    from .apps import App
    from .channels import Channel
    from .state import Workspace

# Event type -> the scope it takes; `{family}` is channels, groups or im.
SCOPES: Final[dict[str, str | None]] = {
    "message": "{family}:history",
    "app_mention": "app_mentions:read",
    "app_home_opened": None,
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
    "member_joined_channel": "{family}:read",
    "member_left_channel": "{family}:read",
    "channel_created": "channels:read",
    "channel_rename": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "group_rename": "groups:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "team_join": "users:read",
    "user_change": "users:read",
    "subteam_created": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "file_shared": "files:read",
    "message_metadata_posted": "metadata.message:read",
}
# These reach an app that is not in the channel: they are about the channel list, not the conversation.
_ABOUT_THE_LIST: Final = frozenset(
    {"channel_created", "channel_rename", "channel_archive", "channel_unarchive"}
)


def announce(workspace: Workspace, event: Json, channel: Channel | None = None) -> None:
    """Sends the event to every app that may hear it."""
    for app in workspace.apps.values():
        if may_hear(app, event, channel):
            send_event(workspace, app, event)


def may_hear(app: App, event: Json, channel: Channel | None) -> bool:
    """Whether an app subscribed to this, has the scope, and is where it happened."""
    kind = event["type"]
    family = channel.kind.scope_family if channel else ""
    subscription = f"message.{family}" if kind == "message" else kind
    scope = SCOPES[kind]
    if not app.active or subscription not in app.subscriptions:
        return False
    if scope is not None and scope.format(family=family) not in app.scopes:
        return False
    return channel is None or kind in _ABOUT_THE_LIST or app.user_id in channel.members


def send_event(workspace: Workspace, app: App, event: Json) -> Envelope:
    """Wraps an event for one app, with its authorisations and a fresh event id."""
    now = workspace.clock()
    payload: Json = {
        "token": app.verification_token,
        "team_id": workspace.team,
        "context_team_id": workspace.team,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.ids.next("Ev"),
        "event_time": int(now.timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team,
                "user_id": app.user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-" + workspace.ids.next("EC"),
    }
    envelope = Envelope(
        id=workspace.ids.next("EN"),
        app_id=app.id,
        kind="events_api",
        name=str(event["type"]),
        payload=payload,
        user=event.get("user") if isinstance(event.get("user"), str) else None,
        channel=event.get("channel") if isinstance(event.get("channel"), str) else None,
    )
    workspace.dispatch(envelope)
    return envelope
