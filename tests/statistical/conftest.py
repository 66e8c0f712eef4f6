"""The table of z-scores: a fixture that collects it, and its print at the end of the session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.statistical.table import Row, Table, text

PROPERTY = "z-score"


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Return the session's folder for results; workers of pytest-xdist share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "results"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def _table(results: Path, request: pytest.FixtureRequest) -> Table:
    return Table(results, Path(str(request.path)).stem)


@pytest.fixture
def table(_table: Table, request: pytest.FixtureRequest) -> Iterator[Table]:
    """Yield the table of the test's file; what the test adds travels with its report."""
    before = len(_table.rows)
    add = _table.add

    def add_and_report(*args, **measures):
        try:
            add(*args, **measures)
        finally:
            request.node.user_properties[:] = [(PROPERTY, asdict(row)) for row in _table.rows[before:]]

    _table.add = add_and_report
    yield _table
    _table.add = add


def pytest_terminal_summary(terminalreporter) -> None:
    """Print the rows of all tests as one table."""
    reports = [report for found in terminalreporter.stats.values() for report in found if hasattr(report, "when")]
    rows = [
        Row(**row)
        for report in sorted(reports, key=lambda report: report.nodeid)
        if report.when == "call"
        for name, row in report.user_properties
        if name == PROPERTY
    ]
    if rows:
        terminalreporter.section("z-scores at seed 1")
        terminalreporter.write(text(rows))
