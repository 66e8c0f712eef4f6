"""Reading and writing ``.pras`` files: what goes in comes out, and every fault is named at once."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields, replace
from pathlib import Path

import h5py
import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from standstill.errors import FormatError, InputError, OutputError
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.formats.pras import NO_LIMIT, read_pras, write_pras
from standstill.model.system import (
    DemandResponses,
    Generators,
    GeneratorStorages,
    Interfaces,
    Lines,
    Regions,
    Storages,
    System,
)
from tests.cases.rts79 import rts79
from tests.cases.toy import toy

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
STEPS = 6
TABLES = ("regions", "interfaces", "lines", "generators", "storages", "generator_storages", "demand_responses")


def small() -> System:
    """Three regions in a row, with one of everything or two; something varies in time in every table."""
    ramp = np.arange(STEPS, dtype=float)
    return System(
        name="small",
        step_h=0.5,
        start=dt.datetime(2024, 8, 17, 6, tzinfo=dt.timezone(dt.timedelta(hours=3))),
        n_steps=STEPS,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("north", "middle", "south"), load=np.stack([90 + ramp, 50 - ramp, 40 + 0 * ramp])),
        interfaces=Interfaces(
            names=("north - middle", "middle - south"),
            region_from=(0, 1),
            region_to=(1, 2),
            forward=np.array([[30.0], [20.0]]),
            backward=np.array([[25.0], [15.0]]),
        ),
        lines=Lines(
            names=("line 1", "line 2", "line 3"),
            classes=("ac", "ac", "dc"),
            interface=(0, 1, 0),
            forward=np.stack([10 + ramp, 20 + 0 * ramp, 20 + 0 * ramp]),
            backward=np.array([[9.0], [20.0], [7.0]]),
            p_fail=np.array([[0.01], [0.0], [0.02]]),
            p_repair=np.array([[0.1], [1.0], [0.2]]),
        ),
        generators=Generators(
            names=("coal", "sun"),
            classes=("thermal", "solar"),
            region=(0, 2),
            capacity=np.stack([100 + 0 * ramp, ramp]),
            p_fail=np.array([[0.05], [0.0]]),
            p_repair=np.array([[0.4], [1.0]]),
        ),
        storages=Storages(
            names=("battery",),
            classes=("battery",),
            region=(1,),
            charge=np.array([[10.0]]),
            discharge=np.array([[12.0]]),
            energy=np.array([[40.0]]),
            charge_efficiency=np.array([[0.9]]),
            discharge_efficiency=np.array([[0.95]]),
            carryover_efficiency=np.array([[0.0]]),
            p_fail=np.array([[0.0]]),
            p_repair=np.array([[1.0]]),
        ),
        generator_storages=GeneratorStorages(
            names=("reservoir",),
            classes=("hydro",),
            region=(2,),
            charge=np.array([[30.0]]),
            discharge=np.array([[25.0]]),
            energy=np.array([[500.0]]),
            charge_efficiency=np.array([[1.0]]),
            discharge_efficiency=np.array([[1.0]]),
            carryover_efficiency=np.array([[0.99]]),
            p_fail=np.array([[0.001]]),
            p_repair=np.array([[0.1]]),
            inflow=ramp[None, :],
            injection=np.array([[25.0]]),
            withdrawal=np.array([[0.0]]),
        ),
        demand_responses=DemandResponses(
            names=("put off",),
            classes=("demand",),
            region=(0,),
            borrow=np.array([[12.0]]),
            payback=5 + ramp[None, :],
            energy=np.array([[30.0]]),
            interest=np.array([[-0.05]]),
            window=np.array([[6.0]]),
            borrow_efficiency=np.array([[0.9]]),
            p_fail=np.array([[0.01]]),
            p_repair=np.array([[0.5]]),
        ),
    )


def differences(one: System, other: System) -> list[str]:
    """Return the places where two systems differ, the name and the number of columns aside."""
    tables = (*TABLES, "reserves")
    plain = [item.name for item in fields(System) if item.name not in (*tables, "name")]
    found = [name for name in plain if getattr(one, name) != getattr(other, name)]
    for table in tables:
        left, right = getattr(one, table), getattr(other, table)
        for item in fields(left):
            a, b = getattr(left, item.name), getattr(right, item.name)
            same = a.shape[0] == b.shape[0] and np.all(a == b) if isinstance(a, np.ndarray) else a == b
            if not same:
                found.append(f"{table}.{item.name}")
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A whole file of the small system, to be spoilt."""
    file = tmp_path / "small.pras"
    write_pras(small(), file)
    return file


# --- what goes in comes out ---


