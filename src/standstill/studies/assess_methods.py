"""Other ways to assess than a fixed number of plain samples: exactly, or to a precision by what is cheapest.

Knows nothing of files. When to stop is for ``precision``, what a scarce day is for ``scarce``.
"""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

import numpy as np

from standstill.engine.block import BLOCK
from standstill.engine.drivers.blocks import run_blocks
from standstill.engine.outcome import side_outcome
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide
from standstill.engine.tally import EVENTS, SHORT, UNSERVED, make_histograms
from standstill.errors import Fault, Faults, InputError
from standstill.estimate import Estimate
from standstill.evidence.figure import Figure
from standstill.measures.copper import binding, one_region
from standstill.measures.rare import LEAST_SHORT, doubted, none_seen, rule_of_three
from standstill.measures.reserve import no_reserve
from standstill.measures.sampled import Floats, from_samples, mean_ratio
from standstill.model.scenario import Side
from standstill.model.system import System
from standstill.studies.assess import SAMPLED, as_it_is, assess_side, of_samples, without_reserves
from standstill.studies.assess_exact import SIMULATED, assess_exactly, of_winters, regions_as_one
from standstill.studies.assessment import AS_IS, Assessment
from standstill.studies.drawn import nothing_drawn
from standstill.studies.precision import (
    Draws,
    Found,
    Pilot,
    Precision,
    Sampler,
    Wanted,
    pilot_of,
    sample_until,
)
from standstill.studies.sampling import Sampling
from standstill.studies.scarce import ScarceDays, TooManyStates

__all__ = ["METHODS", "Method", "assess_by", "assess_to"]

Method = Literal["plain", "scarce-days", "convolution", "copper-plate"]
METHODS: tuple[Method, ...] = get_args(Method)
"""How indices can be had: plain samples, samples of scarce days, exactly, and exactly with no interface binding."""

_FIRST_PLAIN, _MOST_BESIDE = 4 * BLOCK, 16 * BLOCK
_FIRST_DAYS = 256
_DAYS = "sampling of scarce days with controls"
_PLAIN_TABLES = ("generators", "storages", "lines")


def assess_by(
    side: Side,
    method: Method | None,
    precision: float | None,
    *,
    of: Wanted = "eue",
    system: str,
    sampling: Sampling,
    measure_from: dt.datetime | None = None,
    measure_to: dt.datetime | None = None,
) -> Assessment:
    """Assess exactly if that is the method, and to a precision otherwise; see ``assess_exactly`` and ``assess_to``.

    Raises
    ------
    InputError
        If there is no such method, or sampling is asked for without a precision.
    """
    if method not in (None, *METHODS):
        fault = Fault(place="method", must=f"be one of {', '.join(METHODS)}", got=repr(method))
        raise InputError("assess", (fault,))
    if method in ("convolution", "copper-plate") and precision is None:
        return assess_exactly(
            side, system=system, copper_plate=method == "copper-plate", version=sampling.version,
            measure_from=measure_from, measure_to=measure_to,
        )  # fmt: skip
    if precision is None:
        fault = Fault(place="precision", must=f"be given for the method {method}", hint="add precision=0.01 or 1%")
        raise InputError("assess", (fault,))
    return assess_to(
        side, precision, of=of, method=method, system=system, sampling=sampling, measure_from=measure_from,
        measure_to=measure_to,
    )  # fmt: skip


