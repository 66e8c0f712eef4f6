"""Evidence: claims, the figures that rest on them, and the register that prints both.

The lowest layer after units and errors; it knows nothing of scenarios, models or reports.
"""

from standstill.evidence.claim import GRADES, STANCES, Claim, Value, find_claims, load_claims
from standstill.evidence.distribution import (
    Beta,
    Choice,
    Distribution,
    Fixed,
    LogNormal,
    LogUniform,
    Mixture,
    Normal,
    Triangular,
    Uniform,
)
from standstill.evidence.figure import Figure, from_claims
from standstill.evidence.register import Denial, Register, RegisterRow

__all__ = [
    "GRADES",
    "STANCES",
    "Beta",
    "Choice",
    "Claim",
    "Denial",
    "Distribution",
    "Figure",
    "Fixed",
    "LogNormal",
    "LogUniform",
    "Mixture",
    "Normal",
    "Register",
    "RegisterRow",
    "Triangular",
    "Uniform",
    "Value",
    "find_claims",
    "from_claims",
    "load_claims",
]
