"""The numbers of the model that are not in the taxonomy: one set for all sets of cases and all companies.

They were chosen by reasoning and then nudged, all together, on public cases (docs/suspects.md tells how, and
what each principle is worth). An ablation switches one principle off; `headwater bench suspects --ablate`
prints the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Chances are from 0 to 1, ratios multiply odds, times are in seconds."""

    background: float = 0.08
    """How often a monitor with no history alerts within an incident's window for reasons of its own."""
    critical: float = 0.5
    """Multiplies the background of the worst alerts (SEV1), ..."""
    warning: float = 4.0
    """... and of mild ones (SEV3 and less): the milder an alert, the oftener it means nothing."""
    chronic: bool = True
    """Whether a monitor's own history counts."""
    symptom: float = 0.002
    """The background of the symptom a responder starts from: it is real, and must be explained."""
    over: float = 0.6
    """The background of an alert that was over before the symptom began."""
    tolerance: float = 300.0
    """Alerts this close in time began together."""
    apart: float = 300.0
    """Beyond the tolerance, the background grows by e for each such span, ..."""
    apart_most: float = 8.0
    """... at most by this factor."""
    late: float = 0.7
    """What each tolerance beyond the first costs (log odds) a suspect whose own alert began after the
    symptom.
    """
    sure: bool = True
    """Whether some kinds of alert count as rarely false (the taxonomy's `alarm`)."""
    prone: bool = True
    """Whether some kinds of asset break oftener than others (the taxonomy's `prone`)."""
    unmonitored: float = 0.1
    """Multiplies the chance of being noticed where the registry says that nothing watches."""
    noticed_relay: float = 0.35
    """The highest chance of being noticed where an asset only relays."""
    noticed_checked: float = 0.9
    """The chance that a reading or run that was looked at, and was well, would have shown the trouble."""
    missing: bool = True
    """Whether alerts that should be there and are not count against a suspect."""
    patience: float = 600.0
    """So long after the symptom they count in full: by then every monitor has looked. Before, in
    proportion, ...
    """
    patience_least: float = 0.2
    """... but so much at once: a cause is older than its symptom."""
    incomplete: float = 0.6
    """The chance that this incident's alerts are incomplete, ..."""
    incomplete_factor: float = 0.4
    """... which multiplies every chance of being noticed."""
    narrow: float = 0.2
    """The chance that what is shared breaks for few of those who share it, ..."""
    narrow_factor: float = 0.35
    """... which multiplies every chance of passing trouble to one of several."""
    symptom_itself: float = 0.7
    """How much less likely than another asset the one that a responder starts from is the cause: an entrance
    alerts for everything behind it, so that it did says little about itself.
    """
    relay: float = 0.03
    """How much less likely than another asset a relay is the cause."""
    relays_as_evidence: bool = True
    """Whether a relay's alert is evidence about the asset it observes."""
    travel: bool = True
    """Whether each kind of alert has its own directions; else all trouble travels from upstream alike."""
    change: float = 250.0
    """The odds ratio of a change just before the symptom, ..."""
    change_fresh: float = 600.0
    """... in full for so long, ..."""
    change_fades: float = 600.0
    """... then fading by e for each such span."""
    second: float = 0.02
    """The chance that a second cause is at work besides the first."""
    second_among: int = 6
    """Among so many leading suspects pairs are tried."""
    sibling: float = 3.0
    """The odds ratio of a sibling that is as expected; its inverse where it is not."""
    unlisted: float = 0.5
    """The chance before any evidence that the cause is no asset of the neighbourhood, times the number of
    assets: an unlisted cause is as likely as half an asset, ...
    """
    unlisted_shows: float = 0.03
    """... and shows at each alert with this chance."""
    cut: float = 0.15
    """Trouble less likely than this is not followed further."""
    shortlist: float = 6.0
    """Suspects further (log odds) behind the leader than this are weighed roughly."""
    temperature: float = 0.6
    """Divides log odds: below 1 it sharpens, since a suspect is as good as its best explanation, not the
    sum.
    """
    confidence_offset: float = 2.0
    confidence_slope: float = 1.25
    """How often a lead was right: log odds of rightness = offset + slope * log odds of the lead."""


ABLATIONS: Final[Mapping[str, Weights]] = MappingProxyType(
    {
        "missing alerts": Weights(missing=False),
        "a young incident": Weights(patience=0.0),
        "alerts that are rarely false": Weights(sure=False),
        "kinds that break oftener": Weights(prone=False),
        "directions of travel": Weights(travel=False),
        "a monitor's own history": Weights(chronic=False),
        "alerts long over": Weights(over=0.0),
        "severity": Weights(critical=1.0, warning=1.0),
        "who came first": Weights(apart_most=1.0, late=0.0),
        "changes": Weights(change=0.0),
        "relays are no suspects": Weights(relay=1.0),
        "relays are evidence": Weights(relays_as_evidence=False),
        "the symptom is rarely the cause": Weights(symptom_itself=1.0),
        "alerts may be lost": Weights(incomplete=0.0),
        "shared parts may break for few": Weights(narrow=0.0),
        "a second cause": Weights(second=0.0),
    }
)
"""By principle, the weights without it."""
