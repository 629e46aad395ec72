"""A story: a YAML file of timed deliveries and people's actions, read strictly (its guide: docs/stories.md).

Times are story times from the beginning; playing decides how quickly they pass. A step does one thing: `say`,
`fire`, `end`, `deliver`, or what a person does: `click`, `type`, `write`, `pin`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from headwater.catalog import durations
from headwater.catalog.problems import did_you_mean
from headwater.catalog.shapes import Got, Key, ListOf, MapOf, Notes, Record, Ref, Shape, Text, Word
from headwater.catalog.spellings import SLACK_CHANNEL
from headwater.catalog.yaml_nodes import compose
from headwater.core.alerts import NO_LABELS
from headwater.core.errors import HeadwaterError
from headwater.core.registry import Spot


class StoryError(HeadwaterError):
    """The story can't be played: a line for each thing wrong, with file, line, column and the mend."""


@dataclass(frozen=True, slots=True)
class Say:
    """The teller's words, shown in the terminal."""

    words: str


@dataclass(frozen=True, slots=True)
class Fire:
    """One delivery in which these alerts fire (names of the story's `alerts`)."""

    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """One delivery in which these alerts are resolved."""

    alerts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deliver:
    """A body from a file, as it is, from a sender of this format."""

    file: Path
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody doing something in a channel; without one, where the newest card is."""

    who: str
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Click(Person):
    """A click on a button of the channel's newest card; `fill` then fills the modal, by its labels."""

    button: str
    fill: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Type(Person):
    """A slash command."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(Person):
    """A message in the thread of the channel's newest card."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin(Person):
    """A pin on the newest message that holds these words."""

    words: str


Deed = Say | Fire | End | Deliver | Click | Type | Write | Pin


@dataclass(frozen=True, slots=True)
class Step:
    """One deed at its story time, and where it is written."""

    at: timedelta
    deed: Deed
    spot: Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryAlert:
    """An alert as its sender would send it."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All of it. `look` is whose eyes the page opens with, and on which channel; `try_next` are the teller's
    suggestions once it is over.
    """

    name: str
    title: str
    about: str
    alerts: Mapping[str, StoryAlert]
    steps: tuple[Step, ...]
    look: Person | None = None
    try_next: tuple[str, ...] = ()

    @property
    def length(self) -> timedelta:
        """From its beginning to its last step."""
        return self.steps[-1].at


