"""Units with more states than in and out of service: the share of capacity left in each, and a Markov chain by step.

Knows nothing of what fails, nor of samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Faults

__all__ = ["UnitStates"]

Floats = NDArray[np.float64]
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitStates:
    """The states of a unit that may be partly out of service; the first is full service.

    Notes
    -----
    A Markov chain by step that starts in its stationary law, as the multi-state (derated) unit models of Billinton and
    Allan, *Reliability Evaluation of Power Systems*, 1996. It is the same in every step.

    Raises
    ------
    InputError
        If a share is outside [0, 1], the first is not 1, a row of ``moves`` is no law, or the chain has no single
        stationary law; every fault is listed.

    Examples
    --------
    >>> states = UnitStates(shares=[1.0, 0.5, 0.0], moves=[[0.9, 0.06, 0.04], [0.3, 0.7, 0.0], [0.2, 0.0, 0.8]])
    >>> states.law.round(6).tolist()
    [0.714286, 0.142857, 0.142857]
    """

    shares: Floats
    """Share of capacity left in each state, (n_states,), within [0, 1]; the first is 1."""
    moves: Floats
    """Probability of going from a state (row) to another (column) on entering a step, (n_states, n_states)."""

    def __post_init__(self) -> None:
        faults = Faults(source="UnitStates")
        if np.ndim(self.moves) > 2:
            must = "be the same in every step, (n_states, n_states)"
            faults.add("UnitStates.moves", must, np.shape(self.moves), "only two-state units may vary with time")
            faults.raise_if_any()
        count = freeze(self, "shares", "n_states")["n_states"]
        freeze(self, "moves", count, count)
        if count < 2:
            faults.add("UnitStates.shares", "have at least two states", count)
        for state, share in enumerate(self.shares):
            if not 0.0 <= share <= 1.0:
                faults.add(f"UnitStates.shares[{state}]", "be within [0, 1]", float(share))
        if count and self.shares[0] != 1.0:
            faults.add("UnitStates.shares[0]", "be 1: the first state is full service", float(self.shares[0]))
        for state, row in enumerate(self.moves):
            if row.min() < 0.0 or abs(row.sum() - 1.0) > _ROUNDING:
                faults.add(f"UnitStates.moves[{state}]", "be >= 0 and sum to 1", row.tolist())
        faults.raise_if_any()
        if _lasting(self.moves) is None:
            hint = "let every state be left, so that the unit comes back from each"
            faults.add("UnitStates.moves", "lead to one set of states wherever the unit begins", hint=hint)
        faults.raise_if_any()

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.shares)

    def __reduce__(self) -> Any:
        """Pickle through the constructor, so that arrays stay read-only."""
        return rebuild(self)

    @property
    def law(self) -> Floats:
        """Stationary probability of each state, (n_states,)."""
        lasting = _lasting(self.moves)
        law = np.zeros(len(self))
        if lasting is not None:
            law[lasting] = _stationary(self.moves[np.ix_(lasting, lasting)])
        return law

    @classmethod
    def around_full(
        cls, shares: Sequence[float], time_shares: Sequence[float], mean_h: Sequence[float], step_h: float
    ) -> UnitStates:
        """Return the states of a unit that goes from full service into each other state and from there back.

        Parameters
        ----------
        shares: sequence of float
            Share of capacity left in each state but full service, within [0, 1].
        time_shares: sequence of float
            Share of time in each of them, >= 0, below 1 together; the rest is full service.
        mean_h: sequence of float
            Mean time in each of them, h, > 0. One shorter than a step lasts a step.
        step_h: float
            Length of a step, h.

        Raises
        ------
        InputError
            If these cannot be had with such steps; every fault is listed.

        Notes
        -----
        State *k* is left with probability ``r_k = min(1, step_h / mean_h)`` on entering a step, and entered from full
        service with ``π_k r_k / π_0``, where π are shares of time. With one state of share 0 this is ``split_outage``,
        which takes longer times where these are too short.

        Examples
        --------
        >>> states = UnitStates.around_full([0.6, 0.0], [0.08, 0.05], [20.0, 50.0], 1.0)
        >>> states.law.round(12).tolist()
        [0.87, 0.08, 0.05]
        """
        faults = Faults(source="UnitStates")
        for place, (time, mean) in enumerate(zip(time_shares, mean_h, strict=True)):
            if not 0.0 <= time < 1.0:
                faults.add(f"time_shares[{place}]", "be a share from 0 to below 1", time)
            if not mean > 0.0:
                faults.add(f"mean_h[{place}]", "be > 0 h", mean)
        full = 1.0 - sum(time_shares)
        if not full > 0.0:
            faults.add("time_shares", "leave time in full service: sum to below 1", sum(time_shares))
        faults.raise_if_any()
        back = np.minimum(1.0, step_h / np.array(mean_h, dtype=np.float64))
        enter = np.array(time_shares) * back / full
        if enter.sum() > 1.0:
            hint = "use shorter steps, or longer mean times"
            faults.add("mean_h", f"be long enough for steps of {step_h:g} h", list(mean_h), hint)
        faults.raise_if_any()
        moves = np.diag([1.0 - enter.sum(), *(1.0 - back)])
        moves[0, 1:], moves[1:, 0] = enter, back
        return cls(shares=np.array([1.0, *shares]), moves=moves)


def _lasting(moves: Floats) -> NDArray[np.int64] | None:
    """Return the states that the chain comes back to for ever, or None if it depends on where it begins."""
    count = len(moves)
    reaches = (moves > 0.0) | np.eye(count, dtype=np.bool_)
    for middle in range(count):
        reaches |= np.outer(reaches[:, middle], reaches[middle])
    lasting = np.flatnonzero(np.all(~reaches | reaches.T, axis=1))
    return lasting if np.all(reaches[np.ix_(lasting, lasting)]) else None


def _stationary(moves: Floats) -> Floats:
    """Return the stationary law of a chain all of whose states reach each other.

    By the elimination of Grassmann, Taksar and Heyman (Operations Research 33, 1985), which subtracts nothing.
    """
    left = moves.copy()
    for state in range(len(left) - 1, 0, -1):
        left[:state, state] /= left[state, :state].sum()
        left[:state, :state] += np.outer(left[:state, state], left[state, :state])
    law = np.ones(len(left))
    for state in range(1, len(left)):
        law[state] = law[:state] @ left[:state, state]
    return np.asarray(law / law.sum())
