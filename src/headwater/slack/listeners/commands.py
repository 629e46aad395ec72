"""Slash commands: acked at once, answered privately."""

from collections.abc import Coroutine
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from headwater.slack.asking import by_url
from headwater.slack.blocks import Json
from headwater.slack.commands import incident, owner
from headwater.slack.commands.dispatch import dispatch
from headwater.slack.commands.table import Asked, Book
from headwater.slack.desk import Desk


def books(desk: Desk) -> tuple[Book, Book]:
    """The two commands under their configured names."""
    return owner.book(desk.owner_command), incident.book(desk.incident_command)


def register(app: AsyncApp, desk: Desk) -> None:
    """`/owner` and `/incident`."""
    for book in books(desk):
        _register(app, desk, book)


def _register(app: AsyncApp, desk: Desk, book: Book) -> None:
    async def typed(ack: AsyncAck, command: Json) -> None:
        await ack()
        reply = by_url(desk.slack, command["response_url"])
        desk.later(_answer(desk, book, command), reply)

    app.command(book.name)(typed)


def _answer(desk: Desk, book: Book, command: Json) -> Coroutine[Any, Any, None]:
    asked = Asked(
        desk=desk,
        who=command["user_id"],
        channel=command["channel_id"],
        words=command.get("text") or "",
        key=f"command/{command['trigger_id']}",
        trigger_id=command["trigger_id"],
    )

    async def work() -> None:
        message = await dispatch(book, asked)
        if message is not None:
            await desk.slack.respond(command["response_url"], message)

    return work()