def assess_to(
    side: Side,
    precision: float,
    *,
    of: Wanted = "eue",
    method: Method | None = None,
    system: str,
    sampling: Sampling,
    measure_from: dt.datetime | None = None,
    measure_to: dt.datetime | None = None,
) -> Assessment:
    """Sample a side's system until the standard error of an index is small enough.

    Parameters
    ----------
    side: Side
        The side; its campaign and repair are left out.
    precision: float
        Standard error asked for, relative to the index.
    of: str
        Which index: "eue" or "lole".
    method: str, optional
        "plain" or "scarce-days"; by default whichever a pilot finds cheaper.
    system: str
        What the result calls it.
    sampling: Sampling
        How it is simulated; ``samples`` is the number not to exceed.
    measure_from, measure_to: datetime, optional
        The measured window; the whole simulation by default.

    Returns
    -------
    Assessment
        Its ``precision`` says what was reached and what it cost.

    Raises
    ------
    InputError
        If the precision makes no sense, or scarce days are asked for where they cannot be had.
    """
    began, at_most, seed = time.perf_counter(), sampling.samples, sampling.seed
    _check(precision, of, method, at_most)
    window: dict[str, Any] = {"measure_from": measure_from, "measure_to": measure_to}
    if method != "scarce-days" and nothing_drawn(side):
        return _of_one_sample(side, precision, of, system=system, sampling=sampling, **window)
    whole, side = side, without_reserves(side)
    quiet = as_it_is(side)
    packed = pack_side(quiet, **window)
    plain = _PlainSamples(quiet, packed, sampling)
    exact = _exactly(whole, system=system, version=sampling.version, **window) if method is None else None
    skipped = method == "plain" or exact is not None
    days, why_not = (None, "") if skipped else _scarce_days(side, packed, of, seed)
    if method == "scarce-days" and days is None:
        fault = Fault(place="method", must=f"be plain, as {why_not}", got=method)
        raise InputError(f"system {side.system.name!r}", (fault,))
    is_plain = days is None and exact is None
    beside = pilot_of(plain, _FIRST_PLAIN, at_most if is_plain else min(at_most, _MOST_BESIDE))
    run = _Run(of=of, precision=precision, at_most=at_most, began=began, progress=sampling.progress, beside=beside)
    if exact is not None:
        return replace(exact, seed=seed, precision=run.without_sampling("convolution", exact.indices[of], "exact"))
    by_days = pilot_of(days, _FIRST_DAYS, at_most) if days is not None and days.can_be_short else None
    run = replace(run, began=run.began + (days.compiling if days is not None else 0.0))
    parts: dict[str, Any]
    is_plain_cheaper = method is None and by_days is not None and _cost(beside, of) < _cost(by_days, of)
    if days is None or is_plain_cheaper:
        plain.forget()
        found = sample_until(plain, beside, of, precision, at_most, sampling.progress)
        parts = plain.indices()
        record = run.record(plain, beside, found, parts[of], why_not)
        name: Method = "plain"
    else:
        indices, record = _by_days(days, by_days, run, side.system, packed)
        regions = regions_as_one(side.system, indices["lole"], indices["eue"], indices["neue"])
        parts = {index: indices[index] for index in SAMPLED} | {"regions": regions}
        name = "scarce-days"
    parts |= no_reserve(
        whole.system, parts["eue"], "a precision is of EUE or LOLE; a number of samples gives the reserve"
    )
    return Assessment(
        system=system, samples=record.samples, seed=seed, version=sampling.version, horizon_h=parts["eue"].horizon_h,
        **parts, seconds=time.perf_counter() - began, method=name, precision=record,
    )  # fmt: skip


def _exactly(side: Side, **given: Any) -> Assessment | None:
    """Return the exact indices; none where they cannot be had."""
    try:
        return assess_exactly(side, copper_plate=False, **given)
    except InputError:
        return None


def _of_one_sample(
    side: Side, precision: float, of: Wanted, *, system: str, sampling: Sampling, **window: Any
) -> Assessment:
    """Return an assessment that needs one sample, as every one is the same."""
    found = assess_side(side, system=system, sampling=replace(sampling, samples=1), **window)
    record = Precision(
        of=of, asked=precision, reached=True, found=found.indices[of], how="plain sampling", samples=1,
        short=found.short or 0, pilot=0, seconds=found.seconds, plain=None, plain_se=None,
    )  # fmt: skip
    return replace(found, precision=record)


