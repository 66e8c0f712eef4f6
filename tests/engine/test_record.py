"""What is recorded of each step, against the slow twin, enumeration and published means; and what must not change."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache

import numpy as np
import pytest

from standstill.engine.block import Block, Scratch, run_block
from standstill.engine.drivers.blocks import RecordSums, run_blocks
from standstill.engine.drivers.threads import Threads
from standstill.engine.pack import pack_side
from standstill.engine.pack_record import pack_record
from standstill.engine.packed import PackedSide
from standstill.engine.recorded import RESULTS, Recorded
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.model.scenario import Side
from standstill.model.system import Generators, Interfaces, Regions, System
from tests.cases.held import storages
from tests.cases.held import system as held_system
from tests.cases.pras_tests import MEANS, pras_test
from tests.cases.toy import toy
from tests.reference import by_step, strikes
from tests.reference.dispatch import Step
from tests.reference.twin import Play, Sample
from tests.reference.worlds import PLANS, World, world

SEED, SAMPLES = 7, 2
CLOSE = 1e-6
# outages that follow the weather change draws, not what is recorded of them, and take a kernel more to compile
WORLDS = [index for index, plan in enumerate(PLANS) if not plan.outage_weather]
STARS = [index for index in WORLDS if PLANS[index].is_star and not PLANS[index].n_responses]


def recorded_side(side: Side, *, by_sample: bool = True, **window: object) -> PackedSide:
    packed = pack_side(side, **window)
    return dataclasses.replace(packed, record=pack_record(side, RESULTS, by_sample=by_sample))


def block_of(packed: PackedSide, samples: int = SAMPLES, seed: int = SEED) -> Block:
    return run_block(packed, seed, 0, samples, Scratch(packed))


def values_of(packed: PackedSide, block: Block) -> dict[str, np.ndarray]:
    """Return the values of each result, (samples, steps, names)."""
    plan = packed.record
    return {
        result: block.recorded.values[..., plan.first(result) : plan.first(result) + len(names)]
        for result, names in plan.labels.items()
    }


def world_side(scene: World) -> PackedSide:
    window = {"measure_from": scene.measure_from, "measure_to": scene.measure_to}
    return recorded_side(scene.side, arms=scene.arms[:1], detail=scene.detail, **window)


@cache
def world_values(index: int) -> dict[str, np.ndarray]:
    packed = world_side(world(index))
    return values_of(packed, block_of(packed))


# ---------------------------------------------------------------------------------------------------- the slow twin


@cache
def twin_winter(index: int) -> list[tuple[Step, dict[str, list[float]]]]:
    """Return every measured step of the last sample, first arm: as the twin leaves it, and what then holds."""
    scene = world(index)
    horizon = world_side(scene).model.horizon
    drawn = Sample(scene.side, SEED, SAMPLES - 1)
    play = Play(drawn, strikes.strike(scene.side, drawn.assets, scene.arms[0].terms, drawn.value, drawn.draws))
    found = []
    for step in range(horizon.measure_to):
        settled = play.step(step)
        held = {
            "energy": by_step.energy_of(play),
            "availability": by_step.availability_of(play, step),
            "class_availability": by_step.class_availability_of(play, step),
        }
        if step >= horizon.measure_from:
            found.append((settled, held))
    return found


@pytest.mark.parametrize("index", WORLDS)
def test_shortfall_and_charge_of_every_step_equal_the_twin(index: int) -> None:
    found = world_values(index)
    assert found["shortfall"][-1].max() > CLOSE
    for place, (settled, held) in enumerate(twin_winter(index)):
        for result, wanted in {"shortfall": settled.short, **held}.items():
            where = f"{result}, measured step {place}"
            np.testing.assert_allclose(found[result][-1, place], wanted, rtol=0, atol=CLOSE, err_msg=where)


@pytest.mark.parametrize("index", WORLDS)
def test_flows_and_surplus_of_every_step_are_of_least_flow(index: int) -> None:
    """Where one flow alone is least, it is that flow; elsewhere it is one of them, and surplus is what it leaves."""
    found = {result: values[-1] for result, values in world_values(index).items()}
    n_flowing = 0
    for place, (settled, _) in enumerate(twin_winter(index)):
        least, flow, where = by_step.flows_of(settled), found["flow"][place], f"measured step {place}"
        assert abs(np.abs(flow).sum() - least.least) <= CLOSE, where
        for (_, _, there, back), amount in zip(settled.joins, flow, strict=True):
            assert -back - CLOSE <= amount <= there + CLOSE, where
        if least.is_unique:
            np.testing.assert_allclose(flow, least.flow, rtol=0, atol=CLOSE, err_msg=where)
            n_flowing += any(np.abs(flow) > CLOSE)
        surplus = by_step.surplus_of(settled, least.margins, list(flow))
        assert min(surplus) > -CLOSE, where
        np.testing.assert_allclose(found["surplus"][place], surplus, rtol=0, atol=CLOSE, err_msg=where)
        used = by_step.utilization_of(settled, list(flow))
        np.testing.assert_allclose(found["utilization"][place], used, rtol=0, atol=CLOSE, err_msg=where)
    assert n_flowing > 10 or not settled.joins


@pytest.mark.parametrize("index", STARS)
def test_the_closed_form_of_a_star_records_what_the_network_does(index: int) -> None:
    packed = world_side(world(index))
    bare = packed.model.network._replace(leaves=packed.model.network.leaves[:0], hub=-1, one_series=-1)
    network = dataclasses.replace(packed, model=packed.model._replace(network=bare))
    for result, values in values_of(network, block_of(network)).items():
        np.testing.assert_allclose(world_values(index)[result], values, rtol=0, atol=CLOSE, err_msg=result)


# ---------------------------------------------------------------------------------------- enumeration and published


def enumerated(name: str) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return mean, variance and fourth central moment of each result, (names, steps)."""
    courses = list(by_step.enumerate_steps(Side(name="side", system=pras_test(name))))
    chance = np.array([probability for probability, _ in courses])
    assert chance.sum() == pytest.approx(1.0)
    found = {}
    for result in RESULTS:
        values = np.array([[step[result] for step in steps] for _, steps in courses]).transpose(0, 2, 1)
        mean = np.tensordot(chance, values, 1)
        found[result] = mean, *(np.tensordot(chance, (values - mean) ** power, 1) for power in (2, 4))
    return found


