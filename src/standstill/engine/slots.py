"""Slots: where a number or a figure stands in the block's ``values``.

That array has one row if nothing is uncertain and one row per sample of the block otherwise. Knows nothing of what a
figure is for.
"""

from __future__ import annotations

import math
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
    products: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Slots that are the product of two others, of which one is drawn."""
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
        key = ("product", first, second)
        if key not in self._known:
            self._known[key] = len(self.constants)
            self.constants.append(self.constants[first] * self.constants[second])
            if {first, second} & (self.figures.keys() | self.products.keys()):
                self.products[self._known[key]] = (first, second)
        return self._known[key]

    def values(self, seed: int, first_sample: int, count: int) -> Floats:
        """Return the values array of a block: one row if nothing is uncertain, else a row per sample."""
        if not self.figures:
            return locked([self.constants])
        values = np.tile(np.array(self.constants), (count, 1))
        for slot, figure in self.figures.items():
            values[:, slot] = drawn(figure, seed, first_sample, count)
        for slot, (first, second) in self.products.items():
            values[:, slot] = values[:, first] * values[:, second]
        return locked(values)

    def highest(self, slot: int) -> float:
        """Return an upper bound of a slot's values; factors of a product are >= 0."""
        if slot in self.products:
            return math.prod(self.highest(factor) for factor in self.products[slot])
        figure = self.figures.get(slot)
        return self.constants[slot] if figure is None else float(figure.distribution.quantile(np.array([1 - 1e-12]))[0])
