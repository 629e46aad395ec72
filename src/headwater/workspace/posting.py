"""What can happen to messages: posted, edited, deleted, reacted to, pinned. Each tells the apps that may
hear it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .channels import Channel, Kind
from .happenings import announce, may_hear, send_event
from .messages import Message, texts_in
from .records import Flag
from .wire import Json, SlackRefusalError

if TYPE_CHECKING:
    from .apps import App, Webhook
    from .state import Workspace

_PAGES_A_CHANNEL: Final = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>")


def post(
    workspace: Workspace, channel: Channel, *, user: str | None, app: App | None = None, **content: Any
) -> Message:
    """Posts into a conversation as a person, or as an app when `app` is given. `content`: fields of
    Message.
    """
    message = Message(
        channel=channel.id,
        ts=workspace.next_ts(),
        team=workspace.team,
        user=user,
        bot_id=app.bot_id if app else None,
        app_id=app.id if app else None,
        bot_profile=app.profile(workspace.team) if app else None,
        **content,
    )
    _attach_to_thread(channel, message)
    _keep(workspace, channel, message)
    return message


def post_from_webhook(workspace: Workspace, webhook: Webhook, body: Json) -> Message:
    """What an incoming webhook posts: `bot_message`, no user, text and attachments as they came."""
    channel = workspace.find_channel(webhook.channel)
    if channel.archived:
        raise SlackRefusalError("channel_is_archived")
    message = Message(
        channel=channel.id,
        ts=workspace.next_ts(),
        team=workspace.team,
        subtype="bot_message",
        bot_id=webhook.bot_id,
        app_id=webhook.app_id,
        username=str(body.get("username") or webhook.username),
        icons={"emoji": body["icon_emoji"]} if body.get("icon_emoji") else None,
        text=str(body.get("text") or ""),
        blocks=list(body.get("blocks") or []),
        attachments=numbered(body.get("attachments") or []),
        thread_ts=body.get("thread_ts"),
    )
    _attach_to_thread(channel, message)
    _keep(workspace, channel, message)
    return message


def post_ephemeral(
    workspace: Workspace, channel: Channel, to: str, *, app: App | None, **content: Any
) -> Message:
    """A message that only `to` sees; it is not in the channel's history and no app hears of it."""
    message = Message(
        channel=channel.id,
        ts=workspace.next_ts(),
        team=workspace.team,
        user=app.user_id if app else workspace.slackbot.id,
        bot_id=app.bot_id if app else None,
        app_id=app.id if app else None,
        bot_profile=app.profile(workspace.team) if app else None,
        ephemeral_to=to,
        **content,
    )
    workspace.ephemerals.append(message)
    _inspect(workspace, message)
    workspace.watch.changed("ephemeral", channel=channel.id, ts=message.ts, user=to)
    return message


def edit(workspace: Workspace, message: Message, **content: Any) -> None:
    """Changes a message in place; `message_changed` goes out when something differs."""
    before = message.wire()
    for name, value in content.items():
        setattr(message, name, value)
    if message.ephemeral_to is not None:
        workspace.watch.changed(
            "ephemeral", channel=message.channel, ts=message.ts, user=message.ephemeral_to
        )
        return
    if message.wire() == before:
        workspace.watch.changed("message", channel=message.channel, ts=message.ts)
        return
    now = workspace.next_ts()
    message.edited = {"user": message.author, "ts": now}
    _inspect(workspace, message)
    channel = workspace.channels[message.channel]
    event = _message_event(
        channel, {"subtype": "message_changed", "message": message.wire(), "hidden": True, "ts": now}
    )
    announce(workspace, event | {"previous_message": before}, channel)
    workspace.watch.changed("message", channel=channel.id, ts=message.ts)


def delete(workspace: Workspace, message: Message) -> None:
    """Takes a message away; `message_deleted` goes out."""
    if message.ephemeral_to is not None:
        workspace.ephemerals.remove(message)
        workspace.watch.changed(
            "ephemeral", channel=message.channel, ts=message.ts, user=message.ephemeral_to
        )
        return
    channel = workspace.channels[message.channel]
    del channel.messages[message.ts]
    if message.ts in channel.pins:
        channel.pins.remove(message.ts)
    parent = channel.messages.get(message.thread_ts or "")
    if parent is not None and message.ts in parent.reply_ts:
        parent.reply_ts.remove(message.ts)
    now = workspace.next_ts()
    event = _message_event(
        channel, {"subtype": "message_deleted", "deleted_ts": message.ts, "hidden": True, "ts": now}
    )
    announce(workspace, event | {"previous_message": message.wire()}, channel)
    workspace.watch.changed("message", channel=channel.id, ts=message.ts)


def react(workspace: Workspace, message: Message, user: str, name: str) -> None:
    """`already_reacted` when this person did so before."""
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise SlackRefusalError("already_reacted")
    users.append(user)
    _reaction_event(workspace, message, "reaction_added", user, name)


