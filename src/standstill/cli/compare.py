"""``compare``: two results side by side, or two scenarios that are run for it on the same draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from standstill.cli.options import Dask, Json, Samples, Seed, Settings, Workers, check_json
from standstill.cli.output import (
    data_result,
    data_table,
    estimate_cells,
    nothing_kept,
    progress,
    where_text,
)
from standstill.units import count_text

if TYPE_CHECKING:
    from standstill.studies.compare import Comparison

__all__ = ["compare"]


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A scenario, the folder of a run, or the JSON of a result.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other; differences are B minus A.")],
    samples: Samples = None,
    seed: Seed = None,
    workers: Workers = None,
    dask: Dask = None,
    json: Json = None,
    settings: Settings = None,
) -> None:
    """Set two results side by side.

    Scenarios are run first, on the same draws, so that their differences are paired. --set changes B and leaves A as
    it is, so that both may be the same scenario.
    """
    from standstill import api
    from standstill.studies.compare import Result, check_common
    from standstill.studies.limits import check_numbers, threads

    check_json(json)
    first, second = api.find_result(a), api.find_result(b, settings or ())
    number, key, total = api.shared_numbers(first, second, samples, seed, workers=workers, dask=dask)
    if not (isinstance(first, Result) and isinstance(second, Result)):
        n_threads = threads("compare", workers, dask)
        check_numbers("compare", number, key, n_threads)
        check_common(first, second)
        label = f"{a} and {b}: {count_text(number, 'winter')}, seed {key}, {where_text(n_threads, dask)}"
        with nothing_kept(), progress(label, total) as advance:
            found = api.compare(first, second, samples=number, seed=key, workers=workers, dask=dask, progress=advance)
    else:
        found = api.compare(first, second)
    data_result(json, found.as_dict, lambda: _print_comparison(found))


def _print_comparison(found: Comparison) -> None:
    rows = [
        (row.arm, row.side, row.measure, estimate_cells(row.a)[0], estimate_cells(row.b)[0],
         *estimate_cells(row.difference), "paired" if row.paired else "not paired")
        for row in found.differences
    ]  # fmt: skip
    header = ("arm", "side", "measure", "A", "B", "B - A", "±", "unit", "samples")
    data_table(header, rows, title=f"A: {found.a}   B: {found.b}", is_said=True, right=3)
