"""Cold-load pickup and price elasticity: by recursion, in the limit, and what must hold whatever the numbers."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.errors import InputError
from standstill.formats.pras_write import write_pras
from standstill.measures.exact import exact_indices
from standstill.model.scenario import Side
from standstill.model.system import Generators, Regions, System

STEPS = 200


def system(share: float, delay_h: float, *, spare: float = 0.0, step_h: float = 1.0, **response: object) -> System:
    """Return 100 MW of load, and supply that lacks 40 MW from the tenth step to the thirteenth."""
    capacity = np.full((1, STEPS), 100.0 + spare)
    capacity[0, 10:14] = 60.0
    return System(
        name="one region", step_h=step_h, start=dt.datetime(2024, 1, 1), n_steps=STEPS, power_unit="MW",
        energy_unit="MWh",
        regions=Regions(
            names=("A",), load=[[100.0]], critical_share=(0.3,), pickup_share=(share,), pickup_h=(delay_h,)
        ),
        generators=Generators(
            names=("supply",), classes=("thermal",), region=(0,), capacity=capacity, p_fail=[[0.0]], p_repair=[[1.0]],
            **response,
        ),
    )  # fmt: skip


def totals(given_system: System, detail: bool = True) -> dict[str, float]:
    side = Side(name="North", system=given_system)
    packed = pack_side(side, detail=detail)
    names = ("unserved", "critical_unserved", "delivery_unserved", "short_steps")
    return dict(zip(names, run_block(packed, 1, 0, 1, Scratch(packed)).totals[0, 0], strict=False))


def by_recursion(share: float, delay_h: float, spare: float, step_h: float) -> tuple[float, int]:
    owed, unserved, steps = 0.0, 0.0, 0
    for step in range(STEPS):
        again = owed * (1 - math.exp(-step_h / delay_h))
        short = max(0.0, 100.0 + again / step_h - (60.0 if 10 <= step < 14 else 100.0 + spare))
        owed += share * short * step_h - again
        unserved += short * step_h
        steps += short > 1e-6
    return unserved, steps


@pytest.mark.parametrize(
    ("share", "delay_h", "spare", "step_h"), [(0.5, 4.0, 5.0, 1.0), (0.8, 1.0, 0.0, 0.5), (0.2, 20.0, 1.0, 1.0)]
)
@pytest.mark.parametrize("detail", [True, False])
def test_what_is_asked_again_by_recursion(
    share: float, delay_h: float, spare: float, step_h: float, detail: bool
) -> None:
    found = totals(system(share, delay_h, spare=spare, step_h=step_h), detail)
    unserved, steps = by_recursion(share, delay_h, spare, step_h)
    assert steps > 4
    assert found["unserved"] == pytest.approx(unserved, rel=1e-12)
    assert found["short_steps"] == steps
    # what is asked again is sheddable
    assert found["critical_unserved"] == 0.0


def test_without_spare_supply_it_is_a_geometric_series() -> None:
    # 160 MWh lacking, half of it asked again and not served, half of that again: 160 / (1 - 0.5)
    found = totals(system(0.5, 2.0))
    # its last terms, each below the least shortfall that counts (2e-7 MW), are left out: 2e-7 / (0.39 x 0.5) MWh in all
    assert found["unserved"] == pytest.approx(320.0, abs=2e-6)


def test_a_share_of_nothing_is_no_pickup() -> None:
    plain, none = system(0.0, 4.0), system(0.0, 1.0)
    assert not plain.regions.picks_up
    assert totals(plain) == totals(none)
    assert totals(plain)["unserved"] == 160.0


@given(st.floats(0.0, 0.9), st.floats(0.0, 0.9), st.floats(0.1, 48.0), st.floats(0.0, 60.0))
def test_more_asked_again_is_never_less_unserved(first: float, second: float, delay_h: float, spare: float) -> None:
    low, high = (totals(system(share, delay_h, spare=spare))["unserved"] for share in sorted((first, second)))
    assert 160.0 - 1e-9 <= low <= high + 1e-9


def test_price_elasticity_scales_what_is_offered() -> None:
    # 60 MW at twice the price with an elasticity of a half: 84.85 MW
    found = totals(system(0.0, 4.0, price_ratio=(2.0,), price_elasticity=(0.5,)))
    assert found["unserved"] == pytest.approx(4 * (100.0 - 60.0 * math.sqrt(2.0)), rel=1e-12)
    assert totals(system(0.0, 4.0, price_ratio=(2.0,), price_elasticity=(0.0,)))["unserved"] == 160.0


def test_where_it_cannot_be_said_it_is_refused(tmp_path: object) -> None:
    with pytest.raises(InputError, match=r"regions\.pickup_share: must be 0"):
        exact_indices(system(0.5, 4.0))
    with pytest.raises(InputError, match=r"pickup_share\[A\]: must be 0"):
        write_pras(system(0.5, 4.0), f"{tmp_path}/x.pras")
    with pytest.raises(InputError, match=r"price_elasticity\[supply\]: must be 0"):
        write_pras(system(0.0, 4.0, price_ratio=(2.0,), price_elasticity=(0.5,)), f"{tmp_path}/x.pras")
