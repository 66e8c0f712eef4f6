"""Tables on terminals of any width, and piped."""

from __future__ import annotations

import math
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from standstill.cli import output
from standstill.cli.output import estimate_cells
from standstill.estimate import Estimate

HEADER = ("side", "", "strikes", "standstill")
ROW = ("North", "Electricity needed but not supplied", "1.9 to 15 TWh", "0.07 to 5.2 TWh")


def shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int, **more: object) -> str:
    """Return a table as a terminal of some width shows it."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(output, "_console", lambda *, stderr: Console(width=width, force_terminal=False))
    output.data_table(HEADER, [ROW], title="a title", **more)
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [20, 30, 40, 50, 60, 80, 120])
def test_no_word_is_broken_and_nothing_is_lost(monkeypatch, capsys, width):
    words = shown(monkeypatch, capsys, width).replace("\n", " ").split()
    for cell in (*HEADER, *ROW):
        for word in cell.split():
            assert word in words or f"{word}:" in words


def test_a_wide_terminal_has_a_table_and_a_narrow_one_a_list(monkeypatch, capsys):
    wide = shown(monkeypatch, capsys, 100)
    assert "───" in wide
    assert max(len(line) for line in wide.splitlines()) <= 100
    narrow = shown(monkeypatch, capsys, 38)
    assert narrow.splitlines() == [
        "a title", "side: North", "  Electricity needed but not supplied", "  strikes: 1.9 to 15 TWh",
        "  standstill: 0.07 to 5.2 TWh", "",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [60, 80])
def test_numbers_stay_in_one_piece(monkeypatch, capsys, width):
    assert "1.9 to 15 TWh" in shown(monkeypatch, capsys, width, right=2)


def test_piped_cells_are_separated_by_tabs(capsys):
    output.data_table(HEADER, [ROW], title="a title")
    assert capsys.readouterr().out.splitlines() == ["\t".join(HEADER), "\t".join(ROW)]


def test_what_is_left_of_adding_in_another_order_is_no_error() -> None:
    found = Estimate(value=3068.75, se=1.5e-13, unit="ppm", samples=10, horizon_h=8.0)
    assert estimate_cells(found) == ("3068.75", "0", "ppm")
    assert estimate_cells(replace(found, se=math.inf))[1] == "-"
