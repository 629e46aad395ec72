"""`headwater formats learn`: proposes a mapping of an unknown JSON, from a few deliveries of it.

1. Find the list that looks most like alerts, or take the body for one alert.
2. Walk to every scalar; keep those that are in every item.
3. Score each by its name and its values for each key of a mapping; the best, first in the body, wins.
4. Write the mapping with a comment a key: why, and what was seen. A person edits it.
"""

import json
import keyword
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from headwater.core.alerts import Status
from headwater.core.refs import ASSET_KINDS
from headwater.core.severity import SENDERS_WORDS
from headwater.intake.moments import from_text
from headwater.intake.standing import standing

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "identity": (
        "fingerprint",
        "alert_id",
        "incident_id",
        "issue_id",
        "rule_id",
        "monitor_id",
        "id",
        "uid",
        "key",
    ),
    "title": ("title", "summary", "name", "rule_name", "alert_name", "message", "subject"),
    "status": ("status", "state", "alert_status", "event_type", "transition", "action", "condition"),
    "severity": ("severity", "priority", "level", "urgency", "impact"),
    "starts_at": (
        "starts_at",
        "started_at",
        "start_time",
        "fired_at",
        "triggered_at",
        "created_at",
        "timestamp",
        "date",
    ),
    "ends_at": ("ends_at", "ended_at", "resolved_at", "closed_at", "end_time"),
    "link": ("link", "url", "permalink", "href", "web_url"),
    "description": ("description", "body", "text", "message", "details"),
}
_PLACES: Final = (*ASSET_KINDS, "team", "env", "environment", "metric", "dataset", "project")
_RESERVED: Final = frozenset(keyword.kwlist) | {"true", "false", "none", "self", "item", "body", "loop"}
_YAMLS: Final = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
_DEEPEST: Final = 5
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """A scalar that every item has: its path of keys, and its values in the items' order."""

    path: tuple[str, ...]
    values: tuple[Any, ...]

    @property
    def name(self) -> str:
        """Its last key, in lower case with underscores: `startsAt` is `starts_at`."""
        return (
            "".join(f"_{char.lower()}" if char.isupper() else char for char in self.path[-1])
            .strip("_")
            .replace("-", "_")
        )

    @property
    def template(self) -> str:
        """How a mapping's template asks for it."""
        head, *rest = self.path
        base = head if head.isidentifier() and head not in _RESERVED else f"item[{head!r}]"
        return base + "".join(f".{key}" if key.isidentifier() else f"[{key!r}]" for key in rest)


def learn(bodies: Sequence[Any]) -> str:
    """A mapping's YAML for bodies like these. Raises `ValueError` with a sentence where none can be found."""
    items_path, items = _items(bodies)
    if not items:
        raise ValueError("There is no JSON object in these deliveries: nothing to map.")
    seen = _shared(items)
    chosen = {key: found for key in _NAMES if (found := _best(key, seen)) is not None}
    if "identity" not in chosen and "title" not in chosen:
        raise ValueError(
            "Nothing in these deliveries looks like an identity or a title: write the mapping by hand."
        )
    chosen.setdefault("identity", chosen.get("title") or chosen["identity"])
    chosen.setdefault("title", chosen["identity"])
    return "".join(_written(items_path, chosen, seen))


def _items(bodies: Sequence[Any]) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    lists: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for body in bodies:
        for path, found in _lists(body, ()):
            lists.setdefault(path, []).extend(found)
    likely = [
        path
        for path in lists
        if path and path[-1].lower() in {"alerts", "incidents", "issues", "items", "events"}
    ]
    if likely:
        return likely[0], lists[likely[0]]
    return (), [body for body in bodies if isinstance(body, dict)]


