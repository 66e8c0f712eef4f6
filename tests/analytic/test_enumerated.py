"""Small systems worked out by hand: each expected number is derived in the comment above it."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
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
from tests.reference.probe import after

EXACT = pytest.approx


def rows(*values: object) -> np.ndarray:
    """Return a table: a number is a constant row, a tuple one value per step."""
    width = max(len(value) if isinstance(value, tuple) else 1 for value in values)
    return np.array([np.broadcast_to(np.array(value, dtype=float), width) for value in values])


def firm(count: int) -> dict[str, np.ndarray]:
    return {"p_fail": np.zeros((count, 1)), "p_repair": np.ones((count, 1))}


def generators(*units: tuple[int, object]) -> Generators:
    """Return generators that never fail, from (region, capacity)."""
    return Generators(
        names=tuple(f"generator {row}" for row in range(len(units))),
        classes=("thermal",) * len(units),
        region=tuple(region for region, _ in units),
        capacity=rows(*(capacity for _, capacity in units)),
        **firm(len(units)),
    )


def interfaces(*joins: tuple[int, int, object, object]) -> Interfaces:
    """Return interfaces from (region, region, limit forward, limit backward)."""
    return Interfaces(
        names=tuple(f"{a} to {b}" for a, b, _, _ in joins),
        region_from=tuple(a for a, _, _, _ in joins),
        region_to=tuple(b for _, b, _, _ in joins),
        forward=rows(*(forward for _, _, forward, _ in joins)),
        backward=rows(*(backward for _, _, _, backward in joins)),
    )


def store(region: int, *, initial: float = 0.0, inflow: object = None, **given: object) -> dict[str, object]:
    """Return the fields of one store without losses; ``given`` overrides or adds."""
    kind = "storage" if inflow is None else "reservoir"
    base: dict[str, object] = {"charge_efficiency": 1.0, "discharge_efficiency": 1.0, "carryover_efficiency": 1.0}
    if inflow is not None:
        base["inflow"] = inflow
    tables = {name: rows(value) for name, value in (base | given).items()}
    return {"names": (kind,), "classes": (kind,), "region": (region,), "initial": (initial,), **tables, **firm(1)}


def side(load: np.ndarray, n_steps: int, **tables: object) -> Side:
    """Return a side from the load of each region; ``critical`` is each region's critical share."""
    critical = tuple(tables.pop("critical", ()))
    names = tuple("ABCDE"[: len(load)])
    system = System(
        name="by hand",
        step_h=1.0,
        start=dt.datetime(2024, 10, 1, tzinfo=dt.UTC),
        n_steps=n_steps,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=names, load=load, critical_share=critical),
        **tables,
    )
    return Side(name="side", system=system)


def totals(one: Side, n_samples: int = 1) -> np.ndarray:
    """Return the engine's totals of the first samples."""
    packed = pack_side(one)
    scratch = Scratch(packed)
    blocks = [run_block(packed, 1, first, BLOCK, scratch).totals[0] for first in range(0, n_samples, BLOCK)]
    return np.concatenate(blocks)[:n_samples]


def total(one: Side, column: str = "unserved") -> float:
    return float(totals(one)[0, COLUMNS.index(column)])


def by_region(one: Side) -> list[float]:
    first = len(COLUMNS) + len(one.system.regions)
    return [float(value) for value in totals(one)[0, first : first + len(one.system.regions)]]


def check_frequencies(found: np.ndarray, expected: dict[float, float]) -> None:
    """Check that only the enumerated values occur, each as often as it should (|z| < 4)."""
    values = np.round(found, 9)
    assert set(values) <= set(expected)
    assert math.isclose(sum(expected.values()), 1.0)
    for value, chance in expected.items():
        error = math.sqrt(chance * (1 - chance) / len(values))
        assert abs(np.mean(values == value) - chance) < 4 * error


def test_a_reservoir_charges_from_its_inflow():
    one = side(
        rows((5, 5, 20)),
        3,
        generators=generators((0, 10)),
        generator_storages=GeneratorStorages(
            **store(
                0, inflow=4, injection=6, withdrawal=0, charge=10, discharge=10, energy=100,
                charge_efficiency=0.5, discharge_efficiency=0.8, carryover_efficiency=0.9,
            )
        ),
    )  # fmt: skip
    # step 1: 10 + 4 against 5; nothing may be drawn from the grid, so it charges its inflow: 4 · 0.5
    assert after(one, 0).charge == EXACT(2.0)
    # step 2: 2 · 0.9 left, and the same again
    assert after(one, 1).charge == EXACT(3.8)
    # step 3: 20 - 10 - 4 = 6 are missing. 3.8 · 0.9 = 3.42 would give 2.736, but of the connection's 6 the inflow
    # takes 4, so 2 are given and 2 / 0.8 drawn: 4 are unserved, 3.42 - 2.5 = 0.92 stay
    assert total(one) == EXACT(4.0)
    assert after(one, 2).charge == EXACT(0.92)


