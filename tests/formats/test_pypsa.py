"""Reading PyPSA networks: amounts and signs, what is left out in words, and every fault named at once."""

from __future__ import annotations

import datetime as dt

import h5py
import numpy as np
import pytest

import standstill
from standstill.errors import FormatError, InputError
from standstill.formats.pypsa import read_pypsa
from standstill.model.outage import OutageRate
from tests.cases.pypsa_network import STEPS, put, series, tables, write_network
from tests.reference.pypsa_lp import least_unserved

RAMP = np.arange(STEPS)


@pytest.fixture
def path(tmp_path):
    """Return the file of the small network, to be spoilt."""
    return write_network(tmp_path / "small.nc")


def columns(table) -> dict:
    """Return the arrays of a table as lists, for tables that do not change in time."""
    return {
        name: getattr(table, name)[:, 0].tolist()
        for name in table.__dataclass_fields__
        if isinstance(getattr(table, name), np.ndarray) and getattr(table, name).shape[1] == 1
    }


def only(tmp_path, content, moving=None, **more):
    """Read a network of two buses with some content, and return it."""
    buses = {"buses": {"i": ["a", "b"]}, "loads": {"i": ["la"], "bus": ["a"], "p_set": [1.0]}}
    return read_pypsa(write_network(tmp_path / "only.nc", buses | content, moving or {}), **more)


# --- amounts and signs ---


def test_time_and_units(path):
    system = read_pypsa(path).system
    assert (system.name, system.start, system.step_h, system.n_steps) == ("small", dt.datetime(2024, 1, 1), 1.0, STEPS)
    assert (system.power_unit, system.energy_unit) == ("MW", "MWh")


def test_electric_buses_are_regions_with_the_sum_of_their_loads(path):
    regions = read_pypsa(path).system.regions
    assert regions.names == ("a", "b")
    assert regions.load.tolist() == [[50.0] * STEPS, (12.0 + RAMP).tolist()]


def test_carriers_of_buses_are_the_users_choice(path):
    assert read_pypsa(path, bus_carriers=("AC",)).system.regions.names == ("a",)
    assert read_pypsa(path, bus_carriers=("AC", "H2")).system.regions.names == ("a", "h2")


def test_generators(path):
    generators = read_pypsa(path).system.generators
    assert generators.names == ("g1", "w")
    assert generators.classes == ("coal", "wind")
    assert generators.region == (0, 1)
    assert generators.capacity == pytest.approx(np.stack([100.0 + 0 * RAMP, 3.0 * RAMP]))
    assert columns(generators)["p_fail"] == [0.0, 0.0]
    assert columns(generators)["p_repair"] == [1.0, 1.0]


def test_storage_unit_without_inflow_is_a_storage(path):
    storages = read_pypsa(path).system.storages
    assert storages.names == ("su", "cell")
    assert storages.classes == ("phs", "battery")
    assert storages.region == (0, 0)
    assert storages.initial == (0.25, 0.25)
    found = {name: values[0] for name, values in columns(storages).items()}
    expected = {
        "charge": 5.0, "discharge": 8.0, "energy": 60.0, "charge_efficiency": 0.9, "discharge_efficiency": 0.8,
        "carryover_efficiency": 0.99, "p_fail": 0.0, "p_repair": 1.0,
    }  # fmt: skip
    assert found == pytest.approx(expected)


def test_store_behind_links_of_its_own_is_a_storage(path):
    found = {name: values[1] for name, values in columns(read_pypsa(path).system.storages).items()}
    expected = {
        "charge": 8.0, "discharge": 9.0, "energy": 40.0, "charge_efficiency": 0.95, "discharge_efficiency": 0.9,
        "carryover_efficiency": 0.999, "p_fail": 0.0, "p_repair": 1.0,
    }  # fmt: skip
    assert found == pytest.approx(expected)


def test_storage_unit_with_inflow_is_counted_in_what_it_delivers(path):
    reservoirs = read_pypsa(path).system.generator_storages
    assert reservoirs.names == ("hy",)
    assert reservoirs.region == (1,)
    found = {name: values[0] for name, values in columns(reservoirs).items()}
    expected = {
        "charge": 1.5, "discharge": 20.0, "energy": 600.0, "charge_efficiency": 1.0, "discharge_efficiency": 1.0,
        "carryover_efficiency": 1.0, "p_fail": 0.0, "p_repair": 1.0, "inflow": 1.5, "injection": 20.0,
        "withdrawal": 0.0, "release": 0.0,
    }  # fmt: skip
    assert found == pytest.approx(expected)


def test_lines_transformers_and_links_between_regions(path):
    system = read_pypsa(path).system
    lines, interfaces = system.lines, system.interfaces
    assert lines.names == ("l", "t", "dc")
    assert lines.classes == ("line", "transformer", "DC")
    assert lines.interface == (0, 0, 0)
    # the link runs from the later region to the earlier, 20 MW that way and a quarter of it back
    assert columns(lines)["forward"] == [15.0, 5.0, 5.0]
    assert columns(lines)["backward"] == [15.0, 5.0, 20.0]
    assert (interfaces.names, interfaces.region_from, interfaces.region_to) == (("a - b",), (0,), (1,))
    assert columns(interfaces) == {"forward": [25.0], "backward": [40.0]}


def test_an_infinite_rating_is_no_limit(tmp_path):
    content = {
        "loads": {"i": ["la"], "bus": ["a"], "p_set": [70.0]},
        "generators": {"i": ["g"], "bus": ["b"], "p_nom": [50.0]},
        "lines": {"i": ["l", "m"], "bus0": ["a", "a"], "bus1": ["b", "b"], "s_nom": [np.inf, 5.0]},
        "links": {"i": ["dc"], "bus0": ["a"], "bus1": ["b"], "p_nom": [np.inf], "p_min_pu": [0.0]},
    }
    system = only(tmp_path, content).system
    # ten times all loads and capacities
    assert columns(system.lines)["forward"] == [1200.0, 5.0, 1200.0]
    assert columns(system.lines)["backward"] == [1200.0, 5.0, 0.0]
    assert columns(system.interfaces) == {"forward": [1200.0], "backward": [1200.0]}
    assert standstill.assess(system, samples=1).eue.value == pytest.approx(20.0 * STEPS)