def _lists(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    if isinstance(value, dict) and len(path) < _DEEPEST:
        for key, inner in value.items():
            if isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
                yield (*path, key), inner
            else:
                yield from _lists(inner, (*path, key))


def _shared(items: Sequence[dict[str, Any]]) -> list[Seen]:
    flat = [dict(_scalars(item, ())) for item in items]
    return [
        Seen(path, tuple(each[path] for each in flat))
        for path in flat[0]
        if all(path in each for each in flat)
    ]


def _scalars(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        if len(path) < _DEEPEST:
            for key, inner in value.items():
                yield from _scalars(inner, (*path, key))
    elif path and not isinstance(value, list):
        yield path, value


def _best(key: str, seen: Sequence[Seen]) -> Seen | None:
    scored = [(_score(key, each), -place, each) for place, each in enumerate(seen)]
    score, _, best = max(scored, key=lambda one: one[:2], default=(0, 0, None))
    return best if score > 0 else None


def _score(key: str, seen: Seen) -> float:
    names = _NAMES[key]
    fits = _fits(key, seen)
    if fits == 0:
        return 0
    if seen.name in names:
        return 10 + fits + (len(names) - names.index(seen.name)) / len(names) - len(seen.path) / 10
    return fits if key in {"status", "severity"} and fits > 1 else 0


def _fits(key: str, seen: Seen) -> float:
    """0: its values can't be this. 1: they may be. 2: they look like it."""
    texts = [str(value) for value in seen.values if value is not None]
    if not texts:
        return 1 if key in {"ends_at", "link", "description"} else 0
    match key:
        case "status":
            return 2 if all(standing(text.rpartition(".")[2]) for text in texts) else 0
        case "severity":
            return 2 if all(text.lower() in SENDERS_WORDS for text in texts) else 0
        case "starts_at" | "ends_at":
            return 1 if all(from_text(text) for text in texts) else 0
        case "link":
            return 1 if all(text.startswith(("http://", "https://")) for text in texts) else 0
        case "identity":
            return 1
        case _:
            return 1 if any(" " in text or text.isalpha() for text in texts) or key == "title" else 0


def _written(items: tuple[str, ...], chosen: Mapping[str, Seen], seen: Sequence[Seen]) -> Iterator[str]:
    yield "# Proposed by headwater formats learn. Check it: is this the identity, and which words end it?\n"
    if items:
        yield f"items: {'.'.join(items)}\n"
    for key, found in chosen.items():
        yield f"# seen: {_examples(found)}\n"
        default = "" if key in {"identity", "title", "status"} else " | default('')"
        yield f"{key}: {_quoted(f'{{{{ {found.template}{default} }}}}')}\n"
        if key == "status":
            yield from _words(found)
    taken = {found.path for found in chosen.values()}
    labels = [each for each in seen if each.name in _PLACES and each.path not in taken]
    if labels:
        yield "# what places it on an asset\nlabels:\n"
        for each in labels:
            template = f"{{{{ {each.template} | default('') }}}}"
            yield f"  {each.name}: {_quoted(template)}   # seen: {_examples(each)}\n"


def _words(found: Seen) -> Iterator[str]:
    words = dict.fromkeys(str(value) for value in found.values)
    for key, status in (("firing", Status.FIRING), ("resolved", Status.RESOLVED)):
        said = [_quoted(word) for word in words if standing(word.rpartition(".")[2]) is status]
        yield (
            f"{key}: [{', '.join(said)}]"
            + ("" if said else "   # none seen: write the word that says so")
            + "\n"
        )


def _quoted(text: str) -> str:
    """A YAML scalar: plain for a plain word, else JSON's quotes, which YAML reads alike."""
    return text if text.isascii() and text.isalpha() and text.lower() not in _YAMLS else json.dumps(text)


def _examples(found: Seen) -> str:
    texts = (" ".join(str(value).split())[:60] for value in found.values)
    values = dict.fromkeys("".join(char if char.isprintable() else "?" for char in text) for text in texts)
    return ", ".join(list(values)[:_SHOWN])
