"""Adequacy of one system as it is: no strikes, one arm, from whole samples.

Knows nothing of files; ``api`` finds the system.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.engine.drivers.blocks import PeriodSums, run_blocks
from standstill.engine.outcome import SideOutcome, side_outcome
from standstill.engine.pack import pack_side
from standstill.errors import Fault, InputError
from standstill.estimate import Estimate
from standstill.measures.adequacy import EVENT_MEASURES, adequacy, region_indices, short_samples
from standstill.measures.periods import PeriodIndices, period_indices
from standstill.measures.pras import pras_indices, pras_neue
from standstill.measures.rare import doubted
from standstill.measures.reserve import reserve_estimates
from standstill.model.campaign import Campaign
from standstill.model.repair import Repair
from standstill.model.scenario import Side
from standstill.model.system import Reserves
from standstill.model.terms import Arm
from standstill.studies.assessment import AS_IS, Assessment, RegionAssessment
from standstill.studies.drawn import load_is_most, nothing_drawn
from standstill.studies.sampling import Sampling
from standstill.studies.step_record import StepRecord

__all__ = ["SAMPLED", "as_it_is", "assess_side", "of_samples", "quiet_outcome", "without_reserves"]

SAMPLED = ("lole", "eue", "neue", "lolev", "lold", "cvar95", "var95", *EVENT_MEASURES)
"""Indices that whole winters give."""


def as_it_is(side: Side) -> Side:
    """Return the side without strikes and without what repairs their damage."""
    return replace(side, campaign=Campaign(), repair=Repair())


def without_reserves(side: Side) -> Side:
    """Return the side with no reserve asked for, which leaves all that is unserved as it is and takes less time."""
    return replace(side, system=replace(side.system, reserves=Reserves())) if len(side.system.reserves) else side


def assess_side(
    side: Side,
    *,
    system: str,
    sampling: Sampling,
    measure_from: dt.datetime | None = None,
    measure_to: dt.datetime | None = None,
    by_period: bool = False,
    pras_compatible: bool = False,
    results: Sequence[str] = (),
    by_sample: bool = False,
) -> Assessment:
    """Simulate a side's system without strikes and measure it.

    Parameters
    ----------
    side: Side
        The side; its campaign and repair are left out.
    system: str
        What the result calls it.
    sampling: Sampling
        How it is simulated.
    measure_from, measure_to: datetime, optional
        The measured window; the whole simulation by default.
    by_period: bool
        Whether to give LOLE and EUE of every step, and of every region in it.
    pras_compatible: bool
        Whether to give NEUE and CVaR as PRAS defines them.
    results: sequence of str
        What to give of every step besides; some of ``engine.recorded.RESULTS``.
    by_sample: bool
        Whether those come with the values of every sample.

    Raises
    ------
    InputError
        If the records do not fit together, every fault is listed; for one sample by period; or if the results would
        not fit into memory.
    """
    began = time.perf_counter()
    if by_period and sampling.samples < 2:
        fault = Fault(place="samples", must="be at least 2 for a standard error by period", got=str(sampling.samples))
        raise InputError("assess", (fault,))
    sums = PeriodSums() if by_period else None
    record = StepRecord(results, by_sample=by_sample) if results else None
    outcome = quiet_outcome(side, sampling, measure_from=measure_from, measure_to=measure_to, sums=sums, record=record)
    about = {"system": system, "samples": sampling.samples, "seed": sampling.seed, "version": sampling.version}
    return Assessment(
        system=system,
        samples=sampling.samples,
        seed=sampling.seed,
        version=sampling.version,
        horizon_h=outcome.horizon_h,
        **of_samples(side, outcome, pras_compatible=pras_compatible),
        seconds=time.perf_counter() - began,
        periods=None if sums is None else _periods(side, outcome, sums, sampling.samples),
        pras_compatible=pras_compatible,
        results={} if record is None else record.results(outcome, about),
    )


def of_samples(side: Side, outcome: SideOutcome, *, pras_compatible: bool = False) -> dict[str, Any]:
    """Return what whole samples of a side give an assessment: its indices, its regions, and what few samples allow."""
    is_certain, short = nothing_drawn(side), short_samples(outcome, AS_IS)
    about = {"is_certain": is_certain, "load_is_most": load_is_most(side)}
    found, rows = adequacy(outcome, AS_IS, **about), region_indices(outcome, AS_IS, **about)
    if pras_compatible:
        found = pras_indices(outcome, AS_IS, found)
        found["cvar95"] = doubted(found["cvar95"], short_samples(outcome, AS_IS))
        rows = [row | {"neue": pras_neue(outcome, row["neue"])} for row in rows]
    reserved = reserve_estimates(outcome, AS_IS, is_certain=is_certain)
    found |= reserved
    if is_certain:
        found = {name: _exact(item) for name, item in found.items()}
        rows = [{name: _exact(item) for name, item in row.items()} for row in rows]
    return {
        **{name: found[name] for name in (*SAMPLED, *reserved)},
        "regions": tuple(RegionAssessment(**row) for row in rows),
        "short": short,
        "is_certain": is_certain,
    }


def _exact(item: Any) -> Any:
    """Return an estimate that one sample gives as well as many; anything else as it is."""
    return replace(item, se=0.0, reason="") if isinstance(item, Estimate) and item.exists else item


def _periods(side: Side, outcome: SideOutcome, sums: PeriodSums, samples: int) -> PeriodIndices:
    return period_indices(
        sums.sums, samples, start=outcome.measure_from, step_h=outcome.step_h, energy_unit=outcome.energy_unit,
        regions=outcome.regions, load=_load_by_step(side, outcome),
        is_certain=nothing_drawn(side),
    )  # fmt: skip


def _load_by_step(side: Side, outcome: SideOutcome) -> NDArray[np.float64] | None:
    """Return the expected energy demanded in each region and measured step; None if the weather drives any.

    A region's load is a series times a factor that may be drawn, so its mean over samples is the series, scaled.
    """
    if side.weather is not None:
        return None
    system = side.system
    first, last = (
        round((time - system.start) / dt.timedelta(hours=system.step_h))
        for time in (outcome.measure_from, outcome.measure_to)
    )
    series = np.broadcast_to(system.regions.load, (len(system.regions), system.n_steps))[:, first:last]
    whole = series.sum(axis=1)
    scale = np.divide(outcome.region_load.mean(axis=0), whole, out=np.zeros_like(whole), where=whole > 0.0)
    load: NDArray[np.float64] = series * scale[:, None]
    return load


def quiet_outcome(
    side: Side,
    sampling: Sampling,
    *,
    measure_from: dt.datetime | None = None,
    measure_to: dt.datetime | None = None,
    sums: PeriodSums | None = None,
    record: StepRecord | None = None,
) -> SideOutcome:
    """Return what a side's system leaves without strikes, in the one arm ``AS_IS``; parameters as ``assess_side``.

    ``sums``, if given, takes the sums by period, and ``record`` what it asks for of every step.
    """
    quiet = as_it_is(side)
    packed = pack_side(quiet, arms=(Arm(name=AS_IS),), measure_from=measure_from, measure_to=measure_to)
    packed = replace(packed, by_period=sums is not None)
    if record is not None:
        packed = record.asked_of(quiet, packed, sampling.samples)
    joined = run_blocks(
        [packed], sampling.seed, sampling.samples, backend=sampling.backend, progress=sampling.progress, periods=sums,
        record=None if record is None else record.sums,
    )  # fmt: skip
    return side_outcome(quiet, packed, (AS_IS,), *joined[0], sampling.seed)
