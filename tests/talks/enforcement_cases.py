"""Sides, watches and winters that the tests of enforcement share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from standstill.talks.enforcement import Flags, Watch
from standstill.talks.payoffs import MonthlyPayoffs, Payoffs
from standstill.talks.stakes import Stake, Stakes

A = Payoffs(side="A", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
B = replace(A, side="B")
SEEN = Watch(flags=Flags(alpha=0.05, beta=0.6))
COSTS = np.array([1.0, 2.0, 3.0, 2.0])
WINTER = tuple(MonthlyPayoffs(side=side, gains=0.5 * COSTS, losses=COSTS) for side in "AB")
MONTHS = np.arange(12)
COLD = 1.0 + 2.0 * np.maximum(0.0, np.cos(2.0 * np.pi * MONTHS / 12.0))
WARM = 0.5 * (1.0 + 2.0 * np.maximum(0.0, np.cos(2.0 * np.pi * (MONTHS - 6) / 12.0)))


def stakes(rho: float, k_a: float = 0.6, k_b: float = 0.8) -> Stakes:
    """Return stakes on one scale with dL_A / dL_B = rho."""
    first = Stake(side="A", avoided=np.array([rho]), weight=k_a, unit_value=1.0)
    second = Stake(side="B", avoided=np.array([1.0]), weight=k_b, unit_value=1.0)
    return Stakes(sides=(first, second))


def year(gains: Any, losses: Any) -> tuple[MonthlyPayoffs, ...]:
    return (MonthlyPayoffs(side="A", gains=gains, losses=losses),)


def third(share: float) -> Watch:
    return replace(SEEN, third_party=share)