@pytest.mark.parametrize("system", [small(), toy(), rts79()], ids=lambda system: system.name)
def test_round_trip(system, tmp_path):
    whole = replace(system, regions=replace(system.regions, load=np.round(system.regions.load)))
    write_pras(whole, tmp_path / f"{whole.name}.pras")
    again = read_pras(tmp_path / f"{whole.name}.pras")
    assert differences(whole, again) == []
    assert again.name == whole.name


def test_what_is_constant_has_one_column(path):
    system = read_pras(path)
    assert system.regions.load.shape == (3, STEPS)
    assert system.generators.capacity.shape == (2, STEPS)
    assert system.generators.p_fail.shape == (2, 1)
    assert system.lines.forward.shape == (3, STEPS)
    assert system.lines.backward.shape == (3, 1)


amounts = st.integers(0, NO_LIMIT - 1).map(float)
shares = st.floats(0.0, 1.0)
efficiencies = st.floats(0.01, 1.0)
names = st.text("abc XYZ_-09", min_size=1, max_size=8)


@st.composite
def systems(draw):
    steps = draw(st.integers(1, 5))

    def series(count, values):
        rows = draw(st.lists(st.lists(values, min_size=steps, max_size=steps), min_size=count, max_size=count))
        return np.array(rows, dtype=float).reshape(count, steps)

    def rows(most, least=0):
        return tuple(draw(st.lists(names, min_size=least, max_size=most, unique=True)))

    def outages(count):
        return {"p_fail": series(count, shares), "p_repair": series(count, efficiencies)}

    def assets(labels):
        picks = [draw(st.integers(0, len(regions) - 1)) for _ in labels]
        return {"names": labels, "classes": tuple(draw(names) for _ in labels), "region": tuple(picks)}

    def store(labels):
        count = len(labels)
        return {
            **assets(labels), **outages(count),
            **{key: series(count, amounts) for key in ("charge", "discharge", "energy")},
            "charge_efficiency": series(count, efficiencies), "discharge_efficiency": series(count, efficiencies),
            "carryover_efficiency": series(count, shares), "initial": tuple(draw(shares) for _ in labels),
        }  # fmt: skip

    regions = rows(3, least=1)
    pairs = [(a, b) for a in range(len(regions)) for b in range(a + 1, len(regions))]
    joined = [pair for pair in pairs if draw(st.booleans())]
    lines = rows(3, least=len(joined)) if joined else ()
    owner = [*range(len(joined)), *(draw(st.integers(0, len(joined) - 1)) for _ in lines[len(joined) :])]
    generators, storages, reservoirs, responses = rows(3, least=1), rows(2), rows(2), rows(2)
    titles = [f"{regions[a]} - {regions[b]}" for a, b in joined]
    if len(set(titles)) < len(titles):
        titles = [f"{title} ({index + 1})" for index, title in enumerate(titles)]
    return System(
        name="any",
        step_h=draw(st.sampled_from([1 / 3600, 5 / 60, 0.5, 1.0, 6.0, 24.0])),
        start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        n_steps=steps,
        power_unit=draw(st.sampled_from(["kW", "MW", "GW", "TW"])),
        energy_unit=draw(st.sampled_from(["kWh", "MWh", "GWh", "TWh"])),
        regions=Regions(names=regions, load=series(len(regions), amounts)),
        interfaces=Interfaces(
            names=tuple(titles),
            region_from=tuple(a for a, _ in joined),
            region_to=tuple(b for _, b in joined),
            forward=series(len(joined), amounts),
            backward=series(len(joined), amounts),
        ),
        lines=Lines(
            names=lines,
            classes=tuple(draw(names) for _ in lines),
            interface=tuple(owner),
            forward=series(len(lines), amounts),
            backward=series(len(lines), amounts),
            **outages(len(lines)),
        ),
        generators=Generators(
            **assets(generators), capacity=series(len(generators), amounts), **outages(len(generators))
        ),
        storages=Storages(**store(storages)),
        generator_storages=GeneratorStorages(
            **store(reservoirs),
            **{key: series(len(reservoirs), amounts) for key in ("inflow", "injection", "withdrawal")},
        ),
        demand_responses=DemandResponses(
            **assets(responses),
            **outages(len(responses)),
            **{key: series(len(responses), amounts) for key in ("borrow", "payback", "energy")},
            interest=series(len(responses), st.floats(-1.0, 1.0)),
            window=series(len(responses), st.integers(1, 9).map(float)),
            borrow_efficiency=series(len(responses), efficiencies),
            payback_efficiency=series(len(responses), efficiencies),
        ),
    )


