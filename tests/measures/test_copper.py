"""When regions are as good as one: the proof, and what is said where there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from standstill.errors import InputError
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.measures.copper import binding, one_region
from standstill.measures.exact import exact_indices
from standstill.model.system import Generators, Interfaces, Lines, Regions, System

NONE = np.zeros((0, 1))


def three(limits, **other) -> System:
    """Return three regions: A has the power, C most of the load; A-B, B-C and A-C with one limit each, both ways."""
    given = {
        "name": "three", "step_h": 1.0, "start": dt.datetime(2024, 1, 1), "n_steps": 5, "power_unit": "MW",
        "energy_unit": "MWh",
        "regions": Regions(names=("A", "B", "C"), load=[[0.0] * 5, [20.0] * 5, [40.0, 60.0, 80.0, 60.0, 40.0]]),
        "interfaces": Interfaces(
            names=("A-B", "B-C", "A-C"), region_from=(0, 1, 0), region_to=(1, 2, 2),
            forward=np.reshape(limits, (-1, 1)), backward=np.reshape(limits, (-1, 1)),
        ),
        "generators": Generators(
            names=("a", "b", "c"), classes=("thermal",) * 3, region=(0, 0, 2), capacity=[[50.0], [40.0], [30.0]],
            p_fail=[[0.1], [0.05], [0.2]], p_repair=[[0.3], [0.4], [0.5]],
        ),
    }  # fmt: skip
    return System(**given | other)


# over A-B pass at most 90 of A's power towards the loads of B and C, over B-C at most C's load of 80
@pytest.mark.parametrize("limits", [(1000.0, 1000.0, 0.0), (90.0, 80.0, 0.0), (20.0, 0.0, 80.0), (90.0, 20.0, 1000.0)])
def test_interfaces_that_cannot_bind_make_one_region(limits):
    system = three(limits)
    assert binding(system) == []
    whole = exact_indices(system)
    alone = exact_indices(one_region(system))
    assert repr(whole) == repr(alone)
    assert whole.eue.value > 0.0


def test_the_one_region_has_all_load_and_all_generators():
    system = three((1000.0,) * 3)
    scaled = replace(system, regions=replace(system.regions, load_scale=(1.0, 2.0, 0.5)))
    whole = one_region(scaled)
    assert whole.regions.load[0] == pytest.approx([60.0, 70.0, 80.0, 70.0, 60.0])
    assert whole.generators.region == (0, 0, 0)
    assert len(whole.interfaces) == len(whole.lines) == 0


def test_a_line_of_uncertain_capability_carries_nothing_for_sure():
    figure = Figure(path="line", unit="", distribution=Uniform(low=0.0, high=1.0), judgement="a test")
    line = Lines(
        names=("line",), classes=("line",), interface=(0,), forward=[[1000.0]], backward=[[1000.0]], p_fail=[[0.0]],
        p_repair=[[1.0]], capacity_scale=(1.0,),
    )  # fmt: skip
    joins = Interfaces(
        names=("A-B", "B-C"), region_from=(0, 1), region_to=(1, 2), forward=[[1000.0]] * 2, backward=[[1000.0]] * 2
    )  # fmt: skip
    system = three((0.0, 0.0, 0.0), interfaces=joins, lines=line)
    assert binding(system) == []
    [(place, _, carried)] = binding(replace(system, lines=replace(line, capacity_scale=(figure,))))
    assert (place, carried) == ("interfaces.A-B", "0 and 0")


def test_an_interface_that_may_bind_is_named_and_the_way_out_hinted():
    with pytest.raises(
        InputError, match=r"interfaces.A-B: must carry 90 and 0 MW, or exact(?s:.)*copper plate"
    ) as caught:
        exact_indices(three((89.0, 80.0, 0.0)))
    assert len(caught.value.faults) == 1


def test_a_copper_plate_on_purpose_is_a_lower_bound_by_name():
    assert repr(exact_indices(three((5.0, 5.0, 5.0)), copper_plate=True)) == repr(exact_indices(three((1000.0,) * 3)))


def test_regions_that_nothing_joins():
    apart = Interfaces(names=(), region_from=(), region_to=(), forward=NONE, backward=NONE)
    with pytest.raises(InputError, match="interfaces: must join all regions, got '3 groups of regions'"):
        exact_indices(three((1.0,) * 3, interfaces=apart))


def test_only_lines_that_never_fail_count():
    system = three((1000.0, 1000.0, 0.0))

    def lines(p_fail: float) -> Lines:
        return Lines(
            names=("one", "two"), classes=("line",) * 2, interface=(0, 0), forward=[[60.0]] * 2, backward=[[60.0]] * 2,
            p_fail=[[0.0], [p_fail]], p_repair=[[1.0]] * 2,
        )  # fmt: skip

    assert binding(replace(system, lines=lines(0.0))) == []
    [(place, _, got)] = binding(replace(system, lines=lines(0.1)))
    assert (place, got) == ("interfaces.A-B", "60 and 60")
