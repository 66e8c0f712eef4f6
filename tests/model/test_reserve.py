"""Reserves as a record: defaults, what is refused, and that it pickles."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from standstill.errors import InputError
from standstill.model.identity import identity
from standstill.model.system import Reserves
from tests.cases.held import held
from tests.cases.toy import toy


def test_defaults_fill_every_row():
    found = Reserves(names=("a", "b"), power=[[1.0], [2.0]])
    assert (found.power_scale, found.largest_unit) == ((1.0, 1.0), (0.0, 0.0))
    assert (found.unit_classes, found.regions) == (((), ()), ((), ()))
    assert not found.power.flags.writeable


def test_the_largest_unit_needs_no_power():
    found = Reserves(names=("a",), largest_unit=(1.0,))
    np.testing.assert_array_equal(found.power, [[0.0]])


def test_a_system_asks_for_none_by_default():
    assert len(toy().reserves) == 0


def test_a_pickle_is_the_same_and_read_only():
    system = replace(toy(), reserves=held((1.0, 2.0, 3.0, 4.0), 5.0, regions=((0,), ())))
    found = pickle.loads(pickle.dumps(system))
    assert identity(found) == identity(system)
    assert identity(found) != identity(toy())
    assert not found.reserves.power.flags.writeable


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"power": [[-1.0]]}, r"reserves\[a\].power: must be >= 0, got -1"),
        ({"power": [[1e200]]}, r"reserves\[a\].power: must be at most 1e\+15, got 1e\+200"),
        ({"power": [[0.0]]}, r"reserves\[a\]: must ask for a power or for the largest unit"),
        ({"power": [[1.0]], "largest_unit": (-1.0,)}, r"reserves\[a\].largest_unit: must be a finite number >= 0"),
        ({"power": [[1.0]], "largest_unit": (float("nan"),)}, r"largest_unit: must be a finite number >= 0"),
        ({"power": [[1.0]], "power_scale": (-2.0,)}, r"reserves\[a\].power_scale: must be a finite number >= 0"),
        ({"power": [[1.0]], "regions": ((0, 0),)}, r"reserves\[a\].regions: must name each region once"),
        ({"power": [[1.0]], "regions": ((0,), (1,))}, r"reserves.regions: must have 1 entries, got 2"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict, match: str):
    with pytest.raises(InputError, match=match):
        Reserves(names=("a",), **given)


def test_names_come_once():
    with pytest.raises(InputError, match=r"reserves.names: must be unique, got \['a'\]"):
        Reserves(names=("a", "a"), power=[[1.0], [2.0]])


def test_the_shape_is_checked():
    with pytest.raises(ValueError, match=r"Reserves.power must have shape \(1, n_columns\), got \(2, 1\)"):
        Reserves(names=("a",), power=[[1.0], [2.0]])


def test_a_system_refuses_other_steps_and_regions():
    with pytest.raises(InputError, match=r"(?s)reserves.power: must have 1 or 4 columns, got 3.*0\].regions: must be"):
        replace(toy(), reserves=held((1.0, 2.0, 3.0), regions=((1,),)))
