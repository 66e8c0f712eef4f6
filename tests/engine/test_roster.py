"""Queue rosters: cases by hand, what an operator published, and the slow twin on rosters of every kind."""

from __future__ import annotations

import dataclasses
import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from standstill.engine.block import Scratch, n_columns, run_block
from standstill.engine.jit import shared
from standstill.engine.pack import pack_side
from standstill.engine.roster import (
    ROSTER_COLUMNS,
    RosterSamples,
    fill_roster,
    make_roster_work,
    pack_roster,
    roster_samples,
)
from standstill.errors import InputError
from standstill.model.roster import Roster
from tests.cases.hub import hub_side
from tests.reference import roster as twin

ROTATIONS = ("least-served", "fixed")
KINDS = [(rounding, rotation) for rounding in ("up", "nearest") for rotation in ROTATIONS]
# round shares meet whole numbers of queues, odd ones everything between
SHARES = st.one_of(
    st.just(0.0), st.integers(0, 12).map(lambda k: k / 12), st.floats(0.0, 1.0).map(lambda x: round(x, 3))
)
BLOCKS = st.sampled_from([1.0, 2.0, 3.0, 4.0, 6.0, 12.0, 24.0])


@st.composite
def rosters(draw: st.DrawFn, **given_fields: object) -> Roster:
    """Draw a roster, some fields given."""
    fields = {
        "queues": st.integers(1, 8),
        "halves": st.booleans(),
        "rounding": st.sampled_from(["up", "nearest"]),
        "block_h": BLOCKS,
        "rotation": st.sampled_from(ROTATIONS),
    }
    return Roster(**({name: draw(values) for name, values in fields.items()} | given_fields))


def series(least: int = 1, most: int = 80) -> st.SearchStrategy[list[float]]:
    return st.lists(SHARES, min_size=least, max_size=most)


def one(roster: Roster, shares: list[float] | np.ndarray, step_h: float = 1.0) -> RosterSamples:
    return roster_samples(roster, np.asarray(shares, dtype=float)[None, :], step_h)


def totals(found: RosterSamples) -> dict[str, float]:
    return {name: float(found.column(name)[0]) for name in ROSTER_COLUMNS}


@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("rounding", ["up", "nearest"])
def test_half_of_two_queues_is_twelve_hours_for_everybody(rounding: str, rotation: str) -> None:
    roster = Roster(queues=2, rounding=rounding, block_h=4.0, rotation=rotation)
    found = one(roster, np.full(48, 0.5))
    assert found.hours_off.tolist() == [[24.0, 24.0]]
    expected = {"roster_hours_off": 24.0, "roster_p90": 24.0, "schedule_hours": 48.0}
    expected |= {"roster_gini": 0.0, "roster_over": 0.0, "roster_under": 0.0}
    # the table begins its second day with the second queue, which was also the last of the first day
    expected |= {"roster_spell": 4.0 if rotation == "least-served" else 8.0}
    assert totals(found) == expected


@pytest.mark.parametrize(("rounding", "rotation"), KINDS)
def test_nothing_off_leaves_nothing(rounding: str, rotation: str) -> None:
    found = one(Roster(queues=6, rounding=rounding, rotation=rotation), np.zeros(30))
    assert totals(found) == dict.fromkeys(ROSTER_COLUMNS, 0.0)
    assert not found.hours_off.any()
    assert not found.spells.any()


