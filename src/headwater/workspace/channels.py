"""Channels and direct messages: who is in, what is pinned, what is bookmarked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .messages import Message
from .wire import Json


class Kind(StrEnum):
    """What a conversation is; the values are Slack's `channel_type`."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"

    @property
    def scope_family(self) -> str:
        """The word that scopes and subscriptions use: `channels:history`, `message.groups`, `im:read`."""
        return {"channel": "channels", "group": "groups", "im": "im"}[self.value]


@dataclass(slots=True, kw_only=True)
class Channel:
    """One conversation with its messages by `ts`, oldest first (stamps rise, so insertion order is time
    order).
    """

    id: str
    name: str
    kind: Kind
    created: int
    creator: str
    members: list[str] = field(default_factory=list)
    topic: str = ""
    purpose: str = ""
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)

    def wire(self, viewer: str) -> Json:
        """As `conversations.info` shows it to `viewer` (a user id)."""
        answer: Json = {"id": self.id, "created": self.created, "is_archived": self.archived, "is_im": False}
        if self.kind is Kind.DIRECT:
            other = next((user for user in self.members if user != viewer), viewer)
            return answer | {"is_im": True, "user": other, "is_org_shared": False}
        return answer | {
            "name": self.name,
            "name_normalized": self.name,
            "creator": self.creator,
            "is_channel": self.kind is Kind.PUBLIC,
            "is_group": False,
            "is_mpim": False,
            "is_private": self.kind is Kind.PRIVATE,
            "is_general": False,
            "is_member": viewer in self.members,
            "num_members": len(self.members),
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": "", "last_set": 0},
        }

    def replies(self, thread_ts: str) -> list[Message]:
        """The parent and its replies, oldest first."""
        return [m for m in self.messages.values() if thread_ts in {m.ts, m.thread_ts}]

    def timeline(self) -> list[Message]:
        """What stands in the channel itself: no replies, but those that were broadcast."""
        return [m for m in self.messages.values() if m.thread_ts in {None, m.ts} or m.broadcast]
