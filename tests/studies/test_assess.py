"""What an assessment says where few samples, or none, had a shortfall, and where nothing is left to chance."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable

import numpy as np
import pytest

import standstill
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.model.scenario import Side
from standstill.model.system import DemandResponses, Interfaces, Reserves, System
from standstill.studies.assess import assess_side
from standstill.studies.drawn import nothing_drawn
from standstill.studies.sampling import Sampling
from tests.cases.held import outages, rows
from tests.cases.outage_weather import side as weather_side
from tests.cases.toy import toy

FIGURE = Figure(path="scale", unit="", distribution=Uniform(low=0.9, high=1.1), judgement="a test")


def with_load(*load: float) -> System:
    """Return the toy system with another load, the same in each of its four hours, by region.

    A second region has the firm unit, and a line of 2 MW to the first.
    """
    one = toy()
    count = len(load)
    regions = dataclasses.replace(
        one.regions, names=("region", "other")[:count], load=np.outer(load, np.ones(4)), load_scale=(1.0,) * count,
        critical_share=(0.0,) * count, pickup_share=(0.0,) * count, pickup_h=(4.0,) * count,
    )  # fmt: skip
    joins = Interfaces(names=("join",), region_from=(0,), region_to=(1,), forward=[[2.0]], backward=[[2.0]])
    if count == 1:
        return dataclasses.replace(one, regions=regions)
    units = dataclasses.replace(one.generators, region=(0, 0, 0, 1))
    return dataclasses.replace(one, regions=regions, interfaces=joins, generators=units)


def firm(system: System) -> System:
    table = system.generators
    return dataclasses.replace(system, generators=dataclasses.replace(table, p_fail=0.0 * table.p_fail))


def test_no_shortfall_in_any_sample_is_bounded_not_called_certain() -> None:
    """At 5 MW the firm unit alone is enough, but samples cannot tell that from what is rare."""
    found = standstill.assess(with_load(5.0), samples=300)
    assert found.short == 0
    assert (found.lole.value, found.lole.se, found.lole.bound) == (0.0, math.inf, pytest.approx(4.0 * 3 / 300))
    assert found.regions[0].eue.bound == pytest.approx(20.0 * 3 / 300)
    assert found.notes == ("none of 300 samples had a shortfall, so at 95 % fewer than 3 in 300 have one",)
    assert "LOLE = 0 h/4h (below 0.04 at 95 %)" in str(found)
    data = found.as_dict()
    assert (data["samples_with_shortfall"], data["notes"]) == (0, list(found.notes))
    assert data["eue"]["upper95"] == found.eue.bound
    # 95 % of samples stay within 0 all the same: that needs no more than 73 of them
    assert (found.var95.value, found.var95.se) == (0.0, 0.0)


def test_few_samples_with_a_shortfall_are_counted() -> None:
    """Above 8 MW it takes all three units out at once: 1 hour in 1,000."""
    found = standstill.assess(with_load(9.0), samples=2000)
    assert found.short is not None
    assert 0 < found.short < 25
    assert found.notes == (
        f"only {found.short} of 2,000 samples had a shortfall, and 100 are needed to believe a standard error",
    )
    assert found.eue.reason == f"rests on {found.short} samples with a shortfall, of 2,000"
    assert found.eue.se > 0.0


def test_a_region_seldom_short_is_named() -> None:
    found = standstill.assess(with_load(25.0, 1.0), samples=1000)
    assert found.short is not None
    assert found.short >= 100
    assert found.notes == ("of 1,000 samples few had a shortfall in other (none)",)
    assert not found.eue.reason
    assert found.regions[1].lole.bound == pytest.approx(4.0 * 3 / 1000)


def test_a_region_without_load_is_never_short() -> None:
    found = standstill.assess(with_load(25.0, 0.0), samples=1000)
    assert found.notes == ()
    assert (found.regions[1].lole.se, found.regions[1].lole.bound, found.regions[1].short) == (0.0, None, None)


def test_many_samples_need_no_note() -> None:
    found = standstill.assess(toy(), samples=2000)
    assert (found.notes, found.eue.reason, found.eue.bound) == ((), "", None)


@pytest.mark.parametrize("samples", [1, 300])
@pytest.mark.parametrize(("load", "eue"), [(5.0, 0.0), (36.0, 1.0)])
def test_what_leaves_nothing_to_chance_is_certain(load: float, eue: float, samples: int) -> None:
    """The units give 30 MW and the firm one 5, 6, 7 and 8 MW."""
    found = standstill.assess(firm(with_load(load)), samples=samples)
    assert (found.eue.value, found.eue.se, found.eue.bound) == (eue, 0.0, None)
    assert (found.var95.value, found.var95.se, found.var95.reason) == (eue, 0.0, "")
    assert found.regions[0].eue == found.eue
    assert found.notes == ("nothing is left to chance here, so that every sample is the same",)


def test_what_is_left_to_chance() -> None:
    side = Side(name="toy", system=firm(toy()))
    assert nothing_drawn(side)
    reserves = Reserves(names=("spinning",), power=[[1.0]], unit_classes=(("thermal",),), regions=((0,),))
    assert nothing_drawn(dataclasses.replace(side, system=dataclasses.replace(side.system, reserves=reserves)))
    uncertain = dataclasses.replace(reserves, power_scale=(FIGURE,))
    assert not nothing_drawn(dataclasses.replace(side, system=dataclasses.replace(side.system, reserves=uncertain)))
    assert not nothing_drawn(Side(name="toy", system=toy()))
    regions = dataclasses.replace(side.system.regions, load_scale=(FIGURE,))
    assert not nothing_drawn(dataclasses.replace(side, system=dataclasses.replace(side.system, regions=regions)))


def test_a_precision_that_sees_nothing_is_bounded_too() -> None:
    found = standstill.assess(with_load(5.0), method="plain", precision=0.1, at_most=1024)
    assert found.eue.bound == pytest.approx(20.0 * 3 / 1024)
    assert found.precision is not None
    assert "none of 1,024 samples had a shortfall" in str(found.precision)
    assert found.notes == ()


def asked_again() -> Side:
    one = with_load(5.0)
    return Side(
        name="toy", system=dataclasses.replace(one, regions=dataclasses.replace(one.regions, pickup_share=(1.0,)))
    )


def put_off() -> Side:
    response = DemandResponses(
        names=("response",), classes=("response",), region=(0,), borrow=rows(4), payback=rows(4), energy=rows(6),
        interest=rows(0.5), window=rows(2), **outages(0.0),
    )  # fmt: skip
    return Side(name="toy", system=dataclasses.replace(with_load(5.0), demand_responses=response))


def uncertain() -> Side:
    one = with_load(5.0)
    return Side(
        name="toy", system=dataclasses.replace(one, regions=dataclasses.replace(one.regions, load_scale=(FIGURE,)))
    )


def by_weather() -> Side:
    side = weather_side(np.zeros((2, 1)), n_steps=4)
    load = dataclasses.replace(side.weather.load, base=1.0)
    units = dataclasses.replace(side.system.generators, p_fail=[[1e-9]] * 2, p_repair=[[1.0]] * 2)
    return dataclasses.replace(
        side, weather=dataclasses.replace(side.weather, load=load),
        system=dataclasses.replace(side.system, generators=units),
    )  # fmt: skip


@pytest.mark.parametrize("given", [asked_again, put_off, uncertain, by_weather])
def test_unserved_energy_has_no_bound_where_more_than_the_load_seen_may_be_lacking(given: Callable[[], Side]) -> None:
    found = assess_side(given(), system="toy", sampling=Sampling(samples=300, seed=1, version="0.0.0"))
    assert found.short == 0
    energies = [getattr(found, name) for name in ("eue", "neue", "cvar95", "event_energy")]
    for item in (*energies, found.regions[0].eue, found.regions[0].neue):
        assert (item.value, item.se, item.bound) == (0.0, math.inf, None)
    assert found.lole.bound == found.regions[0].lole.bound == pytest.approx(4.0 * 3 / 300)


def test_a_standard_error_that_does_not_exist_is_null_with_a_reason() -> None:
    found = standstill.assess(toy(), samples=1).as_dict()
    json.dumps(found, allow_nan=False)
    assert (found["eue"]["se"], found["regions"][0]["eue"]["se"]) == (None, None)
    assert found["eue"]["reason"]
    few = standstill.assess(toy(), samples=20).as_dict()
    json.dumps(few, allow_nan=False)
    assert few["var95"]["se"] is None
    assert few["var95"]["reason"] == "too few samples for a standard error of this quantile"
