"""The ranking: which asset, with which class of cause, is likely behind the symptoms, and how sure that is.

For every suspect: `log prior + hints + fit`, the fit being how well its spreading trouble explains what was
seen and what was not (`spread`), averaged over what is not known of the incident: whether alerts were lost,
and whether what is shared broke for all. Then pairs of leading suspects, where a second cause explains
enough to be worth its price; then everything is normalised, together with `unlisted`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import exp, log

from headwater.core.suspects import hints
from headwater.core.suspects.lattice import Lattice, build
from headwater.core.suspects.problem import Node, Problem
from headwater.core.suspects.promise import Promises
from headwater.core.suspects.sight import Sight, look
from headwater.core.suspects.spread import TIE, Tree, fit, grow
from headwater.core.suspects.taxonomy import Home, Taxonomy
from headwater.core.suspects.twins import twins
from headwater.core.suspects.weights import Weights

SAME = 9
"""Probabilities that agree to so many digits share a rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """An asset with a class of cause. `rank` is shared on ties: 1, 1, 3."""

    asset: str
    cause: str
    probability: float
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An asset over all its classes of cause."""

    asset: str
    probability: float
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Best first. The probabilities of `assets`, and those of `suspects`, sum to 1 with `unlisted`.

    `confidence` is how often a leader like this one is right, from 0 to 1; 0 where nobody leads. `second` is
    the asset of a second cause that the leading explanation needs besides the first, or None.
    """

    assets: tuple[Candidate, ...]
    suspects: tuple[Suspect, ...]
    unlisted: float
    confidence: float
    second: str | None = None

    @property
    def leader(self) -> Candidate | None:
        """The leading asset; None where `unlisted` is likelier, or two assets lead."""
        first = self.assets[0] if self.assets else None
        if first is None or first.probability <= self.unlisted:
            return None
        tied = len(self.assets) > 1 and self.assets[1].rank == 1
        return None if tied else first

    def probability_of(self, asset: str) -> float:
        """The probability that this asset is the cause, 0 for one that is not in the ranking."""
        return next((one.probability for one in self.assets if one.asset == asset), 0.0)


@dataclass(frozen=True, slots=True)
class Model:
    """A problem made ready: its lattice, what was seen, and the hints by asset."""

    problem: Problem
    taxonomy: Taxonomy
    weights: Weights
    lattice: Lattice
    sight: Sight
    hints: Mapping[str, list[hints.Hint]]
    by_kind: dict[tuple[str, bool], tuple[tuple[str, Home, float], ...]] = field(default_factory=dict)

    def homes(self, node: Node) -> tuple[tuple[str, Home, float], ...]:
        """The classes of cause that an asset admits, each with its home there and its share."""
        key = (node.kind, node.vendor)
        if key not in self.by_kind:
            self.by_kind[key] = self.taxonomy.homes(node.kind, vendor=node.vendor)
        return self.by_kind[key]

    def shows(self, asset: str, home: Home) -> dict[int, float]:
        """The states in which a cause of this home shows on the asset, each with its chance."""
        known = self.lattice.trouble_number
        return {self.lattice.at(asset, name): chance for name, chance in home.shows.items() if name in known}

    def tree(self, shows: Mapping[int, float]) -> Tree:
        """How trouble spreads from these states."""
        return grow(self.lattice.arcs, self.sight.complete, shows, self.weights.cut)

    def fit(self, tree: Tree, sight: Sight | None = None) -> float:
        """The fit, averaged over whether alerts were lost and over how much of what is shared broke."""
        seen = sight or self.sight
        lossy, narrow = self.weights.incomplete, self.weights.narrow
        fits = [((1 - lossy) * (1 - narrow), fit(tree, seen.complete))]
        if lossy:
            fits.append((lossy * (1 - narrow), fit(tree, seen.lossy)))
        if narrow:
            fits.append(((1 - lossy) * narrow, fit(tree, seen.complete, narrow=True)))
        if lossy and narrow:
            fits.append((lossy * narrow, fit(tree, seen.lossy, narrow=True)))
        return log_sum(log(chance) + value for chance, value in fits)


def prepare(problem: Problem, taxonomy: Taxonomy, weights: Weights) -> Model:
    """The problem made ready to be weighed."""
    lattice = build(problem, taxonomy, weights)
    sight = look(problem, taxonomy, weights, lattice)
    return Model(problem, taxonomy, weights, lattice, sight, hints.of_asset(problem, weights, lattice, sight))


