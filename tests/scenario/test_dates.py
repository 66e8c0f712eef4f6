"""Days, windows, profiles and text: what a scenario file may say of time, and a .pras file as a side's system."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from standstill import api, write_pras
from standstill.errors import InputError
from standstill.model.system import Generators, Regions, System
from standstill.scenario import load_scenario
from standstill.scenario.tables_system import ProfileEntry
from standstill.scenario.timeline import Timeline
from tests.scenario.conftest import Write

PRAS = """
name = "from a file"
title = "What would it be worth?"
simulate_from = 2024-01-01
measure_from = 2024-01-01
measure_to = 2024-01-11

[[arm]]
name = "strikes"
[[arm]]
name = "standstill"
[arm.terms]
from = 2024-01-03
to = 2024-01-11
because = "a test"

[[side]]
name = "north"
because = "made up"
[side.system]
name = "system in a file"
pras = "north.pras"
[side.mapping]
thermal = "works"
[[side.curve]]
name = "works"
because = "made up"
states = [{ name = "heavy", probability = "100 %", condition = "0 %", time = { kind = "fixed", mean = "3 d" } }]
[[side.stream]]
name = "salvos"
times = "poisson"
rate = "1 per day"
because = "made up"
[[side.stream.weapon]]
name = "drone"
mean = "2 weapons"
because = "made up"
[side.stream.aim]
because = "made up"
weights = { thermal = "1" }
"""


def ten_days(load: float) -> System:
    """Return a system of four units over ten days of hours."""
    return System(
        name="ten days",
        step_h=1.0,
        start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        n_steps=240,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("region",), load=np.full((1, 240), load)),
        generators=Generators(
            names=("a", "b", "c", "d"),
            classes=("thermal",) * 4,
            region=(0,) * 4,
            capacity=np.full((4, 240), 10.0),
            p_fail=np.full((4, 1), 0.01),
            p_repair=np.full((4, 1), 0.1),
        ),
    )


@pytest.fixture
def in_a_file(tmp_path: Path) -> Path:
    """Return a scenario whose side is a .pras file beside it."""
    write_pras(ten_days(25.0), tmp_path / "north.pras")
    (tmp_path / "north.toml").write_text(PRAS, encoding="utf-8")
    return tmp_path / "north.toml"


def test_a_side_may_be_a_pras_file(in_a_file: Path):
    assert api.check(in_a_file).sides[0].system.n_steps == 240
    found = api.run(in_a_file, samples=256)
    assert found.worth["standstill"]["north"]["eue"].value > 0
    alone = api.assess(in_a_file, samples=256)
    assert 0 < alone.eue.value < found.measures["strikes"]["north"]["eue"].value


def test_what_the_pras_file_holds_is_part_of_the_scenario(in_a_file: Path):
    before = load_scenario(in_a_file).id
    write_pras(ten_days(26.0), in_a_file.with_name("north.pras"))
    assert load_scenario(in_a_file).id != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("simulate_from = 2024-09-01", "simulate_from = 2024-09-01T18:00:00"),
        ("measure_from = 2024-10-01", "measure_from = 2024-10-01T06:00:00"),
        ("measure_to = 2024-11-01", "measure_to = 2024-11-01T12:00:00"),
    ],
)
def test_windows_begin_and_end_at_midnight(write: Write, old: str, new: str):
    with pytest.raises(InputError, match=r"file: must begin and end at midnight, got simulate_from = 2024"):
        load_scenario(write((old, new)))


def test_dates_out_of_order_are_named(write: Write):
    with pytest.raises(InputError, match=r"file: must have simulate_from <= .*measure_to = 2024-09-15"):
        load_scenario(write(("measure_to = 2024-11-01", "measure_to = 2024-09-15")))


def test_terms_must_be_in_force_at_some_time(write: Write):
    change = ("from = 2024-10-01\nto = 2024-11-01", "from = 2026-10-01\nto = 2026-11-01")
    with pytest.raises(InputError, match=r"arm\.standstill\.terms: must be in force at some time from 2024-09-01"):
        load_scenario(write(change))


def test_a_byte_order_mark_is_no_fault(write: Write):
    path = write()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_scenario(path).name == "small"


@pytest.mark.parametrize("step_h", [0.25, 1.0, 3.0, 6.0, 12.0, 24.0])
def test_a_shape_of_the_day_is_averaged_over_each_step(step_h: float):
    shape = (0.0, 0.0, 1.5, 3.0, 1.5, 0.0)
    time = Timeline(start=dt.datetime(2024, 10, 1), step_h=step_h, n_steps=round(48 / step_h))
    found = time.profile(ProfileEntry(shape=shape))
    assert found.mean() == pytest.approx(1.0)
    fine = dataclasses.replace(time, step_h=0.25, n_steps=192).profile(ProfileEntry(shape=shape))
    np.testing.assert_allclose(found, fine.reshape(len(found), -1).mean(axis=1))
