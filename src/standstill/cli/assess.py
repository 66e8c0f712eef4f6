"""``assess``: the adequacy indices of a system, one table for all its sides and regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from standstill.cli.options import Dask, Device, Json, Settings, Workers, check_json, read_share
from standstill.cli.output import data_json, data_lines, data_table, estimate_cells, nothing_kept, progress, where_text

if TYPE_CHECKING:
    from standstill.studies.assess import Assessment

__all__ = ["assess"]


def assess(
    system: Annotated[
        str,
        typer.Argument(
            metavar="SYSTEM",
            help="A file or folder of a known format, or a scenario (built in or TOML), without strikes.",
        ),
    ],
    side: Annotated[str | None, typer.Option("--side", metavar="NAME", help="One side of a scenario.")] = None,
    samples: Annotated[int, typer.Option("--samples", "-n", metavar="N", help="Number of samples.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", "-s", metavar="S", help="Seed of all draws.")] = 1,
    workers: Workers = None,
    dask: Dask = None,
    device: Device = "cpu",
    json: Json = None,
    settings: Settings = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            metavar="NAME",
            help="plain, scarce-days, convolution (exact), or copper-plate (no interfaces: a lower bound).",
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option("--precision", metavar="SHARE", help="Sample until this standard error, such as 1%."),
    ] = None,
    of: Annotated[str, typer.Option("--of", metavar="INDEX", help="What it is the error of: eue or lole.")] = "eue",
    at_most: Annotated[
        int, typer.Option("--at-most", metavar="N", help="Samples to stop at for want of precision.")
    ] = 1_000_000,
    by_period: Annotated[
        bool, typer.Option("--by-period", help="Put LOLE and EUE of every step and region into the JSON.")
    ] = False,
) -> None:
    """Give the adequacy indices of a system.

    The system is taken as it is, without strikes; each index comes with its standard error.
    """
    from standstill import api
    from standstill.errors import Fault, InputError
    from standstill.studies.limits import check_numbers, threads

    check_json(json)
    if by_period and json is None:
        must, hint = "come with --json, which has them", "add --json FILE"
        raise InputError("assess", (Fault(place="--by-period", must=must, hint=hint),))
    n_threads = threads("assess", workers, dask, device)
    check_numbers("assess", samples, seed, n_threads)
    sides = api.find_sides(system, side, settings or ())
    share = None if precision is None else read_share(precision)
    most = samples if share is None else at_most
    bound = "" if share is None else "at most "
    label = f"{system}: {bound}{most:,} samples, seed {seed}, {where_text(n_threads, dask, device)}"
    with nothing_kept(), progress(label, most * len(sides)) as advance:
        found = [
            api.assess(system, side=record.name if len(sides) > 1 or side else None, samples=samples, seed=seed,
                       workers=workers, dask=dask, device=device, settings=settings or (), progress=advance,
                       precision=share, at_most=at_most, method=method, of=of, by_period=by_period)  # type: ignore[arg-type]  # checked there, with what may be written
            for record, _ in sides.values()
        ]  # fmt: skip
    if json is not None:
        data_json(_assessments(system, found), json)
    if json != "-":
        _assessment_tables(found)
        if any(item.method == "copper-plate" for item in found):
            data_lines(["Lower bounds: limits of interfaces are left out."])
        data_lines([line for item in found if item.precision for line in str(item.precision).splitlines()])


def _assessments(system: str, found: list[Assessment]) -> dict[str, Any]:
    if len(found) == 1:
        return found[0].as_dict()
    head = {name: found[0].as_dict()[name] for name in ("schema", "version", "samples", "seed")}
    return head | {"system": system, "sides": [item.as_dict() for item in found]}


def _assessment_tables(found: list[Assessment]) -> None:
    rows = []
    for item in found:
        parts = [("all", item.indices), *((part.name, part.indices) for part in item.regions)]
        for region, indices in parts if len(item.regions) > 1 else parts[:1]:
            rows += [(item.system, region, name.upper(), *estimate_cells(value)) for name, value in indices.items()]
    title = f"over {found[0].horizon_h:g} h; ± is the standard error of the simulation"
    data_table(("system", "region", "index", "value", "±", "unit"), rows, title=title, right=3)
