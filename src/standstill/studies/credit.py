"""Capacity credit: how much firm capacity, or flat load, is worth as much as some assets of a system, on shared draws.

"No amount does" and "none can be told" are answers. Knows nothing of files; ``assets`` finds the assets.
"""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from standstill.errors import Faults
from standstill.estimate import Estimate, digits_text
from standstill.model.scenario import Side
from standstill.studies.assets import find_assets, shares_of
from standstill.studies.credit_search import Kind, Method, Metric, Task, Trial, answer
from standstill.studies.sampling import Sampling

__all__ = ["KINDS", "METRICS", "Credit", "capacity_credit"]

KINDS: dict[Kind, str] = {"efc": "equivalent firm capacity", "elcc": "effective load-carrying capability"}
METRICS: dict[Metric, str] = {"eue": "expected unserved energy", "lole": "expected hours with a shortfall"}
FAR = 10.0
"""The largest amount looked at, as a multiple of what the assets can give at most, unless another is given."""
FINEST = 1e-6
"""A standard error below this share of what the assets can give is not said in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Capacity credit of some assets of a system."""

    system: str
    """What they belong to: a file's name, or scenario/side."""
    assets: tuple[str, ...]
    """Their names, in the order of the system."""
    kind: Kind
    """``efc``: firm capacity in their place. ``elcc``: flat load that they carry."""
    metric: Metric
    """What is to be the same."""
    method: Method
    """How the metric is computed."""
    credit: Estimate
    """The amount, in the system's power unit; none with a reason where no one amount does."""
    bracket: tuple[float, float] | None
    """The amounts, in the same unit, between which the metric is less than two standard errors from its aim, or at it;
    none where there is no credit."""
    power: float
    """What the assets can give the grid at most, in the same unit."""
    shares: dict[str, float]
    """Share of each region in the capacity or load that is added."""
    with_assets: Estimate
    """The metric with the assets."""
    without_assets: Estimate
    """The metric without them."""
    samples: int
    """Number of samples; 0 by convolution."""
    seed: int | None
    """Seed of all draws; none by convolution."""
    version: str
    """Version of Standstill."""
    seconds: float
    """Time it took, s."""

    @property
    def share(self) -> float | None:
        """The credit over what the assets can give at most, if there is a credit and they can give anything."""
        return self.credit.value / self.power if self.credit.exists and self.power > 0.0 else None

    @property
    def in_words(self) -> str:
        """One sentence."""
        names = ", ".join(self.assets) if len(self.assets) <= 3 else f"{len(self.assets)} assets"
        head = f"{self.kind.upper()} by {self.metric.upper()} of {names}"
        if self.bracket is None:
            return f"{head}: none, as {self.credit.reason}."
        unit, se = self.credit.unit, self.credit.se if self.credit.se > FINEST * self.power else 0.0
        value = _number(self.credit.value, se)
        ends = " to ".join(_number(end, se) for end in self.bracket)
        error = f" ± {_number(se, se)}" if se > 0.0 else ""
        rests = f"; it {self.credit.reason}" if self.credit.reason else ""
        return f"{head}: {value}{error} {unit} ({ends}){self._share_words(se)}{rests}."

    def _share_words(self, se: float) -> str:
        """Return how much that is of what the assets can give at most, to follow the amount."""
        if self.share is None:
            return "; they can give nothing"
        share = _number(100.0 * self.share, 100.0 * se / self.power) if se > 0.0 else f"{100.0 * self.share:.3g}"
        return f", {share} % of {self.power:.6g} {self.credit.unit}"

    def __str__(self) -> str:
        """Return the sentence."""
        return self.in_words

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        low, high = self.bracket or (None, None)
        reason = {"reason": self.credit.reason} if self.bracket is None else {}
        return {
            "schema": 1,
            "version": self.version,
            "system": self.system,
            "assets": list(self.assets),
            "kind": self.kind,
            "metric": self.metric,
            "method": self.method,
            "samples": self.samples or None,
            "seed": self.seed,
            **({} if self.samples else {"reason": "exact, so that no samples are behind it"}),
            "credit": self.credit.as_dict(),
            "bracket": {"low": low, "high": high, "unit": self.credit.unit, **reason},
            "power": self.power,
            "share": self.share,
            "shares": dict(self.shares),
            "with": self.with_assets.as_dict(),
            "without": self.without_assets.as_dict(),
            "in_words": self.in_words,
        }