@given(systems())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_round_trip_of_any_system(tmp_path, system):
    write_pras(system, tmp_path / "any.pras")
    again = read_pras(tmp_path / "any.pras")
    # five minutes are not a binary fraction of an hour
    assert again.step_h == pytest.approx(system.step_h, rel=1e-15)
    assert differences(replace(system, step_h=again.step_h), again) == []


# --- what a file may say, and what it then means ---


def put(path: Path, place: str, values, **options) -> None:
    """Replace or add a dataset."""
    with h5py.File(path, "r+") as file:
        if place in file:
            del file[place]
        file.create_dataset(place, data=values, **options)


def core(*rows: tuple, columns: tuple = ("name", "category", "region"), kind="S64") -> np.ndarray:
    return np.array(list(rows), dtype=[(column, kind) for column in columns])


@pytest.mark.parametrize("width", ["S64", "S128"])
def test_strings_of_any_fixed_width(path, width):
    put(path, "generators/_core", core(("coal", "thermal", "north"), ("sun", "solar", "south"), kind=width))
    assert read_pras(path).generators.names == ("coal", "sun")


def test_strings_of_variable_width(path):
    text = h5py.string_dtype()
    rows = np.array(
        [("coal", "", "north"), ("sun", "solar", "south")], dtype=[(c, text) for c in ("name", "category", "region")]
    )
    put(path, "generators/_core", rows)
    assert read_pras(path).generators.classes == ("unclassified", "solar")


@pytest.mark.parametrize("dtype", ["uint32", "int64", "int16", "float32", "float64"])
def test_numbers_of_any_type(path, dtype):
    with h5py.File(path) as file:
        values = file["generators/capacity"][()].astype(dtype)
    put(path, "generators/capacity", values)
    assert np.all(read_pras(path).generators.capacity == small().generators.capacity)


@pytest.mark.parametrize(
    ("length", "unit", "hours"), [(30, "min", 0.5), (1, "h", 1.0), (2, "d", 48.0), (900, "sec", 0.25)]
)
def test_steps_of_any_unit(path, length, unit, hours):
    with h5py.File(path, "r+") as file:
        file.attrs["timestep_length"], file.attrs["timestep_unit"] = length, unit
    assert read_pras(path).step_h == hours


def test_an_interface_and_a_line_given_backwards_are_turned_round(path):
    with h5py.File(path, "r+") as file:
        interfaces, lines = file["interfaces/_core"][()], file["lines/_core"][()]
        for rows in (interfaces[:1], lines[2:]):
            rows["region_from"], rows["region_to"] = rows["region_to"].copy(), rows["region_from"].copy()
        file["interfaces/_core"][...], file["lines/_core"][...] = interfaces, lines
    system, usual = read_pras(path), small()
    assert system.interfaces.names == usual.interfaces.names
    assert system.interfaces.forward[:, 0].tolist() == [25.0, 20.0]
    assert system.interfaces.backward[:, 0].tolist() == [30.0, 15.0]
    assert system.lines.interface == usual.lines.interface
    assert system.lines.forward[2].tolist() == [7.0] * STEPS
    assert system.lines.backward[2].tolist() == [20.0]
    assert np.all(system.lines.forward[:2] == usual.lines.forward[:2])


def test_an_interface_without_lines_carries_nothing(path):
    with h5py.File(path, "r+") as file:
        for name in list(file["lines"]):
            rows = file[f"lines/{name}"][()]
            del file[f"lines/{name}"]
            file[f"lines/{name}"] = rows[:1] if name == "_core" else rows[:, :1]
    system = read_pras(path)
    assert system.interfaces.forward[:, 0].tolist() == [30.0, 0.0]
    assert system.interfaces.backward[:, 0].tolist() == [25.0, 0.0]


@pytest.mark.parametrize(
    ("group", "dataset", "field"),
    [
        ("interfaces", "forwardcapacity", "forward"),
        ("lines", "backwardcapacity", "backward"),
        ("generatorstorages", "gridinjectioncapacity", "injection"),
        ("storages", "energycapacity", "energy"),
    ],
)
def test_no_limit_becomes_a_bound_that_cannot_bind(path, group, dataset, field):
    with h5py.File(path, "r+") as file:
        file[f"{group}/{dataset}"][:, 0] = NO_LIMIT
    system = read_pras(path)
    bound = getattr(getattr(system, {"generatorstorages": "generator_storages"}.get(group, group)), field)[0]
    supply = 100 + (STEPS - 1) + 12 + 25 + (STEPS - 1)
    load = 95 + 50 + 40 + 10 + 30
    assert np.all(bound >= supply + load)
    assert np.all(bound <= 1e5)


