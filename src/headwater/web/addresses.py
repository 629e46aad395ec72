"""Which format, and perhaps which sender, a URL path speaks of.

`/hooks/<format>`, `/hooks/<format>/<sender>` and `/hooks/<sender>`, each followed by the format's own tail
(`/api/v2/alerts`); and for rooted formats that tail alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from headwater.core.senders import SenderBook
from headwater.intake.format import Format, Path

PREFIX: Final = "/hooks/"


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL names: a format, the sender if it stands there, and the format's own part of the path."""

    format: Format
    sender: str | None
    paths: tuple[Path, ...]
    tail: str
    token: str | None = None

    def path_for(self, method: str) -> Path | None:
        """The one that takes this method."""
        return next((path for path in self.paths if method in path.methods), None)

    @property
    def methods(self) -> tuple[str, ...]:
        """Every method that some path here takes, sorted."""
        return tuple(sorted({method for path in self.paths for method in path.methods}))


@dataclass(frozen=True, slots=True)
class _Pattern:
    shape: re.Pattern[str]
    path: Path


@dataclass(slots=True)
class Addresses:
    """Every address that is served now: made anew when a sender comes or goes."""

    formats: Mapping[str, Format]
    book: SenderBook
    _exact: dict[str, Address] = field(init=False)
    _bases: dict[str, tuple[Format, str | None]] = field(init=False)
    _patterns: dict[str, tuple[_Pattern, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._bases = dict(self._all_bases())
        self._exact = {}
        self._patterns = {
            each.name: tuple(_Pattern(path.matcher(), path) for path in each.paths if "{" in path.tail)
            for each in self.formats.values()
        }
        for base, (form, sender) in self._bases.items():
            self._spell_out(base, form, sender)
        for form in self.formats.values():
            if form.rooted:
                self._spell_out("", form, None)

    def _all_bases(self) -> Iterator[tuple[str, tuple[Format, str | None]]]:
        for sender in self.book.by_name.values():
            form = self.formats.get(sender.format)
            if form is not None:
                yield f"{PREFIX}{sender.name}", (form, sender.name)
                yield f"{PREFIX}{form.name}/{sender.name}", (form, sender.name)
        # Last, so that a format's own name always means all senders of it, whatever a sender is called.
        for form in self.formats.values():
            yield f"{PREFIX}{form.name}", (form, None)

    def _spell_out(self, base: str, form: Format, sender: str | None) -> None:
        for tail in {path.tail for path in form.paths if "{" not in path.tail}:
            paths = tuple(path for path in form.paths if path.tail == tail)
            if base + tail:
                self._exact[base + tail] = Address(form, sender, paths, tail)

    def find(self, path: str, sent: str) -> Address | None:
        """The address at this path; a slash at its end changes nothing. `sent` is still percent-encoded."""
        found = self._exact.get(path)
        if found is not None:
            return found
        return self._exact.get(path.rstrip("/")) or self._by_pattern(sent.rstrip("/"))

    def _by_pattern(self, path: str) -> Address | None:
        if path.startswith(PREFIX):
            segments = path.split("/")
            for depth in (4, 3):
                base = self._bases.get("/".join(segments[:depth]))
                if base is not None:
                    return self._in_format(*base, "".join(f"/{segment}" for segment in segments[depth:]))
            return None
        for form in self.formats.values():
            if form.rooted and (found := self._in_format(form, None, path)) is not None:
                return found
        return None

    def _in_format(self, form: Format, sender: str | None, tail: str) -> Address | None:
        matches = [
            (found, pattern.path)
            for pattern in self._patterns[form.name]
            if (found := pattern.shape.fullmatch(tail)) is not None
        ]
        if not matches:
            return None
        groups = matches[0][0].groupdict()
        token = groups.get("token")
        kept = tail if token is None else tail.replace(token, "-", 1)
        return Address(form, sender, tuple(path for _, path in matches), kept, token)