def test_a_store_behind_links_without_a_limit_moves_in_one_step(tmp_path):
    ends = {"i": ["in", "out"], "bus0": ["a", "x"], "bus1": ["x", "a"], "p_nom": [np.inf, np.inf]}
    storages = columns(only(tmp_path, behind(**ends, efficiency=[0.5, 0.8])).system.storages)
    assert storages["charge"] == [pytest.approx(60.0)]
    assert storages["discharge"] == [pytest.approx(24.0)]


def test_noise_below_nothing_is_nothing(path):
    with h5py.File(path, "r+") as file:
        at("generators_t_p_max_pu", (1, 0), -1e-9)(file)
        at("lines_s_nom", 0, -1e-7)(file)
        at("loads_p_set", 0, -1e-8)(file)
    found = read_pypsa(path)
    assert found.system.generators.capacity[1, 1] == 0.0
    assert found.system.lines.forward[0, 0] == 0.0
    assert found.system.regions.load[0, 0] == 0.0
    assert not any("infeed" in words for words in found.left_out)


def test_signs(tmp_path):
    found = only(
        tmp_path,
        {
            "loads": {"i": ["la", "sun"], "bus": ["a", "a"], "p_set": [9.0, 4.0], "sign": [-1.0, 1.0]},
            "generators": {
                "i": ["kilo", "export"],
                "bus": ["a", "a"],
                "p_nom": [5000.0, 3.0],
                "sign": [1e-3, -1.0],
            },
        },
    )
    assert found.system.regions.load.tolist() == [[5.0], [0.0]]
    assert found.system.generators.names == ("kilo",)
    assert found.system.generators.capacity == pytest.approx(np.array([[5.0]]))
    assert "1 generator that take power (sign < 0), 3 MW in all" in found.left_out


def test_names_that_clash_between_components_are_told_apart(tmp_path):
    ends = {"bus0": ["a"], "bus1": ["b"]}
    found = only(
        tmp_path,
        {
            "lines": {"i": ["x"], **ends, "s_nom": [1.0]},
            "transformers": {"i": ["x"], **ends, "s_nom": [2.0]},
            "links": {"i": ["x"], **ends, "p_nom": [4.0]},
            "storage_units": {"i": ["y"], "bus": ["a"], "p_nom": [1.0]},
            "stores": {"i": ["y"], "bus": ["a"], "e_nom": [3.0]},
        },
    )
    assert found.system.lines.names == ("x", "x (transformer)", "x (link)")
    assert columns(found.system.lines)["forward"] == [1.0, 2.0, 4.0]
    assert found.system.storages.names == ("y", "y (store)")
    assert columns(found.system.storages)["charge"] == [1.0, 3.0]


def test_steps_of_three_hours(tmp_path):
    content = {
        "buses": {"i": ["a"]},
        "stores": {"i": ["s"], "bus": ["a"], "e_nom": [60.0], "standing_loss": [0.1]},
        "storage_units": {"i": ["u"], "bus": ["a"], "p_nom": [10.0], "max_hours": [4.0], "standing_loss": [0.5]},
    }
    found = read_pypsa(write_network(tmp_path / "three.nc", content, {}, hours=[0, 3, 6])).system
    assert (found.step_h, found.n_steps) == (3.0, 3)
    assert columns(found.storages)["carryover_efficiency"] == pytest.approx([0.125, 0.729])
    # a store has no limit of power: all of it can move in one step
    assert columns(found.storages)["charge"] == [10.0, 20.0]
    assert columns(found.storages)["energy"] == [40.0, 60.0]


@pytest.mark.parametrize(
    ("since", "hours", "start", "step_h"),
    [
        ("hours since 2013-07-01 06:00:00", [0.0, 0.5], dt.datetime(2013, 7, 1, 6), 0.5),
        ("days since 2013-01-01", [1, 2], dt.datetime(2013, 1, 2), 24.0),
        ("minutes since 2013-01-01T00:30:00.000000", [0, 30], dt.datetime(2013, 1, 1, 0, 30), 0.5),
        ("seconds since 2013-01-01 02:00:00+02:00", [0, 900], dt.datetime(2013, 1, 1), 0.25),
    ],
)
def test_times_of_any_unit(tmp_path, since, hours, start, step_h):
    weights = dict.fromkeys(("stores", "generators"), step_h)
    file = write_network(tmp_path / "t.nc", {"buses": {"i": ["a"]}}, {}, hours=hours, since=since, weights=weights)
    found = read_pypsa(file).system
    assert (found.start, found.step_h, found.n_steps) == (start, step_h, 2)


def test_one_snapshot_lasts_as_long_as_its_weight(tmp_path):
    file = write_network(tmp_path / "t.nc", {"buses": {"i": ["a"]}}, {}, hours=[0], weights={"stores": 2.0})
    assert read_pypsa(file).system.step_h == 2.0


def test_what_may_be_built_is_as_it_stands_or_as_the_optimiser_chose(tmp_path):
    content = {
        "generators": {
            "i": ["old", "new", "none"],
            "bus": ["a", "a", "a"],
            "p_nom": [10.0, 1.0, 2.0],
            "p_nom_opt": [99.0, 7.0, -1e-9],
            "p_nom_extendable": [False, True, True],
        }
    }
    stands, built = only(tmp_path, content), only(tmp_path, content, optimised=True)
    assert columns(stands.system.generators)["capacity"] == [10.0, 1.0, 2.0]
    assert columns(built.system.generators)["capacity"] == [10.0, 7.0, 0.0]
    hint = "in Python read_pypsa(..., optimised=True) takes what was built"
    words = f"what may be built (2 generators): what stands is taken; {hint}"
    assert words in stands.left_out
    assert words not in built.left_out


