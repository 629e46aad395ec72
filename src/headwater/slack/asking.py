"""Who asked, from where, and how to answer them alone: read out of the bodies Slack sends."""

from dataclasses import dataclass

from headwater.slack.blocks import Json, Message
from headwater.slack.client import Slack
from headwater.slack.desk import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A press of a button, or a choice of the "more" menu; `button` is its action id."""

    who: str
    button: str
    incident: int
    key: str
    trigger_id: str
    response_url: str
    channel: str


def read_click(body: Json) -> Click:
    """A block_actions body. An ephemeral message has no `message`, only a `container`."""
    action = body["actions"][0]
    container = body.get("container") or {}
    chosen = (action.get("selected_option") or {}).get("value")
    button, _, number = (
        chosen.rpartition(":") if chosen else (action["action_id"], "", action.get("value", ""))
    )
    at = container.get("message_ts") or container.get("view_id") or ""
    return Click(
        who=body["user"]["id"],
        button=button,
        incident=int(number) if number.isascii() and number.isdigit() else 0,
        key=f"click/{action.get('action_ts', '')}/{body['user']['id']}/{at}/{button}",
        trigger_id=body.get("trigger_id", ""),
        response_url=body.get("response_url", ""),
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id") or "",
    )


def by_url(slack: Slack, response_url: str) -> Reply | None:
    """Answer where it was asked; None where Slack gave no way to."""
    if not response_url:
        return None

    async def reply(message: Message) -> None:
        await slack.respond(response_url, message)

    return reply


def whispering(slack: Slack, channel: str, user: str, thread: str | None = None) -> Reply:
    """Answer in a channel, visible to one person."""

    async def reply(message: Message) -> None:
        await slack.whisper(channel, user, message, thread=thread)

    return reply
