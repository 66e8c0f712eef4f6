"""``decide`` and ``backtest``: the studies that simulate many variants, or hold a forecast against what was seen."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standstill.api.given import Progress, find_scenario, sampling_on
from standstill.api.scenarios import report
from standstill.errors import Fault, InputError

if TYPE_CHECKING:
    from standstill.evidence.observation import Observation
    from standstill.model.scenario import Scenario
    from standstill.studies.backtest import Backtest
    from standstill.studies.decisions import Decisions

__all__ = ["backtest", "decide"]


def decide(
    scenario: str | Path | Scenario = "winter-2024",
    *,
    only: Sequence[str] = (),
    samples: int = 2_560,
    seed: int | None = None,
    workers: int | None = None,
    dask: object = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Decisions:
    """Return decision curves, and what would do as much as the standstill.

    Parameters
    ----------
    scenario: str, Path or Scenario
        Name of a built-in scenario, a TOML file, or a record, with an arm whose terms have a fixed window.
    only: sequence of str, optional
        Names of curves (delay, collapse, compliance, scope, length, displacement, severity) and measures (grid, areas,
        imports, interception, crews, spares, demand); all by default.
    samples, seed: int
        Number of samples of the curves, and seed of all draws; the scenario's own by default. Equivalents take as many
        samples as a paired standard error below 1 % asks for.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
    out: str or Path, optional
        Folder of a finished run of the scenario: what is found is saved there, and its report written anew with it.
    progress: callable, optional
        Called with a number of units whenever some are done; see ``studies.decisions.n_units``.

    Returns
    -------
    Decisions
        The saving at each value of each curve, in the side's energy unit and paired, and how much of each measure does
        as much; what was not asked for is None.

    Raises
    ------
    InputError
        With every fault of the arguments or of the file.
    OutputError
        If ``out`` cannot be written.
    """
    from standstill.studies import saved
    from standstill.studies.curves import planned
    from standstill.studies.decisions import FILE, asked, decisions
    from standstill.studies.limits import check_run, check_samples, threads

    loaded = find_scenario(scenario)
    wanted, _ = asked(only)
    seed = loaded.seed if seed is None else seed
    workers = threads("decide", workers, dask)
    check_run(loaded, samples, seed, workers, out)
    arms = 2 + sum(len(plan) for plan in planned(loaded, wanted).values()) if wanted else 2
    check_samples("decide", loaded.sides, arms, samples)
    run = saved.load_run(Path(out), loaded) if out is not None else None
    with sampling_on(samples, seed, workers, progress, dask) as sampling:
        found = decisions(loaded, only, sampling=sampling)
    if out is not None and run is not None:
        with saved.written(Path(out) / FILE) as file:
            file.write((saved.to_json(found.as_dict()) + "\n").encode())
        report(run, out)
    return found


def backtest(
    scenario: str | Path | Scenario,
    outcomes: str | Path | Sequence[Observation],
    *,
    as_of: dt.date | None = None,
    samples: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    dask: object = None,
    progress: Progress | None = None,
) -> Backtest:
    """Hold what was observed against the forecast made with what was known on ``as_of``.

    Parameters
    ----------
    scenario: str, Path or Scenario
        Name of a built-in scenario, a TOML file, or a record.
    outcomes: str, Path or sequence of Observation
        A TOML file of outcomes, or records.
    as_of: date, optional
        The day of the forecast; the scenario's own by default. Not with a record.
    samples, seed: int, optional
        Number of samples and seed of all draws; the scenario's own by default.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
    progress: callable, optional
        Called with a number of samples whenever a block of one side is done.

    Returns
    -------
    Backtest

    Raises
    ------
    InputError
        With every fault of the files, if an input became known after ``as_of``, or if an outcome became known on or
        before it, or names what the scenario has not; seen before simulating.
    """
    from standstill.model.scenario import Scenario
    from standstill.scenario import load_scenario
    from standstill.scenario.outcomes import load_outcomes
    from standstill.studies.backtest import backtest_scenario, check_observations
    from standstill.studies.limits import check_run, threads

    if as_of is not None and isinstance(scenario, Scenario):
        raise InputError("backtest", (Fault(place="as_of", must="come with a scenario by name or file, not a record"),))
    loaded = load_scenario(scenario, as_of=as_of) if not isinstance(scenario, Scenario) else scenario
    is_file = isinstance(outcomes, (str, os.PathLike))
    found = load_outcomes(Path(outcomes)) if isinstance(outcomes, (str, os.PathLike)) else tuple(outcomes)
    check_observations(loaded, found, source=str(outcomes) if is_file else "backtest")
    samples = loaded.samples if samples is None else samples
    seed = loaded.seed if seed is None else seed
    workers = threads("backtest", workers, dask)
    check_run(loaded, samples, seed, workers)
    with sampling_on(samples, seed, workers, progress, dask) as sampling:
        return backtest_scenario(loaded, found, sampling=sampling)
