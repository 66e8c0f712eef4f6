"""The Markov chain behind a process of talks: stages × phases × preconditions that bind × holders who stay out.

``chain`` is the only way from records to arrays. Knows nothing of what is asked of the chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Fault, InputError
from standstill.model.exponential import law_within
from standstill.model.process import Belief, Process, Transition

__all__ = ["Chain", "State", "chain", "onward", "reached"]

Floats = NDArray[np.float64]
_MOST_STATES = 4000


class State(NamedTuple):
    """One state of the expanded chain."""

    stage: str
    """Name of the stage."""
    phase: int = 1
    """Phase of the wait for a late transition, from 1."""
    hindered: frozenset[str] = frozenset()
    """Preconditions that bind, and holders who stay out and are needed."""
    dormant: frozenset[str] = frozenset()
    """Preconditions that were lifted but may bind again."""

    def __str__(self) -> str:
        """Return the state in words."""
        phase = f", phase {self.phase}" if self.phase > 1 else ""
        waits = f", waits for {' and '.join(sorted(self.hindered))}" if self.hindered else ""
        return f"{self.stage}{phase}{waits}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chain:
    """A continuous-time Markov chain with its law at month 0. Only states that can be reached are in it."""

    labels: tuple[State, ...]
    """What each state is, (n_states,)."""
    generator: Floats
    """Rates from row to column, (n_states, n_states), per month; rows sum to 0."""
    initial: Floats
    """Law at month 0, (n_states,); sums to 1."""
    in_force: NDArray[np.bool_]
    """Whether the standstill holds in each state, (n_states,)."""

    def __post_init__(self) -> None:
        count = len(self.labels)
        freeze(self, "generator", count, count)
        freeze(self, "initial", count)
        freeze(self, "in_force", count, dtype=np.bool_)

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.labels)

    @property
    def now(self) -> dict[State, float]:
        """Law at month 0: probability of each state that it can be in."""
        return {state: share for state, share in zip(self.labels, self.initial.tolist(), strict=True) if share > 0}

    def __reduce__(self) -> Any:
        """Pickle through the constructor, so that arrays stay read-only."""
        return rebuild(self)


def chain(process: Process, belief: Belief) -> Chain:
    """Return the chain of a process that stands where a belief says.

    Parameters
    ----------
    process: Process
        Stages, rates, preconditions and formats.
    belief: Belief
        Where it stands.

    Returns
    -------
    Chain

    Raises
    ------
    InputError
        If the belief names what the process does not have, or the chain would have too many states.

    Notes
    -----
    The wait of a late transition in a stage of n phases is by the method of stages (Erlang; Cox 1955): each phase but
    the last advances at n times the sum of the late rates, the last leaves at n times each rate. Neither a
    precondition nor an absence holds up the phases: they hold up the exit alone. Holders and preconditions are
    independent at the start of a stage. After a time spent in it the law is that of the chain that has not left it.

    Examples
    --------
    >>> from standstill.model.process import Stage
    >>> process = Process(
    ...     name="one wait", parties=("A", "B"),
    ...     stages=(Stage(name="drafting", phases=2), Stage(name="in force", in_force=True)),
    ...     transitions=(Transition(source="drafting", target="in force", per_month=1.0),),
    ... )
    >>> chain(process, Belief(weights={"drafting": 1.0})).generator.tolist()
    [[-2.0, 2.0, 0.0], [0.0, -2.0, 2.0], [0.0, 0.0, 0.0]]
    """
    belief.check(process)
    rules = _Rules(process, belief)
    position, generator = _expanded(rules, rules.starts())
    initial = np.zeros(len(position))
    for stage, weight in belief.weights.items():
        if weight > 0:
            initial += weight * _law_in_stage(stage, rules, position, generator)
    return _reachable(rules, position, generator, initial)


def onward(process: Process, belief: Belief, law: Mapping[State, float]) -> Chain:
    """Return the chain that goes on from a given law by the rules of a process, whatever stage is believed.

    Parameters
    ----------
    process: Process
        Stages, rates, preconditions and formats from now on.
    belief: Belief
        Format, and which holders and preconditions count, from now on.
    law: mapping of State to float
        Law at month 0, such as ``Chain.now`` of another chain; sums to 1.

    Returns
    -------
    Chain
    """
    belief.check(process)
    rules = _Rules(process, belief)
    position, generator = _expanded(rules, law)
    initial = np.zeros(len(position))
    for state, share in law.items():
        initial[position[state]] = share
    return _reachable(rules, position, generator, initial)


def _expanded(rules: _Rules, starts: Iterable[State]) -> tuple[dict[State, int], Floats]:
    """Return the place of every state that can follow from some, and the rates between them."""
    position = {state: place for place, state in enumerate(rules.states(starts))}
    generator = np.zeros((len(position), len(position)))
    for state, place in position.items():
        for target, rate in rules.moves(state):
            generator[place, position[target]] += rate
    return position, generator - np.diag(generator.sum(axis=1))


def _reachable(rules: _Rules, position: dict[State, int], generator: Floats, initial: Floats) -> Chain:
    """Return the chain of the states that can be reached from a law."""
    kept = reached(generator, initial > 0)
    labels = tuple(state for state, place in position.items() if kept[place])
    return Chain(
        labels=labels,
        generator=generator[np.ix_(kept, kept)],
        initial=initial[kept] / initial.sum(),
        in_force=np.array([state.stage in rules.in_force for state in labels]),
    )


class _Rules:
    """What a process can do from a state, given what is believed of holders, preconditions and format."""

    def __init__(self, process: Process, belief: Belief) -> None:
        self.process, self.belief = process, belief
        self.format = process.find_format(belief.format or process.format)
        self.phases = {stage.name: stage.phases for stage in process.stages}
        self.exits = {stage.name: process.exits(stage.name) for stage in process.stages}
        self.conditions = {
            item.name: item
            for item in process.preconditions
            if belief.binding.get(item.name, item.binding) > 0 and (item.renewed_by or item.name not in belief.lifted)
        }
        self.in_force = {stage.name for stage in process.stages if stage.in_force}
        needs = self.format.needs if self.format else ()
        self.absences = {
            name: share for name in needs if (share := belief.out.get(name, process.out.get(name, 0.0))) > 0
        }

    @property
    def hindrances(self) -> dict[str, float]:
        """Preconditions that may bind and holders who may stay out, each with its probability."""
        binding = {name: self.belief.binding.get(name, item.binding) for name, item in self.conditions.items()}
        return binding | self.absences

    def starts(self) -> list[State]:
        """Return the states in which a stage that is believed possible can begin."""
        starts = [State(stage) for stage, weight in self.belief.weights.items() if weight > 0]
        for name in self.hindrances:
            starts += [self.hinder(state, name) for state in starts if self.exits[state.stage]]
        return starts

    def states(self, starts: Iterable[State]) -> list[State]:
        """Return every state that can follow from some, in the order of stages and phases."""
        found = dict.fromkeys(starts)
        waiting = list(found)
        while waiting:
            fresh = dict.fromkeys(target for target, _ in self.moves(waiting.pop()) if target not in found)
            found |= fresh
            waiting += fresh
            if len(found) > _MOST_STATES:
                self._refuse()
        order = {stage: place for place, stage in enumerate(self.phases)}
        return sorted(
            found,
            key=lambda state: (order[state.stage], state.phase, sorted(state.hindered), sorted(state.dormant)),
        )

    def moves(self, state: State) -> Iterator[tuple[State, float]]:
        """Yield the states that can follow, each with its rate per month, where that is not 0."""
        return ((target, rate) for target, rate in self._moves(state) if rate > 0)

    def hinder(self, state: State, name: str) -> State:
        """Return the state in which ``name`` hinders, or, if it is known to be lifted, may do so again."""
        if name in self.belief.lifted:
            return state._replace(dormant=state.dormant | {name})
        return state._replace(hindered=state.hindered | {name})

    def _moves(self, state: State) -> Iterator[tuple[State, float]]:
        exits, phases = self.exits[state.stage], self.phases[state.stage]
        if not exits:
            return
        for transition in exits:
            if (state.phase == phases or not transition.late) and not self._held_up(transition, state):
                pace = phases if transition.late else 1
                yield self._entered(transition, state), pace * self._rate(transition)
        if state.phase < phases:
            late = sum(self._rate(transition) for transition in exits if transition.late)
            yield state._replace(phase=state.phase + 1), phases * late
        for name in state.hindered:
            yield self._eased(state, name), self._ease_rate(name)

    def _rate(self, transition: Transition) -> float:
        if not transition.meeting or self.format is None:
            return transition.per_month
        return transition.per_month * self.format.meetings_per_month * self.format.agree_share

    def _held_up(self, transition: Transition, state: State) -> bool:
        gated = any(_leads(transition, item.gates) and name in state.hindered for name, item in self.conditions.items())
        return gated or (transition.meeting and not state.hindered.isdisjoint(self.absences))

    def _entered(self, transition: Transition, state: State) -> State:
        if not self.exits[transition.target]:
            return State(transition.target)
        renewed = {name for name in state.dormant if _leads(transition, self.conditions[name].renewed_by)}
        return State(transition.target, 1, state.hindered | renewed, state.dormant - renewed)

    def _eased(self, state: State, name: str) -> State:
        again = {name} if name in self.conditions and self.conditions[name].renewed_by else set()
        return state._replace(hindered=state.hindered - {name}, dormant=state.dormant | again)

    def _ease_rate(self, name: str) -> float:
        """Return the rate at which a precondition is lifted or a holder comes back, per month."""
        if name in self.conditions:
            return self.conditions[name].lift_per_month
        return self.format.return_of(name) if self.format else 0.0

    def _refuse(self) -> NoReturn:
        hint = "use fewer phases, preconditions or holders who may stay out"
        fault = Fault(place="chain", must=f"have at most {_MOST_STATES} states", hint=hint)
        raise InputError(f"process {self.process.name!r}", (fault,))


def _leads(transition: Transition, gates: tuple[tuple[str, str], ...]) -> bool:
    """Return whether a transition is among the (source, target) pairs."""
    return any((transition.source, transition.target) == tuple(gate) for gate in gates)


def _law_in_stage(stage: str, rules: _Rules, position: dict[State, int], generator: Floats) -> Floats:
    """Return the law over all states, given the stage and the months spent in it, (n_states,).

    What is known to have changed while the stage lasted changes then; what is not was so when it began.
    """
    law = np.zeros(len(position))
    law[position[State(stage)]] = 1.0
    if not rules.exits[stage]:
        return law
    inside = np.array([state.stage == stage for state in position])
    left = rules.belief.elapsed_months.get(stage, 0.0)
    changes = {name: min(rules.belief.since.get(name, left), left) for name in rules.hindrances}
    for name in sorted(changes, key=changes.__getitem__, reverse=True):
        law = _waited(law, inside, generator, left - changes[name])
        law = _hindered(law, name, rules, position)
        left = changes[name]
    return _waited(law, inside, generator, left)


def _hindered(law: Floats, name: str, rules: _Rules, position: dict[State, int]) -> Floats:
    """Return the law after ``name`` begins to hinder with its probability."""
    out = law.copy()
    for state, place in position.items():
        moved = rules.hindrances[name] * law[place]
        if moved > 0:
            out[place] -= moved
            out[position[rules.hinder(state, name)]] += moved
    return out


def _waited(law: Floats, inside: NDArray[np.bool_], generator: Floats, months: float) -> Floats:
    """Return the law some months on, given that the states ``inside`` were not left."""
    if months <= 0:
        return law
    within = generator * np.outer(inside, inside)
    np.fill_diagonal(within, np.diag(generator))
    places = np.flatnonzero(reached(within, law > 0))
    out = np.zeros_like(law)
    out[places] = law_within(within[np.ix_(places, places)], law[places], months)
    return out


def reached(generator: Floats, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which states can be reached from the states in ``start``, (n_states,)."""
    found = start.copy()
    latest = start
    while latest.any():
        latest = (generator[latest] > 0).any(axis=0) & ~found
        found |= latest
    return found
