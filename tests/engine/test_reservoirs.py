"""Reservoirs on a weekly budget or a daily profile, and common causes of a class, by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.errors import InputError
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.model.cause import CommonCause
from standstill.model.scenario import Side
from standstill.model.system import Generators, GeneratorStorages, Regions, System
from standstill.model.weather import DegreeDayLoad, Weather
from tests.reference.probe import after

START = dt.datetime(2024, 10, 1, tzinfo=dt.UTC)
WEEK, N_STEPS = 14, 28


def reservoir(*, load: float, supply: float, **plan: object) -> Side:
    """Return a region in steps of half a day: a plant, and a reservoir of 1200 MWh, half full, with 5 MW of inflow."""
    always = {"p_fail": np.zeros((1, 1)), "p_repair": np.ones((1, 1))}

    def one(value: float) -> np.ndarray:
        return np.full((1, 1), value)

    system = System(
        name="system",
        step_h=12.0,
        start=START,
        n_steps=N_STEPS,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("region",), load=np.full((1, N_STEPS), load)),
        generators=Generators(names=("plant",), classes=("chp",), region=(0,), capacity=one(supply), **always),
        generator_storages=GeneratorStorages(
            names=("lake",), classes=("hydro",), region=(0,), charge=one(50.0), discharge=one(20.0), energy=one(1200.0),
            charge_efficiency=one(1.0), discharge_efficiency=one(1.0), carryover_efficiency=one(1.0),
            inflow=one(5.0), injection=one(20.0), withdrawal=one(0.0), initial=(0.5,), **plan, **always,
        ),
    )  # fmt: skip
    return Side(name="side", system=system)


def charges(side: Side, *, network: bool = False) -> list[float]:
    return [float(after(side, step, network=network).charge[0]) for step in range(N_STEPS)]


@pytest.mark.parametrize("network", [False, True])
def test_a_weekly_budget_lasts_to_the_end_of_its_week(network):
    # 15 MW short beside 5 MW of inflow: greedy gives 180 MWh a step, a budget of a quarter 150 MWh in the first week
    scene = reservoir(load=30.0, supply=10.0, dispatch=("weekly-budget",), weekly_share=(0.25,))
    held = charges(scene, network=network)
    assert held[0] == pytest.approx(450.0)
    assert held[1:WEEK] == pytest.approx([450.0] * (WEEK - 1))
    assert held[WEEK] == pytest.approx(450.0 * 0.75)
    assert held[WEEK:] == pytest.approx([450.0 * 0.75] * (N_STEPS - WEEK))
    greedy = charges(reservoir(load=30.0, supply=10.0), network=network)
    assert greedy[:5] == pytest.approx([420.0, 240.0, 60.0, 0.0, 0.0])


def test_a_budget_of_all_is_greedy_within_the_first_week():
    scene = reservoir(load=30.0, supply=10.0, dispatch=("weekly-budget",), weekly_share=(1.0,))
    assert charges(scene) == charges(reservoir(load=30.0, supply=10.0))


def test_a_week_that_begins_while_the_store_is_full_has_its_own_budget():
    scene = reservoir(load=30.0, supply=10.0, dispatch=("weekly-budget",), weekly_share=(0.1,))
    # plenty for eight days, in which the lake fills; short from then on
    load = np.where(np.arange(N_STEPS) < 16, 5.0, 30.0)
    system = dataclasses.replace(scene.system, regions=Regions(names=("region",), load=load[None, :]))
    held = charges(dataclasses.replace(scene, system=system))
    assert held[WEEK - 1 : 16] == pytest.approx([1200.0] * 3)
    assert held[16:] == pytest.approx([1080.0] * (N_STEPS - 16))


@pytest.mark.parametrize("network", [False, True])
def test_a_daily_profile_is_released_whether_it_is_needed_or_not(network):
    # 12 MW by day and 2 MW by night, of which 5 MW are inflow
    release = np.where(np.arange(N_STEPS) % 2 == 1, 12.0, 2.0)[None, :]
    scene = reservoir(load=12.0, supply=10.0, dispatch=("daily-profile",), release=release)
    held = charges(scene, network=network)
    day = 600.0 + 3 * 12.0 - 7 * 12.0
    assert held[:4] == pytest.approx([636.0, day, day + 36.0, day + 36.0 - 84.0])
    short = [float(after(scene, step, network=network).total) for step in range(4)]
    assert short == pytest.approx([0.0] * 4)
    tight = reservoir(load=14.0, supply=10.0, dispatch=("daily-profile",), release=release)
    assert charges(tight, network=network) == pytest.approx(held), "what is needed changes nothing"
    assert [float(after(tight, step, network=network).total) for step in range(4)] == pytest.approx([2.0, 0.0] * 2)


def test_an_empty_lake_on_a_profile_passes_its_inflow():
    scene = reservoir(load=30.0, supply=10.0, dispatch=("daily-profile",), release=np.full((1, 1), 15.0))
    held = charges(scene)
    assert held[:6] == pytest.approx([480.0, 360.0, 240.0, 120.0, 0.0, 0.0])
    short = [float(after(scene, step).total) for step in (4, 5)]
    assert short == pytest.approx([5.0, 15.0])


def test_an_unknown_plan_is_refused():
    with pytest.raises(InputError, match=r"dispatch: must be one of greedy, weekly-budget, daily-profile, got clever"):
        reservoir(load=1.0, supply=1.0, dispatch=("clever",))


# ------------------------------------------------------------------------------------------------- common causes


def unserved(side: Side, count: int) -> np.ndarray:
    packed = pack_side(side)
    return run_block(packed, 1, 0, count, Scratch(packed)).totals[0, :, COLUMNS.index("unserved")]


def test_an_uncertain_share_is_one_value_for_the_class_and_the_winter():
    share = Figure(
        path="share", unit="", distribution=Uniform(low=0.5, high=1.0), claims=(), judgement="because it is a test"
    )
    scene = reservoir(load=100.0, supply=40.0)
    generators = Generators(
        names=("one", "two", "other"), classes=("chp", "chp", "gas"), region=(0,) * 3,
        capacity=np.array([[40.0], [20.0], [30.0]]), p_fail=np.zeros((3, 1)), p_repair=np.ones((3, 1)),
    )  # fmt: skip
    system = dataclasses.replace(scene.system, generators=generators, generator_storages=GeneratorStorages(
        **{name: () if name in ("names", "classes", "region") else np.zeros((0, 1)) for name in (
            "names", "classes", "region", "charge", "discharge", "energy", "charge_efficiency", "discharge_efficiency",
            "carryover_efficiency", "p_fail", "p_repair", "inflow", "injection", "withdrawal",
        )}
    ))  # fmt: skip
    scene = dataclasses.replace(scene, system=system, common_causes=(CommonCause(asset_class="chp", share=share),))
    found = 1 - (unserved(scene, 64) / (12.0 * N_STEPS) - 10.0) / 60.0
    values = pack_side(scene).slots.values(1, 0, 64)
    drawn = values[:, next(slot for slot, figure in pack_side(scene).slots.figures.items() if figure.path == "share")]
    assert found == pytest.approx(drawn)
    assert np.ptp(drawn) > 0.3


def test_the_cold_takes_its_share_by_day_and_no_more_than_stated():
    scene = reservoir(load=0.0, supply=100.0, dispatch=("daily-profile",))
    temperatures = np.linspace(12.0, -14.0, N_STEPS // 2)
    shape = (1.0, 1.0)
    weather = Weather(
        load=DegreeDayLoad(
            base=100.0, slope=0.0, threshold_c=0.0, weekday_factor=(1.0,) * 7, shape=shape, region_share=(1.0,)
        ),
        years=temperatures[None, :],
    )
    cause = CommonCause(asset_class="chp", slope_per_c=0.02, threshold_c=5.0, least=0.7)
    scene = dataclasses.replace(scene, weather=weather, common_causes=(cause,))
    left = np.maximum(0.7, 1 - 0.02 * np.maximum(0.0, 5.0 - temperatures))
    found = [float(after(scene, 2 * day).total) for day in range(N_STEPS // 2)]
    assert found == pytest.approx(list(100.0 * (1 - left)), abs=1e-6)
    assert left.min() == 0.7
    assert left.max() == 1.0


def test_a_common_cause_without_its_class_or_weather_is_refused():
    scene = reservoir(load=1.0, supply=1.0)
    causes = (CommonCause(asset_class="coal"), CommonCause(asset_class="chp", slope_per_c=0.01))
    with pytest.raises(InputError, match=r"(?s)common_causes.coal: must be a class.*chp.slope_per_c: must be 0 where"):
        pack_side(dataclasses.replace(scene, common_causes=causes))
    twice = (CommonCause(asset_class="chp"), CommonCause(asset_class="chp"))
    with pytest.raises(InputError, match=r"common_causes.chp: must be given once for a class"):
        pack_side(dataclasses.replace(scene, common_causes=twice))