def rank(problem: Problem, taxonomy: Taxonomy, weights: Weights | None = None) -> Ranking:
    """The suspects of a problem, best first. Deterministic; names and order of input make no difference."""
    return rank_model(prepare(problem, taxonomy, weights or Weights()))


@dataclass(slots=True)
class _Weighed:
    """One asset in one shape. `prior` is the asset's with its hints, `causes` what each class costs on
    top.
    """

    asset: str
    shape: str
    shows: dict[int, float]
    tree: Tree | None
    prior: float
    fit: float
    causes: list[tuple[str, float]]
    price: float = 0.0

    @property
    def total(self) -> float:
        return self.prior + self.fit + self.price


def rank_model(model: Model) -> Ranking:
    """The suspects of a model, best first."""
    promises = Promises(model.lattice.arcs, model.sight.complete, model.weights.cut)
    weighed = _weigh_all(model, promises)
    scores: dict[tuple[str, str], list[float]] = {}
    for one in weighed:
        for cause, price in one.causes:
            scores.setdefault((one.asset, cause), []).append(one.prior + one.fit + price)
    second = _add_pairs(model, promises, weighed, scores)
    temperature = model.weights.temperature
    single = {key: log_sum(values) / temperature for key, values in scores.items()}
    nothing = _unlisted(model) / temperature
    whole = log_sum([*single.values(), nothing])
    chances = {key: exp(value - whole) for key, value in single.items()}
    return _ranked(chances, exp(nothing - whole), second, model.weights)


def _weigh_all(model: Model, promises: Promises) -> list[_Weighed]:
    """Every asset in every shape: first by its promise, then by its tree while its promise could still
    matter.

    What is left over keeps the promise as its fit, but never comes within the shortlist of the leader.
    """
    weighed = [one for node in model.lattice.nodes for one in _promised(model, node, promises)]
    weighed.sort(key=lambda one: -one.total)
    alike = twins(model.problem, model.lattice, model.sight)
    tried: dict[tuple[object, str], _Weighed] = {}
    best = float("-inf")
    for one in weighed:
        twin = tried.get((alike[one.asset], one.shape))
        least = best - model.weights.shortlist
        if twin is not None:
            one.fit = twin.fit
        elif one.total < least - TIE:
            one.fit = min(one.fit, least - (one.total - one.fit))
        else:
            one.tree = model.tree(one.shows)
            one.fit = fit(one.tree, model.sight.complete)
            tried[alike[one.asset], one.shape] = one
        best = max(best, one.total)
    for one in tried.values():
        if one.tree is not None and one.total >= best - model.weights.shortlist:
            one.fit = model.fit(one.tree)
    for one in weighed:
        one.fit = tried.get((alike[one.asset], one.shape), one).fit
    return weighed


def _promised(model: Model, node: Node, promises: Promises) -> list[_Weighed]:
    often = model.taxonomy.prone.get(node.kind, 1.0) if model.weights.prone else 1.0
    prior = sum(hint.weight for hint in model.hints[node.ref]) + log(often / len(model.lattice.nodes))
    shapes: dict[str, _Weighed] = {}
    for cause, home, share in model.homes(node):
        known = shapes.get(home.shape)
        if known is None:
            shows = model.shows(node.ref, home)
            known = _Weighed(node.ref, home.shape, shows, None, prior, promises.of(shows), [])
            shapes[home.shape] = known
        said = hints.of_cause(model.problem, model.taxonomy, model.weights, node.ref, cause)
        known.causes.append((cause, log(share) + sum(hint.weight for hint in said)))
    for one in shapes.values():
        one.price = log_sum([price for _, price in one.causes])
    return list(shapes.values())


def _add_pairs(
    model: Model, promises: Promises, weighed: list[_Weighed], scores: dict[tuple[str, str], list[float]]
) -> str | None:
    """Two causes at once, at a price; a pair speaks for the one from which the symptom came.

    Returns the asset of the other cause where a pair beats every single suspect.
    """
    if not model.weights.second or not model.sight.symptoms:
        return None
    assets = log(len(model.lattice.nodes))
    top = max((one.total for one in weighed), default=0.0)
    least = top - model.weights.shortlist / 2
    second = None
    for pair in combinations(_leaders(model, weighed), 2):
        one, other = pair
        shows = one.shows | other.shows
        prior = one.prior + other.prior + assets + log(model.weights.second)
        if prior + one.price + other.price + promises.of(shows) < least:
            continue
        tree = model.tree(shows)
        both = model.fit(tree) + prior
        reached = _who_reached(model, tree, one)
        for owner, guest in (pair, pair[::-1]):
            share = reached if owner is one else 1.0 - reached
            if share <= 0.0:
                continue
            for cause, price in owner.causes:
                scores[owner.asset, cause].append(both + price + guest.price + log(share))
            if share > 0.5 and both + one.price + other.price > top:
                top, second = both + one.price + other.price, guest.asset
    return second