@pytest.mark.parametrize("length", [5, 60])
def test_no_limit_can_be_written_again(path, tmp_path, length):
    with h5py.File(path, "r+") as file:
        file.attrs["timestep_length"], file.attrs["timestep_unit"] = np.int64(length), np.bytes_("min")
        file["storages/energycapacity"][...] = NO_LIMIT
        file["generators/capacity"][:, 0] = 4e9  # ten times that is beyond 32 bits
        file["lines/forwardcapacity"][:, 0] = NO_LIMIT
    system = read_pras(path)
    write_pras(system, tmp_path / "again.pras")
    with h5py.File(tmp_path / "again.pras") as file:
        assert np.all(file["lines/forwardcapacity"][:, 0] == NO_LIMIT)
        assert np.all(file["storages/energycapacity"][...] == NO_LIMIT)
    assert differences(replace(system, step_h=1.0), replace(read_pras(tmp_path / "again.pras"), step_h=1.0)) == []


def test_the_stand_in_for_no_limit_is_whole(path, tmp_path):
    with h5py.File(path, "r+") as file:
        file.attrs["timestep_length"], file.attrs["timestep_unit"] = np.int64(1), np.bytes_("sec")
        file["storages/energycapacity"][...] = NO_LIMIT
    system = read_pras(path)
    assert system.storages.energy[0, 0] == np.round(system.storages.energy[0, 0])
    write_pras(system, tmp_path / "again.pras")


def test_initial_charge(path):
    put(path, "storages/initialsoc", [0.25])
    system = read_pras(path)
    assert system.storages.initial == (0.25,)
    assert system.generator_storages.initial == (0.0,)
    write_pras(system, path)
    assert differences(system, read_pras(path)) == []


def test_groups_may_be_absent_or_empty(path):
    with h5py.File(path, "r+") as file:
        for group in ("storages", "generators", "interfaces", "lines"):
            del file[group]
        for name in ("interfaces", "lines"):
            columns = (
                ("region_from", "region_to")
                if name == "interfaces"
                else ("name", "category", "region_from", "region_to")
            )
            file[f"{name}/_core"] = core(columns=columns)
            for dataset in ("forwardcapacity", "backwardcapacity", "failureprobability", "repairprobability"):
                if name == "lines" or dataset.endswith("capacity"):
                    file[f"{name}/{dataset}"] = np.zeros((STEPS, 0))
    system = read_pras(path)
    assert [len(getattr(system, table)) for table in TABLES] == [3, 0, 0, 0, 0, 1, 1]


def test_further_labels_are_not_read(path):
    with h5py.File(path, "r+") as file:
        file.attrs["author"], file.attrs["n_slices"] = "someone", 1
    rows = core(
        ("coal", "thermal", "north", "x"),
        ("sun", "solar", "south", "y"),
        columns=("name", "category", "region", "owner"),
    )
    put(path, "generators/_core", rows)
    assert read_pras(path).generators.names == ("coal", "sun")


# --- what is wrong, and where ---


def attribute(name, value=None):
    def spoil(file):
        del file.attrs[name]
        if value is not None:
            file.attrs[name] = value

    return spoil


def delete(place):
    def spoil(file):
        del file[place]

    return spoil


def dataset(place, values):
    def spoil(file):
        if place in file:
            del file[place]
        file[place] = values

    return spoil


def value(place, row, column, number):
    def spoil(file):
        values = file[place][()].astype(float)
        values[row, column] = number
        del file[place]
        file[place] = values

    return spoil


def text(place, row, column, words):
    def spoil(file):
        rows = file[place][()]
        rows[column][row] = words
        file[place][...] = rows

    return spoil


