"""Distributions of uncertain inputs, drawn by their quantile functions: ``quantile(u)`` with u uniform on (0, 1).

``base`` says what any of them answers, ``ranges`` holds those with two ends, ``normal`` those with tails, ``mixed``
those made of several. Knows nothing of claims, figures or units beyond printing one. scipy.special is imported only
where a formula needs it.
"""

from standstill.evidence.distribution.base import Distribution
from standstill.evidence.distribution.mixed import Choice, Mixture
from standstill.evidence.distribution.normal import LogNormal, Normal
from standstill.evidence.distribution.ranges import Beta, Fixed, LogUniform, Triangular, Uniform

__all__ = [
    "Beta",
    "Choice",
    "Distribution",
    "Fixed",
    "LogNormal",
    "LogUniform",
    "Mixture",
    "Normal",
    "Triangular",
    "Uniform",
]
