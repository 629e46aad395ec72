"""Reasons: why a decision was taken, as data (`code`, `facts`) and as a sentence.

Every code has one sentence here and one line in docs/reasons.md; a test holds both to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Code(StrEnum):
    """What kind of decision or rule it was."""

    # placing
    ASSET_LABEL = "asset-label"
    MATCH_RULE = "match-rule"
    OVERLAY = "overlay"
    ALIAS = "alias"
    UNPLACED = "unplaced"
    PLACED_BY_PERSON = "placed-by-person"
    # correlating
    OPENED = "opened"
    SAME_ASSET = "same-asset"
    SAME_UNPLACED = "same-unplaced"
    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    SHARED_UPSTREAM = "shared-upstream"
    REOPENED = "reopened"
    RECURRENCE = "recurrence"
    # routing
    OWNER = "owner"
    UPSTREAM_OWNER = "upstream-owner"
    LIAISON = "liaison"
    DEFAULT_OWNER = "default-owner"
    SUSPECT = "suspect"
    SYMPTOM_OWNER = "symptom-owner"
    CATCH_ALL = "catch-all"
    PERSON_DECIDED = "person-decided"
    CONTESTED = "contested"
    ARBITER = "arbiter"
    ARBITRATED = "arbitrated"
    DECLARED = "declared"
    # dedupe
    REPEAT = "repeat"
    REFIRED = "refired"
    RESOLVED_UNKNOWN = "resolved-unknown"
    LATE = "late"


SENTENCES: Final[Mapping[Code, str]] = MappingProxyType(
    {
        Code.ASSET_LABEL: "the alert names {asset} in its label {label}",
        Code.MATCH_RULE: "rule “{rule}” ({spot}) places it on {asset}",
        Code.OVERLAY: "{who} placed such alerts on {asset} until the rule is in the registry",
        Code.ALIAS: "label {label}={value} is an alias of {asset}",
        Code.UNPLACED: "no rule, label or alias places it",
        Code.PLACED_BY_PERSON: "{who} placed it on {asset}",
        Code.OPENED: "nothing open is near {asset}",
        Code.SAME_ASSET: "{asset} is already in this incident",
        Code.SAME_UNPLACED: "the same unplaced alert is already in this incident",
        Code.UPSTREAM: "{asset} stands upstream of {other}: {path}",
        Code.DOWNSTREAM: "{asset} stands downstream of {other}: {path}",
        Code.SHARED_UPSTREAM: "{asset} and {other} share {shared}",
        Code.REOPENED: "the same alert fired again {ago} after this incident was resolved",
        Code.RECURRENCE: "the same alert was in {incident}",
        Code.OWNER: "{team} owns {asset} ({spot}), whose alert fired",
        Code.UPSTREAM_OWNER: (
            "{team} owns {asset} ({spot}), which alerts too and stands upstream of {other}: {path}"
        ),
        Code.LIAISON: "{asset} belongs to {owner}; {team} answers for it ({spot})",
        Code.DEFAULT_OWNER: "nobody is written as owner of {asset} ({spot}); {team} is the default owner",
        Code.SUSPECT: "{team} most likely owns the cause ({share}): {asset} ({likely}): {why} ({spot})",
        Code.SYMPTOM_OWNER: (
            "{team} owns {asset} ({spot}), where the symptom shows; no cause leads clearly ({rivals})"
        ),
        Code.CATCH_ALL: "no rule places the alert on an asset; {team} catches what is unplaced",
        Code.PERSON_DECIDED: "{who} gave it to {team}: {why}",
        Code.CONTESTED: "{who} says it is not {team}'s: {why}; {next} was next",
        Code.ARBITER: "{who} says it is not {team}'s: {why}; {next} decides",
        Code.ARBITRATED: "{who} decided for {arbiter} that it is {team}'s: {why}",
        Code.DECLARED: "{who} declared it and named no asset; {team} catches what is unplaced",
        Code.REPEAT: "the same alert again, nothing changed",
        Code.REFIRED: "the same alert began again",
        Code.RESOLVED_UNKNOWN: "a resolution of an alert never seen firing: nothing to do",
        Code.LATE: "it is older than what is known of this alert: nothing to do",
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code and the facts its sentence needs."""

    code: Code
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def sentence(self) -> str:
        """The reason in words: a clause without a capital or a full stop, so that it fits after "because"."""
        return SENTENCES[self.code].format_map(self.facts)


def because(code: Code, **facts: str) -> Reason:
    """A reason with its facts."""
    return Reason(code, facts)