SPOILT = {
    # attributes
    **{
        f"no {name}": (attribute(name), rf"attribute {name}: must be given")
        for name in (
            "pras_dataversion",
            "start_timestamp",
            "timestep_count",
            "timestep_length",
            "timestep_unit",
            "power_unit",
            "energy_unit",
        )
    },
    "step unit": (attribute("timestep_unit", "week"), r"timestep_unit: must be one of h, min, sec, d, got 'week'"),
    "power unit": (attribute("power_unit", "kb/d"), r"power_unit: must be one of kW, .*, got 'kb/d'"),
    "energy unit": (attribute("energy_unit", 7), r"energy_unit: must be text, got 7"),
    "count 0": (attribute("timestep_count", 0), r"timestep_count: must be a whole number >= 1, got 0"),
    "count text": (attribute("timestep_count", "6"), r"timestep_count: must be a whole number >= 1, got '6'"),
    "count float": (attribute("timestep_count", 6.5), r"timestep_count: must be a whole number >= 1, got 6.5"),
    "count endless": (
        attribute("timestep_count", 2**62),
        r"timestep_count: must let the last step end before the year",
    ),
    "length": (attribute("timestep_length", -1), r"timestep_length: must be a whole number >= 1, got -1"),
    "version": (
        attribute("pras_dataversion", "0.8"),
        r'pras_dataversion: must be a version such as "v0.8.0", got \'0.8\'',
    ),
    "old": (attribute("pras_dataversion", "v0.4.9"), r"pras_dataversion: must be from v0.5 to v0.9, got 'v0.4.9'"),
    "new": (attribute("pras_dataversion", "v0.10.0"), r"must be from v0.5 to v0.9, got 'v0.10.0'"),
    "start": (attribute("start_timestamp", "soon"), r"start_timestamp: must be a time with its offset.*, got 'soon'"),
    "naive": (attribute("start_timestamp", "2024-01-01T00:00:00"), r"start_timestamp: must be a time with its offset"),
    "slices": (lambda file: file.attrs.create("n_slices", 2), r"n_slices: must be 1: .* one unbroken span.*, got 2"),
    # groups
    "no regions": (delete("regions"), r"regions: must be given"),
    "no supply": (
        lambda file: (delete("generators")(file), delete("generatorstorages")(file)),
        r"generators: must be given, or generatorstorages",
    ),
    "no lines": (delete("lines"), r"lines: must be given, as interfaces are"),
    "no interfaces": (delete("interfaces"), r"interfaces: must be given, as lines are"),
    "no window": (
        dataset("demandresponses/allowablepaybackperiod", np.full((STEPS, 1), 0)),
        r"demandresponses/allowablepaybackperiod\[put off\]: must be a whole number of steps >= 1, got 0 in step 1",
    ),
    "too much interest": (
        dataset("demandresponses/borrowedenergyinterest", np.full((STEPS, 1), 1.5)),
        r"demandresponses/borrowedenergyinterest\[put off\]: must be within \[-1, 1\], got 1.5 in step 1",
    ),
    "unknown group": (dataset("units", [1]), r"units: must be one of the groups of a .pras file"),
    "dataset for group": (
        lambda file: (delete("storages")(file), dataset("storages", [1])(file)),
        r"storages: must be a group, got 'Dataset'",
    ),
    # datasets
    **{
        f"no {place}": (delete(place), rf"{place}: must be given")
        for place in (
            "regions/_core",
            "regions/load",
            "generators/capacity",
            "generators/failureprobability",
            "storages/carryoverefficiency",
            "generatorstorages/inflow",
            "interfaces/backwardcapacity",
            "lines/_core",
        )
    },
    "unknown dataset": (dataset("storages/rampup", [1]), r"storages/rampup: must be one of _core, chargecapacity"),
    "group for dataset": (
        lambda file: (delete("regions/load")(file), file.create_group("regions/load")),
        r"regions/load: must be a dataset, got 'Group'",
    ),
    "text for numbers": (
        dataset("regions/load", np.full((STEPS, 3), b"1")),
        r"regions/load: must hold numbers, got '\|S1'",
    ),
    "one axis": (dataset("regions/load", np.ones(3)), r"regions/load: must have shape \(6, 3\).*, got \(3,\)"),
    "turned": (
        dataset("regions/load", np.ones((3, STEPS))),
        r"must have shape \(6, 3\) \(steps, assets\), got \(3, 6\)",
    ),
    "too few steps": (attribute("timestep_count", 5), r"capacity: must have shape \(5, 2\).*, got \(6, 2\)"),
    "initial": (dataset("storages/initialsoc", [1.5]), r"storages/initialsoc\[battery\]: must be a share.*, got 1.5$"),
    # names
    "no column": (
        dataset("regions/_core", core(("a",), columns=("title",))),
        r"regions/_core: must be a table with the columns name, got 'columns title, shape \(1,\)'",
    ),
    "no table": (dataset("regions/_core", np.ones(3)), r"regions/_core: must be a table with the columns name, got"),
    "number for name": (
        dataset("regions/_core", np.array([(1,), (2,), (3,)], dtype=[("name", "i8")])),
        r"_core.name\[row 1\]: must be ASCII",
    ),
    "not ASCII": (text("regions/_core", 1, "name", "Юг".encode()), r"regions/_core.name\[row 2\]: must be ASCII text"),
    "empty name": (text("generators/_core", 1, "name", b""), r"generators/_core.name\[row 2\]: must not be empty"),
    "twice": (
        text("generators/_core", 1, "name", b"coal"),
        r"generators/_core\[coal\]: must be a unique name, got '2 rows",
    ),
    "unknown region": (
        text("storages/_core", 0, "region", b"east"),
        r"storages/_core\[battery\].region: must be the name of a region, got 'east'\n\nhint: regions are north",
    ),
    "interface to itself": (
        text("interfaces/_core", 0, "region_to", b"north"),
        r"interfaces/_core\[north - north\]: must join two different",
    ),
    "two interfaces": (
        lambda file: (
            text("interfaces/_core", 1, "region_from", b"middle")(file),
            text("interfaces/_core", 1, "region_to", b"north")(file),
        ),
        r"interfaces/_core\[middle - north\]: must be the only interface of its two regions",
    ),
    "line without interface": (
        text("lines/_core", 0, "region_to", b"south"),
        r"lines/_core\[line 1\]: must join two regions that have an inter",
    ),
    # values
    "NaN": (
        value("generators/capacity", 3, 1, np.nan),
        r"generators/capacity\[sun\]: must be finite .*, got nan in step 4$",
    ),
    "beyond sums": (value("regions/load", 0, 0, 1e308), r"regions/load\[north\]: must be finite \(<= 1e15\)"),
    "infinite": (value("regions/load", 0, 0, np.inf), r"regions/load\[north\]: must be finite .*, got inf in step 1"),
    "negative": (value("generators/capacity", 2, 0, -3), r"generators/capacity\[coal\]: must .*>= 0, got -3 in step 3"),
    "negative limit": (
        value("interfaces/forwardcapacity", 0, 1, -1),
        r"interfaces/forwardcapacity\[middle - south\]: .* got -1 in step 1",
    ),
    "endless load": (
        value("regions/load", 0, 2, NO_LIMIT),
        r"regions/load\[south\]: must .*not 4294967295, .*no limit",
    ),
    "p > 1": (
        value("lines/failureprobability", 5, 2, 1.01),
        r"lines/failureprobability\[line 3\]: must be a probability",
    ),
    "p < 0": (
        value("generators/repairprobability", 5, 1, -0.1),
        r"\[sun\]: must be a probability within \[0, 1\], got -0.1",
    ),
    "p NaN": (value("generators/repairprobability", 0, 0, np.nan), r"must be a probability within \[0, 1\], got nan"),
    "efficiency 0": (
        value("storages/chargeefficiency", 0, 0, 0),
        r"must be an efficiency within \(0, 1\], got 0 in step 1",
    ),
    "efficiency > 1": (
        value("storages/dischargeefficiency", 1, 0, 2),
        r"must be an efficiency within \(0, 1\], got 2 in s",
    ),
    "carryover": (
        value("storages/carryoverefficiency", 1, 0, 1.1),
        r"must be an efficiency within \[0, 1\], got 1.1 in",
    ),
    "never in service": (
        dataset("generators/repairprobability", np.zeros((STEPS, 2))),
        r"generators/repairprobability\[sun\]: must be > 0 in the first step if failureprobability is 0, got 0",
    ),
}


