"""``compare``: two scenarios or two results, over what both have."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from standstill.api.given import SET_WHERE, Progress, find_scenario, sampling_on, version
from standstill.errors import Fault, Faults, InputError

if TYPE_CHECKING:
    from standstill.model.scenario import Scenario
    from standstill.studies.compare import Comparison, Result
    from standstill.studies.run import Run

__all__ = ["compare", "find_result", "shared_numbers"]


def compare(
    a: str | Path | Scenario | Run | Result,
    b: str | Path | Scenario | Run | Result,
    *,
    samples: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    dask: object = None,
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
        are paired, or, of two scenarios, the smaller number of samples and the first seed. These and the next two are
        refused where both are results, as nothing is simulated.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
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
    from standstill.studies.limits import check_run, threads
    from standstill.studies.run import run_scenario

    first, second = find_result(a), find_result(b, settings)
    samples, seed, total = shared_numbers(first, second, samples, seed, workers=workers, dask=dask)
    check_common(first, second)
    workers = threads("compare", workers, dask)
    for item in (first, second):
        if not isinstance(item, Result):
            check_run(item, samples, seed, workers)

    def result(item: Scenario | Result) -> Result:
        if isinstance(item, Result):
            return item
        changed = f" with {'; '.join(item.settings)}" if item.settings else ""
        return result_of(run_scenario(item, sampling=sampling), f"{item.name}{changed}")

    # a cluster is opened once for both, and not at all where nothing is simulated
    with sampling_on(samples, seed, workers, progress, dask if total else None) as sampling:
        return compare_results(result(first), result(second), version())


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
            raise InputError("compare", (Fault(place="set", must=SET_WHERE, got=str(settings[0])),))
    if isinstance(item, Result):
        return item
    if isinstance(item, Run):
        return result_of(item, item.scenario.name)
    if isinstance(item, (str, os.PathLike)):
        # an empty name would be the folder one is in
        if Path(item).is_dir() and os.fspath(item) != "":
            return result_of(saved.load_run(Path(item)), str(item))
        if Path(item).suffix == ".json":
            return read_result(Path(item))
        _refuse_other(item)
    return find_scenario(item, settings)


def _refuse_other(item: str | os.PathLike[str]) -> None:
    """Refuse a system, and what is nothing at all.

    Raises
    ------
    InputError
        If it is.
    """
    from standstill.formats.registry import find_format
    from standstill.scenario import list_scenarios
    from standstill.scenario.reading import near

    must = "be a scenario, the folder of a run, or the JSON of a result"
    is_there = os.fspath(item) != "" and Path(item).exists()
    if is_there and (found := find_format(item)) is not None:
        hint = "to compare systems, assess each with --json FILE"
        raise InputError(str(item), (Fault(place="file", must=must, got=found.name, hint=hint),))
    names = [name for name, _, _ in list_scenarios()]
    if not is_there and Path(item).suffix != ".toml" and str(item) not in names:
        fault = Fault(place="file", must=must, got=repr(str(item)), hint=near(str(item), tuple(names)))
        raise InputError(str(item).strip() or "compare", (fault,))


def shared_numbers(
    a: Scenario | Result, b: Scenario | Result, samples: int | None, seed: int | None, **other: object
) -> tuple[int, int, int]:
    """Return the number of samples and the seed for the scenarios among two, and the samples over all their sides.

    Raises
    ------
    InputError
        If either is given, or anything ``other``, and there is no scenario to simulate.
    """
    from standstill.model.scenario import Scenario
    from standstill.studies.limits import note_given

    scenarios = [item for item in (a, b) if isinstance(item, Scenario)]
    if not scenarios:
        faults = Faults(source="compare")
        must = "be left out where both are results, as nothing is simulated"
        note_given(faults, {"samples": samples, "seed": seed, **other}, must)
        faults.raise_if_any()
    known = [item for item in (a, b) if not isinstance(item, Scenario)] or scenarios
    samples = min(item.samples for item in known) if samples is None else samples
    seed = known[0].seed if seed is None else seed
    return samples, seed, samples * sum(len(item.sides) for item in scenarios)
