"""The test systems are what their sources say."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases.rts79 import rts79, table
from tests.cases.toy import toy


def test_rts79_has_the_published_fleet():
    system = rts79()
    assert len(system.generators) == 32
    assert system.generators.capacity.sum() == 3405.0
    rates = {row["unit_mw"]: float(row["for"]) for row in table("units")}
    outage = system.generators.p_fail / (system.generators.p_fail + system.generators.p_repair)
    for capacity, share in zip(system.generators.capacity[:, 0], outage[:, 0], strict=True):
        assert share == pytest.approx(rates[f"{capacity:g}"], abs=0.005)


def test_rts79_has_the_published_load():
    system = rts79()
    load = system.regions.load[0]
    assert system.n_steps == load.size == 8736
    assert system.start.weekday() == 0
    assert load.max() == 2850.0
    # week 51, Tuesday, hours ending 18 and 19
    assert np.flatnonzero(load == 2850.0).tolist() == [50 * 168 + 24 + 17, 50 * 168 + 24 + 18]
    # week 1 is winter, Monday, hour ending 1
    assert load[0] == pytest.approx(2850 * 0.862 * 0.93 * 0.67, rel=1e-12)


def test_toy_has_an_independent_draw_in_each_hour():
    generators = toy().generators
    assert np.all((generators.p_fail + generators.p_repair) == 1.0)
