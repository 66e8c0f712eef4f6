"""Demand responses in a scenario file: from the entry to the record, and to a winter."""

from __future__ import annotations

from pathlib import Path

import pytest

from standstill.errors import InputError
from standstill.model.system import DemandResponses
from standstill.scenario import load_scenario, new_scenario
from standstill.studies.run import run_scenario
from standstill.studies.sampling import Sampling

ENTRY = """
[[side.demand_response]]
name = "factories"
class = "demand"
region = "grid"
count = 2
power = "100 to 140 MW"
energy = "600 MWh"
window = "12 h"
payback = "50 %"
interest = "1 %"
"""


def written(tmp_path: Path, entry: str = ENTRY) -> Path:
    """Return the example of ``new`` with a demand response."""
    (path,) = new_scenario("own", tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    return path


def responses(path: Path) -> DemandResponses:
    return load_scenario(path).sides[0].system.demand_responses


def test_an_entry_becomes_rows_of_the_record(tmp_path: Path) -> None:
    found = responses(written(tmp_path))
    assert found.names == ("factories-01", "factories-02")
    assert found.classes == ("demand", "demand")
    # the middle of the range is in the array, the range in the factor
    assert found.borrow[:, 0].tolist() == [60.0, 60.0]
    assert found.payback[:, 0].tolist() == [30.0, 30.0]
    assert found.energy[:, 0].tolist() == [300.0, 300.0]
    assert found.window[:, 0].tolist() == [12.0, 12.0]
    assert found.interest[:, 0].tolist() == pytest.approx([0.01, 0.01])
    assert {str(scale.path) for scale in found.power_scale} == {"Land.demand_response.factories.power"}


def test_it_serves_load_put_off_as_a_last_resort(tmp_path: Path) -> None:
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    unserved = []
    for folder, entry in (("without", ""), ("with", ENTRY)):
        scenario = load_scenario(written(tmp_path / folder, entry))
        run = run_scenario(scenario, sampling=Sampling(samples=32, seed=1, version="0.0.0"))
        unserved.append(run.measures["strikes"]["Land"]["eue"].value)
    assert 0.0 < unserved[1] < unserved[0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('window = "12 h"', 'window = "30 min"'), r"factories\.window: must be a whole number of steps of 1 h"),
        (('window = "12 h"', 'window = "2 to 4 h"'), r"factories\.window: must be one value, not a range"),
        (('interest = "1 %"', 'interest = "300 %"'), r"factories\.interest: must be within \[-1, 1\]"),
        (('power = "100 to 140 MW"', 'power = "-5 MW"'), r"factories\.power: must be >= 0"),
        (('name = "factories"', 'name = "plant"'), r"asset: must have unique names, got 'plant'"),
        (('region = "grid"', 'region = "gird"'), r"factories\.region: must name a region"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_scenario(written(tmp_path, ENTRY.replace(*change)))
