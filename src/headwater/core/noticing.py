"""Noticing: facts are kept on their asset, and told to the open incidents near it."""

from collections.abc import Iterable

from headwater.core.facts import Fact
from headwater.core.incidents import EntryKind
from headwater.core.picture import Draft
from headwater.core.scene import Scene


def notice(draft: Draft, scene: Scene, facts: Iterable[Fact]) -> None:
    """Keep each fact; one that may matter goes on the timeline of every open incident it may explain.

    A reading that is still bad was told when it became so: pushed every ten seconds, it is no news.
    """
    for fact in facts:
        known = draft.facts.get(fact.key)
        if not draft.put_fact(fact) or fact.asset is None or not fact.is_telling:
            continue
        if known is not None and (known.state, known.quantity) == (fact.state, fact.quantity):
            continue
        for number in sorted(_near(draft, scene, fact.asset)):
            about = {"on": fact.asset, "fact": fact.key, "at": fact.at.isoformat()}
            if fact.link:
                about["link"] = fact.link
            text = f"{fact.asset}: {fact.sentence}"
            draft.reshaped.add(number)
            draft.enter(number, scene.now, EntryKind.EVIDENCE, text, facts=about)


def _near(draft: Draft, scene: Scene, asset: str) -> set[int]:
    groups = {asset, *scene.correlator.kin(asset)} if scene.asset(asset) is not None else {asset}
    found = {number for group in groups for number in draft.open_at(group)}
    return {n for n in found if scene.now - draft.incidents[n].active_at <= scene.tuning.window}
