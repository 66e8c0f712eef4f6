"""Outages that follow the weather: the same bits as scaled probabilities where the factor is constant, and refusals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.errors import InputError
from standstill.model.outage_weather import OutageWeather
from standstill.model.scenario import Side
from standstill.model.system import UnitStates
from standstill.studies.assess_exact import assess_exactly
from tests.cases.outage_weather import side

YEARS = np.array([[-20.0, -3.0, 4.0, -8.0, 0.0, 12.0], [5.0, 6.0, -11.0, 2.0, 1.0, -1.0]])
STEPS = 24 * 6 - 5


def rule(**given) -> OutageWeather:
    return OutageWeather(asset_class="thermal", **given)


def totals(one: Side) -> list[list[float]]:
    packed = pack_side(one)
    return run_block(packed, 1, 0, BLOCK, Scratch(packed)).totals[0].tolist()


def scaled(one: Side, fail: float = 1.0, repair: float = 1.0) -> Side:
    table = one.system.generators
    table = dataclasses.replace(table, p_fail=table.p_fail * fail, p_repair=table.p_repair * repair)
    return dataclasses.replace(one, system=dataclasses.replace(one.system, generators=table))


def test_a_factor_of_one_changes_no_bit():
    found = totals(side(YEARS, n_steps=STEPS, rules=(rule(failure=((0.0, 1.0),)),)))
    assert found == totals(side(YEARS, n_steps=STEPS))
    assert np.array(found)[:, COLUMNS.index("short_steps")].mean() > 1.0


def test_a_constant_factor_is_the_probability_times_it():
    both = rule(failure=((-30.0, 2.5), (30.0, 2.5)), repair=((-10.0, 0.5),))
    plain = side(YEARS, n_steps=STEPS)
    assert totals(dataclasses.replace(plain, outage_weather=(both,))) == totals(scaled(plain, 2.5, 0.5))


def test_probabilities_end_at_one_and_zero():
    # from the first step on certain to fail and certain to return: in service every other step, each as it began
    sure = rule(failure=((0.0, 1e9),), repair=((0.0, 1e9),))
    found = np.array(totals(side(YEARS, n_steps=STEPS, rules=(sure,))))
    assert set(found[:, 0]) == {7.0 * 70 + 5.0 * 69, 7.0 * 69 + 5.0 * 70, 15.0 * 70, 15.0 * 69}
    never = rule(failure=((0.0, 0.0),))
    assert not np.array(totals(side(YEARS, n_steps=STEPS, rules=(never,))))[:, 0].any()


def test_other_classes_keep_their_draws():
    plain = side(YEARS, n_steps=STEPS)
    table = dataclasses.replace(plain.system.generators, classes=("thermal", "hydro"))
    plain = dataclasses.replace(plain, system=dataclasses.replace(plain.system, generators=table))
    flips = []
    for one in (plain, dataclasses.replace(plain, outage_weather=(rule(failure=((0.0, 9.0),)),))):
        packed = pack_side(one)
        scratch = Scratch(packed)
        run_block(packed, 1, 0, 1, scratch)
        events = scratch.work.events
        first = events.assets["flip_first"]
        flips.append([events.flips[first[row] : first[row + 1]].tolist() for row in (0, 1)])
    assert flips[0][1] == flips[1][1]
    assert len(flips[1][0]) > len(flips[0][0])


def test_without_rules_nothing_is_packed():
    assert pack_side(side(YEARS, n_steps=STEPS)).model.assets.days is None
    packed = pack_side(side(YEARS, n_steps=STEPS, rules=(rule(failure=((0.0, 2.0),)),))).model.assets
    assert packed.table["day_fail"].tolist() == [0, 2]
    assert packed.table["day_repair"].tolist() == [1, 3]


def test_what_does_not_fit_is_refused():
    plain = side(YEARS, n_steps=STEPS)

    def packed(**given) -> None:
        pack_side(dataclasses.replace(plain, **given))

    with pytest.raises(InputError, match=r"outage_weather.thermal: must be given once for a class"):
        packed(outage_weather=(rule(), rule()))
    with pytest.raises(InputError, match=r"outage_weather.solar: must be an asset class of the side"):
        packed(outage_weather=(OutageWeather(asset_class="solar"),))
    with pytest.raises(InputError, match=r"outage_weather.thermal: must be left out where the side has no weather"):
        packed(outage_weather=(rule(),), weather=None)
    table = plain.system.generators
    varying = dataclasses.replace(table, p_fail=np.linspace([0.1, 0.1], [0.2, 0.1], STEPS).T)
    with pytest.raises(InputError, match="must be of assets whose p_fail is constant, got 'side/one'"):
        packed(outage_weather=(rule(),), system=dataclasses.replace(plain.system, generators=varying))
    half = UnitStates(shares=[1.0, 0.5], moves=[[0.9, 0.1], [0.5, 0.5]])
    states = dataclasses.replace(table, p_fail=[[0.0], [0.1]], states=(half, None))
    with pytest.raises(InputError, match="must be of units in or out of service, without other states, got 'side/one'"):
        packed(outage_weather=(rule(),), system=dataclasses.replace(plain.system, generators=states))


def test_exact_indices_refuse_it():
    one = side(YEARS, n_steps=STEPS, rules=(rule(),))
    with pytest.raises(InputError, match="outage_weather: must be absent, as it makes units fail together"):
        assess_exactly(one, system="side", copper_plate=False, version="0")


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ((), "failure: must have one point or more"),
        (((0.0, 1.0), (0.0, 2.0)), "each warmer than the one before"),
        (((0.0, -1.0),), "failure: must have factors >= 0, got -1.0"),
        (((0.0, float("nan")),), "failure: must be finite"),
    ],
)
def test_points_that_are_none_are_refused(points, message):
    with pytest.raises(InputError, match=message):
        rule(failure=points)


def test_a_load_of_another_number_of_steps_a_day_is_refused():
    plain = side(YEARS, n_steps=STEPS)
    load = dataclasses.replace(
        plain.weather.load, shape=(1.0,) * 12, weekday_factor=(1.0,) * 5, region_share=(0.5, 0.5)
    )
    wrong = dataclasses.replace(plain, weather=dataclasses.replace(plain.weather, load=load))
    with pytest.raises(InputError, match="3 faults in side 'side'") as caught:
        pack_side(wrong)
    assert [(fault.place, fault.got) for fault in caught.value.faults] == [
        ("weather.load.shape", "12"), ("weather.load.weekday_factor", "5"), ("weather.load.region_share", "2"),
    ]  # fmt: skip
    assert "have 24 entries, one for each step of 1 h in a day" in str(caught.value)
