"""Demand response by hand: put off as a last resort, paid back within the window, lost when it closes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.errors import InputError
from standstill.formats.pras import read_pras, write_pras
from standstill.model.scenario import Side
from standstill.model.system import DemandResponses, Generators, Interfaces, Lines, Regions, Storages, System


def never(rows: int = 1) -> dict[str, Any]:
    return {"p_fail": np.zeros((rows, 1)), "p_repair": np.ones((rows, 1))}


def response(*rows: dict[str, float], region: tuple[int, ...] = ()) -> DemandResponses:
    """Return demand responses of 10 MW and 100 MWh, without interest, with a window of two steps unless said."""
    base = {"borrow": 10.0, "payback": 10.0, "energy": 100.0, "interest": 0.0, "window": 2.0}
    return DemandResponses(
        names=tuple(f"response {place}" for place in range(len(rows))),
        classes=("demand-response",) * len(rows),
        region=region or (0,) * len(rows),
        **{name: np.array([[(base | row)[name]] for row in rows]) for name in base},
        **never(len(rows)),
    )


def system(supply: list[float], responses: DemandResponses, load: float = 100.0, **more: Any) -> System:
    return System(
        name="by hand", step_h=1.0, start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), n_steps=len(supply),
        power_unit="MW", energy_unit="MWh", regions=Regions(names=("A",), load=[[load]]),
        generators=Generators(names=("g",), classes=("thermal",), region=(0,), capacity=[supply], **never()),
        demand_responses=responses, **more,
    )  # fmt: skip


def found(given: System, detail: bool = False) -> dict[str, float]:
    packed = pack_side(Side(name="side", system=given), detail=detail)
    row = run_block(packed, 1, 0, 1, Scratch(packed)).totals[0, 0]
    return dict(zip(COLUMNS, row, strict=False))


@pytest.mark.parametrize(
    ("supply", "row", "unserved", "short_steps"),
    [
        # 8 put off and paid back in the next step, within 10 of power
        ([92, 120, 100, 100], {}, 0.0, 0),
        # 4 more than can be put off
        ([86, 120, 100, 100], {}, 4.0, 1),
        # paid back over two steps: 5 and 3
        ([92, 105, 103, 100], {}, 0.0, 0),
        # a window of two closes with 4 unpaid
        ([92, 102, 102, 120], {}, 4.0, 1),
        # and of three does not
        ([92, 102, 102, 120], {"window": 3.0}, 0.0, 0),
        # no payback power: all of it is lost as the window closes
        ([92, 120, 120, 120], {"payback": 0.0}, 8.0, 1),
        # interest of a quarter: 8 become 10
        ([92, 120, 100, 100], {"interest": 0.25, "payback": 20.0}, 0.0, 0),
        ([92, 109, 100, 100], {"interest": 0.25, "payback": 20.0}, 1.25, 1),
        # interest above the most that may be owed falls due at once
        ([92, 100, 120, 100], {"interest": 0.25, "energy": 9.0}, 1.0 + 2.25, 2),
        # nothing is put off in the last step, where it would be lost at once
        ([100, 100, 100, 92], {}, 8.0, 1),
        # what is owed at the end is lost
        ([100, 100, 92, 100], {}, 8.0, 1),
        # at most 12 are owed: 8 and then 4, so 4 are cut in the second step
        ([92, 92, 120, 120], {"energy": 12.0, "payback": 20.0}, 4.0, 1),
    ],
)
@pytest.mark.parametrize("detail", [True, False])
def test_by_hand(supply: list[float], row: dict[str, float], unserved: float, short_steps: int, detail: bool) -> None:
    # whole days can be counted by day too
    calm = [100.0] * 20
    is_late = supply[:2] == [100, 100]
    whole = [*calm, *supply] if is_late else [*supply, *calm]
    totals = found(system([float(part) for part in whole], response(row)), detail)
    assert totals["unserved"] == pytest.approx(unserved, abs=1e-9)
    assert totals["short_steps"] == short_steps


def test_the_longest_window_is_put_off_first_and_the_shortest_paid_back_first() -> None:
    rows = response({"window": 2.0}, {"window": 4.0})
    # 10 put off: all by the second, whose window is longer; the first is still free for the next step
    totals = found(system([90.0, 90.0, 100.0, 110.0, 110.0, 100.0], rows))
    # steps 2 and 3 pay 10 each: the first one's window closes in step 3, the second one's in step 4
    assert totals["unserved"] == 0.0


def test_stores_pay_back_too_but_nobody_is_cut_for_it() -> None:
    battery = Storages(
        names=("battery",), classes=("battery",), region=(0,), charge=[[10.0]], discharge=[[5.0]], energy=[[20.0]],
        charge_efficiency=[[1.0]], discharge_efficiency=[[1.0]], carryover_efficiency=[[1.0]], initial=(1.0,),
        **never(),
    )  # fmt: skip
    # short by 8: 5 from the battery, 3 put off; then no surplus, and the battery pays them back
    assert found(system([92.0, 100.0, 100.0, 100.0], response({}), storages=battery))["unserved"] == 0.0
    # short by 5 in the step in which it could pay: load comes first, and 3 are lost
    totals = found(system([92.0, 95.0, 95.0, 100.0], response({}), storages=battery))
    assert totals["unserved"] == pytest.approx(3.0)


def test_what_a_store_pays_back_is_gone_from_it() -> None:
    battery = Storages(
        names=("battery",), classes=("battery",), region=(0,), charge=[[10.0]], discharge=[[5.0]], energy=[[8.0]],
        charge_efficiency=[[1.0]], discharge_efficiency=[[1.0]], carryover_efficiency=[[1.0]], initial=(1.0,),
        **never(),
    )  # fmt: skip
    # short by 8: 5 from the battery, 3 put off; nobody is short when it pays them back, and then it is empty
    assert found(system([92.0, 100.0, 95.0], response({}), storages=battery))["unserved"] == pytest.approx(5.0)


def two_regions(limit: float, supply: list[float], responses: DemandResponses) -> System:
    return System(
        name="two regions", step_h=1.0, start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), n_steps=len(supply),
        power_unit="MW", energy_unit="MWh", regions=Regions(names=("A", "B"), load=[[0.0], [100.0]]),
        interfaces=Interfaces(
            names=("A - B",), region_from=(0,), region_to=(1,), forward=[[limit]], backward=[[limit]]
        ),
        lines=Lines(
            names=("line",), classes=("line",), interface=(0,), forward=[[limit]], backward=[[limit]], **never()
        ),
        generators=Generators(names=("g",), classes=("thermal",), region=(0,), capacity=[supply], **never()),
        demand_responses=responses,
    )  # fmt: skip


def test_over_a_line_only_what_it_carries_is_paid_back() -> None:
    supply = [92.0, 130.0, 130.0, 130.0]
    # the line has 4 to spare in each step: 8 are paid back in two
    assert found(two_regions(104.0, supply, response({}, region=(1,))))["unserved"] == 0.0
    assert found(two_regions(103.0, supply, response({}, region=(1,))))["unserved"] == pytest.approx(2.0)
    # put off behind the line it helps nobody before it
    assert found(two_regions(103.0, supply, response({}, region=(0,))))["unserved"] == pytest.approx(0.0)


def test_an_outage_stops_it_but_not_the_window() -> None:
    rows = response({})
    down = DemandResponses(
        **{name: getattr(rows, name) for name in ("names", "classes", "region", "borrow", "payback", "energy")},
        interest=rows.interest, window=rows.window, p_fail=[[0.0, 1.0, 0.0, 0.0]], p_repair=[[1.0, 0.0, 0.0, 1.0]],
    )  # fmt: skip
    # out of service from the second step to the third: what was put off in the first is lost
    assert found(system([92.0, 120.0, 120.0, 120.0], down))["unserved"] == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"window": 0.0}, r"window\[response 0\]: must be whole and >= 1"),
        ({"window": 1.5}, r"window\[response 0\]: must be whole and >= 1"),
        ({"interest": 1.5}, r"interest\[response 0\]: must be within \[-1, 1\]"),
        ({"borrow": -1.0}, r"borrow\[response 0\]: must be >= 0"),
    ],
)
def test_what_cannot_be_is_refused(row: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        response(row)


def test_files_keep_them(tmp_path: Path) -> None:
    given = system([92.0, 120.0, 100.0, 100.0], response({"interest": 0.25}, {"window": 5.0}))
    write_pras(given, tmp_path / "x.pras")
    back = read_pras(tmp_path / "x.pras").demand_responses
    for name in ("names", "classes", "region"):
        assert getattr(back, name) == getattr(given.demand_responses, name)
    for name in ("borrow", "payback", "energy", "interest", "window", "p_fail", "p_repair", "borrow_efficiency"):
        np.testing.assert_array_equal(getattr(back, name), getattr(given.demand_responses, name))
