"""Who is in a channel, and what becomes of the channel: joined, left, archived, renamed, given a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .channels import Channel, Kind
from .happenings import announce
from .wire import Json, SlackRefusalError

if TYPE_CHECKING:
    from .people import Usergroup
    from .state import Workspace


def join(workspace: Workspace, channel: Channel, user: str, *, inviter: str | None = None) -> None:
    """Puts a member into the channel; `is_archived` when it is."""
    if channel.archived:
        raise SlackRefusalError("is_archived")
    if user in channel.members:
        return
    channel.members.append(user)
    event = _event(
        "member_joined_channel", channel, user=user, channel_type=channel.id[0], team=workspace.team
    )
    announce(workspace, event | ({"inviter": inviter} if inviter else {}), channel)
    workspace.watch.changed("channel", channel=channel.id)


def leave(workspace: Workspace, channel: Channel, user: str) -> None:
    """Takes a member out; `not_in_channel` when they are not in."""
    if user not in channel.members:
        raise SlackRefusalError("not_in_channel")
    event = _event("member_left_channel", channel, user=user, channel_type=channel.id[0], team=workspace.team)
    announce(workspace, event, channel)
    channel.members.remove(user)
    workspace.watch.changed("channel", channel=channel.id)


def archive(workspace: Workspace, channel: Channel, user: str) -> None:
    """Nobody can post from here on; `already_archived` when so before."""
    if channel.archived:
        raise SlackRefusalError("already_archived")
    channel.archived = True
    announce(workspace, _event(f"{_list_word(channel)}_archive", channel, user=user), channel)
    workspace.watch.changed("channel", channel=channel.id)


def unarchive(workspace: Workspace, channel: Channel, user: str) -> None:
    """Opens an archived channel again; `not_archived` when it is open."""
    if not channel.archived:
        raise SlackRefusalError("not_archived")
    channel.archived = False
    announce(workspace, _event(f"{_list_word(channel)}_unarchive", channel, user=user), channel)
    workspace.watch.changed("channel", channel=channel.id)


def rename(workspace: Workspace, channel: Channel, name: str) -> None:
    """`name_taken` when another channel has the name."""
    if any(other.name == name for other in workspace.channels.values() if other is not channel):
        raise SlackRefusalError("name_taken")
    channel.name = name
    described = {"id": channel.id, "name": name, "created": channel.created}
    announce(workspace, {"type": f"{_list_word(channel)}_rename", "channel": described}, channel)
    workspace.watch.changed("channel", channel=channel.id)


def set_topic(workspace: Workspace, channel: Channel, topic: str) -> None:
    """What the channel is about now."""
    channel.topic = topic
    workspace.watch.changed("channel", channel=channel.id)


def set_usergroup(workspace: Workspace, group: Usergroup, users: list[str]) -> None:
    """Who the group mentions from now on."""
    group.users = users
    announce(workspace, {"type": "subteam_updated", "subteam": group.wire(workspace.team, with_users=True)})
    workspace.watch.changed("roster")


def _event(kind: str, channel: Channel, **fields: str) -> Json:
    return {"type": kind, "channel": channel.id, **fields}


def _list_word(channel: Channel) -> str:
    return "group" if channel.kind is Kind.PRIVATE else "channel"
