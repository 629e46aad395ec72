"""Messages: alerts that other apps post; and the bot's name, which is a command in a thread, where Slack
takes no slash commands.

`@Headwater ack`, `@Headwater note the index is stale`, `@Headwater who owns index:docs`: the words are those
of the incident command, and of the owner command where it knows the word and the other does not. The answer
is private, in the thread. An alert is in the journal before Slack is answered: Bolt acks an event only when
its listener is done (see the package), and one that failed is sent again.
"""

import re

from slack_bolt.async_app import AsyncApp

from headwater.slack.asking import whispering
from headwater.slack.blocks import Json, Message
from headwater.slack.commands.dispatch import dispatch
from headwater.slack.commands.table import Asked, Book
from headwater.slack.desk import Desk
from headwater.slack.listeners.commands import books

_MENTION = re.compile(r"^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>\s*[:,]?\s*")


def register(app: AsyncApp, desk: Desk) -> None:
    """Mentions of the bot, and what apps post in the channels listened to."""

    async def mentioned(body: Json, event: Json) -> None:
        if event.get("bot_id") or not event.get("user"):
            return
        words = _MENTION.sub("", event.get("text") or "")
        asked = Asked(
            desk=desk,
            who=event["user"],
            channel=event["channel"],
            words=words,
            key=f"event/{body['event_id']}",
            thread=event.get("thread_ts"),
        )
        reply = whispering(desk.slack, asked.channel, asked.who, event.get("thread_ts"))
        message = await _answer(desk, asked)
        if message is not None:
            desk.later(reply(message), reply)

    async def posted(body: Json, event: Json) -> None:
        if desk.listening is not None:
            await desk.listening.heard(event, app=body.get("api_app_id") or "")

    app.event("app_mention")(mentioned)
    app.event("message")(posted)


async def _answer(desk: Desk, asked: Asked) -> Message | None:
    owner, incident = books(desk)
    word = asked.words.strip().partition(" ")[0]
    book: Book = owner if owner.find(word) and not incident.find(word) else incident
    return await dispatch(book, asked)