class _PlainSamples:
    """Whole winters, one value each."""

    per_value = 1
    batch = BLOCK

    def __init__(self, side: Side, packed: PackedSide, sampling: Sampling) -> None:
        self._side, self._packed, self._sampling = side, packed, sampling
        self._done = 0
        self._totals: list[Floats] = []

    def draw(self, count: int) -> Draws:
        """Return the next so many winters, rounded up to whole blocks."""
        count = -(-count // BLOCK) * BLOCK
        [(totals, _)] = run_blocks(
            [self._packed], self._sampling.seed, count, first_sample=self._done, backend=self._sampling.backend
        )
        self._done += count
        self._totals.append(totals[0])
        step_h = self._side.system.step_h
        unserved, short, events = (totals[0][:, column] for column in (UNSERVED, SHORT, EVENTS))
        return Draws(
            values={"eue": unserved, "lole": short * step_h, "lolev": events},
            controls=np.zeros((count, 0)),
            short=int(np.count_nonzero(short)),
        )

    def forget(self) -> None:
        """Leave what was drawn so far out of the indices."""
        self._totals.clear()

    def indices(self) -> dict[str, Any]:
        """Return what all winters not forgotten give an assessment."""
        totals = np.concatenate(self._totals)[None]
        histograms = make_histograms(1, 0, 0)
        outcome = side_outcome(self._side, self._packed, (AS_IS,), totals, histograms, self._sampling.seed)
        return of_samples(self._side, outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What was asked for, and the plain pilot that every result is set beside."""

    of: Wanted
    precision: float
    at_most: int
    began: float
    progress: Callable[[int], None] | None
    beside: Pilot

    def record(
        self, sampler: Sampler, pilot: Pilot, found: Found, index: Estimate, why_not: str, most: float = math.nan
    ) -> Precision:
        """Return the record of a sampled result; ``most`` is what one sample may add to the index, if it is bounded."""
        is_plain = sampler.per_value == 1
        compiling = self.beside.compiling + (0.0 if pilot is self.beside else pilot.compiling)
        seconds = time.perf_counter() - self.began - compiling
        plain = self.plain(index)
        variance = float(self.beside.draws.values[self.of].var(ddof=1))
        rest = f"; {why_not}" if is_plain and why_not else ""
        return Precision(
            of=self.of, asked=self.precision, reached=found.reached, found=index,
            how=f"{'plain sampling' if is_plain else _DAYS}{rest}",
            samples=found.samples, short=found.short,
            pilot=len(pilot.draws.controls) * sampler.per_value,
            seconds=seconds,
            plain=None if is_plain else plain,
            plain_se=math.sqrt(variance * self.beside.seconds / seconds) if not is_plain and variance > 0.0 else None,
            note=_note(found, self.at_most, index, most, is_plain),
        )  # fmt: skip

    def without_sampling(self, how: str, index: Estimate, note: str) -> Precision:
        """Return the record of a result that needs no samples."""
        return Precision(
            of=self.of, asked=self.precision, reached=True, found=index, how=how, samples=0, short=0, pilot=0,
            seconds=time.perf_counter() - self.began, plain=self.plain(index), plain_se=None, note=note,
        )  # fmt: skip

    def plain(self, index: Estimate) -> Estimate:
        """Return the index from the plain pilot."""
        found = from_samples(self.beside.draws.values[self.of], index.unit, index.horizon_h)
        return doubted(found, self.beside.draws.short)


def _by_days(
    days: ScarceDays, pilot: Pilot | None, run: _Run, system: System, packed: PackedSide
) -> tuple[dict[str, Estimate], Precision]:
    """Return indices from scarce days, and the record; all are 0 without sampling if generators are never short."""
    horizon = packed.model.horizon
    horizon_h = (horizon.measure_to - horizon.measure_from) * horizon.step_h
    load = float(days.load[horizon.measure_from : horizon.measure_to].sum()) * system.energy_per_step
    if pilot is None:
        values = {name: np.zeros(2) for name in ("eue", "lole", "lolev")}
        found = Found(values=values, samples=0, short=0, reached=True)
    else:
        found = sample_until(days, pilot, run.of, run.precision, run.at_most, run.progress)
    rest = f"days are sampled one by one, so nothing is known of how a whole sample's total scatters; {SIMULATED}"
    units = {"eue": system.energy_unit, "lole": "h", "lolev": "events"}
    events = found.values["lolev"]
    indices = {name: _mean(values, units[name], found.samples, horizon_h) for name, values in found.values.items()}
    share = 1e6 / load if load > 0.0 else math.nan
    indices["neue"] = _mean(found.values["eue"] * share, "ppm", found.samples, horizon_h, "" if load else "no load")
    lold = mean_ratio(found.values["lole"], events, "h", horizon_h, "no shortfall in any sample").estimate()
    indices["lold"] = replace(lold, samples=found.samples)
    if pilot is not None:
        most = days.most | {"neue": share * days.most["eue"], "lolev": days.most["lole"] / system.step_h}
        indices = {name: doubted(item, found.short, most.get(name)) for name, item in indices.items()}
    indices |= of_winters(system, indices["eue"], rest)
    if pilot is None:
        note = "generators alone are never short, so there is no shortfall: this is exact"
        record = run.without_sampling("the capacity outage table", indices[run.of], note)
        return indices, record
    return indices, run.record(days, pilot, found, indices[run.of], "", days.most[run.of])


def _mean(values: Floats, unit: str, samples: int, horizon_h: float, reason: str = "") -> Estimate:
    """Return the mean of independent values, without quantiles: a value is no winter."""
    se = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.inf
    value = math.nan if reason else float(values.mean())
    return Estimate(value=value, se=se, unit=unit, samples=samples, horizon_h=horizon_h, reason=reason)


def _note(found: Found, at_most: int, index: Estimate, most: float, is_plain: bool) -> str:
    """Return why the precision is not there, with an upper bound where nothing was seen; empty if it is."""
    if found.reached:
        return ""
    why = f"stopped at {found.samples:,} samples, of at most {at_most:,}"
    if found.short:
        few = f"; only {found.short} had a shortfall, and {LEAST_SHORT} are needed to believe a standard error"
        return why + (few if found.short < LEAST_SHORT else "")
    if is_plain:
        return f"{why}; {none_seen(found.samples)}"
    bound = rule_of_three(found.samples) * most
    return f"{why}; none had a shortfall, so at 95 % it is below {bound:.2g} {index.unit}"


def _cost(pilot: Pilot, of: Wanted) -> float:
    """Return time for a relative variance of 1; infinite if too few samples of the pilot had a shortfall."""
    return pilot.spread(of) * pilot.seconds if pilot.is_believed else math.inf


def _check(precision: object, of: str, method: str | None, at_most: object) -> None:
    faults = Faults(source="assess")
    if isinstance(precision, bool) or not isinstance(precision, (int, float)) or not 1e-6 <= precision < 1.0:
        faults.add("precision", "be a share from 0.000001 to below 1, such as 0.01 or 1%", precision)
    if of not in get_args(Wanted):
        faults.add("of", f"be one of {', '.join(get_args(Wanted))}", of)
    if method not in (None, "plain", "scarce-days"):
        hint = "exact indices need no precision"
        faults.add("method", "be plain or scarce-days where a precision is asked for", method, hint)
    if isinstance(at_most, bool) or not isinstance(at_most, int) or not BLOCK <= at_most < 2**32:
        faults.add("at_most", f"be a whole number from {BLOCK} to {2**32 - 1}", at_most)
    faults.raise_if_any()


def _scarce_days(side: Side, packed: PackedSide, of: Wanted, seed: int) -> tuple[ScarceDays | None, str]:
    """Return the side's scarce days, or none and why not."""
    why_not = _why_not_days(side)
    if why_not:
        return None, why_not
    horizon = packed.model.horizon
    try:
        measured = horizon.measure_from, horizon.measure_to
        return ScarceDays(one_region(side.system), side.name, measured, of, seed), ""
    except TooManyStates as error:
        return None, str(error)


def _why_not_days(side: Side) -> str:
    """Return why scarce days cannot be sampled, in words; empty if they can."""
    system = side.system
    if side.weather is not None or side.common_causes:
        return "weather or common causes make units or load vary together"
    if system.regions.picks_up:
        return "part of what is unserved is asked for again"
    if any(value != 0.0 for value in system.generators.price_elasticity):
        return "what is offered answers to the price"
    if any(states is not None for states in system.generators.states):
        return "units have more states than in and out of service"
    for table in fields(system):
        record = getattr(system, table.name)
        if table.name not in _PLAIN_TABLES and hasattr(record, "p_fail") and len(record):
            return f"there are {table.name.replace('_', ' ')}"
        for name in getattr(record, "__dataclass_fields__", ()):
            values = getattr(record, name)
            if isinstance(values, tuple) and any(isinstance(value, Figure) for value in values):
                return f"{table.name}.{name} is uncertain"
    return "an interface may bind" if binding(system) else ""