@pytest.mark.parametrize(("rounding", "rotation"), KINDS)
def test_everything_off_is_everybody_all_the_time(rounding: str, rotation: str) -> None:
    found = one(Roster(queues=6, halves=True, rounding=rounding, rotation=rotation), np.ones(30))
    assert found.hours_off.tolist() == found.spells.tolist() == [[30.0] * 12]
    assert totals(found) == {
        "roster_hours_off": 30.0, "roster_p90": 30.0, "roster_gini": 0.0, "roster_spell": 30.0,
        "schedule_hours": 30.0, "roster_over": 0.0, "roster_under": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize("rotation", ROTATIONS)
@pytest.mark.parametrize("off", range(7))
def test_each_of_six_queues_off_at_a_time_means_four_hours_a_day(off: int, rotation: str) -> None:
    """What a grid operator published in July 2024 of its six queues: n queues off mean 4n hours a day."""
    found = one(Roster(queues=6, block_h=4.0, rotation=rotation), np.full(24, off / 6))
    assert found.hours_off.tolist() == [[4.0 * off] * 6]


@pytest.mark.parametrize("kind", ["halves", "whole"])
def test_rounding_of_half_queues_is_as_operators_count_them(kind: str) -> None:
    """Half-queues: 12 · share, rounded up, over 2 queues off; each queue off an hour is 1/6 hour of every consumer."""
    shares = np.random.default_rng(1).random(96)
    found = one(Roster(queues=6, halves=kind == "halves", block_h=1.0), shares)
    queues = np.ceil(12 * shares) / 2 if kind == "halves" else np.ceil(6 * shares)
    assert found.column("roster_hours_off")[0] == pytest.approx(np.sum(queues / 6))
    assert found.column("roster_over")[0] == pytest.approx(np.sum(queues / 6 - shares))


def test_three_queues_by_hand() -> None:
    """Shares 0.2, 0.5, 0.0, 1.0 in blocks of two hours: one, two, none and three of three queues off."""
    shares = np.repeat([0.2, 0.5, 0.0, 1.0], 2)
    found = one(Roster(queues=3, block_h=2.0), shares)
    # the first queue, then the two others, then nobody, then all
    assert found.hours_off.tolist() == [[4.0, 4.0, 4.0]]
    assert found.spells.tolist() == [[2.0, 2.0, 2.0]]
    fixed = one(Roster(queues=3, block_h=2.0, rotation="fixed"), shares)
    # the turn is with the first, the second, the third, the first: 1; 2 and 3; none; all
    assert fixed.hours_off.tolist() == [[4.0, 4.0, 4.0]]
    found = one(Roster(queues=3, block_h=2.0), shares[:4])
    assert found.column("roster_over")[0] == pytest.approx(2 * (1 / 3 - 0.2) + 2 * (2 / 3 - 0.5))
    near = one(Roster(queues=3, block_h=2.0, rounding="nearest"), shares[:2])
    assert near.column("roster_over")[0] == pytest.approx(2 * (1 / 3 - 0.2))
    near = one(Roster(queues=3, block_h=2.0, rounding="nearest"), [0.1, 0.1])
    assert totals(near)["roster_under"] == pytest.approx(0.2)
    assert totals(near)["roster_hours_off"] == 0.0


def test_gini_p90_and_spell_by_hand() -> None:
    """Ten queues, one block each of 1, 2, 3 queues off by the printed table: 1, then 2-3, then 3-5."""
    found = one(Roster(queues=10, block_h=1.0, rotation="fixed"), [0.1, 0.2, 0.3])
    assert found.hours_off.tolist() == [[1.0, 1.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    assert found.spells.tolist() == [[1.0, 1.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    assert found.column("roster_p90")[0] == 1.0
    # sorted 0 0 0 0 0 1 1 1 1 2, weights −9 −7 ... 9: 1 + 3 + 5 + 7 + 2 · 9 = 34, over 10 · 6
    assert found.column("roster_gini")[0] == pytest.approx(34 / 60)


@pytest.mark.parametrize("queues", [4, 5, 6, 7])
def test_the_printed_table_begins_a_part_later_each_day(queues: int) -> None:
    """However many of the six blocks of a day the queues fill."""
    roster = Roster(queues=queues, block_h=4.0, rotation="fixed")
    for day in range(8):
        for block in range(6):
            found = one(roster, np.concatenate([np.zeros(24 * day + 4 * block), np.full(4, 1 / queues)]))
            assert found.hours_off[0].nonzero()[0].tolist() == [(day + block) % queues]


def test_a_block_is_rounded_for_its_worst_hour_or_its_mean() -> None:
    shares = [0.0, 0.0, 0.0, 0.6]
    up, nearest = (one(Roster(queues=2, block_h=4.0, rounding=kind), shares) for kind in ("up", "nearest"))
    assert (totals(up)["roster_hours_off"], totals(up)["roster_under"]) == (4.0, 0.0)
    assert totals(up)["roster_over"] == pytest.approx(3.4)
    assert totals(nearest)["roster_hours_off"] == 0.0
    assert totals(nearest)["roster_under"] == pytest.approx(0.6)


def test_a_share_that_is_whole_but_for_the_last_digits_switches_no_more() -> None:
    found = one(Roster(queues=6, block_h=1.0), [np.nextafter(0.5, 1.0), 0.1 + 0.2 + 0.2, 1e-15])
    assert found.column("roster_hours_off")[0] == 1.0


def test_spells_go_on_from_block_to_block_and_end_with_a_block_on() -> None:
    found = one(Roster(queues=1, block_h=2.0), [1.0] * 6 + [0.0] * 2 + [1.0] * 4)
    assert (found.spells.tolist(), found.column("schedule_hours")[0]) == ([[6.0]], 10.0)


@given(rosters(), series(), st.sampled_from([1.0, 0.5]))
def test_the_kernel_equals_the_twin(roster: Roster, shares: list[float], step_h: float) -> None:
    found = one(roster, shares, step_h)
    rows = twin.table(roster, shares, step_h)
    assert found.hours_off[0].tolist() == twin.hours(rows, roster.parts, step_h)
    assert found.spells[0].tolist() == twin.spells(rows, roster.parts, step_h)
    expected = twin.summary(roster, shares, step_h)
    assert totals(found) == {name: pytest.approx(expected[name], rel=1e-12, abs=1e-12) for name in ROSTER_COLUMNS}


@given(rosters(rotation="fixed"), series())
def test_least_served_is_never_less_equal_than_the_printed_table(roster: Roster, shares: list[float]) -> None:
    table = one(roster, shares)
    fair = one(dataclasses.replace(roster, rotation="least-served"), shares)
    assert fair.column("roster_hours_off")[0] == pytest.approx(table.column("roster_hours_off")[0])
    assert fair.column("roster_gini")[0] <= table.column("roster_gini")[0] + 1e-12
    assert fair.hours_off.max() - fair.hours_off.min() <= roster.block_h


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.sampled_from([12, 24, 36]))
def test_no_choice_of_as_many_queues_is_more_equal_than_least_served(counts: list[int], last: int) -> None:
    """Every possible roster of four queues and a few blocks of 48 quarter-hours, the last block perhaps cut short."""
    lengths = [48] * (len(counts) - 1) + [last]
    shares = np.repeat(np.array(counts) / 4, lengths)
    found = one(Roster(queues=4, block_h=12.0), shares, step_h=0.25).column("roster_gini")[0]
    choices = (itertools.combinations(range(4), count) for count in counts)
    each = (
        [sum(steps for off, steps in zip(chosen, lengths, strict=True) if part in off) for part in range(4)]
        for chosen in itertools.product(*choices)
    )
    assert found == pytest.approx(min(twin.gini(hours) for hours in each))


@given(rosters(rotation="least-served"), st.integers(0, 16), st.integers(1, 2))
def test_whole_cycles_of_least_served_leave_nobody_behind(roster: Roster, off: int, cycles: int) -> None:
    """A constant need for as many blocks as there are parts, once or twice."""
    count = min(off, roster.parts)
    steps = round(roster.block_h) * roster.parts * cycles
    found = one(roster, np.full(steps, count / roster.parts))
    assert found.column("roster_gini")[0] == 0.0
    assert found.hours_off.tolist() == [[count * roster.block_h * cycles] * roster.parts]


@given(rosters(rounding="up"), series())
def test_rounded_up_is_enough_in_every_step(roster: Roster, shares: list[float]) -> None:
    found = one(roster, shares)
    assert found.hours_off.sum() >= roster.parts * (sum(shares) - 1e-9 * len(shares))
    assert found.column("roster_under")[0] <= 1e-9 * len(shares)


@given(rosters(), series())
def test_hours_off_are_the_need_and_the_misfit(roster: Roster, shares: list[float]) -> None:
    found = totals(one(roster, shares))
    misfit = found["roster_over"] - found["roster_under"]
    assert found["roster_hours_off"] == pytest.approx(sum(shares) + misfit, abs=1e-9)
    assert found["roster_hours_off"] <= found["schedule_hours"] + 1e-9
    assert found["roster_spell"] <= found["schedule_hours"]


@given(rosters(halves=False, rounding="up"), series())
def test_halves_switch_off_no_more_than_whole_queues(roster: Roster, shares: list[float]) -> None:
    whole, halves = one(roster, shares), one(dataclasses.replace(roster, halves=True), shares)
    assert halves.column("roster_over")[0] <= whole.column("roster_over")[0] + 1e-9


@given(rosters(rounding="up"), series(24, 24))
def test_shorter_blocks_switch_off_no_more(roster: Roster, shares: list[float]) -> None:
    hourly = one(dataclasses.replace(roster, block_h=1.0), shares)
    assert hourly.column("roster_over")[0] <= one(roster, shares).column("roster_over")[0] + 1e-9


@given(rosters(), series(24, 24), series(24, 24))
def test_samples_do_not_know_of_each_other(roster: Roster, first: list[float], second: list[float]) -> None:
    both = roster_samples(roster, [first, second])
    for place, shares in enumerate((first, second)):
        alone = one(roster, shares)
        for name in ("hours_off", "spells", "totals"):
            assert getattr(both, name)[place].tolist() == getattr(alone, name)[0].tolist()


@shared
def within(packed, share, first, last, work, row, column):
    """Call the kernel as another kernel does."""
    fill_roster(packed, share, first, last, work, row, column)


def test_only_the_measured_window_counts() -> None:
    """As the engine calls it: within a longer series, into a row of totals that holds other columns too."""
    share = np.array([1.0, 1.0, 0.4, 0.7, 0.0, 1.0])
    roster = Roster(queues=3, block_h=1.0)
    packed = pack_roster(roster, 1.0)
    work, row = make_roster_work(packed.parts), np.full(4 + len(ROSTER_COLUMNS), -1.0)
    for _ in range(2):  # scratch that was used before is as good as new
        within(packed, share, 2, 5, work, row, 3)
    assert row[[0, 1, 2, -1]].tolist() == [-1.0] * 4
    assert row[3:-1].tolist() == one(roster, share[2:5]).totals[0].tolist()
    assert work.served.tolist() == one(roster, share[2:5]).hours_off[0].tolist()


def test_a_side_without_a_roster_gets_no_numbers() -> None:
    side = hub_side("North")
    both = (None, Roster(queues=2, block_h=24.0))
    plain, rostered = (pack_side(dataclasses.replace(side, roster=roster), detail=True) for roster in both)
    assert plain.model.roster is None
    assert n_columns(rostered) == n_columns(plain) + len(ROSTER_COLUMNS)
    without, within_it = (run_block(packed, 1, 0, 4, Scratch(packed)).totals for packed in (plain, rostered))
    assert np.array_equal(without, within_it[..., : without.shape[-1]])


def test_records_are_read_only_and_survive_a_pickle() -> None:
    found = one(Roster(queues=2), [0.5] * 8)
    copied = pickle.loads(pickle.dumps(found))
    assert copied.totals.tolist() == found.totals.tolist()
    for record in (found, copied):
        assert not any(values.flags.writeable for values in (record.hours_off, record.spells, record.totals))


@pytest.mark.parametrize(
    ("shares", "step_h", "message"),
    [
        ([[0.5, 1.2]], 1.0, r"shares: must be within \[0, 1\], got 1.2"),
        ([[-0.1]], 1.0, r"shares: must be within \[0, 1\], got -0.1"),
        ([[float("nan")]], 1.0, r"shares: must be within \[0, 1\], got nan"),
        ([0.5], 1.0, r"shares: must have shape \(n_samples, n_steps\), at least one of each, got \(1,\)"),
        ([[]], 1.0, r"at least one of each, got \(1, 0\)"),
        (np.zeros((0, 24)), 1.0, r"at least one of each, got \(0, 24\)"),
        ([[0.5]], 0.0, "step_h: must be a finite number > 0 h, got 0.0"),
        ([[0.5]], float("nan"), "step_h: must be a finite number > 0 h, got nan"),
        ([[0.5]], 3.0, "block_h: must be a whole number of steps of 3 h, got 4.0"),
        ([[0.5]], 8.0, "block_h: must be a whole number of steps of 8 h, got 4.0"),
        ([[2.0]], -1.0, "2 faults in shares of a roster"),
    ],
)
def test_what_is_refused(shares: ArrayLike, step_h: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        roster_samples(Roster(queues=6, block_h=4.0), shares, step_h)
