"""The process clock: when a process of talks puts a standstill in force, exactly, by matrix exponential.

Gathers the records (``process``) and the chain (``chain``) under one name. Knows no outcomes, no logs and no samples.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standstill.errors import Faults
from standstill.model.chain import Chain, State, chain, onward, reached
from standstill.model.exponential import law_at
from standstill.model.process import (
    DAYS_PER_MONTH,
    PAX_CODES,
    Belief,
    Clock,
    Format,
    Precondition,
    Process,
    Stage,
    Transition,
)

__all__ = [
    "DAYS_PER_MONTH",
    "PAX_CODES",
    "Belief",
    "Chain",
    "Clock",
    "Format",
    "Precondition",
    "Process",
    "Stage",
    "State",
    "Transition",
    "chain",
    "eventual",
    "ever_in",
    "ever_in_force",
    "holding",
    "law",
    "mean_absorption",
    "onward",
    "stage_probabilities",
    "start_cdf",
]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def law(chain: Chain, months: ArrayLike) -> Floats:
    """Return the probability of each state at each time, shape of ``months`` + (n_states,).

    Parameters
    ----------
    chain: Chain
        The chain.
    months: array_like
        Months from now, >= 0.

    Raises
    ------
    InputError
        If a time is negative or not finite.

    Notes
    -----
    The law is ``initial · expm(generator · t)``; ``exponential`` says how it is computed.
    """
    return law_at(chain.generator, chain.initial, _times(months))


def ever_in(chain: Chain, states: Mask, months: ArrayLike) -> Floats:
    """Return the probability that any of ``states`` has been entered by each time, shape of ``months``.

    Parameters
    ----------
    chain: Chain
        The process and where it stands.
    states: array
        Whether each state of the chain is one of them, (n_states,).
    months: array-like
        Times from now, months, >= 0.

    Raises
    ------
    InputError
        If a time is not finite or below 0.
    """
    stopped = np.where(states[:, None], 0.0, chain.generator)
    return np.asarray(law_at(stopped, chain.initial, _times(months))[..., states].sum(axis=-1).clip(0.0, 1.0))


def ever_in_force(chain: Chain, months: ArrayLike) -> Floats:
    """Return the probability that the standstill has come into force by each time, shape of ``months``.

    Parameters
    ----------
    chain: Chain
        The process and where it stands.
    months: array-like
        Times from now, months, >= 0.

    Raises
    ------
    InputError
        If a time is not finite or below 0.

    Examples
    --------
    >>> process = Process(
    ...     name="two stages", parties=("A", "B"),
    ...     stages=(Stage(name="talks"), Stage(name="in force", in_force=True), Stage(name="off")),
    ...     transitions=(
    ...         Transition(source="talks", target="in force", per_month=0.2),
    ...         Transition(source="talks", target="off", per_month=0.3),
    ...     ),
    ... )
    >>> now = chain(process, Belief(weights={"talks": 1.0}))
    >>> ever_in_force(now, [1.0, 3.0]).round(6), round(eventual(now), 6)
    (array([0.157388, 0.310748]), 0.4)
    """
    return ever_in(chain, chain.in_force, months)


def start_cdf(chain: Chain, months: ArrayLike) -> Floats:
    """Return the distribution function of the time of the first start; its limit is ``eventual``, below 1.

    Parameters
    ----------
    chain: Chain
        The process and where it stands.
    months: array-like
        Times from now, months, >= 0.

    Raises
    ------
    InputError
        If a time is not finite or below 0.
    """
    return ever_in_force(chain, months)


def holding(chain: Chain, months: ArrayLike) -> Floats:
    """Return the probability that the standstill came into force and still is, without a break, at each time.

    Parameters
    ----------
    chain: Chain
        The process and where it stands.
    months: array-like
        Times from now, months, >= 0.

    Raises
    ------
    InputError
        If a time is not finite or below 0.
    """
    force = chain.in_force
    first_spell = np.where(np.outer(force, ~force), 0.0, chain.generator)
    return np.asarray(law_at(first_spell, chain.initial, _times(months))[..., force].sum(axis=-1).clip(0.0, 1.0))


def stage_probabilities(chain: Chain, months: ArrayLike) -> dict[str, Floats]:
    """Return the probability of each stage that can be reached, at each time, shape of ``months``.

    Parameters
    ----------
    chain: Chain
        The process and where it stands.
    months: array-like
        Times from now, months, >= 0.

    Raises
    ------
    InputError
        If a time is not finite or below 0.
    """
    at_times = law(chain, months)
    stages = np.array([state.stage for state in chain.labels])
    return {name: at_times[..., stages == name].sum(axis=-1) for name in dict.fromkeys(stages.tolist())}


def eventual(chain: Chain, states: Mask | None = None) -> float:
    """Return the probability that the standstill ever comes into force, or that ``states`` are ever entered.

    Parameters
    ----------
    chain: Chain
        The process and where it stands.
    states: array, optional
        Whether each state of the chain is one of them, (n_states,); those in force by default.

    Notes
    -----
    The least solution of ``generator · h = 0`` outside the states asked for, with h = 1 in them (Norris 1997, 3.3).
    """
    aim = chain.in_force if states is None else states
    way = _leading(chain.generator, aim) & ~aim
    hit = aim.astype(np.float64)
    if way.any():
        hit[way] = np.linalg.solve(chain.generator[np.ix_(way, way)], -chain.generator[np.ix_(way, aim)].sum(axis=1))
    return float(np.clip(chain.initial @ hit, 0.0, 1.0))


def mean_absorption(chain: Chain) -> float | None:
    """Return the mean months until the standstill is in force, or nothing more can happen before it.

    Returns
    -------
    float or None
        None if the process may go on for ever without coming to either.
    """
    stopped = np.where(chain.in_force[:, None], 0.0, chain.generator)
    over = np.diag(stopped) == 0
    if not _leading(stopped, over)[reached(stopped, chain.initial > 0)].all():
        return None
    wait = np.zeros(len(chain))
    going = _leading(stopped, over) & ~over
    if going.any():
        wait[going] = np.linalg.solve(stopped[np.ix_(going, going)], -np.ones(going.sum()))
    return float(chain.initial @ wait)


def _times(months: ArrayLike) -> Floats:
    times = np.asarray(months, dtype=np.float64)
    wrong = times[~(np.isfinite(times) & (times >= 0))]
    if wrong.size:
        faults = Faults(source="clock")
        faults.add("months", "be finite and >= 0", float(wrong.flat[0]))
        faults.raise_if_any()
    return times


def _leading(generator: Floats, aim: Mask) -> Mask:
    """Return which states can lead to a state in ``aim``, itself included, (n_states,)."""
    return reached(generator.T, aim)
