"""Each lever does what it says and nothing else: exact amounts, the slow truth for areas, and the same draws."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from standstill.engine.outcome import SideOutcome
from standstill.engine.pack import pack_side
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.evidence.moved import Moved
from standstill.model.campaign import Campaign
from standstill.model.repair import Repair
from standstill.model.scenario import Side
from standstill.model.system import Regions
from standstill.model.terms import Arm
from standstill.studies.levers import LEVERS, Lever, firm_added, levers, moved
from standstill.studies.run import simulated
from standstill.studies.sampling import Sampling
from tests.cases.hub import AREAS, hub_scenario, hub_side

SAMPLES = 256
CLOSE = 1e-6
SIDE = hub_side("North")


def lever(name: str, side: Side = SIDE) -> Lever:
    found = levers(side)[name]
    assert isinstance(found, Lever)
    return found


def outcome(side: Side) -> SideOutcome:
    scenario = hub_scenario(side)
    return simulated(
        replace(scenario, arms=scenario.arms[:1]), sampling=Sampling(samples=SAMPLES, seed=1, version="0")
    ).sides[0]


def column(side: Side, name: str) -> np.ndarray:
    return outcome(side).column("strikes", name)


@pytest.fixture(scope="module")
def before() -> SideOutcome:
    return outcome(SIDE)


def test_every_lever_has_its_place() -> None:
    assert tuple(levers(SIDE)) == tuple(LEVERS)
    assert all(isinstance(item, Lever) and item.name == name for name, item in levers(SIDE).items())


def test_a_lever_that_a_side_does_not_have_says_why() -> None:
    system = SIDE.system
    plain = replace(
        SIDE,
        system=replace(system, generators=replace(system.generators, classes=("thermal",) * 9)),
        campaign=Campaign(),
        repair=Repair(),
    )
    found = levers(plain)
    assert {name: item for name, item in found.items() if isinstance(item, str)} == {
        "imports": "no asset is of class 'import'",
        "interception": "nothing is launched",
        "crews": "no job waits for a crew",
        "spares": "no job waits for a spare",
    }
    one = replace(system, regions=Regions(names=("all",), load=np.ones((1, 1))), interfaces=replace(
        system.interfaces, names=(), region_from=(), region_to=(), forward=np.zeros((0, 1)), backward=np.zeros((0, 1))
    ), lines=replace(
        system.lines, names=(), classes=(), interface=(), forward=np.zeros((0, 1)), backward=np.zeros((0, 1)),
        p_fail=np.zeros((0, 1)), p_repair=np.zeros((0, 1)), capacity_scale=(),
    ))  # fmt: skip
    assert levers(replace(plain, system=one))["areas"] == "no region has load and nothing else"


@pytest.mark.parametrize("name", LEVERS)
def test_nothing_of_it_changes_nothing(name: str, before: SideOutcome) -> None:
    found = outcome(lever(name).apply(0.0))
    np.testing.assert_array_equal(found.column("strikes", "unserved"), before.column("strikes", "unserved"))


@pytest.mark.parametrize("name", ["grid", "areas", "imports", "crews", "spares", "demand"])
def test_waves_and_hits_stay_where_they_are(name: str, before: SideOutcome) -> None:
    item = lever(name)
    found = outcome(item.apply(item.scale))
    assert before.column("strikes", "hits").sum() > 0
    for total in ("waves", "hits"):
        np.testing.assert_array_equal(found.column("strikes", total), before.column("strikes", total))
    less = before.column("strikes", "unserved") - found.column("strikes", "unserved")
    assert less.min() > -CLOSE
    assert less.max() > 1.0


def test_firm_capacity_adds_its_amount_of_supply_and_is_never_out(before: SideOutcome) -> None:
    side = lever("grid").apply(70.0)
    table, whole = side.system.generators, SIDE.system.generators
    added = table.capacity[len(whole) :]
    assert added.sum(axis=0) == pytest.approx(70.0)
    assert {table.region[row] for row in range(len(whole), len(table))} == {0}
    assert set(table.classes) - set(whole.classes) == {"firm capacity"}
    np.testing.assert_array_equal(table.p_fail[len(whole) :], 0.0)
    assert not {"firm capacity"} & {name for stream in side.campaign.streams for name in stream.aim}
    # as much as a load that is lower by the amount, where supply alone limits: one region, no lines
    loads = SIDE.system.regions.load.sum(axis=0)
    flat = replace(
        SIDE.system.regions, names=("all",), load=loads[None], critical_share=(0.3,), load_scale=(1.0,),
        pickup_share=(), pickup_h=(),
    )  # fmt: skip
    one = replace(
        SIDE,
        system=replace(
            SIDE.system, regions=flat, interfaces=_none(SIDE.system.interfaces), lines=_none(SIDE.system.lines)
        ),
        campaign=replace(
            SIDE.campaign, streams=tuple(replace(item, aim={"thermal": 1.0}) for item in SIDE.campaign.streams)
        ),
    )
    lower = replace(one, system=replace(one.system, regions=replace(flat, load=flat.load - 70.0)))
    firm = column(lever("grid", one).apply(70.0), "unserved")
    np.testing.assert_allclose(firm, column(lower, "unserved"), rtol=0, atol=CLOSE)
    assert firm.max() > 1.0


def _none(table):
    names = [name for name in table.__dataclass_fields__ if name != "names"]
    empty = {name: np.zeros((0, 1)) if isinstance(getattr(table, name), np.ndarray) else () for name in names}
    return replace(table, names=(), **empty)


@pytest.mark.parametrize("limit", [5000.0, 300.0], ids=["lines limit", "interfaces limit"])
@pytest.mark.parametrize("amount", [20.0, 120.0])
def test_capacity_in_areas_is_as_generators_there(amount: float, limit: float) -> None:
    """A generator in each area, through the network dispatch, is the slow truth; supply there stays below load."""
    interfaces = replace(SIDE.system.interfaces, forward=np.full((2, 1), limit), backward=np.full((2, 1), limit))
    base = replace(SIDE, system=replace(SIDE.system, interfaces=interfaces))
    table = base.system.generators
    count = len(AREAS)
    true = replace(
        table,
        names=(*table.names, *(f"local {name}" for name in AREAS)),
        classes=(*table.classes, *("local",) * count),
        region=(*table.region, 1, 2),
        capacity=np.vstack([table.capacity, *([[amount * share]] for share in AREAS.values())]),
        p_fail=np.vstack([table.p_fail, np.zeros((count, 1))]),
        p_repair=np.vstack([table.p_repair, np.ones((count, 1))]),
        capacity_scale=(*table.capacity_scale, *(1.0,) * count),
        price_ratio=(*table.price_ratio, *(1.0,) * count),
        price_elasticity=(*table.price_elasticity, *(0.0,) * count),
        states=(*table.states, *(None,) * count),
    )
    assert np.all(amount * np.array([[share] for share in AREAS.values()]) < 0.95 * base.system.regions.load[1:])
    there = replace(base, system=replace(base.system, generators=true))
    arms = (Arm(name="strikes"),)
    assert (
        len(pack_side(base, arms=arms).model.network.leaves),
        len(pack_side(there, arms=arms).model.network.leaves),
    ) == (2, 0)
    slow = outcome(there)
    found = outcome(lever("areas", base).apply(amount))
    for name in ("unserved", "critical_unserved", "unserved:east", "unserved:west"):
        fast, truth = found.column("strikes", name), slow.column("strikes", name)
        np.testing.assert_allclose(fast, truth, rtol=0, atol=CLOSE, err_msg=name)
        assert truth.max() > 1.0


def test_capacity_in_areas_behind_an_interface_without_lines() -> None:
    system = SIDE.system
    bare = replace(SIDE, system=replace(system, lines=_none(system.lines)), campaign=replace(
        SIDE.campaign, streams=tuple(replace(item, aim={"thermal": 1.0}) for item in SIDE.campaign.streams)
    ))  # fmt: skip
    side = lever("areas", bare).apply(50.0)
    assert len(side.system.lines) == 0
    # each interface carries the more towards the area, and no more the other way
    raised = side.system.interfaces
    np.testing.assert_allclose(raised.forward[:, 0] - system.interfaces.forward[:, 0], [30.0, 0.0])
    np.testing.assert_allclose(raised.backward[:, 0] - system.interfaces.backward[:, 0], [0.0, 20.0])


def test_more_import_is_more_by_its_amount_and_drawn_as_before(before: SideOutcome) -> None:
    side = lever("imports").apply(32.0)
    scale = side.system.generators.capacity_scale[-1]
    assert isinstance(scale, Figure)
    # 80 MW at a middle scale of 0.8 are 64 MW; half as much again
    assert 80.0 * scale.distribution.median == pytest.approx(64.0 + 32.0)
    found = outcome(side)
    np.testing.assert_allclose(found.inputs["North.import"], 1.5 * before.inputs["North.import"], rtol=1e-12)
    for name in before.inputs.keys() - {"North.import"}:
        np.testing.assert_array_equal(found.inputs[name], before.inputs[name])


def test_interception_of_everything_leaves_no_hit(before: SideOutcome) -> None:
    found = outcome(lever("interception").apply(1.0))
    assert found.column("strikes", "hits").sum() == 0
    np.testing.assert_array_equal(found.column("strikes", "waves"), before.column("strikes", "waves"))
    unstruck = column(replace(SIDE, campaign=replace(SIDE.campaign, streams=())), "unserved")
    np.testing.assert_array_equal(found.column("strikes", "unserved"), unstruck)


def test_interception_thins_hits_by_its_share(before: SideOutcome) -> None:
    now, then = outcome(lever("interception").apply(0.25)).column("strikes", "hits"), before.column("strikes", "hits")
    assert np.all(now <= then)
    difference = now - 0.75 * then
    assert abs(difference.mean()) < 4.0 * difference.std(ddof=1) / np.sqrt(SAMPLES)


def test_no_demand_is_nothing_unserved() -> None:
    found = outcome(lever("demand").apply(1.0))
    assert found.column("strikes", "unserved").max() == 0.0
    assert found.column("strikes", "load").max() == 0.0


def test_demand_falls_by_its_share(before: SideOutcome) -> None:
    found = outcome(lever("demand").apply(0.2))
    np.testing.assert_allclose(found.column("strikes", "load"), 0.8 * before.column("strikes", "load"), rtol=1e-12)
    np.testing.assert_allclose(found.inputs["North.load"], 0.8 * before.inputs["North.load"], rtol=1e-12)


def test_crews_and_spares_are_moved_and_drawn_as_before(before: SideOutcome) -> None:
    crews, spares = outcome(lever("crews").apply(2.0)), outcome(lever("spares").apply(7.0))
    np.testing.assert_allclose(crews.inputs["North.crews"], 3.0 * before.inputs["North.crews"], rtol=1e-12)
    np.testing.assert_allclose(spares.inputs["North.spares"], before.inputs["North.spares"] + 7.0, rtol=1e-12)


def test_a_number_is_moved_as_a_number_and_a_figure_keeps_its_path() -> None:
    assert moved(3.0, 2.0, 1.0) == 7.0
    figure = Figure(path="a.b", unit="MW", distribution=Uniform(low=1.0, high=2.0), judgement="made up")
    found = moved(figure, 2.0, 1.0)
    assert isinstance(found, Figure)
    assert (found.path, found.unit, found.low, found.high) == ("a.b", "MW", 3.0, 5.0)
    assert found.distribution == Moved(of=figure.distribution, factor=2.0, shift=1.0)


def test_firm_capacity_leaves_all_that_is_known_of_other_generators() -> None:
    """Each column of the table is longer by the generators added, and otherwise what it was."""
    side = hub_side("North", 1000.0)
    table = side.system.generators
    count = len(table)
    answering = replace(table, price_ratio=(2.0,) * count, price_elasticity=(0.3,) * count)
    side = replace(side, system=replace(side.system, generators=answering))
    found = firm_added(side, [0], [10.0]).system.generators
    for item in fields(answering):
        before, after = getattr(answering, item.name), getattr(found, item.name)
        assert len(after) == count + 1, item.name
        assert np.array_equal(np.asarray(after[:count]), np.asarray(before)), item.name
