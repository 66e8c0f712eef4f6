"""Every benchmark runs: once, tiny, untimed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import busy, growth, peers, scaling, systems, tasks, timing
from benchmarks.networks import Size, ring
from benchmarks.registry import SPECS
from tests.cases.rts79 import EUE_MWH, LOLE_H

REPOSITORY = Path(__file__).parents[1]
RING = next(spec for spec in SPECS if spec.name == "synthetic")


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
    item = growth.Slope(against="samples", sizes=(1, 2, 4), seconds=(3.0, 6.0, 12.0))
    assert item.slope == pytest.approx(1.0)


@pytest.mark.parametrize("series", growth.SERIES, ids=lambda series: series.against)
def test_series_grows(series):
    item = growth.slope_of(series, samples=2, repeats=1, factors=(1, 2))
    assert item.sizes[1] == 2 * item.sizes[0]
    assert min(item.seconds) > 0
    assert item.slope is not None


def test_threads_are_counted_up_to_the_processors_there_are():
    assert growth.threads(samples=300, repeats=1, most=3).sizes == (1, 2)


def test_a_ring_keeps_its_totals_however_much_there_is_of_everything():
    one, many = ring(Size(steps=24, responses=1)), ring(Size(steps=24, units=20, stores=3, lines=4, responses=2))
    assert len(many.generators) == 2 * len(one.generators)
    assert len(many.lines) == 2 * len(one.lines)
    for name in ("generators.capacity", "storages.discharge", "lines.forward", "demand_responses.borrow"):
        table, column = name.split(".")
        totals = [float(getattr(getattr(system, table), column).sum()) for system in (one, many)]
        assert totals[0] == pytest.approx(totals[1])
    assert np.array_equal(one.regions.load, many.regions.load)


def test_a_ring_is_short_and_its_stores_and_responses_are_used():
    with_all, without = (
        timing.run(replace(RING, factory=lambda size=size: systems.of(ring(size))), samples=16)
        for size in (Size(responses=1), Size(stores=0))
    )
    assert 0 < with_all.neue_ppm < 0.8 * without.neue_ppm < 0.8 * 1e4


def test_memory_grows_by_what_was_seen():
    assert scaling.Memory(system="any", samples=(1, 2), mib=(100.0, 130.0)).growth == pytest.approx(1.3)


def test_tasks_give_the_answers_that_are_known():
    found = {task.name: task for task in tasks.tasks(runs=1, samples=512)}
    exactly = next(task for name, task in found.items() if "convolution: LOLE" in name)
    assert exactly.gives == f"LOLE {LOLE_H:.7f} h, EUE {EUE_MWH:.5f} MWh"
    assert all(task.seconds > 0 and task.gives for task in found.values())


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
