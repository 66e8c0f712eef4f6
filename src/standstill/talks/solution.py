"""What every model of bargaining and mediation takes and gives: checked inputs, and a solution that can be tested.

Knows no particular model, and nothing of scenarios, samples or worth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from numbers import Real
from typing import Any, ClassVar

from standstill.errors import Faults
from standstill.talks.equilibrium import Check, Game, Plan, check
from standstill.talks.inputs import Inputs

__all__ = ["SET_BY_USER", "Equilibrium", "Model", "Solution", "Sourced"]

SET_BY_USER = "set by the user"
"""Source of an input that no claim is behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equilibrium:
    """Strategies: in words for a reader, and as a game with a plan for the check of deviations."""

    rules: Mapping[str, str]
    """Player -> what it does, in words."""
    build: Callable[[int], tuple[Game, Plan]]
    """Parts into which offers are cut -> game and plan. What the plan offers is always among the offers."""

    def game(self, parts: int = 40) -> tuple[Game, Plan]:
        """Return the game, with offers in steps of 1/``parts``, and the plan.

        Raises
        ------
        InputError
            If ``parts`` is not a whole number of at least 1.
        """
        given: object = parts
        if not isinstance(given, int) or isinstance(given, bool) or given < 1:
            faults = Faults(source="equilibrium")
            faults.add("parts", "be a whole number >= 1", parts)
            faults.raise_if_any()
        return self.build(parts)

    def check(self, parts: int = 40, *, tolerance: float = 1e-9) -> Check:
        """Return the most profitable deviation from the strategies, with offers in steps of 1/``parts``."""
        return check(*self.game(parts), tolerance=tolerance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The answer of a model. Whatever is None has a reason in words under the same name."""

    model: str
    """Code of the model, such as "B1"."""
    payoffs: Mapping[str, float]
    """Player -> payoff under the strategies; empty if the model has none."""
    breakdown: float | None
    """Probability that talks end without agreement, or that the agreement is not kept."""
    equilibrium: Equilibrium | None
    """Strategies that no player gains by leaving alone."""
    figures: Mapping[str, float | None]
    """Other numbers of the model by name."""
    in_words: str
    """The answer in one or two neutral sentences."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Name of what is None -> why."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; what does not exist is null with a reason."""
        return {
            "model": self.model,
            "payoffs": dict(self.payoffs),
            "breakdown": self.breakdown,
            "figures": dict(self.figures),
            "strategies": None if self.equilibrium is None else dict(self.equilibrium.rules),
            "reasons": dict(self.reasons),
            "in_words": self.in_words,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(ABC):
    """Inputs of one model of bargaining or mediation, checked when they are put together.

    A concrete model adds its inputs as fields (a number, a word, or a pair with one number for each side), says in
    ``_check`` what must hold, and answers in ``solve``.
    """

    code: ClassVar[str]
    """Code of the model, such as "B1"."""
    sides: tuple[str, str] = ("A", "B")
    """Names of the two sides."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, list):
                object.__setattr__(self, item.name, tuple(value))
        faults = Faults(source=f"model {self.code}")
        names: object = self.sides
        if not isinstance(names, tuple) or len(names) != 2 or not all(isinstance(name, str) and name for name in names):
            faults.add("sides", "be two names", names)
        elif names[0] == names[1]:
            faults.add("sides", "have a name each", names)
        faults.raise_if_any()
        self._check(Inputs(faults=faults, sides=self.sides))
        faults.raise_if_any()
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Real) and item.type == "float":
                object.__setattr__(self, item.name, float(value))
            elif isinstance(value, tuple) and item.name != "sides":
                object.__setattr__(self, item.name, tuple(map(float, value)))

    @abstractmethod
    def _check(self, inputs: Inputs) -> None:
        """Note whatever is wrong with the inputs."""

    @abstractmethod
    def solve(self) -> Solution:
        """Return the answer of the model."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs given; that of a pair has a part for each side, such as ``costs.A``."""
        names: list[str] = []
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name == "sides" or value is None:
                continue
            is_pair = isinstance(value, tuple)
            names += [f"{item.name}.{side}" for side in self.sides] if is_pair else [item.name]
        return tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A model with who is behind each of its inputs. A report prints it only when no input lacks a source.

    Raises
    ------
    InputError
        If a source is empty or is of no input of the model; every fault is listed.

    Examples
    --------
    >>> from standstill.talks.bargaining import CrisisRange
    >>> model = CrisisRange(p=0.5, costs=(0.1, 0.2), opener="A")
    >>> sourced = Sourced(model=model, sources={"p": "estimate-7", "costs": SET_BY_USER})
    >>> sourced.lacking(), sourced.may_be_printed()
    (('opener',), False)
    >>> sourced.lacking(known={"estimate-9"})
    ('p', 'opener')
    """

    model: Model
    """The model."""
    sources: Mapping[str, str]
    """Input -> id of the claim behind it, or ``SET_BY_USER``. The name of a pair stands for both of its parts."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"sources of model {self.model.code}")
        names = set(self.model.inputs) | {name.partition(".")[0] for name in self.model.inputs}
        for name, source in self.sources.items():
            if name not in names:
                faults.add(str(name), f"be an input: {', '.join(self.model.inputs)}")
            if not str(source).strip():
                faults.add(str(name), f"name a claim or say {SET_BY_USER!r}", source)
        faults.raise_if_any()
        object.__setattr__(self, "sources", dict(self.sources))

    def source(self, name: str) -> str | None:
        """Return the source of one input; None if there is none."""
        return self.sources.get(name, self.sources.get(name.partition(".")[0]))

    def lacking(self, known: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the inputs without a source, in order.

        Parameters
        ----------
        known: collection of str, optional
            Ids of the claims there are; a source that is none of them, and not ``SET_BY_USER``, then counts as none.
        """
        return tuple(name for name in self.model.inputs if not self._has_source(name, known))

    def may_be_printed(self, known: Collection[str] | None = None) -> bool:
        """Return whether a report may print the model: every input has a source."""
        return not self.lacking(known)

    def _has_source(self, name: str, known: Collection[str] | None) -> bool:
        source = self.source(name)
        return source is not None and (known is None or source == SET_BY_USER or source in known)
