"""Scores of rankings: top-1, top-3 and MRR with ties as their expected value, and what they are worth."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from random import Random
from statistics import mean
from typing import Final

SAME: Final = 9
"""Scores that agree to so many digits are a tie."""

RESAMPLES: Final = 1000


@dataclass(frozen=True, slots=True)
class Score:
    """Of one case: the chance, ties broken at random, that a right node is first, among the first three; and
    the expected inverse of the first right one's rank.
    """

    top1: float
    top3: float
    mrr: float


def score(scores: Mapping[str, float], right: Iterable[str]) -> Score:
    """The score of a ranking given as a number a node, more is better; right nodes not in it count
    nothing.
    """
    rounded = {node: round(value, SAME) for node, value in scores.items()}
    present = [rounded[node] for node in right if node in rounded]
    if not present:
        return Score(0.0, 0.0, 0.0)
    best = max(present)
    above = sum(value > best for value in rounded.values())
    tied = sum(value == best for value in rounded.values())
    hits = sum(value == best for value in present)
    return Score(
        _among(1 - above, tied, hits),
        _among(3 - above, tied, hits),
        sum(_first_at(place, tied, hits) / (above + place + 1) for place in range(tied - hits + 1)),
    )


def _among(slots: int, tied: int, hits: int) -> float:
    """The chance that one of `hits` among `tied` in random order is within the first `slots`."""
    if slots <= 0:
        return 0.0
    return 1.0 if slots >= tied else 1.0 - comb(tied - hits, slots) / comb(tied, slots)


def _first_at(place: int, tied: int, hits: int) -> float:
    return comb(tied - place - 1, hits - 1) / comb(tied, hits)


def average(scores: Sequence[Score]) -> Score:
    """The mean of each part; zeros of nothing."""
    if not scores:
        return Score(0.0, 0.0, 0.0)
    return Score(
        mean(one.top1 for one in scores), mean(one.top3 for one in scores), mean(one.mrr for one in scores)
    )


def macro(scores: Sequence[Score], truths: Sequence[str]) -> Score:
    """The mean over true nodes of the mean over their cases, so that no frequent cause carries the figure."""
    groups: dict[str, list[Score]] = {}
    for one, truth in zip(scores, truths, strict=True):
        groups.setdefault(truth, []).append(one)
    return average([average(group) for _, group in sorted(groups.items())])


def interval(values: Sequence[float], clusters: Sequence[str], *, seed: int = 7) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean, whole clusters drawn with replacement (seeded)."""
    groups: dict[str, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        groups.setdefault(cluster, []).append(value)
    listed = [(sum(group), len(group)) for _, group in sorted(groups.items())]
    if not listed:
        return 0.0, 0.0
    draw = Random(seed)  # noqa: S311 - resampling, not secrecy
    means: list[float] = []
    for _ in range(RESAMPLES):
        drawn = draw.choices(listed, k=len(listed))
        means.append(sum(total for total, _ in drawn) / sum(count for _, count in drawn))
    means.sort()
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]


@dataclass(frozen=True, slots=True)
class Bet:
    """How sure a decision was, and how right it turned out (between 0 and 1 on ties)."""

    confidence: float
    right: float


def risk_coverage(bets: Sequence[Bet]) -> list[tuple[float, float, float]]:
    """(threshold, coverage, precision) at every confidence, most confident first."""
    curve: list[tuple[float, float, float]] = []
    ordered = sorted(bets, key=lambda bet: -bet.confidence)
    right = 0.0
    for place, bet in enumerate(ordered, 1):
        right += bet.right
        if place == len(ordered) or ordered[place].confidence < bet.confidence:
            curve.append((bet.confidence, place / len(ordered), right / place))
    return curve


def threshold_for(bets: Sequence[Bet], precision: float) -> float:
    """The lowest confidence at and above which these bets were right so often; above 1 where none were."""
    fitting = [threshold for threshold, _, reached in risk_coverage(bets) if reached >= precision]
    return min(fitting, default=1.01)


def at_threshold(bets: Sequence[Bet], threshold: float) -> tuple[float, float]:
    """(coverage, precision) of deciding only at this confidence or more; precision of nothing is 1."""
    taken = [bet for bet in bets if bet.confidence >= threshold]
    if not bets or not taken:
        return 0.0, 1.0
    return len(taken) / len(bets), mean(bet.right for bet in taken)


def calibration_error(bets: Sequence[Bet], *, bins: int = 10) -> float:
    """Expected calibration error (Naeini 2015): mean distance of confidence and rightness, bins of equal
    width.
    """
    groups: dict[int, list[Bet]] = {}
    for bet in bets:
        groups.setdefault(min(int(bet.confidence * bins), bins - 1), []).append(bet)
    return sum(
        len(group) * abs(mean(bet.confidence for bet in group) - mean(bet.right for bet in group))
        for group in groups.values()
    ) / max(len(bets), 1)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies (nearest rank); 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


Rule = Callable[[object], Mapping[str, float]]
