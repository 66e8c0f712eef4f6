"""Bad input and bad places: one clear message, exit code 2, no traceback, nothing written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import standstill
from tests.cases.toy import toy

PRAS = "x.pras"


def refused(done, *words: str) -> None:
    assert done.code == 2, done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert done.err.count("error") == 1 or done.err.startswith("Usage")
    for word in words:
        assert word in done.err, done.err


@pytest.mark.parametrize("samples", [0, -5])
def test_samples_must_be_positive(call, small, samples):
    refused(
        call("run", small, "--samples", samples, "--out", "out"), "samples: must be a whole number from 1", str(samples)
    )
    assert not Path("out").exists()


@pytest.mark.parametrize("value", ["many", "1.5", "1e4"])
def test_samples_must_be_a_number(call, small, value):
    refused(call("run", small, "--samples", value), "--samples", f"must be a whole number, got '{value}'")
    refused(call("decide", small, "--samples", value), f"must be a whole number, got '{value}'")
    refused(call("talks", small, "--patience", "a"), "--patience", "must be a number, got 'a'")


@pytest.mark.parametrize("samples", [4_000_000_000, 10**30])
def test_too_many_samples_are_refused_before_simulating(call, small, samples):
    refused(call("run", small, "--samples", samples, "--out", "out"), "samples: must")
    refused(call("assess", small, "--side", "North", "--samples", samples), "samples: must")


def test_memory_guard_says_how_many_fit(call, small):
    refused(call("run", small, "--samples", 4_000_000_000), "GiB", "samples fit")


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_seed_has_limits(call, small, seed):
    refused(call("run", small, "--seed", seed), "seed: must be a whole number from 0")


def test_every_fault_is_listed_at_once(call, small, tmp_path):
    (tmp_path / "file").write_text("here first")
    done = call("run", small, "--samples", 0, "--workers", 0, "--seed", -1, "--out", "file/out")
    refused(done, "4 faults", "samples:", "workers:", "seed:", "out:")


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/nothing"])
def test_unwritable_folder_is_seen_before_simulating(call, small, tmp_path, monkeypatch, place):
    (tmp_path / "file").write_text("here first")
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    refused(call("run", small, "-n", 10, "--out", place), f"cannot write to {place}")


@pytest.mark.skipif(os.geteuid() == 0, reason="a superuser may write anywhere")
def test_read_only_folder(call, small, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    refused(call("run", small, "-n", 10, "--out", folder / "out"), "cannot write to", "Permission denied")


def test_unwritable_json_is_seen_before_simulating(call, small, tmp_path, monkeypatch):
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    refused(call("run", small, "-n", 10, "--json", "/proc/nothing/x.json"), "--json", "in a folder that exists")
    refused(call("run", small, "-n", 10, "--json", tmp_path), "--json", "name a file")


def test_unknown_scenario_gets_a_hint(call):
    refused(call("run", "winter-2042"), "winter-2042", "did you mean winter-2024")


@pytest.mark.parametrize("command", ["run", "check", "claims", "assess", "compare", "report"])
def test_missing_empty_and_wrong_files(call, command, tmp_path):
    rest = ["winter-2024"] if command == "compare" else []
    (tmp_path / "empty.toml").write_text("")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "text.toml").write_text("this is no TOML")
    for name in ("missing.toml", "empty.toml", "folder.toml", "bytes.toml", "text.toml"):
        refused(call(command, name, *rest), name)


@pytest.mark.parametrize("command", ["assess", "check"])
def test_pras_files_that_are_none(call, command, tmp_path):
    (tmp_path / "empty.pras").write_bytes(b"")
    (tmp_path / "folder.pras").mkdir()
    (tmp_path / "text.pras").write_text("generators")
    (tmp_path / "cut.pras").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(40))
    for name in ("missing.pras", "empty.pras", "folder.pras", "text.pras", "cut.pras"):
        refused(call(command, name), name, "file: must")


EXACT = "must be left out with the method {}, which is exact and draws no samples"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--method", "convolution", "-n", 100, "-s", 0),
            ("2 faults", f"samples: {EXACT.format('convolution')}, got 100", "seed: must"),
        ),
        (("--method", "copper-plate", "--workers", 2), (f"workers: {EXACT.format('copper-plate')}",)),
        (("--method", "convolution", "--dask", "local:2"), (f"dask: {EXACT.format('convolution')}",)),
        (("--method", "convolution", "--device", "cuda"), (f"device: {EXACT.format('convolution')}, got 'cuda'",)),
        (("--precision", "1%", "-n", 9), ("samples: must be left out with a precision", "at_most says where it stops")),
        (("--of", "lole"), ("of: must come with a precision", "--precision 1%")),
        (("--method", "convolution", "--at-most", 300), ("--at-most: must come with a precision",)),
        (("--precision", "1%", "--by-period", "--json", "-"), ("--by-period: must be left out with a precision",)),
    ],
)
def test_what_a_method_would_ignore_is_refused(call, tmp_path, monkeypatch, arguments, words):
    monkeypatch.setattr("standstill.studies.assess.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    standstill.write_pras(toy(), tmp_path / "toy.pras")
    refused(call("assess", "toy.pras", *arguments), *words)


@pytest.mark.parametrize("option", [("--samples", 100), ("--seed", 0), ("--workers", 1), ("--dask", "local:1")])
def test_a_credit_by_convolution_takes_no_numbers(call, tmp_path, option):
    standstill.write_pras(toy(), tmp_path / "toy.pras")
    done = call("credit", "toy.pras", "--assets", "unit 1", "--method", "convolution", *option)
    refused(done, f"{option[0][2:]}: {EXACT.format('convolution')}")


@pytest.mark.parametrize("command", ["assess", "check"])
def test_a_file_of_no_known_format_is_met_with_those_there_are(call, command):
    refused(
        call(command, "north.xlsx"), "north.xlsx", "system: must be a scenario", ".toml", "PRAS (.pras), PyPSA (.nc)"
    )


def test_run_refuses_a_pras_file(call, tmp_path):
    (tmp_path / PRAS).write_text("generators")
    assert call("run", PRAS).code == 2


def test_a_system_where_a_scenario_is_asked_for_is_called_one(call, tmp_path):
    (tmp_path / PRAS).write_bytes(b"\x89HDF")
    (tmp_path / "folder").mkdir()
    refused(call("run", PRAS), "scenario: must be", "got PRAS (.pras)", "standstill assess x.pras")
    refused(call("run", "folder"), "scenario: must be", "got a folder")
    refused(
        call("compare", "nothing", "nothing.json"), "file: must be a scenario, the folder of a run", "got 'nothing'"
    )
    refused(call("compare", PRAS, PRAS), "got PRAS (.pras)", "assess each with --json FILE")


@pytest.mark.parametrize("name", ["nothing", ""])
@pytest.mark.parametrize("verb", ["check", "assess", "credit"])
def test_what_takes_scenarios_and_systems_says_so(call, verb, name):
    refused(call(verb, name), "system: must be a scenario", "RTS-GMLC (a folder)", f"got '{name}'", "winter-2024")


def test_no_scenario_has_no_name(call):
    refused(call("run", ""), "scenario: must be a built-in scenario or a .toml file, got ''")


def test_a_folder_that_may_not_be_read(call, tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    is_dir = Path.is_dir

    def refuse(path: Path) -> bool:
        if path.parent.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", refuse)
    refused(call("assess", "closed"), "1 fault in closed", "folder: must be readable, got 'Permission denied'")
    monkeypatch.setattr("standstill.formats.rts_gmlc._source", lambda *_: refuse(tmp_path / "closed" / "x"))
    refused(call("check", "closed"), "1 fault in closed", "file: must be readable, got 'Permission denied'")


def test_a_file_that_no_command_could_name(call, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "some/file")

    monkeypatch.setattr("standstill.scenario.load_scenario", refuse)
    assert call("claims", "winter-2024").err == "error: some/file: Permission denied\n"


def test_what_may_not_be_read_is_listed_and_not_met_as_wrong_usage(call, small, tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    monkeypatch.setattr(os, "access", lambda *_: False)
    for arguments in (
        ("report", "closed"),
        ("decide", small, "--only", "delay", "-n", 10, "--out", "closed"),
        ("talks", small, "--run", "closed"),
        ("backtest", small, "closed"),
        ("convert", "closed", "x.pras"),
    ):
        refused(call(*arguments), "error: ", "fault", "closed", "must")


def test_options_are_named_as_they_are_written(call):
    refused(call("talks", "--known-to", "nobody"), "--known-to: must be one of public")
    refused(call("talks", "--as-of", "2034-01-01"), "--as-of: must not be after")


def test_nothing_is_announced_before_it_is_checked(call, small, tmp_path):
    Path("one.json").write_text(call("assess", small, "--side", "North", "-n", 10, "--json", "-").out)
    for arguments in (
        ("decide", small, "--samples", 0),
        ("terms", small, "--samples", 0),
        ("credit", small, "--side", "North", "--assets", "nothing"),
        ("assess", small, "--results", "nothing", "--out", "out"),
        ("assess", small, "--samples", 4_000_000_000),
        ("compare", "one.json", small),
    ):
        done = call(*arguments)
        refused(done, "fault")
        assert done.err.startswith("error:"), done.err


def test_check_refuses_the_numbers_that_run_refuses(call, small):
    refused(call("check", small, "--set", "samples=99999999999"), "samples: must be a whole number from 1")
    refused(call("check", small, "--set", "samples=-1"), "samples: must be >= 1, got -1")


def test_unknown_command_and_option(call):
    assert call("simulate").code == 2
    assert "--sample" in call("run", "--sample").err
    assert call("run", "--nothing").code == 2


def test_unknown_side(call, small):
    refused(call("assess", small, "--side", "West"), "side: must be one of North, South", "West")


def test_scenario_faults_are_all_listed(call, small):
    text = small.read_text()
    text = text.replace('mttr = "50 h"', 'mttr = "50 MW"', 1).replace('hit = "50 %"', 'hit = "150 %"', 1)
    small.write_text(text.replace('because = "a test"\n', 'becuase = "a test"\n', 1))
    done = call("check", small)
    refused(done, "faults in")
    assert "becuase" in done.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"arms": 3, "samples": 1}', "not JSON", '{"lole": {"value": 1}}'])
def test_json_that_no_run_wrote(call, tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    refused(call("compare", "x.json", "x.json"), "x.json", "JSON that standstill")


@pytest.mark.usefixtures("no_report")
def test_broken_saved_runs(call, small):
    call("run", small, "-n", 10, "-o", "out")
    samples = Path("out/saved/samples.npz")
    whole = samples.read_bytes()
    samples.write_bytes(whole[: len(whole) // 2])
    refused(call("report", "out"), "saved/samples.npz")
    samples.write_bytes(whole)
    Path("out/saved/scenario/small.toml").write_text(small.read_text() + "\n# said otherwise\n")
    assert call("report", "out").code == 0
    Path("out/saved/scenario/small.toml").write_text(small.read_text().replace('"4 crews"', '"5 crews"'))
    refused(call("report", "out"), "scenario: must be the one that was run")
    Path("out/saved/about.json").write_text("{}")
    refused(call("report", "out"), "saved/about.json")
    Path("out/saved/about.json").unlink()
    refused(call("report", "out"), "finished run")


def test_debug_shows_the_traceback(start):
    running = start("check", "nothing.toml", "--debug")
    _, err = running.communicate(timeout=60)
    assert "Traceback" in err
    assert running.returncode == 2


def test_a_defect_is_one_line_without_debug(call, small, monkeypatch):
    monkeypatch.setattr("standstill.scenario.load_scenario", lambda *_, **__: 1 / 0)
    done = call("run", small)
    assert done.code == 1
    assert done.err.startswith("error: ZeroDivisionError")


@pytest.mark.parametrize("home", ["/proc/nothing", "/dev/null"])
def test_read_only_home(start, home):
    running = start("check", "winter-2024", HOME=home, XDG_CACHE_HOME=home)
    out, err = running.communicate(timeout=120)
    assert (running.returncode, err) == (0, "")
    assert "no fault found" in out


def test_read_only_home_compiles_anew_and_gives_the_same(call, start, small):
    arguments = ("assess", small, "--side", "South", "--samples", 256, "--json", "-")
    running = start(*arguments, HOME="/proc/nothing", XDG_CACHE_HOME="/proc/nothing")
    out, err = running.communicate(timeout=600)
    assert running.returncode == 0, err
    assert out == call(*arguments).out