def test_a_reservoir_and_a_failing_generator():
    # P(up) = 0.6 in each of two steps, independent. Load 4 then 10, unit 8, inflow 3, injection and discharge 5.
    # step 1 up: 8 covers 4, so all inflow charges: 3. Down: 3 of inflow serve, 1 is short, nothing charges.
    # step 2: up: 8 + 3 cover 10. Down: 3 of inflow and min(5 - 3, charge) from the reservoir.
    #   up, up 0.36: 0;  up, down 0.24: 10 - 3 - 2 = 5;  down, up 0.24: 1;  down, down 0.16: 1 + 7 = 8
    one = side(
        rows((4, 10)),
        2,
        generators=Generators(
            names=("unit",), classes=("thermal",), region=(0,), capacity=rows(8), p_fail=rows(0.4), p_repair=rows(0.6)
        ),
        generator_storages=GeneratorStorages(
            **store(0, inflow=3, injection=5, withdrawal=0, charge=9, discharge=5, energy=50)
        ),
    )
    check_frequencies(totals(one, 40 * BLOCK)[:, 0], {0.0: 0.36, 5.0: 0.24, 1.0: 0.24, 8.0: 0.16})


def test_inflow_beyond_the_connection_charges_even_in_a_shortage():
    # step 1: no inflow; 10 - 5 = 5 are short. Step 2: of an inflow of 4, 2 reach the grid (3 are short) and 2 charge.
    # Step 3: no inflow; 2 come back: 3 are short. In all 11
    one = side(
        rows(10),
        3,
        generators=generators((0, 5)),
        generator_storages=GeneratorStorages(
            **store(0, inflow=(0, 4, 0), injection=2, withdrawal=0, charge=5, discharge=5, energy=10)
        ),
    )
    assert total(one) == EXACT(11.0)
    assert after(one, 1).charge == EXACT(2.0)


@pytest.mark.parametrize("efficiency", [0.9, (0.9, 0.8, 0.7)], ids=["constant", "varying"])
def test_inflow_serves_load_whatever_else_varies(efficiency):
    # inflow 3 serves 3 of 4 in each of three steps; the storage is empty and stays so
    one = side(
        rows(4),
        3,
        generators=generators((0, 0)),
        storages=Storages(**store(0, charge=1, discharge=1, energy=1, charge_efficiency=efficiency)),
        generator_storages=GeneratorStorages(
            **store(0, inflow=3, injection=3, withdrawal=0, charge=0, discharge=0, energy=0)
        ),
    )
    assert total(one) == EXACT(3.0)


@pytest.mark.parametrize("own", [0.0, 1.0], ids=["star", "network"])
def test_failing_lines(own):
    # A has enough; B lacks 4. Two lines of 2 in an interface of 3, each up with probability 0.8 in each step:
    # both up 0.64: 3 arrive, 1 is short; one up 0.32: 2 arrive, 2 are short; none 0.04: 4 are short.
    # Over two independent steps:
    chances = {1.0: 0.64, 2.0: 0.32, 4.0: 0.04}
    expected: dict[float, float] = {}
    for first, p in chances.items():
        for second, q in chances.items():
            expected[first + second] = expected.get(first + second, 0.0) + p * q
    one = side(
        rows(4, 4 + own),
        2,
        generators=generators((0, 20), (1 if own else 0, own)),
        interfaces=interfaces((0, 1, 3, 3)),
        lines=Lines(
            names=("one", "two"), classes=("line", "line"), interface=(0, 0), forward=rows(2, 2), backward=rows(0, 0),
            p_fail=rows(0.2, 0.2), p_repair=rows(0.8, 0.8),
        ),
    )  # fmt: skip
    found = totals(one, 40 * BLOCK)
    check_frequencies(found[:, 0], expected)
    # A is never short, and both steps always are
    assert found[:, COLUMNS.index("short_steps")].min() == 2
    assert found[:, len(COLUMNS)].max() == 0


