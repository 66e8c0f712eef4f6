"""LOLE and EUE by period: against the slow twin and exact probabilities, and the same in whatever order blocks end."""

from __future__ import annotations

import dataclasses
import datetime as dt
import pickle

import numpy as np
import pytest

import standstill
from standstill.engine.block import Scratch, run_block
from standstill.engine.drivers.blocks import PeriodSums
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.measures.exact import exact_indices, shortfall_by_step
from standstill.measures.periods import PERIOD_ARRAYS, period_indices
from standstill.model.system import System
from tests.cases.rts79 import rts79
from tests.cases.toy import toy
from tests.reference import twin
from tests.reference.probe import cut
from tests.reference.worlds import PLANS, world

SEED, SAMPLES = 7, 3


@pytest.mark.parametrize("index", range(len(PLANS)))
def test_sums_equal_those_of_the_twin(index: int) -> None:
    scene = world(index)
    arm, system = scene.arms[0], scene.side.system
    window = {"measure_from": scene.measure_from, "measure_to": scene.measure_to}
    packed = dataclasses.replace(pack_side(scene.side, arms=(arm,), detail=scene.detail, **window), by_period=True)
    block = run_block(packed, SEED, 0, SAMPLES, Scratch(packed))
    measured = slice(packed.model.horizon.measure_from, packed.model.horizon.measure_to)
    tolerance = packed.model.horizon.tolerance
    wanted = np.zeros(block.periods.shape)
    for sample in range(SAMPLES):
        short = twin.play(twin.Sample(scene.side, SEED, sample), arm, **window).short[measured]
        parts = np.column_stack([short.sum(axis=1), np.where(short > tolerance, short, 0.0)])
        parts[parts[:, 0] <= tolerance] = 0.0
        energy = parts * system.energy_per_step
        wanted += np.stack([energy > 0.0, energy, energy**2], axis=-1)
    assert wanted[..., 0].sum() > 0
    np.testing.assert_array_equal(block.periods[..., 0], wanted[..., 0])
    np.testing.assert_allclose(block.periods[..., 1:], wanted[..., 1:], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("index", range(len(PLANS)))
def test_sums_add_up_to_totals_that_asking_for_them_does_not_change(index: int) -> None:
    scene = world(index)
    window = {"measure_from": scene.measure_from, "measure_to": scene.measure_to}
    without = pack_side(scene.side, arms=scene.arms[:1], **window)
    packed = dataclasses.replace(without, by_period=True)
    plain, block = (run_block(side, SEED, 0, SAMPLES, Scratch(side)) for side in (without, packed))
    assert plain.periods is None
    np.testing.assert_array_equal(plain.totals, block.totals)
    n_regions, first = len(scene.side.system.regions), len(COLUMNS)
    short, unserved = np.split(block.totals[0, :, first : first + 2 * n_regions], 2, axis=1)
    np.testing.assert_array_equal(block.periods[:, 1:, 0].sum(axis=0), short.sum(axis=0))
    np.testing.assert_allclose(block.periods[:, 1:, 1].sum(axis=0), unserved.sum(axis=0), rtol=1e-9, atol=1e-9)
    assert block.periods[:, 0, 0].sum() == block.totals[0, :, COLUMNS.index("short_steps")].sum()


def peak_weeks() -> System:
    """Return the two weeks of the RTS-79 about its annual peak."""
    whole = rts79()
    hours = slice(50 * 168, 52 * 168)
    regions = dataclasses.replace(whole.regions, load=whole.regions.load[:, hours])
    return cut(dataclasses.replace(whole, regions=regions, n_steps=2 * 168), 2 * 168)


def test_every_hour_of_two_weeks_is_as_the_convolution_says() -> None:
    system, samples = peak_weeks(), 100_000
    found = standstill.assess(system, samples=samples, seed=1, by_period=True).periods
    probability, shortage = shortfall_by_step(system)
    exact = exact_indices(system)
    assert probability.sum() == pytest.approx(exact.lole.value)
    assert shortage.sum() == pytest.approx(exact.eue.value)
    # a mean of few short samples is not normal: at least 100 are expected
    often = samples * probability >= 100
    assert often.sum() > 50
    se = np.sqrt(probability * (1 - probability) / samples)
    assert np.abs((found.lole - probability)[often] / se[often]).max() < 4
    assert np.abs((found.eue - shortage)[often] / found.eue_se[often]).max() < 4
    np.testing.assert_array_equal(found.region_lole[0], found.lole)
    np.testing.assert_array_equal(found.region_eue_se[0], found.eue_se)
    np.testing.assert_allclose(found.lole_se[often], se[often], rtol=0.2)


def test_bits_do_not_depend_on_threads_or_on_the_order_of_blocks() -> None:
    one, two = (standstill.assess(toy(), samples=3000, workers=workers, by_period=True) for workers in (1, 2))
    assert one.as_dict() == two.as_dict()
    rng = np.random.default_rng(1)
    parts = [rng.random((4, 2, 3)) for _ in range(6)]
    ahead, behind = PeriodSums(), PeriodSums()
    for place in range(6):
        ahead.add(place * 256, 256, parts[place].copy())
    for place in (2, 5, 0, 1, 4, 3):
        behind.add(place * 256, 256, parts[place].copy())
    np.testing.assert_array_equal(ahead.sums, behind.sums)


def test_standard_errors_are_those_of_the_samples() -> None:
    values = np.array([[0.0, 1.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0]])  # two steps, four samples
    sums = np.stack([(values > 0).sum(axis=1), values.sum(axis=1), (values**2).sum(axis=1)], axis=-1)
    found = period_indices(
        np.stack([sums, sums], axis=1), 4, start=dt.datetime(2024, 1, 1), step_h=2.0, energy_unit="MWh", regions=("a",)
    )
    np.testing.assert_allclose(found.eue, values.mean(axis=1))
    np.testing.assert_allclose(found.eue_se, values.std(axis=1, ddof=1) / 2)
    np.testing.assert_allclose(found.lole, 2 * (values > 0).mean(axis=1))
    np.testing.assert_allclose(found.lole_se, 2 * (values > 0).std(axis=1, ddof=1) / 2)
    assert found.times == (dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, 2))
    again = pickle.loads(pickle.dumps(found))
    assert not again.eue.flags.writeable
    assert all(np.array_equal(getattr(again, name), getattr(found, name)) for name in PERIOD_ARRAYS)


