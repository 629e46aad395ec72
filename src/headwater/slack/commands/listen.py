"""`/incident listen`: hear the alerts that other apps post in a channel."""

from headwater.slack import mrkdwn
from headwater.slack.answers import whisper
from headwater.slack.blocks import Message
from headwater.slack.commands.table import Asked
from headwater.slack.listening import Listening


async def listen(asked: Asked) -> Message:
    """On, `off`, or the list of where it is on."""
    listening = asked.desk.listening
    if listening is None:
        return whisper("I hear no channels here: Slack's events do not reach me.")
    match asked.words.lower():
        case "" | "on" | "here":
            return await _on(asked, listening)
        case "off" | "stop" | "no":
            return await _off(asked, listening)
        case "list":
            return whisper(await _listed(asked, listening))
    command = f"{asked.desk.incident_command} listen"
    return whisper(f"Say `{command}`, `{command} off` or `{command} list`.")


async def _on(asked: Asked, listening: Listening) -> Message:
    written = (await listening.listens()).get(asked.channel)
    if written is not None and written in asked.desk.registry.listen:
        return whisper(f"I listen here already: the registry says so ({mrkdwn.code(str(written.spot))}).")
    if not asked.channel.startswith(("C", "G")):
        return whisper("I listen in channels, not in direct messages: say it in the channel of the alerts.")
    trouble = await listening.begin(asked.channel, asked.who)
    if trouble is not None:
        return whisper(f"I can't listen here: {mrkdwn.escape(trouble.reason)}.")
    off = f"{asked.desk.incident_command} listen off"
    return whisper(
        "From now on I hear the alerts that other apps post here, and answer each in its thread with its "
        f"incident. `{off}` ends it. {await _listed(asked, listening)}"
    )


async def _off(asked: Asked, listening: Listening) -> Message:
    ended = await listening.end(asked.channel)
    written = (await listening.listens()).get(asked.channel)
    if written is not None:
        spot = mrkdwn.code(str(written.spot))
        return whisper(f"The registry has me listen here ({spot}): take the channel out of its `listen`.")
    if not ended:
        return whisper("I was not listening here.")
    return whisper("I no longer listen here. Alerts that I heard stay where they are.")


async def _listed(asked: Asked, listening: Listening) -> str:
    """Where it is on, and who wanted it."""
    by = {one.place: one.who for one in await listening.asked()}
    names = asked.desk.names
    listed = [
        f"{mrkdwn.channel(place)} "
        + (f"({names.person(by[place])})" if place in by else f"({mrkdwn.code(str(one.spot))})")
        for place, one in sorted((await listening.listens()).items())
    ]
    return f"I listen in {', '.join(listed)}." if listed else "I listen in no channel."