def _number(value: float, se: float) -> str:
    """Return a number with the digits that its error supports."""
    return digits_text(value, se) if se > 0.0 else f"{value:.6g}"


def capacity_credit(
    side: Side,
    names: Sequence[str] = (),
    *,
    asset_class: str | None = None,
    system: str,
    kind: Kind = "efc",
    metric: Metric = "eue",
    method: Method = "plain",
    shares: Mapping[str, float] | None = None,
    most: float | None = None,
    sampling: Sampling,
    window: Mapping[str, Any] | None = None,
) -> Credit:
    """Return the capacity credit of some assets of a side's system, without strikes.

    Parameters
    ----------
    side: Side
        The side; its campaign and repair are left out.
    names: sequence of str
        Names of generators, storages and generator-storages.
    asset_class: str, optional
        Their asset class, instead of names.
    system: str
        What the result calls the system.
    kind, metric, method: str
        One of ``KINDS``; one of ``METRICS``; "plain", or "convolution" where ``exact_indices`` applies.
    shares: mapping, optional
        Region -> share of what is added, adding up to 1; by default in proportion to what the assets there can give.
    most: float, optional
        The largest amount looked at, power_unit; by default ten times what the assets can give at most.
    sampling: Sampling
        How it is simulated, again and again; ``progress`` is told of every simulation.
    window: mapping, optional
        ``measure_from`` and ``measure_to``, the measured window; the whole simulation by default.

    Raises
    ------
    InputError
        If a name, a share or a choice is not known, or convolution does not apply; every fault is listed.

    Notes
    -----
    With *M* the metric, EFC is the least *x* with M(without, firm capacity x) ≤ M(with); ELCC is the greatest *x* with
    M(with, load x) ≤ M(without) (Garver 1966; IEEE Task Force on the Capacity Value of Wind Power 2011). Where what the
    assets can give at most brings the metric to its aim exactly, it is that. All is on the same draws. The bracket ends
    where the paired difference is two standard errors from 0; the standard error of the credit is a quarter of its
    width: where the metric is smooth, the paired standard error over the slope.
    """
    began = time.perf_counter()
    _check_choices(kind, metric, method, most)
    assets = find_assets(side.system, names, asset_class)
    task = Task(
        side=side,
        assets=assets,
        shares=shares_of(assets, side.system, shares),
        kind=kind,
        metric=metric,
        method=method,
        most=most or FAR * (assets.power or 1.0),
        sampling=sampling if method == "plain" else replace(sampling, samples=0),
        window=dict(window or {}),
    )
    if method == "convolution":
        _check_exact(task)
    trial = Trial(task, task.samples)
    found = answer(task, trial)
    return Credit(
        system=system,
        assets=assets.names,
        kind=kind,
        metric=metric,
        method=method,
        credit=Estimate(
            value=found.at,
            se=found.se,
            unit=side.system.power_unit,
            samples=task.samples,
            horizon_h=trial.having.horizon_h,
            reason=found.reason or trial.few,
        ),
        bracket=found.bracket,
        power=assets.power,
        shares=task.shares,
        with_assets=trial.having,
        without_assets=trial.lacking,
        samples=task.samples,
        seed=sampling.seed if method == "plain" else None,
        version=sampling.version,
        seconds=time.perf_counter() - began,
    )


def _check_choices(kind: str, metric: str, method: str, most: float | None) -> None:
    faults = Faults(source="credit")
    choices = {"kind": (kind, tuple(KINDS)), "metric": (metric, tuple(METRICS)), "method": (method, get_args(Method))}
    for place, (got, known) in choices.items():
        if got not in known:
            faults.add(place, f"be one of {', '.join(known)}", got)
    if most is not None and not 0.0 < most < math.inf:
        faults.add("most", "be > 0", most)
    faults.raise_if_any()


def _check_exact(task: Task) -> None:
    """Refuse what convolution cannot see, beyond what ``exact_indices`` refuses."""
    faults = Faults(source=f"system {task.side.system.name!r}, for exact indices")
    if task.side.weather is not None:
        faults.add("weather", "be absent")
    if task.side.common_causes:
        faults.add("common_causes", "be absent", len(task.side.common_causes))
    if task.side.outage_weather:
        faults.add("outage_weather", "be absent", len(task.side.outage_weather))
    system = task.side.system
    end = system.start + dt.timedelta(hours=system.horizon_h)
    if task.window.get("measure_from", system.start) > system.start or task.window.get("measure_to", end) < end:
        faults.add("measured window", "be the whole simulation")
    faults.raise_if_any()