def test_charge_that_the_network_leaves_to_its_optimiser(tmp_path):
    content = {
        "storage_units": {"i": ["u"], "bus": ["a"], "p_nom": [1.0], "cyclic_state_of_charge": [True]},
        "stores": {"i": ["s"], "bus": ["b"], "e_nom": [3.0], "e_cyclic": [True], "e_initial": [1.0]},
    }
    found = only(tmp_path, content, cyclic_charge=0.75)
    assert found.system.storages.initial == (0.75, 0.75)
    assert any("taken as 75 % of energy" in words for words in found.left_out)
    assert only(tmp_path, content).system.storages.initial == (0.5, 0.5)


def test_what_a_store_must_always_hold_is_not_counted(tmp_path):
    store = {"i": ["s"], "bus": ["a"], "e_nom": [100.0], "e_min_pu": [0.2], "e_max_pu": [0.9], "e_initial": [55.0]}
    found = only(tmp_path, {"stores": store})
    assert columns(found.system.storages)["energy"] == pytest.approx([70.0])
    assert found.system.storages.initial == pytest.approx((0.5,))
    assert any(words.startswith("losses of what 1 store must always hold") for words in found.left_out)


def test_several_links_of_a_store_are_one_if_they_are_alike(tmp_path):
    content = {
        "buses": {"i": ["a", "b", "x"], "carrier": ["AC", "AC", "battery"]},
        "stores": {"i": ["s"], "bus": ["x"], "e_nom": [3.0]},
        "links": {
            "i": ["i1", "i2", "o"],
            "bus0": ["a", "a", "x"],
            "bus1": ["x", "x", "a"],
            "p_nom": [1.0, 2.0, 4.0],
            "efficiency": [0.9, 0.9, 0.5],
        },
    }
    assert columns(only(tmp_path, content).system.storages)["charge"] == [3.0]
    content["links"]["efficiency"] = [0.9, 0.8, 0.5]
    found = only(tmp_path, content)
    assert len(found.system.storages) == 0
    assert "1 store at buses of carrier battery, 3 MWh in all" in found.left_out
    assert "3 links to, from or between buses of carrier battery, 7 MW in all" in found.left_out


def behind(**links):
    """Return a bus with a store of 30 MWh and some links."""
    return {
        "buses": {"i": ["a", "b", "x"], "carrier": ["AC", "AC", "battery"]},
        "stores": {"i": ["s"], "bus": ["x"], "e_nom": [30.0], "e_initial": [15.0]},
        "links": links,
    }


BOTH_WAYS = {
    # p0 = 10 takes 10 MW of the region and brings 8; p0 = -5 takes 0.8 * 5 MW of the store and brings 5: counted in
    # what charged it, nothing is lost, and 30 MWh are 37.5
    "begins at the region": (
        {"i": ["l"], "bus0": ["a"], "bus1": ["x"], "p_nom": [10.0], "p_min_pu": [-0.5], "efficiency": [0.8]},
        {"charge": 10.0, "discharge": 5.0, "energy": 37.5},
    ),
    # p0 = 10 takes 10 MW of the store and brings 8; p0 = -5 takes 0.8 * 5 MW of the region and brings 5: counted in
    # what it delivers, nothing is lost, and 30 MWh are 24
    "ends at the region": (
        {"i": ["l"], "bus0": ["x"], "bus1": ["a"], "p_nom": [10.0], "p_min_pu": [-0.5], "efficiency": [0.8]},
        {"charge": 4.0, "discharge": 8.0, "energy": 24.0},
    ),
    "backwards only": (
        {
            "i": ["l"],
            "bus0": ["a"],
            "bus1": ["x"],
            "p_nom": [10.0],
            "p_min_pu": [-1.0],
            "p_max_pu": [0.0],
            "efficiency": [0.8],
        },
        {"charge": 0.0, "discharge": 10.0, "energy": 37.5},
    ),
    "beside one that is alike": (
        {
            "i": ["l", "m"],
            "bus0": ["a", "x"],
            "bus1": ["x", "a"],
            "p_nom": [10.0, 2.0],
            "p_min_pu": [-1.0, 0.0],
            "efficiency": [1.0, 1.0],
        },
        {"charge": 10.0, "discharge": 12.0, "energy": 30.0},
    ),
}


@pytest.mark.parametrize(("links", "expected"), BOTH_WAYS.values(), ids=BOTH_WAYS)
def test_flow_against_a_link_of_a_store(tmp_path, links, expected):
    found = only(tmp_path, behind(**links))
    storages = columns(found.system.storages)
    assert {name: storages[name][0] for name in expected} == pytest.approx(expected)
    assert storages["discharge_efficiency"] == [pytest.approx(1.0)]
    assert found.system.storages.initial == (0.5,)
    assert not any("p_min_pu" in words for words in found.left_out)
    assert ("1 store behind links can never charge" in found.left_out) is (expected["charge"] == 0.0)


def test_flow_against_a_link_that_is_not_like_the_others_is_left_out(tmp_path):
    ends = {"i": ["in", "out"], "bus0": ["a", "x"], "bus1": ["x", "a"], "p_nom": [10.0, 20.0]}
    found = only(tmp_path, behind(**ends, p_min_pu=[-1.0, 0.0], efficiency=[0.9, 0.8]))
    storages = columns(found.system.storages)
    assert (storages["charge"], storages["discharge"], storages["energy"]) == ([10.0], [16.0], [30.0])
    assert "flow against, or least flow of, 1 link of stores (p_min_pu)" in found.left_out


