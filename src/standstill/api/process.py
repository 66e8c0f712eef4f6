"""``talks`` and ``terms``: where the talks stand and what is at stake, and what the draft leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standstill.api.given import Progress, find_scenario, sampling_on, version
from standstill.errors import Fault, InputError

if TYPE_CHECKING:
    from standstill.model.scenario import Scenario
    from standstill.studies.run import Run
    from standstill.talks.position import Position
    from standstill.talks.run_stakes import UserSet
    from standstill.talks.terms_gaps import TermsGaps

__all__ = ["talks", "terms"]


def talks(
    scenario: str | Path | Scenario = "winter-2024",
    *,
    log: str | Path | None = None,
    as_of: dt.date | None = None,
    known_to: str = "public",
    run: Run | str | Path | None = None,
    user: UserSet | None = None,
    settings: Sequence[str] = (),
) -> Position:
    """Return where the talks of a scenario stand, and, given a run, the winter given them and the stakes.

    Parameters
    ----------
    scenario: str, Path or Scenario
        Name of a built-in scenario, a TOML file, or a record.
    log: str or Path, optional
        Log of the talks, instead of the scenario's own.
    as_of: date, optional
        The day; the scenario's own by default. The log is read as it was kept on it.
    known_to: str
        To whom it stands so: "public", "parties", "mediator", or a holder by name.
    run: Run, str or Path, optional
        A run of the scenario, or the folder of a saved one.
    user: UserSet, optional
        Weights, patience and end values that only the user can set; with a run.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.

    Returns
    -------
    Position

    Raises
    ------
    InputError
        With every fault of the files, or of what was asked; without ``as_of``, also if the log runs beyond the
        scenario's own day.
    """
    from standstill.model.scenario import Scenario
    from standstill.scenario import load_scenario
    from standstill.studies import saved
    from standstill.studies.run import Run
    from standstill.talks.position import NO_RUN, Position, models_of
    from standstill.talks.run_stakes import run_stakes
    from standstill.talks.standing import standing
    from standstill.talks.winter import winter_given_talks

    if log is not None and isinstance(scenario, Scenario):
        raise InputError("talks", (Fault(place="log", must="come with a scenario by name or file, not a record"),))
    if isinstance(scenario, Scenario):
        loaded = find_scenario(scenario, settings)
    else:
        loaded = load_scenario(scenario, log=log, settings=settings)
    if as_of is None and loaded.talks is not None:
        loaded.talks.log.check(loaded.talks.process, loaded.as_of, strict=loaded.as_of is not None)
    found = run if isinstance(run, Run) or run is None else saved.load_run(Path(run))
    if found is not None and found.scenario.name != loaded.name:
        raise InputError("talks", (Fault(place="run", must=f"be of {loaded.name}", got=found.scenario.name),))
    if found is not None and set(found.scenario.settings) != set(loaded.settings):
        must, came = "be of the scenario as it is set here", "; ".join(found.scenario.settings) or "nothing set"
        hint = "give the same --set, or another --run"
        raise InputError("talks", (Fault(place="run", must=must, got=came, hint=hint),))
    if found is None and user is not None:
        must, hint = "come with a finished run, from which the stakes are", "standstill run SCENARIO first"
        raise InputError("talks", (Fault(place="user", must=must, hint=hint),))
    return Position(
        scenario=loaded.name,
        version=version(),
        standing=standing(loaded, as_of=as_of, known_to=known_to),
        winter=winter_given_talks(found) if found else None,
        stakes=run_stakes(found, user) if found else None,
        models=models_of(loaded),
        reason="" if found else NO_RUN,
    )


def terms(
    scenario: str | Path | Scenario = "winter-2024",
    *,
    samples: int = 2_048,
    seed: int | None = None,
    workers: int | None = None,
    dask: object = None,
    settings: Sequence[str] = (),
    progress: Progress | None = None,
) -> TermsGaps:
    """Return what the draft leaves open: worth and P(holds) under each reading of each open point.

    Parameters
    ----------
    scenario: str, Path or Scenario
        Name of a built-in scenario, a TOML file, or a record, with talks that have open points.
    samples, seed: int
        Number of samples, and seed of all draws; the scenario's own by default.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.
    progress: callable, optional
        Called with a number of samples whenever a block of one side is done.

    Returns
    -------
    TermsGaps
        Worth of each reading, in each side's energy unit and paired, with its P(holds); points in order of how much
        they move.

    Raises
    ------
    InputError
        With every fault of the arguments or of the file, or if there is nothing open.
    """
    from dataclasses import replace

    from standstill.studies.limits import check_run, threads
    from standstill.talks.terms_gaps import gap_arms, terms_gaps

    loaded = find_scenario(scenario, settings)
    seed = loaded.seed if seed is None else seed
    workers = threads("terms", workers, dask)
    check_run(replace(loaded, arms=tuple(gap_arms(loaded).values())), samples, seed, workers, None)
    with sampling_on(samples, seed, workers, progress, dask) as sampling:
        return terms_gaps(loaded, sampling=sampling)
