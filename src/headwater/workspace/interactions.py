"""The payloads of clicks, commands, shortcuts and modals, as Slack sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .channels import Channel, Kind
from .envelopes import Envelope, EnvelopeKind
from .wire import Json, NotPossibleError

if TYPE_CHECKING:
    from .apps import App
    from .messages import Message
    from .state import Workspace
    from .views import View


def _base(workspace: Workspace, app: App, user: str, kind: str) -> Json:
    person = workspace.users[user]
    return {
        "type": kind,
        "team": {"id": workspace.team, "domain": workspace.domain},
        "user": {"id": user, "username": person.name, "name": person.name, "team_id": workspace.team},
        "api_app_id": app.id,
        "token": app.verification_token,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def _send(
    workspace: Workspace,
    app: App,
    payload: Json,
    *,
    user: str,
    kind: EnvelopeKind = "interactive",
    channel: str | None = None,
    view_id: str | None = None,
) -> Envelope:
    if kind == "interactive" and not app.interactivity:
        sentence = f"{app.name} has interactivity switched off, so Slack would refuse this"
        raise NotPossibleError(sentence)
    envelope = Envelope(
        id=workspace.ids.next("EN"),
        app_id=app.id,
        kind=kind,
        name=str(payload.get("command") or payload["type"]),
        payload=payload,
        user=user,
        channel=channel,
        view_id=view_id,
    )
    workspace.dispatch(envelope)
    return envelope


def channel_label(channel: Channel) -> str:
    """The name payloads give a conversation."""
    return "directmessage" if channel.kind is Kind.DIRECT else channel.name


def message_action(
    workspace: Workspace,
    app: App,
    message: Message,
    user: str,
    action: Json,
    state: Json,
    attachment: int | None,
) -> Envelope:
    """`block_actions` on a message. An ephemeral message carries no `message`, only its container."""
    now = workspace.clock()
    channel = workspace.channels[message.channel]
    ephemeral = message.ephemeral_to is not None
    container: Json = {
        "type": "message" if attachment is None else "message_attachment",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if attachment is not None:
        container |= {"attachment_id": attachment, "is_app_unfurl": False}
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    url = workspace.tickets.response_url(
        app.id, user, channel.id, now, ts=message.ts, thread=message.thread_ts
    )
    payload = _base(workspace, app, user, "block_actions") | {
        "container": container,
        "trigger_id": workspace.tickets.trigger(app.id, user, now),
        "channel": {"id": channel.id, "name": channel_label(channel)},
        "state": {"values": state},
        "response_url": workspace.base_url + url.path,
        "actions": [action | {"action_ts": workspace.next_ts()}],
    }
    if not ephemeral:
        payload["message"] = message.wire(with_metadata=True)
    return _send(workspace, app, payload, user=user, channel=channel.id)


def view_action(workspace: Workspace, app: App, view: View, user: str, action: Json) -> Envelope:
    """`block_actions` inside a modal or a Home: no channel, no response URL."""
    now = workspace.clock()
    payload = _base(workspace, app, user, "block_actions") | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.tickets.trigger(app.id, user, now, view_id=view.id),
        "view": view.wire(),
        "actions": [action | {"action_ts": workspace.next_ts()}],
    }
    return _send(workspace, app, payload, user=user)


def command(workspace: Workspace, app: App, user: str, channel: Channel, name: str, text: str) -> Envelope:
    """A slash command; its answer and its response URL speak to `user` in `channel`."""
    now = workspace.clock()
    url = workspace.tickets.response_url(app.id, user, channel.id, now)
    payload = {
        "token": app.verification_token,
        "team_id": workspace.team,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_label(channel),
        "user_id": user,
        "user_name": workspace.users[user].name,
        "command": name,
        "text": text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": workspace.base_url + url.path,
        "trigger_id": workspace.tickets.trigger(app.id, user, now),
    }
    return _send(workspace, app, payload, user=user, kind="slash_commands", channel=channel.id)


def message_shortcut(
    workspace: Workspace, app: App, user: str, message: Message, callback_id: str
) -> Envelope:
    """`message_action`: a shortcut from a message's menu."""
    now = workspace.clock()
    channel = workspace.channels[message.channel]
    url = workspace.tickets.response_url(
        app.id, user, channel.id, now, ts=message.ts, thread=message.thread_ts
    )
    payload = _base(workspace, app, user, "message_action") | {
        "action_ts": workspace.next_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.tickets.trigger(app.id, user, now),
        "response_url": workspace.base_url + url.path,
        "channel": {"id": channel.id, "name": channel_label(channel)},
        "message_ts": message.ts,
        "message": message.wire(with_metadata=True),
    }
    return _send(workspace, app, payload, user=user, channel=channel.id)


def global_shortcut(workspace: Workspace, app: App, user: str, callback_id: str) -> Envelope:
    """`shortcut`: one from the composer's menu, with no channel."""
    payload = _base(workspace, app, user, "shortcut") | {
        "action_ts": workspace.next_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.tickets.trigger(app.id, user, workspace.clock()),
    }
    return _send(workspace, app, payload, user=user)


def view_outcome(
    workspace: Workspace, app: App, view: View, kind: Literal["view_submission", "view_closed"], **more: Any
) -> Envelope:
    """`view_submission`, or `view_closed` with `is_cleared`."""
    payload = _base(workspace, app, view.user, kind) | {"view": view.wire(), **more}
    if kind == "view_submission":
        now = workspace.clock()
        payload |= {
            "trigger_id": workspace.tickets.trigger(app.id, view.user, now, view_id=view.id),
            "response_urls": [],
        }
    return _send(workspace, app, payload, user=view.user, view_id=view.id)


def suggestion(
    workspace: Workspace, app: App, user: str, block_id: str, action_id: str, typed: str, view: View | None
) -> Envelope:
    """`block_suggestion`: what an external select asks while a person types."""
    payload = _base(workspace, app, user, "block_suggestion") | {
        "block_id": block_id,
        "action_id": action_id,
        "value": typed,
    }
    if view is not None:
        payload |= {"container": {"type": "view", "view_id": view.id}, "view": view.wire()}
    return _send(workspace, app, payload, user=user)
