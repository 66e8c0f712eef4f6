"""``backtest``: each outcome beside its forecast, then how all of them lie, in the words of the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standstill.cli.options import Dask, Json, Samples, ScenarioName, Seed, Workers, check_json, day
from standstill.cli.output import (
    data_lines,
    data_result,
    data_table,
    nothing_kept,
    progress,
    where_text,
)
from standstill.units import count_text

if TYPE_CHECKING:
    from standstill.studies.backtest import Backtest

__all__ = ["backtest"]


def backtest(
    scenario: ScenarioName,
    outcomes: Annotated[
        Path, typer.Argument(metavar="OUTCOMES", readable=False, help="A TOML file of what was observed later.")
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Day of the forecast; the scenario's own by default.")
    ] = None,
    samples: Samples = None,
    seed: Seed = None,
    workers: Workers = None,
    dask: Dask = None,
    json: Json = None,
) -> None:
    """Hold what was observed against the forecast.

    The forecast uses what was known on the day it is of, and every outcome must have become known later.
    """
    from standstill import api
    from standstill.scenario import load_scenario
    from standstill.scenario.outcomes import load_outcomes
    from standstill.studies.backtest import check_observations
    from standstill.studies.limits import check_numbers, threads

    check_json(json)
    loaded = load_scenario(scenario, as_of=day("--as-of", as_of))
    seen = load_outcomes(outcomes)
    check_observations(loaded, seen, source=str(outcomes))
    number = loaded.samples if samples is None else samples
    key = loaded.seed if seed is None else seed
    n_threads = threads("backtest", workers, dask)
    check_numbers("backtest", number, key, n_threads)
    where = where_text(n_threads, dask)
    label = f"{loaded.name}, backtest: {count_text(number, 'winter')}, seed {key}, {where}"
    with nothing_kept(), progress(label, number * len(loaded.sides)) as advance:
        found = api.backtest(
            loaded, seen, samples=number, seed=key, workers=workers, dask=dask, progress=advance
        )  # fmt: skip
    data_result(json, found.as_dict, lambda: _print_backtest(found))


def _print_backtest(found: Backtest) -> None:
    from standstill.report import backtest_words as words

    data_lines([words.forecast_words(found)])
    data_table(words.score_header(), words.score_rows(found), right=7)
    data_lines(words.coverage_words(found))
    data_lines(words.evenness_words(found))
