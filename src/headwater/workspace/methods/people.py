"""users.*, usergroups.*, bots.*, team.*, auth.*, apps.*: who is who."""

from __future__ import annotations

from headwater.workspace import membership
from headwater.workspace.pace import Tier
from headwater.workspace.people import User, Usergroup
from headwater.workspace.wire import Json, SlackRefusalError

from .asked import Asked, Method


def _api_test(asked: Asked) -> Json:
    return {"args": {k: v for k, v in asked.arguments.items() if k != "token"}}


def _auth_test(asked: Asked) -> Json:
    app, workspace = asked.app, asked.workspace
    return {
        "url": f"{workspace.base_url}/",
        "team": workspace.name,
        "user": workspace.users[app.user_id].name,
        "team_id": workspace.team,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def _connections_open(asked: Asked) -> Json:
    if not asked.app.socket_mode:
        raise SlackRefusalError("socket_mode_not_enabled")
    ticket = asked.workspace.ids.next("WS").lower()
    asked.app.socket_tickets.add(ticket)
    base = asked.workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/link/?ticket={ticket}&app_id={asked.app.id}"}


def _bots_info(asked: Asked) -> Json:
    wanted = asked.get("bot") or asked.app.bot_id
    app = asked.workspace.app_of_bot(wanted)
    if app is not None:
        return {"bot": app.profile(asked.workspace.team) | {"user_id": app.user_id}}
    for webhook in asked.workspace.webhooks.values():
        if webhook.bot_id == wanted:
            named = {"id": wanted, "app_id": webhook.app_id, "name": webhook.username, "deleted": False}
            return {"bot": named | {"updated": 0, "icons": {}}}
    raise SlackRefusalError("bot_not_found")


def _team_info(asked: Asked) -> Json:
    workspace = asked.workspace
    facts = {
        "id": workspace.team,
        "name": workspace.name,
        "domain": workspace.domain,
        "email_domain": "example.com",
    }
    return {"team": facts | {"url": f"{workspace.base_url}/", "icon": {"image_default": True}}}


def _shown(asked: Asked, user: User) -> Json:
    return user.wire(asked.workspace.team, with_email="users:read.email" in asked.app.scopes)


def _user_info(asked: Asked) -> Json:
    user = asked.workspace.users.get(asked["user"])
    if user is None:
        raise SlackRefusalError("user_not_found")
    return {"user": _shown(asked, user)}


def _users_list(asked: Asked) -> Json:
    page, following = asked.page(list(asked.workspace.users.values()))
    return {
        "members": [_shown(asked, user) for user in page],
        "cache_ts": int(asked.workspace.clock().timestamp()),
        "response_metadata": following,
    }


def _lookup_by_email(asked: Asked) -> Json:
    for user in asked.workspace.users.values():
        if user.email is not None and user.email.lower() == asked["email"].lower() and not user.deleted:
            return {"user": _shown(asked, user)}
    raise SlackRefusalError("users_not_found")


def _group(asked: Asked) -> Usergroup:
    group = asked.workspace.usergroups.get(asked["usergroup"])
    if group is None:
        raise SlackRefusalError("no_such_subteam")
    return group


def _usergroups_list(asked: Asked) -> Json:
    with_users = bool(asked.get("include_users"))
    groups = asked.workspace.usergroups.values()
    return {"usergroups": [g.wire(asked.workspace.team, with_users=with_users) for g in groups]}


def _usergroup_users(asked: Asked) -> Json:
    return {"users": list(_group(asked).users)}


def _usergroup_users_update(asked: Asked) -> Json:
    group, users = _group(asked), asked["users"].split(",")
    if any(user not in asked.workspace.users for user in users):
        raise SlackRefusalError("invalid_users")
    membership.set_usergroup(asked.workspace, group, users)
    return {"usergroup": group.wire(asked.workspace.team, with_users=True)}


METHODS = {
    "api.test": Method(_api_test, Tier.SPECIAL, taken_from="any"),
    "auth.test": Method(_auth_test, Tier.SPECIAL, taken_from="any"),
    "apps.connections.open": Method(_connections_open, Tier.T3, taken_from="app"),
    "bots.info": Method(_bots_info, Tier.T3, ("users:read",)),
    "team.info": Method(_team_info, Tier.T3, ("team:read",)),
    "users.info": Method(_user_info, Tier.T4, ("users:read",)),
    "users.list": Method(_users_list, Tier.T2, ("users:read",)),
    "users.lookupByEmail": Method(_lookup_by_email, Tier.T3, ("users:read.email",)),
    "usergroups.list": Method(_usergroups_list, Tier.T2, ("usergroups:read",)),
    "usergroups.users.list": Method(_usergroup_users, Tier.T2, ("usergroups:read",)),
    "usergroups.users.update": Method(_usergroup_users_update, Tier.T2, ("usergroups:write",)),
}
