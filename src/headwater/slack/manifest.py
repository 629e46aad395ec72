"""The Slack app's manifest, derived from the tables the code runs by: commands, shortcuts, events, scopes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headwater.slack.blocks import Json
from headwater.slack.client import METHODS
from headwater.slack.commands import incident, owner
from headwater.slack.commands.table import Book
from headwater.slack.doors import EVENTS_PATH
from headwater.slack.listeners.shortcuts import SHORTCUTS
from headwater.slack.mrkdwn import plain

EVENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "app_home_opened": (),
        "app_mention": ("app_mentions:read",),
        "message.channels": ("channels:history",),
        "message.groups": ("groups:history",),
        "pin_added": ("pins:read",),
        "reaction_added": ("reactions:read",),
    }
)
"""The events listened to, and the scopes Slack wants before it sends them."""


def scopes() -> tuple[str, ...]:
    """Every bot scope that commands, events and the methods called need."""
    needed = {"commands"}
    for table in (EVENTS, METHODS):
        for some in table.values():
            needed.update(some)
    return tuple(sorted(needed))


def manifest(
    *,
    name: str = "Headwater",
    owner_command: str = "/owner",
    incident_command: str = "/incident",
    url: str | None = None,
) -> Json:
    """The manifest as Slack takes it. With `url` (https://..., what Slack calls us) Slack delivers over HTTP,
    without it over Socket Mode.
    """
    request_url = f"{url.rstrip('/')}{EVENTS_PATH}" if url else None
    return {
        "display_information": {
            "name": plain(name, 35),
            "description": "Brings LLM-quality incidents to the team that owns the cause, and says why",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": plain(name, 80), "always_online": True},
            "shortcuts": [
                {"name": label, "type": kind, "callback_id": callback, "description": description}
                for callback, kind, label, description in SHORTCUTS
            ],
            "slash_commands": [
                _command(owner.book(owner_command), "Who owns what, and who is on call", request_url),
                _command(
                    incident.book(incident_command), "Open, take on and annotate incidents", request_url
                ),
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes())}},
        "settings": _settings(request_url),
    }


def _command(book: Book, description: str, request_url: str | None) -> Json:
    called: Json = {"url": request_url} if request_url else {}
    return {
        "command": book.name,
        **called,
        "description": plain(description, 100),
        "usage_hint": plain(book.hint(), 250),
        "should_escape": True,
    }


def _settings(request_url: str | None) -> Json:
    delivered: Json = {"request_url": request_url} if request_url else {}
    menus: Json = {"message_menu_options_url": request_url} if request_url else {}
    return {
        "event_subscriptions": {**delivered, "bot_events": sorted(EVENTS)},
        "interactivity": {"is_enabled": True, **delivered, **menus},
        "org_deploy_enabled": False,
        "socket_mode_enabled": request_url is None,
        "token_rotation_enabled": False,
    }
