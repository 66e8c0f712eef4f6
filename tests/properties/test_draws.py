"""What the counter-based draws promise: nothing moves that should stay, and less never becomes more."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standstill.engine import draws
from standstill.engine.block import Scratch, run_block
from standstill.engine.jit import shared
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.model.campaign import Campaign, Stock
from standstill.model.scenario import Side
from standstill.model.system import Generators, Interfaces, Lines, Regions, System
from standstill.model.terms import Arm, Fixed, Terms
from tests.reference import philox
from tests.reference.worlds import PLANS, START, world

SEED = 11
WHOLE_RUN = tuple(COLUMNS.index(name) for name in ("waves", "hits", "start", "end"))
"""Columns that count the whole simulation, whatever is measured."""
ONES = 0xFFFFFFFF

# Random123's kat_vectors for philox4x32, 10 rounds: counter, key, result
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN)
def test_philox_gives_the_known_answers(counter, key, result):
    words = [np.uint64(word) for word in (*counter, *key)]
    assert tuple(int(word) for word in draws.philox(*words)) == result
    assert philox.philox4x32(counter, key) == result


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.integers(0, 2**63 - 1),
    st.integers(0, 10**6),
    st.integers(1, 12),
    st.integers(0, 2**56 - 1),
    st.integers(0, ONES),
)
def test_draws_equal_those_of_the_twin(seed, sample, purpose, entity, event):
    twin = philox.Draws(seed, sample)
    key = np.uint64(entity)
    assert tuple(map(int, draws.words(seed, sample, purpose, key, event))) == twin.words(purpose, entity, event)
    assert draws.pair(seed, sample, purpose, key, event) == twin.uniforms(purpose, entity, event)
    assert all(0 < u < 1 for u in draws.pair(seed, sample, purpose, key, event))
    assert int(draws.mix(key, np.uint64(seed))) == philox.mixed(entity, seed)


@shared
def waits(uniforms, even, odd, most):
    draws.fill_waits(uniforms, even, odd, most)


def test_exponentials_are_logarithms_within_an_ulp():
    rng = np.random.default_rng(1)
    ordinary = rng.random((2, 50_000)) ** rng.integers(1, 20, (2, 50_000))  # down to some 1e-90
    edges = np.array([[1.0, 0.5, 2.0**-54, 1 - 2.0**-53], [0.5**0.5, np.nextafter(0.5**0.5, 0), 0.9999, 0.25]])
    for uniforms in (ordinary, edges):
        found = uniforms.copy()
        waits(found, 1.0, 1.0, np.inf)
        exact = -np.log(uniforms.astype(np.longdouble))
        assert np.all(np.abs(found - exact) <= np.spacing(exact.astype(float)))


def test_waits_follow_the_rate_of_their_row_up_to_the_most():
    uniforms = np.full((2, draws.PAIRS), np.exp(-3.0))
    waits(uniforms, 2.0, 0.0, 100.0)
    assert uniforms[0] == pytest.approx(1.5)
    assert np.all(uniforms[1] == 100.0)


def blocks(side: Side, arms: tuple[Arm, ...], n_samples: int, **window: dt.datetime) -> np.ndarray:
    packed = pack_side(side, arms=arms, **window)
    return run_block(packed, SEED, 0, n_samples, Scratch(packed)).totals


def outages(side: Side, sample: int) -> dict[str, list[int]]:
    """Return the steps at which each asset changes state, the first entry being whether it starts in service."""
    packed = pack_side(side)
    scratch = Scratch(packed)
    run_block(packed, SEED, sample, 1, scratch)
    events, system = scratch.work.events, side.system
    tables = (system.generators, system.storages, system.generator_storages, system.lines)
    names = [name for table in tables for name in table.names]
    first = events.assets["flip_first"]
    return {
        name: [int(events.assets["up"][row]), *events.flips[first[row] : first[row + 1]].tolist()]
        for row, name in enumerate(names)
    }


def with_generator(system: System, *, region: int = 0, capacity: float = 3.0, first: bool = True) -> System:
    """Return a system with one more generator that fails, put before or after the others."""
    old = system.generators
    order = [len(old), *range(len(old))] if first else [*range(len(old)), len(old)]

    def put(values: tuple, value: object) -> tuple:
        return tuple([*values, value][place] for place in order)

    def stack(table: np.ndarray, value: float) -> np.ndarray:
        return np.concatenate([table, np.full((1, table.shape[1]), value)])[order]

    more = Generators(
        names=put(old.names, "newcomer"),
        classes=put(old.classes, "thermal"),
        region=put(old.region, region),
        capacity=stack(old.capacity, capacity),
        p_fail=stack(old.p_fail, 0.05),
        p_repair=stack(old.p_repair, 0.2),
        capacity_scale=put(old.capacity_scale, 1.0),
    )
    return dataclasses.replace(system, generators=more)


def test_adding_an_asset_leaves_all_other_outages_unchanged():
    side = world(8).side
    more = dataclasses.replace(side, system=with_generator(side.system))
    n_changes = 0
    for sample in range(20):
        before, after = outages(side, sample), outages(more, sample)
        assert len(after.pop("newcomer")) >= 1
        assert after == before
        n_changes += sum(map(len, before.values()))
    assert n_changes > 1000


def attacks(side: Side, arm: Arm, sample: int) -> set[tuple[float, ...]]:
    """Return the jobs of a sample as (asset, when, condition, work), deratings included."""
    packed = pack_side(side, arms=(arm,))
    scratch = Scratch(packed)
    row = run_block(packed, SEED, sample, 1, scratch).totals[0, 0]
    if row[COLUMNS.index("waves")] == 0:
        return set()
    jobs, found = scratch.work.jobs.table, set()
    for asset, job in enumerate(scratch.work.events.assets["job"][:-1]):
        while job >= 0:
            entry = jobs[job]
            found.add((asset, *(float(entry[name]) for name in ("arrival", "condition", "work"))))
            job = entry["next"]
    return found


def without_stock(campaign: Campaign) -> Campaign:
    streams = [
        dataclasses.replace(stream, weapons=tuple(dataclasses.replace(weapon, stock=None) for weapon in stream.weapons))
        for stream in campaign.streams
    ]
    return dataclasses.replace(campaign, streams=tuple(streams), hits_while_down="superpose")


@pytest.mark.parametrize("index", [3, 8])
def test_more_compliance_never_adds_an_attack(index):
    side = world(index).side
    side = dataclasses.replace(side, campaign=without_stock(side.campaign))
    horizon = dt.timedelta(hours=side.system.horizon_h)
    window = Fixed(start=START + 0.2 * horizon, end=START + 0.9 * horizon)

    def arm(compliance: float) -> Arm:
        return Arm(name="kept", terms=Terms(window=window, compliance=compliance, classes=("thermal", "substation")))

    n_fewer = 0
    for sample in range(12):
        found = [attacks(side, arm(compliance), sample) for compliance in (0.0, 0.3, 0.6, 0.9, 1.0)]
        assert found[0] == attacks(side, Arm(name="strikes"), sample)
        for less, more in itertools.pairwise(found):
            assert more <= less
        n_fewer += len(found[0]) - len(found[-1])
    assert n_fewer > 30


@pytest.mark.parametrize("index", range(len(PLANS)))
def test_arms_are_identical_up_to_the_start_of_the_standstill(index):
    scene = world(index)
    windows = [arm.terms.window for arm in scene.arms if arm.terms]
    starts = [window.start if isinstance(window, Fixed) else window.earliest for window in windows]
    steps = int((min(starts) - START) / dt.timedelta(hours=scene.side.system.step_h))
    end = START + steps * dt.timedelta(hours=scene.side.system.step_h)
    before = np.delete(blocks(scene.side, scene.arms, 16, measure_to=end), WHOLE_RUN, axis=2)
    assert before.any()
    for arm in before[1:]:
        assert np.array_equal(arm, before[0])
    after = blocks(scene.side, scene.arms, 16, measure_from=end)
    assert not np.array_equal(after[1], after[0])


@pytest.mark.parametrize("index", range(len(PLANS)))
def test_arms_are_bit_equal_without_strikes(index):
    scene = world(index)
    weapons = [tuple(dataclasses.replace(w, hit=0.0) for w in s.weapons) for s in scene.side.campaign.streams]
    harmless = [
        dataclasses.replace(stream, weapons=weapon)
        for stream, weapon in zip(scene.side.campaign.streams, weapons, strict=True)
    ]
    for streams in ((), tuple(harmless)):
        side = dataclasses.replace(scene.side, campaign=dataclasses.replace(scene.side.campaign, streams=streams))
        found = blocks(side, scene.arms, 16)
        for name in ("waves", "start", "end"):  # of harmless waves, fewer are launched
            found[:, :, COLUMNS.index(name)] = 0
        for arm in found[1:]:
            assert np.array_equal(arm, found[0])


def test_a_stock_that_fills_in_a_pause_is_launched_after_it():
    side = world(0).side
    horizon = dt.timedelta(hours=side.system.horizon_h)
    stream = side.campaign.streams[0]
    missile = dataclasses.replace(
        stream.weapons[0],
        count="fixed", mean=40.0, interception=0.0, hit=1.0, stock=Stock(initial=0.0, per_day=3.0, maximum=15.0),
    )  # fmt: skip
    dates = (START + 0.3 * horizon, START + 0.6 * horizon)
    salvo = dataclasses.replace(
        stream,
        times="dated",
        dates=dates,
        weapons=(missile,),
        deratings=(),
        active_from=None,
        active_to=None,
        thinning=0.0,
    )
    side = dataclasses.replace(
        side, campaign=dataclasses.replace(side.campaign, streams=(salvo,), hits_while_down="superpose")
    )
    window = Fixed(start=START, end=START + 0.5 * horizon)
    arms = [Arm(name=kind, terms=Terms(window=window, withheld=kind)) for kind in ("kept", "lost")]
    hits = blocks(side, (Arm(name="strikes"), *arms), 4)[:, :, COLUMNS.index("hits")]
    # 3 a day over 160 h: 6 at 48 h, then 6 more by 96 h; a kept 6 makes 12 on the second date
    assert hits.tolist() == [[12.0] * 4, [12.0] * 4, [6.0] * 4]


AMOUNT = st.floats(0.5, 12.0).map(lambda value: round(value, 2))


@st.composite
def systems(draw) -> System:
    """Draw a network without storage."""
    n, n_steps = draw(st.integers(1, 4)), 24
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] < p[1])))
    joins, count = sorted(pairs), n + 1

    def table(rows: int, width: int = 1) -> np.ndarray:
        cells = draw(st.lists(AMOUNT, min_size=rows * width, max_size=rows * width))
        return np.array(cells).reshape(rows, width)

    chain = {"p_fail": 0.15, "p_repair": 0.4}
    return System(
        name="drawn",
        step_h=1.0,
        start=START,
        n_steps=n_steps,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(
            names=tuple(f"region {row}" for row in range(n)), load=np.tile(table(n, 6), 4), critical_share=(0.5,) * n
        ),
        interfaces=Interfaces(
            names=tuple(f"{a}-{b}" for a, b in joins),
            region_from=tuple(a for a, _ in joins),
            region_to=tuple(b for _, b in joins),
            forward=table(len(joins)),
            backward=table(len(joins)),
        ),
        lines=Lines(
            names=tuple(f"line {row}" for row in range(len(joins))),
            classes=("line",) * len(joins),
            interface=tuple(range(len(joins))),
            forward=table(len(joins)),
            backward=table(len(joins)),
            **{name: np.full((len(joins), 1), value) for name, value in chain.items()},
        ),
        generators=Generators(
            names=tuple(f"generator {row}" for row in range(count)),
            classes=("thermal",) * count,
            region=tuple(min(row, n - 1) for row in range(count)),
            capacity=table(count),
            **{name: np.full((count, 1), value) for name, value in chain.items()},
        ),
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(systems(), st.integers(0, 3), AMOUNT)
def test_adding_a_generator_never_raises_the_shortfall_of_any_step(system, region, capacity):
    region = min(region, len(system.regions) - 1)
    less = Side(name="side", system=system)
    more = dataclasses.replace(less, system=with_generator(system, region=region, capacity=capacity))
    hour = dt.timedelta(hours=1)
    for step in range(0, system.n_steps, 5):
        window = {"measure_from": START + step * hour, "measure_to": START + (step + 1) * hour}
        before, after = (blocks(one, (Arm(name="as is"),), 64, **window)[0] for one in (less, more))
        for column in ("unserved", "critical_unserved", "short_steps", "deepest"):
            place = COLUMNS.index(column)
            assert np.all(after[:, place] <= before[:, place] + 1e-9), column
    before, after = (blocks(one, (Arm(name="as is"),), 64)[0, :, 0] for one in (less, more))
    assert np.all(after <= before + 1e-9)
