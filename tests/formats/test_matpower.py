"""Reading MATPOWER cases: a made-up one, the syntax around the data, spoilt ones, and published ones where they are."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standstill.errors import FormatError, InputError
from standstill.formats.asset_classes import asset_class
from standstill.formats.matpower import read_matpower
from standstill.formats.outages import RTS_GMLC_OUTAGES
from standstill.formats.pras import read_pras
from standstill.measures.exact import exact_indices
from standstill.model.outage import OutageRate
from standstill.model.system import System

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
PUBLISHED = "STANDSTILL_MATPOWER"
"""Environment variable that names the ``data`` folder of MATPOWER."""

CASE = """\
function mpc = north
%NORTH  Two areas; what is said in comments, mpc.bus = [ and 'quotes, is passed over.
%   It's no case of anywhere.

%% MATPOWER Case Format : Version 2
mpc.version = '2';
mpc.baseMVA = 100;

%% bus data
%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	100	20	0	0	7	1	0	138	1	1.1	0.9;
	2	1	50.5	10	1.5	0	7	1	0	138	1	1.1	0.9;	% a comment; with [ in it
	3	2	80	10	0	0	2	1	0	138	1	1.1	0.9;
	4	4	33	0	0	0	2	1	0	138	1	1.1	0.9;
	5	1	-5	0	0	0	2	1	0	138	1	1.1	0.9;
];

%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	80	0	Inf	-Inf	1	100	1	120	10;
	1	80	0	50	-50	1	100	1	60	10;
	3	80	0	50	-50	1	100	1	90	0;
	3	0	0	50	-50	1	100	0	70	0;
	3	0	0	50	-50	1	100	1	0	0;
	2	-9	0	50	-50	1	100	1	0	-9;
	4	0	0	50	-50	1	100	1	11	0;
	5	0	0	50	-50	1	100	1	25	-25;
	5	0	0	50	-50	1	100	2	40	0;
];

%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status
mpc.branch = [
	1	2	0.01	0.1	0	200	0	0	0	0	1;
	1	3	0.01	0.1	0	100	0	0	0	0	1;
	3	2	0.01	0.1	0	0	0	0	0	0	1;
	1	3	0.01	0.1	0	75	0	0	0	0	0;
	3	4	0.01	0.1	0	75	0	0	0	0	1;
];

mpc.gentype = { 'ST'; 'IC'; 'HY'; 'GT'; 'SC'; 'DL'; 'GT'; 'BA'; 'WT' };
mpc.genfuel = {
	'nuclear';	'dfo';	'hydro';
	'ng';	'syncgen';	"dl";
	'ng';	'ess';	'wind'
};
mpc.gencost = [
	2	0	0	3	0.1	1	0;
	1	0	0	2	0	0	1	2	3;
];
mpc.dcline = [
	3	2	1	0	0	0	0	1	1	-20	30	0	0	0	0	0	0;
];
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "north.m"
    file.write_text(CASE)
    return file


def read(tmp_path: Path, text: str | bytes, **options) -> System:
    """Read a case from text."""
    file = tmp_path / "case.m"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_matpower(file, **options).system


def same(one: System, other: System) -> bool:
    """Whether two systems hold the same numbers."""
    arrays = [
        (one.regions.load, other.regions.load),
        (one.generators.capacity, other.generators.capacity),
        (one.lines.forward, other.lines.forward),
        (one.lines.backward, other.lines.backward),
    ]
    return all(np.array_equal(a, b) for a, b in arrays) and one.generators.classes == other.generators.classes


# --- what the case says is what the system says ---


def test_frame(path):
    system = read_matpower(path).system
    assert (system.name, system.step_h, system.n_steps) == ("north", 1.0, 8760)
    assert (system.power_unit, system.energy_unit) == ("MW", "MWh")
    start = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    short = read_matpower(path, hours=24, start=start).system
    assert (short.n_steps, short.start) == (24, start)


