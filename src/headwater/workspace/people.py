"""The people of the workspace and the user groups that `@team` mentions."""

from __future__ import annotations

from dataclasses import dataclass, field

from .wire import Json


@dataclass(slots=True, kw_only=True)
class User:
    """One member: a person, or the bot user of an app (`bot_id` set)."""

    id: str
    name: str
    real_name: str
    email: str | None = None
    tz: str = "Etc/UTC"
    bot_id: str | None = None
    app_id: str | None = None
    admin: bool = False
    deleted: bool = False
    title: str = ""

    @property
    def is_bot(self) -> bool:
        return self.bot_id is not None

    def wire(self, team: str, *, with_email: bool) -> Json:
        """As `users.info` shows it; the address needs the scope `users:read.email`."""
        profile: Json = {
            "real_name": self.real_name,
            "display_name": self.name,
            "title": self.title,
            "team": team,
        }
        if self.bot_id is not None:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id}
        elif with_email and self.email is not None:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": team,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "tz": self.tz,
            "profile": profile,
            "is_admin": self.admin,
            "is_owner": False,
            "is_bot": self.is_bot,
            "is_app_user": False,
        }


@dataclass(slots=True, kw_only=True)
class Usergroup:
    """A user group: its id is what `<!subteam^S...>` mentions."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)

    def wire(self, team: str, *, with_users: bool) -> Json:
        answer: Json = {
            "id": self.id,
            "team_id": team,
            "is_usergroup": True,
            "name": self.name,
            "handle": self.handle,
            "description": "",
            "user_count": len(self.users),
            "date_delete": 0,
        }
        return answer | {"users": list(self.users)} if with_users else answer
