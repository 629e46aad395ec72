"""What Slack does with an app's answer to a command, a click or a modal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from . import limits
from .blocks import check_message, check_view, name_blocks
from .envelopes import Answer, Envelope
from .posting import delete, edit, numbered, post, post_ephemeral
from .records import Flag
from .wire import Json, SlackRefusalError

if TYPE_CHECKING:
    from .apps import App
    from .messages import Message
    from .state import Workspace
    from .tickets import ResponseUrl
    from .views import View

_RESPONSE_KEYS: Final = frozenset(
    {
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "mrkdwn",
        "metadata",
        "unfurl_links",
        "unfurl_media",
    }
)
_UNDERSTOOD_BY: Final = {
    "operation_timeout": "did not respond in time",
    "http_error": "answered with an error",
}


def take_answer(workspace: Workspace, envelope: Envelope, answer: Answer) -> None:
    """Acts on the first answer to an envelope; a late or second one changes nothing."""
    if not envelope.settle(answer):
        return
    app = workspace.apps[envelope.app_id]
    if answer.error is not None:
        _tell_of_failure(workspace, envelope, answer.error)
        return
    try:
        if envelope.kind == "slash_commands":
            _command_answer(workspace, app, envelope, answer)
        elif envelope.name == "view_submission":
            _submission_answer(workspace, app, envelope, answer)
    except SlackRefusalError as refusal:
        text = f"{envelope.name}: {refusal}"
        workspace.flags.append(Flag("bad-answer", envelope.channel or "", "", text))
        _tell_of_failure(workspace, envelope, "invalid_response")


def _tell_of_failure(workspace: Workspace, envelope: Envelope, error: str) -> None:
    """The clicker sees what Slack would show; events fail unseen."""
    if envelope.kind == "events_api" or envelope.user is None:
        return
    reason = _UNDERSTOOD_BY.get(error, "gave an answer Slack can't use")
    app = workspace.apps[envelope.app_id]
    text = f'{envelope.name} failed with the error "{error}": {app.name} {reason}.'
    view = workspace.views.get(envelope.view_id or "")
    if view is not None:
        view.errors = {"": "We had some trouble connecting. Try again?"}
        workspace.watch.changed("view", view=view.id, user=view.user)
    elif envelope.channel is not None:
        post_ephemeral(workspace, workspace.channels[envelope.channel], envelope.user, app=None, text=text)
    else:
        workspace.watch.changed("toast", user=envelope.user, text=text)


def _command_answer(workspace: Workspace, app: App, envelope: Envelope, answer: Answer) -> None:
    if not answer.body:
        return
    body: Json = {"text": answer.body} if isinstance(answer.body, str) else answer.body
    respond(workspace, app, body, channel=str(envelope.channel), user=str(envelope.user), original=None)


def use_response_url(workspace: Workspace, url: ResponseUrl, body: Json) -> None:
    """One POST to a response URL: a new message, or the original replaced or deleted."""
    url.use(workspace.clock())
    original = None
    if url.ts is not None:
        original = workspace.channels[url.channel].messages.get(url.ts)
        original = original or next((m for m in workspace.ephemerals if m.ts == url.ts), None)
    app = workspace.apps[url.app_id]
    respond(workspace, app, body, channel=url.channel, user=url.user, original=original)


def respond(
    workspace: Workspace, app: App, body: Json, *, channel: str, user: str, original: Message | None
) -> None:
    """Posts, replaces or deletes as a response body asks."""
    unknown = sorted(set(body) - _RESPONSE_KEYS)
    if unknown:
        raise SlackRefusalError(
            "invalid_arguments", messages=[f"[ERROR] invalid additional property: {k}" for k in unknown]
        )
    if body.get("delete_original"):
        if original is not None:
            delete(workspace, original)
        return
    content = message_content(
        workspace, body, limit=limits.UPDATE_TEXT if body.get("replace_original") else None
    )
    if body.get("replace_original") and original is not None:
        edit(workspace, original, **content)
        return
    room = workspace.channels[channel]
    content["thread_ts"] = body.get("thread_ts")
    if body.get("response_type") == "in_channel":
        post(workspace, room, user=app.user_id, app=app, **content)
    else:
        post_ephemeral(workspace, room, user, app=app, **content)


def message_content(workspace: Workspace, body: Json, *, limit: int | None = None) -> dict[str, Any]:
    """Text, blocks and attachments of a body, checked and with their ids filled in."""
    text, blocks, attachments = (
        body.get("text") or "",
        body.get("blocks") or [],
        body.get("attachments") or [],
    )
    if not (text or blocks or attachments):
        raise SlackRefusalError("no_text")
    if len(text) > (limit or limits.POST_TEXT):
        raise SlackRefusalError("msg_too_long")
    check_message(blocks, attachments)
    start = workspace.ids.next("b").lower()
    return {
        "text": text,
        "blocks": name_blocks(blocks, start),
        "attachments": numbered(
            [
                a | ({"blocks": name_blocks(a["blocks"], f"{start}a{i}")} if "blocks" in a else {})
                for i, a in enumerate(attachments)
            ]
        ),
    }


def _submission_answer(workspace: Workspace, app: App, envelope: Envelope, answer: Answer) -> None:
    view = workspace.views.get(str(envelope.view_id))
    if view is None:
        return
    body = answer.body if isinstance(answer.body, dict) else {}
    match body.get("response_action"):
        case None:
            if answer.body:
                raise SlackRefusalError(
                    "invalid_arguments", messages=["a modal is answered with `response_action`"]
                )
            workspace.views.close(view)
        case "clear":
            workspace.views.clear(view.user)
        case "errors":
            _show_errors(view, body.get("errors"))
        case "update":
            replace_view(workspace, view, body["view"])
        case "push":
            open_view(workspace, app, view.user, body["view"], on_top=True)
        case other:
            raise SlackRefusalError("invalid_arguments", messages=[f"unknown response_action: {other}"])
    workspace.watch.changed("view", view=view.id, user=view.user)


def _show_errors(view: View, errors: object) -> None:
    inputs = {block.get("block_id") for block in view.given["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackRefusalError(
            "invalid_arguments", messages=[f"`errors` must name input blocks of the view: {errors}"]
        )
    view.errors = dict(errors)


def open_view(workspace: Workspace, app: App, user: str, given: Json, *, on_top: bool) -> View:
    """Checks a modal and shows it to `user`, alone or on top of what is open."""
    check_view(given)
    if given["type"] != "modal":
        raise SlackRefusalError(
            "invalid_arguments",
            messages=["[ERROR] only a modal can be opened or pushed [json-pointer:/view/type]"],
        )
    named = given | {"blocks": name_blocks(given["blocks"], workspace.ids.next("b").lower())}
    view = workspace.views.open(
        named, user=user, app_id=app.id, bot_id=app.bot_id, team=workspace.team, on_top=on_top
    )
    workspace.watch.changed("view", view=view.id, user=user)
    return view


def replace_view(workspace: Workspace, view: View, given: Json, given_hash: str | None = None) -> View:
    """Checks new content and puts it into an open view; `hash_conflict` when it changed meanwhile."""
    check_view(given)
    if given["type"] != view.given["type"]:
        raise SlackRefusalError(
            "invalid_arguments", messages=["[ERROR] a view keeps its type [json-pointer:/view/type]"]
        )
    named = given | {"blocks": name_blocks(given["blocks"], workspace.ids.next("b").lower())}
    workspace.views.update(view, named, given_hash)
    workspace.watch.changed("view", view=view.id, user=view.user)
    return view


def parse_body(raw: bytes | str) -> Json | str | None:
    """An answer's body: a JSON object, a plain sentence, or nothing."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    if not text.strip():
        return None
    try:
        decoded = msgspec.json.decode(text.encode())
    except msgspec.DecodeError:
        return text
    return decoded if isinstance(decoded, dict) else text
