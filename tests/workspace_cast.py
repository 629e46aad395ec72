"""What the workspace's tests share: a driven clock, everything an app can ask for, short block builders."""

from datetime import UTC, datetime, timedelta
from typing import Any

from headwater.workspace import Command, Shortcut

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
Json = dict[str, Any]

ALL_SCOPES = frozenset(
    [
        "app_mentions:read",
        "bookmarks:read",
        "bookmarks:write",
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:read",
        "im:write",
        "metadata.message:read",
        "pins:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "usergroups:write",
        "users:read",
        "users:read.email",
    ]
)
ALL_EVENTS = frozenset(
    [
        "app_home_opened",
        "app_mention",
        "channel_archive",
        "channel_created",
        "channel_rename",
        "channel_unarchive",
        "file_shared",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "message_metadata_posted",
        "pin_added",
        "pin_removed",
        "reaction_added",
        "reaction_removed",
        "subteam_updated",
        "team_join",
    ]
)
COMMANDS = (Command("/incident", "Incidents", "list | show 1"), Command("/owner", "Who owns it", "<asset>"))
SHORTCUTS = (
    Shortcut("add_to_timeline", "Add to timeline", on_message=True),
    Shortcut("declare", "Declare incident", on_message=False),
)


class DrivenClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(label: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def text_input(label: str, block_id: str = "note", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **more}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element}


def modal_view(*blocks: Json, title: str = "Add note", **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "note",
        "title": plain(title),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": list(blocks) or [text_input("Note")],
        **more,
    }
