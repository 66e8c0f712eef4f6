"""The verbs: check, assess, run, compare, talks, terms, backtest, report. The same in Python and on the command line.

Each is a thin function: it finds the records, checks its arguments, hands over to a study or the report. It prints
nothing and imports nothing heavy before it must.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standstill.errors import Fault, Faults, InputError

if TYPE_CHECKING:
    from standstill.evidence.observation import Observation
    from standstill.model.scenario import Scenario, Side
    from standstill.model.system import System
    from standstill.studies.assess import Assessment
    from standstill.studies.backtest import Backtest
    from standstill.studies.compare import Comparison, Result
    from standstill.studies.decisions import Decisions
    from standstill.studies.run import Run
    from standstill.studies.sampling import Sampling
    from standstill.talks.position import Position
    from standstill.talks.run_stakes import UserSet
    from standstill.talks.terms_gaps import TermsGaps

__all__ = [
    "assess",
    "backtest",
    "check",
    "compare",
    "decide",
    "find_result",
    "find_sides",
    "report",
    "run",
    "shared_numbers",
    "talks",
    "terms",
]

Progress = Callable[[int], None]
_SET_WHERE = "name a value of a scenario that is given by its name or its TOML file"


def _version() -> str:
    from standstill import __version__

    return __version__


@contextmanager
def _sampling(
    samples: int, seed: int, workers: int, progress: Progress | None, dask: object = None
) -> Iterator[Sampling]:
    from standstill.engine.drivers import backend
    from standstill.studies.sampling import Sampling

    with backend(workers, dask) as found:
        yield Sampling(samples=samples, seed=seed, version=_version(), backend=found, progress=progress)


def check(scenario: str | Path | Scenario, *, settings: Sequence[str] = ()) -> Scenario:
    """Load a scenario, see that its records fit together, and stop.

    Parameters
    ----------
    scenario: str, Path or Scenario
        Name of a built-in scenario, a TOML file, or a record.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every fault found.
    """
    from standstill.engine.pack import pack_side

    loaded = _scenario(scenario, settings)
    faults = Faults(source=str(scenario) if isinstance(scenario, (str, Path)) else loaded.name)
    window = {"measure_from": loaded.measure_from, "measure_to": loaded.measure_to}
    for side in loaded.sides:
        try:
            pack_side(side, arms=loaded.arms, detail=True, **window)
        except InputError as error:
            faults.items += [
                Fault(place=f"{side.name}.{fault.place}", must=fault.must, got=fault.got, hint=fault.hint)
                for fault in error.faults
            ]
    faults.raise_if_any()
    return loaded


def assess(
    system: str | Path | Scenario | System | Side,
    *,
    side: str | None = None,
    samples: int = 10_000,
    seed: int = 1,
    workers: int | None = None,
    dask: object = None,
    settings: Sequence[str] = (),
    progress: Progress | None = None,
) -> Assessment:
    """Return the adequacy indices of a system as it is, without strikes.

    Parameters
    ----------
    system: str, Path, Scenario, System or Side
        A ``.pras`` file, a scenario by name or TOML file, or a record.
    side: str, optional
        Which side of a scenario; needed where it has several.
    samples, seed: int
        Number of samples and seed of all draws. Results depend on nothing else.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.
    progress: callable, optional
        Called with a number of samples whenever a block of them is done.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        With every fault of the arguments, of the file or of the records.
    """
    from standstill.studies.assess import assess_side
    from standstill.studies.limits import check_numbers, check_samples, threads

    workers = threads("assess", workers, dask)
    check_numbers("assess", samples, seed, workers)
    chosen = find_sides(system, side, settings)
    if len(chosen) > 1:
        names = ", ".join(name.rpartition("/")[2] for name in chosen)
        fault = Fault(place="side", must=f"be given, as {system} has several: {names}")
        raise InputError("assess", (fault,))
    [(name, (record, window))] = chosen.items()
    check_samples("assess", [record], 1, samples)
    with _sampling(samples, seed, workers, progress, dask) as sampling:
        return assess_side(record, system=name, sampling=sampling, **window)


def find_sides(
    system: str | Path | Scenario | System | Side, side: str | None = None, settings: Sequence[str] = ()
) -> dict[str, tuple[Side, dict[str, Any]]]:
    """Return what can be assessed: name -> side and measured window.

    A ``.pras`` file and a record have one entry, a scenario one for each side or for the side named.

    Raises
    ------
    InputError
        With every fault of the file, if there is no such side, or if a value is to be set in what is no scenario.
    """
    from standstill.model.scenario import Scenario, Side
    from standstill.model.system import System

    found: dict[str, tuple[Side, dict[str, Any]]]
    if not isinstance(system, (str, os.PathLike, Scenario, System, Side)):
        must = "be a .pras file, a scenario, a System or a Side"
        raise InputError("assess", (Fault(place="system", must=must, got=type(system).__name__),))
    is_file = isinstance(system, (str, os.PathLike))
    if settings and not (is_file and Path(system).suffix != ".pras"):  # type: ignore[arg-type]  # is_file says that it is no record
        raise InputError("assess", (Fault(place="set", must=_SET_WHERE, got=str(settings[0])),))
    if isinstance(system, Side):
        found = {system.name: (system, {})}
    elif isinstance(system, System):
        found = {system.name: (Side(name=system.name, system=system), {})}
    elif not isinstance(system, Scenario) and Path(system).suffix == ".pras":
        from standstill.formats.pras import read_pras

        record = read_pras(system)
        found = {Path(system).name: (Side(name=record.name, system=record), {})}
    else:
        loaded = _scenario(system, settings)
        window = {"measure_from": loaded.measure_from, "measure_to": loaded.measure_to}
        found = {f"{loaded.name}/{item.name}": (item, window) for item in loaded.sides}
    if side is None:
        return found
    chosen = {name: item for name, item in found.items() if item[0].name == side}
    if not chosen:
        names = ", ".join(item[0].name for item in found.values())
        raise InputError("assess", (Fault(place="side", must=f"be one of {names}", got=repr(side)),))
    return chosen


def run(
    scenario: str | Path | Scenario = "winter-2024",
    *,
    samples: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    dask: object = None,
    out: str | Path | None = None,
    resume: bool = False,
    origin: str | Path | None = None,
    settings: Sequence[str] = (),
    progress: Progress | None = None,
) -> Run:
    """Simulate every side and arm of a scenario, measure, and value each arm against the first.

    Parameters
    ----------
    scenario: str, Path or Scenario
        Name of a built-in scenario, a TOML file, or a record.
    samples, seed: int, optional
        Number of samples and seed of all draws; the scenario's own by default. Results depend on nothing else.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
    out: str or Path, optional
        Folder for the results, the report and, meanwhile, finished blocks. Without it nothing is written.
    resume: bool
        Whether finished blocks (or the finished run) in ``out`` are taken instead of simulated anew.
    origin: str or Path, optional
        Name or file of the scenario where a record is given; it is saved with the run, for ``report``.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.
    progress: callable, optional
        Called with a number of samples whenever a block of one side is done.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        With every fault of the arguments, of the file or of the records.
    OutputError
        If ``out`` cannot be written; seen before simulating.
    """
    from standstill.studies import saved
    from standstill.studies.limits import check_run, threads
    from standstill.studies.run import run_scenario

    loaded = _scenario(scenario, settings)
    samples = loaded.samples if samples is None else samples
    seed = loaded.seed if seed is None else seed
    workers = threads("run", workers, dask)
    check_run(loaded, samples, seed, workers, out)
    if resume and out is None:
        raise InputError("run", (Fault(place="resume", must="come with a folder, out, to resume from"),))
    folder = Path(out) if out is not None else None
    if folder is not None and resume:
        finished = saved.find_finished(folder, loaded, samples, seed, _version())
        if finished is not None:
            finished = _with_talks(finished)
            report(finished, folder)
            return finished
    store = saved.blocks_folder(folder) if folder is not None else None
    with _sampling(samples, seed, workers, progress, dask) as sampling:
        found = run_scenario(loaded, sampling=sampling, store=store, resume=resume)
    found = _with_talks(found)
    if folder is not None:
        saved.save_run(found, folder, origin or (scenario if isinstance(scenario, (str, Path)) else None))
        saved.drop_blocks(folder, found)
        report(found, folder)
    return found


def _with_talks(run: Run) -> Run:
    """Return a run that also says where the talks of its scenario stand, and what the winter is given them."""
    from dataclasses import replace

    if run.scenario.talks is None:
        return run
    found = talks(run.scenario, run=run).as_dict()
    return replace(run, talks={name: found[name] for name in found if name not in ("schema", "version", "scenario")})


def compare(
    a: str | Path | Scenario | Run | Result,
    b: str | Path | Scenario | Run | Result,
    *,
    samples: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    settings: Sequence[str] = (),
    progress: Progress | None = None,
) -> Comparison:
    """Compare two scenarios or two results over the arms, sides and measures that both have; second minus first.

    Parameters
    ----------
    a, b: str, Path, Scenario, Run or Result
        Each a scenario (name, TOML file or record, which is run), the folder of a saved run, the JSON of a run or an
        assessment, or a run.
    samples, seed: int, optional
        For scenarios, the same for both: by default those of the result that one is compared with, so that differences
        are paired, or, of two scenarios, the smaller number of samples and the first seed. Refused where both are
        results, as nothing is simulated.
    workers: int, optional
        Threads; as many as processors by default.
    settings: sequence of str, optional
        Values to set in the second, which then is a scenario by name or file, each "PATH=VALUE"; see ``load_scenario``.
    progress: callable, optional
        Called with a number of samples whenever a block of one side is done.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If one cannot be read, or they have nothing in common.
    """
    from standstill.studies.compare import Result, check_common, compare_results, result_of

    first, second = find_result(a), find_result(b, settings)
    samples, seed, _ = shared_numbers(first, second, samples, seed)
    check_common(first, second)

    def result(item: Scenario | Result) -> Result:
        if isinstance(item, Result):
            return item
        changed = f" with {'; '.join(item.settings)}" if item.settings else ""
        found = run(item, samples=samples, seed=seed, workers=workers, progress=progress)
        return result_of(found, f"{item.name}{changed}")

    return compare_results(result(first), result(second), _version())


def find_result(
    item: str | Path | Scenario | Run | Result, settings: Sequence[str] = ()
) -> Scenario | Result:  # fmt: skip
    """Return what ``compare`` was given: a scenario that is to be run, perhaps with values set in it, or a result.

    Raises
    ------
    InputError
        If it cannot be read, or a value is to be set in a result; every fault is listed.
    """
    from standstill.studies import saved
    from standstill.studies.compare import Result, read_result, result_of
    from standstill.studies.run import Run

    if settings:
        is_file = isinstance(item, (str, os.PathLike))
        if not is_file or Path(item).is_dir() or Path(item).suffix == ".json":  # type: ignore[arg-type]  # is_file says that it is no record
            raise InputError("compare", (Fault(place="set", must=_SET_WHERE, got=str(settings[0])),))
    if isinstance(item, Result):
        return item
    if isinstance(item, Run):
        return result_of(item, item.scenario.name)
    if isinstance(item, (str, os.PathLike)):
        if Path(item).is_dir():
            return result_of(saved.load_run(Path(item)), str(item))
        if Path(item).suffix == ".json":
            return read_result(Path(item))
    return _scenario(item, settings)


def shared_numbers(
    a: Scenario | Result, b: Scenario | Result, samples: int | None, seed: int | None
) -> tuple[int, int, int]:
    """Return the number of samples and the seed for the scenarios among two, and the samples over all their sides.

    Raises
    ------
    InputError
        If either is given and there is no scenario to simulate.
    """
    from standstill.model.scenario import Scenario

    scenarios = [item for item in (a, b) if isinstance(item, Scenario)]
    if not scenarios:
        given = {"samples": samples, "seed": seed}
        must = "be left out where both are results, as nothing is simulated"
        faults = Faults(source="compare")
        for name in (name for name, value in given.items() if value is not None):
            faults.add(name, must, given[name])
        faults.raise_if_any()
    known = [item for item in (a, b) if not isinstance(item, Scenario)] or scenarios
    samples = min(item.samples for item in known) if samples is None else samples
    seed = known[0].seed if seed is None else seed
    return samples, seed, samples * sum(len(item.sides) for item in scenarios)


def report(run: Run | str | Path, out: str | Path | None = None, *, audience: str | None = None) -> Path:
    """Write the report of a run, or a note for one circle of readers.

    Parameters
    ----------
    run: Run, str or Path
        A run, or the folder of a saved one.
    out: str or Path, optional
        Folder to write to; the run's own if it is saved.
    audience: str, optional
        "mediator", "parties" or "public": write the two-page note for them instead of the report.

    Returns
    -------
    Path
        The page, ``report.html`` or ``note-AUDIENCE.html``.

    Raises
    ------
    InputError
        If the folder holds no saved run, or nobody is called so.
    OutputError
        If the report cannot be written.
    """
    from standstill.report import AUDIENCES, write_report, write_sheet
    from standstill.studies import saved
    from standstill.studies.run import Run

    chosen = next((name for name in AUDIENCES if name == audience), None)
    if audience is not None and chosen is None:
        raise InputError("report", (Fault(place="for", must=f"be one of {', '.join(AUDIENCES)}", got=repr(audience)),))
    if out is None and isinstance(run, Run):
        raise InputError("report", (Fault(place="out", must="be given for a run that is not saved"),))
    found = run if isinstance(run, Run) else saved.load_run(Path(run))
    folder = Path(out) if out is not None else Path(str(run))
    saved.writable(folder)
    return write_report(found, folder) if chosen is None else write_sheet(found, folder, chosen)


def decide(
    scenario: str | Path | Scenario = "winter-2024",
    *,
    only: Sequence[str] = (),
    samples: int = 2_560,
    seed: int | None = None,
    workers: int | None = None,
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
    out: str or Path, optional
        Folder of a finished run of the scenario: what is found is saved there, and its report written anew with it.
    progress: callable, optional
        Called with a number of units whenever some are done; see ``studies.decisions.n_units``.

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
    from standstill.studies.limits import check_run, check_samples, default_workers

    loaded = _scenario(scenario)
    wanted, _ = asked(only)
    seed = loaded.seed if seed is None else seed
    workers = default_workers() if workers is None else workers
    check_run(loaded, samples, seed, workers, out)
    arms = 2 + sum(len(plan) for plan in planned(loaded, wanted).values()) if wanted else 2
    check_samples("decide", loaded.sides, arms, samples)
    run = saved.load_run(Path(out), loaded) if out is not None else None
    with _sampling(samples, seed, workers, progress) as sampling:
        found = decisions(loaded, only, sampling=sampling)
    if out is not None and run is not None:
        with saved.written(Path(out) / FILE) as file:
            file.write((saved.to_json(found.as_dict()) + "\n").encode())
        report(run, out)
    return found


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
        loaded = _scenario(scenario, settings)
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
        raise InputError("what the user set", (Fault(place="weights", must=must, hint=hint),))
    return Position(
        scenario=loaded.name,
        version=_version(),
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
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.
    progress: callable, optional
        Called with a number of samples whenever a block of one side is done.

    Raises
    ------
    InputError
        With every fault of the arguments or of the file, or if there is nothing open.
    """
    from dataclasses import replace

    from standstill.studies.limits import check_run, default_workers
    from standstill.talks.terms_gaps import gap_arms, terms_gaps

    loaded = _scenario(scenario, settings)
    seed = loaded.seed if seed is None else seed
    workers = default_workers() if workers is None else workers
    check_run(replace(loaded, arms=tuple(gap_arms(loaded).values())), samples, seed, workers, None)
    with _sampling(samples, seed, workers, progress) as sampling:
        return terms_gaps(loaded, sampling=sampling)


