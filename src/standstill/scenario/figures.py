"""From entries to figures: distributions, units, sources. The only place of a scenario where units are converted.

Every figure goes into the register in the user's own unit; what the model gets is in the system's units, under the
same path, which is the key of the figure's draws. Knows nothing of what a figure is for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from standstill.errors import Fault, Faults, InputError
from standstill.evidence import (
    Beta,
    Choice,
    Claim,
    Distribution,
    Figure,
    Fixed,
    LogNormal,
    LogUniform,
    Mixture,
    Normal,
    Triangular,
    Uniform,
    find_claims,
    from_claims,
)
from standstill.model.system import Parameter
from standstill.scenario.reading import PLACEHOLDER
from standstill.scenario.schema import FigureEntry, Sourced, parse_range
from standstill.scenario.settings import BECAUSE
from standstill.units import convert, currency_of, dimension

__all__ = [
    "COUNT", "DAYS", "DEGREES", "HOURS", "MONEY", "NUMBER", "PER_DAY", "SHARE", "Kind", "Ledger", "Source", "scaled",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """What a figure measures: its unit inside, and what values it may have."""

    unit: str
    low: float = 0.0
    high: float = math.inf

    def factor(self, unit: str) -> float:
        """Return what a value in ``unit`` is multiplied by; energy per day may stand for power, any currency for money.

        Raises
        ------
        ValueError
            If the unit is of another dimension.
        """
        if dimension(unit) == "energy per day" and dimension(self.unit) == "power":
            return convert(convert(1.0, unit, "MWh/d") / 24.0, "MW", self.unit)
        return convert(1.0, unit, self.inside(unit))

    def inside(self, unit: str) -> str:
        """Return the unit that a value in ``unit`` gets inside."""
        return self.unit.replace(MONEY, currency_of(unit) or "EUR")


SHARE = Kind("", 0.0, 1.0)
NUMBER = Kind("")
DAYS = Kind("d")
HOURS = Kind("h")
MONEY = "money"
"""Stands in a unit such as "money/MWh" for the currency that the user chooses."""
COUNT = Kind("count")
PER_DAY = Kind("per day")
DEGREES = Kind("°C", -math.inf)

Source = tuple[tuple[str, ...], str]
"""Claims and judgement that a table gives to the figures within it."""


def source_of(entry: Sourced, outer: Source = ((), "")) -> Source:
    """Return the source of a table's figures: its own, or that of the table around it."""
    return (entry.claims, entry.because) if entry.claims or entry.because else outer


def scaled(distribution: Distribution, factor: float) -> Distribution:
    """Return the distribution of ``factor`` times a value; factor > 0.

    Examples
    --------
    >>> scaled(Uniform(low=2.0, high=4.0), 1000.0)
    Uniform(low=2000.0, high=4000.0)
    """
    match distribution:
        case Fixed(value=value):
            return Fixed(value=value * factor)
        case Uniform(low=low, high=high):
            return Uniform(low=low * factor, high=high * factor)
        case LogUniform(low=low, high=high):
            return LogUniform(low=low * factor, high=high * factor)
        case Triangular(low=low, mode=mode, high=high):
            return Triangular(low=low * factor, mode=mode * factor, high=high * factor)
        case Beta(low=low, high=high):
            return replace(distribution, low=low * factor, high=high * factor)
        case LogNormal(median=median):
            return replace(distribution, median=median * factor)
        case Normal(mean=mean, sd=sd, low=cut_low, high=cut_high):
            ends = [None if end is None else end * factor for end in (cut_low, cut_high)]
            return Normal(mean=mean * factor, sd=sd * factor, low=ends[0], high=ends[1])
        case Choice(values=values):
            return replace(distribution, values=tuple(value * factor for value in values))
        case Mixture(parts=parts):
            return replace(distribution, parts=tuple(scaled(part, factor) for part in parts))
    raise TypeError(f"no rule for {type(distribution).__name__}")


