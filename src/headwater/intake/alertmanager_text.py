"""Labels out of the text that Alertmanager's default templates write for PagerDuty, Opsgenie and chat."""

import re
from typing import Final

_LABEL: Final = re.compile(r"^ - (?P<name>[A-Za-z_][A-Za-z0-9_]*) = (?P<value>.*)$", re.MULTILINE)


def shared_labels(text: str) -> dict[str, str]:
    """The labels that all alerts in the text share: `Labels:` followed by lines ` - name = value`.

    A group's text lists each alert with its own labels; what differs says nothing of the group.
    """
    shared: dict[str, str] | None = None
    for block in text.split("Labels:\n")[1:]:
        own = {found["name"]: found["value"] for found in _LABEL.finditer(block.partition("Annotations:")[0])}
        shared = own if shared is None else {k: v for k, v in shared.items() if own.get(k) == v}
    return shared or {}
