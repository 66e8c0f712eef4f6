"""The log of the talks as a file: what a row must hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from standstill.errors import Faults
from standstill.scenario.talks_log import COLUMNS, read_log


def log_file(folder: Path, **cells: str) -> Path:
    row = dict.fromkeys(COLUMNS, "") | {
        "id": "adjourned", "happened": "2030-11-01", "known_from": "2030-11-02", "known_to": "public", "kind": "stage",
        "weights": "adjourned:0.8;called off:0.2", "statement": "adjourned", "because": "said so",
    }  # fmt: skip
    path = folder / "log.csv"
    path.write_text("\n".join([",".join(COLUMNS), ",".join((row | cells).values())]) + "\n", encoding="utf-8")
    return path


def faults_of(folder: Path, **cells: str) -> list[str]:
    faults = Faults(source="talks")
    read_log(log_file(folder, **cells), faults, "log.csv")
    return [f"{fault.place}: must {fault.must}" for fault in faults.items]


def test_a_row_that_fits_has_no_fault(tmp_path: Path) -> None:
    faults = Faults(source="talks")
    log = read_log(log_file(tmp_path), faults, "log.csv")
    assert faults.items == []
    assert log is not None
    assert log.events[0].weights == {"adjourned": 0.8, "called off": 0.2}


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"weights": "adjourned:0.8;adjourned:0.2"}, "weights.adjourned: must be given once"),
        ({"weights": "adjourned: 0.5; adjourned :0.5"}, "weights.adjourned: must be given once"),
        ({"weights": "adjourned:most"}, "weights.adjourned: must be a number"),
        ({"happened": "November"}, "happened: must be a full date"),
        ({"likelihood": "rather"}, "likelihood: must be a number"),
    ],
)
def test_a_row_that_does_not_fit_names_its_cell(tmp_path: Path, cells: dict[str, str], fault: str) -> None:
    assert any(found.endswith(fault) for found in faults_of(tmp_path, **cells))