def backtest(
    scenario: str | Path | Scenario,
    outcomes: str | Path | Sequence[Observation],
    *,
    as_of: dt.date | None = None,
    samples: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
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
    from standstill.studies.limits import check_run, default_workers

    if as_of is not None and isinstance(scenario, Scenario):
        raise InputError("backtest", (Fault(place="as_of", must="come with a scenario by name or file, not a record"),))
    loaded = load_scenario(scenario, as_of=as_of) if not isinstance(scenario, Scenario) else scenario
    is_file = isinstance(outcomes, (str, os.PathLike))
    found = load_outcomes(Path(outcomes)) if isinstance(outcomes, (str, os.PathLike)) else tuple(outcomes)
    check_observations(loaded, found, source=str(outcomes) if is_file else "backtest")
    samples = loaded.samples if samples is None else samples
    seed = loaded.seed if seed is None else seed
    workers = default_workers() if workers is None else workers
    check_run(loaded, samples, seed, workers)
    with _sampling(samples, seed, workers, progress) as sampling:
        return backtest_scenario(loaded, found, sampling=sampling)


def _scenario(scenario: str | os.PathLike[str] | Scenario, settings: Sequence[str] = ()) -> Scenario:
    from standstill.model.scenario import Scenario
    from standstill.scenario import load_scenario

    if isinstance(scenario, Scenario):
        if settings:
            raise InputError("scenario", (Fault(place="set", must=_SET_WHERE, got=str(settings[0])),))
        return scenario
    if not isinstance(scenario, (str, os.PathLike)):
        must = "be a name, a TOML file or a Scenario"
        raise InputError("scenario", (Fault(place="scenario", must=must, got=type(scenario).__name__),))
    return load_scenario(scenario if isinstance(scenario, str) else Path(scenario), settings=settings)
