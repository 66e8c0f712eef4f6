"""The winter given the talks, the stakes and the readings, on samples made by hand and on small runs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from standstill import api
from standstill.engine.outcome import Outcome
from standstill.errors import InputError
from standstill.model.chain import chain
from standstill.report import AUDIENCES, Audience, write_sheet
from standstill.report.rounding import scale_for
from standstill.report.talks_words import position_words, stake_rows, stake_table, winter_words
from standstill.studies.run import Run, measured
from standstill.talks.position import Position
from standstill.talks.run_stakes import UserSet, holding_weights, run_stakes
from standstill.talks.stakes import Stake, Stakes
from standstill.talks.winter import winter_given_talks

HARBOUR = Path(__file__).parent / "harbour"
HOURS = 24.0


@pytest.fixture(scope="module")
def run() -> Run:
    return api.run(HARBOUR / "harbour.toml", samples=512)


def by_hand(run: Run, *, is_begun: bool = True) -> Run:
    """Return the run with four winters whose totals are made by hand, in MWh, and windows in hours."""
    unserved = {
        "strikes": ([100.0, 200.0, 300.0, 400.0], [10.0, 20.0, 30.0, 40.0]),
        "standstill": ([50.0, 50.0, 50.0, 50.0], [0.0, 0.0, 0.0, 0.0]),
        "talks": ([100.0, 200.0, 300.0, 300.0], [10.0, 20.0, 30.0, 20.0]),
        "without the delay": ([60.0, 200.0, 200.0, 300.0], [4.0, 20.0, 10.0, 20.0]),
    }
    last = 38 * HOURS
    windows = {
        "strikes": ([-1] * 4, [-1] * 4),
        "standstill": ([10 * HOURS] * 4, [last] * 4),
        "talks": ([-1, -1, -1, 20 * HOURS], [-1, -1, -1, last]),
        "without the delay": ([1 * HOURS, -1, 2 * HOURS, 20 * HOURS], [last, -1, 30 * HOURS, last]),
    }
    if not is_begun:
        never = ([-1] * 4, [-1] * 4)
        windows |= {"talks": never, "without the delay": never}
    sides = []
    for place, side in enumerate(run.outcome.sides):
        totals = {}
        for arm, whole in side.totals.items():
            rows = np.zeros((4, whole.shape[1]))
            rows[:, side.columns.index("unserved")] = unserved[arm][place]
            for month, share in zip(side.months, (0.25, 0.75), strict=True):
                rows[:, side.columns.index(f"unserved:{month}")] = share * np.array(unserved[arm][place])
            rows[:, side.columns.index("start")], rows[:, side.columns.index("end")] = windows[arm]
            totals[arm] = rows
        sides.append(dataclasses.replace(side, totals=totals, inputs={}, histograms=None))
    outcome: Outcome = dataclasses.replace(run.outcome, samples=4, sides=tuple(sides))
    return measured(run.scenario, outcome, 1.0)


def test_averages_have_their_error_and_what_begins_its_range(run: Run):
    found = winter_given_talks(run)
    assert found is not None
    lines = [line for line in winter_words(found) if "where it begins" in line]
    assert len(lines) == len(found.arms)
    for arm, line in zip(found.arms, lines, strict=True):
        begun = arm.worth_if_begun["North"]
        assert f"in 80 of 100 of these {begun.samples:,} winters: North " in line
        assert re.search(r"these [\d,]+ winters: North [\d.a-z ]+ to [\d.,]+ \w+; South ", line)
        assert re.search(r"in force by .* in [\d.]+( ± [\d.]+)? % of the winters simulated", line)
    [month] = [line for line in winter_words(found) if line.startswith("Each month of postponement")]
    assert month.count("±") == 2
    assert "per month" not in month


def test_of_few_winters_in_which_it_begins_no_range_is_told(run: Run):
    found = winter_given_talks(by_hand(run))
    assert found is not None
    late, planned = [line for line in winter_words(found) if "in force by" in line]
    assert "where it begins" not in late + planned
    assert "on average over all winters: North 25 ± 25 MWh" in late


def test_a_note_on_few_winters_promises_no_range(run: Run, tmp_path: Path):
    assert "Each range holds 80 of 100" in write_sheet(run, tmp_path, "public").read_text(encoding="utf-8")
    page = write_sheet(by_hand(run), tmp_path, "public").read_text(encoding="utf-8")
    assert "4 simulated winters are too few for ranges, so means stand in their place" in page
    assert "Each range holds" not in page


def test_where_it_begins_in_no_winter_nothing_is_said_of_its_worth(run: Run):
    found = winter_given_talks(by_hand(run, is_begun=False))
    assert found is not None
    assert found.postponement is None
    assert [line for line in winter_words(found) if not line.startswith("Counted")] == [
        f"{arm}: in force in none of the winters simulated, so they do not tell what it saves."
        for arm in ("talks", "without the delay")
    ]
    data = found.as_dict()["arms"]["talks"]
    assert data["begins"] == data["begins"] | {
        "value": 0.0, "se": None, "unit": "probability", "upper95": 0.75,
        "reason": "none of 4 samples had a standstill by talks, so at 95 % fewer than 3 in 4 have one",
    }  # fmt: skip
    assert data["worth"]["North"]["se"] is None


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_note_says_nothing_twice(run: Run, tmp_path: Path, audience: Audience):
    page = write_sheet(run, tmp_path, audience).read_text(encoding="utf-8")
    has_table = "What they wait for" in page
    assert has_table == (audience != "public")
    assert ("<b>Waiting for:</b>" in page) != has_table
    # what differs between the three numbers stands in the columns of their table
    assert "They took different things as given." in page
    assert "They took different things as given:" not in page
    assert (
        page.index("Where the talks stand") < page.index("What it would be worth") < page.index("What we do not know")
    )


def test_amounts_are_told_in_one_unit(run: Run):
    """A month and a sum are in the unit of the whole, whatever their own size."""
    stakes = run_stakes(run)
    assert stakes is not None
    header, rows = stake_table(stakes)
    assert header[1:] == tuple(
        f"{side}: {cell}" for side in ("North", "South") for cell in ("saved", "holds up to a weight of")
    )
    for place, side in ((1, stakes.sides[0]), (3, stakes.sides[1])):
        unit = scale_for(side.unit, [side.total.value]).unit
        assert all(row[place].endswith(f" {unit}") for row in rows)
    assert [cell for row in rows for cell in row if re.search(r"\bkb\b", cell)] == []


def test_the_winter_given_the_talks_by_hand(run: Run):
    found = winter_given_talks(by_hand(run))
    assert found is not None
    late, planned = found.arms
    assert (late.begins.value, planned.begins.value) == (0.25, 0.75)
    assert late.deadline == dt.date(2030, 12, 9)
    assert late.worth["North"].value == 25.0
    assert late.worth_if_begun["North"].value == 100.0
    assert planned.worth["South"].value == pytest.approx((6 + 0 + 20 + 20) / 4)
    assert planned.ends_early.value == pytest.approx(1 / 3)
    assert found.postponement is not None
    assert found.postponement.total["North"].value == pytest.approx((40 + 0 + 100 + 0) / 4)
    assert found.postponement.per_month["North"].value * found.postponement.months == pytest.approx(35.0)
    assert found.postponement.per_month["North"].unit == "MWh per month"
    assert [(month.month, month.winters) for month in found.by_month] == [("2030-11", 4), ("2030-12", 0)]
    assert all(not month.worth for month in found.by_month)
    assert found.as_dict()["by_month_of_start"][0]["reason"] == "fewer than 50 winters"


def test_how_long_the_postponed_stage_lasts(run: Run):
    """Against the mean of a chain of the adjourned stage alone, worked out from its rates."""
    clock = next(arm for arm in run.scenario.arms if arm.name == "talks").terms.window
    found = winter_given_talks(run)
    assert found is not None
    assert found.postponement is not None
    means = []
    for process, belief in clock.cases:
        rates = {(item.source, item.target): item.per_month for item in process.transitions}
        to, off = rates["adjourned", "plenary"], rates["adjourned", "ended"]
        condition = process.preconditions[0]
        law = chain(process, belief)
        share = {
            bound: sum(
                weight
                for state, weight in zip(law.labels, law.initial, strict=True)
                if state.stage == "adjourned" and (condition.name in state.hindered) is bound
            )
            for bound in (True, False)
        }
        free = 1 / (to + off)
        bound = (1 + condition.lift_per_month * free) / (off + condition.lift_per_month)
        means.append((share[True] * bound + share[False] * free) / sum(share.values()))
    assert found.postponement.months == pytest.approx(np.mean(means), rel=1e-9)


def test_stakes_by_hand(run: Run):
    found = run_stakes(by_hand(run))
    assert found is not None
    north, south = found.sides
    assert (north.total.value, south.total.value) == (200.0, 25.0)
    assert [item.value for item in north.by_month.values()] == [50.0, 150.0]
    assert [limit.value for limit in found.limits] == [8.0, 0.125]
    # November holds up to what is ahead over what is at stake from then on; December to 0
    assert [answer.value for answer in found.holding] == [150 / 25, 0.0, 18.75 / 200, 0.0]
    assert found.in_words[0] == (
        "Both gain unless North values one MWh of South's loss above 8 MWh of its own, or South values one MWh of "
        "North's loss above 0.12 MWh of its own."
    )
    assert found.in_words[1].startswith("In December 2030, the last month, nothing within the terms makes North hold")
    assert found.deal is None
    assert found.as_dict()["at_the_users_weights"] == {"value": None, "reason": "no weights were set"}


def test_what_follows_at_the_users_weights(run: Run):
    hand = by_hand(run)
    user = UserSet(weights={"North": 2.0, "South": 0.05}, discount=0.9, end_values={"North": 100.0, "South": 20.0})
    found = run_stakes(hand, user)
    assert found is not None
    assert found.deal is not None
    assert found.winter is not None
    assert found.deal.both_gain
    assert found.winter.held == (True, True)
    alone = run_stakes(hand, dataclasses.replace(user, end_values={}))
    assert alone is not None
    assert alone.winter is not None
    assert alone.winter.held == (False, False)


@pytest.mark.parametrize(
    ("user", "match"),
    [
        (UserSet(weights={"North": 1.0}, end_values={}), r"weight of South: must be given"),
        (
            UserSet(weights={"North": 1.0, "South": 1.0, "East": 1.0}, end_values={}),
            r"weight of East: must name a side",
        ),
        (UserSet(weights={"North": 1.0, "South": 1.0}, end_values={"East": 1.0}), r"end value of East: must name"),
        (UserSet(weights={"North": -1.0, "South": 1.0}, end_values={}), r"North\.weight: must be a finite number >= 0"),
        (UserSet(weights={"North": 1.0, "South": 1.0}, discount=1.5, end_values={}), r"discount"),
    ],
)
def test_what_the_user_sets_is_checked(run: Run, user: UserSet, match: str):
    with pytest.raises(InputError, match=match):
        run_stakes(by_hand(run), user)


def test_a_holding_weight_is_where_a_strike_stops_paying():
    """Against the payoffs of striking once, worked out month by month."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        own, other = rng.uniform(0, 10, (2, 5))
        stakes = Stakes(sides=(Stake(side="A", avoided=own, weight=0.0), Stake(side="B", avoided=other, weight=0.0)))
        for month, answer in enumerate(holding_weights(stakes, 0)):
            assert answer.value is not None

            def gain(weight: float, month: int = month, own=own, other=other) -> float:
                """Return what striking alone in a month, then both striking to the end, gains over holding."""
                return weight * other[month] + sum(weight * other[month + 1 :] - own[month + 1 :])

            assert gain(answer.value) == pytest.approx(0.0, abs=1e-9)
            assert gain(answer.value + 0.01) > 0