def unreact(workspace: Workspace, message: Message, user: str, name: str) -> None:
    """`no_reaction` when this person had not reacted so."""
    if user not in message.reactions.get(name, []):
        raise SlackRefusalError("no_reaction")
    message.reactions[name].remove(user)
    if not message.reactions[name]:
        del message.reactions[name]
    _reaction_event(workspace, message, "reaction_removed", user, name)


def pin(workspace: Workspace, message: Message, user: str) -> None:
    """`already_pinned` when it is."""
    channel = workspace.channels[message.channel]
    if message.ts in channel.pins:
        raise SlackRefusalError("already_pinned")
    channel.pins.append(message.ts)
    _pin_event(workspace, channel, message, "pin_added", user)


def unpin(workspace: Workspace, message: Message, user: str) -> None:
    """`no_pin` when it is not pinned."""
    channel = workspace.channels[message.channel]
    if message.ts not in channel.pins:
        raise SlackRefusalError("no_pin")
    channel.pins.remove(message.ts)
    _pin_event(workspace, channel, message, "pin_removed", user)


def numbered(attachments: list[Json]) -> list[Json]:
    """Attachments as Slack keeps them: each with its number."""
    return [attachment | {"id": index} for index, attachment in enumerate(attachments, start=1)]


def message_event(channel: Channel, message: Message) -> Json:
    """The `message` event of a newly posted message."""
    event = _message_event(channel, message.wire())
    if message.broadcast:
        root = channel.messages[str(message.thread_ts)]
        event |= {"subtype": "thread_broadcast", "root": root.wire()}
    return event


def _message_event(channel: Channel, fields: Json) -> Json:
    return {
        "type": "message",
        **fields,
        "channel": channel.id,
        "channel_type": channel.kind.value,
        "event_ts": fields["ts"],
    }


def _attach_to_thread(channel: Channel, message: Message) -> None:
    if message.thread_ts is None:
        return
    parent = channel.messages.get(message.thread_ts)
    if parent is None:
        raise SlackRefusalError("thread_not_found")
    # Slack makes a reply to a reply a reply to its parent.
    root = channel.messages[parent.thread_ts] if parent.thread_ts else parent
    message.thread_ts = root.thread_ts = root.ts
    root.reply_ts.append(message.ts)
    if message.author not in root.reply_users:
        root.reply_users.append(message.author)


def _keep(workspace: Workspace, channel: Channel, message: Message) -> None:
    channel.messages[message.ts] = message
    _inspect(workspace, message)
    event = message_event(channel, message)
    announce(workspace, event, channel)
    mention = {k: v for k, v in event.items() if k not in {"subtype", "channel_type", "root"}} | {
        "type": "app_mention"
    }
    for app in workspace.apps.values():
        mentioned = f"<@{app.user_id}>" in message.text and message.user != app.user_id
        if mentioned and channel.kind is not Kind.DIRECT and may_hear(app, mention, channel):
            send_event(workspace, app, mention)
    if message.metadata and message.metadata.get("event_type"):
        detail = {"app_id": message.app_id, "bot_id": message.bot_id, "user_id": message.user}
        where = {"channel_id": channel.id, "message_ts": message.ts, "event_ts": message.ts}
        announce(
            workspace,
            {"type": "message_metadata_posted", "metadata": message.metadata, **detail, **where},
            channel,
        )
    workspace.watch.changed("message", channel=channel.id, ts=message.ts)


def _inspect(workspace: Workspace, message: Message) -> None:
    """Flags what apps should not say: paging a whole channel, or blocks with no text for notifications."""
    if workspace.app_of_bot(message.bot_id) is None:
        return
    shown = [message.text, *texts_in(message.blocks), *texts_in(message.attachments)]
    for text in shown:
        if _PAGES_A_CHANNEL.search(text):
            workspace.flags.append(Flag("pages-a-channel", message.channel, message.ts, text))
    if message.blocks and not message.text:
        workspace.flags.append(Flag("no-text-beside-blocks", message.channel, message.ts, ""))


def _reaction_event(workspace: Workspace, message: Message, kind: str, user: str, name: str) -> None:
    channel = workspace.channels[message.channel]
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    event: Json = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": item,
        "event_ts": workspace.next_ts(),
    }
    if message.user is not None:
        event["item_user"] = message.user
    announce(workspace, event, channel)
    workspace.watch.changed("message", channel=channel.id, ts=message.ts)


def _pin_event(workspace: Workspace, channel: Channel, message: Message, kind: str, user: str) -> None:
    now = workspace.next_ts()
    item = {
        "type": "message",
        "channel": channel.id,
        "created_by": user,
        "created": int(float(now)),
        "message": message.wire() | {"permalink": permalink(workspace, message)},
    }
    event = {"type": kind, "user": user, "channel_id": channel.id, "item": item, "item_user": message.user}
    announce(workspace, event | {"pin_count": len(channel.pins), "event_ts": now}, channel)
    workspace.watch.changed("message", channel=channel.id, ts=message.ts)


def permalink(workspace: Workspace, message: Message) -> str:
    """Where the message stands in the browser."""
    link = f"{workspace.base_url}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return link
