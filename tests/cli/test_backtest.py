"""The command backtest: its table, its JSON, and what it refuses before anything is simulated."""

from __future__ import annotations

import json

import pytest

import standstill
from tests.cli.conftest import OUTCOMES

HEADER = [
    "side", "arm", "measure", "known from", "source", "observed", "forecast, 80 %", "PIT", "in 50 %", "in 80 %",
    "in 95 %", "CRPS",
]  # fmt: skip


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))


def test_table_on_standard_output_and_progress_on_standard_error(call, small, outcomes):
    done = call("backtest", small, outcomes, "-n", 256)
    assert done.code == 0
    head, header, *rows = done.out.splitlines()
    assert head == "small: forecast as of 1 November 2024; every outcome became known later"
    assert header.split("\t") == HEADER
    cells = [dict(zip(HEADER, row.split("\t"), strict=True)) for row in rows[:3]]
    assert [(row["side"], row["arm"], row["measure"]) for row in cells] == [
        ("North", "strikes", "eue"), ("North", "strikes", "eue:2024-11"), ("South", "standstill", "getting_through"),
    ]  # fmt: skip
    assert (cells[0]["source"], cells[0]["observed"], cells[1]["source"]) == ("operator estimated", "20 GWh", "a test")
    assert rows[3].startswith("in the 50 % range: ")
    assert "not tested: fewer than 10 outcomes" in rows[-1]
    assert "backtest: 256 winters, seed 3" in done.err
    assert "100 % done" in done.err


def test_json_is_that_of_python(call, small, outcomes):
    data = json.loads(call("backtest", small, outcomes, "-n", 256, "--json", "-").out, parse_constant=pytest.fail)
    assert list(data) == [
        "schema",
        "version",
        "scenario",
        "as_of",
        "samples",
        "seed",
        "outcomes",
        "coverage",
        "evenness",
    ]
    assert data["outcomes"][1]["observed"] == {"low": 10_000.0, "high": 15_000.0, "unit": "MWh"}
    assert data["outcomes"][2]["observed"]["low"] == 1.0
    assert all(0.0 <= row["pit"] <= 1.0 for row in data["outcomes"])
    assert data["evenness"]["p"] is None
    found = standstill.backtest(small, outcomes, samples=256, workers=2)
    assert json.loads(json.dumps(found.as_dict())) == data
    # the forecast is that of a run, and arms that no outcome is of change nothing
    run = standstill.run(small, samples=256)
    assert found.scores[0].forecast == run.measures["strikes"]["North"]["eue"]
    alone = standstill.backtest(small, [found.scores[0].observation], samples=256)
    assert alone.scores == found.scores[:1]


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2025-01-10", "2024-11-01", "outcome[0].date: must be after as_of 2024-11-01"),
        ('"South"', '"West"', "outcome[2].side: must be one of North, South, got 'West'"),
        ('"standstill"', '"pause"', "outcome[2].arm: must be one of strikes, standstill, got 'pause'"),
        ('"getting_through"', '"getting_thru"', "hint: did you mean getting_through?"),
        ('"20 GWh"', '"20 kb"', "outcome[0].value: must be a unit of energy"),
        ("side =", "sied =", "outcome[0].sied: must be a known key"),
    ],
)
def test_outcomes_that_are_refused(call, small, outcomes, old, new, message):
    outcomes.write_text(OUTCOMES.replace(old, new, 1), encoding="utf-8")
    done = call("backtest", small, outcomes)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "fault" in done.err.splitlines()[0]
    assert "outcomes.toml" in done.err.splitlines()[0]


@pytest.mark.usefixtures("never")
def test_an_input_known_after_the_day_is_refused(call, small, outcomes):
    """The claims of the scenario are of October."""
    done = call("backtest", small, outcomes, "--as-of", "2024-09-15")
    assert (done.code, done.out) == (2, "")
    assert "must be known on or before as_of 2024-09-15" in done.err
    small.write_text(small.read_text().replace("as_of = 2024-11-01\n", ""), encoding="utf-8")
    done = call("backtest", small, outcomes)
    assert (done.code, done.out) == (2, "")
    assert "as_of: must be given" in done.err


@pytest.mark.usefixtures("never")
def test_other_bad_usage(call, small, outcomes):
    assert call("backtest", small).code == 2
    assert call("backtest", small, "nothing.toml").code == 2
    assert call("backtest", small, outcomes, "-n", 0).code == 2
    assert call("backtest", small, outcomes, "--as-of", "soon").code == 2
    with pytest.raises(standstill.InputError, match="as_of: must come with a scenario by name or file"):
        standstill.backtest(standstill.load_scenario(small), outcomes, as_of=standstill.load_scenario(small).as_of)
