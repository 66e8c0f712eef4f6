"""Derated states of a group of generators in a scenario file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from standstill.engine.pack import pack_side
from standstill.errors import InputError
from standstill.scenario import load_scenario

Write = Callable[..., Path]
MTTR = 'mttr = "50 h"\n'
DERATED = (
    MTTR + '[[side.generator.derated]]\nshare = "60 %"\ntime = "8 %"\nmean = "20 h"\n'
    '[[side.generator.derated]]\nshare = "90 %"\ntime = "5 %"\nmean = "1 d"\nbecause = "log of the plant"\n'
)


def test_derated_states_stand_beside_forced_outages(write: Write) -> None:
    scenario = load_scenario(write((MTTR, DERATED)))
    side = scenario.sides[0]
    table = side.system.generators
    coal = table.states[0]
    assert coal is not None
    assert table.states == (coal,) * 4 + (None,)
    assert coal.shares == pytest.approx([1.0, 0.6, 0.9, 0.0])
    assert coal.law == pytest.approx([0.77, 0.08, 0.05, 0.1])
    assert 1 - np.diag(coal.moves)[1:] == pytest.approx([1 / 20, 1 / 24, 1 / 50])
    assert not table.p_fail[:4].any()
    assert scenario.register is not None
    figures = {figure.path: figure for figure in scenario.register.figures}
    assert figures["north.generator.coal.derated.0.time"].judgement == "made up"
    assert figures["north.generator.coal.derated.1.share"].judgement == "log of the plant"
    assert {"north.generator.coal.forced_outage_rate", "north.generator.coal.mttr"} <= figures.keys()
    assert pack_side(side).model.assets.chains is not None


def test_derated_states_alone(write: Write) -> None:
    rate = 'forced_outage_rate = "10 %"\n'
    coal = load_scenario(write((rate, ""), (MTTR, DERATED.removeprefix(MTTR)))).sides[0].system.generators.states[0]
    assert coal is not None
    assert coal.law == pytest.approx([0.87, 0.08, 0.05])


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('time = "8 %"', 'time = "95 %"', r"coal.derated: time_shares: must leave time in full service"),
        ('mean = "20 h"', 'mean = "0 h"', r"coal.derated: mean_h\[0\]: must be > 0 h"),
        ('share = "60 %"', 'share = "160 %"', r"derated.0.share: must be within \[0, 1\]"),
        ('share = "60 %"', 'share = "50 to 60 %"', r"derated.0.share: must be one value, not a range"),
        ('mean = "20 h"\n', "", "mean"),
        (MTTR, "", r"coal.mttr: must be given with forced_outage_rate"),
    ],
)
def test_states_that_make_no_chain_are_refused(write: Write, before: str, after: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_scenario(write((MTTR, DERATED.replace(before, after, 1))))


def test_a_state_can_be_set_by_its_number(write: Write) -> None:
    scenario = load_scenario(write((MTTR, DERATED)), settings=("north.generator.coal.derated.1.time=6 %",))
    coal = scenario.sides[0].system.generators.states[0]
    assert coal is not None
    assert coal.law == pytest.approx([0.76, 0.08, 0.06, 0.1])
