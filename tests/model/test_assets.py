"""The tables of a system refuse amounts that sums and squares cannot hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standstill.errors import InputError
from standstill.model.system import Interfaces
from tests.cases.toy import toy


@pytest.mark.parametrize("value", [1e300, 1.01e15])
def test_an_amount_beyond_sums_is_refused(value: float) -> None:
    one = toy()
    load = one.regions.load.copy()
    load[0, 2] = value
    with pytest.raises(InputError, match=r"Regions\.load\[region\]: must be at most 1e\+15, got 1"):
        replace(one.regions, load=load)
    capacity = one.generators.capacity.copy()
    capacity[1] = value
    with pytest.raises(InputError, match=r"Generators\.capacity\[unit 2\]: must be at most"):
        replace(one.generators, capacity=capacity)


def test_the_largest_amount_and_any_limit_are_taken() -> None:
    one = toy()
    assert replace(one.regions, load=np.full((1, 4), 1e15)).load.max() == 1e15
    joins = Interfaces(names=("join",), region_from=(0,), region_to=(1,), forward=[[1e300]], backward=[[0.0]])
    assert joins.forward.max() == 1e300
