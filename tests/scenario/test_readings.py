"""What a reading of an open point may change of the assumed terms."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from standstill.errors import InputError
from standstill.evidence import Figure
from standstill.model.scenario import Scenario
from standstill.scenario import load_scenario

HARBOUR = Path(__file__).parents[1] / "talks" / "harbour"
WHY = 'because = "what is asked"\n'


def _harbour(folder: Path, terms: str, base: str = "") -> Scenario:
    """Return the harbour scenario with other terms of a reading, and perhaps of the arm that readings change."""
    for file in HARBOUR.iterdir():
        shutil.copy(file, folder)
    process, scenario = folder / "harbour-process.toml", folder / "harbour.toml"
    text = process.read_text(encoding="utf-8")
    process.write_text(text.replace('terms = { sides = ["North"] }', f"terms = {terms}", 1), encoding="utf-8")
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace(WHY, WHY + base, 1), encoding="utf-8")
    return load_scenario(scenario)


@pytest.mark.parametrize(
    ("terms", "base", "message"),
    [
        (
            '{ window = "talks" }', "",
            r"grids\.North alone\.window: must be left out of a reading, .*got 'talks'",
        ),
        ("{ window = 5 }", "", r"grids\.North alone\.window: must be left out of a reading, .*got 5"),
        ('{ collapse_shape = "0.5" }', "", r"North alone\.terms: must have collapse_shape with collapse only"),
        ('{ displacement = "50 %" }', "", r"North alone\.terms: must have displacement where"),
        (
            '{ class_compliance = { works = "50 %" } }', 'classes = ["thermal"]\n',
            r"North alone\.terms: must have class_compliance of its classes only",
        ),
    ],
)  # fmt: skip
def test_a_reading_may_not_set_what_cannot_act(tmp_path: Path, terms: str, base: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        _harbour(tmp_path, terms, base)
    assert len(error.value.faults) == 1


def test_a_reading_may_change_what_acts_by_the_assumed_terms(tmp_path: Path) -> None:
    base = 'withheld = "redirected"\ncollapse = "0.1 to 0.2 per month"\n'
    scenario = _harbour(tmp_path, '{ collapse_shape = "0.5", displacement = "50 %" }', base)
    assert scenario.talks is not None
    reading = scenario.talks.points[0].readings[1].terms
    assumed = scenario.arms[1].terms
    assert assumed is not None
    assert (reading.collapse_shape, reading.displacement) == (0.5, 0.5)
    assert reading.collapse_per_day == assumed.collapse_per_day
    assert isinstance(assumed.collapse_per_day, Figure)
    paths = [figure.path for figure in scenario.register.figures] if scenario.register else []
    assert [path for path in paths if path.endswith(".collapse")] == ["arm.standstill.terms.collapse"]


def test_a_reading_may_say_why_in_its_terms(tmp_path: Path) -> None:
    scenario = _harbour(tmp_path, '{ compliance = "80 to 90 %", because = "of these terms" }')
    assert scenario.register is not None
    figures = {figure.path: figure for figure in scenario.register.figures}
    assert figures["talks.point.grids.North alone.terms.compliance"].judgement == "of these terms"
