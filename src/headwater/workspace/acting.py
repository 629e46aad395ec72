"""Acting as a person: everything Slack's client lets a member do, refused where the client would refuse
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import entries, interactions, membership, posting, rich_text
from .channels import Channel, Kind
from .envelopes import Envelope
from .happenings import may_hear, send_event
from .messages import Message
from .views import View, elements_of
from .wire import Json, NotPossibleError

if TYPE_CHECKING:
    from .apps import App
    from .state import Workspace


@dataclass(frozen=True, slots=True)
class Person:
    """One member at the keyboard. What it sends to an app comes back as an Envelope: await it for the
    app's answer.
    """

    workspace: Workspace
    id: str

    # ---- messages ----

    def says(self, channel: str, text: str, *, thread: str | None = None, broadcast: bool = False) -> Message:
        """Posts `text` (wire form: `<@U...>` mentions, `&amp;`), in a thread when its parent's ts is
        given.
        """
        room = self._room(channel)
        block = rich_text.from_mrkdwn(text, self.workspace.ids.next("b").lower())
        return posting.post(
            self.workspace,
            room,
            user=self.id,
            text=text,
            blocks=[block],
            thread_ts=thread,
            broadcast=broadcast and thread is not None,
            client_msg_id=self.workspace.ids.next("cm").lower(),
        )

    def edits(self, message: Message, text: str) -> None:
        self._own(message)
        posting.edit(
            self.workspace,
            message,
            text=text,
            blocks=[rich_text.from_mrkdwn(text, self.workspace.ids.next("b").lower())],
        )

    def deletes(self, message: Message) -> None:
        self._own(message)
        posting.delete(self.workspace, message)

    def dismisses(self, message: Message) -> None:
        """Removes an ephemeral message from one's own sight."""
        if message.ephemeral_to != self.id:
            sentence = "only one's own ephemeral messages can be dismissed"
            raise NotPossibleError(sentence)
        posting.delete(self.workspace, message)

    def reacts(self, message: Message, name: str) -> None:
        self._room(message.channel)
        posting.react(self.workspace, message, self.id, name.strip(":"))

    def unreacts(self, message: Message, name: str) -> None:
        posting.unreact(self.workspace, message, self.id, name.strip(":"))

    def pins(self, message: Message) -> None:
        self._room(message.channel)
        posting.pin(self.workspace, message, self.id)

    def unpins(self, message: Message) -> None:
        self._room(message.channel)
        posting.unpin(self.workspace, message, self.id)

    # ---- channels ----

    def joins(self, channel: str) -> None:
        membership.join(self.workspace, self.workspace.find_channel(channel), self.id)

    def leaves(self, channel: str) -> None:
        membership.leave(self.workspace, self.workspace.find_channel(channel), self.id)

    def invites(self, channel: str, user: str) -> None:
        guest = self.workspace.find_user(user).id
        membership.join(self.workspace, self._room(channel), guest, inviter=self.id)

    def archives(self, channel: str) -> None:
        membership.archive(self.workspace, self._room(channel), self.id)

    def unarchives(self, channel: str) -> None:
        membership.unarchive(self.workspace, self.workspace.find_channel(channel), self.id)

    # ---- what apps offer ----

    def runs(self, line: str, *, channel: str) -> Envelope:
        """Types a slash command such as `/incident list`."""
        name, _, text = line.strip().partition(" ")
        for app in self.workspace.apps.values():
            if app.active and app.command(name) is not None:
                return interactions.command(
                    self.workspace, app, self.id, self._room(channel), name, text.strip()
                )
        known = sorted(c.name for app in self.workspace.apps.values() for c in app.commands)
        sentence = f"{name} is not a valid command; there are: {', '.join(known) or 'none'}"
        raise NotPossibleError(sentence)

    def uses_shortcut(self, shortcut: str, *, on: Message | None = None) -> Envelope:
        """By callback id or visible name: a message's shortcut with `on`, else a global one."""
        for app in self.workspace.apps.values():
            found = app.shortcut(shortcut, on_message=on is not None)
            if found is not None and on is not None:
                return interactions.message_shortcut(self.workspace, app, self.id, on, found.callback_id)
            if found is not None:
                return interactions.global_shortcut(self.workspace, app, self.id, found.callback_id)
        sentence = f"no app offers the {'message' if on else 'global'} shortcut {shortcut!r}"
        raise NotPossibleError(sentence)

    def clicks(self, message: Message, wanted: str, *, confirm: bool = True, value: Any = None) -> Envelope:
        """Uses an element of a message: a button by label or action id, a select or overflow with `value`.

        `confirm=False` answers the element's `confirm` dialog with no, which raises NotPossibleError.
        """
        if message.ephemeral_to not in {None, self.id}:
            sentence = f"{self.id} cannot see this ephemeral message"
            raise NotPossibleError(sentence)
        own = message.blocks
        for attachment, blocks in [
            (None, own),
            *((a["id"], a.get("blocks", [])) for a in message.attachments),
        ]:
            found = find_element(blocks, wanted)
            if found is not None:
                app = self._app_of(message.app_id)
                action = _action(*found, value, confirm=confirm)
                state = entries.start_state([b for b in message.all_blocks() if "block_id" in b])
                _into_state(state, action)
                return interactions.message_action(
                    self.workspace, app, message, self.id, action, state, attachment
                )
        offered = [label(e) for block in message.all_blocks() for e in elements_of(block) if "action_id" in e]
        sentence = f"the message offers no {wanted!r}, only: {', '.join(offered) or 'nothing to click'}"
        raise NotPossibleError(sentence)

    # ---- Home and modals ----

    def opens_home(self, *, app: str | None = None) -> Envelope | None:
        """Opens an app's Home tab (the first app's by default); None when the app does not listen for it."""
        found = self._app_of(app)
        if not found.home:
            sentence = f"{found.name} has no Home tab"
            raise NotPossibleError(sentence)
        direct = self.workspace.direct(self.id, found.user_id)
        event: Json = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": direct.id,
            "tab": "home",
            "event_ts": self.workspace.next_ts(),
        }
        home = self.workspace.views.home(self.id, found.id)
        if home is not None:
            event["view"] = home.wire()
        return send_event(self.workspace, found, event) if may_hear(found, event, None) else None

    def uses(self, view: View, wanted: str, value: Any = None, *, confirm: bool = True) -> Envelope:
        """Uses an element of a modal or Home: a button, a select, or an input that dispatches."""
        found = find_element(view.given["blocks"], wanted)
        if found is None:
            sentence = f"the view offers no {wanted!r}"
            raise NotPossibleError(sentence)
        if found[0]["type"] == "input" and not found[0].get("dispatch_action"):
            sentence = f"{wanted!r} is an input that tells the app nothing until the modal is submitted"
            raise NotPossibleError(sentence)
        action = _action(*found, value, confirm=confirm)
        view.state = entries.start_state(view.given["blocks"], view.state)
        _into_state(view.state, action)
        return interactions.view_action(self.workspace, self._app_of(view.app_id), view, self.id, action)

    def submits(self, entered: Json | None = None) -> Envelope:
        """Fills the top modal (see `entries.fill` for the keys) and presses its submit button."""
        view = self._top()
        if "submit" not in view.given:
            sentence = "this modal has no submit button"
            raise NotPossibleError(sentence)
        entries.fill(view, entered or {})
        entries.check_filled(view)
        view.errors = {}
        return interactions.view_outcome(self.workspace, self._app_of(view.app_id), view, "view_submission")

    def closes(self, *, everything: bool = False) -> Envelope | None:
        """Closes the top modal, or the whole stack; an Envelope when the app asked to be told."""
        view = self._top()
        whole = everything or view.given.get("clear_on_close", False)
        closed = self.workspace.views.clear(self.id) if whole else [view]
        if not whole:
            self.workspace.views.close(view)
        self.workspace.watch.changed("view", view=view.id, user=self.id)
        told = None
        for one in closed:
            if one.given.get("notify_on_close"):
                app = self._app_of(one.app_id)
                told = interactions.view_outcome(self.workspace, app, one, "view_closed", is_cleared=whole)
        return told

    # ---- within ----

    def _room(self, wanted: str) -> Channel:
        room = self.workspace.find_channel(wanted)
        if room.archived:
            sentence = f"#{room.name} is archived"
            raise NotPossibleError(sentence)
        if self.id not in room.members and room.kind is not Kind.PUBLIC:
            sentence = f"{self.id} is not in this conversation"
            raise NotPossibleError(sentence)
        if self.id not in room.members:
            membership.join(self.workspace, room, self.id)
        return room

    def _own(self, message: Message) -> None:
        if message.user != self.id:
            sentence = f"{self.id} did not write this message, so Slack would not let them change it"
            raise NotPossibleError(sentence)

    def _app_of(self, app_id: str | None) -> App:
        found = (
            self.workspace.apps.get(app_id or "")
            if app_id
            else next(iter(self.workspace.apps.values()), None)
        )
        if found is None:
            sentence = "nothing listens here: this message was not posted by an installed app"
            raise NotPossibleError(sentence)
        return found

    def _top(self) -> View:
        view = self.workspace.views.top(self.id)
        if view is None:
            sentence = f"{self.id} has no modal open"
            raise NotPossibleError(sentence)
        return view


