"""The command convert, as a user calls it."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import h5py
import numpy as np
import pytest

import standstill
from standstill.formats.pras import read_pras, write_pras
from tests.cases.pypsa_network import put, write_network
from tests.cases.toy import toy

RTS = Path(__file__).parents[2] / ".." / "shared" / "data" / "rts.pras"


def differences(one, other) -> list[str]:
    """Return the places where two systems differ, the name aside."""
    found = []
    for item in fields(one):
        left, right = getattr(one, item.name), getattr(other, item.name)
        if not hasattr(left, "names"):
            found += [] if left == right or item.name == "name" else [item.name]
            continue
        for inner in fields(left):
            a, b = getattr(left, inner.name), getattr(right, inner.name)
            same = np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
            found += [] if same else [f"{item.name}.{inner.name}"]
    return found


@pytest.fixture
def source(tmp_path) -> Path:
    return write_network(tmp_path / "small.nc")


def test_a_network_becomes_a_pras_file(call, source):
    done = call("convert", source, "small.pras")
    assert done.code == 0, done.err
    assert done.out == "small.pras: 2 regions, 2 generators, 2 storages, 1 generator-storage, 3 lines, 6 steps\n"
    assert "  1 load at buses of carrier H2, 7 MW on average\n" in done.err
    assert "  power is in kW, as it is not whole in MW\n" in done.err
    assert "  forced outages: no rate is given for 2 generators (coal, wind)" in done.err
    written, read = read_pras("small.pras"), standstill.read_pypsa(source).system
    assert written.power_unit == "kW"
    assert written.regions.load == pytest.approx(1000.0 * read.regions.load)
    assert written.generator_storages.inflow == pytest.approx(1000.0 * read.generator_storages.inflow)
    assert written.storages.energy == pytest.approx(read.storages.energy)
    assert written.storages.initial == read.storages.initial
    assert written.start.replace(tzinfo=None) == read.start


def test_in_python(source, tmp_path):
    found = standstill.convert(source, tmp_path / "out.pras")
    assert differences(found.system, replace(read_pras(tmp_path / "out.pras"), start=found.system.start)) == []


def test_rates_by_class(call, source):
    Path("rates.csv").write_text("class,forced_outage_rate,mttr_h\ncoal,0.1,50\nwind,0.02,20\n")
    done = call("convert", source, "small.pras", "--outages", "rates.csv")
    assert done.code == 0, done.err
    assert read_pras("small.pras").generators.p_repair[:, 0].tolist() == [0.02, 0.05]
    assert done.err.count("forced outages") == 1
    assert "no rate is given for 2 storages (battery, phs)" in done.err


def test_a_pras_file_is_written_as_it_was_read(call, tmp_path):
    whole = replace(toy(), regions=replace(toy().regions, load=np.round(toy().regions.load)))
    write_pras(whole, tmp_path / "toy.pras")
    done = call("convert", "toy.pras", "again.pras")
    assert (done.code, done.err) == (0, "")
    assert differences(read_pras("toy.pras"), read_pras("again.pras")) == []


@pytest.mark.skipif(not RTS.exists(), reason="the example file of PRAS is not here")
def test_the_example_of_pras_is_written_as_it_was_read(call):
    done = call("convert", RTS, "again.pras")
    assert (done.code, done.err) == (0, "")
    assert differences(read_pras(RTS), read_pras("again.pras")) == []


def refused(done, *words: str) -> None:
    """Check that a call was refused with one message, and that nothing was written."""
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    assert done.err.count("error: ") == 1
    assert [word for word in words if word not in done.err] == []
    assert not list(Path().glob("*.pras*"))
    assert not list(Path().glob(".*.part"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.nc", "out.pras"], ["1 fault in none.nc", "file: must exist"]),
        (["small.xlsx", "out.pras"], ["file: must be one of PRAS (.pras), PyPSA (.nc)"]),
        (["small.nc", "out.nc"], ["target: must end in .pras"]),
        (["small.nc", "out.pras", "--outages", "none.csv"], ["1 fault in none.csv", "file: must exist"]),
        (["small.nc", "nowhere/out.pras"], ["target: must name a file in a folder that exists"]),
    ],
)
def test_bad_usage_is_one_message(call, source, arguments, words):
    refused(call("convert", *arguments), *words)


def test_every_fault_of_the_source_is_listed_and_nothing_is_written(call, source):
    with h5py.File(source, "r+") as file:
        put(file, "generators_p_nom", [-1.0, np.nan])
        put(file, "lines_bus1", ["z"])
    refused(call("convert", source, "out.pras"), "3 faults", "p_nom[g1]", "p_nom[w]", "lines_bus1[l]: must be the name")


def test_what_the_format_cannot_say_is_refused(call, source):
    with h5py.File(source, "r+") as file:
        put(file, "generators_i", ["G1", "wind" * 33])
        del file["generators_t_p_max_pu"], file["generators_t_p_max_pu_i"]
    refused(call("convert", source, "out.pras"), "generators.name: must be 1 to 128 printable ASCII characters")


def test_names_lose_their_accents_and_stay_unique(call, source):
    with h5py.File(source, "r+") as file:
        put(file, "generators_i", ["Höhe", "Hohe"])
        put(file, "generators_carrier", ["Öl", "öl"])
        del file["generators_t_p_max_pu"], file["generators_t_p_max_pu_i"]
    assert call("check", source).code == 0
    done = call("convert", source, "out.pras")
    assert done.code == 0, done.err
    assert "  names in ASCII: Höhe -> Hohe (2), Öl -> Ol, öl -> ol\n" in done.err
    generators = read_pras("out.pras").generators
    assert (generators.names, generators.classes) == (("Hohe (2)", "Hohe"), ("Ol", "ol"))


def test_letters_without_a_counterpart(tmp_path):
    # 北 and 南 both become a question mark; the names of interfaces, and so of their lines, follow those of regions
    content = {
        "buses": {"i": ["北", "南"]},
        "generators": {"i": ["g"], "bus": ["北"], "p_nom": [5.0]},
        "lines": {"i": ["l"], "bus0": ["北"], "bus1": ["南"], "s_nom": [3.0]},
    }
    found = standstill.convert(write_network(tmp_path / "n.nc", content, {}), tmp_path / "n.pras")
    assert "names in ASCII: 北 -> ?, 南 -> ? (2)" in found.left_out
    again = read_pras(tmp_path / "n.pras")
    assert again.regions.names == ("?", "? (2)")
    assert found.system.interfaces.names == ("? - ?",)


def test_many_names_are_counted(tmp_path):
    content = {"buses": {"i": [f"é{row}" for row in range(13)]}, "generators": {"i": ["g"], "bus": ["é0"]}}
    found = standstill.convert(write_network(tmp_path / "n.nc", content, {}), tmp_path / "n.pras")
    [words] = [each for each in found.left_out if each.startswith("names in ASCII")]
    assert words.endswith("é9 -> e9 and 3 more")


def test_charge_at_the_start_is_said_to_need_a_newer_pras(call, source):
    done = call("convert", source, "small.pras")
    words = (
        "  charge at the start of 2 storages: only PRAS 0.9 and later read it, and PRAS 0.8 refuses the file for it\n"
    )
    assert words in done.err
    with h5py.File("small.pras") as file:
        assert file.attrs["pras_dataversion"] == b"v0.9.0"


def test_a_file_is_not_written_over_itself(call, tmp_path):
    write_pras(toy(), tmp_path / "toy.pras")
    before = Path("toy.pras").read_bytes()
    done = call("convert", "toy.pras", "./toy.pras")
    assert done.code == 2
    assert "target: must be another file than the source" in done.err
    assert Path("toy.pras").read_bytes() == before


def test_a_target_that_is_there_survives_a_refusal(call, source):
    assert call("convert", source, "out.pras").code == 0
    before = Path("out.pras").read_bytes()
    with h5py.File(source, "r+") as file:
        put(file, "generators_p_nom", [-1.0, 1.0])
    assert call("convert", source, "out.pras").code == 2
    assert Path("out.pras").read_bytes() == before


def test_what_a_table_of_rates_gives_is_no_longer_said_to_be_missing(call, tmp_path):
    case = tmp_path / "one.m"
    case.write_text(
        "function mpc = one\nmpc.version = '2';\nmpc.baseMVA = 100;\n"
        "mpc.bus = [1 3 90 0 0 0 1 1 0 230 1 1.1 0.9; 2 1 0 0 0 0 1 1 0 230 1 1.1 0.9];\n"
        "mpc.gen = [1 0 0 0 0 1 100 1 100 0];\nmpc.branch = [1 2 0 0.1 0 0 0 0 0 0 1 -360 360];\n",
        encoding="utf-8",
    )
    (tmp_path / "rates.csv").write_text("class,forced_outage_rate,mttr_h\nunclassified,0.1,40\n", encoding="utf-8")
    without = call("convert", str(case), str(tmp_path / "a.pras"))
    with_rates = call("convert", str(case), str(tmp_path / "b.pras"), "--outages", str(tmp_path / "rates.csv"))
    assert (without.code, with_rates.code) == (0, 0)
    assert "never fail" in without.err
    assert "never fail" not in with_rates.err
