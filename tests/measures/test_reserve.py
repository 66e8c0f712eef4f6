"""What a reserve comes to, exactly, beside an enumeration of every state; and why there may be no number."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from standstill.estimate import Estimate
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.measures.exact import exact_indices
from standstill.measures.reserve import RESERVE_MEASURES, exact_reserve
from standstill.model.system import Regions, System
from tests.cases.held import constant, generators, held, interfaces, largest, rows, system
from tests.cases.rts79 import rts79
from tests.cases.toy import toy
from tests.reference.reserve import Comes, enumerated


def exactly(one: System, copper_plate: bool = False, measured: tuple[int, int] | None = None) -> dict[str, Estimate]:
    like = Estimate(value=0.0, se=0.0, unit=one.energy_unit, samples=0, horizon_h=one.horizon_h)
    return exact_reserve(one, like, copper_plate=copper_plate, measured=measured or (0, one.n_steps))


def check(found: dict[str, Estimate], expected: Comes) -> None:
    assert {name: item.value for name, item in found.items()} == pytest.approx({
        "reserve_shed": expected.shed, "reserve_hours": expected.hours, "reserve_shortage": expected.shortage,
    }, rel=1e-9)  # fmt: skip
    assert [found[name].unit for name in RESERVE_MEASURES] == ["MWh", "h", "MWh"]
    assert all(item.se == 0.0 for item in found.values())


@pytest.mark.parametrize(
    "one",
    [
        constant(),
        replace(toy(), reserves=held((3.0, 0.0, 40.0, 2.0), 1.5)),
        replace(toy(), reserves=held(2.0, power_scale=(2.5,))),
        replace(
            toy(), regions=Regions(names=("A",), load=toy().regions.load / 2, load_scale=(2.0,)), reserves=held(6.0)
        ),
    ],
    ids=["constant", "by step", "scaled", "scaled load"],
)
def test_one_region_equals_an_enumeration(one: System):
    plain = replace(one, regions=Regions(names=("A",), load=toy().regions.load))
    check(exactly(one), enumerated(plain))


def test_regions_that_nothing_limits_equal_an_enumeration():
    one = system(
        rows((9.0, 5.0), (4.0, 8.0)), 2, generators=generators((0, 8.0, 0.2), (1, 6.0, 0.1), (1, 3.0, 0.3)),
        interfaces=interfaces((0, 1, 99.0)), reserves=held(3.0, 1.0, regions=((0,), ())),
    )  # fmt: skip
    check(exactly(one), enumerated(one))
    check(exactly(one, copper_plate=True), enumerated(one))


def test_only_measured_steps_count():
    whole, first, rest = (exactly(constant(), measured=span) for span in ((0, 4), (0, 1), (1, 4)))
    for name in RESERVE_MEASURES:
        assert first[name].value + rest[name].value == pytest.approx(whole[name].value)


def test_a_reserve_shifts_the_load_of_a_published_system():
    one = rts79()
    asked = 400.0
    found = exactly(replace(one, reserves=held(asked)))
    heavier = replace(one, regions=replace(one.regions, load=one.regions.load + asked))
    both, alone = (exact_indices(each, with_events=False) for each in (heavier, one))
    assert found["reserve_hours"].value == pytest.approx(both.lole.value)
    assert found["reserve_shortage"].value == pytest.approx(both.eue.value - alone.eue.value)
    # 3,405 MW are as good as never down to 400
    assert found["reserve_shed"].value == pytest.approx(found["reserve_shortage"].value, rel=1e-9)


def test_why_there_is_no_number():
    scale = Figure(path="reserve", unit="", distribution=Uniform(low=0.0, high=2.0), judgement="made up")
    bound = system(
        rows(5.0, 5.0), 1, generators=generators((0, 9.0, 0.1), (1, 5.0, 0.1)), interfaces=interfaces((0, 1, 5.0)),
        reserves=held(3.0),
    )  # fmt: skip
    for one, reason in (
        (largest(), "the largest unit in service depends on outages"),
        (replace(toy(), reserves=held(1.0, power_scale=(scale,))), "the reserve is uncertain"),
        (bound, "an interface may bind once the reserve is added"),
    ):
        found = exactly(one)
        assert tuple(found) == RESERVE_MEASURES
        assert all(math.isnan(item.value) and item.reason.startswith(reason) for item in found.values())
        assert found["reserve_hours"].unit == "h"


@pytest.mark.parametrize(("asked", "regions"), [(50.0, ()), (30.0, (0,))])
def test_a_copper_plate_gives_no_reserve_where_an_interface_may_bind(asked: float, regions: tuple[int, ...]):
    """One region has 100 MW, each a load of 50 MW; nothing joins them, and what the first holds no other could use."""
    one = system(
        rows(50.0, 50.0), 10, generators=generators((0, 100.0, 0.0)), reserves=held(asked, regions=(regions,))
    )  # fmt: skip
    found = exactly(one, copper_plate=True)
    assert tuple(found) == RESERVE_MEASURES
    assert {item.reason for item in found.values()} == {"not a bound where an interface may bind"}
    assert not any(item.exists for item in found.values())


def test_nothing_is_said_where_none_is_asked_for():
    assert exactly(toy()) == {}
