"""The law of a Markov chain at given times, by matrix exponential. Knows nothing of what the states are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.sparse import csr_array
from scipy.special import gammaln, xlogy

__all__ = ["law_at", "law_within"]

Floats = NDArray[np.float64]

_MOST_JUMPS = 10_000
_BLOCK = 256  # jumps held at once
_TIMES = 512  # times held at once
_SPARSE_FROM = 100  # states
_JUMPS_PER_STEP = 100.0


def law_at(generator: Floats, initial: Floats, times: Floats) -> Floats:
    """Return ``initial · expm(generator · t)`` for each time, shape of ``times`` + (n_states,).

    Notes
    -----
    By uniformisation (Jensen 1953): the chain seen at the jumps of a Poisson process fast enough for all its rates, so
    that one pass serves every time and no term is negative. Where rates and times would need many thousand jumps,
    ``scipy.linalg.expm`` steps from time to time.

    Examples
    --------
    >>> law_at(np.array([[-2.0, 2.0], [0.0, 0.0]]), np.array([1.0, 0.0]), np.array([0.5])).round(6)
    array([[0.367879, 0.632121]])
    """
    flat = times.ravel()
    if _fastest(generator) * flat.max(initial=0.0) > _MOST_JUMPS:
        found = _by_steps(generator, initial, flat)
    else:
        parts = [flat[first : first + _TIMES] for first in range(0, len(flat), _TIMES)]
        found = np.concatenate([np.empty((0, len(initial))), *(_by_jumps(generator, initial, part) for part in parts)])
    return found.reshape((*times.shape, len(initial)))


def law_within(generator: Floats, initial: Floats, time: float) -> Floats:
    """Return the law at a time, given that the states of ``generator`` were not left, (n_states,).

    Rows of ``generator`` may sum to less than 0: the rest leads out.

    Examples
    --------
    >>> law_within(np.array([[-2.0, 1.0], [0.0, -2.0]]), np.array([1.0, 0.0]), 1.0)
    array([0.5, 0.5])
    """
    jumps = _fastest(generator) * time
    if jumps > _MOST_JUMPS:
        # a shift by the slowest exit cancels in the norm and keeps the exponential from vanishing
        shifted = generator - np.diag(generator).max() * np.eye(len(initial))
        found = np.maximum(initial @ expm(shifted * time), 0.0)
        return np.asarray(found / found.sum())
    # in steps so short that what is left after each does not vanish
    steps = math.ceil(jumps / _JUMPS_PER_STEP)
    for _ in range(steps):
        initial = _by_jumps(generator, initial, np.array([time / steps]))[0]
        initial = initial / initial.sum()
    return initial


def _fastest(generator: Floats) -> float:
    return float(-np.diag(generator).min(initial=0.0))


def _by_jumps(generator: Floats, initial: Floats, times: Floats) -> Floats:
    """Return the law at each time by uniformisation, (n_times, n_states)."""
    fastest = _fastest(generator)
    if fastest == 0:
        return np.tile(initial, (len(times), 1))
    mean = fastest * times
    most = mean.max(initial=0.0)
    counts = np.arange(int(most + 10.0 * np.sqrt(most) + 40.0))
    share = np.exp(xlogy(counts[:, None], mean) - mean - gammaln(counts[:, None] + 1.0))
    share /= share.sum(axis=0)
    jump = (generator / fastest + np.eye(len(initial))).T
    jump = csr_array(jump) if len(initial) > _SPARSE_FROM else np.ascontiguousarray(jump)
    here, found = initial, np.zeros((len(times), len(initial)))
    for block in range(0, len(counts), _BLOCK):
        path = np.empty((min(_BLOCK, len(counts) - block), len(initial)))
        for row in path:
            row[:] = here
            here = jump @ here
        found += share[block : block + _BLOCK].T @ path
    return found


def _by_steps(generator: Floats, initial: Floats, times: Floats) -> Floats:
    """Return the law at each time by matrix exponentials from one time to the next, (n_times, n_states)."""
    found = np.empty((len(times), len(initial)))
    here, now = initial, 0.0
    for place in np.argsort(times, kind="stable"):
        if times[place] > now:
            here = np.maximum(here @ expm(generator * (times[place] - now)), 0.0)
            here, now = here / here.sum(), float(times[place])
        found[place] = here
    return found
