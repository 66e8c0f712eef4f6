"""The command ``credit``: what some assets of a system are worth in firm capacity, or in load that they carry.

Knows nothing of how that is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from standstill.cli.options import (
    Dask,
    Json,
    OneSide,
    PrasCompatible,
    Settings,
    SystemName,
    SystemSamples,
    SystemSeed,
    Workers,
    by_side,
    check_json,
    number,
)
from standstill.cli.output import (
    data_lines,
    data_result,
    data_table,
    estimate_cells,
    left_out_message,
    message,
    nothing_kept,
)
from standstill.errors import Fault, InputError
from standstill.units import count_text

if TYPE_CHECKING:
    from standstill.model.system import System
    from standstill.studies.credit import Credit

__all__ = ["credit", "print_credit"]


Assets = Annotated[
    list[str] | None,
    typer.Option("--assets", "-a", metavar="NAME[,NAME...]", help="Assets by name; repeatable."),
]
AssetClass = Annotated[
    str | None, typer.Option("--class", metavar="CLASS", help="All assets of a class, instead of names.")
]
Metric = Annotated[
    str, typer.Option("--metric", metavar="eue|lole", help="What is to be the same: unserved energy, or hours.")
]
Kind = Annotated[
    str, typer.Option("--kind", metavar="efc|elcc", help="In firm capacity, or in flat load that they carry.")
]
CreditMethod = Annotated[
    str,
    typer.Option("--method", metavar="plain|convolution", help="Convolution is exact: one region, generators only."),
]
Share = Annotated[
    list[str] | None,
    typer.Option(
        "--share", metavar="REGION=SHARE", help="Where it is added; by default where the assets are. Repeatable."
    ),
]
Most = Annotated[
    float | None,
    typer.Option(
        "--most", parser=number, metavar="X", help="Largest amount looked at; ten times what they can give by default."
    ),
]


def credit(
    system: SystemName,
    assets: Assets = None,
    asset_class: AssetClass = None,
    metric: Metric = "eue",
    kind: Kind = "efc",
    method: CreditMethod = "plain",
    share: Share = None,
    most: Most = None,
    side: OneSide = None,
    samples: SystemSamples = None,
    seed: SystemSeed = None,
    workers: Workers = None,
    dask: Dask = None,
    json: Json = None,
    settings: Settings = None,
    pras_compatible: PrasCompatible = False,
) -> None:
    """Say what assets of a system are worth in firm capacity, or in load.

    EFC is the firm capacity that does as much in their place, ELCC the flat load that they carry: with it expected
    unserved energy, or the hours with a shortfall, are the same. No strikes; every other asset keeps its outages.
    """
    from standstill import api
    from standstill.api.systems import numbers
    from standstill.studies.assets import find_assets
    from standstill.studies.credit import KINDS, METRICS
    from standstill.studies.credit_search import Method
    from standstill.studies.limits import check_credit

    check_json(json)
    chosen: dict[str, Any] = {
        "kind": _one_of("--kind", kind, tuple(KINDS)),
        "metric": _one_of("--metric", metric, tuple(METRICS)),
        "method": _one_of("--method", method, get_args(Method)),
    }
    sampled = {"samples": samples, "seed": seed, "workers": workers, "dask": dask}
    check_credit(method, **sampled)
    given = api.find_sides(system, side, settings or (), verb="credit")
    left_out_message(given.left_out)
    known = {name for record, _ in given.sides.values() for name in _names(record.system)}
    if len(given.sides) == 1:
        [(record, _)] = given.sides.values()
        find_assets(record.system, _split(assets or (), known), asset_class)
    drawn, key = numbers(samples, seed)
    how = f"{count_text(drawn, 'sample')}, seed {key}" if method == "plain" else f"by {method}"
    message(f"{system}: capacity credit, {how}")
    with nothing_kept():
        found = api.credit(
            system,
            _split(assets or (), known),
            asset_class=asset_class,
            side=side,
            **chosen,
            shares=by_side("--share", share, of="REGION") or None,
            most=most,
            settings=settings or (),
            pras_compatible=pras_compatible,
            **sampled,  # type: ignore[arg-type]  # each its own kind
        )
    data_result(json, found.as_dict, lambda: print_credit(found))


def _one_of(option: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        fault = Fault(place=option, must=f"be one of {', '.join(known)}", got=repr(value))
        raise InputError("the command line", (fault,))
    return value


def _names(system: System) -> set[str]:
    tables = (system.generators, system.storages, system.generator_storages, system.demand_responses)
    return {name for table in tables for name in table.names}


def _split(entries: Sequence[str], known: set[str]) -> list[str]:
    """Return names, several in an entry with commas between; an entry that is a name is one, commas and all.

    Examples
    --------
    >>> _split(["unit 1, unit 2", "pump, lower"], {"unit 1", "unit 2", "pump, lower"})
    ['unit 1', 'unit 2', 'pump, lower']
    """
    return [name.strip() for entry in entries for name in ([entry] if entry in known else entry.split(","))]


def print_credit(found: Credit) -> None:
    """Print a credit in one sentence, and what it comes from."""
    metric = found.metric.upper()
    data_lines([found.in_words])
    rows = [
        (found.kind.upper(), *estimate_cells(found.credit)),
        (f"{metric} with", *estimate_cells(found.with_assets)),
        (f"{metric} without", *estimate_cells(found.without_assets)),
    ]
    title = "± is the standard error of the simulation" if found.samples else "exact, by convolution"
    data_table(("", "value", "±", "unit"), rows, title=title, is_said=True, right=1)
