"""Lanes compiled for a processor: many samples at once, each in its own slice of memory, have the bits of a block."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from standstill.engine.block import Block, Scratch, block_histograms, by_arm, can_skip, n_columns, run_block
from standstill.engine.drivers.lanes import form_of, lane_kernel
from standstill.engine.jit import shared
from standstill.engine.packed import PackedSide
from standstill.engine.tally import Histograms
from tests.engine.drivers.simulated import SEED, packed_world, parts_of

SAMPLES = 3
STAR, MESH = 1, 16


def with_lanes(part: Any, kind: Any = None) -> Any:
    """Return a record of arrays of zeros with a last axis for the lanes, an empty tuple in place of None."""
    if isinstance(part, tuple):
        return type(part)(*(with_lanes(item, kind) for item in part))
    return () if part is None else np.zeros((*part.shape, SAMPLES), kind or part.dtype)


def none_as_empty(part: Any) -> Any:
    if isinstance(part, tuple):
        return type(part)(*(none_as_empty(item) for item in part))
    return () if part is None else part


@cache
def compiled(*forms: Any) -> Any:
    """Return the kernel of a lane, callable from Python."""
    return shared(lane_kernel(*forms).py_func)


def run_lanes(packed: PackedSide) -> Block:
    """Run one block with a lane for each sample."""
    template, counts = Scratch(packed).work, block_histograms(packed)
    model, work, histograms = none_as_empty(packed.model), with_lanes(template), with_lanes(counts, np.uint8)
    totals = np.zeros((len(packed.model.arms.table), SAMPLES, n_columns(packed)))
    fits = np.zeros(SAMPLES, np.int64)
    run_lane = compiled(packed.model.network.hub >= 0, *(form_of(part) for part in (packed.model, template, counts)))
    # the last lane first: none may lean on another
    for lane in reversed(range(SAMPLES)):
        run_lane(
            model, packed.slots.values(SEED, 0, SAMPLES), SEED, np.arange(SAMPLES), work, totals, histograms, fits,
            can_skip(packed, bool(packed.slots.figures)), lane,
        )  # fmt: skip
    assert fits.all()
    own = Histograms(*(part.sum(axis=-1, dtype=np.uint16) for part in histograms))
    return Block(totals, by_arm(packed, own))


@pytest.mark.parametrize("index", [STAR, MESH])
def test_samples_in_lanes_have_the_bits_of_a_block(index: int) -> None:
    packed = packed_world(index)
    block = run_block(packed, SEED, 0, SAMPLES, Scratch(packed))
    found = run_lanes(packed)
    assert found.totals[0, :, 0].any()
    assert {name: part.tobytes() for name, part in parts_of(found).items()} == {
        name: part.tobytes() for name, part in parts_of(block).items()
    }
