"""One message, as it is kept and as the wire shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .wire import Json


@dataclass(slots=True, kw_only=True)
class Message:
    """A posted message. `user` is absent on what incoming webhooks post; `ephemeral_to` names its only
    reader.
    """

    channel: str
    ts: str
    team: str
    text: str = ""
    user: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    bot_profile: Json | None = None
    subtype: str | None = None
    username: str | None = None
    icons: Json | None = None
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    reply_ts: list[str] = field(default_factory=list)
    reply_users: list[str] = field(default_factory=list)
    ephemeral_to: str | None = None
    client_msg_id: str | None = None

    @property
    def author(self) -> str:
        """Whoever may edit or delete it: the user id, else the bot id."""
        return self.user or self.bot_id or ""

    def wire(self, *, with_metadata: bool = False) -> Json:
        """The message object of events, history and `block_actions`."""
        answer: Json = {"type": "message", "ts": self.ts, "text": self.text}
        if self.user is not None:
            answer |= {"user": self.user, "team": self.team}
        optional = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "bot_profile": self.bot_profile,
            "username": self.username,
            "icons": self.icons,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "files": self.files,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "client_msg_id": self.client_msg_id,
        }
        answer |= {key: value for key, value in optional.items() if value}
        if self.reactions:
            answer["reactions"] = [
                {"name": n, "users": list(u), "count": len(u)} for n, u in self.reactions.items()
            ]
        if self.reply_ts:
            answer |= {
                "reply_count": len(self.reply_ts),
                "reply_users": list(self.reply_users),
                "reply_users_count": len(self.reply_users),
                "latest_reply": self.reply_ts[-1],
            }
        if self.metadata and with_metadata:
            answer["metadata"] = self.metadata
        return answer

    def all_blocks(self) -> list[Json]:
        """Its own blocks, then those inside its attachments, in reading order."""
        return [*self.blocks, *(block for a in self.attachments for block in a.get("blocks", []))]


def texts_in(node: object) -> Iterator[str]:
    """Every string a reader sees in blocks or attachments, in document order: texts, titles, field values,
    cells.
    """
    if isinstance(node, list):
        for item in node:
            yield from texts_in(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"text", "title", "value", "pretext", "footer", "alt_text", "label", "fallback"} and (
                isinstance(value, str | int | float)
            ):
                if not (key == "value" and "action_id" in node):
                    yield str(value)
            else:
                yield from texts_in(value)
