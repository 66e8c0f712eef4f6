"""What the chart of supply against load counts: the day's peak step, with what stores could give."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import CAPABILITY_BINS
from standstill.errors import InputError
from standstill.model.campaign import Campaign, Stream
from standstill.model.scenario import Side
from standstill.model.system import Generators, Regions, Storages, System
from tests.cases.toy import toy

START = dt.datetime(2024, 10, 1, tzinfo=dt.UTC)


def system(load: np.ndarray, supply: float, discharge: float, energy: float) -> System:
    """Return one region with a plant that never fails and a full store."""
    return System(
        name="one store",
        step_h=1.0,
        start=START,
        n_steps=len(load),
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("region",), load=load[None, :]),
        generators=Generators(
            names=("plant",),
            classes=("thermal",),
            region=(0,),
            capacity=np.full((1, 1), supply),
            p_fail=np.zeros((1, 1)),
            p_repair=np.ones((1, 1)),
        ),
        storages=Storages(
            names=("store",),
            classes=("battery",),
            region=(0,),
            charge=np.full((1, 1), discharge),
            discharge=np.full((1, 1), discharge),
            energy=np.full((1, 1), energy),
            charge_efficiency=np.ones((1, 1)),
            discharge_efficiency=np.ones((1, 1)),
            carryover_efficiency=np.ones((1, 1)),
            p_fail=np.zeros((1, 1)),
            p_repair=np.ones((1, 1)),
            initial=(1.0,),
        ),
    )


def at_peak(found: System) -> tuple[np.ndarray, np.ndarray]:
    """Return supply that could be used and load at each day's peak, as upper ends of their bins."""
    packed = pack_side(Side(name="one", system=found), detail=True)
    block = run_block(packed, 1, 0, 1, Scratch(packed))
    width = packed.model.horizon.reference_power / CAPABILITY_BINS
    have, asked = (np.argmax(part[0], axis=1) * width for part in (block.histograms.capability, block.histograms.load))
    return have, asked


def test_what_a_store_could_give_counts_as_supply():
    load = np.full(72, 900.0)
    have, asked = at_peak(system(load, 500.0, 2000.0, 1e6))
    assert have == pytest.approx(np.full(3, 2500.0), rel=0.02)
    assert asked == pytest.approx(np.full(3, 900.0), rel=0.05)
    empty, _ = at_peak(system(load, 500.0, 2000.0, 400.0 * 27))
    assert empty[0] == pytest.approx(2500.0, rel=0.02)
    assert empty[1] == pytest.approx(500.0 + 400.0 * 3, rel=0.02)  # what is left for an hour after a day of 400 MW
    assert empty[2] == pytest.approx(500.0, rel=0.05)


def test_the_peak_is_where_the_load_is_highest_on_average():
    load = np.tile([50.0] * 19 + [190.0] + [60.0] * 4, 3)
    _, asked = at_peak(system(load, 150.0, 1.0, 1.0))
    assert asked == pytest.approx(np.full(3, 190.0), rel=0.03)


def test_a_rate_far_too_high_is_refused():
    stream = Stream(name="salvos", times="poisson", rate_per_day=480_000.0, weapons=(), aim={"thermal": 1.0})
    with pytest.raises(InputError, match=r"streams\.salvos\.rate: must give at most 20000 waves"):
        pack_side(Side(name="one", system=toy(), campaign=Campaign(streams=(stream,))))


def test_factors_move_the_end_of_the_histograms_where_they_more_than_double_the_power() -> None:
    one = toy()
    plain = pack_side(Side(name="side", system=one)).model.horizon
    ends = {}
    for factor in (0.5, 2.0, 50.0):
        units = replace(one.generators, capacity_scale=(factor,) * len(one.generators))
        horizon = pack_side(Side(name="side", system=replace(one, generators=units))).model.horizon
        ends[factor] = horizon.reference_power / plain.reference_power, horizon.tolerance / plain.tolerance
    assert ends == {0.5: (1.0, 1.0), 2.0: (1.0, 1.0), 50.0: (pytest.approx(25.0), pytest.approx(25.0))}
