"""``assess``: the adequacy indices of a system, one table for all its sides and regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standstill.cli.options import (
    Dask,
    Device,
    Json,
    OneSide,
    PrasCompatible,
    Settings,
    SystemName,
    SystemSamples,
    SystemSeed,
    Workers,
    check_json,
    read_share,
    whole,
)
from standstill.cli.output import (
    data_lines,
    data_result,
    data_table,
    estimate_cells,
    left_out_message,
    message,
    nothing_kept,
    progress,
    where_text,
)
from standstill.errors import Fault, Faults, InputError
from standstill.units import count_text

if TYPE_CHECKING:
    from standstill.studies.assessment import Assessment

__all__ = ["assess"]

_NAMES = {"daily_lole": "daily LOLE", "lolev": "LOLEv", "cvar95": "CVaR95", "var95": "VaR95"}
"""Indices that are not written in capitals alone -> how they are written."""

Method = Annotated[
    str | None,
    typer.Option(
        "--method",
        metavar="NAME",
        help="plain, scarce-days, convolution (exact), or copper-plate (exact, as if no interface had a limit).",
    ),
]
Precision = Annotated[
    str | None,
    typer.Option("--precision", metavar="SHARE", help="Sample until this standard error, such as 1%."),
]
Of = Annotated[
    str | None, typer.Option("--of", metavar="INDEX", help="What it is the error of: eue (the default) or lole.")
]
AtMost = Annotated[
    int | None,
    typer.Option(
        "--at-most",
        parser=whole,
        metavar="N",
        help="Most samples, beside those of the pilot; 1,000,000 by default.",
    ),
]
ByPeriod = Annotated[
    bool, typer.Option("--by-period", help="Put LOLE, EUE and NEUE of every step and region into the JSON.")
]
Results = Annotated[
    str | None,
    typer.Option(
        "--results",
        metavar="NAMES",
        help="Write a CSV file by step for each, with --out: shortfall, surplus, flow, utilization, energy, "
        "availability, class_availability; several with commas.",
    ),
]
BySample = Annotated[
    bool, typer.Option("--by-sample", help="With --results: one more file each, of the values in every sample.")
]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", readable=False, help="Folder for --results.")]


def assess(
    system: SystemName,
    side: OneSide = None,
    samples: SystemSamples = None,
    seed: SystemSeed = None,
    workers: Workers = None,
    dask: Dask = None,
    device: Device = "cpu",
    json: Json = None,
    settings: Settings = None,
    method: Method = None,
    precision: Precision = None,
    of: Of = None,
    at_most: AtMost = None,
    by_period: ByPeriod = False,
    pras_compatible: PrasCompatible = False,
    results: Results = None,
    by_sample: BySample = False,
    out: Out = None,
) -> None:
    """Give the adequacy indices of a system.

    The system is taken as it is, without strikes; each index comes with its standard error.
    """
    from standstill import api
    from standstill.api.systems import numbers
    from standstill.studies.limits import CPU, check_assess, check_numbers, check_samples, threads
    from standstill.studies.step_record import check_results

    check_json(json)
    _check_by_period(by_period, json)
    wanted = _wanted(results, by_sample, out)
    share = None if precision is None else read_share(precision)
    asked: dict[str, Any] = {
        "method": method, "precision": share, "of": of, "at_most": at_most, "samples": samples, "seed": seed,
        "workers": workers, "dask": dask,
    }  # fmt: skip
    plain_only: dict[str, Any] = {
        "by_period": by_period, "pras_compatible": pras_compatible, "results": wanted,
    }  # fmt: skip
    on = None if device == CPU else device
    check_assess(plain_only=plain_only | {"results": ", ".join(wanted)}, device=on, **asked)
    n_threads = threads("assess", workers, dask, device)
    number, key = numbers(samples, seed)
    check_numbers("assess", number, key, n_threads)
    if wanted:
        check_results(wanted, by_sample)
    chosen = api.find_sides(system, side, settings or ())
    if precision is None and method in (None, "plain"):
        for record, _ in chosen.sides.values():
            check_samples("assess", [record], 1, number)
    left_out_message(chosen.left_out)
    with (
        nothing_kept(),
        _progress(system, asked, number, key, where_text(n_threads, dask, device), len(chosen.sides)) as advance,
    ):
        found = [
            api.assess(
                system, side=record.name if len(chosen.sides) > 1 or side else None, settings=settings or (),
                progress=advance, device=device, by_sample=by_sample, **plain_only, **asked,
            )
            for record, _ in chosen.sides.values()
        ]  # fmt: skip
    if out is not None:
        files = list(_write_results(found, [record.name for record, _ in chosen.sides.values()], by_sample, out))
        message(f"by step: {', '.join(map(str, files))}")
    data_result(json, lambda: _assessments(system, found), lambda: _print_assessments(found))


def _check_by_period(by_period: bool, json: str | None) -> None:
    if by_period and json is None:
        must, hint = "come with --json, which has them", "add --json FILE"
        raise InputError("assess", (Fault(place="--by-period", must=must, hint=hint),))


def _wanted(results: str | None, by_sample: bool, out: Path | None) -> list[str]:
    """Return the results asked for, with a folder to write them to.

    Raises
    ------
    InputError
        If one is given without the other.
    OutputError
        If the folder cannot be written.
    """
    from standstill.studies.saved import writable

    faults = Faults(source="assess")
    if results is not None and out is None:
        faults.add("--results", "come with --out, where they are written", hint="add --out DIR")
    for option, is_given in (("--by-sample", by_sample), ("--out", out is not None)):
        if is_given and results is None:
            faults.add(option, "come with --results", hint="add --results flow,energy")
    faults.raise_if_any()
    if out is not None:
        writable(out)
    return [] if results is None else [name.strip() for name in results.split(",")]


def _write_results(found: list[Assessment], names: list[str], by_sample: bool, folder: Path) -> Iterator[Path]:
    """Write a file for each result, with the side's name where there are several; yield where."""
    folder.mkdir(parents=True, exist_ok=True)
    for item, name in zip(found, names, strict=True):
        side = f"{name.replace('/', '-')}-" if len(found) > 1 else ""
        for result, table in item.results.items():
            yield table.to_csv(folder / f"{side}{result}.csv")
            if by_sample:
                yield table.to_csv(folder / f"{side}{result}-samples.csv", by_sample=True)


