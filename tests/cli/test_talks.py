"""The commands talks and terms, and notes for one circle of readers, as a user calls them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest


def test_talks_answers_without_a_run(call, harbour):
    done = call("talks", harbour)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "harbour talks: North, South; mediator: the Chair"
    assert lines[1].startswith('As publicly known on 1 November 2030: "adjourned" since 26 October 2030')
    assert "no-talks\tspokesperson of South (government)\tdenied: There is no such plenary." in done.out
    assert lines[-1] == "No stakes: no finished run was found; run the scenario first."


def test_talks_and_notes_after_a_run(call, harbour):
    assert call("run", harbour, "--samples", 256, "--out", "out").code == 0
    data = json.loads(call("talks", harbour, "--run", "out", "--json", "-").out, parse_constant=pytest.fail)
    assert (data["schema"], data["scenario"], data["known_to"]) == (1, "harbour", "public")
    assert set(data["winter"]["arms"]) == {"talks", "without the delay"}
    assert data["stakes"]["at_the_users_weights"] == {"value": None, "reason": "no weights were set"}
    saved = json.loads(Path("out/run.json").read_text())
    assert saved["talks"]["in_force"] == data["in_force"]
    done = call(
        "talks", harbour, "--run", "out", "--weight", "North=1", "--weight", "South=0.2", "--end-value", "North=9e9",
        "--end-value", "South=9e9", "--incidents", "2,6",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "Both sides hold in every month." in done.out
    counted = "Counted over 256 simulated winters: shares of winters may be off by up to 7 in 100, at 95 %."
    assert done.out.count(counted) == 1
    assert "incidents in a period asks least patience" in done.out
    for audience in ("mediator", "parties", "public"):
        assert call("report", "out", "--for", audience).out == f"note: out/note-{audience}.html\n"
        page = Path(f"out/note-{audience}.html").read_text()
        assert "default-src 'none'" in page
        assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    parties = Path("out/note-parties.html").read_text()
    assert "This note is the same for both parties" in parties
    assert "What each change alone would do" not in parties


def test_the_first_screen_of_the_report_says_where_the_talks_stand(call, harbour):
    call("run", harbour, "--samples", 256, "--out", "out")
    page = Path("out/report.html").read_text()
    first = page[: page.index('<section id="winter">')]
    assert "Where the talks stand" in first
    assert "office of the Chair (grade M)" in first
    assert "spokesperson of South (grade H)" in first
    assert "West to attend" in first
    assert "Each month of postponement, whatever its cause" in first
    assert Path("out/charts/talks-weights.svg").exists()


def test_terms_ranks_what_is_open(call, harbour):
    done = call("terms", harbour, "--samples", 256, "--json", "terms.json")
    assert done.code == 0
    [point] = json.loads(Path("terms.json").read_text())["points"]
    assert point["point"] == "grids"
    assert done.out.splitlines()[2] == "grids: Are both grids covered?"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--as-of", "yesterday"], "--as-of: must be a date, got 'yesterday'"),
        (["--as-of", "2031-01-01"], "--as-of: must not be after the deadline of the talks, 2030-12-09"),
        (
            ["--known-to", "Atlantis"],
            "--known-to: must be one of public, parties, mediator, North, South, the Chair, West",
        ),
        (["--weight", "North"], "--weight: must be SIDE=NUMBER, got 'North'"),
        (["--weight", "North=1"], "--weight: must come with a finished run"),
        (["--patience", "0.9"], "--patience: must come with a finished run"),
        (["--incidents", "few"], "--incidents: must be two numbers, got 'few'"),
        (["--log", "none.csv"], "none.csv: file: must exist"),
        (["--run", "nowhere"], "nowhere"),
    ],
)
def test_bad_usage_is_one_message(call, harbour, arguments, message):
    done = call("talks", harbour, *arguments)
    assert done.code == 2
    assert done.out == ""
    assert message in done.err
    assert "Traceback" not in done.err


def test_an_unknown_circle_is_refused(call, harbour):
    call("run", harbour, "--samples", 16, "--out", "out")
    done = call("report", "out", "--for", "everybody")
    assert done.code == 2
    assert "for: must be one of mediator, parties, public, got 'everybody'" in done.err
