"""Reserves in single steps: by hand, beside a linear program, and that nothing else moves by a bit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide
from standstill.engine.reserve import RESERVE_COLUMNS
from standstill.errors import InputError
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.model.campaign import Campaign, Curve, DamageState, Stream, Weapon
from standstill.model.cause import CommonCause
from standstill.model.repair import RepairTime
from standstill.model.scenario import Side
from standstill.model.system import DemandResponses, GeneratorStorages, Regions, Reserves, System
from tests.cases.held import generators, held, interfaces, lines, outages, rows, storages, system
from tests.cases.hub import hub_scenario
from tests.reference.reserve import Join, least_by_program, least_unserved, of_step
from tests.reference.worlds import PLANS, world

EXACT = pytest.approx


def comes(packed: PackedSide, samples: int = 1) -> dict[str, np.ndarray]:
    """Return what the reserve comes to in each sample of the first arm."""
    assert packed.model.reserve is not None
    totals = run_block(packed, 1, 0, samples, Scratch(packed)).totals[0]
    first = packed.model.reserve.column
    return dict(zip(RESERVE_COLUMNS, totals[:, first : first + len(RESERVE_COLUMNS)].T, strict=True))


def of_system(one: System, hours: int | None = None, **side) -> tuple[float, float, float]:
    """Return load to be shed, shortage and steps short, of the first hours or of all."""
    end = None if hours is None else one.start + dt.timedelta(hours=hours)
    found = comes(pack_side(Side(name="side", system=one, **side), measure_to=end))
    return tuple(float(found[name][0]) for name in RESERVE_COLUMNS)


# ------------------------------------------------------------------------------------------------------- by hand


@pytest.mark.parametrize(
    ("supply", "expected"),
    [
        # 12 serve 5 and 7 of the reserve: 3 of it are short, which 3 of load would make room for
        (12.0, (3.0, 3.0, 1.0)),
        # all of both
        (15.0, (0.0, 0.0, 0.0)),
        # 1 is unserved and nothing is held; shedding the 4 that are served would still leave 6 short
        (4.0, (4.0, 10.0, 1.0)),
        (0.0, (0.0, 10.0, 1.0)),
    ],
)
def test_a_reserve_of_one_region(supply: float, expected: tuple[float, ...]):
    one = system(rows(5.0), 1, generators=generators((0, supply, 0.0)), reserves=held(10.0))
    assert of_system(one) == EXACT(expected)


def test_reserves_add_up_and_follow_time():
    one = system(rows((5.0, 8.0, 2.0)), 3, generators=generators((0, 10.0, 0.0)), reserves=held(2.0, (2.0, 3.0, 0.0)))
    # 10 hold 5, 2 and 8 beside the load: 4, 5 and 2 are asked for
    assert of_system(one) == EXACT((3.0, 3.0, 1.0))


def test_what_is_cut_off_is_short_but_shedding_would_not_help():
    # B's 8 are behind a line of 6: 2 unserved. Of the reserve of 4 allotted 2 : 8 none of B's 3.2 arrives unless load
    # there makes way: 3.2 short, 3.2 to shed. C has no line: its 1 of load and its reserve are out of reach
    for own in (0.0, 1.0):  # a star, and a network
        one = system(
            rows(2.0, 8.0 + own, 1.0), 1, generators=generators((0, 20.0, 0.0), (1 if own else 0, own, 0.0)),
            interfaces=interfaces((0, 1, 6.0), (0, 2, 0.0)), reserves=held(4.0, 1.0, regions=((0, 1), (2,))),
        )  # fmt: skip
        at_b = 4.0 * (8.0 + own) / (10.0 + own)
        assert of_system(one) == EXACT((at_b, at_b + 1.0, 1.0))


def test_a_reserve_is_allotted_equally_where_there_is_no_load():
    one = system(
        rows(0.0, 0.0, 5.0), 1, generators=generators((0, 3.0, 0.0), (1, 9.0, 0.0), (2, 5.0, 0.0)),
        interfaces=interfaces((1, 2, 9.0)), reserves=held(8.0, regions=((0, 1),)),
    )  # fmt: skip
    # 4 each: A has 3 and no interface. Nothing can be shed there
    assert of_system(one) == EXACT((0.0, 1.0, 1.0))


def test_the_headroom_of_stores_counts_and_is_not_used():
    store = {"power": 4.0, "energy": 8.0, "initial": 0.75, "discharge_efficiency": 0.5, "carryover_efficiency": 0.8}
    one = system(rows(10.0), 3, generators=generators((0, 10.0, 0.0)), storages=storages(store), reserves=held(3.5))
    # it holds 6, 4.8, 3.84, of which half arrives: 3, 2.4, 1.92
    assert of_system(one) == EXACT((0.5 + 1.1 + 1.58, 0.5 + 1.1 + 1.58, 3.0))
    discharging = replace(one, regions=Regions(names=("A",), load=rows((12.0, 10.0, 10.0))))
    # 2 of the 3 serve the first step, for which 4 of 6 are taken: 2 · 0.8 = 1.6 and 1.28 stay
    expected = 2.5 + (3.5 - 0.8) + (3.5 - 0.64)
    assert of_system(discharging) == EXACT((expected, expected, 3.0))


@pytest.mark.parametrize(
    ("plan", "gives"),
    [
        # 3 of 5 through the connection go to inflow
        ({"dispatch": ("greedy",)}, 3.0 + 2.0),
        # a quarter of 8 may be used in the week
        ({"dispatch": ("weekly-budget",), "weekly_share": (0.25,)}, 3.0 + 2.0),
        ({"dispatch": ("weekly-budget",), "weekly_share": (0.125,)}, 3.0 + 1.0),
        # what it releases is supply, and no more
        ({"dispatch": ("daily-profile",), "release": rows(4.0)}, 4.0),
    ],
)
def test_a_reservoir_offers_what_its_plan_lets_it(plan: dict, gives: float):
    reservoir = GeneratorStorages(
        names=("reservoir",), classes=("hydro",), region=(0,), charge=rows(5), discharge=rows(5), energy=rows(16),
        charge_efficiency=rows(1), discharge_efficiency=rows(1), carryover_efficiency=rows(1), initial=(0.5,),
        inflow=rows(3), injection=rows(5), withdrawal=rows(0), **outages(0.0), **plan,
    )  # fmt: skip
    one = system(rows(1.0), 1, generators=generators((0, 2.0, 0.0)), generator_storages=reservoir, reserves=held(20.0))
    shortage = 20.0 - (gives + 2.0 - 1.0)
    assert of_system(one)[1] == EXACT(shortage)


def test_load_that_can_be_put_off_counts_while_it_may_still_be_owed():
    response = DemandResponses(
        names=("response",), classes=("response",), region=(0,), borrow=rows(4), payback=rows(4), energy=rows(6),
        interest=rows(0), window=rows(9), **outages(0.0),
    )  # fmt: skip
    one = system(
        rows((13.0, 10.0, 10.0, 10.0)), 4, generators=generators((0, 10.0, 0.0)), demand_responses=response,
        reserves=held(5.0),
    )  # fmt: skip
    # 4 of 3 + 5; then it owes 3 and may owe 3 more
    assert of_system(one, 1) == EXACT((4.0, 4.0, 1.0))
    assert of_system(one, 2) == EXACT((4.0 + 2.0, 4.0 + 2.0, 2.0))
    # in the last step nothing can be put off
    assert of_system(one) == EXACT((4.0 + 2.0 + 2.0 + 5.0, 4.0 + 2.0 + 2.0 + 5.0, 4.0))


def test_what_is_asked_for_again_counts_as_load():
    one = system(rows((12.0, 8.0)), 2, generators=generators((0, 10.0, 0.0)), reserves=held(2.0))
    regions = replace(one.regions, pickup_share=(0.5,), pickup_h=(1.0,))
    # 2 unserved, of which 1 is owed, and 1 - 1/e of that asked for again
    again = 1.0 - np.exp(-1.0)
    assert of_system(replace(one, regions=regions)) == EXACT((2.0 + again, 2.0 + again, 2.0))
    assert of_system(one) == EXACT((2.0, 2.0, 1.0))


def test_only_measured_steps_count():
    one = system(rows(5.0), 4, generators=generators((0, 6.0, 0.0)), reserves=held(3.0))
    assert of_system(one, 3) == EXACT((6.0, 6.0, 3.0))


def test_energy_and_hours_follow_the_step_and_the_units():
    one = replace(
        system(rows(5.0), 4, generators=generators((0, 6.0, 0.0)), reserves=held(3.0)),
        step_h=0.5, power_unit="GW", energy_unit="MWh",
    )  # fmt: skip
    assert of_system(one) == EXACT((4 * 2.0 * 500.0, 4 * 2.0 * 500.0, 4.0))


# ---------------------------------------------------------------------------------------------- the largest unit


def test_the_largest_unit_is_the_largest_product_of_capacity_and_availability():
    # planned outages are part of the capacity: 9, 7 and 6 are the largest, with the 7 in B
    units = generators((0, (9.0, 0.0, 0.0), 0.0), (1, 7.0, 0.0), (0, 6.0, 0.0), (0, 30.0, 0.0),
                       classes=("thermal", "nuclear", "thermal", "wind"))  # fmt: skip
    base = system(rows(0.0, 0.0), 3, generators=units, interfaces=interfaces((0, 1, 99.0)))

    def asked(**more) -> float:
        # a hundred more than there is, so that the shortage shows what is asked for
        have = np.broadcast_to(units.capacity, (4, 3)).sum()
        return of_system(replace(base, reserves=held(100.0, **more)))[1] - 300.0 + have

    assert asked() == EXACT(0.0)
    assert asked(largest_unit=(1.0,)) == EXACT(90.0)
    assert asked(largest_unit=(1.0,), unit_classes=(("thermal", "nuclear"),)) == EXACT(9.0 + 7.0 + 7.0)
    assert asked(largest_unit=(2.0,), unit_classes=(("thermal",),)) == EXACT(2 * (9.0 + 6.0 + 6.0))
    in_a = asked(largest_unit=(1.0,), unit_classes=(("thermal", "nuclear"),), regions=((0,),))
    assert in_a == EXACT(9.0 + 6.0 + 6.0)


def test_the_largest_unit_follows_factors_common_causes_and_damage():
    share = Figure(path="share", unit="", distribution=Uniform(low=0.5, high=1.0), judgement="made up")
    scale = Figure(path="scale", unit="", distribution=Uniform(low=0.1, high=3.0), judgement="made up")
    units = replace(generators((0, 10.0, 0.0), (0, 8.0, 0.0), classes=("chp", "gas")), capacity_scale=(1.0, scale))
    one = system(rows(0.0), 6, generators=units, reserves=held(100.0, largest_unit=(1.0,)))
    weapon = Weapon(name="weapon", count="fixed", mean=1.0, interception=0.0, hit=1.0)
    campaign = Campaign(
        streams=(Stream(name="stream", times="poisson", rate_per_day=6.0, weapons=(weapon,), aim={"gas": 1.0}),),
        curves=(Curve(name="curve", states=(
            DamageState(name="half", probability=1.0, condition=0.5, time=RepairTime(kind="fixed", days=0.05)),
        )),), mapping={"gas": "curve"},
    )  # fmt: skip
    side = Side(
        name="side", system=one, common_causes=(CommonCause(asset_class="chp", share=share),), campaign=campaign
    )
    # short of 100 + largest is what all but the largest leave short of 100: the smaller unit, whatever it is. Its sum
    # over steps follows from a run with each unit alone
    packed = pack_side(side)
    found = comes(packed, 64)["reserve_shortage"]
    values = packed.slots.values(1, 0, 64)
    slots = {figure.path: values[:, slot] for slot, figure in packed.slots.figures.items()}
    chp = 10.0 * slots["share"]
    undamaged = 8.0 * slots["scale"]
    highest = 600.0 - 6 * np.minimum(chp, undamaged / 2)
    lowest = 600.0 - 6 * np.minimum(chp, undamaged)
    assert np.all(found >= lowest - 1e-6)
    assert np.all(found <= highest + 1e-6)
    assert np.any(found > lowest + 0.1)
    untouched = comes(pack_side(replace(side, campaign=Campaign())), 64)["reserve_shortage"]
    assert untouched == EXACT(lowest)


@pytest.mark.parametrize(("power", "largest_unit"), [(0.0, 1.0), (1.0, 0.0)], ids=["largest unit", "power alone"])
def test_units_of_a_class_that_is_not_there_are_refused(power: float, largest_unit: float):
    one = system(
        rows(1.0), 1, generators=generators((0, 1.0, 0.0)),
        reserves=held(power, largest_unit=(largest_unit,), unit_classes=(("nuclear",),)),
    )  # fmt: skip
    with pytest.raises(
        InputError, match=r"reserve 0.unit_classes: must be classes of generators of the side \(thermal\)"
    ):
        pack_side(Side(name="side", system=one))


def test_an_uncertain_reserve_is_drawn_once_a_winter():
    scale = Figure(path="reserve", unit="", distribution=Uniform(low=0.0, high=2.0), judgement="made up")
    one = system(rows(5.0), 2, generators=generators((0, 5.0, 0.0)), reserves=held(3.0, power_scale=(scale,)))
    packed = pack_side(Side(name="side", system=one))
    drawn = packed.slots.values(1, 0, 32)[:, next(iter(packed.slots.figures))]
    assert comes(packed, 32)["reserve_shortage"] == EXACT(6.0 * drawn)
    assert np.ptp(drawn) > 1.0


# --------------------------------------------------------------------------------------- beside a linear program


def random_case(number: int) -> tuple[System, list[float], list[float], list[float], list[Join]]:
    """Return a random system of one step, with load, reserve and supply by region, and what joins them."""
    random = np.random.default_rng(number)
    count = int(random.integers(2, 6))
    is_star = number % 3 == 0
    pairs = [
        (a, b) for a in range(count) for b in range(a + 1, count) if (a == 0 if is_star else random.random() < 0.6)
    ]
    load = random.uniform(0.0, 20.0, count)
    units = [
        (0 if is_star else int(random.integers(count)), float(random.uniform(2.0, 18.0))) for _ in range(count + 1)
    ]
    limits = [float(random.uniform(0.0, 12.0)) for _ in pairs]
    stores = [
        {"region": 0 if is_star else int(random.integers(count)), "power": float(random.uniform(1.0, 6.0)),
         "energy": float(random.uniform(1.0, 9.0)), "initial": float(random.uniform(0.0, 1.0)),
         "discharge_efficiency": float(random.uniform(0.6, 1.0))}
        for _ in range(2)
    ]  # fmt: skip
    power, group = (
        float(random.uniform(0.0, 15.0)),
        tuple(int(row) for row in np.flatnonzero(random.random(count) < 0.7)),
    )
    one = system(
        load[:, None], 1, generators=generators(*((region, size, 0.0) for region, size in units)),
        interfaces=interfaces(*((a, b, limit) for (a, b), limit in zip(pairs, limits, strict=True))),
        storages=storages(*stores), reserves=held(power, 1.0, largest_unit=(0.0, 0.5), regions=(group, ())),
    )  # fmt: skip
    supply = [0.0] * count
    for region, size in units:
        supply[region] += size
    for store in stores:
        held_now = store["energy"] * store["initial"] * store["discharge_efficiency"]
        supply[int(store["region"])] += min(store["power"], held_now)
    asked = [(1.0 + 0.5 * max(size for _, size in units)) * float(part) for part in load / load.sum()]
    members = list(group or range(count))
    for region in members:
        asked[region] += power * float(load[region] / load[members].sum())
    joins = [(a, b, limit, limit) for (a, b), limit in zip(pairs, limits, strict=True)]
    return one, [float(part) for part in load], asked, supply, joins


def test_a_cut_and_a_linear_program_agree():
    for number in range(60):
        _, load, asked, supply, joins = random_case(number)
        for need in (load, asked):
            assert least_unserved(need, supply, joins) == EXACT(least_by_program(need, supply, joins), abs=1e-7)


@pytest.mark.parametrize("is_network", [False, True], ids=["as it is", "as a network"])
def test_the_engine_equals_a_linear_program(is_network: bool):
    short = 0
    for number in range(120):
        one, load, asked, supply, joins = random_case(number)
        packed = pack_side(Side(name="side", system=one))
        if is_network:
            network = packed.model.network._replace(leaves=packed.model.network.leaves[:0], hub=-1, one_series=-1)
            packed = replace(packed, model=packed.model._replace(network=network))
        found = comes(packed)
        expected = of_step(load, asked, supply, joins, least_by_program)
        assert found["reserve_shortage"][0] == EXACT(expected.shortage, abs=1e-6), number
        assert found["reserve_shed"][0] == EXACT(expected.shed, abs=1e-6), number
        assert found["reserve_short_steps"][0] == float(expected.shortage > 1e-7)
        short += expected.shed > 1e-6 and expected.shortage > expected.shed + 1e-6
    assert short >= 5


# -------------------------------------------------------------------------------------------- nothing else moves


def with_reserves(side: Side) -> Side:
    reserves = Reserves(names=("held",), power=[[5.0]], largest_unit=(1.0,))
    return replace(side, system=replace(side.system, reserves=reserves))


@pytest.mark.parametrize("index", range(len(PLANS)))
def test_all_else_is_the_same_to_the_bit(index: int):
    scene = world(index)
    window = {"measure_from": scene.measure_from, "measure_to": scene.measure_to, "detail": scene.detail}
    plain, held_too = (
        run_block(packed, 7, 0, 8, Scratch(packed))
        for packed in (pack_side(side, arms=scene.arms, **window) for side in (scene.side, with_reserves(scene.side)))
    )
    width = plain.totals.shape[2]
    assert held_too.totals.shape[2] == width + len(RESERVE_COLUMNS)
    np.testing.assert_array_equal(held_too.totals[:, :, :width], plain.totals)
    for name in ("off", "damaged", "delivery_damaged", "load", "week_off", "week_critical"):
        np.testing.assert_array_equal(getattr(held_too.histograms, name), getattr(plain.histograms, name))
    assert held_too.totals[:, :, width:].max() > 0.0


def test_all_else_is_the_same_where_quiet_steps_are_passed():
    # whole numbers, which add up without rounding in any order
    random = np.random.default_rng(3)
    load = np.round(60 + 15 * np.sin(np.arange(960) / 24 * 2 * np.pi) + random.uniform(0, 5, 960))
    units = generators(*((0, float(size), 0.0) for size in (20, 20, 15, 15, 10, 10, 10)))
    units = replace(units, p_fail=np.full((7, 1), 0.02), p_repair=np.full((7, 1), 0.1))
    one = system(load[None, :], 960, generators=units)
    side = Side(name="side", system=one)
    packs = (pack_side(side), pack_side(with_reserves(side)))
    plain, held_too = (run_block(packed, 1, 0, 256, Scratch(packed)).totals for packed in packs)
    assert plain[0, :, 0].max() > 0.0
    np.testing.assert_array_equal(held_too[:, :, : plain.shape[2]], plain)


def test_arms_that_go_alike_share_what_a_reserve_comes_to():
    scenario = hub_scenario()
    side = with_reserves(scenario.sides[0])
    packed = pack_side(side, arms=scenario.arms, detail=True)
    totals = run_block(packed, 1, 0, 64, Scratch(packed)).totals
    assert packed.model.reserve is not None
    shortage = totals[:, :, packed.model.reserve.column + 1]
    # the second arm withholds attacks, so there is no less to hold back in it
    assert shortage[1].mean() <= shortage[0].mean()
    assert shortage[0].min() >= 0.0


def test_a_failing_line_takes_the_reserve_behind_it():
    # as in the star: B's reserve of 2 is out of reach where the line is out, and its load is unserved then
    one = system(
        rows(0.0, 4.0), 1, generators=generators((0, 20.0, 0.0)), interfaces=interfaces((0, 1, 99.0)),
        lines=lines((0, 5.0, 0.5)), reserves=held(2.0),
    )  # fmt: skip
    found = comes(pack_side(Side(name="side", system=one)), 256)
    assert set(np.round(found["reserve_shortage"], 9)) == {1.0, 2.0}
    assert set(np.round(found["reserve_shed"], 9)) == {1.0, 0.0}


@pytest.mark.parametrize("regions", [1, 3], ids=["star", "network"])
def test_quiet_steps_are_passed_only_where_no_reserve_can_be_short(regions: int):
    # results by day keep every step from being passed; capacities and reserves are whole, so sums are the same bits
    random = np.random.default_rng(5)
    shape = 42 + 10 * np.sin(np.arange(960) / 24 * 2 * np.pi)
    load = np.round(np.array([shape + random.uniform(0, 5, 960) for _ in range(regions)]))
    sizes = (20.0, 20.0, 15.0, 10.0)
    units = generators(*((region, size, 0.0) for region in range(regions) for size in sizes))
    units = replace(units, p_fail=np.full((len(units), 1), 0.02), p_repair=np.full((len(units), 1), 0.1))
    joins = interfaces(*((region, region + 1, 12.0) for region in range(regions - 1)))
    one = system(
        load, 960, generators=units, interfaces=joins, reserves=held(4.0, 0.0, largest_unit=(0.0, 0.5)),
    )  # fmt: skip
    passed, every = (comes(pack_side(Side(name="side", system=one), detail=detail), 256) for detail in (False, True))
    assert passed["reserve_shed"].min() < passed["reserve_shed"].max()
    for name in RESERVE_COLUMNS:
        np.testing.assert_allclose(passed[name], every[name], rtol=1e-9, atol=1e-6)
