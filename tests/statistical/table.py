"""One table of z-scores: a row per measure, grouped in independent runs; every |z| < 4, the chi-square p > 0.001.

Measures of one run are correlated, so a run enters the chi-square with one row, named beforehand. The bounds and the
seed are fixed: a row that fails means that the engine or the reference is wrong.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

SEED = 1
MAX_Z = 4.0
MIN_P = 0.001


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measure of one run beside its reference."""

    run: str
    measure: str
    value: float
    se: float
    reference: float
    reference_se: float
    counts: bool
    """Whether this row stands for its run in the chi-square."""

    @property
    def z(self) -> float:
        return (self.value - self.reference) / math.hypot(self.se, self.reference_se)

    @property
    def label(self) -> str:
        return f"{self.run}: {self.measure}"


@dataclass(frozen=True)
class Measured:
    """A value with its standard error over independent samples."""

    value: float
    se: float


def mean(per_sample: np.ndarray) -> Measured:
    """Return the mean over samples."""
    return Measured(float(per_sample.mean()), float(per_sample.std(ddof=1) / math.sqrt(per_sample.size)))


def ratio(above: np.ndarray, below: np.ndarray) -> Measured:
    """Return the ratio of two means over samples; the error by the delta method, the bias of order 1/samples."""
    value = above.mean() / below.mean()
    residual = above - value * below
    return Measured(float(value), float(residual.std(ddof=1) / math.sqrt(above.size) / abs(below.mean())))


def variance(per_sample: np.ndarray) -> Measured:
    """Return the variance over samples; its error from the fourth central moment."""
    n, value = per_sample.size, per_sample.var(ddof=1)
    fourth = np.mean((per_sample - per_sample.mean()) ** 4)
    return Measured(float(value), math.sqrt((fourth - value**2 * (n - 3) / (n - 1)) / n))


def chi_square(rows: Iterable[Row]) -> tuple[float, int, float]:
    """Return the sum of z² over independent runs, its degrees of freedom and P(at least as large)."""
    squares = [row.z**2 for row in rows if row.counts]
    return sum(squares), len(squares), float(stats.chi2.sf(sum(squares), len(squares)))


def text(rows: Sequence[Row]) -> str:
    """Return the table with the chi-square below it; rows marked * enter it."""
    width = max(len(row.label) for row in rows)
    lines = [f"{'run: measure':<{width}}  {'value':>12} {'s.e.':>9} {'reference':>12} {'s.e.':>7}  {'z':>6}"]
    lines += [
        f"{row.label:<{width}}  {row.value:12.7g} {row.se:9.2g} {row.reference:12.8g} {row.reference_se:7.2g}"
        f"  {row.z:+6.2f}{'*' if row.counts else ''}"
        for row in rows
    ]
    total, runs, p = chi_square(rows)
    worst = max(abs(row.z) for row in rows)
    lines.append(f"{len(rows)} rows, largest |z| {worst:.2f}; chi-square {total:.1f} over {runs} runs (*), p = {p:.3f}")
    return "\n".join(lines) + "\n"


class Table:
    """Rows of one test file, kept in a folder that all workers of a session share."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.rows: list[Row] = []

    def add(self, run: str, counts: str, **measures: tuple[Measured, float] | tuple[Measured, float, float]) -> None:
        """Add an independent run: measure=(measured, reference[, its standard error]); assert that every |z| < 4.

        ``counts`` names the measure that stands for the run in the chi-square.
        """
        assert counts in measures
        assert run not in {row.run for row in self.rows}, "a run of the same name shares its draws"
        new = [
            Row(
                run=run, measure=name.replace("_", " "), value=float(measured.value), se=float(measured.se),
                reference=float(reference), reference_se=float(error[0]) if error else 0.0, counts=name == counts,
            )
            for name, (measured, reference, *error) in measures.items()
        ]  # fmt: skip
        self.rows += new
        print(text(new), end="")
        bad = [row for row in new if not abs(row.z) < MAX_Z]
        assert not bad, "\n" + text(bad)

    def close(self) -> None:
        """Assert the chi-square over this file's runs and, by whichever file ends last, over all; write the table."""
        if not self.rows:
            pytest.skip("no run of this file was selected")
        self._path.write_text(json.dumps([asdict(row) for row in self.rows]), encoding="utf-8")
        everything = self.rows + [
            Row(**row)
            for path in sorted(self.folder.glob("rows-*.json"))
            if path != self._path
            for row in json.loads(path.read_text(encoding="utf-8"))
        ]
        self.folder.joinpath("z-scores.txt").write_text(text(everything), encoding="utf-8")
        for rows in (self.rows, everything):
            assert chi_square(rows)[2] > MIN_P, "\n" + text(rows)

    @property
    def _path(self) -> Path:
        return self.folder / f"rows-{self.name}.json"
