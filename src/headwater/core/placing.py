"""Placing: which asset an alert is about, and why.

In this order: an explicit `asset` label; the registry's `match` rules, first hit wins; aliases on well-known
labels; placements people made in Slack; else unplaced. Never a fall-back to the alert's name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from typing import Final

from headwater.core.reasons import Code, Reason, because
from headwater.core.refs import ASSET_KINDS
from headwater.core.registry import MatchRule, Registry

WELL_KNOWN: Final = (
    *ASSET_KINDS,
    "gen_ai.prompt.name",
    "gen_ai.request.model",
    "collection",
    "dataset",
    "job_name",
    "dag_id",
    "component",
    "entity",
)
"""Labels whose value may be an alias; those named like an asset kind may also hold a bare asset name."""

MEMORY: Final = 50_000
"""Placements remembered a registry version: labels repeat, and then no rule need be read again."""

_QUOTED: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an alert belongs. `group` is what it correlates by: the asset, or its kind of unplaced alert."""

    asset: str | None
    group: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A placement made in Slack: alerts of `group` go to `asset`."""

    group: str
    asset: str
    who: str


def unplaced_group(sender: str, labels: Mapping[str, str], title: str) -> str:
    """What unplaced alerts correlate by: the same sender's alerts of the same name are one thing."""
    return f"unplaced:{sender}/{labels.get('alertname') or title}"


class Placer:
    """The registry's rules, compiled once a version. Placing the same labels again costs a look-up."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._rules = [_Rule(rule) for rule in registry.match]
        named = {name for rule in registry.match for name in rule.labels}
        quoted = {name for rule in registry.match for name in _QUOTED.findall(rule.asset)}
        self._matters = tuple(sorted({"asset", *WELL_KNOWN} | named | quoted))
        self._memory: dict[tuple[str | None, ...], Placement | None] = {}

    def place(
        self, sender: str, labels: Mapping[str, str], title: str, overlays: Mapping[str, Overlay]
    ) -> Placement:
        """Where these labels belong; the reason names the rule, file and line, or says that nothing did."""
        get = labels.get
        remembered = tuple([get(name) for name in self._matters])
        try:
            found = self._memory[remembered]
        except KeyError:
            found = self._look(labels)
            if len(self._memory) >= MEMORY:
                self._memory.clear()
            self._memory[remembered] = found
        if found is not None:
            return found
        group = unplaced_group(sender, labels, title)
        overlay = overlays.get(group)
        if overlay is not None and overlay.asset in self.registry.assets:
            return Placement(
                overlay.asset, overlay.asset, because(Code.OVERLAY, who=overlay.who, asset=overlay.asset)
            )
        return Placement(None, group, because(Code.UNPLACED))

    def find(self, subject: str) -> str | None:
        """The asset that a reading, run or change names: by ref, alias, or bare name of any kind."""
        known = self.registry.by_alias
        named = (known.get(f"{kind}:{subject}") for kind in ASSET_KINDS)
        return known.get(subject) or next((ref for ref in named if ref is not None), None)

    def _look(self, labels: Mapping[str, str]) -> Placement | None:
        explicit = labels.get("asset")
        if explicit is not None and (ref := self.registry.by_alias.get(explicit)):
            return Placement(ref, ref, because(Code.ASSET_LABEL, asset=ref, label="asset"))
        for rule in self._rules:
            ref = rule.asset_for(labels, self.registry)
            if ref is not None:
                return Placement(
                    ref, ref, because(Code.MATCH_RULE, rule=rule.name, spot=rule.spot, asset=ref)
                )
        return self._by_alias(labels)

    def _by_alias(self, labels: Mapping[str, str]) -> Placement | None:
        known = self.registry.by_alias
        for label in WELL_KNOWN:
            value = labels.get(label)
            if not value:
                continue
            ref = known.get(value) or (known.get(f"{label}:{value}") if label in ASSET_KINDS else None)
            if ref is not None:
                return Placement(ref, ref, because(Code.ALIAS, label=label, value=value, asset=ref))
        return None


class _Rule:
    """One match rule with its globs compiled; `*` alone asks only that the label is there and not empty."""

    def __init__(self, rule: MatchRule) -> None:
        self.name = rule.name
        self.spot = str(rule.spot)
        self._template = rule.asset
        self._wants = [
            (label, None if glob == "*" else re.compile(translate(glob)))
            for label, glob in sorted(rule.labels.items())
        ]

    def asset_for(self, labels: Mapping[str, str], registry: Registry) -> str | None:
        """The asset this rule names for these labels; None where it matches not, or names nothing known."""
        for label, pattern in self._wants:
            value = labels.get(label)
            if not value or (pattern is not None and pattern.match(value) is None):
                return None
        named = _QUOTED.sub(lambda quoted: labels.get(quoted[1], ""), self._template)
        return registry.by_alias.get(named)


def proposed_rule(labels: Mapping[str, str], asset: str) -> str:
    """The match rule, as YAML to paste, that would place alerts with these labels on `asset`."""
    telling = {
        name: labels[name] for name in ("alertname", "job", "service", "namespace", "app") if name in labels
    }
    chosen = telling or dict(sorted(labels.items())[:2])
    quoted = ", ".join(f"{_yaml_word(name)}: {_yaml_word(value)}" for name, value in chosen.items())
    name = re.sub(r"[^a-z0-9]+", "-", " ".join(chosen.values()).lower()).strip("-") or "placed-by-hand"
    return f"match:\n  - {{name: {name}, labels: {{{quoted}}}, asset: {_yaml_word(asset)}}}"


def _yaml_word(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
