"""Sampling to a precision over 200 seeds: unbiased with a battery, and intervals that hold the exact value without."""

from __future__ import annotations

import math

import numpy as np
import pytest

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import EVENTS, SHORT, UNSERVED
from standstill.model.scenario import Side
from standstill.model.system import System
from standstill.studies.assess_methods import assess_to
from standstill.studies.precision import pilot_of, sample_until
from standstill.studies.sampling import Sampling
from standstill.studies.scarce import ScarceDays
from tests.cases.rts79 import EUE_MWH, LOLE_H, rts79, rts79_with_battery
from tests.statistical.table import SEED, Measured, Table, mean

pytestmark = pytest.mark.statistical

SEEDS = 200
PLAIN_WINTERS = 800 * BLOCK


def plain_winters(system: System) -> dict[str, Measured]:
    """Return what many plain winters give, with their own standard errors."""
    packed = pack_side(Side(name="plain", system=system))
    scratch = Scratch(packed)
    columns = np.concatenate([
        run_block(packed, SEED, first, BLOCK, scratch).totals[0][:, [UNSERVED, SHORT, EVENTS]]
        for first in range(0, PLAIN_WINTERS, BLOCK)
    ])  # fmt: skip
    return {name: mean(values) for name, values in zip(("eue", "lole", "lolev"), columns.T, strict=True)}


def test_stopped_means_of_scarce_days_are_unbiased(table: Table) -> None:
    system = rts79_with_battery()
    days = ScarceDays(system, "stopped", (0, system.n_steps), "eue", SEED)
    means: dict[str, list[float]] = {"eue": [], "lole": [], "lolev": []}
    errors = []
    for seed in range(SEED, SEED + SEEDS):
        sampler = days.reseeded(seed)
        found = sample_until(sampler, pilot_of(sampler, 256, 10**6), "eue", 0.004, 10**6)
        assert found.reached
        for name, values in found.values.items():
            means[name].append(float(values.mean()))
        values = found.values["eue"]
        errors.append(float(values.std(ddof=1)) / math.sqrt(len(values)))
    long = plain_winters(system)
    table.add(
        "battery, 200 stopped runs against plain winters", "eue",
        **{name: (mean(np.array(values)), long[name].value, long[name].se) for name, values in means.items()},
    )  # fmt: skip
    # the errors stated are those seen: of 200 runs the standard deviation has an error of 5 %
    seen = float(np.std(means["eue"], ddof=1)) / float(np.mean(errors))
    assert 0.8 < seen < 1.2


@pytest.mark.parametrize(("of", "exact", "precision"), [("eue", EUE_MWH, 0.08), ("lole", LOLE_H, 0.06)])
def test_stopped_intervals_of_plain_winters_hold_the_exact_value(of, exact, precision) -> None:
    side = Side(name="covered", system=rts79())
    inside = 0
    for seed in range(SEED, SEED + SEEDS):
        found = assess_to(
            side, precision, of=of, method="plain", system="rts79",
            sampling=Sampling(samples=1_000_000, seed=seed, version="0.0.0"),
        ).indices[of]  # fmt: skip
        inside += abs(found.value - exact) <= 1.959964 * found.se
    assert 0.88 <= inside / SEEDS <= 1.0
