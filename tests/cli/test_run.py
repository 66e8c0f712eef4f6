"""The command run: results, report, JSON, resuming, and the same bits however it is run."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path

import numpy as np
import pytest

import standstill
from standstill.engine.checkpoint import block_folder
from standstill.report.range_words import NO_DIFFERENCE
from standstill.studies import run, saved

PLENTY = 6144


def samples_of(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "saved" / "samples.npz", allow_pickle=False) as stored:
        return {name: stored[name] for name in stored}


def same_bits(first: Path, second: Path) -> bool:
    a, b = samples_of(first), samples_of(second)
    return a.keys() == b.keys() and all(a[name].tobytes() == b[name].tobytes() for name in a)


def test_run_writes_results_and_ends_with_the_report_and_a_summary(call, small, tmp_path):
    done = call("run", small, "--samples", 300)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[-1] == "report: results/small/report.html"
    assert (tmp_path / "results/small/report.html").is_file()
    header = next(line for line in lines if line.startswith("side\t")).split("\t")
    assert header == ["side", "", "strikes", "standstill", "saved"]
    rows = [line.split("\t") for line in lines if line.startswith(("North\t", "South\t"))]
    assert [row[0] for row in rows] == ["North", "North", "South", "South"]
    assert all(len(row) == 5 and " to " in row[2] for row in rows)
    assert "\x1b" not in done.out + done.err
    assert "winters" in done.err


def test_run_leaves_no_half_written_files(call, small, tmp_path):
    call("run", small, "--samples", 10, "--out", "out")
    names = {path.name for path in (tmp_path / "out").rglob("*")}
    assert "blocks" not in names
    assert not [name for name in names if name.endswith(".tmp")]


@pytest.mark.usefixtures("no_report")
def test_json_of_run_has_the_documented_form(call, small):
    done = call("run", small, "--samples", 300, "--out", "out", "--json", "-")
    data = json.loads(done.out, parse_constant=pytest.fail)
    assert data == json.loads(Path("out/run.json").read_text())
    assert list(data) == [
        "schema",
        "version",
        "scenario",
        "as_of",
        "samples",
        "seed",
        "settings",
        "arms",
        "worth",
        "drivers",
        "talks",
    ]
    assert (data["schema"], data["scenario"], data["as_of"]) == (1, "small", "2024-11-01")
    assert (data["samples"], data["seed"]) == (300, 3)
    assert list(data["arms"]) == ["strikes", "standstill"]
    assert list(data["worth"]) == ["standstill"]
    for sides in (*data["arms"].values(), *data["worth"].values()):
        assert list(sides) == ["North", "South"]
        for measures in sides.values():
            for measure in measures.values():
                assert {"value", "se", "unit"} <= set(measure)
                assert measure["value"] is not None or measure["reason"]
    assert {"value", "se", "unit", "p10", "p50", "p90"} == set(data["worth"]["standstill"]["North"]["eue"])
    assert list(data["drivers"]) == ["North", "South"]
    for found in data["drivers"].values():
        assert list(found) == ["arm", "measure", "unit", "figures", "chance_and_interactions"]
        assert {"value", "se"} <= set(found["chance_and_interactions"])
    assert "report: out/report.html" in done.err


@pytest.mark.usefixtures("no_report")
def test_one_sample_has_no_standard_error_and_no_nan(call, small):
    data = json.loads(call("run", small, "-n", 1, "-o", "out", "--json", "-").out, parse_constant=pytest.fail)
    eue = data["arms"]["strikes"]["North"]["eue"]
    assert eue["se"] is None
    assert eue["reason"] == "one sample has no standard error"


@pytest.mark.usefixtures("no_report")
def test_workers_change_no_bit(call, small, tmp_path):
    for workers in (1, 2, 5):
        assert call("run", small, "-n", 1100, "--workers", workers, "--out", f"out{workers}").code == 0
    assert same_bits(tmp_path / "out1", tmp_path / "out2")
    assert same_bits(tmp_path / "out1", tmp_path / "out5")
    assert Path("out1/run.json").read_text() == Path("out2/run.json").read_text()


def test_blocks_per_task_change_no_bit(small):
    from standstill.engine.drivers.blocks import run_blocks
    from standstill.engine.drivers.threads import Threads
    from standstill.engine.pack import pack_side

    loaded = standstill.load_scenario(small)
    side = pack_side(
        loaded.sides[0], arms=loaded.arms, measure_from=loaded.measure_from, measure_to=loaded.measure_to, detail=True
    )
    results = [run_blocks([side], 3, 1100, backend=Threads(2, count)) for count in (1, 2, 3)]
    for [(totals, histograms)] in results[1:]:
        assert totals.tobytes() == results[0][0][0].tobytes()
        assert all(np.array_equal(a, b) for a, b in zip(histograms, results[0][0][1], strict=True))


@pytest.mark.usefixtures("no_report")
def test_seed_changes_the_draws(call, small, tmp_path):
    for seed in (1, 2):
        call("run", small, "-n", 256, "--seed", seed, "--out", f"out{seed}")
    assert not same_bits(tmp_path / "out1", tmp_path / "out2")


@pytest.mark.usefixtures("no_report")
def test_equal_arms_have_no_difference(call, quiet):
    done = call("run", quiet, "-n", 256, "-o", "out")
    rows = [line.split("\t") for line in done.out.splitlines() if line.startswith(("North\t", "South\t"))]
    assert len(rows) == 4
    assert [row[4] for row in rows] == [NO_DIFFERENCE] * 4
    assert [row[2] for row in rows] == [row[3] for row in rows]


def stopped(start, small: Path, folder: Path, by: signal.Signals) -> tuple[int, str, str]:
    """Start a run, stop it once four blocks are on disk, and return its code and what it said."""
    running = start("run", small, "-n", PLENTY, "--workers", 2, "--out", folder)
    until = time.monotonic() + 240
    while len(list(folder.rglob("*.npz"))) < 4:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    running.send_signal(by)
    out, err = running.communicate(timeout=120)
    return running.returncode, out, err


@pytest.mark.usefixtures("no_report")
def test_ctrl_c_keeps_finished_blocks_and_resume_gives_the_same_bits(call, start, small, tmp_path):
    folder = tmp_path / "stopped"
    code, out, err = stopped(start, small, folder, signal.SIGINT)
    assert code == 130, err
    assert out == ""
    assert "Traceback" not in err
    blocks = sorted(folder.rglob("*.npz"))
    assert 4 <= len(blocks) < 2 * PLENTY / 256
    assert f"interrupted; {len(blocks)} finished blocks kept in" in err
    assert saved.kept_blocks(folder, standstill.load_scenario(small), 3, standstill.__version__) == len(blocks)
    assert saved.kept_blocks(folder, standstill.load_scenario(small), 4, standstill.__version__) == 0
    assert "--resume" in err
    assert [path.name for path in folder.iterdir()] == ["blocks"]
    assert list(folder.rglob("*.tmp")) == []
    for block in blocks:
        with np.load(block) as stored:
            assert stored["totals"].shape[1] == 256
    stamps = {block: block.stat().st_mtime_ns for block in blocks}

    from standstill.engine.checkpoint import BlockStore

    taken = []
    load = BlockStore.load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BlockStore, "load", lambda self, *key: taken.append(load(self, *key)) or taken[-1])
        assert call("run", small, "-n", PLENTY, "--out", folder, "--resume").code == 0
    assert sum(block is not None for block in taken) == len(stamps)
    assert call("run", small, "-n", PLENTY, "--workers", 1, "--out", "whole").code == 0
    assert same_bits(folder, tmp_path / "whole")
    assert (folder / "run.json").read_text() == (tmp_path / "whole/run.json").read_text()
    assert not (folder / "blocks").exists()


@pytest.mark.usefixtures("no_report")
def test_a_run_that_was_killed_resumes_to_the_same_bits(call, start, small, tmp_path):
    """Nothing can be said or tidied up before a kill: what is on disk then is all there is."""
    folder = tmp_path / "killed"
    code, out, err = stopped(start, small, folder, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert (out, "Traceback" in err) == ("", False)
    assert 4 <= len(list(folder.rglob("*.npz"))) < 2 * PLENTY / 256
    done = call("run", small, "-n", PLENTY, "--out", folder, "--resume")
    assert done.code == 0, done.err
    assert call("run", small, "-n", PLENTY, "--workers", 1, "--out", "whole").code == 0
    assert same_bits(folder, tmp_path / "whole")
    names = {path.relative_to(folder) for path in folder.rglob("*")}
    assert names == {path.relative_to("whole") for path in Path("whole").rglob("*")}
    for name in (name for name in names if name.suffix not in (".npz", ".html") and (folder / name).is_file()):
        ours, theirs = ((place / name).read_text(encoding="utf-8") for place in (folder, Path("whole")))
        assert re.sub('"seconds": .*', "", ours) == re.sub('"seconds": .*', "", theirs), name


@pytest.mark.usefixtures("no_report")
def test_resume_of_a_finished_run_simulates_nothing(call, small, monkeypatch):
    call("run", small, "-n", 256, "-o", "out")
    before = Path("out/run.json").read_text()
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    assert call("run", small, "-n", 256, "-o", "out", "--resume").code == 0
    assert Path("out/run.json").read_text() == before


@pytest.mark.usefixtures("no_report")
def test_a_finished_run_of_another_scenario_is_not_written_over(call, small, tmp_path, monkeypatch):
    call("run", small, "-n", 20, "-o", "out")
    kept = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    other = small.with_name("other.toml")
    other.write_text(small.read_text(encoding="utf-8").replace('name = "small"', 'name = "other"', 1), encoding="utf-8")
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    for more in ((), ("--resume",)):
        done = call("run", other, "-n", 20, "-o", "out", *more)
        assert (done.code, done.out) == (2, "")
        assert "--out: must hold no finished run of another scenario, got out, a run of small" in done.err
        assert done.err.startswith("error: 1 fault in run\n")
    with pytest.raises(standstill.InputError, match="out: must hold no finished run of another scenario"):
        standstill.run(other, samples=20, out="out")
    assert {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == kept


@pytest.mark.usefixtures("no_report")
def test_what_else_was_made_of_an_earlier_run_is_made_anew_or_removed(call, small, tmp_path):
    call("run", small, "-n", 20, "-o", "out")
    assert call("report", "out", "--for", "public").code == 0
    note, decisions = Path("out/note-public.html"), Path("out/decisions.json")
    before = note.read_text(encoding="utf-8")
    scenario = standstill.load_scenario(small)
    decisions.write_text(json.dumps({"scenario_id": scenario.id}))
    done = call("run", small, "-n", 40, "-o", "out")
    assert "out/note-public.html: written anew\n" in done.err
    assert "out/decisions.json: as it was, as it fits\n" in done.err
    assert decisions.exists()
    assert note.read_text(encoding="utf-8") != before
    assert not Path("out/note-parties.html").exists()
    assert "note" not in call("run", small, "-n", 40, "-o", "out", "--resume").err
    small.write_text(small.read_text(encoding="utf-8").replace('"4 crews"', '"5 crews"'), encoding="utf-8")
    done = call("run", small, "-n", 40, "-o", "out")
    assert "out/decisions.json: removed, as the scenario has changed since\n" in done.err
    assert not decisions.exists()


@pytest.mark.usefixtures("no_report")
def test_of_few_winters_no_range_is_claimed(call, small):
    assert "; 1 winter, too few for ranges" in call("run", small, "-n", 1, "-o", "out").out
    assert "80 % of winters lie within each range" in call("run", small, "-n", 10, "-o", "out").out


@pytest.mark.usefixtures("no_report")
def test_a_finished_run_of_another_engine_is_simulated_anew(call, small, monkeypatch):
    call("run", small, "-n", 20, "-o", "out")
    simulated = []
    run_blocks = run.run_blocks
    monkeypatch.setattr(run, "run_blocks", lambda *a, **b: simulated.append(1) or run_blocks(*a, **b))
    assert call("run", small, "-n", 20, "-o", "out", "--resume").code == 0
    assert simulated == []
    monkeypatch.setattr("standstill.studies.saved.engine_key", lambda: "another")
    assert call("run", small, "-n", 20, "-o", "out", "--resume").code == 0
    assert simulated == [1]


@pytest.mark.usefixtures("no_report")
def test_blocks_of_an_engine_with_other_columns_are_left_alone(call, small, tmp_path):
    """A block that another engine left under this very name is simulated again, with no word."""
    loaded = standstill.load_scenario(small)
    folder = block_folder(tmp_path / "out" / "blocks", loaded.id, 3, standstill.__version__)
    folder.mkdir(parents=True)
    for side in (0, 1):
        np.savez(folder / f"side{side}-00000000-20.npz", totals=np.zeros((2, 20, 3)))
    done = call("run", small, "-n", 20, "-o", "out", "--resume")
    assert done.code == 0, done.err
    call("run", small, "-n", 20, "-o", "other")
    assert same_bits(tmp_path / "out", tmp_path / "other")


@pytest.mark.usefixtures("no_report")
def test_resume_does_not_take_blocks_of_another_seed(call, small, tmp_path):
    call("run", small, "-n", 256, "-o", "out", "--seed", 1)
    call("run", small, "-n", 256, "-o", "out", "--seed", 2, "--resume")
    call("run", small, "-n", 256, "-o", "other", "--seed", 2)
    assert same_bits(tmp_path / "out", tmp_path / "other")