def _leaders(model: Model, weighed: Iterable[_Weighed]) -> list[_Weighed]:
    """The best shape of each leading asset; those that tie with the last are in, unless they are many."""
    best: dict[str, _Weighed] = {}
    for one in weighed:
        if one.asset not in best or one.total > best[one.asset].total:
            best[one.asset] = one
    order = sorted(best.values(), key=lambda one: -one.total)
    among = model.weights.second_among
    if len(order) <= among:
        return order
    least = order[among - 1].total - TIE
    return [one for one in order if one.total >= least][: 2 * among]


def _who_reached(model: Model, tree: Tree, one: _Weighed) -> float:
    """How much of the symptom came from `one`, in the tree of two causes; 1 is all of it."""
    place = {state: at for at, state in enumerate(tree.states)}
    shares = [_from(tree, place[state], one.shows) for state in model.sight.symptoms if state in place]
    return sum(sorted(shares)) / len(shares) if shares else 0.5


def _from(tree: Tree, at: int, shows: Mapping[int, float]) -> float:
    """The share of the ways up the tree from a position that end in `shows`."""
    above = tree.parents[at]
    if above == -1:
        return 1.0 if tree.states[at] in shows else 0.0
    if above >= 0:
        return _from(tree, above, shows)
    several = tree.joint[-2 - above]
    return sum(sorted(_from(tree, parent, shows) for parent in several)) / len(several)


def _unlisted(model: Model) -> float:
    """A cause that is no asset here: as likely as a part of one, it may show at any alert."""
    shows = model.weights.unlisted_shows
    lift = sum(log((shows + (1 - shows) * rate) / rate) for rate in model.sight.background.values())
    return log(model.weights.unlisted / len(model.lattice.nodes)) + lift


def _ranked(
    chances: Mapping[tuple[str, str], float], unlisted: float, second: str | None, weights: Weights
) -> Ranking:
    by_asset: dict[str, float] = {}
    for (asset, _), chance in chances.items():
        by_asset[asset] = by_asset.get(asset, 0.0) + chance
    suspects = sorted(chances.items(), key=lambda item: (-round(item[1], SAME), item[0]))
    assets = sorted(by_asset.items(), key=lambda item: (-round(item[1], SAME), item[0]))
    places = _places([chance for _, chance in suspects])
    ranked = Ranking(
        assets=tuple(
            Candidate(asset=asset, probability=chance, rank=place)
            for (asset, chance), place in zip(assets, _places([c for _, c in assets]), strict=True)
        ),
        suspects=tuple(
            Suspect(asset=asset, cause=cause, probability=chance, rank=place)
            for ((asset, cause), chance), place in zip(suspects, places, strict=True)
        ),
        unlisted=unlisted,
        confidence=0.0,
        second=second,
    )
    return ranked if ranked.leader is None else replace(ranked, confidence=_confidence(ranked, weights))


def _confidence(ranking: Ranking, weights: Weights) -> float:
    """The lead, less half the runner-up's share, as how often such a lead was right (Platt's scaling, 1999).

    A lead of 0.5 with nobody near is surer than one of 0.5 with a rival of 0.45.
    """
    rival = max([ranking.unlisted, *(one.probability for one in ranking.assets[1:2])])
    lead = min(max(ranking.assets[0].probability - rival / 2.0, TIE), 1.0 - TIE)
    odds = weights.confidence_offset + weights.confidence_slope * log(lead / (1.0 - lead))
    return 1.0 / (1.0 + exp(-odds))


def _places(chances: list[float]) -> list[int]:
    """Ranks of descending chances; equal ones share the rank of the first."""
    places: list[int] = []
    for at, chance in enumerate(chances):
        tied = at > 0 and round(chance, SAME) == round(chances[at - 1], SAME)
        places.append(places[-1] if tied else at + 1)
    return places


def log_sum(values: Iterable[float]) -> float:
    """The log of the sum of what these are the logs of."""
    listed = sorted(values, reverse=True)
    if not listed:
        return float("-inf")
    top = listed[0]
    return top + log(sum(exp(value - top) for value in listed))
