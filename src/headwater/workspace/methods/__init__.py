"""The Web API methods, one file a family. A new method: its function and line in the family, and its name in
`schemas/generate.mjs`, whose output is the only list of arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import chat, conversations, files, marks, people, views
from .asked import Asked, Method, missing_scope

METHODS: Final[Mapping[str, Method]] = {
    **people.METHODS,
    **conversations.METHODS,
    **chat.METHODS,
    **marks.METHODS,
    **views.METHODS,
    **files.METHODS,
}

__all__ = ["METHODS", "Asked", "Method", "missing_scope"]