def exchanged(tmp_path: Path) -> Path:
    """Write the invented scenario with its sides in the other order."""
    for file in HARBOUR.iterdir():
        shutil.copy(file, tmp_path)
    path = tmp_path / "harbour.toml"
    head, north, south = path.read_text().split('[[side]]\nname = "')
    path.write_text('[[side]]\nname = "'.join([head, south.rstrip() + "\n\n", north]))
    process = tmp_path / "harbour-process.toml"
    process.write_text(process.read_text().replace('["North", "South"]', '["South", "North"]'))
    return path


def test_exchanging_the_sides_exchanges_the_answer(run: Run, tmp_path: Path):
    path = exchanged(tmp_path)
    other = api.run(path, samples=512)
    here, there = (_position(item) for item in (run, other))
    assert position_words(here) == position_words(there)
    assert {wait.what for wait in here.standing.waits} >= {"West to attend"}
    assert sorted(stake_rows(here.stakes)) == sorted(stake_rows(there.stakes))
    assert sorted(here.stakes.in_words[1:3]) == sorted(there.stakes.in_words[1:3])
    one, two = (words.stakes.in_words[0].removeprefix("Both gain unless ").rstrip(".") for words in (here, there))
    assert one.split(", or ") == two.split(", or ")[::-1]
    for line, exchanged_line in zip(winter_words(here.winter), winter_words(there.winter), strict=True):
        for side in ("North", "South"):
            assert _said_of(line, side) == _said_of(exchanged_line, side)


