"""The files beside the page: charts with marks, tables, and nothing half written."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import struct
from pathlib import Path

import pytest

from standstill.errors import OutputError
from standstill.report import write_report
from standstill.report.files import write_files
from standstill.studies.run import Run

KINDS = {"headline", "hours-off", "capability", "unserved", "saving", "months", "getting-through", "drivers", "damage"}
MARK = re.compile(r'class="mark-(?:area|line|rect)[^"]*role-mark[^>]*>(?:<g>)?<(?:path|rect|line)\b')


def test_every_kind_is_drawn_for_each_side(folder: Path) -> None:
    names = {file.stem for file in (folder / "charts").glob("*.svg")}
    assert names == {f"{kind}-{side}" for kind in KINDS for side in ("north", "south")} | {"delivery-damage-north"}
    assert {file.stem for file in (folder / "charts").glob("*.png")} == names


def test_every_chart_has_marks(folder: Path) -> None:
    for file in (folder / "charts").glob("*.svg"):
        drawing = file.read_text(encoding="utf-8")
        assert MARK.search(drawing), file.name
        assert "NaN" not in drawing
        assert "undefined" not in drawing


def test_arms_differ_by_dash_as_well_as_colour(folder: Path) -> None:
    drawing = (folder / "charts" / "hours-off-north.svg").read_text(encoding="utf-8")
    middles = re.findall(r'<path [^>]*stroke-width="2.4"[^>]*>', drawing)
    assert {("#14648c" in line, "stroke-dasharray" in line) for line in middles} >= {(True, True)}


def test_png_is_twice_the_size(folder: Path) -> None:
    for file in (folder / "charts").glob("*.png"):
        content = file.read_bytes()
        assert content.startswith(b"\x89PNG")
        width = re.search(r'width="(\d+)"', file.with_suffix(".svg").read_text(encoding="utf-8"))
        assert width is not None
        assert struct.unpack(">I", content[16:20])[0] == 2 * int(width[1])


def test_inline_charts_speak(html: str) -> None:
    drawings = re.findall(r"<svg[^>]*>", html)
    assert len(drawings) == 19
    assert all(re.search(r'role="img" aria-label="[^"]{20,}"', drawing) for drawing in drawings)


def test_planning_table(folder: Path) -> None:
    with (folder / "planning.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 2 * 3 * 3  # sides, arms, weeks, cases
    assert [row["side"] for row in rows] == sorted(row["side"] for row in rows)
    assert dt.date.fromisoformat(rows[0]["week_start"]) == dt.date(2024, 11, 23)
    for mild, median, severe in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        assert [row["case"] for row in (mild, median, severe)] == ["mild", "median", "severe"]
        off = [float(row["hours_off_per_day"]) for row in (mild, median, severe)]
        assert 0 <= off[0] <= off[1] <= off[2] <= 24
        assert float(severe["share_off"]) == pytest.approx(off[2] / 24, abs=1e-3)
        if mild["side"] == "North":
            assert float(severe["people_without_supply"]) == pytest.approx(3e6 * off[2] / 24, rel=0.06)
        else:
            assert severe["people_without_supply"] == ""


def test_register(folder: Path) -> None:
    with (folder / "register.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["figure"], row["claim"]) for row in rows] == [
        ("North.stream.salvos.rate", "waves"),
        ("South.stream.salvos.rate", "waves"),
        ("North.people", ""),
        ("", "unused"),
        ("", "denial"),
    ]
    assert rows[0]["denied_by"] == "denial"
    assert rows[2]["judgement"].startswith("judgement, because")


def test_written_again_it_replaces(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    write_report(run, tmp_path)
    assert (tmp_path / "report.html").read_bytes() == (folder / "report.html").read_bytes()
    assert list(tmp_path.rglob("*.tmp")) == []


def test_what_an_earlier_report_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    charts = tmp_path / "charts"
    write_files(tmp_path, {"charts/a.svg": "a", "charts/b.svg": "b", "charts/c.svg": "c", "planning.csv": "x"})
    (charts / "b.svg").write_text("changed by its reader", encoding="utf-8")
    (charts / "note.svg").write_text("the reader's own", encoding="utf-8")
    write_files(tmp_path, {"charts/c.svg": "c, anew", "register.csv": "y"})
    assert sorted(path.name for path in charts.glob("*.svg")) == ["b.svg", "c.svg", "note.svg"]
    assert (charts / "c.svg").read_text(encoding="utf-8") == "c, anew"
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == ["planning.csv", "register.csv"]
    write_files(tmp_path, {"charts/d.svg": "d"})
    assert sorted(path.name for path in charts.glob("*.svg")) == ["b.svg", "d.svg", "note.svg"]


@pytest.mark.parametrize("text", ["", "no list", "[]", '{"../planning.csv": "00", "charts": "00"}'])
def test_a_broken_list_of_what_was_written_clears_nothing(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, {"charts/a.svg": "a", "planning.csv": "x"})
    (tmp_path / "charts" / ".written.json").write_text(text, encoding="utf-8")
    write_files(tmp_path, {"charts/b.svg": "b"})
    assert sorted(path.name for path in (tmp_path / "charts").glob("*.svg")) == ["a.svg", "b.svg"]
    assert (tmp_path / "planning.csv").read_text(encoding="utf-8") == "x"


def test_a_file_where_the_folder_should_be(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "taken"
    place.write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"cannot write .*taken"):
        write_report(run, place)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(run: Run, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="cannot write"):
        write_report(run, tmp_path)


def test_a_failure_leaves_no_partial_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_files(tmp_path, {"report.html": "new"})
    assert list(tmp_path.iterdir()) == []
