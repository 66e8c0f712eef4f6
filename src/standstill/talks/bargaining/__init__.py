"""Bargaining: models B1 to B8, each a record of inputs that answers with a solution that can be tested.

Knows games and words, and nothing of scenarios, samples or worth.
"""

from standstill.talks.bargaining.alternating import AlternatingOffers, ContinuousOffers, InsideOptions
from standstill.talks.bargaining.audience import AudienceCost
from standstill.talks.bargaining.crisis import CrisisRange, TwoCosts, UnknownCost
from standstill.talks.bargaining.deadline import FiniteOffers
from standstill.talks.bargaining.deadlock import DetectionLag, WarOfAttrition
from standstill.talks.bargaining.fighting import FightingWhileBargaining
from standstill.talks.bargaining.power_shift import PowerShift
from standstill.talks.bargaining.screening import Screening

__all__ = [
    "MODELS",
    "AlternatingOffers",
    "AudienceCost",
    "ContinuousOffers",
    "CrisisRange",
    "DetectionLag",
    "FightingWhileBargaining",
    "FiniteOffers",
    "InsideOptions",
    "PowerShift",
    "Screening",
    "TwoCosts",
    "UnknownCost",
    "WarOfAttrition",
]

MODELS = {
    model.code: model
    for model in (
        AlternatingOffers,
        ContinuousOffers,
        FiniteOffers,
        InsideOptions,
        FightingWhileBargaining,
        CrisisRange,
        UnknownCost,
        TwoCosts,
        Screening,
        PowerShift,
        WarOfAttrition,
        DetectionLag,
        AudienceCost,
    )
}
"""Code -> model, in the order of the documentation."""