def test_a_store_that_no_link_leads_to(tmp_path):
    found = only(tmp_path, behind(i=["out"], bus0=["x"], bus1=["a"], p_nom=[10.0]))
    assert columns(found.system.storages)["charge"] == [0.0]
    assert "1 store behind links can never charge" in found.left_out


@pytest.mark.parametrize("ends", [("a", "q"), ("q", "a")])
def test_a_link_both_ways_leaves_unserved_what_a_linear_programme_does(tmp_path, ends):
    content, moving = random_case(2)
    link = {"i": ["l"], "bus0": [ends[0]], "bus1": [ends[1]], "p_nom": [25.0], "p_min_pu": [-0.8], "efficiency": [0.9]}
    content["links"] = link
    file = write_network(tmp_path / "case.nc", content, moving, hours=range(HOURS))
    found = standstill.assess(read_pypsa(file).system, samples=256).indices["eue"].value
    assert found == pytest.approx(least_unserved(content, moving, HOURS), rel=1e-9)
    content["links"] = link | {"p_min_pu": [0.0]}
    assert found < least_unserved(content, moving, HOURS) - 10.0


@pytest.mark.parametrize(
    "more",
    [
        {"generators": {"i": ["g"], "bus": ["x"], "p_nom": [1.0]}},
        {"loads": {"i": ["l"], "bus": ["x"], "p_set": [1.0]}},
        {"stores": {"i": ["s", "s2"], "bus": ["x", "x"], "e_nom": [3.0, 1.0]}},
        {"links": {"i": ["in", "out"], "bus0": ["a", "x"], "bus1": ["x", "b"], "p_nom": [1.0, 1.0]}},
        {"links": {"i": ["in"], "bus0": ["a"], "bus1": ["x"], "p_nom": [1.0]}},
        {"links": {"i": ["in", "o"], "bus0": ["a", "x"], "bus1": ["x", "a"], "bus2": ["", "b"], "p_nom": [1.0, 1.0]}},
    ],
    ids=["generator", "load", "second store", "two regions", "no way out", "a further end"],
)
def test_a_bus_with_more_than_a_store_is_no_storage(tmp_path, more):
    content = {
        "buses": {"i": ["a", "b", "x"], "carrier": ["AC", "AC", "battery"]},
        "stores": {"i": ["s"], "bus": ["x"], "e_nom": [3.0]},
        "links": {"i": ["in", "out"], "bus0": ["a", "x"], "bus1": ["x", "a"], "p_nom": [1.0, 1.0]},
    }
    assert len(only(tmp_path, content).system.storages) == 1
    found = only(tmp_path, content | more)
    assert len(found.system.storages) == 0
    assert any("store" in words and "at buses of carrier battery" in words for words in found.left_out)


def test_a_pumped_reservoir_loses_on_what_it_charges(tmp_path):
    unit = {
        "i": ["u"],
        "bus": ["a"],
        "p_nom": [10.0],
        "max_hours": [8.0],
        "efficiency_store": [0.9],
        "efficiency_dispatch": [0.8],
    }
    found = only(tmp_path, {"storage_units": unit}, {("storage_units", "inflow"): {"u": 5.0 + RAMP}})
    table = found.system.generator_storages
    assert table.inflow == pytest.approx(0.8 * (5.0 + RAMP)[None, :])
    assert table.charge == pytest.approx(10.0 + 0.8 * (5.0 + RAMP)[None, :])
    assert table.charge_efficiency == pytest.approx(np.array([[0.72]]))
    assert columns(table)["withdrawal"] == [10.0]
    assert columns(table)["energy"] == pytest.approx([64.0])
    assert any(words.startswith("storage without loss of the inflow of 1 storage unit") for words in found.left_out)


def test_what_a_reservoir_can_deliver_is_what_the_engine_finds(tmp_path):
    # 18 MWh flow in over six hours, half reaches the grid: 9 MWh against a load of 20 MW in the last hour
    content = {
        "buses": {"i": ["b"]},
        "loads": {"i": ["l"], "bus": ["b"]},
        "storage_units": tables()["storage_units"] | {"bus": ["b", "b"], "p_nom": [0.0, 20.0]},
    }
    content["storage_units"]["state_of_charge_initial"] = [0.0, 0.0]
    moving = {("loads", "p_set"): {"l": 20.0 * (RAMP == STEPS - 1)}, ("storage_units", "inflow"): {"hy": 3 + 0 * RAMP}}
    system = read_pypsa(write_network(tmp_path / "r.nc", content, moving)).system
    assert standstill.assess(system, samples=256).indices["eue"].value == pytest.approx(11.0)


HOURS = 24


def random_case(number: int) -> tuple[dict, dict]:
    """Return a network of two buses that is short at times, with one kind of storage."""
    random = np.random.default_rng(number)
    content = {
        "buses": {"i": ["a", "b", "q"], "carrier": ["AC", "AC", "battery"]},
        "loads": {"i": ["la", "lb"], "bus": ["a", "b"], "p_set": [0.0, 25.0]},
        "generators": {"i": ["g", "w"], "bus": ["a", "b"], "p_nom": [60.0, 90.0]},
        "lines": {"i": ["l"], "bus0": ["b"], "bus1": ["a"], "s_nom": [50.0], "s_max_pu": [0.7]},
    }
    moving = {
        ("loads", "p_set"): {"la": random.uniform(50, 150, HOURS)},
        ("generators", "p_max_pu"): {"g": random.uniform(0.5, 1, HOURS), "w": random.uniform(0, 1, HOURS)},
    }
    unit = {"i": ["s"], "bus": ["a"], "p_nom": [30.0], "efficiency_dispatch": [0.8]}
    if number % 3 == 0:
        more = {"max_hours": [4.0], "efficiency_store": [0.9], "state_of_charge_initial": [60.0]}
        content["storage_units"] = unit | more
    elif number % 3 == 1:
        content["storage_units"] = unit | {"max_hours": [9.0], "p_min_pu": [0.0], "state_of_charge_initial": [100.0]}
        moving["storage_units", "inflow"] = {"s": random.uniform(0, 40, HOURS)}
    else:
        content["stores"] = {"i": ["s"], "bus": ["q"], "e_nom": [150.0], "e_initial": [50.0]}
        ends = {"bus0": ["a", "q"], "bus1": ["q", "a"]}
        content["links"] = {"i": ["in", "out"], **ends, "p_nom": [25.0, 30.0], "efficiency": [0.9, 0.8]}
    return content, moving


