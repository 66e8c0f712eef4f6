"""Outages that follow the weather: whole blocks of the engine against enumeration, winter by winter."""

from __future__ import annotations

import numpy as np
import pytest

from standstill.model.outage_weather import OutageWeather
from tests.cases.outage_weather import COLD, SLOW, indices, side
from tests.statistical.harness import totals
from tests.statistical.table import Table, mean

pytestmark = pytest.mark.statistical
RULE = OutageWeather(asset_class="thermal", failure=COLD, repair=SLOW)
WINTERS = {
    "two temperatures": np.array([[-15.0] * 3, [5.0] * 3]),
    "a cold spell": np.array([[4.0, -12.0, 1.0], [8.0, 7.0, -3.0], [-20.0, -5.0, -9.0]]),
}


def test_two_temperatures_by_hand():
    # each winter has one temperature, so each unit is stationary: out 0.12 / (0.12 + 0.1) and 0.02 / 0.22 of the time
    cold, warm = (0.12 / 0.22, 0.3 / 0.35), (0.02 / 0.22, 0.05 / 0.15)
    lole = 60 * np.mean([1 - (1 - one) * (1 - two) for one, two in (cold, warm)])
    assert indices(WINTERS["two temperatures"], 60).lole == pytest.approx(lole)


@pytest.mark.parametrize("name", WINTERS)
def test_indices(table: Table, name: str):
    known = indices(WINTERS[name], 60)
    out = totals(side(WINTERS[name], n_steps=60, rules=(RULE,), name=name), 1_000_000)
    table.add(
        f"outages in {name}",
        "EUE",
        LOLE=(mean(out["short_steps"]), known.lole),
        EUE=(mean(out["unserved"]), known.eue),
        events=(mean(out["events"]), known.lolev),
    )


def test_chi_square(table: Table):
    table.close()