@pytest.mark.parametrize("name", MEANS)
def test_means_and_spreads_are_the_enumerated_and_the_published_ones(name: str) -> None:
    samples, exact = 1_000_000, enumerated(name)
    for result, means in MEANS[name].items():
        np.testing.assert_allclose(exact[result][0], means, rtol=0, atol=6e-7, err_msg=result)
    packed, sums = recorded_side(Side(name="side", system=pras_test(name)), by_sample=False), RecordSums()
    run_blocks([packed], 1, samples, backend=Threads(2), record=sums)
    assert sums.samples == samples
    for result, (mean, variance, fourth) in exact.items():
        first = packed.record.first(result)
        rows = slice(first, first + len(packed.record.labels[result]))
        found, spread = (part[:, rows].T for part in (sums.whole.mean, sums.whole.squares / (samples - 1)))
        moves = variance > 1e-12
        np.testing.assert_allclose(found[~moves], mean[~moves], rtol=0, atol=1e-9, err_msg=result)
        np.testing.assert_allclose(spread[~moves], 0.0, atol=1e-12, err_msg=result)
        z = (found - mean)[moves] / np.sqrt(variance[moves] / samples)
        assert np.abs(z).max(initial=0.0) < 4, result
        # the variance of a sample variance, to first order in 1/n
        of_variance = np.sqrt(np.maximum(fourth - variance**2, 0.0)[moves] / samples)
        assert np.all(np.abs((spread - variance)[moves]) <= 4 * of_variance + 1e-6 * variance[moves]), result