def _position(run: Run) -> Position:
    return api.talks(run.scenario, run=run)


def _said_of(line: str, side: str) -> list[str]:
    parts = [part for part in line.split("; ") if f"{side} " in part]
    return [part.rpartition(f"{side} ")[2].partition(" (")[0].rstrip(".") for part in parts]


def test_readings_move_worth_as_they_say():
    gaps = api.terms(HARBOUR / "harbour.toml", samples=512)
    [gap] = gaps.gaps
    both, north = gap.readings
    assert both.worth == gaps.worth
    assert both.change["North"].value == 0.0
    # the grid of South is not covered, and the standstill over that of North ends sooner
    assert north.worth["South"].value == pytest.approx(0.0, abs=1e-9)
    assert north.change["South"].value == pytest.approx(-gaps.worth["South"].value)
    assert -gaps.worth["North"].value < north.change["North"].value < 0
    assert gap.moves["South"] == pytest.approx(1.0)
    assert gap.moves_holds == pytest.approx(both.holds - north.holds)
    assert gap.size == pytest.approx(1.0)
    assert not math.isnan(gaps.as_dict()["points"][0]["readings"][1]["holds"])


def test_incidents_give_a_tolerance(run: Run):
    user = UserSet(weights={"North": 2.0, "South": 0.05}, discount=0.9, end_values={}, incidents=(2.0, 6.0))
    found = run_stakes(by_hand(run), user)
    assert found is not None
    assert found.tolerance is not None
    assert found.tolerance.easiest is not None
    assert found.tolerance.easiest.patience.value < 1
    assert run_stakes(by_hand(run), dataclasses.replace(user, incidents=None)).tolerance is None


