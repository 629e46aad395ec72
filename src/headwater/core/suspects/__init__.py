"""Suspects: which asset, with which class of cause, is likely behind an incident's symptoms, and why.

A small causal model over the lineage: a suspect's trouble spreads along typed edges with the chances of the
taxonomy's table of travel; what was seen, and what should have been seen and was not, says how well it fits
(noisy-OR with explaining away, in closed form). docs/suspects.md explains it without probability theory.

    ranking = rank(problem, taxonomy)
    ranking.leader, ranking.assets, ranking.suspects, ranking.unlisted
"""

from headwater.core.suspects.problem import Evidence, Finding, Link, Node, Observation, Problem
from headwater.core.suspects.ranking import Candidate, Ranking, Suspect, rank
from headwater.core.suspects.taxonomy import CauseClass, Home, Passage, SiblingRow, Taxonomy, Trouble
from headwater.core.suspects.weights import ABLATIONS, Weights

__all__ = [
    "ABLATIONS",
    "Candidate",
    "CauseClass",
    "Evidence",
    "Finding",
    "Home",
    "Link",
    "Node",
    "Observation",
    "Passage",
    "Problem",
    "Ranking",
    "SiblingRow",
    "Suspect",
    "Taxonomy",
    "Trouble",
    "Weights",
    "rank",
]
