"""Modals and App Homes: what is open for whom, how deep, and at which hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from .ids import Ids
from .wire import Json, SlackRefusalError

MAX_DEPTH = 3
_ROOT_FIELDS = ("callback_id", "private_metadata", "external_id", "title", "submit", "close")


@dataclass(slots=True, kw_only=True)
class View:
    """One modal or Home as the app gave it, with what Slack adds. `state` is what the person has entered
    so far.
    """

    id: str
    app_id: str
    bot_id: str
    team: str
    user: str
    given: Json
    root: str
    previous: str | None = None
    generation: int = 1
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Changes with every update, as Slack's does."""
        content = json.dumps(self.given, sort_keys=True)
        digest = hashlib.sha256(f"{self.id}{self.generation}{content}".encode()).hexdigest()
        return f"{self.generation}.{digest[:8]}"

    @property
    def external_id(self) -> str:
        return str(self.given.get("external_id", ""))

    def wire(self) -> Json:
        given = self.given
        return {
            "id": self.id,
            "team_id": self.team,
            "type": given["type"],
            "blocks": given.get("blocks", []),
            "private_metadata": given.get("private_metadata", ""),
            "callback_id": given.get("callback_id", ""),
            "external_id": self.external_id,
            "title": given.get("title"),
            "submit": given.get("submit"),
            "close": given.get("close"),
            "state": {"values": self.state},
            "hash": self.hash,
            "clear_on_close": given.get("clear_on_close", False),
            "notify_on_close": given.get("notify_on_close", False),
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "app_id": self.app_id,
            "app_installed_team_id": self.team,
            "bot_id": self.bot_id,
        }

    def replace(self, given: Json) -> None:
        """New content under the same id; entries of inputs whose block and action ids stay are kept, as
        Slack does.
        """
        self.given = given
        self.generation += 1
        self.errors = {}
        kept = {
            (b.get("block_id"), e.get("action_id")) for b in given.get("blocks", []) for e in elements_of(b)
        }
        for block_id, entries in list(self.state.items()):
            self.state[block_id] = {a: entry for a, entry in entries.items() if (block_id, a) in kept}
            if not self.state[block_id]:
                del self.state[block_id]


def elements_of(block: Json) -> list[Json]:
    """The interactive (and other) elements that sit in a block: element, accessory, elements."""
    single = [block[key] for key in ("element", "accessory") if isinstance(block.get(key), dict)]
    many = block.get("elements", [])
    return [*single, *(item for item in many if isinstance(item, dict))]


class Views:
    """Every open view: per person and app one stack of modals and one Home."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._all: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[tuple[str, str], str] = {}

    def get(self, view_id: str) -> View | None:
        return self._all.get(view_id)

    def stack(self, user: str) -> list[View]:
        return [self._all[view_id] for view_id in self.stacks.get(user, [])]

    def top(self, user: str) -> View | None:
        stack = self.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str, app_id: str) -> View | None:
        view_id = self.homes.get((user, app_id))
        return self._all[view_id] if view_id else None

    def _claim_external_id(self, given: Json, *, but: str | None = None) -> None:
        external = given.get("external_id")
        if external and any(v.external_id == external and v.id != but for v in self._all.values()):
            raise SlackRefusalError("duplicate_external_id")

    def open(self, given: Json, *, user: str, app_id: str, bot_id: str, team: str, on_top: bool) -> View:
        """Opens the first modal, or pushes one (at most three deep: `push_limit_reached`)."""
        self._claim_external_id(given)
        stack = self.stacks.setdefault(user, [])
        if on_top and len(stack) >= MAX_DEPTH:
            raise SlackRefusalError("push_limit_reached")
        if not on_top:
            self.clear(user)
            stack = self.stacks.setdefault(user, [])
        view_id = self._ids.next("V")
        root, previous = (stack[0], stack[-1]) if stack else (view_id, None)
        view = View(
            id=view_id,
            app_id=app_id,
            bot_id=bot_id,
            team=team,
            user=user,
            given=given,
            root=root,
            previous=previous,
        )
        self._all[view_id] = view
        stack.append(view_id)
        return view

    def update(self, view: View, given: Json, given_hash: str | None) -> View:
        if given_hash is not None and given_hash != view.hash:
            raise SlackRefusalError("hash_conflict")
        self._claim_external_id(given, but=view.id)
        view.replace(given)
        return view

    def publish(
        self, given: Json, given_hash: str | None, *, user: str, app_id: str, bot_id: str, team: str
    ) -> View:
        home = self.home(user, app_id)
        if home is not None:
            return self.update(home, given, given_hash)
        if given_hash is not None:
            raise SlackRefusalError("hash_conflict")
        view_id = self._ids.next("V")
        view = View(id=view_id, app_id=app_id, bot_id=bot_id, team=team, user=user, given=given, root=view_id)
        self._all[view_id] = view
        self.homes[user, app_id] = view_id
        return view

    def find(self, view_id: str | None, external_id: str | None, app_id: str) -> View:
        """The app's view by either id; `not_found` when it was closed or never was."""
        for view in self._all.values():
            named = view.id == view_id if view_id else bool(external_id) and view.external_id == external_id
            if named and view.app_id == app_id:
                return view
        raise SlackRefusalError("not_found")

    def close(self, view: View) -> None:
        """Takes one modal off its stack; what lies beneath is shown again."""
        stack = self.stacks.get(view.user, [])
        if view.id in stack:
            stack.remove(view.id)
            del self._all[view.id]

    def clear(self, user: str) -> list[View]:
        """Closes the whole stack, top first."""
        closed = list(reversed(self.stack(user)))
        for view in closed:
            self.close(view)
        return closed
