"""The option --device: what is refused, and which results are never taken for those of processors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import standstill
from standstill.api.given import version
from standstill.errors import InputError

VERBS = pytest.mark.parametrize("verb", ["run", "assess"])


@pytest.fixture
def no_device(monkeypatch: pytest.MonkeyPatch) -> None:
    from standstill.engine.drivers import cuda

    monkeypatch.setattr(cuda.cuda, "is_available", lambda: False)


@VERBS
@pytest.mark.usefixtures("no_device")
def test_a_device_that_is_not_there_is_said(call: Callable, small: Path, verb: str) -> None:
    done = call(verb, small, "--device", "cuda")
    assert done.code == 2
    assert "1 fault in where to compute" in done.err
    assert "device: must find a CUDA device" in done.err or "device: must come with numba-cuda" in done.err
    with pytest.raises(InputError, match=r"device: must (find a CUDA device|come with numba-cuda)"):
        getattr(standstill, verb)(small, samples=10, device="cuda", **({"side": "South"} if verb == "assess" else {}))


@VERBS
@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--device", "gpu"], "device: must be cpu or cuda, got 'gpu'"),
        (["--device", "cuda", "--dask", "local"], "device: must be left out with dask, whose workers compute on proc"),
        (["--device", "cuda", "--workers", 2], "workers: must be left out with device cuda, which has its own, got 2"),
    ],
    ids=["no device", "a cluster", "threads"],
)
def test_only_one_thing_computes(call: Callable, small: Path, verb: str, options: list, fault: str) -> None:
    done = call(verb, small, *options)
    assert done.code == 2
    assert fault in done.err


def test_processors_may_be_named(small: Path) -> None:
    named = standstill.assess(small, side="South", samples=20, device="cpu")
    assert named.as_dict() == standstill.assess(small, side="South", samples=20).as_dict()


def test_results_of_a_device_are_of_a_version_of_their_own() -> None:
    assert version("cpu") == version() == standstill.__version__
    assert version("cuda") == f"{standstill.__version__}+cuda"


@pytest.mark.usefixtures("no_device", "no_report")
def test_a_finished_run_of_processors_is_not_taken_for_one_of_a_device(call: Callable, small: Path) -> None:
    assert call("run", small, "-n", 20, "-o", "out").code == 0
    assert call("run", small, "-n", 20, "-o", "out", "--resume").code == 0
    assert call("run", small, "-n", 20, "-o", "out", "--resume", "--device", "cuda").code == 2
