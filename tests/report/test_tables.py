"""The tables of a report of five or ten winters written by hand (``tests/cases/hand.py``)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.report.pictures import headline_picture
from standstill.report.planning import people_of, planning_csv, planning_tables
from standstill.report.range_words import range_rows
from standstill.report.tables import headline_rows, is_equal, measure_rows
from standstill.report.words import POWER
from standstill.studies.run import Run, measured
from tests.cases.hand import ARMS, PEOPLE, WINTERS, hand_outcome, hand_scenario, hand_side


def run_of(winters: dict[str, dict[str, list[float]]] | None = None) -> Run:
    return measured(hand_scenario(), hand_outcome(hand_side(winters)), 1.0)


def run_of_ten() -> Run:
    """Return the run with every winter twice: enough for ranges."""
    return run_of({arm: {name: 2 * row for name, row in rows.items()} for arm, rows in WINTERS.items()})


def data(value: float, key: str, text: str) -> str:
    return f'<data value="{value!r}" data-key="{key}">{text}</data>'


def test_headline_ranges_by_hand() -> None:
    run = run_of_ten()
    unserved, off, *_ = headline_rows(run, run.outcome.sides[0])
    assert (unserved.label, unserved.unit, off.label) == (POWER.unserved, "MWh", POWER.off)
    first = run.measures["strikes"]["North"]["eue"]
    assert unserved.cells[0] == (
        f"{data(first.p10, 'strikes/North/eue/p10', '0')} to {data(first.p90, 'strikes/North/eue/p90', '90')}"
    )
    saved = run.worth["standstill"]["North"]["eue"]
    assert unserved.saved[0] == (
        f"{data(saved.p10, 'worth/standstill/North/eue/p10', '0')} to "
        f"{data(saved.p90, 'worth/standstill/North/eue/p90', '80')}"
    )


def test_fewer_than_ten_winters_have_means_in_place_of_ranges() -> None:
    run = run_of()
    unserved = headline_rows(run, run.outcome.sides[0])[0]
    assert unserved.cells[0] == f"{data(30.0, 'strikes/North/eue/value', '30')} ± 16"
    assert unserved.saved[0] == f"{data(25.0, 'worth/standstill/North/eue/value', '25')} ± 14"
    assert range_rows(run)[0] == ("North", POWER.unserved, "30 ± 16 MWh", "5.0 ± 2.2 MWh", "25 ± 14 MWh")
    assert headline_picture(run, run.outcome.sides[0]).caption == "Means."
    ten = run_of_ten()
    assert " to " in range_rows(ten)[0][2]
    assert headline_picture(ten, ten.outcome.sides[0]).caption == "80 % ranges."


def test_headline_chances_by_hand() -> None:
    run = run_of()
    _, _, cut, through = headline_rows(run, run.outcome.sides[0])
    assert cut.cells == tuple(data(v, f"{arm}/North/critical_cut/value", t) for v, arm, t in
                              ((0.4, "strikes", "40"), (0.2, "standstill", "20")))  # fmt: skip
    gains = run.worth["standstill"]["North"]
    assert cut.saved == (data(gains["critical_cut"].value, "worth/standstill/North/critical_cut/value", "20 fewer"),)
    assert through.saved == (
        data(gains["getting_through"].value, "worth/standstill/North/getting_through/value", "20 more"),
    )


def with_chances(run: Run, name: str, *shares: float) -> Run:
    """Return the run with other shares of winters in its arms."""
    measures = {
        arm: {"North": run.measures[arm]["North"] | {name: replace(run.measures[arm]["North"][name], value=share)}}
        for arm, share in zip(ARMS, shares, strict=True)
    }
    return replace(run, measures=measures)


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (0.126, 0.843, ">71 more<"),  # 13 and 84; the shares differ by 71.7
        (0.843, 0.126, ">71 fewer<"),
        (0.126, 0.134, ">about the same<"),  # both 13
        (0.003, 0.184, ">18 more<"),  # under 1, and 18
        (0.5, 0.997, ">50 more<"),  # 50, and over 99
    ],
)
def test_shown_chances_subtract(first: float, second: float, text: str) -> None:
    run = with_chances(run_of(), "getting_through", first, second)
    through = headline_rows(run, run.outcome.sides[0])[-1]
    assert text in through.saved[0]


@pytest.mark.parametrize("name", [name for name in WINTERS["strikes"] if name not in ("waves", "hits", "start", "end")])
def test_arms_that_differ_in_anything_consumers_see_are_not_equal(name: str) -> None:
    other = WINTERS["strikes"] | {name: [*WINTERS["strikes"][name][:-1], 1e-9]}
    assert not is_equal(run_of({"strikes": WINTERS["strikes"], "standstill": other}), "North", "standstill")


@pytest.mark.parametrize("winters", [5, 1])
def test_arms_that_differ_in_attacks_alone_are_equal_for_any_number_of_winters(winters: int) -> None:
    unseen = {name: WINTERS["standstill"][name] for name in ("waves", "hits", "start", "end")}
    arms = {"strikes": WINTERS["strikes"], "standstill": WINTERS["strikes"] | unseen}
    run = run_of({arm: {name: row[-winters:] for name, row in rows.items()} for arm, rows in arms.items()})
    assert is_equal(run, "North", "standstill")
    assert {row.saved for row in headline_rows(run, run.outcome.sides[0])} == {("no difference",)}


def test_every_measure_has_a_row_of_its_own() -> None:
    run = run_of()
    rows = measure_rows(run, run.outcome.sides[0])
    assert {row.name for row in rows} == set(run.measures["strikes"]["North"])
    assert len({row.label for row in rows}) == len(rows)
    found = {row.name: row for row in rows}
    assert found["waves"].label == "Waves of attack since 25 November 2024"
    assert found["hits"].label == "Hits since 25 November 2024"
    assert found["eue:2024-11"].label == "EUE of November 2024"
    assert "below 0" in found["delivery_limited"].label


def test_cells_of_a_measure_by_hand() -> None:
    run = run_of()
    found = {row.name: row for row in measure_rows(run, run.outcome.sides[0])}
    (strikes, _), (standstill, _), (saved, span) = found["eue"].cells
    assert strikes == f"{data(30.0, 'strikes/North/eue/value', '30')} ± 16"
    assert standstill == f"{data(5.0, 'standstill/North/eue/value', '5.0')} ± 2.2"
    assert saved == f"{data(25.0, 'worth/standstill/North/eue/value', '25')} ± 14"
    assert span == ""
    ten = run_of_ten()
    rows = {row.name: row for row in measure_rows(ten, ten.outcome.sides[0])}
    assert "worth/standstill/North/eue/p90" in rows["eue"].cells[2][1]
    # a ratio has no range over winters, and its saving is not measured
    assert [span for _, span in found["neue"].cells] == ["", "", ""]
    assert found["neue"].cells[2] == ("", "")


def test_planning_tables_by_hand() -> None:
    run = run_of()
    strikes, standstill = planning_tables(run, run.outcome.sides[0], PEOPLE)
    assert (strikes.arm, standstill.arm, strikes.side) == ("strikes", "standstill", "North")
    assert [day for day, _ in strikes.weeks] == ["27 November 2024", "4 December 2024"]
    # hours off a day, people at a time, hours of critical cuts: each mild, median, severe
    assert [cell.text for cell in strikes.weeks[0][1]] == ["0", "2.0", "7.0", "0", "85", "290", "0", "0", "6.0"]
    assert [cell.text for cell in strikes.weeks[1][1]] == ["2.1", "2.1", "2.1", "87", "87", "87", "0", "0", "0"]
    assert [cell.text for cell in standstill.weeks[0][1]] == ["0", "0", "1.0", "0", "0", "43", "0", "0", "0"]
    # shaded from 0 (nothing) by the hours off a day: over 0, and from 2, 4, 8 and 12 on
    assert [cell.depth for cell in strikes.weeks[0][1]][:6] == [0, 2, 3, 0, 2, 3]
    assert len(strikes.heads) == 3


def test_planning_tables_without_people() -> None:
    run = run_of()
    strikes, _ = planning_tables(run, run.outcome.sides[0], 0.0)
    assert len(strikes.heads) == 2
    assert [cell.text for cell in strikes.weeks[0][1]] == ["0", "2.0", "7.0", "0", "0", "6.0"]


def test_planning_csv_by_hand() -> None:
    rows = list(csv.DictReader(io.StringIO(planning_csv(run_of()))))
    assert len(rows) == 2 * 2 * 3  # arms, weeks, cases
    assert rows[1] == {
        "side": "North", "arm": "strikes", "week_start": "2024-11-27", "case": "median", "hours_off_per_day": "2.036",
        "share_off": "0.08482", "people_without_supply": "85", "critical_cut_hours": "0",
    }  # fmt: skip
    assert (rows[2]["case"], rows[2]["hours_off_per_day"], rows[2]["critical_cut_hours"]) == ("severe", "7.036", "6")
    assert (rows[4]["week_start"], rows[4]["people_without_supply"]) == ("2024-12-04", "87")
    assert [row["arm"] for row in rows] == ["strikes"] * 6 + ["standstill"] * 6


@pytest.mark.parametrize("unit", ["million people", "people", "count"])
def test_people_are_counted_in_any_unit_of_people(unit: str) -> None:
    factor = 1.0 if unit == "million people" else 1e6
    figure = Figure(
        path="North.people",
        unit=unit,
        distribution=Uniform(low=2 * factor, high=4 * factor),
        judgement="it is invented",
    )
    [side] = hand_scenario().sides
    assert people_of(replace(side, people=figure)) == 3e6
    assert people_of(side) == PEOPLE


def test_money_has_a_line_of_its_own_where_a_price_is_stated() -> None:
    both = hand_scenario("North", "South")
    priced = measured(both, hand_outcome(hand_side(price=np.full(5, 1e6)), hand_side(name="South")), 1.0)
    first, second = (headline_rows(priced, side) for side in priced.outcome.sides)
    assert [row.label for row in first][:2] == [POWER.unserved, POWER.cost]
    assert [row.unit for row in first][:2] == ["MWh", "million EUR"]
    assert POWER.cost not in [row.label for row in second]
    # nothing is added up over sides: the other side's line is the same with and without the price of the first
    alone = measured(both, hand_outcome(hand_side(), hand_side(name="South")), 1.0)
    assert headline_rows(alone, alone.outcome.sides[1]) == second