def test_availability_of_chains_that_vary_is_that_of_the_chain() -> None:
    steps, samples = 48, 100_000
    fail = 0.03 + 0.02 * np.sin(np.arange(steps))
    repair = 0.2 + 0.1 * np.cos(np.arange(steps) / 2)
    system = dataclasses.replace(
        three_regions(steps),
        generators=Generators(
            names=("varying", "constant"), classes=("thermal", "thermal"), region=(0, 0), capacity=[[30.0], [10.0]],
            p_fail=np.vstack([fail, np.full(steps, 0.05)]), p_repair=np.vstack([repair, np.full(steps, 0.1)]),
        ),
    )  # fmt: skip
    packed, sums = recorded_side(Side(name="side", system=system), by_sample=False), RecordSums()
    run_blocks([packed], 1, samples, backend=Threads(2), record=sums)
    up = [repair[0] / (repair[0] + fail[0])]
    for step in range(1, steps):
        up.append(up[-1] * (1 - fail[step]) + (1 - up[-1]) * repair[step])
    first = packed.record.first("availability")
    for row, exact in enumerate((np.array(up), np.full(steps, 2 / 3))):
        z = (sums.whole.mean[:, first + row] - exact) / np.sqrt(exact * (1 - exact) / samples)
        assert np.abs(z).max() < 4
        spread = sums.whole.squares[:, first + row] / samples
        # of a share that is 0 or 1 the one follows from the other
        share = sums.whole.mean[:, first + row]
        np.testing.assert_allclose(spread, share * (1 - share), rtol=1e-9)
    of_class = sums.whole.mean[:, packed.record.first("class_availability")]
    parts = sums.whole.mean[:, first : first + 2]
    np.testing.assert_allclose(of_class, parts @ [0.75, 0.25], rtol=1e-9)


def test_a_class_is_weighted_by_what_factors_leave_of_its_assets() -> None:
    """Of two units the larger, by its factor, is always in service and the other never; a store counts with its own."""
    figure = Figure(path="unit", unit="", distribution=Uniform(low=50.0, high=150.0), judgement="a test")
    units = Generators(
        names=("there", "out"), classes=("thermal",) * 2, region=(0, 0), capacity=[[1.0], [1.0]],
        capacity_scale=(figure, 1.0), p_fail=[[0.0], [1.0]], p_repair=[[1.0], [0.0]],
    )  # fmt: skip
    stores = storages({"power": 1.0, "energy": 1.0}, {"power": 1.0, "energy": 1.0})
    stores = dataclasses.replace(stores, power_scale=(3.0, 1.0))
    packed = recorded_side(Side(name="side", system=held_system(np.ones((1, 2)), 2, generators=units, storages=stores)))
    np.testing.assert_allclose(packed.record.class_share, [100 / 101, 1 / 101, 0.75, 0.25], rtol=1e-12)
    found = values_of(packed, block_of(packed))["class_availability"]
    np.testing.assert_allclose(found[..., 0], 100 / 101, rtol=1e-12)


# ---------------------------------------------------------------------------------------------------- what stays so


