"""Why one asset is a suspect, term by term: each line is one thing, what it weighs, and a sentence about it.

A line's weight is what the asset's log odds against not being the cause would lose without it (leave one
out), so weights are honest one by one, and do not add up exactly where two things say the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log

from headwater.core.suspects.hints import Hint, HintKind, of_cause
from headwater.core.suspects.problem import Node
from headwater.core.suspects.ranking import Model
from headwater.core.suspects.sight import without
from headwater.core.suspects.spread import Tree
from headwater.core.suspects.taxonomy import Home

LEAST = 0.05
"""Lines that weigh less say nothing worth a responder's time."""

GREAT = 2.3
"""Log odds of 10: what weighs so much is called strong, ..."""

FAIR = 1.1
"""... and of 3: fairly strong."""


class LineKind(StrEnum):
    """What a line is about."""

    EXPLAINS = "explains"
    OWN_ALERT = "own-alert"
    MISSING = "missing"
    OWN_MISSING = "own-missing"
    UNEXPLAINED = "unexplained"
    CHANGE = "change"
    LATE = "late"
    ANSWER = "answer"
    SIBLING = "sibling"
    RELAY = "relay"
    SYMPTOM = "symptom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One reason: `weight` in log odds, positive for, negative against. `other` and `trouble` where it is
    about an asset's state; `path` are the assets by which the trouble gets there, the suspect first.
    """

    kind: LineKind
    weight: float
    sentence: str
    other: str | None = None
    trouble: str | None = None
    path: tuple[str, ...] = ()

    @property
    def strength(self) -> str:
        """`strong`, `fair` or `weak`."""
        size = abs(self.weight)
        return "strong" if size >= GREAT else "fair" if size >= FAIR else "weak"


@dataclass(frozen=True, slots=True)
class _Fitting:
    home: Home
    cause: str
    tree: Tree


def explain(model: Model, asset: str) -> tuple[Line, ...]:
    """What speaks for and against an asset, heaviest first. KeyError for an asset that is not in the
    problem.
    """
    node = model.lattice.nodes[model.lattice.node_number[asset]]
    best = _best_fitting(model, node)
    if best is None:
        return ()
    lines = _seen_lines(model, node, best)
    lines.extend(_hint_line(hint, asset, model) for hint in model.hints[asset])
    lines.extend(
        _hint_line(hint, asset, model)
        for hint in of_cause(model.problem, model.taxonomy, model.weights, asset, best.cause)
    )
    lines.extend(_unexplained(model, asset, best))
    telling = [line for line in lines if abs(line.weight) >= LEAST or line.kind is LineKind.UNEXPLAINED]
    return tuple(sorted(telling, key=lambda line: (-abs(line.weight), line.kind, line.other or "")))


def sentence(asset: str, lines: tuple[Line, ...]) -> str:
    """One sentence a suspect: what speaks most for it, and most against."""
    speaking_for = [line.sentence for line in lines if line.weight > 0][:2]
    against = [line.sentence for line in lines if line.weight < 0][:1]
    said = "; ".join(speaking_for) or "nothing speaks for it"
    return f"{asset}: {said}" + (f"; against: {against[0]}" if against else "") + "."


def _best_fitting(model: Model, node: Node) -> _Fitting | None:
    """The cause and shape of an asset that fits best."""
    best: tuple[float, _Fitting] | None = None
    for cause, home, share in model.homes(node):
        tree = model.tree(model.shows(node.ref, home))
        said = of_cause(model.problem, model.taxonomy, model.weights, node.ref, cause)
        value = model.fit(tree) + log(share) + sum(hint.weight for hint in said)
        if best is None or value > best[0]:
            best = value, _Fitting(home, cause, tree)
    return best[1] if best else None


def _seen_lines(model: Model, node: Node, best: _Fitting) -> list[Line]:
    whole = model.fit(best.tree)
    silent: dict[str, list[Line]] = {}
    lines: list[Line] = []
    for at, state in enumerate(best.tree.states):
        if model.sight.complete[state] == 1.0:
            continue
        weight = whole - model.fit(best.tree, without(model.sight, state))
        line = _seen_line(model, node.ref, best.tree, at, weight)
        if state in model.sight.background:
            lines.append(line)
        else:
            silent.setdefault(line.other or "", []).append(line)
    lines.extend(_folded(model, node.ref, group) for group in silent.values())
    return lines


def _seen_line(model: Model, asset: str, tree: Tree, at: int, weight: float) -> Line:
    state = tree.states[at]
    other, trouble = model.lattice.node_of(state).ref, model.lattice.trouble_of(state)
    says = model.taxonomy.troubles[trouble].says
    path = _path(model, tree, at)
    if state in model.sight.background:
        kind = LineKind.OWN_ALERT if other == asset else LineKind.EXPLAINS
        way = f" by way of {', '.join(path[1:-1])}" if len(path) > 2 else ""
        text = (
            f"its own alert says that it {says}" if other == asset else f"explains that {other} {says}{way}"
        )
    else:
        kind = LineKind.OWN_MISSING if other == asset else LineKind.MISSING
        text = f"{'it' if other == asset else other} would be expected to alert ({says}) and does not"
    return Line(kind=kind, weight=weight, sentence=text, other=other, trouble=trouble, path=path)


def _folded(model: Model, asset: str, group: list[Line]) -> Line:
    """What should have been seen of one asset and was not, as one line."""
    first = max(group, key=lambda line: (-line.weight, line.trouble or ""))
    says = " or ".join(sorted(model.taxonomy.troubles[line.trouble or ""].says for line in group))
    text = f"{'it' if first.other == asset else first.other} would be expected to alert ({says}) and does not"
    return Line(
        kind=first.kind,
        weight=sum(line.weight for line in group),
        sentence=text,
        other=first.other,
        trouble=first.trouble,
        path=first.path,
    )


def _path(model: Model, tree: Tree, at: int) -> tuple[str, ...]:
    """The assets from the suspect to a position of the tree, each once in a row."""
    way: list[str] = []
    while at != -1:
        ref = model.lattice.node_of(tree.states[at]).ref
        if not way or way[-1] != ref:
            way.append(ref)
        above = tree.parents[at]
        if above < -1:
            several = tree.joint[-2 - above]
            above = min(several, key=lambda place: model.lattice.node_of(tree.states[place]).ref)
        at = above
    return tuple(reversed(way))


def _unexplained(model: Model, asset: str, best: _Fitting) -> list[Line]:
    """Alerts that this suspect leaves to chance: they weigh nothing against it, but people will ask."""
    reached = set(best.tree.states)
    left = [
        (state, rate) for state, rate in model.sight.background.items() if state not in reached and rate < 0.5
    ]
    return [
        Line(
            kind=LineKind.UNEXPLAINED,
            weight=0.0,
            sentence=f"does not explain that {model.lattice.node_of(state).ref}"
            f" {model.taxonomy.troubles[model.lattice.trouble_of(state)].says}",
            other=model.lattice.node_of(state).ref,
            trouble=model.lattice.trouble_of(state),
        )
        for state, _ in sorted(left)
        if model.lattice.node_of(state).ref != asset
    ]


def _hint_line(hint: Hint, asset: str, model: Model) -> Line:
    source = hint.evidence.source if hint.evidence else ""
    match hint.kind:
        case HintKind.CHANGE:
            text, kind = _changed(hint, model), LineKind.CHANGE
        case HintKind.LATE:
            text, kind = "its own alert began well after the symptom", LineKind.LATE
        case HintKind.ANSWER:
            text, kind = source or "a check was answered so", LineKind.ANSWER
        case HintKind.SIBLING:
            shares = hint.evidence.shares if hint.evidence else ""
            text, kind = source or f"who else is sick (shares only {shares})", LineKind.SIBLING
        case HintKind.RELAY:
            text, kind = "it only relays, and so tells of another asset", LineKind.RELAY
        case HintKind.SYMPTOM:
            text, kind = "it is where the symptom shows, for whatever reason behind it", LineKind.SYMPTOM
    return Line(kind=kind, weight=hint.weight, sentence=text, other=asset)


def _changed(hint: Hint, model: Model) -> str:
    change, seen_at = hint.evidence, model.problem.symptom_at
    if change is None or change.at is None:
        return "it was changed shortly before"
    what = change.source or "it was changed"
    if seen_at is None:
        return f"{what} shortly before the symptom"
    minutes = round((seen_at - change.at).total_seconds() / 60)
    when = f"{minutes} min before the symptom" if minutes >= 1 else "as the symptom began"
    return f"{what} {when}"


def odds_in_words(weight: float) -> str:
    """`8 times likelier`, `3 times less likely`: what a weight does to the odds."""
    times = exp(abs(weight))
    how = f"{times:.0f} times" if times >= 10 else f"{times:.1f} times"
    return f"{how} {'likelier' if weight >= 0 else 'less likely'}"