@pytest.mark.parametrize(("spoil", "match"), SPOILT.values(), ids=SPOILT)
def test_one_fault(path, spoil, match):
    with h5py.File(path, "r+") as file:
        spoil(file)
    with pytest.raises(FormatError, match=match) as caught:
        read_pras(path)
    assert str(caught.value).splitlines()[0].endswith(f"in {path}")


def test_every_fault_at_once(path):
    chosen = [
        "power unit",
        "no window",
        "no storages/carryoverefficiency",
        "negative limit",
        "p > 1",
        "unknown region",
        "twice",
        "unknown dataset",
        "text for numbers",
    ]
    with h5py.File(path, "r+") as file:
        for name in chosen:
            SPOILT[name][0](file)
    with pytest.raises(FormatError, match=f"^{len(chosen)} faults in ") as caught:
        read_pras(path)
    for name in chosen:
        place = SPOILT[name][1].split(":")[0]
        assert len([fault for fault in caught.value.faults if re.search(place, str(fault))]) == 1


def test_a_long_list_of_assets_is_counted(tmp_path):
    file = tmp_path / "many.pras"
    system = rts79()
    write_pras(replace(system, regions=replace(system.regions, load=np.round(system.regions.load))), file)
    put(file, "generators/capacity", np.full((8736, 32), -1))
    with pytest.raises(FormatError, match=r"^11 faults in .*(?s:.)*, got '22 more that are not'"):
        read_pras(file)


