"""The command decide, as a user calls it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from standstill.studies.curves import CURVES
from standstill.studies.levers import LEVERS

QUICK = ("--only", "scope", "--only", "crews")


def test_tables_on_standard_output_and_messages_on_standard_error(call, small):
    done = call("decide", small, "-n", 64, *QUICK)
    assert done.code == 0
    assert CURVES["scope"] in done.out
    assert CURVES["delay"] not in done.out
    assert "What would do as much as the standstill, without it?" in done.out
    assert LEVERS["crews"] in done.out
    assert LEVERS["grid"] not in done.out
    assert "Counted over 64 simulated winters: shares of winters may be off by up to 13 in 100, at 95 %." in done.out
    assert "small, decisions: 64 winters a curve" in done.err
    assert "no finished run of this scenario here, so no report was written anew" in done.err


def test_json_alone_on_standard_output(call, small):
    done = call("decide", small, "-n", 64, *QUICK, "--json", "-")
    assert done.code == 0
    data = json.loads(done.out, parse_constant=pytest.fail)
    assert data["schema"] == 1
    assert list(data["curves"]["curves"]) == ["scope"]
    assert {row["measure"] for row in data["equivalents"]["equivalents"]} == {"crews"}


def test_json_in_a_file_is_the_same_as_from_python(call, small):
    import standstill

    call("decide", small, "-n", 64, "--only", "length", "--json", "found.json")
    found = standstill.decide(small, only=["length"], samples=64)
    assert json.loads(Path("found.json").read_text()) == json.loads(json.dumps(found.as_dict()))


def test_every_curve_has_a_table(call, small):
    out = call("decide", small, "-n", 32, *(part for name in CURVES for part in ("--only", name))).out
    assert [question for question in CURVES.values() if question not in out] == []


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (["--only", "cost", "--only", "delay", "--only", "luck"], ["2 faults in only", "cost: must", "luck: must"]),
        (["--samples", "0"], ["samples: must be a whole number from 1"]),
        (["--json", "."], ["--json: must name a file"]),
        (["--out", "nowhere", "--only", "scope"], ["nowhere"]),
        (["--set", "arm.standstill.terms.to=2024-12-01", "--set", "nothing.at.all=1"], ["nothing.at.all"]),
    ],
)
def test_bad_usage_is_one_message(call, small, monkeypatch, arguments, messages):
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    done = call("decide", small, *arguments)
    assert done.code == 2
    assert done.out == ""
    assert [message for message in messages if message not in done.err] == []
    assert "Traceback" not in done.err


def test_a_scenario_without_a_standstill_is_refused(call, small, monkeypatch):
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    text = small.read_text(encoding="utf-8")
    small.write_text(re.sub(r'\[\[arm\]\]\nname = "standstill".*?(?=\n\[\[side\]\])', "", text, flags=re.DOTALL))
    for arguments in ((), ("--only", "delay"), ("--only", "grid"), ("--only", "severity")):
        done = call("decide", small, *arguments)
        assert done.code == 2
        assert done.err.count("arms: must have, after the first, an arm whose terms have a fixed window") == 1
        assert done.out == ""


def test_the_report_of_a_run_gains_what_was_found(call, small):
    assert call("run", small, "-n", 128, "--out", "out").code == 0
    page = Path("out/report.html").read_text()
    assert 'id="decisions"' not in page
    done = call("decide", small, "-n", 64, "--only", "delay", "--only", "collapse", "--only", "grid", "--out", "out")
    assert done.code == 0, done.err
    assert f"report: {Path('out/report.html')}" in done.err
    page = Path("out/report.html").read_text()
    assert 'id="decisions"' in page
    assert CURVES["delay"] in page
    assert LEVERS["grid"] in page
    assert page.count("Counted over 64 simulated winters: shares of winters may be off by up to 13 in 100") == 2
    assert "The first screen counts over 128: so its shares and averages differ a little" in page
    saved = json.loads(Path("out/decisions.json").read_text())
    assert list(saved["curves"]["curves"]) == ["delay", "collapse"]
    # a report written anew for another reason keeps them
    assert call("report", "out").code == 0
    assert 'id="decisions"' in Path("out/report.html").read_text()


def test_a_part_of_the_answer_does_not_take_the_place_of_the_whole(call, small, no_report):
    assert call("run", small, "-n", 64).code == 0
    done = call("decide", small, "-n", 32, "--only", "scope")
    assert "the report in results/small stays as it is; --out results/small shows the part in it" in done.err
    assert not Path("results/small/decisions.json").exists()


def test_a_run_in_its_usual_place_is_found_if_it_is_of_the_scenario(call, small, no_report, monkeypatch):
    from standstill.studies import decisions

    monkeypatch.setattr(decisions, "equivalents", lambda *_, **__: None)
    monkeypatch.setattr(decisions, "curves", lambda *_, **__: None)
    assert call("run", small, "-n", 64).code == 0
    for settings in (("--set", "arm.standstill.terms.to=2024-12-01"), ()):
        done = call("decide", small, "-n", 32, *settings)
        assert done.code == 0, done.err
        assert ("no finished run of this scenario here" in done.err) is bool(settings)
        assert Path("results/small/decisions.json").exists() is not bool(settings)


def test_a_run_of_another_scenario_is_refused_before_anything_is_simulated(call, small, no_report, monkeypatch):
    assert call("run", small, "-n", 32, "--out", "out").code == 0
    monkeypatch.setattr("standstill.studies.run.run_blocks", lambda *_, **__: pytest.fail("it simulated"))
    small.write_text(small.read_text().replace("850 to 950 MW", "860 to 950 MW"))
    done = call("decide", small, "-n", 32, "--only", "scope", "--out", "out")
    assert done.code == 2
    assert "scenario: must be the one that was run" in done.err
