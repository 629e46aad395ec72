"""What people see, for tests: channels, messages, buttons, modals, and waiting for them to appear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .acting import find_element, label
from .messages import texts_in
from .posting import permalink
from .views import elements_of
from .wire import Json

if TYPE_CHECKING:
    from .channels import Channel
    from .envelopes import Envelope
    from .messages import Message
    from .state import Workspace
    from .views import View

Match = str | Callable[["SeenMessage"], bool]


@dataclass(frozen=True, slots=True)
class SeenElement:
    """A button, select or other element of a message."""

    message: SeenMessage
    element: Json

    @property
    def label(self) -> str:
        return label(self.element)

    @property
    def style(self) -> str | None:
        return self.element.get("style")

    def click(self, as_: str, value: Any = None, *, confirm: bool = True) -> Envelope:
        """Uses it as this person; await the result for the app's answer."""
        person = self.message.workspace.person(as_)
        return person.clicks(self.message.raw, self.element["action_id"], confirm=confirm, value=value)


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message on screen; it follows edits, because it reads the live message."""

    workspace: Workspace
    raw: Message

    @property
    def ts(self) -> str:
        return self.raw.ts

    @property
    def text(self) -> str:
        return self.raw.text

    @property
    def blocks(self) -> list[Json]:
        return self.raw.blocks

    @property
    def words(self) -> str:
        """Everything readable, a line each: text, blocks, attachments."""
        return "\n".join([self.raw.text, *texts_in(self.raw.blocks), *texts_in(self.raw.attachments)])

    @property
    def permalink(self) -> str:
        return permalink(self.workspace, self.raw)

    @property
    def thread(self) -> list[SeenMessage]:
        """Its replies, oldest first."""
        room = self.workspace.channels[self.raw.channel]
        return [SeenMessage(self.workspace, m) for m in room.replies(self.raw.ts) if m.ts != self.raw.ts]

    @property
    def reactions(self) -> dict[str, list[str]]:
        return self.raw.reactions

    @property
    def pinned(self) -> bool:
        return self.raw.ts in self.workspace.channels[self.raw.channel].pins

    @property
    def deleted(self) -> bool:
        return self.raw.ts not in self.workspace.channels[self.raw.channel].messages and (
            self.raw not in self.workspace.ephemerals
        )

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons, in reading order."""
        every = [e for block in self.raw.all_blocks() for e in elements_of(block)]
        return [label(e) for e in every if e.get("type") == "button"]

    def button(self, wanted: str) -> SeenElement:
        """By label or action id; also finds selects and overflows. AssertionError names what there is."""
        found = find_element(self.raw.all_blocks(), wanted)
        if found is None:
            sentence = f"no {wanted!r} here, only {self.buttons}, on:\n{self.words}"
            raise AssertionError(sentence)
        return SeenElement(self, found[1])

    def matches(self, match: Match) -> bool:
        return match in self.words if isinstance(match, str) else match(self)


@dataclass(frozen=True, slots=True)
class SeenChannel:
    """A conversation as its members see it."""

    workspace: Workspace
    raw: Channel

    @property
    def id(self) -> str:
        return self.raw.id

    @property
    def name(self) -> str:
        return self.raw.name

    @property
    def messages(self) -> list[SeenMessage]:
        """What stands in the channel, oldest first, without replies (broadcast ones stand)."""
        return [SeenMessage(self.workspace, m) for m in self.raw.timeline()]

    @property
    def everything(self) -> list[SeenMessage]:
        """Messages and replies in the order they were posted."""
        return [SeenMessage(self.workspace, m) for m in self.raw.messages.values()]

    @property
    def pinned(self) -> list[SeenMessage]:
        return [SeenMessage(self.workspace, self.raw.messages[ts]) for ts in self.raw.pins]

    def message(self, match: Match) -> SeenMessage:
        """The newest message or reply that matches (words in it, or a predicate)."""
        for message in reversed(self.everything):
            if message.matches(match):
                return message
        heard = "\n---\n".join(m.words for m in self.everything) or "(silence)"
        sentence = f"#{self.name} has no message matching {match!r}; it has:\n{heard}"
        raise AssertionError(sentence)

    async def expects(self, match: Match, *, within: float = 5.0, after: str = "0") -> SeenMessage:
        """Waits for a message or reply that matches, posted after the stamp `after`."""

        def look() -> SeenMessage | None:
            return next((m for m in reversed(self.everything) if m.ts > after and m.matches(match)), None)

        return await self.workspace.watch.until(look, within=within, what=f"{match!r} in #{self.name}")

    def ephemerals(self, user: str) -> list[SeenMessage]:
        """What only this person sees here, oldest first."""
        reader = self.workspace.find_user(user).id
        found = [
            m for m in self.workspace.ephemerals if m.channel == self.raw.id and m.ephemeral_to == reader
        ]
        return [SeenMessage(self.workspace, m) for m in found]

    async def whispers(self, user: str, match: Match = "", *, within: float = 5.0) -> SeenMessage:
        """Waits for an ephemeral message to `user` that matches."""

        def look() -> SeenMessage | None:
            return next((m for m in reversed(self.ephemerals(user)) if m.matches(match)), None)

        return await self.workspace.watch.until(
            look, within=within, what=f"a whisper to {user} with {match!r}"
        )


@dataclass(frozen=True, slots=True)
class SeenView:
    """A modal or Home as its person sees it now."""

    workspace: Workspace
    raw: View

    @property
    def title(self) -> str:
        return str((self.raw.given.get("title") or {}).get("text", ""))

    @property
    def words(self) -> str:
        return "\n".join([self.title, *texts_in(self.raw.given["blocks"])])

    @property
    def errors(self) -> dict[str, str]:
        """What the app found wrong, by block id."""
        return self.raw.errors

    @property
    def labels(self) -> list[str]:
        return [b["label"]["text"] for b in self.raw.given["blocks"] if b["type"] == "input"]

    def use(self, wanted: str, value: Any = None) -> Envelope:
        return self.workspace.person(self.raw.user).uses(self.raw, wanted, value)

    def submit(self, entered: Json | None = None) -> Envelope:
        return self.workspace.person(self.raw.user).submits(entered)


async def modal(workspace: Workspace, user: str, match: str = "", *, within: float = 5.0) -> SeenView:
    """Waits until the person's top modal contains `match`."""
    person = workspace.find_user(user).id

    def look() -> SeenView | None:
        top = workspace.views.top(person)
        seen = SeenView(workspace, top) if top else None
        return seen if seen is not None and match in seen.words else None

    return await workspace.watch.until(look, within=within, what=f"a modal with {match!r} for {user}")


async def home(workspace: Workspace, user: str, match: str = "", *, within: float = 5.0) -> SeenView:
    """Waits until the person's Home of the first app contains `match`."""
    person = workspace.find_user(user).id

    def look() -> SeenView | None:
        found = workspace.views.home(person, next(iter(workspace.apps)))
        seen = SeenView(workspace, found) if found else None
        return seen if seen is not None and match in seen.words else None

    return await workspace.watch.until(look, within=within, what=f"a Home with {match!r} for {user}")
