"""The words with a grammar that several records share: Slack ids, zones, durations, references to people."""

import re
from typing import Final

from headwater.catalog import durations
from headwater.catalog.shapes import ListOf, Ref, Word

_CHANNEL: Final = r"#[^\s#@.,:A-Z]{1,80}|[CG][A-Z0-9]{2,}"


def _spelled(pattern: str, sentence: str, example: str) -> Word[str]:
    compiled = re.compile(pattern)

    def parse(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(sentence)
        return text

    return Word(parse, example, pattern)


def _zone_name(text: str) -> str:
    return durations.zone(text).key


SLACK_USER: Final = _spelled(
    r"[UW][A-Z0-9]{2,}", "A Slack user id begins with U or W; copy it from the person's profile.", "U0ANA"
)
SLACK_GROUP: Final = _spelled(r"S[A-Z0-9]{2,}", "A Slack user group's id begins with S.", "S0BACKUP")
SLACK_CHANNEL: Final = _spelled(
    _CHANNEL, "A Slack channel is #name in lower case, or an id that begins with C or G.", '"#backup-ml"'
)
EMAIL: Final = _spelled(r"[^@\s]+@[^@\s]+", "An e-mail address has one @.", "ana@example.com")
ZONE: Final = Word(_zone_name, "Europe/Berlin")
PERSON: Final = Ref(("person",), "person:ana")
TEAM: Final = Ref(("team",), "team:backup")
PEOPLE_LIST: Final = ListOf(PERSON, "[person:ana, person:bo]")
