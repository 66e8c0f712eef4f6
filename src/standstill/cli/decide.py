"""``decide``: curves, and what would do as much as the standstill, in the words of the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standstill.cli.options import Dask, Json, ScenarioName, Seed, Settings, Workers, check_json, whole
from standstill.cli.output import (
    data_lines,
    data_result,
    data_table,
    message,
    nothing_kept,
    progress,
    where_text,
)
from standstill.units import count_text

if TYPE_CHECKING:
    from standstill.studies.decisions import Decisions

__all__ = ["decide"]


def decide(
    scenario: ScenarioName = "winter-2024",
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="A curve or a measure; repeatable.")
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", "-n", parser=whole, metavar="N", help="Number of samples of the curves.")
    ] = 2_560,
    seed: Seed = None,
    workers: Workers = None,
    dask: Dask = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            readable=False,
            help="Folder of a finished run, whose report is to show it; results/SCENARIO if there is one.",
        ),
    ] = None,
    json: Json = None,
    settings: Settings = None,
) -> None:
    """Say how long a start is in time, what less would be worth, and what would do as much.

    Curves against start, collapse, compliance, scope, length, displacement and severity of the winter; equivalents in
    capacity, import, interception, crews, spares and demand. Each can be asked for alone with --only.
    """
    from standstill import api
    from standstill.scenario import load_scenario
    from standstill.studies.decisions import n_units
    from standstill.studies.limits import check_numbers, threads
    from standstill.studies.saved import is_run_of

    check_json(json)
    loaded = load_scenario(scenario, settings=settings or ())
    n_threads = threads("decide", workers, dask)
    check_numbers("decide", samples, loaded.seed if seed is None else seed, n_threads)
    folder = out if out is not None else Path("results") / loaded.name
    is_here = out is not None or is_run_of(folder, loaded)
    # a part of the answer takes the place of the whole only where the user says so
    has_run = is_here and (out is not None or not only)
    where = where_text(n_threads, dask)
    label = f"{loaded.name}, decisions: {count_text(samples, 'winter')} a curve, {where}"
    with nothing_kept(), progress(label, max(1, n_units(loaded, only or (), samples))) as advance:
        found = api.decide(
            loaded, only=only or (), samples=samples, seed=seed, workers=workers, dask=dask,
            out=folder if has_run else None, progress=advance,
        )  # fmt: skip
    data_result(json, found.as_dict, lambda: _print_decisions(found))
    if has_run:
        message(f"report: {folder / 'report.html'}")
    elif is_here:
        message(f"a part was asked for, so the report in {folder} stays as it is; --out {folder} shows the part in it")
    else:
        message("no finished run of this scenario here, so no report was written anew")


def _print_decisions(found: Decisions) -> None:
    from standstill.report import decision_words as words
    from standstill.report.words import counted_words, named

    if found.curves is not None:
        sides = tuple(found.curves.assumed)
        for curve in found.curves.curves.values():
            data_lines([curve.question])
            data_table(words.curve_header(curve, sides), words.curve_rows(curve, sides), title=curve.axis)
            data_lines([*words.start_words(curve), *curve.in_words, ""])
        counted = counted_words(found.curves.samples)
        data_lines([counted, ""] if counted else [])
    if found.equivalents is not None:
        data_lines([f"What would do as much as {named(found.equivalents.arm)}, without it?"])
        data_table(words.EQUIVALENT_HEADER, words.equivalent_rows(found.equivalents))
