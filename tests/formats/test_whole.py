"""Amounts become whole numbers: by a smaller unit where one is enough, else rounded, and never silently."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standstill.formats.pras import NO_LIMIT, read_pras, write_pras
from standstill.formats.whole import in_whole_units
from standstill.model.system import DemandResponses, Interfaces, Lines, Regions
from tests.cases.toy import toy


def system(load, energy=8.0, **units):
    """Return the toy system with another load, and a storage of some energy."""
    from standstill.model.system import Storages

    one = np.ones((1, 1))
    storages = Storages(
        names=("battery",), classes=("battery",), region=(0,), charge=one, discharge=one, energy=energy * one,
        charge_efficiency=one, discharge_efficiency=one, carryover_efficiency=one, p_fail=0 * one, p_repair=one,
    )  # fmt: skip
    made = toy()
    loads = np.full((1, made.n_steps), load)
    return replace(made, regions=replace(made.regions, load=loads), storages=storages, **units)


def test_whole_amounts_stay_as_they_are():
    found, words = in_whole_units(system(25.0))
    assert words == ()
    assert found.power_unit == "MW"
    assert found.regions.load[0, 0] == 25.0


def test_power_and_energy_move_apart():
    found, words = in_whole_units(system(25.125))
    assert words == ("power is in kW, as it is not whole in MW",)
    assert (found.power_unit, found.energy_unit) == ("kW", "MWh")
    assert found.regions.load[0, 0] == 25_125.0
    assert found.generators.capacity[0, 0] == 1000 * toy().generators.capacity[0, 0]
    assert found.storages.energy[0, 0] == 8.0
    found, words = in_whole_units(system(25.0, 0.5))
    assert words == ("energy is in kWh, as it is not whole in MWh",)
    assert found.storages.energy[0, 0] == 500.0


def test_the_largest_unit_that_will_do():
    found, _ = in_whole_units(system(2.5, 3.0, power_unit="GW", energy_unit="GWh"))
    assert (found.power_unit, found.energy_unit) == ("MW", "GWh")
    assert found.regions.load[0, 0] == 2500.0


def test_what_is_whole_but_for_binary_arithmetic_is_not_rounded():
    found, words = in_whole_units(system(0.1 * 3))
    assert words == ("power is in kW, as it is not whole in MW",)
    assert found.regions.load[0, 0] == 300.0


def test_rounding_is_said_with_its_size_and_place():
    found, words = in_whole_units(system(25.00035))
    assert found.regions.load[0, 0] == 25_000.0
    name = found.regions.names[0]
    assert words == (f"power is rounded to whole kW: no amount changes by more than 0.35 kW (regions.load[{name}])",)


def test_rounding_stops_where_the_format_ends():
    # 5 TWh are more kWh than 32 bits can count
    found, words = in_whole_units(system(25.0, 5e6 + 0.25))
    assert found.energy_unit == "MWh"
    assert found.storages.energy[0, 0] == 5e6
    assert words == (
        "energy is rounded to whole MWh: no amount changes by more than 0.25 MWh (storages.energy[battery])",
    )


def test_what_no_unit_can_hold_is_left_to_the_writer():
    found, words = in_whole_units(system(25.0, float(NO_LIMIT)))
    assert words == ()
    assert found.storages.energy[0, 0] == float(NO_LIMIT)


def joined(load, *limits):
    """Return the toy system with a second region behind some lines."""
    made, one = system(load), np.ones((1, 1))
    count = len(limits)
    ratings = np.reshape(limits, (-1, 1)).astype(float)
    return replace(
        made,
        regions=Regions(names=("a", "b"), load=np.concatenate([made.regions.load, made.regions.load])),
        interfaces=Interfaces(
            names=("a - b",), region_from=(0,), region_to=(1,), forward=max(limits) * one, backward=max(limits) * one
        ),
        lines=Lines(
            names=tuple(f"line {index}" for index in range(count)), classes=("line",) * count, interface=(0,) * count,
            forward=ratings, backward=ratings, p_fail=0 * ratings, p_repair=1 + 0 * ratings,
        ),
    )  # fmt: skip


def test_a_limit_that_cannot_bind_does_not_keep_loads_from_a_smaller_unit(tmp_path):
    # 5 TW are more kW than 32 bits can count
    found, words = in_whole_units(joined(25.125, 40.0, 5e6 + 1 / 3))
    assert words == ("power is in kW, as it is not whole in MW",)
    assert found.regions.load[0, 0] == 25_125.0
    assert found.lines.forward[:, 0].tolist() == pytest.approx([40_000.0, 5e9], rel=1e-6)
    write_pras(found, tmp_path / "whole.pras")
    again = read_pras(tmp_path / "whole.pras").lines.forward[:, 0]
    # ten times all loads and capacities, in which no flow is cut
    assert again[0] == 40_000.0
    assert 1e5 < again[1] < 1e7


def test_a_limit_that_fits_is_held_though_it_cannot_bind():
    found, words = in_whole_units(joined(25.0, 4e6 + 0.5))
    assert words == ("power is in kW, as it is not whole in MW",)
    assert found.lines.forward[0, 0] == 4_000_000_500.0


def test_other_carriers_stay_as_they_are():
    made = system(25.5, power_unit="kb/d", energy_unit="kb")
    found, words = in_whole_units(made)
    assert found is made
    assert words == ()


@pytest.mark.parametrize("load", [25.0, 0.7, 1 / 3])
def test_the_result_can_be_written(tmp_path, load):
    found, _ = in_whole_units(system(load))
    write_pras(found, tmp_path / "whole.pras")
    assert read_pras(tmp_path / "whole.pras").regions.load[0, 0] == found.regions.load[0, 0]


def test_a_number_of_steps_is_no_amount():
    one = np.ones((1, 1))
    responses = DemandResponses(
        names=("wait",), classes=("load",), region=(0,), borrow=one, payback=one, energy=2 * one, interest=0 * one,
        window=3 * one, p_fail=0 * one, p_repair=one,
    )  # fmt: skip
    found, _ = in_whole_units(replace(system(2.5), demand_responses=responses))
    assert (found.power_unit, found.demand_responses.borrow.item()) == ("kW", 1000.0)
    assert found.demand_responses.window.item() == 3.0
