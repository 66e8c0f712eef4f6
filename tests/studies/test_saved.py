"""Runs on disk: which files go with a run, which of an earlier run go away, and what is read back."""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

import standstill
from standstill.errors import InputError
from standstill.scenario import load_scenario
from standstill.studies.run import Run, run_scenario
from standstill.studies.sampling import Sampling
from standstill.studies.saved import find_finished, load_run, save_run, written
from tests.cases.small import copy_small

BUILTIN = Path(standstill.__file__).parent / "scenario" / "builtin"


def simulate(scenario: str | Path, samples: int = 3) -> Run:
    return run_scenario(load_scenario(scenario), sampling=Sampling(samples=samples, seed=1, version="0.0.0"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return copy_small(tmp_path / "scenarios")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out"


def kept(folder: Path) -> set[str]:
    return {path.name for path in (folder / "saved" / "scenario").rglob("*")}


def test_a_run_is_read_back_as_it_was(small: Path, folder: Path) -> None:
    run = simulate(small)
    save_run(run, folder, small)
    small.unlink()
    found = load_run(folder)
    assert (run.is_read, found.is_read) == (False, True)
    assert found.as_dict() == run.as_dict()
    assert found.outcome.scenario_id == run.scenario.id


def test_all_the_files_that_a_scenario_names_go_with_it(small: Path, folder: Path) -> None:
    """Also those that its process of talks names: without the log the saved run could not be read elsewhere."""
    winter = small.with_name("winter.toml")
    for name in ("claims-2024.csv", "curves-2024.toml"):
        shutil.copy(BUILTIN / name, small.parent)
    text = (BUILTIN / "winter-2024.toml").read_text(encoding="utf-8")
    winter.write_text(text.replace('"process-2024.toml"', '"own-process.toml"'), encoding="utf-8")
    process = (BUILTIN / "process-2024.toml").read_text(encoding="utf-8")
    small.with_name("own-process.toml").write_text(process.replace('"log-2024.csv"', '"own-log.csv"'), encoding="utf-8")
    shutil.copy(BUILTIN / "log-2024.csv", small.with_name("own-log.csv"))
    run = simulate(winter)
    save_run(run, folder, winter)
    shutil.rmtree(small.parent)
    assert {"winter.toml", "own-process.toml", "own-log.csv", "claims-2024.csv"} <= kept(folder)
    assert load_run(folder).as_dict()["arms"] == run.as_dict()["arms"]


def test_series_and_wave_logs_are_saved_with_a_run(small: Path, folder: Path) -> None:
    days = [f"2024-{11 + (day > 29)}-{day % 30 + 1:02d}" for day in range(38)]
    hours = [f"{day}T{hour:02d}:00,{900 + hour}" for day in days for hour in range(24)]
    small.with_name("load.csv").write_text("time,load\n" + "\n".join(hours) + "\n", encoding="utf-8")
    small.with_name("waves.csv").write_text("time\n2024-11-20T03:00\n", encoding="utf-8")
    text = small.read_text(encoding="utf-8")
    load = 'load = { value = "850 to 950 MW", because = "a test" }'
    rate = 'times = "poisson"\nrate = { value = "2 to 6 per month", because = "a test" }'
    series = 'series = { file = "load.csv", column = "load", because = "a test" }'
    for before, after in ((load, series), (rate, 'times = "dated"\ndates = { file = "waves.csv" }')):
        assert before in text
        text = text.replace(before, after, 1)
    small.write_text(text, encoding="utf-8")
    run = simulate(small)
    save_run(run, folder, small)
    shutil.rmtree(small.parent)
    assert {"load.csv", "waves.csv"} <= kept(folder)
    assert load_run(folder).as_dict()["arms"] == run.as_dict()["arms"]


def test_the_scenario_of_an_earlier_run_goes_and_nothing_else(small: Path, folder: Path) -> None:
    save_run(simulate(small), folder, small)
    (folder / "saved" / "scenario" / "note.txt").write_text("a reader's own", encoding="utf-8")
    assert kept(folder) == {"small.toml", "small-claims.csv", "small-curves.toml", "note.txt"}
    other = small.rename(small.with_name("other.toml"))
    save_run(simulate(other), folder, other)
    assert kept(folder) == {"other.toml", "small-claims.csv", "small-curves.toml", "note.txt"}
    assert load_run(folder).scenario.name == "small"


@pytest.mark.parametrize("files", [["../about.json", "/etc/hostname"], "small.toml", None, [3]])
def test_a_list_of_files_that_is_not_ours_removes_nothing(small: Path, folder: Path, files: object) -> None:
    run = simulate(small)
    save_run(run, folder, small)
    about = folder / "saved" / "about.json"
    about.write_text(json.dumps(json.loads(about.read_text(encoding="utf-8")) | {"files": files}), encoding="utf-8")
    save_run(run, folder, small)
    assert kept(folder) == {"small.toml", "small-claims.csv", "small-curves.toml"}
    assert load_run(folder).as_dict() == run.as_dict()


def test_a_record_is_not_read_as_another_scenario(small: Path, folder: Path) -> None:
    run = simulate(small)
    save_run(run, folder, small)
    other = replace(run.scenario, sides=run.scenario.sides[::-1])
    with pytest.raises(InputError, match=f"scenario: must be the one that was run, {run.scenario.id}, got"):
        load_run(folder, other)
    assert find_finished(folder, other, 3, 1, "0.0.0") is None
    assert find_finished(folder, run.scenario, 3, 1, "0.0.0") is not None


@pytest.mark.parametrize("key", [(4, 1, "0.0.0"), (3, 2, "0.0.0"), (3, 1, "0.0.1")])
def test_a_finished_run_of_other_numbers_is_not_taken(small: Path, folder: Path, key: tuple[int, int, str]) -> None:
    run = simulate(small)
    save_run(run, folder, small)
    assert find_finished(folder, run.scenario, *key) is None


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    with written(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with written(pipe) as file:
        file.write(b"all of it")
    reader.join(timeout=10)
    assert read == [b"all of it"]
    assert pipe.is_fifo()