def test_a_line_that_varies_and_fails_at_a_known_step():
    # the line carries 5, 2, 5; with p_fail 0, 1, 0 and p_repair 1, 1, 0 it is up, down, down: 6 - 5, 6, 6 are short
    one = side(
        rows(0, 6),
        3,
        generators=generators((0, 10), (1, 0)),
        interfaces=interfaces((1, 0, 99, 99)),
        lines=Lines(
            names=("line",), classes=("line",), interface=(0,), forward=rows(0), backward=rows((5, 2, 5)),
            p_fail=rows((0, 1, 0)), p_repair=rows((1, 1, 0)),
        ),
    )  # fmt: skip
    assert total(one) == EXACT(13.0)


def test_a_binding_interface():
    # B lacks 12 - 2 = 10, 6 arrive though A has 15 to spare: 4 are short, all for want of delivery
    one = side(rows(5, 12), 1, generators=generators((0, 20), (1, 2)), interfaces=interfaces((0, 1, 6, 1)))
    assert by_region(one) == EXACT([0.0, 4.0])
    assert total(one, "delivery_unserved") == EXACT(4.0)
    # the limit the other way is 1
    other = side(rows(12, 5), 1, generators=generators((0, 2), (1, 20)), interfaces=interfaces((0, 1, 6, 1)))
    assert by_region(other) == EXACT([9.0, 0.0])
    # with 8 in A instead of 20, 3 can go: 7 short, of which 12 + 5 - 10 = 7 are short even without limits
    scarce = side(rows(5, 12), 1, generators=generators((0, 8), (1, 2)), interfaces=interfaces((0, 1, 6, 1)))
    assert by_region(scarce) == EXACT([0.0, 7.0])
    assert total(scarce, "delivery_unserved") == EXACT(0.0)


def test_a_storage_across_a_line():
    # A: 5 against 5 and a full storage of 12 with 6 each way. B: 3, 3, 12, 3 against 8. The line carries 4 to B, 2 back
    one = side(
        rows(5, 8),
        4,
        generators=generators((0, 5), (1, (3, 3, 12, 3))),
        interfaces=interfaces((0, 1, 99, 99)),
        lines=Lines(
            names=("line",), classes=("line",), interface=(0,), forward=rows(4), backward=rows(2), **firm(1)
        ),
        storages=Storages(
            **store(0, initial=1.0, charge=6, discharge=6, energy=12, charge_efficiency=0.5, discharge_efficiency=0.8)
        ),
    )  # fmt: skip
    # steps 1 and 2: 5 missing in B, 4 arrive, for which 4 / 0.8 = 5 leave the store each time: 12, 7, 2
    assert after(one, 0).charge == EXACT(7.0)
    assert after(one, 1).charge == EXACT(2.0)
    # step 3: B has 4 to spare, 2 of them reach A: 2 + 2 · 0.5 = 3
    assert after(one, 2).charge == EXACT(3.0)
    # step 4: 3 · 0.8 = 2.4 of the 5 missing arrive. In all 1 + 1 + 0 + 2.6
    assert after(one, 3).charge == EXACT(0.0)
    assert by_region(one) == EXACT([0.0, 4.6])


def test_longest_time_to_go_discharges_first():
    # ten minutes of A against two hours of B: B's 3 go first, across the interface; A gives the last 1 of 4
    one = side(
        rows(4, 0),
        1,
        generators=generators((0, 0)),
        interfaces=interfaces((0, 1, 9, 9)),
        storages=Storages(
            names=("near", "far"), classes=("storage", "storage"), region=(0, 1), initial=(1.0, 1.0),
            charge=rows(3, 3), discharge=rows(3, 3), energy=rows(3, 6), charge_efficiency=rows(1, 1),
            discharge_efficiency=rows(1, 1), carryover_efficiency=rows(1, 1), **firm(2),
        ),
    )  # fmt: skip
    assert after(one, 0).charge == EXACT([2.0, 3.0])


def test_equal_times_to_go_share_pro_rata_to_power():
    # both hold 2 h: 3 of 6 + 3 are needed, so 2 and 1; both in reach of C at one interface each
    one = side(
        rows(0, 0, 3),
        1,
        generators=generators((2, 0)),
        interfaces=interfaces((0, 2, 9, 9), (1, 2, 9, 9)),
        storages=Storages(
            names=("large", "small"), classes=("storage", "storage"), region=(0, 1), initial=(1.0, 1.0),
            charge=rows(6, 3), discharge=rows(6, 3), energy=rows(12, 6), charge_efficiency=rows(1, 1),
            discharge_efficiency=rows(1, 1), carryover_efficiency=rows(1, 1), **firm(2),
        ),
    )  # fmt: skip
    assert after(one, 0).charge == EXACT([10.0, 5.0])