MODEL = """
[[model]]
code = "B4-range"
inputs = { p = 0.5, costs = [0.1, 0.2], opener = "North" }
sources = { p = "chance", costs = "set by the user"%s }
"""


def test_a_model_is_printed_only_with_a_source_for_every_input(tmp_path: Path):
    for file in HARBOUR.iterdir():
        shutil.copy(file, tmp_path)
    process = tmp_path / "harbour-process.toml"
    text = process.read_text()
    process.write_text(text + MODEL % "")
    [lacking] = api.talks(tmp_path / "harbour.toml").models
    assert lacking.solution is None
    assert lacking.reason == "no claim and no word of the user is behind opener"
    process.write_text(text + MODEL % ', opener = "set by the user"')
    position = api.talks(tmp_path / "harbour.toml")
    [printed] = position.models
    assert printed.solution is not None
    assert "North" in printed.solution.in_words
    assert position.as_dict()["models"][0]["sources"]["p"] == "chance"
    process.write_text(text + MODEL.replace("B4-range", "B99") % "")
    with pytest.raises(InputError, match=r"model B99: code: must be one of B1, "):
        api.talks(tmp_path / "harbour.toml")
    process.write_text(text + MODEL.replace("p = 0.5", "p = 1.5") % "")
    with pytest.raises(InputError, match=r"model B4-range: p: must"):
        api.talks(tmp_path / "harbour.toml")