def test_areas_are_regions_with_the_sum_of_their_load(path):
    regions = read_matpower(path).system.regions
    assert regions.names == ("7", "2")
    assert regions.load.tolist() == [[150.5], [75.0]]


def test_generators_in_service(path):
    generators = read_matpower(path).system.generators
    assert generators.names == ("gen 1 at bus 1", "gen 2 at bus 1", "gen 3 at bus 3", "gen 9 at bus 5")
    assert generators.classes == ("nuclear", "gas-engine", "hydro", "wind")
    assert generators.region == (0, 0, 1, 1)
    assert generators.capacity[:, 0].tolist() == [120.0, 60.0, 90.0, 40.0]
    assert not generators.p_fail.any()
    assert generators.p_repair.min() == 1.0


def test_outages_by_class(path):
    given = {
        "nuclear": OutageRate(forced_outage_rate=0.12, mttr_h=150.0),
        "hydro": OutageRate(forced_outage_rate=0.0, mttr_h=1.0),
    }
    converted = read_matpower(path, outages=given)
    generators = converted.system.generators
    assert generators.p_repair[:, 0].tolist() == [1 / 150, 1.0, 1.0, 1.0]
    assert generators.p_fail[:, 0] == pytest.approx([1 / 1100, 0, 0, 0])
    assert any("so that they never fail: 1 gas-engine, 1 wind" in words for words in converted.left_out)


def test_branches_between_areas(path):
    system = read_matpower(path).system
    assert (system.interfaces.names, system.interfaces.region_from, system.interfaces.region_to) == (
        ("7 - 2",),
        (0,),
        (1,),
    )
    lines = system.lines
    assert lines.names == ("branch 2", "branch 3", "dc line 1")
    assert lines.classes == ("line", "line", "dc-line")
    no_limit = lines.forward[1, 0]
    assert no_limit == lines.backward[1, 0] == system.interfaces.forward[0, 0] > 1000
    # the third line runs from the later region to the earlier: its 30 MW is the way back
    assert lines.forward[[0, 2], 0].tolist() == [100.0, 20.0]
    assert lines.backward[[0, 2], 0].tolist() == [100.0, 30.0]
    assert not lines.p_fail.any()


def test_what_is_left_out_is_said(path):
    left_out = read_matpower(path).left_out
    for words in (
        "one hour, taken here to last all 8,760 hours",
        "so that they never fail: 1 gas-engine, 1 hydro, 1 nuclear, 1 wind",
        "no line fails",
        "output that follows wind, sun or water: Pmax holds in every hour, 2 generators, 130 MW",
        "Generators out of service: 1, together 70 MW",
        "Machines that give no active power: 1,",
        "Dispatchable loads, given as generators with Pmin < 0: 1, together 9 MW",
        "Generators at isolated buses: 1, together 11 MW",
        "Stores, of which a case gives no energy: 1, together 25 MW",
        "Isolated buses: 1, and with them 33 MW of load and 1 branch",
        "Infeed at 1 bus with negative PD",
        "shunts take: 1.5 MW",
        "Branches out of service: 1",
        "Limits of 1 branch within an area",
        "names of buses",
    ):
        assert any(words.lower() in sentence.lower() for sentence in left_out), words
    assert not any(sentence.endswith(".") for sentence in left_out)


def test_without_types_and_fuels_all_are_unclassified(tmp_path):
    text = CASE[: CASE.index("mpc.gentype")]
    file = tmp_path / "plain.m"
    file.write_text(text)
    converted = read_matpower(file)
    assert set(converted.system.generators.classes) == {"unclassified"}
    assert any(sentence.startswith("class of 5 generators:") for sentence in converted.left_out)


