"""Labels: identity derived from them, and foreign fields made into them."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

from headwater.core.refs import ASSET_KINDS, is_ref
from headwater.core.severity import DEFAULT_SEVERITY, Severity, from_word

LONGEST: Final = 2_000
"""A label's value is cut at so many characters: it is for matching and showing, not for keeping documents."""

_TITLE: Final = 300


def fingerprint(labels: Mapping[str, str]) -> str:
    """Label identity as 16 hex digits: the same labels in any order give the same."""
    return digest(*(part for pair in sorted(labels.items()) for part in pair))


def digest(*parts: str) -> str:
    """16 hex digits that name these texts, in this order."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def text_of(value: Any) -> str | None:
    """A foreign scalar as a label's value; None for null and for what is no scalar."""
    match value:
        case str():
            return value[:LONGEST]
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)[:LONGEST]
        case _:
            return None


def flat(fields: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The scalars of an object as labels; those of objects within under `outer_inner`, one level deep."""
    labels: dict[str, str] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            if not prefix:
                labels.update(flat(value, f"{name}_"))
        elif (text := text_of(value)) is not None:
            labels[f"{prefix}{name}"] = text
    return labels


def title_of(*candidates: str | None) -> str:
    """The first that says something, as one line of at most 300 characters."""
    for candidate in candidates:
        line = " ".join(candidate.split()) if candidate else ""
        if line:
            return line if len(line) <= _TITLE else line[: _TITLE - 1] + "…"
    return "An alert without a name"


def severity_of(labels: Mapping[str, str]) -> Severity:
    """From the labels `severity` or `priority`, in whatever words the sender has."""
    word = labels.get("severity") or labels.get("priority")
    return from_word(word) if word else DEFAULT_SEVERITY


def subject_of(labels: Mapping[str, str]) -> str | None:
    """The asset that these labels name: `asset` itself, else the first asset kind, as `kind:name`."""
    asset = labels.get("asset")
    if asset:
        return asset
    for kind in ASSET_KINDS:
        name = labels.get(kind)
        if name:
            return name if is_ref(name) else f"{kind}:{name}"
    return None
