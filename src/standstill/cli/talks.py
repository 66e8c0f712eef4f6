"""``talks`` and ``terms``: where the talks stand, and what the draft leaves open, in the sentences of the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standstill.cli.options import (
    Dask,
    Json,
    ScenarioName,
    Seed,
    Settings,
    Workers,
    by_side,
    check_json,
    day,
    number,
    pair,
    whole,
)
from standstill.cli.output import (
    data_lines,
    data_result,
    data_table,
    nothing_kept,
    progress,
    where_text,
)
from standstill.errors import Faults
from standstill.units import count_text

if TYPE_CHECKING:
    from standstill.talks.position import Position
    from standstill.talks.terms_gaps import TermsGaps

__all__ = ["talks", "terms"]


LogFile = Annotated[
    Path | None,
    typer.Option(
        "--log", metavar="FILE", readable=False, help="Log of the talks (CSV), instead of the scenario's own."
    ),
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The day; the scenario's own by default.")]
KnownTo = Annotated[
    str, typer.Option("--known-to", metavar="WHO", help="public, parties, mediator, or one of them by name.")
]
RunFolder = Annotated[
    Path | None,
    typer.Option(
        "--run", metavar="DIR", readable=False, help="Folder of a finished run; results/SCENARIO if there is one."
    ),
]
Weight = Annotated[
    list[str] | None,
    typer.Option(
        "--weight",
        metavar="SIDE=K",
        help="What one unit of the other's loss is worth to a side, both in the units of the scenario.",
    ),
]
EndValue = Annotated[
    list[str] | None,
    typer.Option("--end-value", metavar="SIDE=V", help="Worth to a side of a standstill kept to the end, own units."),
]
Patience = Annotated[
    float | None,
    typer.Option(
        "--patience", parser=number, metavar="D", help="Weight of the next month relative to this one; 0.99 by default."
    ),
]
Incidents = Annotated[
    str | None,
    typer.Option("--incidents", metavar="KEPT,STRUCK", help="Mean incidents a month of a side that holds, or strikes."),
]


def talks(
    scenario: ScenarioName = "winter-2024",
    log: LogFile = None,
    as_of: AsOf = None,
    known_to: KnownTo = "public",
    run: RunFolder = None,
    weight: Weight = None,
    end_value: EndValue = None,
    patience: Patience = None,
    incidents: Incidents = None,
    json: Json = None,
    settings: Settings = None,
) -> None:
    """Say where the talks stand, what they wait for, and what is at stake.

    Officials, base rate and model are three numbers. With a finished run: the winter given the talks, and thresholds.
    """
    from standstill import api
    from standstill.talks.run_stakes import DISCOUNT, UserSet

    check_json(json)
    folder = run if run is not None else Path("results") / scenario
    user = None
    if weight or end_value or incidents or patience is not None:
        user = UserSet(
            weights=by_side("--weight", weight),
            discount=DISCOUNT if patience is None else patience,
            end_values=by_side("--end-value", end_value),
            incidents=pair("--incidents", incidents),
        )
    has_run = run is not None or (folder / "run.json").exists()
    _check_set(
        {"--weight": weight, "--end-value": end_value, "--patience": patience, "--incidents": incidents}, has_run
    )
    found = api.talks(
        scenario,
        log=log,
        as_of=day("--as-of", as_of),
        known_to=known_to,
        run=folder if has_run else None,
        user=user,
        settings=settings or (),
    )
    data_result(json, found.as_dict, lambda: _print_position(found))


def _check_set(given: dict[str, object], has_run: bool) -> None:
    """Refuse what only the stakes of a run are told with, where there is none."""
    from standstill.studies.limits import note_given

    faults = Faults(source="talks")
    if not has_run:
        must, hint = "come with a finished run, from which the stakes are", "standstill run SCENARIO first"
        note_given(faults, given, must, hint)
    faults.raise_if_any()


def _print_position(position: Position) -> None:
    from standstill.report import talks_words as words

    stand = position.standing
    data_lines([f"{stand.process}: {', '.join(stand.parties)}; mediator: {stand.mediator}"])
    data_lines(words.position_words(position))
    for title, header, rows in (
        ("who says so", words.SAYING_HEADER, words.saying_rows(stand, True)),
        ("who denies, or does not comment", words.SAYING_HEADER, words.saying_rows(stand, False)),
        ("what they wait for", words.WAIT_HEADER, words.wait_rows(stand)),
        ("three numbers, never merged", words.NUMBER_HEADER, words.number_rows(stand)),
        ("what each change alone would do", words.LEVER_HEADER, words.lever_rows(stand)),
        ("what the model would have said", words.TIMELINE_HEADER, words.timeline_rows(stand)),
    ):
        _part(title, header, rows)
    data_lines(stand.numbers.warnings)
    data_lines(stand.solved)
    if position.winter is not None:
        data_lines(["", "The winter given the talks", *words.winter_words(position.winter)])
    if position.stakes is not None:
        _part(f"stakes of {position.stakes.arm}", words.STAKE_HEADER, words.stake_rows(position.stakes))
        data_lines(position.stakes.in_words)
        if position.stakes.winter is not None:
            data_lines(position.stakes.winter.in_words)
        if position.stakes.tolerance is not None:
            data_lines(position.stakes.tolerance.in_words)
    data_lines(words.model_words(position))
    data_lines([f"{item.code} is not printed: {item.reason}." for item in position.models if item.solution is None])
    if position.reason:
        data_lines(["", f"No stakes: {position.reason}."])


def _part(title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if rows:
        data_lines(["", title[0].upper() + title[1:]])
        data_table(header, rows)


def terms(
    scenario: ScenarioName = "winter-2024",
    samples: Annotated[
        int, typer.Option("--samples", "-n", parser=whole, metavar="N", help="Number of samples.")
    ] = 2_048,
    seed: Seed = None,
    workers: Workers = None,
    dask: Dask = None,
    json: Json = None,
    settings: Settings = None,
) -> None:
    """Say what the draft leaves open.

    Worth and P(holds) under each reading of each open point, ranked by how much they move.
    """
    from standstill import api
    from standstill.api.given import find_scenario
    from standstill.studies.limits import check_numbers, threads

    check_json(json)
    loaded = find_scenario(scenario, settings or ())
    n_threads = threads("terms", workers, dask)
    check_numbers("terms", samples, loaded.seed if seed is None else seed, n_threads)
    where = where_text(n_threads, dask)
    label = f"{loaded.name}, terms: {count_text(samples, 'winter')}, {where}"
    with nothing_kept(), progress(label, max(1, samples) * len(loaded.sides)) as advance:
        found = api.terms(loaded, samples=samples, seed=seed, workers=workers, dask=dask, progress=advance)
    data_result(json, found.as_dict, lambda: _print_gaps(found))


def _print_gaps(gaps: TermsGaps) -> None:
    from standstill.report import talks_words as words
    from standstill.report.rounding import mean_text

    data_lines([f"{gaps.scenario}: what the draft leaves open, what moves most first"])
    held = words.percent_text(gaps.holds)
    worth = "; ".join(f"{side} {mean_text(item)}" for side, item in gaps.worth.items())
    data_lines([f"as assumed: P(holds to the end) {held}; saved on average, collapses included: {worth}"])
    for gap in gaps.gaps:
        data_lines([f"{gap.point}: {gap.question}"])
    data_table(words.GAP_HEADER, words.gap_rows(gaps))
