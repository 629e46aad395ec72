"""Pins and reactions put a message on its incident's timeline. They never acknowledge.

The note is committed before Slack is answered. A message that is no part of an incident is left alone, as is
one that Slack will not show us. Its channel and time make the note unique: a message pinned and marked by
three people is one note.
"""

import logging

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from headwater.core.actions import AddNote
from headwater.slack import heard
from headwater.slack.blocks import Json
from headwater.slack.desk import Desk
from headwater.store.reading import Reader

LOG = logging.getLogger(__name__)


def register(app: AsyncApp, desk: Desk) -> None:
    """`pin_added` and `reaction_added`."""

    async def pinned(body: Json, event: Json) -> None:
        item = event.get("item") or {}
        ts = (item.get("message") or {}).get("ts") or item.get("ts")
        channel = event.get("channel_id") or item.get("channel")
        if item.get("type") == "message" and ts and channel:
            await annotate(desk, body["event_id"], event["user"], channel, ts, via="pin")

    async def reacted(body: Json, event: Json) -> None:
        item = event.get("item") or {}
        if item.get("type") == "message" and event.get("reaction") in desk.notes:
            await annotate(desk, body["event_id"], event["user"], item["channel"], item["ts"], via="reaction")

    app.event("pin_added")(pinned)
    app.event("reaction_added")(reacted)


async def annotate(desk: Desk, event_id: str, who: str, channel: str, ts: str, *, via: str) -> None:
    """Put the message on the timeline of the incident in whose thread, or channel, it stands.

    Raises Behind or Stopped where the engine can't take it now.
    """
    try:
        message = await desk.slack.message(channel, ts)
        if message is None:
            return
        number = await desk.read(lambda reader: _incident_of(reader, channel, message))
        text = heard.message_words(message, desk.registry)
        if number is None or not text:
            return
        link = await desk.slack.permalink(channel, ts)
    except SlackApiError as error:
        # Not ours to see (a channel we are no member of): nothing to annotate, and no use in a retry.
        LOG.info(
            "a marked message could not be read: %s", error.response.get("error"), extra={"hop": "slack"}
        )
        return
    # Not desk.act: where the engine can't, Slack is to send the event again.
    await desk.engine.act(
        AddNote(
            who=who,
            key=f"event/{event_id}",
            via=via,
            incident=number,
            text=text,
            author=heard.author(message),
            source=f"{channel}:{ts}",
            link=link,
        )
    )


def _incident_of(reader: Reader, channel: str, message: Json) -> int | None:
    """The thread's incident; outside of threads, the channel's only open one. Never for our own cards."""
    thread, ts = message.get("thread_ts"), message["ts"]
    if reader.incident_at(channel, ts) is not None:
        return None
    if thread is not None and thread != ts:
        return reader.incident_at(channel, thread)
    here = reader.open_in(channel)
    return here[0] if len(here) == 1 else None
