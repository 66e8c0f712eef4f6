"""The driver for CUDA devices, in Numba's simulator; no device has run it. See ``tests/cli/test_device.py`` too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from standstill.engine.block import Scratch, run_block
from tests.engine.drivers.simulated import SEED, packed_world, parts_of

REPOSITORY = Path(__file__).parents[3]
STAR, REGION, MESH = 1, 12, 16
SAMPLES = 2


def simulated(file: Path, *indices: int, most_lanes: int = 64, room: int = 64) -> dict[str, np.ndarray]:
    """Return what two blocks of each world hold, computed by the driver in the simulator."""
    there = {"NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1"}
    program = [sys.executable, "-W", "ignore", "-m", "tests.engine.drivers.simulated", file, str(SAMPLES)]
    program += [str(most_lanes), str(room), *map(str, indices)]
    done = subprocess.run(program, cwd=REPOSITORY, env={**os.environ, **there}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    with np.load(file) as found:
        return dict(found)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    return simulated(tmp_path_factory.mktemp("cuda") / "all.npz", STAR, REGION, MESH)


@pytest.mark.parametrize("by_period", [False, True])
@pytest.mark.parametrize("place", range(3), ids=["star", "region", "mesh"])
def test_simulated_device_agrees_with_a_processor(found: dict[str, np.ndarray], place: int, by_period: bool) -> None:
    packed = packed_world((STAR, REGION, MESH)[place], by_period=by_period)
    scratch = Scratch(packed)
    for first in (0, SAMPLES):
        block = run_block(packed, SEED, first, SAMPLES, scratch)
        assert block.totals[0, :, 0].any()
        for name, part in parts_of(block).items():
            there = found[f"{2 * place + by_period}-{first}-{name}"]
            assert there.dtype == part.dtype
            np.testing.assert_allclose(there, part, rtol=1e-9, atol=1e-9, err_msg=name)


def test_no_bit_depends_on_the_launch_or_the_room(found: dict[str, np.ndarray], tmp_path: Path) -> None:
    """One block at a time, and so little room to begin with that launches are repeated."""
    other = simulated(tmp_path / "other.npz", REGION, most_lanes=SAMPLES, room=1)
    del other["refused"]
    for name, part in other.items():
        side, rest = name.split("-", 1)
        assert part.tobytes() == found[f"{int(side) + 2}-{rest}"].tobytes(), name


def test_a_device_without_room_for_a_block_is_said(found: dict[str, np.ndarray]) -> None:
    text = str(found["refused"])
    assert "device: must have" in text
    assert "GiB for a block of 2 samples, in half of the memory that is free, got 0.0 GiB" in text
