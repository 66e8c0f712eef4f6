"""``assess``, ``plot`` and ``credit``: a system as it is, without strikes, and what some of its assets are worth."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standstill.api.given import SET_WHERE, Progress, find_scenario, find_system, sampling_on
from standstill.errors import Fault, InputError

if TYPE_CHECKING:
    import altair as alt

    from standstill.model.scenario import Scenario, Side
    from standstill.model.system import System
    from standstill.studies.assess_methods import Method as AssessMethod
    from standstill.studies.assessment import Assessment
    from standstill.studies.credit import Credit
    from standstill.studies.credit_search import Kind, Method, Metric
    from standstill.studies.precision import Wanted

__all__ = ["AT_MOST", "assess", "credit", "find_sides", "numbers", "plot"]

AT_MOST = 1_000_000
"""Samples at which a precision stops where no number is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What can be assessed in what a verb was given."""

    sides: dict[str, tuple[Side, dict[str, Any]]]
    """What each is called -> the side and its measured window."""
    left_out: tuple[str, ...]
    """What did not carry over from the file of another tool, one sentence each."""


def assess(
    system: str | Path | Scenario | System | Side,
    *,
    side: str | None = None,
    samples: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    dask: object = None,
    device: str = "cpu",
    settings: Sequence[str] = (),
    progress: Progress | None = None,
    method: AssessMethod | None = None,
    precision: float | None = None,
    of: Wanted | None = None,
    at_most: int | None = None,
    by_period: bool = False,
    pras_compatible: bool = False,
    results: Sequence[str] = (),
    by_sample: bool = False,
) -> Assessment:
    """Return the adequacy indices of a system as it is, without strikes.

    Parameters
    ----------
    system: str, Path, Scenario, System or Side
        A file or folder of any format that ``read_system`` knows, a scenario by name or TOML file, or a record.
    side: str, optional
        Which side of a scenario; needed where it has several.
    samples, seed: int, optional
        Number of samples, 10,000 by default, and seed of all draws, 1 by default. Results depend on nothing else.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
    device: str
        "cpu", or "cuda" for a CUDA device instead of threads (extra ``cuda``), whose last digits are its own.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.
    progress: callable, optional
        Called with a number of samples whenever a block of them is done.
    method: str, optional
        "plain": whole winters, by default ``samples`` of them. "convolution": exactly, for generators and loads, if no
        interface can bind. "copper-plate": the same as if no interface had a limit; LOLE, EUE and NEUE are lower
        bounds where one binds.
        "scarce-days": days on which generators alone are short; needs a ``precision``.
    precision: float, optional
        Relative standard error to sample for, such as 0.01, instead of ``samples``; by whichever of convolution, plain
        samples and scarce days is cheapest, unless ``method`` says.
    of: str, optional
        The index whose standard error it is: "eue", the default, or "lole".
    at_most: int, optional
        Most samples of a result with a precision, beside those of the pilot; 1,000,000 by default.
    by_period: bool
        Whether to give LOLE and EUE of every step as well, of the whole and by region; of ``samples`` plain samples.
    pras_compatible: bool
        Whether to give NEUE and CVaR as PRAS defines them, to set beside its numbers; of ``samples`` plain samples.
    results: sequence of str
        What to give of every step besides, as mean and standard deviation over ``samples`` plain samples: "shortfall"
        and "surplus" of each region, "flow" and "utilization" of each interface, "energy" that each store holds and
        each demand response owes, "availability" of each asset, "class_availability" of each asset class.
    by_sample: bool
        Whether those come with the values of every sample; refused where they would be too many.

    Returns
    -------
    Assessment
        Its ``results`` hold what was asked for by name, each a ``StepResult``.

    Raises
    ------
    InputError
        With every fault of the arguments, of the file or of the records, or if the method would ignore an argument:
        an exact one samples, seed, workers, dask or device, a precision samples, and the rest ``of`` or ``at_most``.
    """
    from standstill.studies.assess import assess_side
    from standstill.studies.limits import CPU, check_assess, check_numbers, check_samples, threads

    on = None if device == CPU else device
    sampled = {"samples": samples, "seed": seed, "workers": workers, "dask": dask, "device": on}
    results = [results] if isinstance(results, str) else list(results)
    plain_only = {"by_period": by_period, "pras_compatible": pras_compatible, "results": ", ".join(results)}
    check_assess(method, precision, plain_only, of=of, at_most=at_most, **sampled)
    workers = threads("assess", workers, dask, device)
    samples, seed = numbers(samples, seed)
    check_numbers("assess", samples, seed, workers)
    name, record, window = one_side("assess", system, side, settings)
    if results or by_sample:
        from standstill.studies.step_record import check_results

        check_results(results, by_sample)
    if precision is not None or method not in (None, "plain"):
        from standstill.studies.assess_methods import assess_by

        most = AT_MOST if at_most is None else at_most
        with sampling_on(most, seed, workers, progress, dask, device) as sampling:
            wanted = "eue" if of is None else of
            return assess_by(record, method, precision, of=wanted, system=name, sampling=sampling, **window)
    check_samples("assess", [record], 1, samples)
    with sampling_on(samples, seed, workers, progress, dask, device) as sampling:
        return assess_side(
            record, system=name, sampling=sampling, by_period=by_period, pras_compatible=pras_compatible,
            results=results, by_sample=by_sample, **window,
        )  # fmt: skip


def plot(assessment: Assessment) -> alt.LayerChart:
    """Return a chart of an assessment's expected unserved energy, which a notebook shows by itself.

    Parameters
    ----------
    assessment: Assessment
        One with periods is drawn over time, any other by region.

    Returns
    -------
    altair.LayerChart
        The value and its 95 % interval, which is the error of the simulation alone; ``save`` writes it to a file.

    Raises
    ------
    InputError
        If it is no assessment, or none of its regions has unserved energy of its own.
    """
    from standstill.report.assessment_chart import assessment_chart
    from standstill.studies.assessment import Assessment

    if not isinstance(assessment, Assessment):
        fault = Fault(place="assessment", must="be what assess returned", got=type(assessment).__name__)
        raise InputError("plot", (fault,))
    return assessment_chart(assessment)


def credit(
    system: str | Path | Scenario | System | Side,
    assets: Sequence[str] = (),
    *,
    asset_class: str | None = None,
    side: str | None = None,
    kind: Kind = "efc",
    metric: Metric = "eue",
    method: Method = "plain",
    shares: Mapping[str, float] | None = None,
    most: float | None = None,
    samples: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    dask: object = None,
    settings: Sequence[str] = (),
    progress: Progress | None = None,
    pras_compatible: bool = False,
) -> Credit:
    """Return the capacity credit of some assets: the firm capacity, or the flat load, that is worth as much.

    Parameters
    ----------
    system: str, Path, Scenario, System or Side
        A file or folder of any format that ``read_system`` knows, a scenario by name or TOML file, or a record; taken
        without strikes.
    assets: sequence of str
        Names of generators, storages, generator-storages and demand responses.
    asset_class: str, optional
        Their asset class, instead of names.
    side: str, optional
        Which side of a scenario; needed where it has several.
    kind: str
        "efc", equivalent firm capacity, or "elcc", effective load-carrying capability.
    metric: str
        What is to be the same: "eue", expected unserved energy, or "lole", expected hours with a shortfall.
    method: str
        "plain", or "convolution": exact, for one region of generators whose figures are all plain numbers.
    shares: mapping, optional
        Region -> share of what is added, adding up to 1; by default in proportion to what the assets there can give.
    most: float, optional
        The largest amount looked at, power_unit; by default ten times what the assets can give at most.
    samples, seed: int, optional
        Number of samples, 10,000 by default, and seed of all draws, 1 by default. Results depend on nothing else.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.
    progress: callable, optional
        Called with a number of samples whenever a block of one of the simulations is done.
    pras_compatible: bool
        Whether to leave all demand responses out of the system, as PRAS does in capacity credit.

    Returns
    -------
    Credit

    Raises
    ------
    InputError
        With every fault of the arguments, of the file or of the records, or if samples, seed, workers or dask are given
        by convolution, which would ignore them.
    """
    from standstill.studies.assets import without_responses
    from standstill.studies.credit import capacity_credit
    from standstill.studies.limits import check_credit, check_numbers, check_samples, threads

    check_credit(method, samples=samples, seed=seed, workers=workers, dask=dask)
    workers = threads("credit", workers, dask)
    samples, seed = numbers(samples, seed)
    check_numbers("credit", samples, seed, workers)
    name, record, window = one_side("credit", system, side, settings)
    if pras_compatible:
        record = without_responses(record)
    check_samples("credit", [record], 3, samples)
    with sampling_on(samples, seed, workers, progress, dask) as sampling:
        return capacity_credit(
            record,
            [assets] if isinstance(assets, str) else assets,
            asset_class=asset_class,
            system=name,
            kind=kind,
            metric=metric,
            method=method,
            shares=shares,
            most=most,
            sampling=sampling,
            window=window,
        )


def numbers(samples: int | None, seed: int | None) -> tuple[int, int]:
    """Return number of samples and seed, each by default where none is given."""
    return 10_000 if samples is None else samples, 1 if seed is None else seed


def one_side(
    verb: str, system: str | Path | Scenario | System | Side, side: str | None, settings: Sequence[str]
) -> tuple[str, Side, dict[str, Any]]:
    """Return what the one side that a verb was given is called, the side, and its measured window."""
    chosen = find_sides(system, side, settings, verb=verb).sides
    if len(chosen) > 1:
        names = ", ".join(name.rpartition("/")[2] for name in chosen)
        raise InputError(verb, (Fault(place="side", must=f"be given, as {system} has several: {names}"),))
    [(name, (record, window))] = chosen.items()
    return name, record, window


def find_sides(
    system: str | Path | Scenario | System | Side,
    side: str | None = None,
    settings: Sequence[str] = (),
    *,
    verb: str = "assess",
) -> Found:
    """Return what can be assessed.

    A system of another tool and a record have one entry, a scenario one for each side or for the side named. Errors are
    about ``verb``.

    Raises
    ------
    InputError
        With every fault of the file, if there is no such side, or if a value is to be set in what is no scenario.
    """
    from standstill.model.scenario import Scenario, Side
    from standstill.model.system import System

    found: dict[str, tuple[Side, dict[str, Any]]]
    left_out: tuple[str, ...] = ()
    if not isinstance(system, (str, os.PathLike, Scenario, System, Side)):
        must = "be a file or folder of a known format, a scenario, a System or a Side"
        raise InputError(verb, (Fault(place="system", must=must, got=type(system).__name__),))
    if settings and not isinstance(system, (str, os.PathLike)):
        raise InputError(verb, (Fault(place="set", must=SET_WHERE, got=str(settings[0])),))
    if isinstance(system, Side):
        found = {system.name: (system, {})}
    elif isinstance(system, System):
        found = {system.name: (Side(name=system.name, system=system), {})}
    elif (read := find_system(system, settings, verb=verb)) is not None:
        found = {Path(str(system)).name: (Side(name=read.system.name, system=read.system), {})}
        left_out = read.left_out
    else:
        loaded = find_scenario(system, settings)
        window = {"measure_from": loaded.measure_from, "measure_to": loaded.measure_to}
        found = {f"{loaded.name}/{item.name}": (item, window) for item in loaded.sides}
    if side is None:
        return Found(sides=found, left_out=left_out)
    chosen = {name: item for name, item in found.items() if item[0].name == side}
    if not chosen:
        names = ", ".join(item[0].name for item in found.values())
        raise InputError(verb, (Fault(place="side", must=f"be one of {names}", got=repr(side)),))
    return Found(sides=chosen, left_out=left_out)