def test_an_array_too_large_is_not_read(tmp_path):
    file = tmp_path / "large.pras"
    write_pras(toy(), file)
    with h5py.File(file, "r+") as opened:
        opened.attrs["timestep_count"], opened.attrs["timestep_unit"] = 2**27, "sec"
        del opened["generators/capacity"]
        opened.create_dataset("generators/capacity", shape=(2**27, 4), chunks=(1024, 1), dtype="u4")
    with pytest.raises(FormatError, match=r"capacity: must hold at most 268435456 values, got 536870912"):
        read_pras(file)


# --- what is no such file ---


def test_no_file(tmp_path):
    with pytest.raises(FormatError, match=r"1 fault in .*none.pras\n  file: must exist$"):
        read_pras(tmp_path / "none.pras")


def test_a_folder(tmp_path):
    with pytest.raises(FormatError, match="file: must be a file, got 'a folder'"):
        read_pras(tmp_path)


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.pras").touch()
    with pytest.raises(FormatError, match="file: must not be empty"):
        read_pras(tmp_path / "empty.pras")


def test_a_text_file(tmp_path):
    (tmp_path / "text.pras").write_text("name,capacity\n")
    with pytest.raises(FormatError, match=r"file: must be an HDF5 file, .* got b'name,capacity"):
        read_pras(tmp_path / "text.pras")


@pytest.mark.parametrize("share", [0.0005, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.999])
def test_a_truncated_file(path, share):
    whole = path.read_bytes()
    path.write_bytes(whole[: max(1, int(share * len(whole)))])
    with pytest.raises(FormatError, match=r"file: must be (a whole, readable HDF5 file|an HDF5 file)"):
        read_pras(path)


def test_a_file_with_another_tail(path):
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(whole[:half] + bytes(len(whole) - half))
    with pytest.raises(FormatError, match="fault"):
        read_pras(path)


# --- what cannot be written ---


def changed(table: str, **values) -> System:
    system = small()
    return replace(system, **{table: replace(getattr(system, table), **values)})


figure = Figure(path="a.b", unit="", distribution=Uniform(low=0.5, high=0.9), judgement="a test")

UNSAYABLE = {
    "units": (
        replace(small(), power_unit="kb/d", energy_unit="kb"),
        r"power_unit: must be one of kW(?s:.)*energy_unit",
    ),
    "step": (replace(small(), step_h=1 / 7200), r"step_h: must be a whole number of seconds"),
    "start": (replace(small(), start=dt.datetime(2024, 1, 1, 0, 0, 0, 5)), r"start: must be a whole second"),
    "fraction": (
        changed("regions", load=np.full((3, 1), 0.5)),
        r"regions.load\[north\]: must be whole and < 4294967295, got 0.5(?s:.)*choose a smaller unit",
    ),
    "limit": (
        changed("regions", load=np.full((3, 1), float(NO_LIMIT))),
        r"regions.load\[north\]: must be whole and < 4294967295, got 4294967295(?s:.)*choose a larger unit",
    ),
    "critical": (changed("regions", critical_share=(0.0, 0.1, 0.0)), r"regions.critical_share\[middle\]: must be 0"),
    "scale": (changed("generators", capacity_scale=(1.0, 0.5)), r"generators.capacity_scale\[sun\]: must be 1"),
    "figure": (changed("storages", initial=(figure,)), r"storages.initial\[battery\]: must be a number.*, got 'a.b'"),
    "not ASCII": (
        changed("generators", names=("coal", "солнце")),
        r"generators.name: must be 1 to 128 printable ASCII",
    ),
    "too long": (changed("generators", classes=("thermal", "x" * 129)), r"generators.category: must be 1 to 128"),
    "no supply": (
        System(
            name="none",
            step_h=1.0,
            start=dt.datetime(2024, 1, 1),
            n_steps=1,
            power_unit="MW",
            energy_unit="MWh",
            regions=Regions(names=("a",), load=np.ones((1, 1))),
        ),
        r"generators: must have at least one row, or generator_storages",
    ),
    "dispatch": (
        changed("generator_storages", dispatch=("weekly-budget",)),
        r"generator_storages.dispatch\[reservoir\]: must be greedy: the format cannot say another, got 'weekly-budget'",
    ),
    "never in service": (changed("generators", p_repair=np.zeros((2, 1))), r"generators.p_repair\[sun\]: must be > 0"),
}


@pytest.mark.parametrize(("system", "match"), UNSAYABLE.values(), ids=UNSAYABLE)
def test_what_the_format_cannot_say_is_refused(system, match, tmp_path):
    with pytest.raises(InputError, match=match):
        write_pras(system, tmp_path / "out.pras")
    assert list(tmp_path.iterdir()) == []


