"""Slots: where a number or a figure stands in the block's ``values``.

That array has one row if nothing is uncertain and one row per sample of the block otherwise. Knows nothing of what a
figure is for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import locked
from standstill.engine import draws
from standstill.evidence.figure import Figure
from standstill.model.system import Parameter

__all__ = ["Slots", "drawn"]

Floats = NDArray[np.float64]


def drawn(parameter: Parameter, seed: int, first_sample: int, count: int) -> Floats:
    """Return the value of a number or figure in samples [first, first + count), keyed by the figure's path."""
    if not isinstance(parameter, Figure):
        return np.full(count, float(parameter))
    uniform = np.empty(count)
    draws.uniforms(seed, first_sample, draws.entity_key(parameter.path), uniform)
    return np.asarray(parameter.distribution.quantile(uniform))


@dataclass(slots=True)
class Slots:
    """Columns of the values array: constants, and figures drawn per sample by their dotted path."""

    constants: list[float] = field(default_factory=list)
    figures: dict[int, Figure] = field(default_factory=dict)
    derived: dict[int, tuple[np.ufunc, int, int]] = field(default_factory=dict)
    """Slots that follow from two others, of which one is drawn: their product, or one to the power of the other."""
    _known: dict[object, int] = field(default_factory=dict)

    def add(self, parameter: Parameter) -> int:
        """Return the slot of a number or figure."""
        # one figure may be moved in one place and not in another; it is drawn by its path in both
        key: object = (parameter.path, parameter.distribution) if isinstance(parameter, Figure) else float(parameter)
        if key not in self._known:
            slot = self._known[key] = len(self.constants)
            if isinstance(parameter, Figure):
                self.constants.append(float(parameter.distribution.median))
                if not parameter.is_fixed:
                    self.figures[slot] = parameter
            else:
                self.constants.append(float(parameter))
        return self._known[key]

    def product(self, first: int, second: int) -> int:
        """Return the slot of the product of two slots."""
        return self._derive(np.multiply, first, second)

    def power(self, base: int, exponent: int) -> int:
        """Return the slot of one slot to the power of another."""
        return self._derive(np.power, base, exponent)

    def _derive(self, rule: np.ufunc, first: int, second: int) -> int:
        key = (rule, first, second)
        if key not in self._known:
            self._known[key] = len(self.constants)
            self.constants.append(float(rule(self.constants[first], self.constants[second])))
            if {first, second} & (self.figures.keys() | self.derived.keys()):
                self.derived[self._known[key]] = key
        return self._known[key]

    def values(self, seed: int, first_sample: int, count: int) -> Floats:
        """Return the values array of a block: one row if nothing is uncertain, else a row per sample."""
        if not self.figures:
            return locked([self.constants])
        values = np.tile(np.array(self.constants), (count, 1))
        for slot, figure in self.figures.items():
            values[:, slot] = drawn(figure, seed, first_sample, count)
        for slot, (rule, first, second) in self.derived.items():
            values[:, slot] = rule(values[:, first], values[:, second])
        return locked(values)

    def highest(self, slot: int) -> float:
        """Return an upper bound of the values of a slot that holds a number or a figure."""
        figure = self.figures.get(slot)
        return self.constants[slot] if figure is None else float(figure.distribution.quantile(np.array([1 - 1e-12]))[0])