@pytest.mark.parametrize(
    ("kind", "fuel", "expected"),
    [
        ("ST", "coal", "thermal"),
        ("ST", "nuclear", "nuclear"),
        ("NB", "", "nuclear"),
        ("IC", "ng", "gas-engine"),
        ("PV", "solar", "solar"),
        ("W2", "wind", "wind"),
        ("UN", "hydro", "hydro"),
        ("PS", "hydro", "storage"),
        ("DC", "", "import"),
        ("GT", "unknown", "thermal"),
        ("UN", "unknown", "unclassified"),
        ("RTPV", "Solar", "solar"),
        ("ROR", "Hydro", "hydro"),
        ("SYNC_COND", "Sync_Cond", ""),
    ],
)
def test_asset_class(kind, fuel, expected):
    assert asset_class(kind, fuel) == expected


# --- the same data, written otherwise ---

SAME = {
    "windows line ends": ("\n", "\r\n"),
    "old line ends": ("\n", "\r"),
    "byte order mark": ("function", "\ufefffunction"),
    "commas": ("1	3	100	20", "1, 3, 100, 20"),
    "exponents": ("1	3	100	20", "1	3	1.0E+2	2d1"),
    "bare points": ("1	3	100	20", "1.	3	+100.	.2e2"),
    "no semicolon at a line's end": ("1.1	0.9;\n	4	4	33", "1.1	0.9\n	4	4	33"),
    "two rows in a line": ("1.1	0.9;	% a comment; with [ in it\n	3	2", "1.1	0.9; 3	2"),
    "continued row": ("	3	2	80	10", "	3	2 ... the load follows ]\n	80	10"),
    "continued statement": ("mpc.gen = [", "mpc.gen = ...\n ["),
    "no spaces": ("mpc.gen = [\n", "mpc.gen=["),
    "block comment": ("mpc.gen = [", "%{\nmpc.gen = [ 1 2 3 ];\n  %{\n nested\n  %}\n%}\nmpc.gen = ["),
    "hash comment": ("%% bus data", "# mpc.bus = ["),
    "percent in text": ("mpc.baseMVA = 100;", "mpc.note = '100 % of it''s [';"),
    "double quotes": ("mpc.version = '2'", 'mpc.version = "2"'),
    "version as a number": ("mpc.version = '2'", "mpc.version = 2"),
    "one line": ("mpc.version = '2';\nmpc.baseMVA = 100;\n", "mpc.version = '2'; mpc.baseMVA = 100, "),
    "other struct": ("mpc", "case_data"),
    "no function": ("function mpc = north\n", ""),
    "function with an end": (
        "	3	2	1	0	0	0	0	1	1	-20	30	0	0	0	0	0	0;\n];",
        "3 2 1 0 0 0 0 1 1 -20 30];\nend\n",
    ),
    "index functions": (
        "mpc.gencost = [",
        "[PQ, PV, REF, NONE, BUS_I, ...\n  PD] = idx_bus;\nx = mpc.bus(1, PD)' * 2;\nmpc.gencost = [",
    ),
    "computed base": ("mpc.baseMVA = 100;", "mpc.baseMVA = 50/3;"),
    "computed costs": ("mpc.gencost = [", "mpc.gencost(:, 5) = mpc.gencost(:, 5) * 2;\nmpc.gencost = ["),
    "cells in cells": ("mpc.gencost = [", "mpc.notes = { {'a', [1 2; 3 4]}, 'b' };\nmpc.gencost = ["),
    "a condition that changes nothing": ("mpc.gencost = [", "if 0\n  x = 1;\nend\nmpc.gencost = ["),
}


@pytest.mark.parametrize("way", SAME)
def test_written_otherwise(tmp_path, way):
    old, new = SAME[way]
    assert old in CASE
    assert same(
        read(tmp_path, CASE.replace(old, new) if len(old) < 4 else CASE.replace(old, new, 1)), read(tmp_path, CASE)
    )


def test_what_follows_the_function_is_not_read(tmp_path):
    more = "return\nmpc.bus = [];\n"
    assert same(read(tmp_path, CASE + more), read(tmp_path, CASE))
    assert same(read(tmp_path, CASE + "function other\nmpc.bus = [];\n"), read(tmp_path, CASE))


# --- every fault is named, with its line ---

