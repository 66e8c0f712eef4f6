"""The commands assess, check, claims, scenarios, compare and report."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import standstill
from standstill.model.system import Regions
from tests.cases import toy as toy_case
from tests.cases.pypsa_network import write_network
from tests.cases.toy import toy

INDICES = ["lole", "eue", "neue", "lolev", "lold", "cvar95"]
EVENTS = ["longest_spell", "event_depth", "event_energy"]


@pytest.fixture
def pras(tmp_path: Path) -> Path:
    """Return the four-hour toy system as a .pras file."""
    standstill.write_pras(toy(), tmp_path / "toy.pras")
    return tmp_path / "toy.pras"


def test_assess_json_has_the_documented_form(call, pras):
    done = call("assess", pras, "--samples", 20_000, "--seed", 7, "--json", "-")
    data = json.loads(done.out, parse_constant=pytest.fail)
    head = ["schema", "version", "system", "samples", "seed", "horizon_h"]
    assert list(data) == [*head, "samples_with_shortfall", *INDICES, "var95", *EVENTS, "regions"]
    assert (data["schema"], data["version"]) == (1, standstill.__version__)
    assert (data["system"], data["samples"], data["seed"], data["horizon_h"]) == ("toy.pras", 20_000, 7, 4.0)
    for name in INDICES:
        assert {"value", "se", "unit"} <= set(data[name])
    assert [data[name]["unit"] for name in INDICES] == ["h", "MWh", "ppm", "events", "h", "MWh"]
    assert [region["name"] for region in data["regions"]] == ["region"]
    assert [data[name]["unit"] for name in EVENTS] == ["h", "MW", "MWh"]
    for name in EVENTS:
        assert {"p10", "p50", "p90", "max"} <= set(data[name])
    assert set(data["regions"][0]) == {"name", "lole", "eue", "neue"}
    assert data["regions"][0]["neue"]["value"] == pytest.approx(data["neue"]["value"])
    assert abs(data["lole"]["value"] - toy_case.LOLE_H) < 5 * data["lole"]["se"]
    assert abs(data["eue"]["value"] - toy_case.EUE_MWH) < 5 * data["eue"]["se"]


def test_assess_json_has_null_and_a_reason_where_nothing_exists(call, small, quiet):
    text = quiet.read_text().replace('value = "480 MW"', 'value = "4800 MW"').replace('"6 %"', '"0 %"')
    quiet.write_text(text)
    data = json.loads(call("assess", small, "--side", "South", "-n", 5, "--json", "-").out, parse_constant=pytest.fail)
    assert data["system"] == "small/South"
    assert data["eue"]["value"] == 0.0
    assert data["lold"] == {"value": None, "se": None, "unit": "h", "reason": data["lold"]["reason"]}
    assert data["lold"]["reason"]


def test_assess_without_a_shortfall_gives_a_bound(call, tmp_path):
    safe = replace(toy(), regions=Regions(names=("region",), load=[[5.0]]))
    standstill.write_pras(safe, tmp_path / "safe.pras")
    done = call("assess", "safe.pras", "-n", 300, "--json", "safe.json")
    data = json.loads(Path("safe.json").read_text(), parse_constant=pytest.fail)
    assert {"value": 0.0, "se": None, "upper95": 0.04}.items() <= data["lole"].items()
    assert "fewer than 3 in 300" in data["lole"]["reason"]
    assert "safe.pras\tall\tLOLE\t0\tbelow 0.04\th" in done.out
    last = "None of 300 samples had a shortfall, so at 95 % fewer than 3 in 300 have one."
    assert done.out.splitlines()[-1] == last
    found = rows_of(call("compare", "safe.json", "safe.json").out)
    assert {row["±"] for row in found if row["A"] == "0" and row["measure"] != "var95"} == {"-"}


def test_assess_by_period_goes_into_the_json(call, pras):
    data = json.loads(call("assess", pras, "-n", 300, "--by-period", "--json", "-").out)
    assert len(data["periods"]["lole"]) == len(data["periods"]["regions"][0]["eue_se"]) == 4
    assert sum(data["periods"]["eue"]) == pytest.approx(data["eue"]["value"])
    assert data["periods"]["lole_upper95_where_0"] == pytest.approx(3 / 300)
    done = call("assess", pras, "-n", 300, "--by-period")
    assert done.code == 2
    assert "--by-period: must come with --json" in done.err
    assert "add --json FILE" in done.err


def test_assess_writes_results_by_step(call, pras):
    done = call("assess", pras, "-n", 300, "--results", "surplus, shortfall", "--by-sample", "--out", "by-step")
    assert done.code == 0
    names = ["shortfall-samples.csv", "shortfall.csv", "surplus-samples.csv", "surplus.csv"]
    assert sorted(path.name for path in Path("by-step").iterdir()) == names
    assert "by step: by-step/shortfall.csv" in done.err
    lines = Path("by-step", "shortfall.csv").read_text().splitlines()
    assert lines[0] == "result,name,period,mean,sd,unit"
    assert len(lines) == 1 + 4
    eue = float(next(line.split("\t")[3] for line in done.out.splitlines() if "\tEUE\t" in line))
    assert sum(float(line.split(",")[3]) for line in lines[1:]) == pytest.approx(eue, abs=0.005)


def test_assess_names_the_side_in_files_where_there_are_several(call, quiet):
    assert call("assess", quiet, "-n", 5, "--results", "energy", "--out", "x").code == 0
    assert sorted(path.name for path in Path("x").iterdir()) == ["North-energy.csv", "South-energy.csv"]


def test_assess_refuses_results_without_a_folder_and_names_that_are_none(call, pras):
    for arguments, message in (
        (["--results", "flow"], "--results: must come with --out"),
        (["--out", "x"], "--out: must come with --results"),
        (["--by-sample"], "--by-sample: must come with --results"),
        (["--results", "flows", "--out", "x"], "results: must be some of shortfall"),
        (["--results", "flow", "--out", str(pras)], "cannot write to"),
    ):
        done = call("assess", pras, "-n", 5, *arguments)
        assert done.code == 2
        assert message in done.err
    assert not Path("x").exists()


def test_assess_json_to_a_file(call, pras):
    done = call("assess", pras, "-n", 1000, "--json", "x.json")
    assert json.loads(Path("x.json").read_text())["samples"] == 1000
    assert done.out.splitlines()[0].split("\t") == ["system", "region", "index", "value", "±", "unit"]
    assert [line.split("\t")[2] for line in done.out.splitlines()[1:]] == [
        "LOLE", "EUE", "NEUE", "LOLEv", "LOLD", "CVaR95", "VaR95",
    ]  # fmt: skip
    assert done.err.splitlines()[-1] == "over 4 h; ± is the standard error of the simulation"


def test_assess_depends_on_samples_and_seed_only(call, pras):
    first = call("assess", pras, "-n", 1000, "--workers", 1, "--json", "-").out
    assert call("assess", pras, "-n", 1000, "--workers", 2, "--json", "-").out == first
    assert call("assess", pras, "-n", 1000, "--seed", 2, "--json", "-").out != first


def test_assess_gives_each_side_of_a_scenario(call, small):
    data = json.loads(call("assess", small, "-n", 10, "--json", "-").out)
    assert [side["system"] for side in data["sides"]] == ["small/North", "small/South"]
    assert [side["horizon_h"] for side in data["sides"]] == [672.0, 672.0]


def test_assess_leaves_strikes_out(call, small, quiet):
    with_waves = json.loads(call("assess", small, "-n", 300, "--json", "-").out)
    without = json.loads(call("assess", quiet, "-n", 300, "--json", "-").out)
    assert with_waves == without


def test_ctrl_c_ends_an_assessment(start, small):
    running = start("assess", small, "--samples", 200_000)
    while "done" not in (line := running.stderr.readline()):
        assert line, running.communicate()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=120)
    assert (running.returncode, out) == (130, "")
    assert err.endswith("interrupted; nothing was kept\n")


def written_to(path: str, *arguments: object, **env: str) -> tuple[int, str]:
    """Call the command line with its standard output led elsewhere; return its code and what it said."""
    with Path(path).open("w") as file:
        done = subprocess.run(
            [sys.executable, "-m", "standstill", *(str(argument) for argument in arguments)],
            env=os.environ | env, stdout=file, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("more", [(), ("--json", "-")])
def test_a_full_disk_is_no_defect(more):
    code, said = written_to("/dev/full", "scenarios", *more)
    assert (code, said) == (2, "error: cannot write to standard output: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_nor_is_it_one_of_the_help():
    code, said = written_to("/dev/full", "--help")
    assert (code, said) == (2, "error: cannot write to standard output: No space left on device\n")


def test_what_an_encoding_has_not_ends_nothing(tmp_path, pras):
    code, said = written_to(str(tmp_path / "out"), "assess", tmp_path / "toy.pras", "-n", 10, PYTHONIOENCODING="ascii")
    assert (code, "Traceback" in said) == (0, False)
    assert (tmp_path / "out").read_text(encoding="ascii").startswith("system\tregion\tindex\tvalue\t?\tunit\n")


def test_json_is_utf8_whatever_the_encoding_of_the_terminal(tmp_path):
    for encoding in ("ascii", "utf-8"):
        code, _ = written_to(
            str(tmp_path / encoding), "claims", "winter-2024", "--json", "-", PYTHONIOENCODING=encoding
        )
        assert code == 0
    found = (tmp_path / "ascii").read_text(encoding="utf-8")
    assert not found.isascii()
    assert found == (tmp_path / "utf-8").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", ["assess", "run"])
def test_any_number_of_interrupts_end_a_command_as_one_does(start, small, tmp_path, verb):
    running = start(verb, small, "--samples", 200_000)
    while not (list(tmp_path.rglob("*.npz")) if verb == "run" else "done" in running.stderr.readline()):
        assert running.poll() is None, running.communicate()
    for pause in (0.0, 0.0, 0.0, 0.001, 0.01, 0.1, 0.1, 0.5):
        running.send_signal(signal.SIGINT)
        time.sleep(pause)
    try:
        out, err = running.communicate(timeout=120)  # only lest it hangs
    finally:
        running.kill()
    assert (running.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert err.count("interrupted") == 1


def test_check_says_what_it_found(call, small):
    done = call("check", small)
    assert (done.code, done.err) == (0, "")
    assert "no fault found" in done.out
    assert "sides: North, South" in done.out
    assert "2 claims" in done.out


def test_check_of_a_pras_file(call, pras):
    assert call("check", "toy.pras").out == "toy.pras: no fault found; 1 region, 4 generators, 4 steps\n"


def test_check_says_what_of_a_network_does_not_carry_over(call, tmp_path):
    write_network(tmp_path / "small.nc")
    found, left_out = call("check", "small.nc").out.splitlines()
    assert (
        found == "small.nc: no fault found; 2 regions, 2 generators, 2 storages, 1 generator-storage, 3 lines, 6 steps"
    )
    assert left_out.startswith("what did not carry over as it was: ")
    assert "1 load at buses of carrier H2, 7 MW on average; " in left_out


@pytest.mark.parametrize("verb", ["assess", "credit"])
def test_systems_of_other_tools_are_taken_as_they_are(call, tmp_path, verb):
    write_network(tmp_path / "small.nc")
    arguments = ["--assets", "g1"] if verb == "credit" else []
    done = call(verb, "small.nc", *arguments, "-n", 10, "--json", "-")
    assert json.loads(done.out)["system"] == "small.nc"
    assert done.err.startswith("what did not carry over as it was:\n  ")
    assert "\n  1 load at buses of carrier H2" in done.err
    done = call(verb, "small.nc", *arguments, "--side", "West")
    assert (done.code, done.out) == (2, "")
    assert f"1 fault in {verb}\n  --side: must be one of small, got 'West'" in done.err
    done = call(verb, "small.nc", *arguments, "--set", "samples=3")
    assert f"1 fault in {verb}\n  --set: must name a value of a scenario" in done.err


def test_a_folder_named_like_a_built_in_scenario_does_not_hide_it(call, tmp_path):
    (tmp_path / "winter-2024").mkdir()
    assert call("check", "winter-2024").code == 0
    refused = call("check", tmp_path / "winter-2024")
    assert "SourceData" in refused.err


def test_scenarios_lists_what_is_built_in(call):
    rows = [line.split("\t") for line in call("scenarios").out.splitlines()]
    assert rows[0] == ["scenario", "as of", "question"]
    assert any(row[0] == "winter-2024" and row[1] == "2024-08-17" for row in rows)
    data = json.loads(call("scenarios", "--json", "-").out)
    assert [row["name"] for row in data["scenarios"]] == [row[0] for row in rows[1:]]


def test_claims_of_a_scenario_with_a_value_set(call, small):
    place = next(line.split("\t")[0] for line in call("claims", small).out.splitlines() if ".crews." in line)
    assert "\n" + place + "\t5 crews\t" in call("claims", small, "--set", f"{place}=5 crews").out


def test_claims_prints_who_said_what(call, small):
    lines = call("claims", small).out.splitlines()
    header = lines[0].split("\t")
    assert header[:6] == ["figure", "value", "claim", "said", "who", "through"]
    assert header[6:] == ["when", "stance", "grade", "denials", "judgement"]
    rows = [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:] if "\t" in line]
    fleet = next(row for row in rows if row["figure"] == "North.generator.plant.capacity")
    assert fleet["value"] == "1100 MW"
    assert fleet["claim"] == "fleet"
    assert fleet["who"] == "grid operator (operator)"
    assert (fleet["through"], fleet["when"], fleet["grade"]) == ("paper", "2024-10-01", "H")
    assert fleet["stance"] == "asserts (paraphrase)"
    assert fleet["denials"] == "denied by fleet-other"
    crews = next(row for row in rows if row["figure"] == "North.crews.plants.count")
    assert crews["judgement"] == "judgement, because a test"
    assert lines[-1].startswith("fleet-other, by analyst (think tank), denies fleet, by")


def test_claims_as_json(call, small):
    data = json.loads(call("claims", small, "--json", "-").out, parse_constant=pytest.fail)
    assert data["denials"] == [{"claim": "fleet-other", "denies": "fleet"}]
    assert [row["claim"] for row in data["not_used"]] == ["fleet-other"]
    assert len({row["figure"] for row in data["figures"]}) > 20


def rows_of(text: str) -> list[dict[str, str]]:
    lines = [line.split("\t") for line in text.splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_compare_of_scenarios_is_paired(call, small):
    more = small.with_name("more.toml")
    more.write_text(small.read_text().replace('name = "small"', 'name = "more"').replace('"4 crews"', '"8 crews"'))
    rows = rows_of(call("compare", small, more, "-n", 600).out)
    found = {(row["arm"], row["side"], row["measure"]): row for row in rows}
    eue = found["strikes", "North", "eue"]
    assert eue["samples"] == "paired"
    assert float(eue["B - A"]) < 0
    assert float(eue["B - A"]) == pytest.approx(float(eue["B"]) - float(eue["A"]), rel=0.05)
    # nothing differs on the other side, so on the same draws the difference is exactly nothing
    assert (found["strikes", "South", "eue"]["B - A"], found["strikes", "South", "eue"]["±"]) == ("0", "0")
    assert {row["samples"] for row in rows} == {"paired"}
    saving = found["standstill", "North", "saving:eue"]
    assert float(saving["B - A"]) == pytest.approx(
        float(eue["B - A"]) - float(found["standstill", "North", "eue"]["B - A"]), rel=0.05
    )
    assert {row["B - A"] for row in rows if row["side"] == "South"} == {"0"}


@pytest.mark.usefixtures("no_report")
def test_compare_of_saved_runs_and_of_their_json(call, small):
    for seed, folder in ((1, "a"), (1, "b"), (2, "c")):
        call("run", small, "-n", 300, "--seed", seed, "--out", folder)
    same = rows_of(call("compare", "a", "b").out)
    assert {row["B - A"] for row in same if row["samples"] == "paired"} == {"0"}
    other = rows_of(call("compare", "a", "c").out)
    assert {row["samples"] for row in other}.isdisjoint({"paired"})
    by_json = rows_of(call("compare", "a/run.json", "c/run.json").out)
    assert [row["B - A"] for row in by_json] == [row["B - A"] for row in other]
    data = json.loads(call("compare", "a", "c", "--json", "-").out, parse_constant=pytest.fail)
    assert set(data) == {"schema", "version", "a", "b", "differences"}
    combined = next(row for row in data["differences"] if row["measure"] == "eue")
    assert combined["difference"]["se"] == pytest.approx((combined["a"]["se"] ** 2 + combined["b"]["se"] ** 2) ** 0.5)


@pytest.mark.usefixtures("no_report")
def test_compare_of_a_run_and_a_scenario_takes_the_samples_and_seed_of_the_run(call, small):
    call("run", small, "-n", 270, "--seed", 5, "--out", "a")
    rows = rows_of(call("compare", "a", small).out)
    assert {(row["B - A"], row["samples"]) for row in rows if row["A"] != "none"} == {("0", "paired")}
    assert {row["samples"] for row in rows_of(call("compare", "a", small, "--seed", 6).out)}.isdisjoint({"paired"})


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize(
    "numbers",
    [("--samples", 100), ("--seed", 4), ("--samples", 0, "--seed", -4), ("--workers", 2), ("--dask", "local:2")],
)
def test_compare_of_results_takes_no_numbers(call, small, numbers):
    call("run", small, "-n", 10, "--out", "a")
    done = call("compare", "a", "a/run.json", *numbers)
    assert (done.code, done.out) == (2, "")
    for name in numbers[::2]:
        assert f"{name.removeprefix('--')}: must be left out where both are results" in done.err


def test_compare_takes_no_name_at_all_for_nothing(call, small, monkeypatch):
    call("run", small, "-n", 20, "-o", "a")
    monkeypatch.chdir("a")
    done = call("compare", "", small)
    assert done.code == 2
    assert "be a scenario, the folder of a run, or the JSON of a result" in done.err


def test_compare_of_scenarios_takes_no_samples_at_their_word(call, small):
    done = call("compare", small, small, "--samples", 0)
    assert (done.code, done.out) == (2, "")
    assert "samples: must be a whole number from 1" in done.err


def test_compare_of_scenarios_with_nothing_in_common_simulates_nothing(call, small, monkeypatch):
    other = small.with_name("other.toml")
    other.write_text(small.read_text().replace('name = "North"', 'name = "N"').replace('name = "South"', 'name = "S"'))
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    done = call("compare", small, other)
    assert (done.code, done.out) == (2, "")
    assert "in common" in done.err
    assert "strikes/North" in done.err
    assert "strikes/S" in done.err


def test_compare_of_assessments(call, pras):
    for seed in (1, 2):
        call("assess", pras, "-n", 1000, "--seed", seed, "--json", f"{seed}.json")
    rows = rows_of(call("compare", "1.json", "2.json").out)
    assert [row["measure"] for row in rows] == [*INDICES, "var95", *EVENTS]


def test_compare_refuses_what_has_nothing_in_common(call, small, pras):
    call("assess", pras, "-n", 10, "--json", "x.json")
    done = call("compare", "x.json", small, "-n", 10)
    assert done.code == 2
    assert "in common" in done.err


def test_report_is_written_again_from_a_saved_run(call, small):
    call("run", small, "-n", 300, "--out", "out")
    first = Path("out/report.html").read_text()
    Path("out/report.html").unlink()
    small.unlink()  # the run holds what it needs
    done = call("report", "out")
    assert (done.code, done.out) == (0, "report: out/report.html\n")
    assert Path("out/report.html").read_text() == first
    assert call("report", "out", "--out", "elsewhere").out == "report: elsewhere/report.html\n"
    assert Path("elsewhere/report.html").read_text() == first


def on_terminal(*arguments: str, **env: str) -> str:
    """Return what the command line prints on a terminal of 200 columns."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "standstill", *arguments],
        env=os.environ | {"COLUMNS": "200", "TERM": "xterm-256color"} | env,
        stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert running.wait(timeout=60) == 0, shown.decode()
    return shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_terminal_gets_drawn_tables_progress_and_colour_unless_refused(pras):
    plain = on_terminal("assess", str(pras), "--samples", "300", NO_COLOR="1")
    assert "LOLE" in plain
    assert "───" in plain
    assert "left:" in plain
    assert "\t" not in plain
    assert not re.search(r"\x1b\[[39][0-7]", plain)