@pytest.mark.parametrize("number", range(6))
def test_unserved_energy_is_that_of_a_linear_programme_of_the_network(tmp_path, number):
    content, moving = random_case(number)
    file = write_network(tmp_path / "case.nc", content, moving, hours=range(HOURS))
    # without standing losses, giving early is never worse than giving late, so that foresight gains nothing
    found = standstill.assess(read_pypsa(file).system, samples=256).indices["eue"].value
    assert found == pytest.approx(least_unserved(content, moving, HOURS), rel=1e-9)
    assert found > 100.0


# --- outages ---


def test_nothing_fails_without_rates_and_that_is_said(path):
    found = read_pypsa(path)
    assert (
        "forced outages: no rate is given for 2 generators (coal, wind), 2 storages (battery, phs), "
        "1 generator-storage (hydro), 3 lines (DC, line, transformer), so that they never fail"
    ) in found.left_out


def test_rates_by_carrier(path):
    found = read_pypsa(path, outages={"coal": OutageRate(forced_outage_rate=0.1, mttr_h=50.0)})
    generators = found.system.generators
    assert columns(generators)["p_fail"] == pytest.approx([0.1 / 0.9 / 50.0, 0.0])
    assert columns(generators)["p_repair"] == pytest.approx([0.02, 1.0])
    assert any("no rate is given for 1 generator (wind)" in words for words in found.left_out)


def test_rates_from_a_file(path, tmp_path):
    table = tmp_path / "rates.csv"
    table.write_text("# someone, 2020\nclass,forced_outage_rate,mttr_h\nphs,0.5,10\nnuclear,0.05,100\n")
    found = read_pypsa(path, outages=table)
    assert columns(found.system.storages)["p_fail"] == pytest.approx([0.1, 0.0])
    assert "outage rates of nuclear: no asset is of that class" in found.left_out


def test_a_file_of_rates_is_checked(path, tmp_path):
    table = tmp_path / "rates.csv"
    table.write_text("class,forced_outage_rate,mttr_h\ncoal,1,50\ngas,much,0\nsun,0,0\nwind,0.1,9\nwind,0.2,9\n")
    with pytest.raises(InputError, match=r"4 faults in .*rates\.csv") as raised:
        read_pypsa(path, outages=table)
    shown = str(raised.value)
    assert "row 2: forced_outage_rate: must be a share from 0 to below 1, got 1.0" in shown
    assert "row 3: must hold two numbers" in shown
    assert "row 4: mttr_h: must be a finite number of hours > 0, got 0.0" in shown
    assert "row 6: must be the only row of its class, got 'wind'" in shown


# --- what is left out ---


def test_all_that_is_left_out_of_the_small_network(path):
    assert read_pypsa(path).left_out[:-1] == (
        "1 load at buses of carrier H2, 7 MW on average",
        "1 store at buses of carrier H2, 100 MWh in all",
        "1 link to, from or between buses of carrier H2, 5 MW in all",
        "impedances of lines and transformers: power goes where limits let it",
    )


LEFT_OUT = {
    "ramps": ("generators_ramp_limit_up", [0.1, np.nan], "unit commitment, maintenance and ramp limits of 1 generator"),
    "commitment": ("generators_committable", [True, True], "unit commitment, maintenance and ramp limits of 2 gen"),
    "budget": ("generators_e_sum_max", [np.inf, 5.0], "limits of energy over the horizon (e_sum_min, e_sum_max) of 1"),
    "fixed": ("generators_p_set", [np.nan, 5.0], "dispatch that is fixed (p_set) of 1 generator"),
    "costs": ("generators_marginal_cost", [1.0, 2.0], "costs and emissions, which do not matter to adequacy"),
    "losses": ("links_efficiency", [0.97, 0.7, 0.95, 0.9], "losses of 1 link (efficiency is not 1)"),
    "flow": ("links_p_min_pu", [0.5, 0.0, 0.0, 0.0], "least flow of 1 link (p_min_pu > 0 or p_max_pu < 0)"),
    "back": ("links_p_min_pu", [0.0, 0.0, 0.0, -1.0], "flow against, or least flow of, 1 link of stores"),
    "ends": ("links_bus2", ["h2", "", "", ""], "further ends (bus2 and on) of 1 link"),
    "idle": ("generators_active", [True, False], "1 generator not in use (active is false)"),
    "shed": ("generators_carrier", ["Load", "wind"], "1 generator of carrier Load, which stand for load that is not"),
    "must run": ("storage_units_p_min_pu", [0.1, 0.0], "least output (p_min_pu > 0) of 1 storage unit"),
    "loop": ("lines_bus1", ["a"], "1 line from a bus to itself, 25 MW in all"),
    "constraints": ("global_constraints_i", ["co2"], "global constraints of the network"),
    "phase": ("transformers_phase_shift", [30.0], "phase shifts of 1 transformer"),
}


