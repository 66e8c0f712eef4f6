"""Capacity credit: against enumeration, convolution and closed forms; what it must not depend on; and what has none."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import fields, replace
from itertools import product
from typing import Any

import numpy as np
import pytest

import standstill
from standstill.arrays import rows_added
from standstill.engine.drivers.threads import Threads
from standstill.errors import InputError
from standstill.estimate import Estimate, digits_text
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.model.cause import CommonCause
from standstill.model.scenario import Side
from standstill.model.system import (
    DemandResponses,
    Generators,
    GeneratorStorages,
    Interfaces,
    Regions,
    Storages,
    System,
)
from standstill.model.weather import DegreeDayLoad, Weather
from standstill.studies.assess import quiet_outcome
from standstill.studies.assessment import AS_IS
from standstill.studies.assets import _apart, find_assets, with_load, without
from standstill.studies.credit import KINDS, METRICS, Credit, capacity_credit
from standstill.studies.credit_search import Kind, Metric
from standstill.studies.sampling import Sampling
from standstill.studies.saved import to_json
from tests.cases.rts79 import rts79
from tests.cases.toy import toy

ASK: dict[str, Any] = {"system": "toy", "seed": 1, "workers": 2, "samples": 20_000}
BOTH = [(kind, metric) for kind in KINDS for metric in METRICS]
TOY_LOAD, TOY_FIRM = (25.0, 28.0, 27.0, 24.0), (5.0, 6.0, 7.0, 8.0)


def enlarged(
    system: System, capacity: float, p_fail: float = 0.1, p_repair: float = 0.9, *, name: str = "new", region: int = 0
) -> System:
    """Return a system with a unit more, of class "new"."""
    table = system.generators
    added = Generators(
        names=(*table.names, name), classes=(*table.classes, "new"), region=(*table.region, region),
        capacity=rows_added(table.capacity, [capacity]), p_fail=rows_added(table.p_fail, [p_fail]),
        p_repair=rows_added(table.p_repair, [p_repair]), capacity_scale=(*table.capacity_scale, 1.0),
    )  # fmt: skip
    return replace(system, generators=added)


def side_of(system: System) -> Side:
    return Side(name=system.name, system=system)


def sampling_of(samples: int, seed: int = 1, workers: int = 1) -> Sampling:
    return Sampling(samples=samples, seed=seed, version="0.0.0", backend=Threads(workers))


def credit(system: System | Side, names: tuple[str, ...] = ("new",), **other: Any) -> Credit:
    side = system if isinstance(system, Side) else side_of(system)
    given = ASK | other
    sampling = sampling_of(*(given.pop(name) for name in ("samples", "seed", "workers")))
    return capacity_credit(side, names, sampling=sampling, **given)


def enumerated(units: int, firm: float, load: float, metric: Metric) -> float:
    """Return a metric of the toy system over all states of some 10 MW units, with firm capacity and load added."""
    total = 0.0
    for state in product((0, 1), repeat=units):
        chance = math.prod(0.9 if up else 0.1 for up in state)
        for hour in range(4):
            missing = TOY_LOAD[hour] + load - TOY_FIRM[hour] - firm - 10.0 * sum(state)
            total += chance * (max(0.0, missing) if metric == "eue" else float(missing > 1e-9))
    return total


def enumerated_credit(kind: Kind, metric: Metric) -> float:
    """Return the credit of a fourth 10 MW unit, halving 60 times what may be it."""
    aim = enumerated(4, 0.0, 0.0, metric) if kind == "efc" else enumerated(3, 0.0, 0.0, metric)
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if kind == "efc":
            is_enough = enumerated(3, middle, 0.0, metric) <= aim + 1e-12
        else:
            is_enough = enumerated(4, 0.0, middle, metric) > aim + 1e-12
        low, high = (low, middle) if is_enough else (middle, high)
    return high


# -- against what is known -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "pras"), [("efc", (8.0, 9.0)), ("elcc", (7.0, 8.0))])
def test_toy_lies_in_the_bracket_of_pras(kind: Kind, pras: tuple[float, float]) -> None:
    exact = enumerated_credit(kind, "eue")
    assert pras[0] < exact < pras[1]
    found = credit(enlarged(toy(), 10.0), kind=kind, samples=400_000)
    assert pras[0] < found.credit.value < pras[1]
    assert found.credit.se < 0.02
    assert found.credit.value == pytest.approx(exact, abs=0.05)
    assert abs(found.credit.value - exact) < 4 * found.credit.se
    assert found.bracket is not None
    assert found.bracket[1] - found.bracket[0] == pytest.approx(4 * found.credit.se)


@pytest.mark.parametrize(("kind", "step"), [("efc", 10.0), ("elcc", 8.0)])
def test_toy_by_lole_meets_its_aim_at_a_step(kind: Kind, step: float) -> None:
    """Whole MW: LOLE jumps over its aim; the place of the jump is known as nearly as the search looked."""
    assert enumerated_credit(kind, "lole") == pytest.approx(step, abs=1e-7)
    found = credit(enlarged(toy(), 10.0), kind=kind, metric="lole")
    assert found.bracket is not None
    assert found.bracket[0] <= step + 1e-6
    assert found.bracket[1] >= step - 1e-6
    assert found.bracket[1] - found.bracket[0] < 0.002
    assert found.credit.value == pytest.approx(step, abs=0.001)


@pytest.mark.parametrize(("kind", "metric"), BOTH)
def test_convolution_is_enumeration(kind: Kind, metric: Metric) -> None:
    found = credit(enlarged(toy(), 10.0), kind=kind, metric=metric, method="convolution")
    assert found.credit.value == pytest.approx(enumerated_credit(kind, metric), abs=1e-6)
    assert (found.credit.se, found.samples, found.seed) == (0.0, 0, None)
    assert found.with_assets.value == pytest.approx(enumerated(4, 0.0, 0.0, metric))
    assert found.without_assets.value == pytest.approx(enumerated(3, 0.0, 0.0, metric))


@pytest.mark.parametrize(("kind", "metric"), BOTH)
def test_rts79_with_a_unit_more(kind: Kind, metric: Metric) -> None:
    """A twelfth unit of 100 MW: its mean time to failure is 1,200 h, to repair 50 h."""
    system = enlarged(rts79(), 100.0, 1 / 1200, 1 / 50)
    exact = credit(system, kind=kind, metric=metric, method="convolution").credit.value
    assert 90.0 < exact < 96.0
    found = credit(system, kind=kind, metric=metric, samples=8_192)
    assert 0.0 < found.credit.se < 1.0
    assert abs(found.credit.value - exact) < 4 * found.credit.se


def uneven() -> System:
    """Return a day of loads and capacities that have no common divisor, with a unit more."""
    load = np.array([[24.0 + 5.0 * math.sin(1.7 * hour) + 0.37 * math.sqrt(hour) for hour in range(24)]])
    units = replace(toy().generators, capacity=[[10.0], [9.3], [8.1], [5.7]])
    return enlarged(replace(toy(), n_steps=24, regions=Regions(names=("region",), load=load), generators=units), 6.9)


@pytest.mark.parametrize(("kind", "metric"), BOTH)
def test_errors_are_as_wide_as_credits_scatter(kind: Kind, metric: Metric) -> None:
    """40 seeds, one after another: brackets hold as often as said. By EUE, which has no steps, errors are normal."""
    exact = credit(uneven(), kind=kind, metric=metric, method="convolution").credit.value
    found = [credit(uneven(), kind=kind, metric=metric, samples=2_048, seed=seed) for seed in range(1, 41)]
    assert all(item.bracket and item.bracket[0] <= item.credit.value <= item.bracket[1] for item in found)
    held = np.mean([item.bracket is not None and item.bracket[0] <= exact <= item.bracket[1] for item in found])
    chance = math.erf(2 / math.sqrt(2))
    assert abs(held - chance) < 4 * math.sqrt(chance * (1 - chance) / 40)
    if metric == "eue":
        z = np.array([(item.credit.value - exact) / item.credit.se for item in found])
        assert abs(z.mean()) < 4 / math.sqrt(40)
        assert abs(z.var(ddof=1) - 1.0) < 4 * math.sqrt(2 / 39)


@pytest.mark.parametrize("method", ["plain", "convolution"])
@pytest.mark.parametrize(("kind", "metric"), BOTH)
def test_a_unit_that_never_fails_is_worth_its_capacity(kind: Kind, metric: Metric, method: str) -> None:
    for capacity in (3.0, 10.0):
        found = credit(enlarged(toy(), capacity, 0.0, 1.0), kind=kind, metric=metric, method=method)
        assert (found.credit.value, found.share) == (capacity, 1.0)
        assert found.bracket is not None
        assert found.bracket[0] <= capacity <= found.bracket[1]


def test_where_lole_is_level_the_bracket_is_all_of_it() -> None:
    """With 10 MW more, nothing changes up to 12 MW, where two of three units alone are enough for one hour more."""
    assert enumerated(3, 10.0, 0.0, "lole") == enumerated(3, 11.99, 0.0, "lole") > enumerated(3, 12.0, 0.0, "lole")
    found = credit(enlarged(toy(), 10.0, 0.0, 1.0), metric="lole")
    assert found.bracket == pytest.approx((10.0, 12.0), abs=0.002)
    assert found.credit.se == pytest.approx(0.5, abs=0.001)


# -- stores: days of 24 h with two hours of 110 MW against 100 MW, otherwise 60 MW -------------------------------------

DAYS = 7
STORE = {
    "classes": ("store",), "region": (0,), "charge": [[10.0]], "discharge": [[10.0]], "charge_efficiency": [[1.0]],
    "discharge_efficiency": [[1.0]], "carryover_efficiency": [[1.0]], "p_fail": [[0.0]], "p_repair": [[1.0]],
}  # fmt: skip


def days(**tables: Any) -> System:
    day = np.full(24, 60.0)
    day[18:20] = 110.0
    return System(
        name="days", step_h=1.0, start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), n_steps=24 * DAYS, power_unit="MW",
        energy_unit="MWh", regions=Regions(names=("A",), load=np.tile(day, DAYS)[None, :]),
        generators=Generators(names=("firm",), classes=("thermal",), region=(0,), capacity=[[100.0]], p_fail=[[0.0]],
                              p_repair=[[1.0]]),
        **tables,
    )  # fmt: skip


def test_a_battery() -> None:
    """It holds 10 of the 20 MWh missing a day: as much as 5 MW. It saves the first hour, as 10 MW save both."""
    system = days(storages=Storages(names=("new",), energy=[[10.0]], **STORE))
    assert credit(system, samples=256).credit.value == pytest.approx(5.0, rel=1e-6)
    assert credit(system, samples=256, kind="elcc").credit.value == pytest.approx(5.0, rel=1e-6)
    found = credit(system, samples=256, metric="lole")
    assert found.credit.value == pytest.approx(10.0, rel=1e-4)
    assert (found.with_assets.value, found.without_assets.value, found.power) == (DAYS, 2 * DAYS, 10.0)


def test_a_reservoir() -> None:
    """It holds 8 MWh and has 2 MWh of inflow in each of the two hours, 12 MWh of 20 MWh: as much as 6 MW."""
    table = GeneratorStorages(
        names=("new",), energy=[[8.0]], inflow=[[2.0]], injection=[[10.0]], withdrawal=[[0.0]], **STORE
    )
    found = credit(days(generator_storages=table), samples=256)
    assert found.credit.value == pytest.approx(6.0, rel=1e-6)
    both = days(generator_storages=table, storages=Storages(names=("other",), energy=[[5.0]], **STORE))
    assert credit(both, (), asset_class="store", samples=256).credit.value == pytest.approx(8.5, rel=1e-6)


# -- what it does not depend on ------------------------------------------------------------------------------------


def two_regions(order: tuple[int, int]) -> System:
    """Return two regions joined by 4 MW, in either order."""
    load, capacity = np.array([[25.0], [9.0]])[list(order)], np.array([[10.0]] * 4)
    return System(
        name="pair", step_h=1.0, start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), n_steps=24, power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=tuple("AB"[place] for place in order), load=load),
        interfaces=Interfaces(names=("join",), region_from=(0,), region_to=(1,), forward=[[4.0]], backward=[[4.0]]),
        generators=Generators(
            names=("a1", "a2", "a3", "b1"), classes=("thermal",) * 4,
            region=tuple(order.index(region) for region in (0, 0, 0, 1)), capacity=capacity,
            p_fail=np.full((4, 1), 0.1), p_repair=np.full((4, 1), 0.5),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_exchanging_the_regions_changes_nothing(kind: Kind) -> None:
    found = [credit(two_regions(order), ("a3", "b1"), kind=kind, samples=4_096) for order in ((0, 1), (1, 0))]
    assert found[0].shares == found[1].shares == {"A": 0.5, "B": 0.5}
    assert found[0].credit.value == pytest.approx(found[1].credit.value, rel=1e-6)
    assert found[0].bracket == pytest.approx(found[1].bracket, rel=1e-4)
    assert found[0].credit.value < 20.0


def test_more_is_worth_more() -> None:
    values = [credit(enlarged(toy(), capacity)).credit.value for capacity in (2.0, 5.0, 10.0)]
    assert values == sorted(set(values))
    worse = credit(enlarged(toy(), 10.0, 0.3, 0.7)).credit.value
    assert worse < values[-1]
    pair = enlarged(enlarged(toy(), 5.0), 5.0, name="other")
    assert credit(pair).credit.value < credit(pair, ("new", "other")).credit.value < 10.0


def test_the_rest_is_drawn_as_if_the_assets_had_never_been() -> None:
    side = side_of(enlarged(toy(), 10.0))
    small = without(side, find_assets(side.system, ["new"]))
    have, lack = (quiet_outcome(item, sampling_of(512)) for item in (small, side_of(toy())))
    assert np.array_equal(have.totals[AS_IS], lack.totals[AS_IS])
    store = days(storages=Storages(names=("new",), energy=[[10.0]], initial=(1.0,), **STORE))
    small = without(side_of(store), find_assets(store, ["new"]))
    have, lack = (quiet_outcome(item, sampling_of(16)) for item in (small, side_of(days())))
    assert np.array_equal(have.totals[AS_IS], lack.totals[AS_IS])


def test_nothing_else_of_the_system_is_touched() -> None:
    """Whatever else a system may come to hold stays in it, unlike what PRAS does with demand responses."""
    side = replace(side_of(two_regions((0, 1))), common_causes=(CommonCause(asset_class="thermal", share=0.9),))
    changed = {"generators", "storages", "generator_storages"}
    kept = [item.name for item in fields(System) if item.name not in changed]
    small = without(side, find_assets(side.system, ["a3"]))
    assert all(getattr(small.system, name) is getattr(side.system, name) for name in kept)
    loaded = with_load(side, {"A": 1.0}, 3.0)
    assert all(getattr(loaded.system, name) is getattr(side.system, name) for name in {*kept, *changed} - {"regions"})
    assert loaded.system.regions.load[:, 0].tolist() == [28.0, 9.0]
    assert (small.common_causes, loaded.common_causes) == (side.common_causes, side.common_causes)


def test_load_in_a_region_of_its_own_is_load_in_the_region() -> None:
    for system, region in ((toy(), 0), (two_regions((0, 1)), 1)):
        side = side_of(system)
        name = system.regions.names[region]
        apart, inside = _apart(side, region, 3.0), with_load(side, {name: 1.0}, 3.0)
        found = [quiet_outcome(item, sampling_of(2_048)) for item in (apart, inside)]
        for column in ("unserved", "short_steps"):
            one, other = (item.column(AS_IS, column) for item in found)
            assert one.sum() > 0.0
            assert one == pytest.approx(other, abs=1e-9)


def driven() -> Side:
    load = DegreeDayLoad(
        base=20.0, slope=0.5, threshold_c=15.0, weekday_factor=(1.0,) * 7, shape=(1.0,) * 24, region_share=(1.0,)
    )
    units = replace(toy().generators, capacity=[[10.0], [10.0], [10.0], [5.0]])
    plain = replace(toy(), n_steps=24, regions=Regions(names=("region",), load=[[0.0]]), generators=units)
    return replace(side_of(enlarged(plain, 10.0, 0.0, 1.0)), weather=Weather(load=load, years=[[0.0], [5.0]]))


def uncertain() -> Side:
    scale = Figure(path="load", distribution=Uniform(low=0.8, high=1.2), unit="", judgement="for a test")
    system = enlarged(toy(), 10.0, 0.0, 1.0)
    return side_of(replace(system, regions=replace(system.regions, load_scale=(scale,))))


@pytest.mark.parametrize("side", [driven, uncertain])
@pytest.mark.parametrize("kind", KINDS)
def test_load_that_is_driven_or_uncertain(side: Callable[[], Side], kind: Kind) -> None:
    """A unit that never fails is worth its capacity whatever the load is; the load that is added is flat."""
    found = credit(side(), kind=kind, samples=1_024)
    assert found.credit.value == pytest.approx(10.0, rel=1e-6)


# -- what has no credit, or none of the usual kind ---------------------------------------------------------------------


def test_assets_that_give_nothing_are_worth_nothing() -> None:
    idle = enlarged(toy(), 0.0)
    useless = replace(toy(), generators=replace(enlarged(toy(), 1.0).generators, capacity=rows_added(
        toy().generators.capacity, [0.0]) + np.array([[0.0] * 4] * 4 + [[0.0, 0.0, 0.0, 9.0]])))  # fmt: skip
    useless = replace(useless, regions=Regions(names=("region",), load=[[25.0, 28.0, 27.0, 0.0]]))
    for kind, metric in BOTH:
        # loads less what is firm are 20, 22 and 20 MW: LOLE sees 2 MW more besides units of 10 MW, and load of any size
        level = 2.0 if (kind, metric) == ("efc", "lole") else 0.0
        for system, end in ((idle, 0.0), (useless, level)):
            for method in ("plain", "convolution"):
                found = credit(system, kind=kind, metric=metric, method=method, samples=512)
                assert found.credit.value == 0.0
                assert found.bracket == (0.0, pytest.approx(end, rel=1e-3))
                assert (found.credit.se == 0.0) == (method == "convolution" or end == 0.0)
    assert credit(idle, samples=512).in_words.endswith(": 0 MW (0 to 0); they can give nothing.")


def test_assets_that_add_to_what_is_missing_have_no_credit() -> None:
    """Half of what is borrowed is asked for on top four hours later, when there is no more than before."""

    def one(value: float) -> np.ndarray:
        return np.full((1, 1), value)

    harmful = DemandResponses(
        names=("new",), classes=("shift",), region=(0,), borrow=one(5.0), payback=one(5.0), energy=one(100.0),
        interest=one(0.5), window=np.full((1, 1), 4), borrow_efficiency=one(1.0), payback_efficiency=one(1.0),
        p_fail=one(0.0), p_repair=one(1.0),
    )  # fmt: skip
    week = System(
        name="short for long", step_h=1.0, start=toy().start, n_steps=60, power_unit="MW", energy_unit="MWh",
        regions=Regions(names=("region",), load=[[10.0, 8.0, 12.0, 9.0, 7.0, 10.0] * 10]), demand_responses=harmful,
        generators=Generators(
            names=("large", "small"), classes=("thermal",) * 2, region=(0, 0), capacity=[[8.0], [3.0]],
            p_fail=[[0.1]] * 2, p_repair=[[0.5]] * 2,
        ),
    )  # fmt: skip
    for kind in KINDS:
        found = credit(week, kind=kind, samples=1_024)
        assert found.with_assets.value > found.without_assets.value
        assert found.bracket is None
        assert found.in_words.endswith("none, as with them more is missing than without them, so that no amount from 0 "
                                       "on gives the same.")  # fmt: skip


def test_what_no_sample_saw_is_not_known_to_be_nothing() -> None:
    """By LOLE, which moves in steps, a unit may change nothing in few samples; its bracket says how far that goes."""
    load = 600.0 + np.random.default_rng(5).normal(0.0, 60.0, 168)
    units = Generators(
        names=(*(f"unit {number}" for number in range(10)), "new"), classes=("thermal",) * 11, region=(0,) * 11,
        capacity=[[100.0]] * 10 + [[3.0]], p_fail=[[0.005]] * 10 + [[0.02]], p_repair=[[0.05]] * 10 + [[0.1]],
    )  # fmt: skip
    system = System(
        name="small", step_h=1.0, start=toy().start, n_steps=168, power_unit="MW", energy_unit="MWh",
        regions=Regions(names=("region",), load=[load]), generators=units,
    )  # fmt: skip
    exact = credit(system, metric="lole", method="convolution")
    assert exact.credit.value == pytest.approx(2.618, abs=0.001)
    for seed in range(60):
        found = credit(system, metric="lole", samples=64, seed=seed)
        if found.bracket is not None and found.credit.value == 0.0:
            assert found.bracket[1] > 0.0
            assert found.credit.se > 0.0
            break
    else:
        pytest.fail("no seed of 60 shows it")


def test_where_every_hour_is_short_any_way_the_whole_level_is_the_bracket() -> None:
    """With 30 MW that may fail and 8 MW that are firm, 82 MW more are the least that a load of 120 MW sees."""
    high, higher = (replace(toy(), regions=Regions(names=("region",), load=[[load] * 4])) for load in (120.0, 500.0))
    for method in ("plain", "convolution"):
        found = credit(enlarged(high, 10.0), metric="lole", samples=512, method=method)
        assert found.credit.value == 10.0
        assert found.bracket == (0.0, pytest.approx(82.0, rel=1e-3))
    found = credit(enlarged(higher, 10.0), metric="lole", samples=512)
    assert found.bracket is None
    assert found.in_words == (
        "EFC by LOLE of new: none, as every amount up to 100 MW gives the same, so that no one does."
    )


def test_nothing_left_to_chance_has_no_error() -> None:
    units = toy().generators
    short = Regions(names=("region",), load=[[50.0] * 4])
    sure = replace(toy(), regions=short, generators=replace(units, p_fail=0.0 * units.p_fail))
    found = credit(enlarged(sure, 10.0, 0.0, 1.0), metric="eue", samples=512)
    assert (found.credit.value, found.credit.se) == (pytest.approx(10.0, rel=1e-8), 0.0)


@pytest.mark.parametrize("method", ["plain", "convolution"])
def test_all_there_is(method: str) -> None:
    names = toy().generators.names
    efc = credit(toy(), names, method=method)
    # x MW of firm capacity alone miss 1.59 MWh of 104 MWh: below 27 MW by the 2 h that are above, 28 - x and 27 - x
    aim = efc.with_assets.value
    assert efc.without_assets.value == pytest.approx(sum(TOY_LOAD))
    assert efc.credit.value == pytest.approx(27.5 - aim / 2 if aim > 1.0 else 28.0 - aim, rel=1e-6)
    elcc = credit(toy(), names, kind="elcc", method=method)
    missing = enumerated(3, 0.0, elcc.credit.value, "eue")
    assert abs(missing - sum(TOY_LOAD)) < 4 * max(elcc.credit.se, 1e-6) * 4.0
    full = credit(toy(), names, kind="elcc", metric="lole", method=method)
    assert full.credit.reason == "without them every hour is short, so that no one amount gives the same"


@pytest.mark.parametrize("method", ["plain", "convolution"])
def test_a_metric_that_is_zero_tells_nothing(method: str) -> None:
    safe = replace(enlarged(toy(), 10.0), regions=Regions(names=("region",), load=[[5.0]]))
    saved = replace(enlarged(toy(), 30.0, 0.0, 1.0))
    when = "in any of 512 samples" if method == "plain" else "at any time"
    for kind, metric in BOTH:
        found = credit(safe, kind=kind, metric=metric, method=method, samples=512)
        assert found.credit.reason == f"without them there is no shortfall {when} either"
        assert found.bracket is None
    found = credit(saved, method=method, samples=512)
    assert found.credit.reason == f"with them there is no shortfall {when}, so that no one amount gives the same"
    assert credit(saved, kind="elcc", method=method, samples=512).credit.value == pytest.approx(30.0, rel=1e-6)


def test_no_amount_does() -> None:
    """Firm capacity beyond an interface of 4 MW does not reach the region that is short."""
    apart = enlarged(two_regions((0, 1)), 10.0, 0.0, 1.0)
    found = credit(apart, shares={"B": 1.0}, samples=1_024)
    assert found.credit.reason == "no amount does, up to 100 MW"
    assert found.in_words == "EFC by EUE of new: none, as no amount does, up to 100 MW."
    assert credit(apart, most=5.0, samples=1_024).credit.reason == "no amount does, up to 5 MW"
    assert credit(apart, samples=1_024).credit.value == pytest.approx(10.0, rel=1e-6)


@pytest.mark.parametrize("samples", [1, 2, 20])
def test_a_few_samples_tell_nothing(samples: int) -> None:
    plain = quiet_outcome(side_of(toy()), sampling_of(samples))
    short = np.count_nonzero(plain.column(AS_IS, "unserved"))
    assert 0 < short < 10
    found = credit(enlarged(toy(), 10.0), samples=samples)
    many = "1 sample has" if samples == 1 else f"{samples} samples {'has' if short == 1 else 'have'}"
    assert found.credit.reason == f"without them {short} of {many} a shortfall, which is too few"
    few = credit(enlarged(toy(), 10.0), samples=64)
    assert few.credit.reason.startswith("with them ")
    assert few.credit.reason.endswith(" of 64 samples have a shortfall, which is too few")


def test_a_unit_that_was_never_seen_to_fail_is_not_taken_for_one_that_never_does() -> None:
    for kind, metric in BOTH:
        found = credit(enlarged(toy(), 3.0, 1e-7), kind=kind, metric=metric, samples=512)
        assert found.credit.reason == "they were out in no sample that is short, which tells nothing of when they are"


def test_stated_shares() -> None:
    """Firm capacity where units are that never fail is worth as much as they are; all of it in one place is not."""
    pair = enlarged(enlarged(two_regions((0, 1)), 1.0, 0.0, 1.0), 4.0, 0.0, 1.0, name="other", region=1)
    shares = {"A": 0.2, "B": 0.8}
    for given in (None, shares):
        found = credit(pair, ("new", "other"), shares=given, samples=1_024)
        assert (found.credit.value, found.shares) == (5.0, shares)
    elsewhere = credit(pair, ("new", "other"), shares={"A": 1.0}, samples=1_024)
    assert elsewhere.credit.value != pytest.approx(5.0, abs=4 * elsewhere.credit.se)


# -- records and bad input -----------------------------------------------------------------------------------------


def test_json_and_words() -> None:
    found = credit(enlarged(toy(), 10.0))
    data = json.loads(to_json(found.as_dict()), parse_constant=pytest.fail)
    assert data["credit"] == {"value": found.credit.value, "se": found.credit.se, "unit": "MW"}
    assert [data["bracket"]["low"], data["bracket"]["high"]] == list(found.bracket or ())
    assert data["with"]["value"] < data["without"]["value"]
    about = {
        "schema": 1, "version": "0.0.0", "system": "toy", "assets": ["new"], "kind": "efc", "metric": "eue",
        "method": "plain", "samples": 20_000, "seed": 1, "power": 10.0, "shares": {"region": 1.0},
    }  # fmt: skip
    assert {name: data[name] for name in about} == about
    assert str(found) == data["in_words"]
    assert data["in_words"].startswith(f"EFC by EUE of new: {found.credit.value:.3f} ± 0.0")
    share = digits_text(10.0 * found.credit.value, 10.0 * found.credit.se)
    assert data["in_words"].endswith(f"{share} % of 10 MW.")
    exact = credit(enlarged(toy(), 10.0), method="convolution").in_words
    assert exact == "EFC by EUE of new: 8.23765 MW (8.23765 to 8.23765), 82.4 % of 10 MW."
    none = json.loads(to_json(credit(enlarged(toy(), 10.0), most=1.0).as_dict()), parse_constant=pytest.fail)
    reason = {"unit": "MW", "reason": "no amount does, up to 1 MW"}
    assert none["credit"] == {"value": None, "se": None, **reason}
    assert none["bracket"] == {"low": None, "high": None, **reason}
    assert none["share"] is None


def test_no_digit_is_said_that_the_error_does_not_support() -> None:
    found = credit(enlarged(toy(), 10.0), samples=2_000)
    rough = Estimate(value=8123.4, se=456.7, unit="MW", samples=2_000, horizon_h=4.0)
    words = replace(found, credit=rough, bracket=(7200.1, 9041.9), power=10_000.0).in_words
    assert words == "EFC by EUE of new: 8120 ± 460 MW (7200 to 9040), 81.2 % of 10000 MW."


def test_few_samples_with_a_shortfall_are_counted() -> None:
    found = credit(enlarged(toy(), 10.0), samples=256)
    short = int(found.credit.reason.split()[2])
    assert 10 <= short < 100
    assert found.in_words.endswith(f"; it rests on {short} samples with a shortfall, of 256.")
    assert found.with_assets.reason == found.credit.reason
    assert not credit(enlarged(toy(), 10.0), samples=4_096).credit.reason


def test_the_same_again_is_the_same() -> None:
    first, second = (credit(enlarged(toy(), 10.0), workers=workers) for workers in (1, 2))
    assert first.as_dict() == second.as_dict()


@pytest.mark.parametrize(
    ("names", "other", "match"),
    [
        (("unit 5", "firn"), {}, r"(?s)2 faults in system 'toy'.*assets.unit 5: must be the name of a generator, "
         r"storage, generator-storage or demand response"
         r".*hint: did you mean unit 3 or unit 2 or unit 1\?\nhint: did you mean firm\?"),
        ((), {}, "assets: must be given by name or by class"),
        (("firm",), {"asset_class": "import"}, "assets: must be given by name or by class, and not by both"),
        ((), {"asset_class": "termal"}, r"(?s)class.termal: must be the name of a class.*did you mean thermal\?"),
        (("firm",), {"shares": {"regoin": 1.0}}, r"(?s)shares.regoin: must be .*did you mean region\?"),
        (("firm",), {"shares": {"region": 0.5}}, r"shares: must add up to 1, got 0.5"),
        (("firm",), {"shares": {"region": -1.0}}, r"(?s)shares.region: must be >= 0, got -1.0.*shares: must add up"),
        (("firm",), {"kind": "ecf", "metric": "lolp", "method": "exact", "most": 0.0},
         r"(?s)4 faults.*kind: must be one of efc, elcc, got 'ecf'.*metric.*method.*most: must be > 0"),
    ],
)  # fmt: skip
def test_bad_input(names: tuple[str, ...], other: dict[str, Any], match: str) -> None:
    with pytest.raises(InputError, match=match):
        credit(toy(), names, **other)


def test_convolution_says_where_it_does_not_apply() -> None:
    store = days(storages=Storages(names=("new",), energy=[[10.0]], **STORE))
    with pytest.raises(InputError, match="storages: must be absent, got 1"):
        credit(store, method="convolution")
    with pytest.raises(InputError, match="weather: must be absent"):
        credit(driven(), method="convolution")
    with pytest.raises(InputError, match="not a distribution, got 'load'"):
        credit(uncertain(), method="convolution")
    caused = replace(side_of(enlarged(toy(), 10.0)), common_causes=(CommonCause(asset_class="thermal", share=0.9),))
    with pytest.raises(InputError, match="common_causes: must be absent, got 1"):
        credit(caused, method="convolution")
    start = toy().start
    window = {"measure_from": start, "measure_to": start + dt.timedelta(hours=3)}
    with pytest.raises(InputError, match="measured window: must be the whole simulation"):
        credit(enlarged(toy(), 10.0), method="convolution", window=window)


def test_a_demand_response_is_worth_what_it_puts_off() -> None:
    """Put off in the one short hour of a day and paid back in the next, it does as much as firm capacity."""
    load = np.full((1, 24), 20.0)
    load[0, 12] = 26.0
    system = System(
        name="evening", step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=24, power_unit="MW", energy_unit="MWh",
        regions=Regions(names=("A",), load=load),
        generators=Generators(
            names=tuple(f"unit {row}" for row in range(3)), classes=("thermal",) * 3, region=(0,) * 3,
            capacity=[[10.0]] * 3, p_fail=[[0.1]] * 3, p_repair=[[0.9]] * 3,
        ),
        demand_responses=DemandResponses(
            names=("put off",), classes=("demand",), region=(0,), borrow=[[4.0]], payback=[[10.0]], energy=[[8.0]],
            interest=[[0.0]], window=[[11.0]], p_fail=[[0.0]], p_repair=[[1.0]],
        ),
    )  # fmt: skip
    found = credit(system, ("put off",), samples=4_096)
    assert 0.0 < found.credit.value <= 4.0 + 1e-6
    # it stays in the system of which another asset is taken: capacity beside it is worth less than beside none
    bare = credit(replace(system, demand_responses=DemandResponses(**NO_RESPONSE)), ("unit 0",), samples=4_096)
    beside = credit(system, ("unit 0",), samples=4_096)
    assert beside.with_assets.value < bare.with_assets.value
    # PRAS drops it from the system, whatever is asked for
    as_pras = standstill.credit(system, ("unit 0",), samples=4_096, pras_compatible=True)
    assert as_pras.with_assets == bare.with_assets
    assert as_pras.credit == bare.credit


NO_RESPONSE: dict[str, Any] = dict.fromkeys(
    ("borrow", "payback", "energy", "interest", "window", "p_fail", "p_repair"), np.zeros((0, 1))
) | {"names": (), "classes": (), "region": ()}


def test_unserved_energy_that_is_asked_for_again_has_no_bound() -> None:
    one = toy()
    calm = replace(one, regions=replace(one.regions, load=[[5.0]]))
    again = replace(calm, regions=replace(calm.regions, pickup_share=(1.0,)))
    found = [standstill.credit(system, ["unit 1"], samples=300).without_assets for system in (calm, again)]
    assert [(item.value, item.se) for item in found] == [(0.0, math.inf)] * 2
    assert [item.bound for item in found] == [pytest.approx(20.0 * 3 / 300), None]
