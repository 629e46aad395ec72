"""A mapping: what an unknown JSON says, as a person wrote it down. YAML, with Jinja2 in its values.

Every key of the body is a name in the templates; `body` is all of it, and within `items` the item's own keys
come first and `item` is all of it. Templates run in a sandbox and strictly: what is not there is an error,
which boxes the delivery, never an alert that silently has no severity. Say `| default('')` for what may be
absent. `firing` and `resolved` are the words of `status`; a word in neither is remarked and no alert.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
import yaml
from jinja2 import ChainableUndefined, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from headwater.core.alerts import Delivery, Parsed, Problem, Report, Status
from headwater.core.severity import DEFAULT_SEVERITY, SENDERS_WORDS, Severity
from headwater.intake.decoding import UNDECODABLE, unreadable
from headwater.intake.labelling import digest, title_of
from headwater.intake.moments import from_text
from headwater.intake.standing import standing

LONGEST: Final = 20_000
"""A mapping longer than this is no mapping a person wrote."""

_FAULTS: Final = (
    TemplateError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What a template may raise: Jinja2 lets a template's own faults through as Python raises them."""
_BODY: Final = msgspec.json.Decoder()
_PATH: Final = re.compile(r"[A-Za-z_][\w.]*")


class _Missing(ChainableUndefined, StrictUndefined):
    """What is not there may be asked further (`a.b[0].c`); to print it or compare it is an error."""


_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(
    undefined=_Missing,
    finalize=lambda value: "" if value is None else value,
    autoescape=False,
)
# No escaping, because this makes no markup: whoever shows a text escapes it.


class MappingError(Exception):
    """The mapping itself won't do; the message says where and how to mend it."""


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    identity: str
    title: str
    status: str = "firing"
    items: str = ""
    firing: list[str] | None = None
    resolved: list[str] | None = None
    severity: str = ""
    severities: dict[str, str] = {}
    labels: dict[str, str] = {}
    description: str = ""
    starts_at: str = ""
    ends_at: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A mapping, compiled. `read` is pure."""

    items: tuple[str, ...]
    templates: Mapping[str, Template]
    labels: Mapping[str, Template]
    firing: frozenset[str] | None
    resolved: frozenset[str] | None
    severities: Mapping[str, Severity]

    def read(self, delivery: Delivery) -> Parsed:
        """A report an item that fires or is over; a problem an item that the mapping fails on."""
        try:
            body = _BODY.decode(delivery.body)
        except UNDECODABLE as error:
            return unreadable(delivery.body, error)
        reports: list[Report] = []
        problems: list[Problem] = []
        remarks: list[str] = []
        try:
            items = list(self._items(body))
        except ValueError as error:
            return Parsed(problems=(Problem("$", str(error), delivery.body),))
        for path, item in items:
            try:
                report = self._report(item, body, delivery)
            except _FAULTS as error:
                problems.append(
                    Problem(path, f"The mapping fails on this: {error}.", msgspec.json.encode(item))
                )
            else:
                reports.extend([report] if report else [])
                remarks.extend([] if report else ["a status that neither fires nor is over"])
        return Parsed(reports=tuple(reports), problems=tuple(problems), remark=next(iter(remarks), None))

    def _items(self, body: Any) -> Iterator[tuple[str, Any]]:
        if not self.items:
            yield "$", body
            return
        found = body
        for key in self.items:
            if not isinstance(found, dict) or key not in found:
                raise ValueError(
                    f"The mapping's items `{'.'.join(self.items)}` are not in this: `{key}` is missing."
                )
            found = found[key]
        if not isinstance(found, list):
            raise ValueError(f"The mapping's items `{'.'.join(self.items)}` are no list.")  # noqa: TRY004 - it is foreign data, told as such
        for place, item in enumerate(found):
            yield f"$.{'.'.join(self.items)}[{place}]", item

    def _report(self, item: Any, body: Any, delivery: Delivery) -> Report | None:
        known = _names(body) | _names(item) | {"body": body, "item": item}
        said = {name: template.render(known).strip() for name, template in self.templates.items()}
        status = self._status(said["status"])
        if status is None:
            return None
        if not said["identity"]:
            raise ValueError("its identity is empty")
        starts_at = _time(said.get("starts_at", ""), "starts_at") or delivery.received_at
        ends_at = _time(said.get("ends_at", ""), "ends_at")
        labels = {name: template.render(known).strip() for name, template in self.labels.items()}
        return Report(
            fingerprint=digest(said["identity"]),
            status=status,
            starts_at=starts_at,
            title=title_of(said["title"]),
            labels={name: value for name, value in labels.items() if value},
            annotations={"description": said["description"]} if said.get("description") else {},
            severity=self._severity(said.get("severity", "")),
            ends_at=(ends_at or delivery.received_at) if status is Status.RESOLVED else ends_at,
            link=said.get("link") or None,
        )

    def _status(self, word: str) -> Status | None:
        plain = word.lower()
        if self.resolved is not None and plain in self.resolved:
            return Status.RESOLVED
        if self.firing is not None and plain in self.firing:
            return Status.FIRING
        return standing(plain) if self.firing is None and self.resolved is None else None

    def _severity(self, word: str) -> Severity:
        plain = word.lower()
        return self.severities.get(plain) or SENDERS_WORDS.get(plain, DEFAULT_SEVERITY)


def _names(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _time(text: str, name: str) -> datetime | None:
    if text in {"", "None", "null"}:
        return None
    found = from_text(text)
    if found is None:
        raise ValueError(
            f"{name} is {text[:60]!r}, which is no time: ISO 8601 and Unix seconds or milliseconds are"
        )
    return found


@lru_cache(maxsize=200)
def compiled(text: str) -> Mapped:
    """The mapping in this YAML. Raises `MappingError`."""
    if len(text) > LONGEST:
        raise MappingError(f"The mapping is longer than {LONGEST:,} characters.")
    try:
        written = msgspec.convert(yaml.safe_load(text), _Written)
    except yaml.YAMLError as error:
        raise MappingError(f"The mapping is not YAML: {error}") from error
    except msgspec.ValidationError as error:
        raise MappingError(f"The mapping won't do: {error}. It needs at least identity and title.") from error
    singles = ("identity", "title", "status", "severity", "description", "starts_at", "ends_at", "link")
    if written.items and not _PATH.fullmatch(written.items):
        raise MappingError(f"items: {written.items!r} is no path of keys, such as payload.alerts.")
    return Mapped(
        items=tuple(written.items.split(".")) if written.items else (),
        templates={name: _template(name, source) for name in singles if (source := getattr(written, name))},
        labels={name: _template(f"labels.{name}", source) for name, source in written.labels.items()},
        firing=_words(written.firing),
        resolved=_words(written.resolved),
        severities={word.lower(): _severity(word, ours) for word, ours in written.severities.items()},
    )


def _template(name: str, source: str) -> Template:
    try:
        return _ENVIRONMENT.from_string(source)
    except TemplateSyntaxError as error:
        raise MappingError(f"{name}: {source!r} is no Jinja2 template: {error.message}.") from error


def _words(written: Sequence[str] | None) -> frozenset[str] | None:
    return None if written is None else frozenset(word.lower() for word in written)


def _severity(word: str, ours: str) -> Severity:
    if ours.lower() not in SENDERS_WORDS:
        raise MappingError(f"severities: {word} is {ours!r}; write sev1, sev2, sev3 or sev4.")
    return SENDERS_WORDS[ours.lower()]
