"""Dispatch of any small system: what each step leaves unserved is the least possible, and nothing is served twice."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standstill.model.scenario import Side
from standstill.model.system import (
    Generators,
    GeneratorStorages,
    Interfaces,
    Lines,
    Regions,
    Storages,
    System,
)
from tests.reference.dispatch import Balance, Step
from tests.reference.probe import After, after
from tests.reference.strikes import Damage
from tests.reference.twin import Play, Sample

N_STEPS = 3
CLOSE = 1e-6
# few and round numbers make ties, zeros and exact fits; odd ones make everything else
AMOUNTS = st.one_of(st.sampled_from([0.0, 1.0, 2.0, 5.0, 10.0]), st.floats(0.1, 12.0).map(lambda x: round(x, 3)))
SHARES = st.sampled_from([0.0, 0.3, 0.5, 0.85, 1.0])
PLANS = st.sampled_from(["greedy", "weekly-budget", "daily-profile"])
EFFICIENCIES = st.sampled_from([0.7, 0.9, 1.0])


def table(draw, rows: int, values=AMOUNTS) -> np.ndarray:
    """Draw a table that is constant or varies from step to step."""
    width = draw(st.sampled_from([1, N_STEPS]))
    cells = draw(st.lists(values, min_size=rows * width, max_size=rows * width))
    return np.array(cells, dtype=float).reshape(rows, width)


def always(rows: int) -> dict[str, np.ndarray]:
    return {"p_fail": np.zeros((rows, 1)), "p_repair": np.ones((rows, 1))}


def stores(draw, rows: int, regions: list[int], name: str) -> dict[str, object]:
    where = draw(st.lists(st.sampled_from(regions), min_size=rows, max_size=rows))
    return {
        "names": tuple(f"{name} {row}" for row in range(rows)),
        "classes": (name,) * rows,
        "region": tuple(sorted(where)),
        "charge": table(draw, rows),
        "discharge": table(draw, rows),
        "energy": table(draw, rows),
        "charge_efficiency": table(draw, rows, EFFICIENCIES),
        "discharge_efficiency": table(draw, rows, EFFICIENCIES),
        "carryover_efficiency": table(draw, rows, EFFICIENCIES),
        "initial": tuple(draw(st.lists(SHARES, min_size=rows, max_size=rows))),
        **always(rows),
    }


@st.composite
def systems(draw, *, star: bool = False) -> System:
    """Draw a system of up to five regions; a star has a hub with all supply, and leaves."""
    n = draw(st.integers(2 if star else 1, 5))
    pairs = [(a, b) for a, b in itertools.combinations(range(n), 2) if a == 0 or not star]
    if not star:
        pairs = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    supplied = [0] if star else list(range(n))
    lined = draw(st.lists(st.sampled_from(range(len(pairs))), unique=True)) if pairs else []
    count = draw(st.integers(1, 2 * n))
    where = draw(st.lists(st.sampled_from(supplied), min_size=count, max_size=count))
    n_storages, n_reservoirs = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    scale = n if star else 1.0
    return System(
        name="drawn",
        step_h=draw(st.sampled_from([1.0, 0.5, 4.0])),
        start=dt.datetime(2024, 10, 1, tzinfo=dt.UTC),
        n_steps=N_STEPS,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(
            names=tuple(f"region {row}" for row in range(n)),
            load=table(draw, n),
            critical_share=tuple(draw(st.lists(SHARES, min_size=n, max_size=n))),
        ),
        interfaces=Interfaces(
            names=tuple(f"{a} to {b}" for a, b in pairs),
            region_from=tuple(a for a, _ in pairs),
            region_to=tuple(b for _, b in pairs),
            forward=table(draw, len(pairs)),
            backward=table(draw, len(pairs)),
        ),
        lines=Lines(
            names=tuple(f"line {row}" for row in range(len(lined))),
            classes=("line",) * len(lined),
            interface=tuple(lined),
            forward=table(draw, len(lined)),
            backward=table(draw, len(lined)),
            **always(len(lined)),
        ),
        generators=Generators(
            names=tuple(f"generator {row}" for row in range(count)),
            classes=("thermal",) * count,
            region=tuple(sorted(where)),
            capacity=table(draw, count) * scale,
            **always(count),
        ),
        storages=Storages(**stores(draw, n_storages, supplied, "storage")),
        generator_storages=GeneratorStorages(
            **stores(draw, n_reservoirs, supplied, "reservoir"),
            inflow=table(draw, n_reservoirs),
            injection=table(draw, n_reservoirs),
            withdrawal=table(draw, n_reservoirs),
            dispatch=tuple(draw(st.lists(PLANS, min_size=n_reservoirs, max_size=n_reservoirs))),
            weekly_share=tuple(draw(st.lists(SHARES, min_size=n_reservoirs, max_size=n_reservoirs))),
            release=table(draw, n_reservoirs),
        ),
    )


def least(step: Step, *, critical: bool) -> float:
    """Return the optimum of the one-step linear program: least (critical) load unserved."""
    balance = Balance(step)
    goal = balance.critical if critical else [*balance.critical, *balance.sheddable]
    return float(balance.program.minimise(dict.fromkeys(goal, 1.0))[goal].sum())


def check_conservation(step: Step, found: After) -> None:
    """Check by region that supply, imports and discharge cover load served and charging, within every limit."""
    spare = np.array(step.supply) - step.load + found.short
    for (a, b, there, back), flow in zip(step.joins, found.flow, strict=True):
        assert -back - CLOSE <= flow <= there + CLOSE
        spare[a] -= flow
        spare[b] += flow
    for store in step.stores:
        spare[store.region] += store.gives - max(0.0, store.takes - store.kept)
    assert spare.min() >= -CLOSE


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(systems())
def test_each_step_leaves_the_least_unserved_and_follows_the_rule(system: System):
    side = Side(name="side", system=system)
    play = Play(Sample(side, 1, 0), Damage(jobs=[], waves=0, hits=0))
    for number in range(N_STEPS):
        found = after(side, number, network=True)
        before = list(play.charge)
        step = play.step(number)
        assert abs(found.total - least(step, critical=False)) < CLOSE
        assert abs(found.critical - least(step, critical=True)) < CLOSE
        assert abs(found.total - found.short.sum()) < CLOSE
        assert found.short.min() > -CLOSE
        assert np.all(found.short <= np.array(step.load) + CLOSE)
        np.testing.assert_allclose(found.short, step.short, rtol=0, atol=CLOSE)
        np.testing.assert_allclose(found.charge, play.charge, rtol=0, atol=CLOSE, err_msg=f"from {before}")
        for store, charge, (owner, row) in zip(step.stores, found.charge, play.stores, strict=True):
            assert -CLOSE <= charge <= owner.energy[row, number % owner.energy.shape[1]] + CLOSE
            assert store.gives <= store.most + CLOSE
        if found.total > CLOSE:
            check_conservation(step, found)
        # the next step starts from the engine's own state of charge
        play.charge = [float(charge) for charge in found.charge]


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(systems(star=True))
def test_the_closed_form_of_a_star_equals_the_network(system: System):
    side = Side(name="side", system=system)
    for number in range(N_STEPS):
        star, network = after(side, number), after(side, number, network=True)
        np.testing.assert_allclose(star.short, network.short, rtol=0, atol=CLOSE)
        np.testing.assert_allclose(star.charge, network.charge, rtol=0, atol=CLOSE)
        assert abs(star.critical - network.critical) < CLOSE
