"""Every benchmark runs: once, tiny, untimed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import busy, peers, scaling, systems, timing
from benchmarks.registry import SPECS
from tests.cases.rts79 import LOLE_H

REPOSITORY = Path(__file__).parents[1]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_benchmark_runs(spec):
    try:
        took = timing.run(spec, samples=4)
    except systems.Missing as note:
        pytest.skip(str(note))
    assert took.samples == 4
    assert took.best_ms > 0
    assert took.eue >= 0


def test_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(systems.DATA, str(tmp_path))
    with pytest.raises(systems.Missing, match=r"rts\.pras is not there; name its folder"):
        systems.rts_gmlc()


def test_numpy_baseline_simulates_the_same_system():
    found = peers.numpy_rts79(samples=100)
    assert abs(found.lole - LOLE_H) < 5 * 16.15 / 10


def test_assetra_is_left_out_with_a_note():
    assert peers.assetra_rts79(python="/nothing").note


def test_variants_keep_what_they_should():
    base, split, long = systems.rts79_case().side.system, systems.split(3).side.system, systems.repeated(2).side.system
    assert split.generators.capacity.sum() == pytest.approx(base.generators.capacity.sum())
    assert len(split.generators) == 3 * len(base.generators)
    assert np.array_equal(long.regions.load[0, base.n_steps :], base.regions.load[0])


def test_slopes_are_slopes():
    item = scaling.Slope(against="samples", sizes=(1, 2, 4), seconds=(3.0, 6.0, 12.0))
    assert item.slope == pytest.approx(1.0)
    assert [item.against for item in scaling.slopes(samples=8, repeats=1)] == ["samples", "steps", "units"]


def test_speedup_is_that_against_the_first_number_of_workers():
    item = scaling.Speedup(workers=(1, 2), seconds=(6.0, 4.0), threads_s=5.0, load=0.0)
    assert item.speedups == (1.0, 1.5)


def test_speedup_runs():
    pytest.importorskip("distributed")
    found = scaling.speedup(samples=300, workers=(1,), repeats=1)
    assert found.speedups == (1.0,)
    assert found.threads_s > 0


def test_synthetic_system_is_busy():
    share = busy.busy(systems.synthetic(years=0.25).side.system, hours=40)
    assert 0 < share.binding < share.solve < 1


def test_command_line_refuses_an_unknown_name():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "unknown: nothing" in done.stderr
