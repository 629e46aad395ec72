"""Made-up LLM lineages and incidents, seeded: for function, calibration and scale, never for the headline.

A company: sources -> pipelines -> indexes -> handlers with prompts and models; a scheduler most pipelines
run on, a gateway that relays the model, a judge, a feed of ratings; parts are shared, some owners are
contested. An incident: one cause of a class, on an asset that admits it, spreads by chance through a world
whose table of travel is *not* ours: every chance is shaken, some links are not in the registry. Then alerts
are lost, chronic monitors fire, unrelated alerts and decoy changes are strewn in. `young` is the same
incident as it looks soon after its first symptom, which is when it is routed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, log
from random import Random
from typing import Any, Final

from headwater.core.suspects import Home, Taxonomy

START: Final = 1_700_000_000
WINDOW: Final = 3_600
LOST: Final = 0.15
"""The chance that an alert which should be there is not."""
UNKNOWN_LINKS: Final = 0.05
"""The share of true links that the registry does not know."""
SHAKEN: Final = 0.6
"""The standard deviation by which the world's chances differ from ours, in log odds."""
SEVERITIES: Final = ("critical", "error", "warning")


@dataclass(slots=True)
class Company:
    """Assets with kind and owner, and links [upstream, dependent, type]."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, kind: str, name: str, owner: str, **more: Any) -> str:
        """A new asset; returns its reference."""
        ref = f"{kind}:{name}"
        self.nodes.append({"id": ref, "kind": kind, "owner": owner, **more})
        return ref

    def kind_of(self, ref: str) -> str:
        """The kind of an asset."""
        return ref.partition(":")[0]


def company(draw: Random, *, handlers: int = 6) -> Company:
    """A company with so many handlers, and what they lean on."""
    made = Company()
    scheduler = made.add("service", "scheduler", "team:platform")
    model = made.add("model", "chat-large", "vendor:acme", vendor=True)
    own = made.add("model", "chat-own", "team:ml-platform")
    gateway = made.add("service", "gateway", "team:platform", relay=True)
    made.links.append((model, gateway, "observes"))
    judge = made.add("monitor", "judge", "team:evals")
    feed = made.add("feed", "votes", "team:feedback")
    prompts = [made.add("prompt", f"p{n}", f"team:app{n % 3}") for n in range(max(2, handlers - 2))]
    indexes = [_index(made, draw, number, scheduler) for number in range(max(2, handlers // 2))]
    for number in range(handlers):
        handler = made.add("handler", f"h{number}", f"team:app{number % 3}")
        made.links.append((prompts[number % len(prompts)], handler, "uses"))
        made.links.append((model if draw.random() < 0.7 else own, handler, "uses"))
        made.links.extend((index, handler, "uses") for index in draw.sample(indexes, draw.choice((1, 1, 2))))
        if draw.random() < 0.8:
            made.links.append((judge, handler, "judges"))
        if draw.random() < 0.6:
            made.links.append((feed, handler, "rates"))
    return made


def _index(made: Company, draw: Random, number: int, scheduler: str) -> str:
    index = made.add("index", f"i{number}", f"team:retrieval{number % 2}")
    pipeline = made.add("pipeline", f"ingest{number}", f"team:data{number % 2}")
    made.links.append((pipeline, index, "written_by"))
    if draw.random() < 0.8:
        made.links.append((scheduler, pipeline, "runs_on"))
    for part in range(draw.choice((1, 1, 2))):
        source = made.add("source", f"s{number}{part}", f"team:content{number % 3}")
        made.links.append((source, pipeline, "reads"))
    return index


def cases(taxonomy: Taxonomy, *, seed: int, count: int, handlers: int = 6) -> Iterator[dict[str, Any]]:
    """So many cases, cause classes in turn; the same seed gives the same cases."""
    draw = Random(seed)  # noqa: S311 - a generator of test cases, not secrecy
    number, tries = 0, 0
    ids = list(taxonomy.causes)
    while number < count and tries < 60 * count:
        tries += 1
        made = company(draw, handlers=handlers)
        case = _incident(taxonomy, made, draw, ids[number % len(ids)])
        if case is not None:
            yield {"id": f"lineage-{seed}-{number:04d}", "dataset": "lineage", **case}
            number += 1


def young(case: dict[str, Any], age: int) -> dict[str, Any]:
    """The case so many seconds after its symptom began: what came later has not come yet."""
    now = case["target"]["at"] + age
    alerts = [alert for alert in case["alerts"] if alert["started_at"] <= now]
    return {**case, "alerts": alerts, "now": now}


def _incident(taxonomy: Taxonomy, made: Company, draw: Random, cause: str) -> dict[str, Any] | None:
    """An incident of a cause class; None where nothing came to be seen on a handler."""
    homes = [
        (node["id"], home)
        for node in made.nodes
        for home in taxonomy.causes[cause].homes
        if home.kind == node["kind"] and not node.get("relay")
        if home.vendor in {None, bool(node.get("vendor"))}
    ]
    if not homes:
        return None
    root, home = draw.choice(homes)
    sick = _spread(taxonomy, made, draw, root, home)
    shown = sorted(
        (second, ref, trouble)
        for (ref, trouble), second in sick.items()
        if taxonomy.troubles[trouble].seen and draw.random() < taxonomy.troubles[trouble].noticed + 0.2
    )
    symptoms = [one for one in shown if made.kind_of(one[1]) == "handler"]
    if not symptoms:
        return None
    at, symptom, metric = symptoms[0]
    alerts = [_alert(draw, ref, trouble, second) for second, ref, trouble in shown if draw.random() > LOST]
    rates = _strew(taxonomy, made, draw, alerts)
    return {
        "scenario": cause,
        "graph": {
            "nodes": made.nodes,
            "edges": [list(link) for link in made.links if draw.random() > UNKNOWN_LINKS],
        },
        "window": [START - WINDOW, START + WINDOW],
        "alerts": sorted(alerts, key=lambda alert: (alert["started_at"], alert["node"], alert["kind"])),
        "noise_rate": rates,
        "changes": _changes(made, draw, root, cause),
        "target": {"node": symptom, "metric": metric, "at": at},
        "truth": {"node": root, "cause": cause},
    }


def _spread(
    taxonomy: Taxonomy, made: Company, draw: Random, root: str, home: Home
) -> dict[tuple[str, str], int]:
    """When each state began, by chance, in a world whose chances are not ours."""
    sick = {(root, name): START for name, chance in home.shows.items() if draw.random() < chance}
    waiting = list(sick)
    while waiting:
        ref, trouble = waiting.pop(0)
        for near, result, chance in _ways(taxonomy, made.links, ref, trouble):
            shaken = 1.0 / (1.0 + exp(-(log(chance / (1.0 - chance)) + draw.gauss(0.0, SHAKEN))))
            if (near, result) not in sick and draw.random() < shaken:
                sick[near, result] = sick[ref, trouble] + draw.randrange(240)
                waiting.append((near, result))
    return sick


def _ways(
    taxonomy: Taxonomy, links: Sequence[tuple[str, str, str]], ref: str, trouble: str
) -> Iterator[tuple[str, str, float]]:
    for passage in taxonomy.travel.get("itself", ()):
        if passage.source == trouble:
            yield ref, passage.result, passage.chance
    for upstream, dependent, type_ in links:
        for passage in taxonomy.travel.get(type_, ()):
            start, end = (dependent, upstream) if passage.back else (upstream, dependent)
            if start == ref and passage.source == trouble:
                yield end, passage.result, passage.chance


def _alert(draw: Random, ref: str, kind: str, second: int, severity: str | None = None) -> dict[str, Any]:
    loud = severity or draw.choice(SEVERITIES)
    return {
        "node": ref,
        "kind": kind,
        "metric": kind,
        "severity": loud,
        "score": {"critical": 50.0, "error": 20.0, "warning": 8.0}[loud],
        "started_at": second,
        "ended_at": START + WINDOW,
    }


def _strew(taxonomy: Taxonomy, made: Company, draw: Random, alerts: list[dict[str, Any]]) -> dict[str, float]:
    """Two chronic monitors, which may fire, and up to two unrelated alerts; returns the histories."""
    seen = [name for name, trouble in taxonomy.troubles.items() if trouble.seen]
    rates: dict[str, float] = {}
    for _ in range(2):
        ref, kind = draw.choice(made.nodes)["id"], draw.choice(("failure", "latency"))
        rates[f"{ref}|{kind}"] = 0.4
        if draw.random() < 0.4:
            alerts.append(_alert(draw, ref, kind, START + draw.randrange(-WINDOW, WINDOW)))
    for _ in range(draw.choice((0, 1, 1, 2))):
        ref = draw.choice(made.nodes)["id"]
        alerts.append(_alert(draw, ref, draw.choice(seen), START + draw.randrange(-WINDOW, WINDOW)))
    return rates


def _changes(made: Company, draw: Random, root: str, cause: str) -> list[dict[str, Any]]:
    """The true change where the class is one, mostly, and decoys of the last two hours."""
    listed = [
        {"node": draw.choice(made.nodes)["id"], "at": START - draw.randrange(7_200)}
        for _ in range(draw.choice((0, 1, 2)))
    ]
    if cause.endswith("-change") and draw.random() < 0.7:
        listed.append({"node": root, "at": START - draw.randrange(60, 600)})
    return sorted(listed, key=lambda change: (change["at"], change["node"]))
