"""The option --dask: the bits of threads, Ctrl-C and going on, and what is refused. Skipped where there is no Dask."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import standstill
from standstill.errors import InputError

PLENTY = 12_288


def samples_of(folder: Path) -> dict[str, bytes]:
    with np.load(folder / "saved" / "samples.npz", allow_pickle=False) as stored:
        return {name: stored[name].tobytes() for name in stored}


@pytest.mark.usefixtures("no_report")
def test_ctrl_c_keeps_what_is_finished_and_a_cluster_gives_the_bits_of_threads(
    call: Callable, start: Callable, small: Path, tmp_path: Path
) -> None:
    """The interrupt reaches the workers as well, as that of a terminal does."""
    pytest.importorskip("distributed")
    running = start("run", small, "-n", PLENTY, "--dask", "local:2", "--out", "stopped", group=True)
    until = time.monotonic() + 240
    while len(list((tmp_path / "stopped").rglob("*.npz"))) < 4:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=120)
    assert (running.returncode, out) == (130, ""), err
    assert "on Dask at local:2" in err
    assert "Traceback" not in err
    assert "distributed" not in err
    kept = len(list((tmp_path / "stopped").rglob("*.npz")))
    assert 4 <= kept < 2 * PLENTY / 256
    assert f"interrupted; {kept} finished blocks kept in" in err
    assert "--dask local:2 --resume" in err
    done = call("run", small, "-n", PLENTY, "--dask", "local:2", "--out", "stopped", "--resume")
    assert done.code == 0, done.err
    assert call("run", small, "-n", PLENTY, "--workers", 1, "--out", "whole").code == 0
    assert samples_of(tmp_path / "stopped") == samples_of(tmp_path / "whole")
    assert Path("stopped/run.json").read_text() == Path("whole/run.json").read_text()


def test_assess_on_a_client_gives_the_numbers_of_threads(small: Path) -> None:
    distributed = pytest.importorskip("distributed")
    quiet = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, **quiet) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        found = standstill.assess(small, side="North", samples=3000, dask=client)
    assert found.as_dict() == standstill.assess(small, side="North", samples=3000, workers=1).as_dict()


def test_every_study_gives_the_numbers_of_threads_on_a_cluster(small: Path, harbour: Path, outcomes: Path) -> None:
    distributed = pytest.importorskip("distributed")
    quiet = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
    unit = standstill.load_scenario(small).sides[0].system.generators.names[0]
    studies: list[Callable] = [
        lambda **where: standstill.compare(
            small, small, samples=300, settings=["North.crews.plants.count=2 crews"], **where
        ),
        lambda **where: standstill.decide(small, only=["scope", "crews"], samples=64, **where),
        lambda **where: standstill.terms(harbour, samples=64, **where),
        lambda **where: standstill.backtest(small, outcomes, samples=300, **where),
        lambda **where: standstill.credit(small, [unit], side="North", samples=300, **where),
    ]
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, **quiet) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        found = [study(dask=client).as_dict() for study in studies]
    assert found == [study(workers=1).as_dict() for study in studies]


def test_assess_has_the_option(call: Callable, small: Path) -> None:
    pytest.importorskip("distributed")
    done = call("assess", small, "--side", "South", "-n", 300, "--dask", "local:1", "--json", "-")
    assert done.code == 0, done.err
    assert json.loads(done.out)["eue"] == standstill.assess(small, side="South", samples=300).eue.as_dict()


@pytest.mark.parametrize("verb", ["run", "assess", "compare", "decide", "terms", "backtest", "credit"])
def test_threads_and_a_cluster_are_not_asked_for_at_once(
    call: Callable, small: Path, outcomes: Path, verb: str
) -> None:
    rest = {"compare": [small], "backtest": [outcomes]}.get(verb, [])
    done = call(verb, small, *rest, "--workers", 2, "--dask", "local:2")
    assert done.code == 2
    assert "workers: must be left out with dask, whose cluster has its own, got 2" in done.err
    with pytest.raises(InputError, match="hint: for a cluster on this machine: local:N"):
        getattr(standstill, verb)(small, *rest, workers=2, dask="local:2")


def test_a_finished_run_needs_no_cluster(call: Callable, small: Path, no_report: None) -> None:
    assert call("run", small, "-n", 20, "-o", "out").code == 0
    assert call("run", small, "-n", 20, "-o", "out", "--resume", "--dask", "tcp://127.0.0.1:9").code == 0
