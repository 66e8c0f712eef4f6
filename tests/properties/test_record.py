"""What is recorded of any small system, with ties, limits of 0 and idle stores: balanced, and of least flow."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.pack_record import pack_record
from standstill.engine.recorded import RESULTS
from standstill.model.scenario import Side
from standstill.model.system import System
from tests.properties.test_energy_balance import CLOSE, N_STEPS, systems
from tests.reference import by_step
from tests.reference.strikes import Damage
from tests.reference.twin import Play, Sample


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.one_of(systems(), systems(star=True)))
def test_each_step_is_recorded_as_it_was(system: System):
    side = Side(name="side", system=system)
    packed = dataclasses.replace(pack_side(side), record=pack_record(side, RESULTS, by_sample=True))
    table = run_block(packed, 1, 0, 1, Scratch(packed)).recorded.values[0]
    labels, first = packed.record.labels, packed.record.first
    play = Play(Sample(side, 1, 0), Damage(jobs=[], waves=0, hits=0))
    for number in range(N_STEPS):
        row = {result: table[number, first(result) : first(result) + len(labels[result])] for result in RESULTS}
        step = play.step(number)
        least = by_step.flows_of(step)
        wanted = {
            "shortfall": step.short,
            "energy": by_step.energy_of(play),
            "surplus": by_step.surplus_of(step, least.margins, list(row["flow"])),
            "utilization": by_step.utilization_of(step, list(row["flow"])),
            "availability": by_step.availability_of(play, number),
            "class_availability": by_step.class_availability_of(play, number),
        }
        for result, values in wanted.items():
            where = f"{result}, step {number}"
            np.testing.assert_allclose(row[result], values, rtol=0, atol=CLOSE, err_msg=where)
        assert abs(np.abs(row["flow"]).sum() - least.least) < CLOSE
        if least.is_unique:
            np.testing.assert_allclose(row["flow"], least.flow, rtol=0, atol=CLOSE)
        for (_, _, there, back), flow in zip(step.joins, row["flow"], strict=True):
            assert -back - CLOSE <= flow <= there + CLOSE
        # the next step starts from the engine's own state of charge
        play.charge = [float(charge) for charge in row["energy"]]
