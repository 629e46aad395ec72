"""views.*: modals and Homes."""

from __future__ import annotations

from headwater.workspace.answers import open_view, replace_view
from headwater.workspace.blocks import check_view, name_blocks
from headwater.workspace.pace import Tier
from headwater.workspace.tickets import Trigger
from headwater.workspace.wire import Json, SlackRefusalError

from .asked import Asked, Method


def _open_modal(asked: Asked) -> Json:
    check_view(asked["view"])
    trigger = _redeem(asked)
    view = open_view(asked.workspace, asked.app, trigger.user, asked["view"], on_top=False)
    return {"view": view.wire()}


def _push(asked: Asked) -> Json:
    check_view(asked["view"])
    trigger = _redeem(asked)
    if trigger.view_id is None or asked.workspace.views.get(trigger.view_id) is None:
        raise SlackRefusalError("not_found")
    view = open_view(asked.workspace, asked.app, trigger.user, asked["view"], on_top=True)
    return {"view": view.wire()}


def _update(asked: Asked) -> Json:
    found = asked.workspace.views.find(asked.get("view_id"), asked.get("external_id"), asked.app.id)
    return {"view": replace_view(asked.workspace, found, asked["view"], asked.get("hash")).wire()}


def _publish(asked: Asked) -> Json:
    workspace, app, user = asked.workspace, asked.app, asked["user_id"]
    check_view(asked["view"])
    if asked["view"]["type"] != "home":
        raise SlackRefusalError(
            "invalid_arguments", messages=["[ERROR] only a home can be published [json-pointer:/view/type]"]
        )
    if not app.home:
        raise SlackRefusalError("not_enabled")
    if user not in workspace.users:
        raise SlackRefusalError("user_not_found")
    given = asked["view"]
    named = given | {"blocks": name_blocks(given["blocks"], workspace.ids.next("b").lower())}
    view = workspace.views.publish(
        named, asked.get("hash"), user=user, app_id=app.id, bot_id=app.bot_id, team=workspace.team
    )
    workspace.watch.changed("home", view=view.id, user=user, app=app.id)
    return {"view": view.wire()}


def _redeem(asked: Asked) -> Trigger:
    name = asked.get("trigger_id") or asked.get("interactivity_pointer")
    return asked.workspace.tickets.redeem(str(name), asked.app.id, asked.workspace.clock())


METHODS = {
    "views.open": Method(_open_modal, Tier.T4),
    "views.push": Method(_push, Tier.T4),
    "views.update": Method(_update, Tier.T4),
    "views.publish": Method(_publish, Tier.T4),
}
