"""Reserves of whole blocks of the engine against an enumeration of every state of every hour."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.model.scenario import Side
from standstill.model.system import System
from tests.cases import held
from tests.reference.reserve import enumerated
from tests.statistical.table import SEED, Table, mean

pytestmark = pytest.mark.statistical
SAMPLES = 1_000_000
CASES = (held.constant, held.largest, held.leaves, held.stored, held.two_regions)


def reserve_totals(side: Side, samples: int) -> dict[str, np.ndarray]:
    """Return unserved energy and the reserve's own totals of each sample."""
    packed = pack_side(side)
    assert packed.model.reserve is not None
    columns = [COLUMNS.index("unserved"), *range(packed.model.reserve.column, packed.model.reserve.column + 3)]
    scratch = Scratch(packed)
    blocks = [
        run_block(packed, SEED, first, min(BLOCK, samples - first), scratch).totals[0][:, columns]
        for first in range(0, samples, BLOCK)
    ]
    return dict(zip(("unserved", "shed", "shortage", "hours"), np.concatenate(blocks).T, strict=True))


@pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])
def test_a_reserve_comes_to_what_enumeration_says(table: Table, case: Callable[[], System]):
    out, expected = reserve_totals(Side(name=f"held {case.__name__}", system=case()), SAMPLES), enumerated(case())
    table.add(
        f"reserve, {case.__name__}",
        "shortage",
        EUE=(mean(out["unserved"]), expected.unserved),
        shed=(mean(out["shed"]), expected.shed),
        shortage=(mean(out["shortage"]), expected.shortage),
        hours=(mean(out["hours"]), expected.hours),
    )


def test_chi_square(table: Table):
    table.close()
