"""A system that asks for a reserve, assessed: what is said of it by every method, and that no index changes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import standstill
from standstill.errors import InputError
from standstill.measures.reserve import RESERVE_MEASURES
from standstill.model.system import Reserves, System
from tests.cases.held import constant, held, largest
from tests.cases.rts79 import rts79
from tests.cases.toy import toy
from tests.reference.reserve import enumerated

GIVEN = {"samples": 20_000, "seed": 1, "workers": 1}


def asks() -> System:
    """Return four weeks of RTS-79 with a reserve."""
    whole, steps = rts79(), 168 * 4
    regions = replace(whole.regions, load=whole.regions.load[:, :steps])
    return replace(whole, n_steps=steps, regions=regions, reserves=held(400.0))


def test_samples_give_the_reserve_apart():
    found, plain = (standstill.assess(system, **GIVEN) for system in (constant(), toy()))
    expected = enumerated(constant())
    assert plain.reserve_hours is None
    assert tuple(found.indices) == (*plain.indices, *RESERVE_MEASURES)
    assert {name: repr(value) for name, value in plain.indices.items()} == {
        name: repr(found.indices[name]) for name in plain.indices
    }
    wanted = (expected.shed, expected.hours, expected.shortage)
    for name, value in zip(RESERVE_MEASURES, wanted, strict=True):
        estimate = found.indices[name]
        assert abs(estimate.value - value) < 4 * estimate.se
    assert (found.reserve_hours.unit, found.reserve_shed.unit) == ("h", "MWh")
    assert "RESERVE_HOURS = " in str(found)
    data = json.loads(json.dumps(found.as_dict()))
    assert set(data) - set(plain.as_dict()) == set(RESERVE_MEASURES)
    assert data["reserve_shed"]["unit"] == "MWh"


def test_the_same_bits_on_two_threads():
    alone, together = (standstill.assess(largest(), samples=1_000, seed=1, workers=count).indices for count in (1, 2))
    assert {name: repr(value) for name, value in alone.items()} == {
        name: repr(value) for name, value in together.items()
    }


def test_convolution_gives_it_exactly():
    found, expected = standstill.assess(constant(), method="convolution"), enumerated(constant())
    assert found.reserve_shed.value == pytest.approx(expected.shed)
    assert found.reserve_hours.value == pytest.approx(expected.hours)
    assert found.reserve_shortage.value == pytest.approx(expected.shortage)
    assert found.eue.value == pytest.approx(expected.unserved)
    unknown = standstill.assess(largest(), method="convolution")
    assert not unknown.reserve_hours.exists
    assert unknown.eue.value == pytest.approx(enumerated(largest()).unserved)


@pytest.mark.parametrize("method", ["plain", "scarce-days"])
def test_a_precision_says_that_it_does_not_give_it(method: str):
    system = asks()
    found, plain = (
        standstill.assess(one, precision=0.2, method=method, seed=1, workers=1)
        for one in (system, replace(system, reserves=toy().reserves))
    )
    assert repr(found.eue) == repr(plain.eue)
    assert plain.reserve_hours is None
    for name in RESERVE_MEASURES:
        assert "a number of samples gives the reserve" in found.indices[name].reason
    assert found.as_dict()["reserve_hours"]["value"] is None


def test_a_precision_that_convolution_meets_gives_it():
    found = standstill.assess(asks(), precision=0.1, seed=1, workers=1)
    assert found.method == "convolution"
    assert found.reserve_hours.exists


def test_a_capacity_credit_is_the_same_with_a_reserve():
    given = {"samples": 4_096, "seed": 1, "workers": 1, "metric": "eue"}
    with_it, without = (standstill.credit(system, ["unit 1"], kind="efc", **given) for system in (constant(), toy()))
    assert repr(with_it.credit) == repr(without.credit)


def test_a_format_that_cannot_say_it_refuses_it(tmp_path: Path):
    with pytest.raises(
        InputError, match=r"(?s)reserves: must be absent: the format cannot say them.*hint: leave them out"
    ):
        standstill.write_pras(constant(), tmp_path / "toy.pras")
    standstill.write_pras(replace(constant(), reserves=toy().reserves), tmp_path / "toy.pras")


def test_the_table_has_a_row_for_each_measure():
    table = standstill.assess(constant(), **GIVEN)._table()
    assert {entry.measure for entry in table.entries} >= set(RESERVE_MEASURES)
    assert np.isfinite([entry.estimate.value for entry in table.entries if entry.measure in RESERVE_MEASURES]).all()


def test_a_reserve_that_no_sample_had_short_has_a_bound_instead_of_an_error() -> None:
    spare = replace(toy(), reserves=Reserves(names=("spinning",), power=[[0.001]]))
    calm = replace(spare, generators=replace(spare.generators, p_fail=[[1e-9]] * 4, p_repair=[[1.0]] * 4))
    found = standstill.assess(calm, samples=500)
    assert found.reserve_hours.value == 0.0
    assert found.reserve_hours.bound == pytest.approx(4.0 * 3.0 / 500)
    assert found.reserve_shed.se == np.inf
    none = "none of 500 samples had a reserve shortage, so at 95 % fewer than 3 in 500 have one"
    assert found.reserve_shortage.reason == none


def test_it_is_said_on_how_few_samples_a_reserve_rests() -> None:
    """It is short where three units are out at once: one hour in 1,000, of which a winter has four."""
    one = replace(toy(), regions=replace(toy().regions, load=[[1.0]]), reserves=held(10.0))
    found = standstill.assess(one, samples=200)
    for name in RESERVE_MEASURES:
        item = found.indices[name]
        assert item.bound is None
        assert re.fullmatch(r"rests on \d\d? samples? with a reserve shortage, of 200", item.reason)
    assert standstill.assess(one, samples=60_000).reserve_hours.reason == ""