@pytest.mark.parametrize(("name", "values", "words"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_is_left_out_is_said(path, name, values, words):
    assert not any(words in line for line in read_pypsa(path).left_out)
    with h5py.File(path, "r+") as file:
        put(file, name, values)
    assert any(words in line for line in read_pypsa(path).left_out)


def test_series_of_what_is_left_out_are_seen(path):
    with h5py.File(path, "r+") as file:
        put(file, "generators_t_p_min_pu_i", ["g1"])
        put(file, "generators_t_p_min_pu", np.full((STEPS, 1), 0.3))
    assert "least output (p_min_pu) of 1 generator" in read_pypsa(path).left_out


@pytest.mark.parametrize(
    ("weights", "sums"),
    [
        ({"generators": 365.0, "objective": 9.0}, "generators, objective"),
        ({"generators": 1.0, "objective": 9.0}, "objective"),
        ({"generators": 365.0}, "generators"),
    ],
)
def test_weights_in_sums_are_mentioned(tmp_path, weights, sums):
    file = write_network(tmp_path / "w.nc", weights=weights)
    words = f"weights of snapshots in sums ({sums}): each stands for its own time alone"
    assert words in read_pypsa(file).left_out


def test_weights_that_are_the_step_are_not_mentioned(tmp_path):
    weights = dict.fromkeys(("stores", "generators", "objective"), 1.0)
    found = read_pypsa(write_network(tmp_path / "w.nc", weights=weights))
    assert not any("weights" in words for words in found.left_out)


def test_infeed_given_as_a_load_is_mentioned(tmp_path):
    loads = {"i": ["l", "sun", "wind"], "bus": ["a", "a", "a"], "p_set": [90.0, -4.0, 0.0]}
    found = only(tmp_path, {"loads": loads}, {("loads", "p_set"): {"wind": 1.0 - RAMP}})
    assert found.system.regions.load[0].tolist() == (87.0 - RAMP).tolist()
    assert "infeed of 2 loads below 0, 8 MW at most, which is taken as so much less load" in found.left_out


def test_a_dispatch_efficiency_that_changes_is_taken_at_its_least(tmp_path):
    moving = series() | {("storage_units", "efficiency_dispatch"): {"hy": 0.5 + RAMP / 100}}
    found = read_pypsa(write_network(tmp_path / "e.nc", tables(), moving))
    assert columns(found.system.generator_storages)["energy"] == [600.0]
    assert any(words.startswith("changes of efficiency_dispatch of 1 storage unit") for words in found.left_out)


# --- what is wrong, and where ---


def variable(name, values):
    """Return what replaces a variable."""
    return lambda file: put(file, name, values)


def delete(name):
    """Return what takes a variable away."""

    def spoil(file):
        del file[name]

    return spoil


def at(name, place, number):
    """Return what replaces one value."""

    def spoil(file):
        values = file[name][()]
        values[place] = number
        file[name][...] = values

    return spoil


def attribute(name, key, value):
    """Return what sets an attribute of a variable."""

    def spoil(file):
        file[name].attrs[key] = value

    return spoil


SPOILT = {
    # time
    "no snapshots": (
        lambda file: [delete(name)(file) for name in list(file) if name.startswith("snapshots")],
        r"snapshots: must be given",
    ),
    "no times": (variable("snapshots_snapshot", list(range(STEPS))), r"snapshots: must be times\n\nhint: n\.set"),
    "text for times": (variable("snapshots_snapshot", ["now"] * STEPS), r"snapshots: must be times"),
    "calendar": (attribute("snapshots_snapshot", "calendar", b"360_day"), r"snapshots_snapshot: .*calendar 360_day"),
    "no date": (
        attribute("snapshots_snapshot", "units", b"hours since spring"),
        r"snapshots_snapshot: must be readable",
    ),
    "endless": (at("snapshots_snapshot", 5, 2**62), r"snapshots_snapshot: must be readable, got 'times beyond"),
    "gap": (
        at("snapshots_snapshot", 5, 7),
        r"snapshots: must be evenly spaced, got '3 h after snapshot 5, 1 h bef",
    ),
    "backwards": (at("snapshots_snapshot", slice(None), RAMP[::-1]), r"snapshots: must be evenly spaced"),
    "weights": (variable("snapshots_stores", np.full(STEPS, 3.0)), r"snapshots_stores: must be 1 h, .*, got 3\.0"),
    "too few weights": (variable("snapshots_stores", [1.0]), r"snapshots_stores: must have shape \(6\).*, got \(1,\)"),
    "periods": (variable("snapshots_period", [2030] * STEPS), r"snapshots: must have no investment periods"),
    "scenarios": (variable("scenario", ["x", "y"]), r"scenario: must be absent, got 'a network of several scenarios'"),
    # structure
    "no buses": (delete("buses_i"), r"buses_i: must be given"),
    "no names": (delete("generators_i"), r"generators_i: must be given"),
    "no bus": (delete("generators_bus"), r"generators_bus: must be given"),
    "no names of a series": (delete("loads_t_p_set_i"), r"loads_t_p_set_i: must be given"),
    "too short": (
        variable("generators_p_nom", [1.0]),
        r"generators_p_nom: must have shape \(2\) \(names\), got \(1",
    ),
    "turned": (
        variable("generators_t_p_max_pu", np.ones((1, STEPS))),
        r"generators_t_p_max_pu: must have shape \(6, 1\) \(snapshots, names\), got \(1, 6\)",
    ),
    "text for numbers": (variable("generators_p_nom", ["1", "2"]), r"generators_p_nom: must hold numbers, got 'text'"),
    "numbers for text": (variable("generators_bus", [1.5, 2.0]), r"generators_bus: must hold text, got 'numbers'"),
    "a group": (
        lambda file: (delete("generators_p_nom")(file), file.create_group("generators_p_nom")),
        r"generators_p_nom: must be readable, got 'a group, not a variable'",
    ),
    "compound": (
        lambda file: (
            delete("generators_p_nom")(file),
            file.create_dataset("generators_p_nom", data=np.zeros(2, dtype=[("a", "f8")])),
        ),
        r"generators_p_nom: must be readable, got .neither text nor numbers",
    ),
    "not text": (
        lambda file: file["generators_bus"].__setitem__(0, b"\xff\xfe"),
        r"generators_bus: must be readable, got .*utf-8",
    ),
    # names
    "twice": (variable("generators_i", ["g1", "g1"]), r"generators_i\[g1\]: must be a unique name, got '2 rows"),
    "empty": (variable("lines_i", [""]), r"lines_i\[\]: must be a unique name"),
    "unknown bus": (variable("generators_bus", ["a", "z"]), r"generators_bus\[w\]: must be the name of a bus, got 'z'"),
    "unknown end": (variable("links_bus1", ["a", "h2", "y", "a"]), r"links_bus1\[in\]: must be the name of a bus"),
    "unknown series": (variable("loads_t_p_set_i", ["z"]), r"loads_t_p_set_i: must be names of loads, got 'z'"),
    "no electric bus": (
        variable("buses_carrier", ["heat"] * 4),
        r"buses_carrier: must have a bus of carrier AC or DC, got 'heat'\n\nhint: .*in Python: .*bus_carriers=",
    ),
    # values
    "NaN": (
        at("generators_p_nom", 0, np.nan),
        r"generators_p_nom\[g1\]: must be finite .* >= 0, got nan",
    ),
    "beyond sums": (
        at("generators_p_nom", 1, 1e308),
        r"generators_p_nom\[w\]: must be finite \(<= 1e15\) and >= 0, got 1e\+308",
    ),
    "beyond products": (at("loads_p_set", 0, -1e300), r"loads_p_set\[la\]: must be finite \(<= 1e15\), got -1e\+300"),
    "beyond what two in their bounds make": (
        lambda file: (at("storage_units_p_nom", 0, 1e10)(file), at("storage_units_max_hours", 0, 1e10)(file)),
        r"Storages\.energy\[su\]: must be at most 1e\+15, got 1e\+20",
    ),
    "infinite": (
        at("generators_p_nom", 1, np.inf),
        r"generators_p_nom\[w\]: must be finite .* >= 0, got inf",
    ),
    "negative": (
        at("storage_units_p_nom", 0, -1.0),
        r"storage_units_p_nom\[su\]: must be finite .* >= 0, got -1",
    ),
    "NaN in a series": (
        at("loads_t_p_set", (2, 0), np.nan),
        r"loads_t_p_set\[lb\]: must be finite .*, got nan in step 3",
    ),
    "negative in a series": (
        at("generators_t_p_max_pu", (4, 0), -0.1),
        r"max_pu\[w\]: .* >= 0, got -0.1 in step 5",
    ),
    "negative inflow": (at("storage_units_t_inflow", (0, 0), -3.0), r"t_inflow\[hy\]: .*, got -3 in step 1"),
    "negative load": (at("loads_p_set", 0, -5.0), r"loads of bus a: must sum to a load >= 0 MW .*, got -5 in step 1"),
    "efficiency": (
        at("storage_units_efficiency_dispatch", 0, 1.2),
        r"dispatch\[su\]: must be an efficiency",
    ),
    "no efficiency": (
        at("storage_units_efficiency_store", 0, 0.0),
        r"store\[su\]: must be > 0, as the unit",
    ),
    "loss": (
        at("stores_standing_loss", 1, 2.0),
        r"loss\[cell\]: must be a share within \[0, 1\], got 2",
    ),
    "link of a store": (at("links_efficiency", 3, 1.5), r"links_efficiency\[out\]: must be within \(0, 1\] .*got 1.5"),
    "too full": (at("stores_e_initial", 1, 41.0), r"stores_e_initial\[cell\]: must be at most 40 MWh, .*, got 41"),
    "line": (at("lines_s_nom", 0, -np.inf), r"lines_s_nom\[l\]: must be >= 0, and finite .* or infinite .* got -inf"),
    "line without a rating": (at("lines_s_nom", 0, np.nan), r"lines_s_nom\[l\]: must be >= 0, .* got nan"),
    "store": (at("stores_e_nom", 1, np.inf), r"stores_e_nom\[cell\]: must be finite .* >= 0, got inf"),
    "more than noise": (at("generators_t_p_max_pu", (1, 0), -2e-6), r"max_pu\[w\]: .* >= 0, got -2e-06 in step 2"),
    "missing": (
        lambda file: (
            put(file, "generators_p_nom", [100, -999]),
            file["generators_p_nom"].attrs.create("_FillValue", np.array([-999])),
        ),
        r"generators_p_nom\[w\]: must be finite .* >= 0, got nan",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), SPOILT.values(), ids=SPOILT)
def test_a_fault_is_named_with_its_place(path, spoil, message):
    with h5py.File(path, "r+") as file:
        spoil(file)
    with pytest.raises(FormatError, match=message) as raised:
        read_pypsa(path)
    assert raised.value.source == str(path)


def test_all_faults_at_once(path):
    with h5py.File(path, "r+") as file:
        for name in ("NaN", "unknown end", "too short", "loss", "weights"):
            if name != "too short":
                SPOILT[name][0](file)
        put(file, "lines_s_max_pu", [1.0, 2.0])
    with pytest.raises(FormatError, match=r"^5 faults in "):
        read_pypsa(path)


@pytest.mark.parametrize("name", ["buses_i", "loads_i", "generators_i"])
def test_names_that_cannot_be_read_are_one_fault(path, name):
    with h5py.File(path, "r+") as file:
        file[name][0] = b"\xff"
    with pytest.raises(FormatError, match=rf"^1 fault in (?s:.*){name}: must be readable"):
        read_pypsa(path)


def test_a_file_without_buses_is_one_fault(path):
    with h5py.File(path, "r+") as file:
        del file["buses_i"], file["buses_carrier"]
    with pytest.raises(FormatError, match=r"^1 fault in (?s:.*)buses_i: must be given, with at least one bus"):
        read_pypsa(path)


def test_what_is_left_out_may_hold_anything(path):
    with h5py.File(path, "r+") as file:
        at("stores_e_nom", 0, np.inf)(file)
        at("loads_p_set", 3, np.nan)(file)
    assert "1 store at buses of carrier H2, 0 MWh in all" in read_pypsa(path).left_out


def test_optimised_needs_a_result(tmp_path):
    generators = {"i": ["g"], "bus": ["a"], "p_nom": [1.0], "p_nom_extendable": [True]}
    with pytest.raises(FormatError, match=r"p_nom_opt: must be given, or another result of an optimiser"):
        only(tmp_path, {"generators": generators}, optimised=True)


def test_optimised_capacity_is_checked(tmp_path):
    generators = {"i": ["g"], "bus": ["a"], "p_nom_opt": [-1.0], "p_nom_extendable": [True]}
    with pytest.raises(FormatError, match=r"generators_p_nom_opt\[g\]: must be >= 0, got -1"):
        only(tmp_path, {"generators": generators}, optimised=True)


def test_packed_numbers_are_unpacked(path):
    with h5py.File(path, "r+") as file:
        put(file, "generators_p_nom", np.array([10, 3], dtype=np.int16))
        file["generators_p_nom"].attrs["scale_factor"] = 10.0
    assert read_pypsa(path).system.generators.capacity[0, 0] == 100.0


@pytest.mark.parametrize("share", [0.0005, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_truncated_file(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(FormatError, match=r"file: must be (a whole, readable HDF5 file|a netCDF-4 file)"):
        read_pypsa(path)


def test_damage_is_one_error_or_none(path):
    content = path.read_bytes()
    random = np.random.default_rng(1)
    refused = 0
    for start in random.integers(96, len(content) - 64, 15):
        path.write_bytes(content[:start] + random.bytes(64) + content[start + 64 :])
        try:
            read_pypsa(path)
        except FormatError:
            refused += 1
    assert refused > 3


@pytest.mark.parametrize("content", [b"CDF\x01" + bytes(60), b"name,bus\n", b"PK\x03\x04"])
def test_a_file_of_another_kind(tmp_path, content):
    file = tmp_path / "other.nc"
    file.write_bytes(content)
    with pytest.raises(FormatError, match=r"file: must be a netCDF-4 file"):
        read_pypsa(file)


def test_a_folder_and_an_empty_file(tmp_path):
    with pytest.raises(FormatError, match=r"file: must be a file, got 'a folder'"):
        read_pypsa(tmp_path)
    (tmp_path / "empty.nc").touch()
    with pytest.raises(FormatError, match=r"file: must not be empty"):
        read_pypsa(tmp_path / "empty.nc")


def test_an_hdf5_file_of_another_kind(tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["values"] = [1.0]
    with pytest.raises(FormatError, match=r"snapshots: must be given\n\nhint: is it a network that PyPSA wrote\?"):
        read_pypsa(tmp_path / "other.h5")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cyclic_charge": 1.5}, r"cyclic_charge: must be a share within \[0, 1\], got 1.5"),
        ({"bus_carriers": "AC"}, r"bus_carriers: must be a sequence of carriers, got 'AC'"),
        ({"shedding": "load"}, r"shedding: must be a sequence of carriers"),
    ],
)
def test_bad_arguments(path, arguments, message):
    with pytest.raises(InputError, match=message):
        read_pypsa(path, **arguments)


def test_neither_a_file_nor_a_network():
    with pytest.raises(InputError, match=r"source: must be a netCDF file or a pypsa\.Network, got int"):
        read_pypsa(7)


# --- PyPSA itself ---


def same(one, other) -> bool:
    """Return whether two systems are equal but for their name."""
    for name in ("regions", "interfaces", "lines", "generators", "storages", "generator_storages"):
        left, right = getattr(one, name), getattr(other, name)
        for field in left.__dataclass_fields__:
            if not np.array_equal(np.asarray(getattr(left, field)), np.asarray(getattr(right, field))):
                return False
    return (one.start, one.step_h, one.n_steps) == (other.start, other.step_h, other.n_steps)


@pytest.fixture
def network():
    """Return the small network as PyPSA holds it."""
    pypsa = pytest.importorskip("pypsa")
    pandas = pytest.importorskip("pandas")
    made = pypsa.Network(name="north", snapshots=pandas.date_range("2024-01-01", periods=STEPS, freq="h"))
    kinds = {
        "buses": "Bus", "loads": "Load", "generators": "Generator", "storage_units": "StorageUnit", "stores": "Store",
        "links": "Link", "lines": "Line", "transformers": "Transformer",
    }  # fmt: skip
    for table, columns in tables().items():
        for row, name in enumerate(columns["i"]):
            given = {column: values[row] for column, values in columns.items() if column != "i"}
            moving = {key[1]: rows[name] for key, rows in series().items() if key[0] == table and name in rows}
            made.add(kinds[table], name, **(given | moving))
    return made


@pytest.mark.filterwarnings("ignore")
def test_a_network_and_its_file_are_the_same_as_the_small_file(network, path, tmp_path):
    network.export_to_netcdf(tmp_path / "network.nc")
    ours, from_file, from_object = read_pypsa(path), read_pypsa(tmp_path / "network.nc"), read_pypsa(network)
    assert from_object.system.name == "north"
    assert same(ours.system, from_file.system)
    assert same(ours.system, from_object.system)
    assert ours.left_out == from_file.left_out == from_object.left_out