def three_regions(steps: int = 96) -> System:
    """Return three regions in a ring, of which two live on the others much of the time, without stores."""
    hours = np.arange(steps)
    load = np.array([12 + 4 * np.sin(hours / 3), 10 + 3 * np.cos(hours / 5), np.full(steps, 11.0)])
    fails = {"p_fail": np.full((6, 1), 0.08), "p_repair": np.full((6, 1), 0.3)}
    return System(
        name="three regions", step_h=1.0, start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), n_steps=steps,
        power_unit="MW", energy_unit="MWh", regions=Regions(names=("a", "b", "c"), load=load),
        interfaces=Interfaces(
            names=("ab", "bc", "ca"), region_from=(0, 1, 2), region_to=(1, 2, 0), forward=[[6.0]] * 3,
            backward=[[6.0]] * 3,
        ),
        generators=Generators(
            names=tuple(f"unit {row}" for row in range(6)), classes=("thermal",) * 6, region=(0, 0, 0, 1, 1, 2),
            capacity=[[8.0]] * 6, **fails,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("index", WORLDS)
def test_recording_changes_no_bit_of_the_totals(index: int) -> None:
    scene = world(index)
    packed = world_side(scene)
    without = dataclasses.replace(packed, record=None)
    plain, block = block_of(without), block_of(packed)
    assert plain.recorded is None
    assert plain.totals.tobytes() == block.totals.tobytes()


@pytest.mark.parametrize("system", [three_regions(), toy()], ids=lambda system: system.name)
def test_recording_changes_no_bit_where_quiet_steps_are_skipped(system: System) -> None:
    packed = recorded_side(Side(name="side", system=system))
    without = dataclasses.replace(packed, record=None)
    plain, block = (block_of(side, 256) for side in (without, packed))
    assert plain.totals.tobytes() == block.totals.tobytes()
    short = values_of(packed, block)["shortfall"].sum(axis=(1, 2)) * system.energy_per_step
    np.testing.assert_allclose(short, plain.totals[0, :, 0], rtol=0, atol=1e-9)


def test_flows_of_steps_that_neighbours_cover_are_of_least_flow_too() -> None:
    """Where full stores, or none, let dispatch see at a glance that all load is served."""
    side = Side(name="side", system=three_regions())
    packed = recorded_side(side)
    found = values_of(packed, block_of(packed, 4))
    n_covered = 0
    for sample in range(4):
        play = Play(Sample(side, SEED, sample), strikes.Damage(jobs=[], waves=0, hits=0))
        for step in range(side.system.n_steps):
            settled = play.step(step)
            least = by_step.flows_of(settled)
            flow = found["flow"][sample, step]
            assert abs(np.abs(flow).sum() - least.least) < CLOSE
            surplus = by_step.surplus_of(settled, least.margins, list(flow))
            np.testing.assert_allclose(found["surplus"][sample, step], surplus, rtol=0, atol=CLOSE)
            n_covered += sum(settled.short) == 0 and least.least > CLOSE
    assert n_covered > 50


def test_means_and_squares_of_a_block_are_those_of_its_samples() -> None:
    packed = recorded_side(Side(name="side", system=three_regions()))
    found = block_of(packed, 200).recorded
    np.testing.assert_allclose(found.mean, found.values.mean(axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.squares, 200 * found.values.var(axis=0), rtol=1e-9, atol=1e-9)


def test_blocks_are_joined_in_their_order_whatever_order_they_end_in() -> None:
    rng = np.random.default_rng(1)
    values = [rng.normal(1e6, 1.0, (count, 3, 2)) for count in (256, 256, 256, 100)]
    parts = [Recorded(part.mean(axis=0), len(part) * part.var(axis=0), part) for part in values]
    found = []
    for order in ((0, 1, 2, 3), (3, 1, 0, 2)):
        sums = RecordSums()
        for place in order:
            part = parts[place]
            sums.add(256 * place, len(part.values), part._replace(mean=part.mean.copy(), squares=part.squares.copy()))
        assert sums.samples == 868
        found.append(sums.whole)
    assert [part.tobytes() for part in found[0]] == [part.tobytes() for part in found[1]]
    whole = np.concatenate(values)
    np.testing.assert_array_equal(found[0].values, whole)
    np.testing.assert_allclose(found[0].mean, whole.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(found[0].squares, 868 * whole.var(axis=0), rtol=1e-9)
    with pytest.raises(ValueError, match="no block has been added"):
        _ = RecordSums().whole


def test_only_one_arm_is_recorded() -> None:
    scene = world(0)
    packed = pack_side(scene.side, arms=scene.arms[:1] * 2)
    with pytest.raises(ValueError, match="record takes one arm, got 2"):
        dataclasses.replace(packed, record=pack_record(scene.side, RESULTS))
