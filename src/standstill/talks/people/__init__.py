"""Probabilities of people: what was said of a chance, kept apart from the base rate and from the model.

Knows claims and distributions, and nothing of processes, runs or reports.
"""

from standstill.talks.people.chances import GammaRate, after_shock, beta_below, hazard_of, probability_within
from standstill.talks.people.opinion import KINDS, NO_DEADLINE, Kind, Opinion, chance, differences
from standstill.talks.people.pools import (
    METHODS,
    Member,
    Method,
    Pool,
    extremised_pool,
    linear_pool,
    log_pool,
    neyman_roughgarden_factor,
    pool,
)
from standstill.talks.people.scores import Score, brier, log_score, score_table
from standstill.talks.people.table import HEADINGS, Row, SideBySide, side_by_side

__all__ = [
    "HEADINGS",
    "KINDS",
    "METHODS",
    "NO_DEADLINE",
    "GammaRate",
    "Kind",
    "Member",
    "Method",
    "Opinion",
    "Pool",
    "Row",
    "Score",
    "SideBySide",
    "after_shock",
    "beta_below",
    "brier",
    "chance",
    "differences",
    "extremised_pool",
    "hazard_of",
    "linear_pool",
    "log_pool",
    "log_score",
    "neyman_roughgarden_factor",
    "pool",
    "probability_within",
    "score_table",
    "side_by_side",
]
