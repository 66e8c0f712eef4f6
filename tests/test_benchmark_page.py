"""The page of the benchmarks says what was found: ratios, calibration, what is missing, what is less than asked."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace

import pytest

from benchmarks.__main__ import DOCS, arguments, folder_for
from benchmarks.busy import Busy
from benchmarks.found import Found
from benchmarks.growth import Slope
from benchmarks.machine import Machine, this_machine
from benchmarks.page import images, page, write
from benchmarks.peers import Peer
from benchmarks.registry import slowness
from benchmarks.scaling import Memory, Speedup
from benchmarks.tasks import Task
from benchmarks.timing import Timing

MACHINE = Machine(
    processor="Imagined 3000", cores=2, memory_gib=16.0, system="Some Linux, x86_64", load=0.1,
    versions={"Standstill": "0.1.0", "Python": "3.12.1"}, commit="abc1234",
)  # fmt: skip
# the sum takes twice as long as when PRAS was timed, the other sum half as long again
CALIBRATION = {"sum": 0.154, "cumsum": 0.453}


def timing(name: str, median_ms: float, **more: float) -> Timing:
    """Return a made-up timing."""
    given = {"best_ms": 0.9 * median_ms, "eue": 1176.0, "neue_ppm": 76.9} | more
    return Timing(
        name=name, samples=65_536, arms=1, blocks=256, load_s=0.25, pack_s=0.125, compile_s=1.5, median_ms=median_ms,
        measure_s=0.0625, **given,
    )  # fmt: skip


def found(**more: object) -> Found:
    """Return made-up results with nothing but timings of two systems."""
    given = {
        "timings": (timing("rts79", 0.0186), timing("rts.pras", 0.68)), "calibration": CALIBRATION,
        "machine": MACHINE, "date": "2031-05-06", "is_quick": False, "seconds": 240.0,
    }  # fmt: skip
    return Found(**given | more)


def row(text: str, first: str) -> list[str]:
    """Return the cells of the first row of a table that begins with some text."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_each_calibration_says_how_slow_this_machine_is():
    assert slowness(CALIBRATION) == pytest.approx({"sum": 2.0, "cumsum": 1.5})
    assert slowness(CALIBRATION, 5.1) == pytest.approx({"sum": 2.0, "cumsum": 1.5, "assetra": 0.5})


def test_a_row_has_times_and_ratios_by_every_calibration():
    cells = row(page(found()), "`rts79`")
    assert cells == ["`rts79`", "65,536", "0.0186", "0.0167", "0.02", "1.86", "100", "200", "150", "yes"]


def test_another_program_that_ran_here_too_calibrates():
    text = page(found(peers=(Peer(name="assetra", ms=5.1, eue=1176.0, lole=9.4, events=9.2),)))
    assert row(text, "assetra on the RTS-79, ms")[1:] == ["5.10", "10.2", "0.50"]
    assert row(text, "`rts79`")[-5:] == ["100", "200", "150", "50", "yes"]
    assert row(text, "`rts.pras`")[-2:] == ["10", "**no**"]


def test_a_time_beyond_what_is_asked_is_marked():
    assert row(page(found()), "`rts.pras`")[2] == "0.680 (over)"


def test_less_than_fifty_times_is_said():
    text = page(found())
    # 13.6 ms there would be 20.4 ms here, by the lesser factor
    assert row(text, "`rts.pras`")[-4:] == ["20", "40", "30", "**no**"]
    assert "**Less than 50 times as fast as PRAS, by the calibration kindest to it: `rts.pras` (30 times).**" in text


def test_at_least_fifty_times_is_said():
    text = page(found(timings=(timing("rts79", 0.0186), timing("rts.pras", 0.4))))
    assert "all that PRAS was timed on is at least 50 times as fast here" in text
    assert "Less than 50" not in text


def test_a_system_that_is_not_shipped_is_named_as_not_measured():
    text = page(found(timings=(timing("rts79", 0.0186),), missing=("rts.pras", "toymodel.pras")))
    assert row(text, "`rts.pras`")[1] == "not measured here: needs `rts.pras`, which is not shipped"
    assert row(text, "`toymodel.pras`")[5] == "0.025"


def test_a_benchmark_that_nobody_else_has_gets_no_ratio():
    assert row(page(found(timings=(timing("synthetic", 9.0),))), "`synthetic`")[-5:] == ["–"] * 5


def test_the_machine_and_the_calibration_are_told():
    text = page(found())
    assert row(text, "processor") == ["processor", "Imagined 3000"]
    assert row(text, "versions")[1] == "Standstill 0.1.0, Python 3.12.1, commit abc1234"
    assert row(text, "day")[1] == "2031-05-06; all of it took 4 min"
    assert row(text, "`sum` of 1e8 numbers, s")[1:] == ["0.154", "0.0770", "2.00"]
    assert row(text, "`cumsum` of 1e8 numbers, s")[-1] == "1.50"


@pytest.mark.parametrize(("load", "is_busy"), [(0.3, False), (1.7, True)])
def test_a_busy_machine_is_told(load, is_busy):
    text = page(found(machine=replace(MACHINE, load=load)))
    assert ("longer than on a quiet machine" in text) == is_busy