@dataclass(slots=True)
class Ledger:
    """Turns entries into figures and keeps them all for the register."""

    claims: Mapping[str, Claim]
    """Claims by id."""
    faults: Faults
    """Every fault found."""
    figures: dict[str, Figure] = field(default_factory=dict)
    """Figures by path, in the user's own units."""
    user_set: tuple[str, ...] = ()
    """Paths of what the user set on top of the file: it rests on no claim."""

    def parameter(
        self, path: str, entry: FigureEntry | None, kind: Kind, source: Source, default: float = 0.0, scale: float = 1.0
    ) -> Parameter:
        """Return what the model takes for an entry: a number, or a figure in ``kind.unit`` times ``scale``."""
        figure = self._figure(path, entry, kind, source)
        if figure is None:
            return default * scale
        factor = kind.factor(figure.unit) * scale
        if figure.is_fixed:
            return figure.median * factor
        return replace(figure, unit=kind.inside(figure.unit), distribution=scaled(figure.distribution, factor), note="")

    def fixed(self, path: str, entry: FigureEntry | None, kind: Kind, source: Source, default: float = 0.0) -> float:
        """Return the one value of an entry that cannot differ between samples."""
        value = self.parameter(path, entry, kind, source, default)
        if isinstance(value, Figure):
            self.faults.add(path, "be one value, not a range", value.value_text)
            return value.median
        return value

    def profile(self, path: str, values: Sequence[float], unit: str, source: Source, file: str = "") -> None:
        """Register a list of numbers, perhaps from a file: its mean stands for it, with a note that says so."""
        origin = f" in {file}" if file else ""
        text = f"{len(values)} values{origin} from {min(values):g} to {max(values):g}; their mean is shown"
        self._register(path, unit, Fixed(value=float(np.mean(values))), source, text)

    def schedule(self, path: str, parts: Sequence[str], source: Source) -> None:
        """Register a list of dated things: their number stands for it, with a note that lists them."""
        self._register(path, "count", Fixed(value=float(len(parts))), source, "; ".join(parts))

    def _figure(self, path: str, entry: FigureEntry | None, kind: Kind, source: Source) -> Figure | None:
        """Return the figure in the user's unit, registered; none if there is none or it is faulty."""
        if entry is None or entry == FigureEntry.model_validate(PLACEHOLDER):
            return None
        if path in self.figures:
            return self.figures[path]
        before = len(self.faults.items)
        source = source_of(entry, source)
        find_claims(source[0], self.claims, self.faults, path)
        try:
            unit, distribution = self._distribution(path, entry, kind, source[0])
            kind.factor(unit)
        except InputError as error:
            self.faults.items += [replace(fault, place=path) for fault in error.faults]
            return None
        except ValueError as error:
            must, _, got = str(error).removeprefix("must ").partition(", got ")
            self.faults.items.append(Fault(place=path, must=must, got="a plain number" if got == "''" else got))
            return None
        if len(self.faults.items) > before:
            return None
        self._check_range(path, distribution, unit, kind)
        return self._register(path, unit, distribution, source, entry.note)

    def _check_range(self, path: str, distribution: Distribution, unit: str, kind: Kind) -> None:
        low, high = (end * kind.factor(unit) for end in distribution.support)
        slack = 1e-12 * max(1.0, abs(kind.high) if math.isfinite(kind.high) else 1.0)
        if low < kind.low - slack or high > kind.high + slack:
            bounds = f"within [{kind.low:g}, {kind.high:g}]" if math.isfinite(kind.high) else f">= {kind.low:g}"
            self.faults.add(path, f"be {bounds}", distribution.describe(unit))

    def _register(self, path: str, unit: str, distribution: Distribution, source: Source, note: str) -> Figure | None:
        if any(path == item or path.startswith(f"{item}.") for item in self.user_set):
            source = (), BECAUSE
        try:
            figure = Figure.of(
                path=path, unit=unit, known=self.claims, claims=source[0], distribution=distribution,
                judgement=source[1], note=note,
            )  # fmt: skip
        except InputError as error:
            self.faults.items += error.faults
            return None
        self.figures[path] = figure
        return figure

    def _distribution(
        self, path: str, entry: FigureEntry, kind: Kind, claims: tuple[str, ...]
    ) -> tuple[str, Distribution]:
        """Return an entry's unit and distribution."""
        if entry.choice:
            return _choice(entry)
        if entry.normal:
            form = entry.normal
            unit = _one(form.mean)[1]
            low, high = (None if end is None else _in(end, unit) for end in (form.low, form.high))
            return unit, Normal(mean=_one(form.mean)[0], sd=_in(form.sd, unit), low=low, high=high)
        if entry.lognormal:
            median, unit = _one(entry.lognormal.median)
            return unit, LogNormal(median=median, sigma=entry.lognormal.sigma)
        if entry.value or entry.beta:
            return _spread(entry)
        known = [self.claims[name] for name in claims if name in self.claims]
        if len(known) < len(claims):
            return kind.unit, Fixed(value=0.0)  # Figure.of names the unknown claim
        if not known:
            self.faults.add(path, "have a value, a range, a distribution or claims")
            return kind.unit, Fixed(value=0.0)
        unit = entry.unit if entry.unit is not None else known[0].unit
        return unit, from_claims(known, unit, place=path)


def _one(text: str) -> tuple[float, str]:
    span = parse_range(text)
    if span.low != span.high:
        raise ValueError(f"must be one value, not a range, got {text!r}")
    return span.low, span.unit


def _in(text: str, unit: str) -> float:
    value, own = _one(text)
    return convert(value, own, unit)


def _choice(entry: FigureEntry) -> tuple[str, Distribution]:
    unit = _one(entry.choice[0])[1]
    return unit, Choice(values=tuple(_in(text, unit) for text in entry.choice), weights=entry.weights)


def _spread(entry: FigureEntry) -> tuple[str, Distribution]:
    """Return the distribution of a value or a range, spread as the entry says."""
    low, high, unit = parse_range(entry.value) if entry.value else (0.0, 1.0, "")
    if low == high:
        return unit, Fixed(value=low)
    if entry.beta:
        return unit, Beta(a=entry.beta[0], b=entry.beta[1], low=low, high=high)
    if entry.likely:
        return unit, Triangular(low=low, mode=_in(entry.likely, unit), high=high)
    return unit, LogUniform(low=low, high=high) if entry.log else Uniform(low=low, high=high)
