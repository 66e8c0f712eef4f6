"""What is refused before anything is simulated: numbers out of range, too little memory, folders not to be written to.

Knows nothing of how a simulation works.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from standstill.engine.tally import COLUMNS
from standstill.errors import Faults, OutputError
from standstill.model.scenario import Scenario, Side
from standstill.studies.saved import writable

__all__ = [
    "CPU", "DEVICES", "EXACT", "check_assess", "check_credit", "check_numbers", "check_run", "check_samples",
    "default_workers", "note_given", "threads",
]  # fmt: skip

CPU = "cpu"
"""The device by default."""
DEVICES = (CPU, "cuda")
"""What blocks can be computed on."""
EXACT = ("convolution", "copper-plate")
"""Methods that assess without samples."""
_EXACT = "be left out with the method {}, which is exact and draws no samples"
_MOST_SAMPLES = 2**32 - 1  # a draw's counter holds a sample in 32 bits
_MOST_SEED = 2**63 - 1
_MOST_WORKERS = 4096
_MONTHS = 24  # more than any scenario measures
_SHARE = 0.7  # of the machine's memory


def default_workers() -> int:
    """Return the number of processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads(source: str, workers: int | None, dask: object, device: object = CPU) -> int:
    """Return the number of threads: as asked, or as many as processors; none may be asked of a cluster or a device.

    Raises
    ------
    InputError
        If a device is none, or more than one of the three says where to compute.
    """
    faults = Faults(source=source)
    if device not in DEVICES:
        faults.add("device", f"be {' or '.join(DEVICES)}", device)
    elif device != CPU and dask is not None:
        faults.add("device", "be left out with dask, whose workers compute on processors", device)
    elif device != CPU and workers is not None:
        faults.add("workers", f"be left out with device {device}, which has its own", workers)
    if workers is not None and dask is not None:
        must, hint = "be left out with dask, whose cluster has its own", "for a cluster on this machine: local:N"
        faults.add("workers", must, workers, hint)
    faults.raise_if_any()
    return default_workers() if workers is None else workers


def note_given(faults: Faults, given: Mapping[str, object], must: str, hint: str = "") -> None:
    """Note what was given though nothing would come of it; an option that is left out is None."""
    for name, value in given.items():
        if value is not None:
            faults.add(name, must, value, hint)


def check_assess(
    method: str | None,
    precision: object,
    plain_only: Mapping[str, object],
    *,
    of: object,
    at_most: object,
    **sampled: object,
) -> None:
    """Refuse what a method of assessing does nothing with.

    Parameters
    ----------
    method, precision, of, at_most
        As of ``assess``.
    plain_only: mapping
        What plain samples alone can give, and whether it is asked for.
    sampled
        samples, seed, workers, dask, and a device but the default.

    Raises
    ------
    InputError
        With every option that was given and would be ignored.
    """
    faults = Faults(source="assess")
    if precision is None:
        must = "come with a precision"
        note_given(faults, {"of": of, "at_most": at_most}, must, "add precision=0.01, or --precision 1%")
        if method in EXACT:
            note_given(faults, sampled, _EXACT.format(method))
    else:
        must = "be left out with a precision, which takes as many as it needs"
        note_given(faults, {"samples": sampled["samples"]}, must, "at_most says where it stops")
    if precision is not None or method not in (None, "plain"):
        must = "be left out with a precision, and with any method but plain"
        note_given(faults, {name: given or None for name, given in plain_only.items()}, must)
    faults.raise_if_any()


def check_credit(method: str, **sampled: object) -> None:
    """Refuse what convolution does nothing with; ``sampled``: samples, seed, workers and dask.

    Raises
    ------
    InputError
        With every option that was given and would be ignored.
    """
    faults = Faults(source="credit")
    if method in EXACT:
        note_given(faults, sampled, _EXACT.format(method))
    faults.raise_if_any()


def check_numbers(source: str, samples: object, seed: object, workers: object) -> None:
    """Refuse a number of samples, a seed or a number of workers (none: the default) that is not whole or out of range.

    Raises
    ------
    InputError
        With every fault.
    """
    faults = Faults(source=source)
    _note_numbers(samples, seed, workers, faults)
    faults.raise_if_any()


def check_samples(source: str, sides: Iterable[Side], n_arms: int, samples: int) -> None:
    """Refuse a number of samples whose totals would not fit into this machine's memory.

    Raises
    ------
    InputError
        If they would not.
    """
    faults = Faults(source=source)
    _note_memory(sides, n_arms, samples, faults)
    faults.raise_if_any()


def check_run(
    scenario: Scenario, samples: object, seed: object, workers: object, out: str | Path | None = None
) -> None:
    """Refuse what would make a run fail later: numbers out of range, too little memory, a folder not to be written to.

    Raises
    ------
    InputError
        With every fault.
    OutputError
        If only the folder is at fault.
    """
    faults = Faults(source="run")
    _note_numbers(samples, seed, workers, faults)
    if isinstance(samples, int) and not faults.items:
        _note_memory(scenario.sides, len(scenario.arms), samples, faults)
    if out is not None:
        try:
            writable(Path(out))
        except OutputError as error:
            if not faults.items:
                raise
            faults.add("out", f"be a folder that can be written ({error})")
    faults.raise_if_any()


def _note_numbers(samples: object, seed: object, workers: object, faults: Faults) -> None:
    limits = (
        ("samples", samples, 1, _MOST_SAMPLES),
        ("seed", seed, 0, _MOST_SEED),
        ("workers", workers, 1, _MOST_WORKERS),
    )
    for name, value, least, most in limits:
        if name == "workers" and value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int):
            faults.add(name, "be a whole number", value)
        elif not least <= value <= most:
            faults.add(name, f"be a whole number from {least} to {most}", value)


def _note_memory(sides: Iterable[Side], n_arms: int, samples: int, faults: Faults) -> None:
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        memory = 8 * 2**30
    columns = sum(len(COLUMNS) + 2 * len(side.system.regions) + _MONTHS for side in sides)
    needed = 8.0 * samples * n_arms * columns * 2.0  # as much again while they are joined and measured
    if needed > _SHARE * memory:
        fits = samples * _SHARE * memory / needed
        must = f"fit into memory, with about {needed / 2**30:,.0f} GiB of the {memory / 2**30:.0f} GiB here"
        faults.add("samples", must, samples, f"about {float(f'{fits:.1g}'):,.0f} samples fit")
