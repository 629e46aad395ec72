"""Buttons: those that act at once, those that open a modal, and *Why us?*."""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from slack_bolt.async_app import AsyncAck, AsyncApp

from headwater.core.actions import Acknowledge, AnyAction, Mitigate, Reopen
from headwater.core.incidents import Incident
from headwater.core.registry import Registry
from headwater.slack import buttons, modals
from headwater.slack.answers import answered, whisper
from headwater.slack.asking import Click, by_url, read_click
from headwater.slack.blocks import Json
from headwater.slack.desk import Desk
from headwater.slack.modals import Origin
from headwater.slack.why import why_us

AT_ONCE: Final[Mapping[str, Callable[[Click], AnyAction]]] = MappingProxyType(
    {
        buttons.ACKNOWLEDGE.id: lambda c: Acknowledge(
            who=c.who, key=c.key, via="button", incident=c.incident
        ),
        buttons.MITIGATE.id: lambda c: Mitigate(who=c.who, key=c.key, via="button", incident=c.incident),
        buttons.REOPEN.id: lambda c: Reopen(who=c.who, key=c.key, via="button", incident=c.incident),
    }
)
"""Buttons whose press is the whole request."""

FORMS: Final[Mapping[str, Callable[[Incident, Registry, Origin], Json]]] = MappingProxyType(
    {
        buttons.NOTE.id: lambda incident, _, origin: modals.note(incident, origin),
        buttons.REASSIGN.id: modals.reassign,
        buttons.NOT_OURS.id: modals.not_ours,
        buttons.RESOLVE.id: lambda incident, _, origin: modals.resolve(incident, origin),
        buttons.PLACE.id: lambda incident, _, origin: modals.place(incident, origin),
        buttons.SEVERITY.id: lambda incident, _, origin: modals.severity(incident, origin),
        buttons.CANCEL.id: lambda incident, _, origin: modals.cancel(incident, origin),
    }
)
"""Buttons that ask for more."""


def register(app: AsyncApp, desk: Desk) -> None:
    """All buttons of cards and notices, the "more" menu, and the menus that search."""

    async def pressed(ack: AsyncAck, body: Json) -> None:
        await ack()
        click = read_click(body)
        desk.later(press(desk, click), by_url(desk.slack, click.response_url))

    for item in buttons.BUTTONS:
        app.action(item.id)(pressed)
    app.action(buttons.MORE)(pressed)

    async def assets(ack: AsyncAck, payload: Json) -> None:
        # Off the loop: a registry may hold 100,000 assets, and everybody else waits meanwhile.
        found = await asyncio.to_thread(modals.asset_options, desk.registry, payload.get("value", ""))
        await ack(options=found)

    async def teams(ack: AsyncAck, payload: Json) -> None:
        await ack(options=modals.team_options(desk.registry, payload.get("value", "")))

    app.options(modals.ASSET)(assets)
    app.options(modals.TEAM)(teams)


async def press(desk: Desk, click: Click) -> None:
    """Do what a button says. Success shows on the card; anything else is told to the clicker alone."""
    if click.button in AT_ONCE:
        answer = await desk.act(AT_ONCE[click.button](click))
        reply = by_url(desk.slack, click.response_url)
        if not answer.done and reply is not None:
            await reply(answered(answer))
    elif click.button in FORMS:
        await open_form(desk, click)
    else:
        await _why(desk, click)


async def open_form(desk: Desk, click: Click) -> None:
    """The modal at once, its form when the incident is read; nothing comes before views.open."""
    title = next(item.label for item in buttons.BUTTONS if item.id == click.button).rstrip("…")
    origin = Origin(incident=click.incident, reply=click.response_url, channel=click.channel)
    opened = await desk.slack.open_view(click.trigger_id, modals.loading(click.button, title, origin))
    view = await desk.read(lambda reader: reader.incident(click.incident))
    if view is None:
        form = modals.refused(title, f"There is no INC-{click.incident}.", origin)
    else:
        form = FORMS[click.button](view.incident, desk.registry, origin)
    await desk.slack.update_view(opened["id"], opened["hash"], form)


async def _why(desk: Desk, click: Click) -> None:
    reply = by_url(desk.slack, click.response_url)
    view = await desk.read(lambda reader: reader.incident(click.incident))
    if reply is None:
        return
    if view is None:
        await reply(whisper(f"There is no INC-{click.incident}."))
        return
    alerts = await desk.read(lambda reader: reader.alerts(click.incident))
    routes = await desk.read(lambda reader: reader.routes(click.incident))
    await reply(why_us(view, alerts, routes, desk.registry))