def label(element: Json) -> str:
    """What people call an element: its visible text, else its placeholder, else its action id."""
    for key in ("text", "placeholder"):
        if isinstance(element.get(key), dict):
            return str(element[key]["text"])
    return str(element.get("action_id", element.get("type", "")))


def find_element(blocks: list[Json], wanted: str) -> tuple[Json, Json] | None:
    """(block, element) by action id, else by visible text."""
    pairs = [(block, element) for block in blocks for element in elements_of(block) if "action_id" in element]
    for name in ("action_id", "label"):
        for block, element in pairs:
            if wanted == (element["action_id"] if name == "action_id" else label(element)):
                return block, element
    return None


def _action(block: Json, element: Json, value: Any, *, confirm: bool) -> Json:
    kind = str(element["type"])
    if "confirm" in element and not confirm:
        dialog = element["confirm"]
        sentence = f"{dialog['title']['text']!r} was answered with {dialog['deny']['text']!r}"
        raise NotPossibleError(sentence)
    action: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"]}
    if kind in entries.VALUE_KEYS:
        action |= entries.entry(element, value)
    else:
        action |= {key: element[key] for key in ("text", "value", "style", "url") if key in element}
    return action | ({"confirm": element["confirm"]} if "confirm" in element else {})


def _into_state(state: Json, action: Json) -> None:
    keys = entries.VALUE_KEYS.get(action["type"])
    if keys is not None and action["type"] != "overflow":
        state.setdefault(action["block_id"], {})[action["action_id"]] = {
            "type": action["type"],
            keys[0]: action[keys[0]],
        }
