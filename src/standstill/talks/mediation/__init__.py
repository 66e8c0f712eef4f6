"""Mediation: models M1 to M4, each a record of inputs that answers with a solution that can be tested.

Knows games and words, and nothing of scenarios, samples or worth.
"""

from standstill.talks.mediation.advice import MEDIATOR, BiasedMediator
from standstill.talks.mediation.dispute import PROTOCOLS, PrivateStrength
from standstill.talks.mediation.ripeness import Part, Ripeness
from standstill.talks.mediation.trust import Trust

__all__ = ["MEDIATOR", "MODELS", "PROTOCOLS", "BiasedMediator", "Part", "PrivateStrength", "Ripeness", "Trust"]

MODELS = {model.code: model for model in (PrivateStrength, BiasedMediator, Trust, Ripeness)}
"""Code -> model, in the order of the documentation."""