def test_new_writes_a_scenario_that_can_be_checked_and_says_how(call):
    done = call("new", "my-own")
    assert (done.code, done.out, done.err) == (0, "my-own.toml\n", "to go on: standstill check my-own.toml\n")
    assert call("check", "my-own.toml").code == 0
    again = call("new", "my-own")
    assert (again.code, again.out) == (2, "")
    assert "my-own.toml: must not be there yet" in again.err
    copied = call("new", "copy", "--from", "winter-2022")
    assert copied.out.splitlines() == ["copy.toml", "claims-2024.csv", "curves-2024.toml"]
    assert call("check", "copy.toml").code == 0


def test_assess_exactly(call, pras):
    done = call("assess", pras, "--method", "convolution", "--json", "-")
    data = json.loads(done.out)
    assert data["method"] == "convolution"
    assert (data["samples"], data["seed"]) == (None, None)
    assert data["lole"]["se"] == 0.0
    assert data["cvar95"]["value"] is None


def test_assess_to_a_precision_says_what_it_cost(call, pras):
    done = call("assess", pras, "--method", "plain", "--precision", "5%", "--of", "lole")
    assert "standard error of LOLE" in done.out
    assert "asked for 5 %" in done.out
    data = json.loads(call("assess", pras, "--method", "plain", "--precision", "5%", "--json", "-").out)
    assert data["precision"]["reached"] is True
    assert data["eue"]["se"] <= 0.05 * data["eue"]["value"]


def test_assess_refuses_a_precision_that_is_none(call, pras):
    done = call("assess", pras, "--precision", "small")
    assert done.code == 2
    assert "--precision: must be a share, got 'small'" in done.err
