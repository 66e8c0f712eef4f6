"""Decisions: what is asked for, what is saved beside a run, and what is read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from standstill.errors import InputError
from standstill.report.decision_part import decision_pictures, decisions_part
from standstill.report.decision_words import curve_rows, equivalent_rows, instead_rows, until_words
from standstill.studies.curves import CURVES
from standstill.studies.decisions import FILE, Decisions, asked, decisions, n_units, read_decisions
from standstill.studies.levers import LEVERS
from standstill.studies.sampling import Sampling
from standstill.studies.saved import to_json
from tests.cases.hub import hub_scenario, hub_side

SCENARIO = hub_scenario(hub_side("North", 1100.0), hub_side("South", 300.0))
RUN = Sampling(samples=256, seed=1, version="0.0.0")
ONLY = (*CURVES, "spares", "crews", "interception")


@pytest.fixture(scope="module")
def found() -> Decisions:
    return decisions(SCENARIO, ONLY, sampling=RUN)


@pytest.fixture
def folder(found: Decisions, tmp_path: Path) -> Path:
    (tmp_path / FILE).write_text(to_json(found.as_dict()), encoding="utf-8")
    return tmp_path


def test_names_are_curves_and_measures() -> None:
    assert asked(()) == (tuple(CURVES), tuple(LEVERS))
    assert asked(["demand", "delay", "grid"]) == (("delay",), ("grid", "demand"))
    with pytest.raises(
        InputError, match=r"2 faults in only\n  cost: must be a curve \(delay, .*\n  luck: must"
    ) as caught:
        asked(["cost", "delay", "luck"])
    assert [fault.place for fault in caught.value.faults] == ["cost", "luck"]


def test_progress_adds_up_to_the_units() -> None:
    for only in (["severity", "demand"], ["scope"], ["spares", "crews"]):
        seen: list[int] = []
        decisions(SCENARIO, only, sampling=replace(RUN, progress=seen.append))
        assert sum(seen) == n_units(SCENARIO, only, RUN.samples)


def test_what_was_not_asked_for_is_null_with_its_reason() -> None:
    data = decisions(SCENARIO, ["scope"], sampling=RUN).as_dict()
    assert data["equivalents"] == {"value": None, "reason": "was not asked for"}
    assert list(data["curves"]["curves"]) == ["scope"]
    data = decisions(SCENARIO, ["crews"], sampling=RUN).as_dict()
    assert data["curves"] == {"value": None, "reason": "was not asked for"}


def test_what_is_saved_reads_back_equal(found: Decisions, folder: Path) -> None:
    again = read_decisions(folder, SCENARIO)
    assert again is not None
    assert to_json(again.as_dict()) == to_json(found.as_dict())
    assert again.scenario_id == SCENARIO.id


def test_what_is_read_back_is_shown_the_same(found: Decisions, folder: Path) -> None:
    again = read_decisions(folder, SCENARIO)
    assert again is not None
    for one in (found, again):
        assert one.curves is not None
        assert one.equivalents is not None
    sides = ("North", "South")
    for name in CURVES:
        assert curve_rows(again.curves.curves[name], sides) == curve_rows(found.curves.curves[name], sides)  # type: ignore[union-attr]
    assert until_words(again.curves) == until_words(found.curves)  # type: ignore[arg-type]
    assert equivalent_rows(again.equivalents) == equivalent_rows(found.equivalents)  # type: ignore[arg-type]
    assert instead_rows(again.equivalents) == instead_rows(found.equivalents)  # type: ignore[arg-type]
    assert decisions_part(again) == decisions_part(found)
    assert [item.svg for item in decision_pictures(again)] == [item.svg for item in decision_pictures(found)]


def test_only_what_was_asked_for_is_read_back(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(to_json(decisions(SCENARIO, ["scope"], sampling=RUN).as_dict()), encoding="utf-8")
    again = read_decisions(tmp_path, SCENARIO)
    assert again is not None
    assert again.equivalents is None
    assert again.curves is not None
    assert list(again.curves.curves) == ["scope"]


def test_those_of_another_scenario_are_ignored(folder: Path) -> None:
    assert read_decisions(folder, hub_scenario()) is None
    assert read_decisions(folder, replace(SCENARIO, title="Other words, the same records?")) is not None


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"scenario_id": 1}', "not JSON", "cut"], ids=lambda text: text or "empty"
)
def test_a_damaged_file_is_ignored(folder: Path, text: str) -> None:
    whole = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(whole[: len(whole) // 2] if text == "cut" else text, encoding="utf-8")
    assert read_decisions(folder, SCENARIO) is None
    data = json.loads(whole)
    del data["curves"]["samples"]
    (folder / FILE).write_text(json.dumps(data), encoding="utf-8")
    assert read_decisions(folder, SCENARIO) is None


def test_nothing_beside_a_run_is_nothing(tmp_path: Path) -> None:
    assert read_decisions(tmp_path, SCENARIO) is None


def test_sentences_are_exchanged_with_the_sides(found: Decisions) -> None:
    only = ("delay", "severity", "spares", "crews")
    one = decisions(SCENARIO, only, sampling=RUN)
    other = decisions(replace(SCENARIO, sides=SCENARIO.sides[::-1]), only, sampling=RUN)
    assert one.curves is not None
    assert other.curves is not None
    assert sorted(until_words(one.curves)) == sorted(until_words(other.curves))
    assert one.equivalents is not None
    assert other.equivalents is not None
    assert sorted(equivalent_rows(one.equivalents)) == sorted(equivalent_rows(other.equivalents))


def test_until_when_and_what_a_week_costs(found: Decisions) -> None:
    assert found.curves is not None
    words = until_words(found.curves)
    assert words[0] == "North: with no start looked at do half of winters meet the criterion."
    assert words[1].startswith("South: ")
    assert [line.split(":")[0] for line in words[2:]] == ["North", "South"]
    assert all("each week of delay in the first month costs" in line for line in words[2:])