def test_a_quick_run_says_so():
    assert "no measurement" in page(found(is_quick=True))
    assert "no measurement" not in page(found())


def test_tasks_beyond_what_is_asked_are_marked():
    tasks = (
        Task(name="exactly", seconds=0.15, cpu_s=0.14, runs=5, gives="9.39 h", limit_s=0.2),
        Task(name="first run", seconds=50.0, cpu_s=None, runs=1, gives="done", limit_s=45.0, beside="slow"),
    )
    text = page(found(tasks=tasks))
    assert row(text, "exactly") == ["exactly", "0.150", "0.140", "0.2", "5", "9.39 h"]
    assert row(text, "first run") == ["first run", "50.0", "–", "45 (over)", "1", "done; slow"]


STRAIGHT = Slope(against="samples", what="RTS-79", sizes=(10, 20, 40), seconds=(1.0, 2.0, 4.0), runs=3)
STEEP = Slope(against="steps by period", what="a ring", sizes=(1, 2), seconds=(1.0, 4.0), runs=3)


def test_slopes_are_listed_and_steep_ones_named():
    text = page(found(slopes=(STRAIGHT, STEEP)))
    assert row(text, "samples")[2:] == ["10 20 40", "1.00 2.00 4.00", "1.00"]
    assert row(text, "steps by period")[-1] == "2.00 (over)"
    assert "**Steeper than 1.1: steps by period.**" in text
    assert "No slope is steeper" in page(found(slopes=(STRAIGHT,)))


def test_one_size_has_no_slope():
    alone = replace(STRAIGHT, sizes=(1,), seconds=(1.0,))
    assert alone.slope is None
    assert row(page(found(slopes=(alone,))), "samples")[-1] == "–"


def test_threads_workers_and_memory_are_set_beside_one():
    text = page(
        found(
            threads=Slope(against="threads", what="RTS-79", sizes=(1, 2), seconds=(6.0, 4.0), runs=3),
            cluster=Speedup(workers=(1, 2), seconds=(6.0, 4.0), threads_s=5.0, load=0.0, samples=512, runs=3),
            memory=(Memory(system="RTS-79", samples=(10, 100), mib=(200.0, 300.0)),),
        )
    )
    assert row(text, "2") == ["2", "4.00", "1.50"]
    assert row(text, "2 workers") == ["2 workers", "4.00", "1.50"]
    assert "**Two workers are less than that.**" in text
    assert row(text, "RTS-79") == ["RTS-79", "10", "200", "1.00"]
    assert "**it is more.**" in text


def test_peers_stand_beside_our_time():
    peers = (Peer(name="NumPy", ms=1.86, lole=9.5, eue=1180.0, events=1.9), Peer(name="assetra", note="not installed"))
    text = page(found(peers=peers))
    assert row(text, "NumPy") == ["NumPy", "1.86", "9.50", "1180", "1.90", "100"]
    assert row(text, "assetra")[1] == "not measured here"
    assert row(text, "assetra, when PRAS was timed")[-1] == "548, uncalibrated"


def test_the_page_and_its_pictures_are_written(tmp_path):
    whole = found(slopes=(STRAIGHT, STEEP), network=Busy(solve=0.5, binding=0.1))
    path = write(whole, tmp_path)
    text = path.read_text(encoding="utf-8")
    shown = re.findall(r"\]\((images/[^)]+)\)", text)
    assert shown == ["images/benchmark-samples.svg", "images/benchmark-steps-by-period.svg"]
    for name in shown:
        svg = (tmp_path / name).read_text(encoding="utf-8")
        assert svg.startswith("<svg")
        assert "NaN" not in svg
    assert "slope 2.00" in (tmp_path / shown[1]).read_text(encoding="utf-8")


def test_every_part_can_be_drawn():
    whole = found(
        slopes=(STRAIGHT,),
        threads=Slope(against="threads", what="RTS-79", sizes=(1,), seconds=(1.0,)),
        memory=(Memory(system="rts.pras", samples=(10, 100), mib=(200.0, 200.0)),),
    )
    assert set(images(whole)) == {
        "benchmark-samples.svg",
        "benchmark-threads.svg",
        "benchmark-memory-rts-pras.svg",
    }
    assert all(name in page(whole) for name in images(whole))


def test_what_was_found_is_plain_data():
    assert "NaN" not in json.dumps(asdict(found(peers=(Peer(name="assetra", note="not installed"),))))


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ([], DOCS),
        (["--quick"], None),
        (["rts79"], None),
        (["--out", "-"], None),
        (["--quick", "--out", "docs"], DOCS.relative_to(DOCS.parent)),
    ],
    ids=["all", "quick", "some", "printed", "elsewhere"],
)
def test_docs_take_only_what_is_whole_and_measured(given, folder):
    assert folder_for(arguments(given)) == folder


def test_this_machine_has_a_processor_and_versions():
    machine = this_machine()
    assert machine.processor
    assert machine.cores >= 1
    assert {"Standstill", "Python", "numpy", "numba"} <= set(machine.versions)
