"""Words of a report: those of the carrier of a side, and how far chance may move a share of few winters."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from standstill.measures.sampled import from_samples
from standstill.report.planning import planning_tables
from standstill.report.tables import measure_rows
from standstill.report.words import OIL, POWER, SURE, blind_spots, counted_words, criterion_words, figure_words
from standstill.studies.run import measured
from tests.cases.hand import hand_outcome, hand_scenario, hand_side

ELECTRIC = re.compile(r"electric|power|switched|hours? off|\boff\b|voltage|household", re.IGNORECASE)


def oil_run():
    side = replace(hand_side(), power_unit="kb/d", energy_unit="kb")
    return measured(hand_scenario(), hand_outcome(side), 1.0)


def test_a_side_that_refines_has_no_words_of_electricity() -> None:
    run = oil_run()
    [side] = run.outcome.sides
    labels = {row.name: row.label for row in measure_rows(run, side)}
    assert [label for label in labels.values() if ELECTRIC.search(label)] == []
    assert labels["lole"] == "Hours in which any planned supply is missing: loss-of-load expectation (LOLE)"
    assert labels["critical_cut"] == "Domestic supply cut at some time"
    units = {row.name: row.unit for row in measure_rows(run, side)}
    assert (units["hours_off"], units["worst_window"], units["critical_hours"]) == ("%", "%", "days")
    heads = [head for table in planning_tables(run, side, 1e6) for head in table.heads]
    assert [head for head in heads if ELECTRIC.search(head)] == []


def test_what_is_shown_in_other_units_is_the_same_share() -> None:
    """2 hours of 24 are a twelfth of what is exported."""
    run = oil_run()
    row = next(row for row in measure_rows(run, run.outcome.sides[0]) if row.name == "hours_off")
    assert run.measures["strikes"]["North"]["hours_off"].value == 2.0
    assert re.search(r">8\.\d+</data>", row.cells[0][0])


def test_a_side_with_electricity_keeps_its_words() -> None:
    run = measured(hand_scenario(), hand_outcome(hand_side()), 1.0)
    rows = {row.name: row for row in measure_rows(run, run.outcome.sides[0])}
    assert rows["lole"].label == "Hours in which anyone is off: loss-of-load expectation (LOLE)"
    assert (rows["critical_hours"].label, rows["critical_hours"].unit) == ("Hours with critical supply cut", "hours")
    assert rows["hours_off"].unit == "hours a day"


def test_figures_blind_spots_and_the_criterion_follow_the_carrier() -> None:
    assert figure_words("S.region.coast.critical_share", "S", OIL) == "share of planned supply that is cut last"
    assert figure_words("S.region.coast.critical_share", "S") == "share of load that is cut last"
    put_off = figure_words("N.demand_response.factories.power", "N")
    assert put_off == "how much load can be put off (factories)"
    oil = blind_spots(["South"], [OIL])
    assert [line for line in oil if ELECTRIC.search(line)] == []
    assert set(oil) < set(blind_spots(["South"], [OIL, POWER]))
    criterion = hand_side().criterion
    assert ELECTRIC.search(criterion_words(criterion, OIL)) is None
    assert criterion_words(criterion, POWER).endswith("average more than 8 hours off a day.")


@pytest.mark.parametrize("samples", [64, 300, 5_000])
def test_a_share_of_few_winters_is_said_to_be_rough(samples: int) -> None:
    """Half of a 95 % interval at a share of one half, where it is widest, rounded up."""
    winters = np.arange(samples) % 2.0
    se = from_samples(winters, "probability", 1.0).se
    told = int(re.findall(r"up to (\d+) in 100", counted_words(samples))[0])
    assert told - 1 < 1.96 * 100 * se < told + 0.1


def test_many_winters_need_no_words_and_one_has_them() -> None:
    assert counted_words(SURE) == ""
    assert (
        counted_words(1) == "Counted over 1 simulated winter: shares of winters may be off by up to 98 in 100, at 95 %."
    )
