"""Games of two sides over a few months by brute force: every strategy of one side against every one of the other.

A strategy names an action for each month and state. A pair of strategies is an equilibrium if, from every month and
state on, neither side does better with any other strategy. Shares no code with the program; slow, and says why by being
slow: 4 months and 2 states are 256 strategies of each side.
"""

from __future__ import annotations

import itertools

import numpy as np


def values(payoffs, chances, end, discount) -> np.ndarray:
    """Return the value of every pair of strategies: strategy, strategy, month, state, side.

    ``payoffs[m][s][a][b]`` is a pair; ``chances[m][s][a][b][s']`` a probability; ``end[s]`` a pair. A strategy is a row
    of ``strategies``: the action in month 0 and state 0, month 0 and state 1, ..., then month 1, ...
    """
    n_months, n_states = len(payoffs), len(end)
    rows = strategies(n_months, n_states)
    out = np.zeros((len(rows), len(rows), n_months, n_states, 2))
    for one, mine in enumerate(rows):
        for two, theirs in enumerate(rows):
            ahead = [tuple(pair) for pair in end]
            for month in range(n_months - 1, -1, -1):
                now = []
                for state in range(n_states):
                    a, b = mine[month * n_states + state], theirs[month * n_states + state]
                    pair = []
                    for side in range(2):
                        follows = 0.0
                        for then in range(n_states):
                            follows += chances[month][state][a][b][then] * ahead[then][side]
                        pair.append(payoffs[month][state][a][b][side] + discount * follows)
                    now.append(tuple(pair))
                    out[one, two, month, state] = pair
                ahead = now
    return out


def strategies(n_months: int, n_states: int) -> list[tuple[int, ...]]:
    """Return every strategy: an action, 0 or 1, for each month and state."""
    return list(itertools.product((0, 1), repeat=n_months * n_states))


def perfect_pairs(payoffs, chances, end, discount) -> dict[tuple, tuple]:
    """Return every subgame-perfect pair of strategies -> values at the first month, by state and side.

    A key is the pairs of actions by month and state.
    """
    n_months, n_states = len(payoffs), len(end)
    rows = strategies(n_months, n_states)
    table = values(payoffs, chances, end, discount)
    close = 1e-9 * max(1.0, float(np.abs(table).max()))
    # from every month and state on, against every other strategy of one's own
    first = (table[..., 0] >= table[..., 0].max(axis=0, keepdims=True) - close).all(axis=(2, 3))
    second = (table[..., 1] >= table[..., 1].max(axis=1, keepdims=True) - close).all(axis=(2, 3))
    found = {}
    for one, two in zip(*np.nonzero(first & second), strict=True):
        pairs = list(zip(rows[one], rows[two], strict=True))
        key = tuple(tuple(pairs[month * n_states : (month + 1) * n_states]) for month in range(n_months))
        found[key] = tuple(tuple(float(value) for value in pair) for pair in table[one, two, 0])
    return found


def winter(stages, flagged, end_value, discount) -> tuple:
    """Return payoffs, chances, end and discount of a winter: in force or broken, hold (0) or strike (1).

    ``stages[m]`` is for each side (temptation, reward, punishment, sucker); ``flagged[a][b]`` the chance that the month
    breaks the standstill; ``end_value`` what it is worth to each side if in force at the end.
    """
    payoffs, chances = [], []
    for month in stages:
        (t1, r1, p1, s1), (t2, r2, p2, s2) = month
        stage = [[(r1, r2), (s1, t2)], [(t1, s2), (p1, p2)]]
        payoffs.append([stage, stage])
        in_force = [[[1.0 - flagged[a][b], flagged[a][b]] for b in range(2)] for a in range(2)]
        chances.append([in_force, [[[0.0, 1.0]] * 2] * 2])
    return payoffs, chances, [tuple(end_value), (0.0, 0.0)], discount