FAULTS = {
    "version 1": ("mpc.version = '2'", "mpc.version = '1'", r"line 6: must be a MATPOWER case of version 2 .* got '1'"),
    "no version": ("mpc.version = '2';", "", r"line 1: must be a MATPOWER case of version 2 .* got 'no version'"),
    "old function": ("function mpc =", "function [baseMVA, bus] =", r"line 1: must return one struct"),
    "no buses": ("\nmpc.bus =", "\nmpc.buses =", r"line 1: must give mpc.bus with rows"),
    "no rows": ("mpc.branch = [", "mpc.branch = [];\nmpc.lines = [", r"line 33: must give mpc.branch with rows"),
    "twice": ("mpc.gencost = [", "mpc.gen = [", r"line 47: must give mpc.gen once"),
    "text for a number": (
        "1	3	100",
        "1	3	'much'",
        r"line 12: must hold plain numbers in mpc.bus, got \"'much'\"",
    ),
    "name for a number": (
        "1	3	100	20",
        "1	3	much	20",
        r"line 12: must hold plain numbers in mpc.bus, got 'much'",
    ),
    "expression": (
        "1	3	100	20",
        "1	3	200/2	20",
        r"line 12: must hold plain numbers in mpc.bus, got '200/2'",
    ),
    "difference": (
        "1	3	100	20",
        "1	3	200 - 100	20",
        r"line 12: must hold plain numbers in mpc.bus, got '-'",
    ),
    "two points": (
        "1	3	100	20",
        "1	3	1.0.0	20",
        r"line 12: must hold plain numbers in mpc.bus, got '1.0.0'",
    ),
    "call": (
        "1	3	100	20",
        "1	3	sum([1 2])	20",
        r"line 12: must hold plain numbers in mpc.bus, got 'sum'",
    ),
    "nested": ("1	3	100	20", "1	3	[100 20]", r"line 12: must hold plain numbers in mpc.bus, got '\['"),
    "product": (
        "1.1	0.9;\n];\n\n%	bus	Pg",
        "1.1	0.9;\n] * 2;\n\n%",
        r"line 17: must give mpc.bus and not compute with it",
    ),
    "transposed": (
        "1.1	0.9;\n];\n\n%	bus	Pg",
        "1.1	0.9;\n]';\n\n%",
        r"line 17: must give mpc.bus and not compute with it",
    ),
    "changed later": (
        "mpc.gencost",
        "mpc.bus(:, 3) = mpc.bus(:, 3) / 1e3;\nmpc.gencost",
        r"line 47: must give data and not compute it",
    ),
    "changed as a whole": (
        "mpc.gencost",
        "mpc = scale_load(2, mpc);\nmpc.gencost",
        r"line 47: must give data and not compute it",
    ),
    "changed by a call": ("mpc.gencost", "[mpc.bus, x] = f(x);\nmpc.gencost", r"'a statement that changes mpc.bus'"),
    "in a condition": (
        "mpc.gencost",
        "if 1\n mpc.bus = [1 2 3];\nend\nmpc.gencost",
        r"line 48: must give data and not compute it",
    ),
    "run text": (
        "mpc.gencost",
        "eval('mpc.bus(1, 3) = 7');\nmpc.gencost",
        r"line 47: must hold plain data and run no other text",
    ),
    "matrix as text": (
        "mpc.branch = [",
        "mpc.branch = 'none'; mpc.lines = [",
        r"must give mpc.branch as a matrix of plain numbers",
    ),
    "never closed": (
        "0	0	0	0	0	0;\n];\n",
        "0	0	0	0	0	0;\n",
        r"line 51: must be closed, got 'mpc.dcline = \['",
    ),
    "cell never closed": ("'wind'\n};", "'wind'\n", r"must be closed, got 'mpc.genfuel = \{'"),
    "wrong bracket": ("mpc.gencost = [", "mpc.gencost = [ (", r"line 50: must close the \( of line 47 first, got '\]'"),
    "block comment not closed": ("%% bus data", "%{", r"line 9: must be closed by a line with %\} alone"),
    "short row": (
        "	3	2	80	10	0	0	2	1	0	138	1	1.1	0.9;",
        "	3	2	80	10;",
        r"line 14: must have 13 columns, .* got '4'",
    ),
    "few columns": (
        "mpc.dcline = [\n	3	2	1	0",
        "mpc.dcline = [ 3 2 1 0 ];\nmpc.x = [ 0",
        r"at least 11 columns in mpc.dcline",
    ),
    "types of some": (
        "mpc.gentype = { 'ST';",
        "mpc.gentype = {",
        r"must have an entry for each generator in mpc.gentype, got '8'",
    ),
    "number as a type": ("'IC'", "7", r"must hold plain text in mpc.gentype, got '7'"),
    "bus twice": (
        "	2	1	50.5",
        "	1	1	50.5",
        r"line 13: must have a number of its own, got 'bus 1 again'",
    ),
    "half a bus": (
        "	2	1	50.5",
        "	2.5	1	50.5",
        r"line 13: must have a whole number >= 1 as number of the bus, got '2.5'",
    ),
    "bus type": ("	2	1	50.5", "	2	9	50.5", r"line 13: must have a type of bus from 1 to 4, got '9'"),
    "load nan": ("50.5", "NaN", r"line 13: must have PD from -1e\+09 to 1e\+09, got 'nan'"),
    "load inf": ("50.5", "Inf", r"line 13: must have PD from .* got 'inf'"),
    "load huge": ("50.5", "1e300", r"line 13: must have PD from .* got '1e\+300'"),
    "load overflows": ("50.5", "1e999", r"line 13: must have PD from .* got 'inf'"),
    "area inf": (
        "0	0	2	1	0	138	1	1.1	0.9;\n	4",
        "0	0	Inf	1	0	138	1	1.1	0.9;\n	4",
        r"line 14: must have a whole number >= 0 as area",
    ),
    "area that feeds in": ("5	1	-5", "5	1	-500", r"must have PD >= 0 in sum over area 2, got '-420'"),
    "unknown bus of a generator": (
        "	1	80	0	50",
        "	6	80	0	50",
        r"line 22: must be at a bus of mpc.bus, got 'bus 6'",
    ),
    "negative capacity": ("1	60	10", "1	-60	10", r"line 22: must have Pmax from 0 to 1e\+09, got '-60'"),
    "capacity inf": ("1	60	10", "1	Inf	10", r"line 22: must have Pmax from 0 to 1e\+09, got 'inf'"),
    "capacity nan": ("1	60	10", "1	nan	10", r"line 22: must have Pmax from 0 to 1e\+09, got 'nan'"),
    "status nan": (
        "100	1	60	10",
        "100	NaN	60	10",
        r"line 22: must have a status, > 0 in service, got 'nan'",
    ),
    "unknown bus of a branch": (
        "	1	3	0.01",
        "	1	30	0.01",
        r"line 35: must be at a bus of mpc.bus, got 'bus 30'",
    ),
    "negative rating": (
        "0	100	0	0",
        "0	-100	0	0",
        r"line 35: must have rateA >= 0, where 0 is no limit, got '-100'",
    ),
    "direct current the wrong way": ("-20	30", "40	30", r"line 52: must have Pmin <= Pmax, got '40 and 30'"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(tmp_path, fault):
    old, new, message = FAULTS[fault]
    assert old in CASE
    with pytest.raises(FormatError, match=message) as caught:
        read(tmp_path, CASE.replace(old, new, 1))
    assert isinstance(caught.value, InputError)


def test_all_faults_at_once(tmp_path):
    text = CASE
    for fault in ("load nan", "unknown bus of a generator", "negative rating", "direct current the wrong way"):
        text = text.replace(*FAULTS[fault][:2], 1)
    with pytest.raises(FormatError, match=r"^4 faults in "):
        read(tmp_path, text)


def test_converted_case_has_the_indices_of_the_binomial(tmp_path):
    # three units of 10 MW, each out a tenth of the time, and 25 MW of load: short when any is out
    bus = "1 3 25 0 0 0 1 1 0 138 1 1.1 0.9"
    unit = "1 0 0 0 0 1 100 1 10 0"
    units, branch = "; ".join([unit] * 3), "1 1 0 0 0 0 0 0 0 0 1"
    text = f"mpc.version = '2'; mpc.bus = [{bus}]; mpc.gen = [{units}]; mpc.branch = [{branch}]"
    outages = {"unclassified": OutageRate(forced_outage_rate=0.1, mttr_h=40.0)}
    found = exact_indices(read(tmp_path, text, hours=1000, outages=outages))
    chances = [0.001, 0.027, 0.243, 0.729]  # of 0, 1, 2, 3 units in service
    assert found.lole.value == pytest.approx(1000 * (1 - chances[3]))
    assert found.eue.value == pytest.approx(1000 * (25 * chances[0] + 15 * chances[1] + 5 * chances[2]))


def test_of_many_faults_twenty_are_listed(tmp_path):
    rows = "\n".join(f"{bus} 1 x 0 0 0 1 1 0 138 1 1.1 0.9;" for bus in range(1, 100))
    with pytest.raises(FormatError, match=r"file: must have no more faults than the 20 listed here") as caught:
        read(tmp_path, f"mpc.bus = [\n{rows}\n];\n")
    assert len(caught.value.faults) == 21


def test_only_isolated_buses(tmp_path):
    text = CASE
    for bus, kind in ((1, 3), (2, 1), (3, 2), (5, 1)):
        text = text.replace(f"	{bus}	{kind}	", f"	{bus}	4	", 1)
    with pytest.raises(FormatError, match=r"line 11: must have a bus that is not isolated"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"file: must not be empty"),
        (b"\n", r"line 1: must be a MATPOWER case of version 2"),
        (b"\x89HDF\r\n\x1a\n\xff", r"file: must be text in UTF-8"),
        (b"mpc.bus = [\x00];", r"file: must be text, got 'a byte 0'"),
        (b"bus,area\n1,2\n", r"must be a MATPOWER case of version 2"),
        (b"[" * 100_000, r"line 1: must be closed"),
        (b"mpc.bus = " + b"[" * 100_000, r"must hold plain numbers in mpc.bus"),
        (b"mpc.version = '2", r"must be a MATPOWER case of version 2"),
        (b"mpc.bus =", r"must give mpc.bus as a matrix"),
        (b"mpc.bus = [1 2", r"line 1: must be closed, got 'mpc.bus = \['"),
        (b"mpc.bus" + b" " * 10_000_000, r"must be a MATPOWER case of version 2"),
        (b"mpc.bus(", r"line 1: must be closed"),
        (b"mpc.", r"must be a MATPOWER case of version 2"),
        (b"]]]}})))", r"must be a MATPOWER case of version 2"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else "",
)
def test_file_that_is_no_case(tmp_path, content, message):
    with pytest.raises(FormatError, match=message):
        read(tmp_path, content)


def test_no_file(tmp_path):
    with pytest.raises(FormatError, match=r"file: must exist"):
        read_matpower(tmp_path / "none.m")
    with pytest.raises(FormatError, match=r"file: must be a file, got 'a folder'"):
        read_matpower(tmp_path)


def test_file_that_is_too_large(tmp_path):
    file = tmp_path / "large.m"
    with file.open("wb") as stream:
        stream.truncate(65 * 2**20)
    with pytest.raises(FormatError, match=r"file: must be at most 64 MiB, got '65 MiB'"):
        read_matpower(file)


@pytest.mark.parametrize("hours", [0, -1, 10**9, 2.5, True])
def test_hours_that_cannot_be(path, hours):
    with pytest.raises(InputError, match=r"read_matpower\n  hours: must be a whole number from 1 to"):
        read_matpower(path, hours=hours)


def test_start_at_the_end_of_time(path):
    with pytest.raises(InputError, match=r"start: must be a time at least 8760 hours before the year 9999"):
        read_matpower(path, start=dt.datetime(9998, 12, 31, tzinfo=dt.UTC))


def test_what_is_out_for_most_of_the_time_and_back_within_the_hour(path):
    rare = {"hydro": OutageRate(forced_outage_rate=0.8, mttr_h=1.0)}
    generators = read_matpower(path, outages=rare).system.generators
    row = generators.classes.index("hydro")
    assert (generators.p_fail[row, 0], generators.p_repair[row, 0]) == pytest.approx((1.0, 0.25))


def system_or_error(file: Path) -> System | FormatError:
    try:
        return read_matpower(file).system
    except FormatError as error:
        return error


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_but_a_format_error_comes_of_any_damage(data, tmp_path):
    whole = CASE.encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    sampled = st.sampled_from(
        [b"[", b"]", b"{", b"'", b'"', b"...", b"%{\n", b"-", b"e9", b"nan", b"1e400", b"=", b"("]
    )
    file = tmp_path / "damaged.m"
    piece = data.draw(st.one_of(st.binary(max_size=6), sampled))
    file.write_bytes(whole[:at] + piece + whole[at + data.draw(st.integers(0, 8)) :])
    came = system_or_error(file)
    assert isinstance(came, System) or came.faults


# --- figures of others ---


def test_typed_outages_are_the_means_of_the_test_system():
    file = SHARED / "rts.pras"
    if not file.exists():
        pytest.skip("rts.pras is not beside the repository")
    fleet = read_pras(file).generators
    thermal = ("Coal", "Gas CC", "Gas CT", "Oil CT", "Oil ST")
    for cls, categories in (("nuclear", ("Nuclear",)), ("hydro", ("Hydro",)), ("thermal", thermal)):
        rows = [row for row, category in enumerate(fleet.classes) if category in categories]
        weights = fleet.capacity[rows].max(axis=1)
        fail, repair = fleet.p_fail[rows, 0], fleet.p_repair[rows, 0]
        rate = np.average(fail / (fail + repair), weights=weights)
        assert RTS_GMLC_OUTAGES[cls].forced_outage_rate == pytest.approx(rate, abs=5e-5)
        assert RTS_GMLC_OUTAGES[cls].mttr_h == pytest.approx(np.average(1 / repair, weights=weights), abs=0.05)


def published(name: str) -> Path:
    place = os.environ.get(PUBLISHED)
    if not place or not (Path(place) / name).exists():
        pytest.skip(f"{PUBLISHED} names no folder with {name}")
    return Path(place) / name


# regions, units in service, MW, load, lines between areas: counted from the published cases' own tables; the first is
# IEEE RTS-79 with its 32 units, 3405 MW and 2850 MW of load
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("case24_ieee_rts.m", (4, 32, 3405.0, 2850.0, 10)),
        ("case118.m", (1, 54, 9966.2, 4242.0, 0)),
        ("case_RTS_GMLC.m", (3, 93, 9076.0, 8550.0, 6)),
    ],
)
def test_published_case(name, expected):
    system = read_matpower(published(name)).system
    found = (
        len(system.regions),
        len(system.generators),
        pytest.approx(system.generators.capacity.sum()),
        pytest.approx(system.regions.load.sum()),
        len(system.lines),
    )
    assert found == expected


def test_published_cases_are_read_or_refused_for_what_they_compute():
    files = sorted(published("case9.m").parent.glob("case*.m"))
    came = {file.name: system_or_error(file) for file in files if file.stat().st_size < 2**20}
    refused = {name: error for name, error in came.items() if isinstance(error, FormatError)}
    assert Counter(isinstance(system, System) for system in came.values())[True] >= 40
    reasons = ("give data and not compute it", "hold plain numbers", "have Pmax from 0 to 1e+09")
    for name, error in refused.items():
        assert error.faults[0].must.startswith(reasons), name
