"""Lexicographic linear programs: each goal is minimised over all that is best for the goals before it.

After a goal, its optimal face is kept by complementary slackness (a variable or row with a multiplier is binding in
every optimum), so no goal's value is carried over as a rounded constraint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

SLACK = 1e-7
"""Multipliers below this are none; goals are scaled so that multipliers are of order 1."""
Terms = Mapping[int, float]


class Program:
    """A feasible set, narrowed goal by goal."""

    def __init__(self) -> None:
        self.low: list[float] = []
        self.high: list[float] = []
        self.rows: list[Terms] = []
        self.bounds: list[float] = []
        self.is_equal: list[bool] = []

    def variable(self, high: float, low: float = 0.0) -> int:
        """Add a variable; return its index."""
        self.low.append(low)
        self.high.append(max(low, high))
        return len(self.low) - 1

    def equal(self, terms: Terms, value: float) -> None:
        """Require an equality."""
        self._row(terms, value, True)

    def at_most(self, terms: Terms, value: float) -> None:
        """Require an upper bound."""
        self._row(terms, value, False)

    def _row(self, terms: Terms, value: float, is_equal: bool) -> None:
        self.rows.append(terms)
        self.bounds.append(value)
        self.is_equal.append(is_equal)

    def _matrix(self, chosen: list[int], width: int) -> np.ndarray | None:
        matrix = np.zeros((len(chosen), width))
        for place, row in enumerate(chosen):
            for column, factor in self.rows[row].items():
                matrix[place, column] += factor
        return matrix if chosen else None

    def _solve(self, goal: Terms):
        width = len(self.low)
        cost = np.zeros(width)
        for column, factor in goal.items():
            cost[column] += factor
        equal = [row for row, flag in enumerate(self.is_equal) if flag]
        upper = [row for row, flag in enumerate(self.is_equal) if not flag]
        result = linprog(
            cost,
            A_ub=self._matrix(upper, width),
            b_ub=[self.bounds[row] for row in upper] or None,
            A_eq=self._matrix(equal, width),
            b_eq=[self.bounds[row] for row in equal] or None,
            bounds=np.column_stack([self.low, self.high]),
            method="highs-ds",
            options={"presolve": False},
        )
        if result.status != 0:
            raise ArithmeticError(result.message)
        return result, upper

    def minimise(self, goal: Terms) -> np.ndarray:
        """Minimise a goal and keep only its optimal face; return a point of it."""
        result, upper = self._solve(goal)
        for column in range(len(self.low)):
            if result.lower.marginals[column] > SLACK:
                self.high[column] = self.low[column]
            elif result.upper.marginals[column] < -SLACK:
                self.low[column] = self.high[column]
        for place, row in enumerate(upper):
            if result.ineqlin.marginals[place] < -SLACK:
                self.is_equal[row] = True
        return np.asarray(result.x)

    def even_out(self, parts: Sequence[Sequence[int]], weights: Sequence[float]) -> list[float]:
        """Minimise the largest ratio of part to weight, then the next largest, and so on; return the parts.

        A part is a sum of variables. In each round the parts that bind in every optimum are settled.
        """
        settled: list[float | None] = [None] * len(parts)
        scale = max(weights)
        while None in settled:
            trial = Program()
            trial.low, trial.high = list(self.low), list(self.high)
            trial.rows, trial.bounds, trial.is_equal = list(self.rows), list(self.bounds), list(self.is_equal)
            level = trial.variable(np.inf)
            first = len(trial.rows)
            free = [place for place, value in enumerate(settled) if value is None]
            for place in free:
                trial.at_most({**dict.fromkeys(parts[place], 1.0), level: -weights[place] / scale}, 0.0)
            result, upper = trial._solve({level: 1.0})
            multipliers = dict(zip(upper, result.ineqlin.marginals, strict=True))
            binding = [place for at, place in enumerate(free) if multipliers[first + at] < -SLACK]
            for place in binding or free:
                settled[place] = float(result.x[level]) * weights[place] / scale
                self.equal(dict.fromkeys(parts[place], 1.0), settled[place])
        return [value for value in settled if value is not None]
