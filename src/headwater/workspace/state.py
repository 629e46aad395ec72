"""The workspace itself: everything Slack would keep, in memory, with no network and no waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from . import seeing
from .acting import Person
from .apps import App, Webhook, read_manifest
from .channels import Channel, Kind
from .envelopes import Envelope
from .faults import Faults
from .happenings import announce
from .ids import Ids, Stamps
from .marks import ReadMarks
from .messages import Message
from .pace import Pace
from .people import User, Usergroup
from .records import Call, Flag
from .tickets import Tickets
from .views import Views
from .watching import Watch
from .wire import Json, SlackRefusalError

Clock = Callable[[], datetime]


class Workspace:
    """One Slack team. `clock` gives aware UTC time; with a clock that tests drive, everything here follows
    it.
    """

    def __init__(self, clock: Clock, *, name: str = "Local workspace", domain: str = "local") -> None:
        self.clock, self.name, self.domain = clock, name, domain
        self.team = "T0LOCAL00"
        self.base_url = "http://127.0.0.1"
        self.ids, self.stamps = Ids(), Stamps()
        self.users: dict[str, User] = {}
        self.usergroups: dict[str, Usergroup] = {}
        self.channels: dict[str, Channel] = {}
        self.apps: dict[str, App] = {}
        self.webhooks: dict[str, Webhook] = {}
        self.ephemerals: list[Message] = []
        self.uploads: dict[str, Json] = {}
        self.calls: list[Call] = []
        self.flags: list[Flag] = []
        self.sent: list[Envelope] = []
        self.views, self.tickets = Views(self.ids), Tickets(self.ids)
        self.faults, self.pace, self.watch = Faults(), Pace(), Watch()
        self.marks = ReadMarks()
        self.outlet: Callable[[Envelope], None] = lambda _envelope: None
        self.slackbot = User(id="USLACKBOT", name="slackbot", real_name="Slackbot")

    # ---- who and where there is ----

    def add_user(
        self,
        name: str,
        real_name: str = "",
        *,
        slack_id: str | None = None,
        email: str | None = None,
        **more: Any,
    ) -> User:
        """A person joins the team. `more`: `tz`, `title`, `admin`."""
        user_id = slack_id or self.ids.next("U")
        user = User(
            id=user_id,
            name=name,
            real_name=real_name or name.title(),
            email=email or f"{name}@example.com",
            **more,
        )
        self.users[user_id] = user
        announce(self, {"type": "team_join", "user": user.wire(self.team, with_email=False)})
        self.watch.changed("roster")
        return user

    def add_usergroup(
        self, handle: str, name: str = "", *, slack_id: str | None = None, users: Iterable[str] = ()
    ) -> Usergroup:
        group = Usergroup(
            id=slack_id or self.ids.next("S"), handle=handle, name=name or handle, users=list(users)
        )
        self.usergroups[group.id] = group
        announce(self, {"type": "subteam_created", "subteam": group.wire(self.team, with_users=True)})
        self.watch.changed("roster")
        return group

    def add_channel(
        self,
        name: str,
        *,
        slack_id: str | None = None,
        members: Iterable[str] = (),
        private: bool = False,
        topic: str = "",
        creator: str = "USLACKBOT",
    ) -> Channel:
        """A new channel; `name_taken` when there is one of this name. `members` are user ids, bots too."""
        name = name.removeprefix("#")
        if any(channel.name == name for channel in self.channels.values()):
            raise SlackRefusalError("name_taken")
        channel = Channel(
            id=slack_id or self.ids.next("C"),
            name=name,
            kind=Kind.PRIVATE if private else Kind.PUBLIC,
            created=int(self.clock().timestamp()),
            creator=creator,
            members=list(dict.fromkeys(members)),
            topic=topic,
        )
        self.channels[channel.id] = channel
        if not private:
            made = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
            announce(self, {"type": "channel_created", "channel": made}, channel)
        self.watch.changed("channel", channel=channel.id)
        return channel

    def direct(self, one: str, two: str) -> Channel:
        """The direct conversation of two members, opened when it is not there yet."""
        for channel in self.channels.values():
            if channel.kind is Kind.DIRECT and set(channel.members) == {one, two}:
                return channel
        channel = Channel(
            id=self.ids.next("D"),
            name="",
            kind=Kind.DIRECT,
            created=int(self.clock().timestamp()),
            creator=one,
            members=[one, two],
        )
        self.channels[channel.id] = channel
        self.watch.changed("channel", channel=channel.id)
        return channel

    def install(self, manifest: Mapping[str, object] | None = None, **more: Any) -> App:
        """Installs an app from its manifest, or from the same facts as keywords (see `App`); keywords win.

        Tokens and ids follow from how many apps were installed before: the first has `xoxb-local-1`,
        `xapp-local-1` and the signing secret `secret-local-1`.
        """
        facts: dict[str, Any] = (read_manifest(manifest) if manifest else {}) | more
        number = len(self.apps) + 1
        defaults = {
            "id": self.ids.next("A"),
            "user_id": self.ids.next("UB"),
            "bot_id": self.ids.next("B"),
            "bot_token": f"xoxb-local-{number}",
            "app_token": f"xapp-local-{number}",
            "signing_secret": f"secret-local-{number}",
            "scopes": frozenset(),
            "subscriptions": frozenset(),
        }
        app = App(**(defaults | facts))
        self.apps[app.id] = app
        self.users[app.user_id] = User(
            id=app.user_id,
            name=app.name.lower().replace(" ", "-"),
            real_name=app.name,
            bot_id=app.bot_id,
            app_id=app.id,
        )
        self.watch.changed("roster")
        return app

    def add_webhook(self, channel: str, *, username: str, path: str | None = None) -> Webhook:
        """An incoming webhook into a channel; post to `base_url + webhook.path`."""
        bot_id = self.ids.next("B")
        default = f"/services/{self.team}/{bot_id}/{self.ids.next('WH').lower()}"
        webhook = Webhook(
            path=path or default,
            channel=self.find_channel(channel).id,
            bot_id=bot_id,
            app_id=self.ids.next("A"),
            username=username,
        )
        self.webhooks[webhook.path] = webhook
        return webhook

    # ---- finding ----

    def find_channel(self, wanted: str) -> Channel:
        """By id, `#name` or name; `channel_not_found` otherwise."""
        if wanted in self.channels:
            return self.channels[wanted]
        name = wanted.removeprefix("#")
        for channel in self.channels.values():
            if channel.name == name and name:
                return channel
        raise SlackRefusalError("channel_not_found")

    def find_user(self, wanted: str) -> User:
        """By id, name or `@name`; `user_not_found` otherwise."""
        if wanted in self.users:
            return self.users[wanted]
        for user in self.users.values():
            if user.name == wanted.removeprefix("@"):
                return user
        raise SlackRefusalError("user_not_found")

    def find_message(self, channel: str, ts: str) -> Message:
        found = self.find_channel(channel).messages.get(ts)
        if found is None:
            found = next((m for m in self.ephemerals if m.ts == ts), None)
        if found is None:
            raise SlackRefusalError("message_not_found")
        return found

    def app_of_token(self, token: str | None) -> App | None:
        return next((a for a in self.apps.values() if token and token in {a.bot_token, a.app_token}), None)

    def app_of_bot(self, bot_id: str | None) -> App | None:
        return next((a for a in self.apps.values() if bot_id and a.bot_id == bot_id), None)

    def next_ts(self) -> str:
        return self.stamps.next(self.clock())

    def clock_moved(self) -> None:
        """A driven clock was moved: what waits for its time (a retry, say) looks again."""
        self.watch.changed("clock")

    def dispatch(self, envelope: Envelope) -> None:
        """Hands an envelope to the server (or to nobody, when none runs) and remembers it in `sent`."""
        self.sent.append(envelope)
        self.outlet(envelope)

    # ---- reading and acting, for tests, the demo and the page ----

    def person(self, wanted: str) -> Person:
        """Acts as this member."""
        return Person(self, self.find_user(wanted).id)

    def channel(self, wanted: str) -> seeing.SeenChannel:
        return seeing.SeenChannel(self, self.find_channel(wanted))

    def direct_messages(self, wanted: str, app: App | None = None) -> seeing.SeenChannel:
        """The conversation between a person and an app's bot (the first app's by default)."""
        bot = app or next(iter(self.apps.values()))
        return seeing.SeenChannel(self, self.direct(self.find_user(wanted).id, bot.user_id))

    async def quiet(self, *, still: float = 0.05, within: float = 10.0) -> None:
        """Waits until nothing is in flight and nothing has changed for `still` real seconds."""
        await self.watch.quiet(still=still, within=within)