def read_story(path: Path) -> Story:
    """The story in this file. Raises StoryError with everything that is wrong with it."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise StoryError(f"{path} can't be read: {wrong}. Give the path of a story file.") from None
    notes = Notes()
    root = compose(text, str(path), notes.problems)
    story = _STORY.read(root, notes) if root is not None else None
    if root is None and not notes.problems.errors:
        raise StoryError(f"{path} is empty. docs/stories.md shows what a story holds.")
    if story is None or notes.problems.errors:
        raise StoryError("\n".join(str(problem) for problem in notes.problems.in_order()))
    return story


_ALERT_NAMES: Final = ListOf(Text("gateway-slow"), "[gateway-slow]", least=1)
_AT: Final = Key(
    "at",
    Word(durations.duration, "2m30s", durations.DURATION_PATTERN),
    "When, from the story's beginning.",
    required=True,
)
_SAY: Final = Key("say", Text("The scheduler is loud first."), "Words of the teller, shown in the terminal.")
_FIRE: Final = Key("fire", _ALERT_NAMES, "Alerts that fire, in one delivery.")
_END: Final = Key("end", _ALERT_NAMES, "Alerts that are resolved, in one delivery.")
_DELIVER: Final = Key(
    "deliver", Text("body.json"), "A file whose body is delivered as it is, beside the story."
)
_FORMAT: Final = Key("format", Text("alertmanager"), "The format of `deliver`; alertmanager where absent.")
_WHO: Final = Key("who", Ref(("person",), "person:ana"), "The person who acts.")
_IN: Final = Key("in", SLACK_CHANNEL, "The channel they act in; where the newest card is, without it.")
_CLICK: Final = Key("click", Text("Acknowledge"), "A button of the channel's newest card.")
_FILL: Final[Key[Mapping[str, str]]] = Key(
    "fill", MapOf(Text("Re-ran it"), "{Note: Re-ran it}"), "What is entered in the modal, by label."
)
_TYPE: Final = Key("type", Text("/owner handler:docs"), "A slash command.")
_WRITE: Final = Key("write", Text("Looking."), "A message in the newest card's thread.")
_PIN: Final = Key("pin", Text("ran out of disk"), "Words of a message to pin.")

_OF_THE_WORLD: Final = ("say", "fire", "end", "deliver")
_OF_PEOPLE: Final = ("click", "type", "write", "pin")


def _step(got: Got) -> Step | None:
    deeds = [name for name in (*_OF_THE_WORLD, *_OF_PEOPLE) if name in got.nodes]
    if len(deeds) != 1:
        found = f"this one has {' and '.join(deeds)}" if deeds else "this one has none"
        listed = ", ".join((*_OF_THE_WORLD, *_OF_PEOPLE))
        got.node.error(f"A step does one thing; {found}.", f"Give it one of {listed}.")
        return None
    (name,) = deeds
    if name not in got.values:
        return None
    deed = _of_a_person(got, name) if name in _OF_PEOPLE else _of_the_world(got, name)
    return Step(got.need(_AT), deed, got.node.spot) if deed is not None else None


def _of_the_world(got: Got, name: str) -> Deed:
    if name == "say":
        return Say(got.need(_SAY))
    if name == "deliver":
        beside = Path(got.node.file).parent / got.need(_DELIVER)
        if not beside.is_file():
            got.nodes["deliver"].error(f"There is no file {beside}.", "Name one beside the story.")
        return Deliver(beside, got.get(_FORMAT) or "alertmanager")
    return Fire(got.need(_FIRE)) if name == "fire" else End(got.need(_END))


def _of_a_person(got: Got, name: str) -> Deed | None:
    who, channel = got.get(_WHO), got.get(_IN)
    if who is None or (channel is None and name == "type"):
        mend = 'Add who: person:ana, and in: "#name".'
        got.node.error(f"{name} needs who does it" + (", and in which channel." if who else "."), mend)
        return None
    if name == "click":
        return Click(who=who, channel=channel, button=got.need(_CLICK), fill=got.get(_FILL) or NO_LABELS)
    if name == "type":
        return Type(who=who, channel=channel, line=got.need(_TYPE))
    if name == "write":
        return Write(who=who, channel=channel, words=got.need(_WRITE))
    return Pin(who=who, channel=channel, words=got.need(_PIN))


_STEP: Final = Record(
    "step",
    (_AT, _SAY, _FIRE, _END, _DELIVER, _FORMAT, _WHO, _IN, _CLICK, _FILL, _TYPE, _WRITE, _PIN),
    _step,
    what="a step",
    example="{at: 30s, fire: [gateway-slow]}",
)

_TEXTS: Final[Shape[Mapping[str, str]]] = MapOf(Text("warning"), "{severity: warning}", least=1)
_LABELS: Final = Key("labels", _TEXTS, "Its labels; alertname is one of them.", required=True)
_ANNOTATIONS: Final = Key("annotations", _TEXTS, "Its annotations, such as summary.")
_ALERT: Final = Record(
    "alert",
    (_LABELS, _ANNOTATIONS),
    lambda got: StoryAlert(labels=got.need(_LABELS), annotations=got.get(_ANNOTATIONS) or NO_LABELS),
    what="an alert",
    example="{labels: {alertname: GatewaySlow}}",
)

_EYES: Final = Key("as", Ref(("person",), "person:eli"), "Whose eyes.", required=True)
_SIGHT: Final = Key("in", SLACK_CHANNEL, "The channel.", required=True)
_LOOK: Final = Key(
    "look",
    Record(
        "look",
        (_EYES, _SIGHT),
        lambda got: Person(who=got.need(_EYES), channel=got.need(_SIGHT)),
        what="where to look",
        example='{as: person:eli, in: "#docs-data"}',
    ),
    "Whose eyes the page opens with, and on which channel.",
)
_NAME: Final = Key("story", Text("nomad-status-first"), "Its name.", required=True)
_TITLE: Final = Key("title", Text("Loud is not guilty"), "Its title.", required=True)
_ABOUT: Final = Key("about", Text("What happens, and what to look at."), "What happens.", required=True)
_ALERTS: Final = Key(
    "alerts", MapOf(_ALERT, "{gateway-slow: {labels: {...}}}"), "Alerts by a name of your own."
)
_STEPS: Final = Key(
    "steps", ListOf(_STEP, "[{at: 0s, fire: [x]}]", least=1), "In order of time.", required=True
)
_TRY: Final = Key("try", ListOf(Text("Click Resolve."), "[Click Resolve.]"), "What to try when it is over.")


_IN_ORDER: Final = "Put the steps in order of time."


def _story(got: Got) -> Story | None:
    alerts = got.get(_ALERTS) or {}
    steps = got.need(_STEPS)
    problems = got.node.problems
    before = timedelta()
    for step in steps:
        if step.at < before:
            problems.error(step.spot, f"This step is at {step.at}, the one before at {before}.", _IN_ORDER)
        before = step.at
        for name in step.deed.alerts if isinstance(step.deed, Fire | End) else ():
            if name not in alerts:
                mend = did_you_mean(name, alerts) or "Describe it under alerts."
                problems.error(step.spot, f'No alert of this story is called "{name}".', mend)
    if not steps:
        return None
    return Story(
        name=got.need(_NAME),
        title=got.need(_TITLE),
        about=got.need(_ABOUT),
        alerts=alerts,
        steps=steps,
        look=got.get(_LOOK),
        try_next=got.get(_TRY) or (),
    )


_STORY: Final = Record(
    "story",
    (_NAME, _TITLE, _ABOUT, _LOOK, _ALERTS, _STEPS, _TRY),
    _story,
    what="a story",
    example="{story: mine, title: Mine, about: ..., steps: [...]}",
)
