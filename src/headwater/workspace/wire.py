"""The small vocabulary every file here shares: JSON as Slack sends it, and Slack's way of saying no."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class SlackRefusalError(Exception):
    """Slack would answer `ok: false` with this error code.

    `messages` go to `response_metadata.messages`, as Slack does for `invalid_arguments` and `invalid_blocks`;
    `extra` holds fields that some errors add beside the code, such as `needed` and `provided`.
    """

    def __init__(self, code: str, *, messages: list[str] | None = None, **extra: Any) -> None:
        super().__init__(f"{code}: {'; '.join(messages)}" if messages else code)
        self.code = code
        self.messages = messages or []
        self.extra = extra

    def body(self) -> Json:
        answer: Json = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": self.messages}
        return answer


class NotPossibleError(Exception):
    """A person tried something that Slack's own client would not let them do; the sentence says what and
    why.
    """
