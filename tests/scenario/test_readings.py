"""What a reading of an open point may change of the assumed terms."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from standstill.errors import InputError
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
    ],
)  # fmt: skip
def test_a_reading_may_not_set_what_cannot_act(tmp_path: Path, terms: str, base: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        _harbour(tmp_path, terms, base)
    assert len(error.value.faults) == 1


def test_a_reading_may_say_why_in_its_terms(tmp_path: Path) -> None:
    scenario = _harbour(tmp_path, '{ compliance = "80 to 90 %", because = "of these terms" }')
    assert scenario.register is not None
    figures = {figure.path: figure for figure in scenario.register.figures}
    assert figures["talks.point.grids.North alone.terms.compliance"].judgement == "of these terms"
