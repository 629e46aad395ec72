"""Submitted modals: checked, decided within the time Slack gives, answered in the modal or beside it."""

import asyncio

from slack_bolt.async_app import AsyncAck, AsyncApp

from headwater.core.actions import Answer, AnyAction
from headwater.slack import forms, modals
from headwater.slack.answers import answered
from headwater.slack.asking import by_url, whispering
from headwater.slack.blocks import Json, Message
from headwater.slack.desk import Desk, Reply, prompt
from headwater.slack.modals import Origin


def register(app: AsyncApp, desk: Desk) -> None:
    """Every modal's submission."""
    for callback in forms.READERS:
        app.view(callback)(_submission(desk, callback))


def _submission(desk: Desk, callback: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - Bolt reads the parameters' names
    async def submitted(ack: AsyncAck, body: Json) -> None:
        form = forms.read(body)
        asked = forms.actions_of(callback, form)
        if isinstance(asked, dict):
            await ack(response_action="errors", errors=asked)
            return
        decided = await prompt(_act(desk, asked))
        reply = _reply(desk, form.origin, form.who)
        if isinstance(decided, asyncio.Task):
            await ack()
            desk.later(_tell_later(decided, reply), reply)
        elif decided.done:
            await ack()
            if reply is not None:
                desk.later(reply(answered(decided)))
        else:
            title = str(body["view"]["title"]["text"])
            await ack(response_action="update", view=modals.refused(title, decided.sentence, form.origin))

    return submitted


async def _act(desk: Desk, asked: tuple[AnyAction, ...]) -> Answer:
    """One action after the other; the first that can't be done ends it. The last answer stands for all."""
    answers: list[Answer] = []
    for action in asked:
        answers.append(await desk.act(action))
        if not answers[-1].done:
            break
    sentence = " ".join(answer.sentence for answer in answers)
    last = answers[-1]
    return Answer(done=last.done, sentence=sentence, incident=last.incident, detail=last.detail)


async def _tell_later(decided: "asyncio.Task[Answer]", reply: Reply | None) -> None:
    answer = await decided
    if reply is not None:
        await reply(answered(answer))


def _reply(desk: Desk, origin: Origin, who: str) -> Reply | None:
    """Where the modal was opened: by its response_url, else in its channel, else directly."""
    if origin.reply:
        return by_url(desk.slack, origin.reply)
    if origin.channel:
        return whispering(desk.slack, origin.channel, who)

    async def directly(message: Message) -> None:
        await desk.slack.post(await desk.slack.direct(who), message)

    return directly