def test_two_regions_share_a_shortage_pro_rata_to_their_deficits():
    # A spares 6. B lacks 4 (10 less 6 of its own), C lacks 8: 6 are short, split 4 : 8 into 2 and 4
    tables = {
        "generators": generators((0, 6), (1, 6)),
        "interfaces": interfaces((0, 1, 99, 99), (0, 2, 99, 99)),
    }
    assert by_region(side(rows(0, 10, 8), 1, **tables)) == EXACT([0.0, 2.0, 4.0])
    # an interface to B of 1 keeps 3 from it at least: 3 and 3
    narrow = tables | {"interfaces": interfaces((0, 1, 1, 1), (0, 2, 99, 99))}
    assert by_region(side(rows(0, 10, 8), 1, **narrow)) == EXACT([0.0, 3.0, 3.0])


def test_a_shortage_stays_near_its_source():
    # A lacks 3 itself and could be helped by nobody but its own 5; B behind it loses first: serving A crosses nothing
    one = side(rows(5, 4), 1, generators=generators((0, 6)), interfaces=interfaces((0, 1, 99, 99)))
    assert by_region(one) == EXACT([0.0, 3.0])


@pytest.mark.parametrize("own", [0.0, 1.0], ids=["star", "network"])
def test_critical_load_is_shed_last(own):
    # 14 for 12 + 6 + 6: 10 are short, plainly 5, 2.5, 2.5. But C can shed 10 % of 6 only: 0.6;
    # the other 9.4 fall on B and D as their loads: 2 : 1. (The network's B has 1 more load and 1 of its own.)
    one = side(
        rows(0, 12, 6, 6 + own),
        1,
        critical=(0.0, 0.0, 0.9, 0.0),
        generators=generators((0, 14), (3 if own else 0, own)),
        interfaces=interfaces((0, 1, 99, 99), (0, 2, 99, 99), (3, 0, 99, 99)),
    )
    split = [0.0, 9.4 * 12 / (18 + own), 0.6, 9.4 * (6 + own) / (18 + own)]
    assert by_region(one) == EXACT(split)
    assert total(one, "critical_unserved") == 0.0
    # of 2 for 12 + 6 + 6: 22 short, 18.6 of it sheddable, so 3.4 of C's critical 5.4 are cut and nobody else's
    worse = side(
        rows(0, 12, 6, 6),
        1,
        critical=(0.0, 0.0, 0.9, 0.0),
        generators=generators((0, 2)),
        interfaces=interfaces((0, 1, 99, 99), (0, 2, 99, 99), (3, 0, 99, 99)),
    )
    assert by_region(worse) == EXACT([0.0, 12.0, 4.0, 6.0])
    assert total(worse, "critical_unserved") == EXACT(3.4)


def test_remote_charging_crosses_any_number_of_interfaces():
    # PRAS artefact (a): its reward for charging, 2 here (one hour of storage), does not pay for three interfaces, so it
    # leaves D's storage empty and loses 5 in step 2. The rule here: surplus charges wherever it can go
    one = side(
        rows((0, 0), (0, 0), (0, 0), (0, 5)),
        2,
        generators=generators((0, (10, 0)), (3, 0)),
        interfaces=interfaces((0, 1, 9, 9), (1, 2, 9, 9), (2, 3, 9, 9)),
        storages=Storages(**store(3, charge=5, discharge=5, energy=5)),
    )
    assert after(one, 0).charge == EXACT(5.0)
    assert total(one) == EXACT(0.0)


def test_a_near_store_charges_before_a_far_one_of_equal_time_to_go():
    # both empty, 4 to spare in A: A's store takes 3 of its own, B's the last 1
    one = side(
        rows(0, 0),
        1,
        generators=generators((0, 4)),
        interfaces=interfaces((0, 1, 9, 9)),
        storages=Storages(
            names=("near", "far"), classes=("storage", "storage"), region=(0, 1), charge=rows(3, 3),
            discharge=rows(3, 3), energy=rows(9, 9), charge_efficiency=rows(1, 1), discharge_efficiency=rows(1, 1),
            carryover_efficiency=rows(1, 1), **firm(2),
        ),
    )  # fmt: skip
    assert after(one, 0).charge == EXACT([3.0, 1.0])
