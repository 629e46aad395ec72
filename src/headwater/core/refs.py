"""References: Backstage's string form, `kind:name` or `kind:namespace/name`."""

import re
from typing import Final

ASSET_KINDS: Final = (
    "handler",
    "prompt",
    "model",
    "index",
    "pipeline",
    "source",
    "service",
    "monitor",
    "feed",
)
"""What can be owned and can break."""

OWNER_KINDS: Final = ("team", "person", "vendor")
"""What can own."""

_REF = re.compile(r"(?P<kind>[a-z]+):(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?)")


def is_ref(text: str) -> bool:
    """Whether `text` has the form `kind:name` or `kind:namespace/name`, whatever the kind."""
    return _REF.fullmatch(text) is not None


def kind_of(ref: str) -> str:
    """The part before the colon: `handler` of `handler:support/refunds`."""
    return ref.partition(":")[0]


def name_of(ref: str) -> str:
    """The part after the colon: `support/refunds` of `handler:support/refunds`."""
    return ref.partition(":")[2]