def _progress(
    system: str, asked: dict[str, Any], number: int, key: int, where: str, n_sides: int
) -> AbstractContextManager[Callable[[int], None] | None]:
    """Say what is under way, and how far it is where samples are drawn."""
    from standstill.api.systems import AT_MOST
    from standstill.studies.limits import EXACT

    if asked["precision"] is None and asked["method"] in EXACT:
        message(f"{system}: by {asked['method']}")
        return nullcontext()
    bound = ""
    if asked["precision"] is not None:
        number, bound = AT_MOST if asked["at_most"] is None else asked["at_most"], "at most "
    how = f"{bound}{count_text(number, 'sample')}, seed {key}, {where}"
    return progress(f"{system}: {how}", number * n_sides)


def _assessments(system: str, found: list[Assessment]) -> dict[str, Any]:
    if len(found) == 1:
        return found[0].as_dict()
    head = {name: found[0].as_dict()[name] for name in ("schema", "version", "samples", "seed")}
    return head | {"system": system, "sides": [item.as_dict() for item in found]}


def _print_assessments(found: list[Assessment]) -> None:
    _assessment_tables(found)
    data_lines([line for item in found if item.precision for line in str(item.precision).splitlines()])
    data_lines([_sentence(item.system if len(found) > 1 else "", note) for item in found for note in item.notes])


def _assessment_tables(found: list[Assessment]) -> None:
    rows = []
    for item in found:
        parts = [("all", item.indices), *((part.name, part.indices) for part in item.regions)]
        for region, indices in parts if len(item.regions) > 1 else parts[:1]:
            rows += [
                (item.system, region, _index_name(name), *estimate_cells(value)) for name, value in indices.items()
            ]
    title = f"over {found[0].horizon_h:g} h"
    if any(item.samples for item in found):
        title += "; ± is the standard error of the simulation"
    data_table(("system", "region", "index", "value", "±", "unit"), rows, title=title, is_said=True, right=3)


def _index_name(name: str) -> str:
    return _NAMES.get(name, name.upper())


def _sentence(system: str, note: str) -> str:
    return f"{system}: {note}." if system else f"{note[0].upper()}{note[1:]}."
