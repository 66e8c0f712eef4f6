"""Units that may be partly out of service, in the engine: exact where there is no chance, and what they leave alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.errors import InputError
from standstill.formats.pras import write_pras
from standstill.model.scenario import Side
from standstill.model.system import System, UnitStates
from standstill.studies.assess_methods import assess_by
from standstill.studies.sampling import Sampling
from tests.cases import derated
from tests.cases.toy import toy

HALF = UnitStates(shares=[1.0, 0.5], moves=[[0.0, 1.0], [0.0, 1.0]])
"""Always at half of its capacity."""
ROUND = UnitStates(shares=[1.0, 0.4, 0.0], moves=[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
"""From one state to the next in every step."""


def with_states(system: System, *states: UnitStates | None) -> System:
    table = system.generators
    p_fail = np.where([[one is not None] for one in states], 0.0, table.p_fail)
    return dataclasses.replace(system, generators=dataclasses.replace(table, states=states, p_fail=p_fail))


def totals(system: System, blocks: int = 1) -> np.ndarray:
    packed = pack_side(Side(name="side", system=system))
    scratch = Scratch(packed)
    return np.concatenate([run_block(packed, 1, place * BLOCK, BLOCK, scratch).totals[0] for place in range(blocks)])


def test_a_unit_always_at_half_is_a_unit_of_half_the_size():
    half = with_states(toy(), HALF, None, None, None)
    small = dataclasses.replace(
        half.generators, states=(None,) * 4, capacity=half.generators.capacity * [[0.5], [1.0], [1.0], [1.0]]
    )
    assert totals(half).tolist() == totals(dataclasses.replace(half, generators=small)).tolist()


def test_a_round_through_the_states_is_counted_to_the_last_digit():
    # load 10 for six hours, a unit of 10 alone: each round of three leaves 0, 6 and 10 unserved, wherever it begins
    case = derated.case("round", [10.0] * 6, [{"capacity": 10.0, "shares": ROUND.shares, "moves": ROUND.moves}])
    found = totals(case.system)
    assert found[:, 0] == pytest.approx(np.full(BLOCK, 32.0), abs=1e-12)
    assert (found[:, COLUMNS.index("short_steps")] == 4.0).all()
    # begun in each of the three states about as often: P(3 or 2 events) as by hand
    events = found[:, COLUMNS.index("events")]
    assert set(events) == {2.0, 3.0}
    assert abs(np.mean(events == 3.0) - 1 / 3) < 4 * np.sqrt(2 / 9 / BLOCK)


def test_states_move_no_draw_of_another_unit():
    system = toy()
    packed = [pack_side(Side(name="side", system=one)) for one in (system, with_states(system, HALF, *[None] * 3))]
    flips = []
    for side in packed:
        scratch = Scratch(side)
        run_block(side, 1, 0, 1, scratch)
        events = scratch.work.events
        first = events.assets["flip_first"]
        flips.append([(events.assets["up"][row], *events.flips[first[row] : first[row + 1]]) for row in (1, 2, 3)])
    assert flips[0] == flips[1]


def test_units_of_two_states_need_no_chains():
    model = pack_side(Side(name="side", system=toy())).model
    assert model.assets.chains is None
    group = pack_side(Side(name="side", system=with_states(toy(), HALF, ROUND, HALF, None))).model.assets
    assert group.table["chain"].tolist() == [0, 2, 0, -1]
    assert len(group.chains.table) == 5


def test_what_cannot_see_states_refuses_them(tmp_path):
    system = derated.independent_hours().system
    with pytest.raises(
        InputError, match=r"generators.states\[unit 2\]: must be none: the format knows units in and out"
    ):
        write_pras(system, tmp_path / "out.pras")
    sampling = Sampling(samples=256, seed=1, version="0")
    with pytest.raises(InputError, match="units have more states than in and out of service"):
        assess_by(Side(name="side", system=system), "scarce-days", 0.1, system="toy", sampling=sampling)
