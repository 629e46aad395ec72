"""Shortcuts: *Declare incident* from anywhere; *Open an incident* and *Add to timeline* on a message."""

from typing import Final

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from headwater.core.incidents import Incident
from headwater.slack import heard, modals
from headwater.slack.asking import by_url
from headwater.slack.blocks import Json
from headwater.slack.desk import Desk
from headwater.slack.modals import Origin
from headwater.store.reading import Reader

DECLARE: Final = "hw.shortcut.declare"
OPEN: Final = "hw.shortcut.open"
TIMELINE: Final = "hw.shortcut.timeline"

SHORTCUTS: Final = (
    (DECLARE, "global", "Declare incident", "Something is wrong: open an incident"),
    (OPEN, "message", "Open an incident", "Open an incident from this message"),
    (TIMELINE, "message", "Add to timeline", "Put this message on an incident's timeline"),
)
"""Callback id, kind, name and description: what the manifest lists and `register` serves."""


def register(app: AsyncApp, desk: Desk) -> None:
    """The three of them."""

    async def declare(ack: AsyncAck, body: Json) -> None:
        await ack()
        desk.later(_declare(desk, body))

    async def open_from_message(ack: AsyncAck, body: Json) -> None:
        await ack()
        desk.later(_open(desk, body), by_url(desk.slack, body.get("response_url", "")))

    async def add(ack: AsyncAck, body: Json) -> None:
        await ack()
        desk.later(_add(desk, body), by_url(desk.slack, body.get("response_url", "")))

    app.global_shortcut(DECLARE)(declare)
    app.message_shortcut(OPEN)(open_from_message)
    app.message_shortcut(TIMELINE)(add)


async def _declare(desk: Desk, body: Json) -> None:
    await desk.slack.open_view(body["trigger_id"], modals.declare(Origin()))


async def _open(desk: Desk, body: Json) -> None:
    """The form with the message's words in it; its permalink follows, for that takes another call."""
    origin = _origin(body)
    opened = await desk.slack.open_view(
        body["trigger_id"], modals.loading(modals.DECLARE, "Declare incident", origin)
    )
    text = heard.message_words(body["message"], desk.registry)
    linked = _with_link(origin, await _permalink(desk, origin.channel, body["message"]["ts"]))
    form = modals.declare(linked, title=text.partition("\n")[0], text=text)
    await desk.slack.update_view(opened["id"], opened["hash"], form)


async def _add(desk: Desk, body: Json) -> None:
    """The form with the message's words, its thread's incident chosen already."""
    origin = _origin(body)
    opened = await desk.slack.open_view(
        body["trigger_id"], modals.loading(modals.TIMELINE, "Add to timeline", origin)
    )
    message = body["message"]
    incidents, number = await desk.read(lambda reader: _choices(reader, origin.channel, message))
    if not incidents:
        form = modals.refused(
            "Add to timeline", "No incident is open: use *Open an incident* instead.", origin
        )
    else:
        linked = _with_link(origin, await _permalink(desk, origin.channel, message["ts"]), number)
        text = heard.message_words(message, desk.registry)
        form = modals.add_to_timeline(incidents, linked, text=text)
    await desk.slack.update_view(opened["id"], opened["hash"], form)


def _choices(reader: Reader, channel: str, message: Json) -> tuple[tuple[Incident, ...], int | None]:
    """The open incidents, and the one in whose thread or channel the message stands."""
    incidents = reader.incidents(limit=100)
    number = reader.incident_at(channel, message.get("thread_ts") or message["ts"])
    view = reader.incident(number) if number is not None else None
    if view is not None and all(one.number != number for one in incidents):
        incidents = (view.incident, *incidents)[:100]
    here = reader.open_in(channel)
    return incidents, number if number is not None else here[0] if len(here) == 1 else None


def _origin(body: Json) -> Origin:
    channel, message = body["channel"]["id"], body["message"]
    return Origin(
        reply=body.get("response_url", ""),
        channel=channel,
        source=f"{channel}:{message['ts']}",
        author=heard.author(message) or "",
    )


def _with_link(origin: Origin, link: str, number: int | None = None) -> Origin:
    return Origin(
        incident=number,
        reply=origin.reply,
        channel=origin.channel,
        source=origin.source,
        link=link,
        author=origin.author,
    )


async def _permalink(desk: Desk, channel: str, ts: str) -> str:
    """Empty where Slack won't say: a shortcut works in channels the bot is no member of."""
    try:
        return await desk.slack.permalink(channel, ts)
    except SlackApiError:
        return ""