def test_json_has_them_by_region() -> None:
    found = standstill.assess(toy(), samples=300, by_period=True)
    data = found.as_dict()["periods"]
    assert (data["step_h"], data["units"]) == (1.0, {"lole": "h", "eue": "MWh", "neue": "ppm"})
    assert sum(data["eue"]) == pytest.approx(found.eue.value)
    assert sum(data["regions"][0]["lole"]) == pytest.approx(found.lole.value)
    assert "periods" not in standstill.assess(toy(), samples=300).as_dict()


def test_only_plain_samples_are_summed_by_period() -> None:
    with pytest.raises(standstill.InputError, match="by_period: must be left out with a precision"):
        standstill.assess(toy(), method="convolution", by_period=True)
    with pytest.raises(standstill.InputError, match="samples: must be at least 2 for a standard error by period"):
        standstill.assess(toy(), samples=1, by_period=True)
    scene = world(0)
    with pytest.raises(ValueError, match="by_period takes one arm, got 2"):
        dataclasses.replace(pack_side(scene.side, arms=scene.arms[:1] * 2), by_period=True)


def test_neue_of_a_step_is_its_unserved_over_its_demanded_energy() -> None:
    found = standstill.assess(toy(), samples=500, by_period=True)
    periods, load = found.periods, toy().regions.load
    np.testing.assert_allclose(periods.load, np.broadcast_to(load, periods.region_eue.shape))
    np.testing.assert_allclose(periods.region_neue * periods.load / 1e6, periods.region_eue)
    np.testing.assert_allclose(periods.neue * periods.load.sum(axis=0) / 1e6, periods.eue)
    assert float((periods.neue * periods.load.sum(axis=0)).sum() / periods.load.sum()) == pytest.approx(
        found.neue.value
    )
    assert {"neue", "neue_se"} <= set(periods.as_dict()["regions"][0])


def test_there_is_no_neue_of_a_step_whose_load_follows_the_weather() -> None:
    periods = standstill.assess("winter-2024", side="Ukraine", samples=2, by_period=True).periods
    assert periods.arrays == PERIOD_ARRAYS
    with pytest.raises(AttributeError, match="load follows the weather"):
        periods.neue  # noqa: B018


def test_where_nothing_is_left_to_chance_a_lole_of_0_is_no_estimate() -> None:
    one = toy()
    units = dataclasses.replace(one.generators, p_fail=0.0 * one.generators.p_fail)
    sure = dataclasses.replace(one, generators=units)
    found = [standstill.assess(system, samples=10, by_period=True).periods for system in (one, sure)]
    assert [periods.as_dict()["lole_upper95_where_0"] for periods in found] == [pytest.approx(0.3), 0.0]
