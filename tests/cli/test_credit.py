"""The command ``credit``: what it prints, its JSON, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import standstill
from standstill.model.system import Regions
from tests.cases.toy import toy
from tests.cli.test_bad_input import refused
from tests.studies.test_credit import enlarged


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """Return the toy system with a unit more, as a file."""
    return standstill.write_pras(enlarged(toy(), 10.0), tmp_path / "toy.pras") or tmp_path / "toy.pras"


def as_json(call, *arguments) -> dict:
    done = call("credit", *arguments, "--json", "-")
    assert done.code == 0, done.err
    return json.loads(done.out, parse_constant=pytest.fail)


def test_it_is_what_python_gives(call, system):
    data = as_json(call, system, "--assets", "new", "-n", 2_000, "--seed", 3)
    assert data == standstill.credit(system, ["new"], samples=2_000, seed=3).as_dict()
    assert (data["system"], data["assets"], data["kind"], data["metric"]) == ("toy.pras", ["new"], "efc", "eue")
    assert 8.0 < data["credit"]["value"] < 9.0


def test_every_choice_is_passed_on(call, system):
    choices = ("--kind", "elcc", "--metric", "lole", "--method", "convolution", "--most", 20, "--share", "region=1")
    data = as_json(call, system, "--class", "new", *choices)
    assert (data["kind"], data["metric"], data["method"], data["seed"]) == ("elcc", "lole", "convolution", None)
    assert (data["samples"], data["reason"]) == (None, "exact, so that no samples are behind it")
    assert data["credit"]["value"] == pytest.approx(8.0, abs=1e-6)
    assert data["shares"] == {"region": 1.0}


def test_names_with_commas_between(call, system):
    for arguments in (("--assets", "new,unit 1"), ("--assets", "new", "-a", "unit 1"), ("--assets", "unit 1, new")):
        data = as_json(call, system, *arguments, "--method", "convolution")
        assert data["assets"] == ["unit 1", "new"]


def test_it_prints_a_sentence_and_what_it_comes_from(call, system, tmp_path):
    done = call("credit", system, "--assets", "new", "--method", "convolution", "--json", tmp_path / "credit.json")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "EFC by EUE of new: 8.23765 MW (8.23765 to 8.23765), 82.4 % of 10 MW."
    assert [line.split("\t")[0] for line in lines[1:]] == ["", "EFC", "EUE with", "EUE without"]
    assert lines[4] == "EUE without\t1.59\t0\tMWh"
    assert json.loads((tmp_path / "credit.json").read_text())["in_words"] == lines[0]


def test_a_metric_that_is_zero_is_null_with_a_reason(call, tmp_path):
    safe = replace(enlarged(toy(), 10.0), regions=Regions(names=("region",), load=[[5.0]]))
    standstill.write_pras(safe, tmp_path / "safe.pras")
    for metric in ("eue", "lole"):
        data = as_json(call, tmp_path / "safe.pras", "--assets", "new", "--metric", metric, "-n", 300)
        assert data["credit"]["value"] is None
        assert data["credit"]["reason"] == "without them there is no shortfall in any of 300 samples either"
        assert (data["bracket"]["low"], data["bracket"]["high"], data["share"]) == (None, None, None)
    done = call("credit", tmp_path / "safe.pras", "--assets", "new", "-n", 300)
    assert done.code == 0
    assert "none, as without them there is no shortfall" in done.out


def test_a_side_of_a_scenario(call, small):
    loaded = standstill.load_scenario(small)
    side = loaded.sides[0]
    name = side.system.generators.names[0]
    data = as_json(call, small, "--side", side.name, "--assets", name, "-n", 300)
    assert data["system"] == f"small/{side.name}"
    refused(call("credit", small, "--assets", name, "-n", 300), "side: must be given", "several: North, South")


def test_unknown_assets_get_near_names(call, system):
    refused(
        call("credit", system, "--assets", "nwe,unit 7", "-n", 100),
        "2 faults", "assets.nwe: must be the name of a generator", "did you mean new?", "assets.unit 7", "or unit 1",
    )  # fmt: skip
    refused(call("credit", system, "--class", "termal"), "class.termal", "did you mean thermal?")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "assets: must be given by name or by class"),
        (("--assets", "new", "--class", "new"), "not by both"),
        (("--assets", "new", "-n", 0), "samples: must be a whole number from 1"),
        (("--assets", "new", "-n", "many"), "must be a whole number"),
        (("--assets", "new", "--seed", -1), "seed: must be"),
        (("--assets", "new", "--metric", "lolp"), "--metric: must be one of eue, lole, got 'lolp'"),
        (("--assets", "new", "--kind", "ecf"), "--kind: must be one of efc, elcc, got 'ecf'"),
        (("--assets", "new", "--method", "exact"), "--method: must be one of plain, convolution"),
        (("--assets", "new", "--share", "region"), "--share: must be REGION=NUMBER"),
        (("--assets", "new", "--share", "north=1"), "shares.north: must be the name of a region"),
        (("--assets", "new", "--share", "region=0.5"), "shares: must add up to 1"),
        (("--assets", "new", "--most", -1), "most: must be > 0"),
        (("--assets", "new", "--set", "a=1"), "set: must"),
        (("--assets", "new", "--json", "/proc/nothing/x.json"), "--json: must name a file in a folder that exists"),
    ],
)  # fmt: skip
def test_bad_input(call, system, monkeypatch, arguments, words):
    monkeypatch.setattr("standstill.studies.assess.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    refused(call("credit", system, *arguments), words)


def test_what_is_no_system(call, tmp_path):
    (tmp_path / "text.pras").write_text("not a system")
    refused(call("credit", tmp_path / "text.pras", "--assets", "new"), "text.pras")
    refused(call("credit", tmp_path / "none.pras", "--assets", "new"), "none.pras")
    refused(call("credit", "winter-2042", "--assets", "new"), "did you mean winter-2024")
    with pytest.raises(standstill.InputError, match="system: must be a"):
        standstill.credit(3, ["new"])