def test_a_start_without_offset_is_written_as_utc(tmp_path):
    write_pras(replace(small(), start=dt.datetime(2024, 1, 1)), tmp_path / "utc.pras")
    assert read_pras(tmp_path / "utc.pras").start == dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def test_an_interface_without_lines_is_written_with_one_that_never_fails(tmp_path):
    system = changed("lines", interface=(0, 0, 0), names=("line 1", "line 2", "middle - south"))
    write_pras(system, tmp_path / "bare.pras")
    again = read_pras(tmp_path / "bare.pras")
    assert again.lines.names[3:] == ("middle - south limit",)
    assert again.lines.interface == (0, 0, 0, 1)
    assert again.lines.forward[3].tolist() == [20.0] * STEPS
    assert again.lines.p_fail[3].tolist() == [0.0]
    assert again.interfaces.forward[:, 0].tolist() == [30.0, 20.0]


def test_a_backward_interface_comes_back_turned_round(tmp_path):
    system = changed("interfaces", region_from=(1, 1), region_to=(0, 2))
    write_pras(system, tmp_path / "turned.pras")
    again = read_pras(tmp_path / "turned.pras")
    assert again.interfaces.forward[:, 0].tolist() == [25.0, 20.0]
    assert np.all(again.lines.forward[0] == system.lines.backward[0])
    assert np.all(again.lines.backward[0] == system.lines.forward[0])


def test_where_nothing_can_be_written(tmp_path):
    with pytest.raises(OutputError, match=r"^cannot write .*out.pras: No such file or directory$"):
        write_pras(toy(), tmp_path / "none" / "out.pras")
    (tmp_path / "folder.pras").mkdir()
    with pytest.raises(OutputError, match=r"^cannot write .*folder.pras: "):
        write_pras(toy(), tmp_path / "folder.pras")
    assert [file.name for file in tmp_path.iterdir()] == ["folder.pras"]


# --- files from PRAS itself ---


def shared(name: str) -> Path:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"{name} is not beside the repository")
    return file


def test_rts_gmlc():
    system = read_pras(shared("rts.pras"))
    assert (system.name, system.n_steps, system.step_h, system.power_unit) == ("rts", 8784, 1.0, "MW")
    assert system.start == dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert [len(getattr(system, table)) for table in TABLES] == [3, 3, 6, 153, 1, 1, 0]
    assert system.interfaces.names == ("1 - 2", "1 - 3", "2 - 3")
    assert system.lines.interface == (0, 0, 0, 1, 1, 2)
    assert system.generators.p_fail.shape == (153, 1)
    assert system.generators.p_fail.max() == pytest.approx(1 / 450)
    assert system.regions.load.max() == 2850.0
    assert 30_000 < system.interfaces.forward.min() == system.interfaces.forward.max() < 1e6
    assert system.generator_storages.injection.max() == 200.0
    assert system.generator_storages.inflow.max() == 391.0


@pytest.mark.parametrize("name", ["rts.pras", "toymodel.pras"])
def test_what_is_written_has_the_layout_of_the_original(name, tmp_path):
    write_pras(read_pras(shared(name)), tmp_path / name)

    def layout(path):
        """Return type, shape, compression and numbers of every dataset, and all attributes but the version."""
        found = {}
        with h5py.File(path) as file:
            attributes = {key: (type(value), value) for key, value in file.attrs.items() if key != "pras_dataversion"}
            file.visititems(lambda place, item: found.setdefault(place, item[()] if hasattr(item, "dtype") else None))
            kinds = {
                place: (file[place].dtype, file[place].shape, file[place].compression)
                for place, values in found.items()
                if values is not None
            }
            assert "pras_dataversion" in file.attrs
        return attributes, kinds, found

    before, after = layout(shared(name)), layout(tmp_path / name)
    assert after[:2] == before[:2]
    assert after[2].keys() == before[2].keys()
    for place, values in before[2].items():
        assert values is None or np.array_equal(values, after[2][place]), place


def test_names_longer_than_those_of_the_original_have_room(tmp_path):
    long = "a name of more than sixty-four characters, which PRAS's specification has room for"
    write_pras(changed("regions", names=(long, *small().regions.names[1:])), tmp_path / "long.pras")
    with h5py.File(tmp_path / "long.pras") as file:
        assert file["regions/_core"].dtype["name"] == np.dtype("S128")
        assert file["lines/_core"].dtype["region_from"] == np.dtype("S128")
    assert read_pras(tmp_path / "long.pras").regions.names[0] == long


def test_toy_model():
    system = read_pras(shared("toymodel.pras"))
    assert system.n_steps == 288
    assert system.step_h == pytest.approx(1 / 12)
    assert system.regions.names == ("The Region",)
    assert len(system.generators) == 3
    assert not system.generators.p_fail.any()
