"""Exact indices: published values, and every system small enough to enumerate."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from standstill.errors import InputError
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.measures import capacity, events
from standstill.measures.exact import exact_indices
from standstill.model.system import Generators, Regions, Storages, System
from tests.cases.rts79 import DAILY_LOLE_D, EUE_MWH, EVENT_H, EVENTS, LOLE_H, NEUE_PPM, rts79
from tests.cases.toy import EUE_MWH as TOY_EUE_MWH
from tests.cases.toy import LOLE_H as TOY_LOLE_H
from tests.cases.toy import toy


def fleet(load, capacity, p_fail, p_repair, **other) -> System:
    load, capacity = np.atleast_2d(load), np.array(capacity, dtype=float)
    count = len(capacity)
    given = {
        "name": "fleet", "step_h": 1.0, "start": dt.datetime(2024, 1, 1), "n_steps": load.shape[1], "power_unit": "MW",
        "energy_unit": "MWh", "regions": Regions(names=("A",), load=load),
        "generators": Generators(
            names=tuple(f"unit {index}" for index in range(count)), classes=("thermal",) * count, region=(0,) * count,
            capacity=capacity, p_fail=p_fail, p_repair=p_repair,
        ),
    }  # fmt: skip
    return System(**given | other)


def enumerated(system: System) -> tuple[float, float, float]:
    """Return LOLE, EUE and LOLEv from the joint chain over all 2**n states of the fleet, step by step."""
    generators, steps = system.generators, system.n_steps
    shape = (len(generators), steps)
    capacity, fail, repair = (
        np.broadcast_to(array, shape) for array in (generators.capacity, generators.p_fail, generators.p_repair)
    )
    load = np.broadcast_to(system.regions.load[0], (steps,))
    states = list(product((0, 1), repeat=len(generators)))
    short = np.zeros(len(states), dtype=bool)
    lole = eue = lolev = 0.0
    for step in range(steps):
        if step == 0:
            total = fail[:, 0] + repair[:, 0]
            start = np.where(total > 0, repair[:, 0] / np.where(total > 0, total, 1), 1.0)
            law = np.array(
                [np.prod([p if up else 1 - p for up, p in zip(state, start, strict=True)]) for state in states]
            )
            entries = law
        else:
            f, r = fail[:, step], repair[:, step]
            chains = [np.array([[1 - r[unit], r[unit]], [f[unit], 1 - f[unit]]]) for unit in range(len(generators))]
            move = np.array(
                [[np.prod([c[a, b] for c, a, b in zip(chains, s, to, strict=True)]) for to in states] for s in states]
            )
            entries = (law * ~short) @ move
            law = law @ move
        available = np.array([np.dot(state, capacity[:, step]) for state in states])
        missing = load[step] - available
        short = missing > 1e-9 * load.max()
        lole += float(law[short].sum())
        eue += float((law * np.maximum(missing, 0))[short].sum())
        lolev += float(entries[short].sum())
    return lole, eue, lolev


def test_rts79_to_the_digits_published():
    indices = exact_indices(rts79())
    assert indices.lole.value == pytest.approx(LOLE_H, abs=5e-8)
    assert indices.eue.value == pytest.approx(EUE_MWH, abs=5e-6)
    assert indices.neue.value == pytest.approx(NEUE_PPM, abs=5e-6)
    assert indices.daily_lole.value == pytest.approx(DAILY_LOLE_D, abs=5e-8)
    assert indices.lolev.value == pytest.approx(EVENTS, abs=5e-8)
    assert indices.lold.value == pytest.approx(EVENT_H, abs=5e-7)
    assert {indices.lole.unit, indices.eue.unit, indices.neue.unit, indices.lolev.unit} == {"h", "MWh", "ppm", "events"}
    assert indices.lole.se == indices.lole.samples == 0


def test_toy():
    indices = exact_indices(toy())
    assert indices.lole.value == pytest.approx(TOY_LOLE_H, rel=1e-12)
    assert indices.eue.value == pytest.approx(TOY_EUE_MWH, rel=1e-12)
    # one day; its highest load is 28 MW, short unless all three units are up
    assert indices.daily_lole.value == pytest.approx(1 - 0.9**3, rel=1e-12)
    # hours are independent: P(short) x P(not short an hour ago)
    p = np.array([1 - 0.9**3 - 3 * 0.9**2 * 0.1, 1 - 0.9**3, 0.1**3 + 3 * 0.9 * 0.1**2, 0.1**3 + 3 * 0.9 * 0.1**2])
    assert indices.lole.value == pytest.approx(p.sum(), rel=1e-12)
    assert indices.lolev.value == pytest.approx(p[0] + (p[1:] * (1 - p[:-1])).sum(), rel=1e-12)


@st.composite
def fleets(draw):
    count, steps = draw(st.integers(1, 3)), draw(st.integers(1, 5))

    def series(values):
        width = draw(st.sampled_from([1, steps]))
        return np.array([[draw(values) for _ in range(width)] for _ in range(count)])

    sizes = draw(st.sampled_from([st.integers(0, 30).map(float), st.floats(0.0, 30.0)]))
    probabilities = st.sampled_from([0.0, 0.05, 0.3, 0.9, 1.0])
    load = [draw(st.integers(0, 60)) for _ in range(steps)]
    return fleet(load, series(sizes), series(probabilities), series(probabilities))


@given(fleets())
@settings(max_examples=150, deadline=None)
def test_any_small_fleet_equals_its_enumeration(system):
    indices = exact_indices(system)
    lole, eue, lolev = enumerated(system)
    assert indices.lole.value == pytest.approx(lole, abs=1e-9)
    assert indices.eue.value == pytest.approx(eue, abs=1e-6)
    assert indices.lolev.value == pytest.approx(lolev, abs=1e-9)


def test_units_of_power_energy_and_step():
    system = fleet([[3.0]], [[2.0], [2.0]], [[0.1]] * 2, [[0.4]] * 2, step_h=0.25, n_steps=8, power_unit="GW")
    indices = exact_indices(system)
    assert indices.lole.value == pytest.approx(2.0 * (1 - 0.8**2))
    assert indices.eue.value == pytest.approx(2000.0 * (2 * 0.8 * 0.2 * 1 + 0.2**2 * 3))
    assert indices.neue.value == pytest.approx(1e6 * indices.eue.value / (2000.0 * 3))
    assert indices.lole.horizon_h == 2.0


def test_factors_scale_load_and_capacity():
    system = fleet([[150.0]], [[100.0], [50.0]], [[0.1]] * 2, [[0.9]] * 2, n_steps=3)
    scaled = replace(
        system,
        regions=replace(system.regions, load_scale=(0.5,)),
        generators=replace(system.generators, capacity_scale=(0.25, 1.0)),
    )
    same = fleet([[75.0]], [[25.0], [50.0]], [[0.1]] * 2, [[0.9]] * 2, n_steps=3)
    assert repr(exact_indices(scaled)) == repr(exact_indices(same))


def test_days_follow_the_calendar():
    load = np.full(30, 10.0)
    load[[1, 20]] = 90.0
    system = fleet(load, [[100.0]], [[0.1]], [[0.3]], start=dt.datetime(2024, 1, 1, 22))
    # hours 0 and 1 are the first day, 2 to 25 the second, 26 to 29 the third
    assert exact_indices(system).daily_lole.value == pytest.approx(3 * 0.25)


def test_an_increment_rounds_what_can_fail():
    system = fleet([[10.0]], [[6.2], [4.9]], [[0.1]] * 2, [[0.3]] * 2, n_steps=2)
    rounded = fleet([[10.0]], [[6.0], [5.0]], [[0.1]] * 2, [[0.3]] * 2, n_steps=2)
    assert repr(exact_indices(system, increment=1.0)) == repr(exact_indices(rounded))


def test_no_load_and_no_shortfall():
    indices = exact_indices(fleet([[0.0]], [[6.0]], [[0.1]], [[0.3]], n_steps=2))
    assert (indices.lole.value, indices.eue.value, indices.lolev.value) == (0.0, 0.0, 0.0)
    assert repr(indices.neue) == "none (no load)"
    assert repr(indices.lold) == "none (there is no shortfall)"


def test_events_are_left_out_where_tables_would_be_too_large(monkeypatch):
    monkeypatch.setattr(events, "_MOST_CELLS", 0)
    indices = exact_indices(toy())
    assert indices.lole.value == pytest.approx(TOY_LOLE_H)
    assert "are too many for tables over two steps" in repr(indices.lolev)
    assert indices.lolev.reason == indices.lold.reason


def test_too_many_states(monkeypatch):
    monkeypatch.setattr(capacity, "_MOST_STATES", 3)
    hint = "amounts that are multiples of one"
    with pytest.raises(InputError, match=rf"generators: must have at most 3 states(?s:.)*hint: {hint}"):
        exact_indices(fleet([[50.0]], [[1.0], [2.0], [4.0]], [[0.1]] * 3, [[0.3]] * 3))


def test_every_fault_at_once():
    figure = Figure(path="load", unit="", distribution=Uniform(low=0.9, high=1.1), judgement="a test")
    system = fleet([[1.0]], [[1.0]], [[0.1]], [[0.3]])
    one = np.ones((1, 1))
    system = replace(
        system,
        regions=Regions(names=("A", "B"), load=np.ones((2, 1)), load_scale=(figure, 1.0)),
        storages=Storages(
            names=("battery",), classes=("battery",), region=(0,), charge=one, discharge=one, energy=one,
            charge_efficiency=one, discharge_efficiency=one, carryover_efficiency=one, p_fail=0 * one, p_repair=one,
        ),
    )  # fmt: skip
    with pytest.raises(InputError, match="3 faults in system 'fleet', for exact indices") as caught:
        exact_indices(system, increment=0.0)
    places = [fault.place for fault in caught.value.faults]
    assert places == ["storages", "regions.load_scale", "increment"]


def test_a_measured_window_is_a_part_of_the_whole():
    load = [40.0, 90.0, 60.0, 80.0, 30.0, 90.0]
    system = fleet(load, [[50.0], [50.0]], [[0.1]] * 2, [[0.3]] * 2)
    parts = [exact_indices(system, measured=window) for window in ((0, 2), (2, 6))]
    whole = exact_indices(system)
    assert whole.lole.value == pytest.approx(sum(part.lole.value for part in parts))
    assert whole.eue.value == pytest.approx(sum(part.eue.value for part in parts))
    # an event that goes on over the border is one in each part
    assert whole.lolev.value < sum(part.lolev.value for part in parts)
    assert parts[1].lole.horizon_h == 4.0


def test_planned_outages_and_firm_units_equal_the_enumeration():
    system = fleet(
        [70.0, 95.0, 80.0, 99.0, 60.0], [[40.0] * 5, [30.0, 30.0, 0.0, 0.0, 30.0], [35.0] * 5], [[0.1]] * 2 + [[0.0]],
        [[0.4]] * 2 + [[1.0]],
    )  # fmt: skip
    indices = exact_indices(system)
    lole, eue, lolev = enumerated(system)
    assert indices.lole.value == pytest.approx(lole, abs=1e-9)
    assert indices.eue.value == pytest.approx(eue, abs=1e-6)
    assert indices.lolev.value == pytest.approx(lolev, abs=1e-9)


def test_planned_outages_of_a_large_system_add_up_from_systems_without():
    """In each planned outage the law of hours short is that of the same fleet without the unit."""
    system = rts79()
    small = replace(system, n_steps=96, regions=replace(system.regions, load=system.regions.load[:, :96] * 1.1))
    planned = np.broadcast_to(small.generators.capacity, (32, 96)).copy()
    planned[31, 48:] = 0.0
    whole = exact_indices(replace(small, generators=replace(small.generators, capacity=planned)))
    without = np.array(small.generators.capacity)
    without[31] = 0.0
    rest = exact_indices(replace(small, generators=replace(small.generators, capacity=without)), measured=(48, 96))
    before = exact_indices(small, measured=(0, 48))
    assert whole.lole.value == pytest.approx(before.lole.value + rest.lole.value, rel=1e-10)
    assert whole.eue.value == pytest.approx(before.eue.value + rest.eue.value, rel=1e-10)
    assert 0.0 < whole.lolev.value < before.lolev.value + rest.lolev.value


def test_events_do_not_depend_on_which_units_are_kept_apart(monkeypatch):
    system = rts79()
    part = replace(system, n_steps=168, regions=replace(system.regions, load=system.regions.load[:, :168]))
    found = []
    for most in (0, 1000, 1_000_000):
        monkeypatch.setattr(events, "_MOST_LOOKED_UP", most)
        found.append(exact_indices(part).lolev.value)
    assert found == pytest.approx([found[0]] * 3, rel=1e-9)
