"""The command line: one thin function for each verb. Data on standard output, messages and progress on standard error.

Exit code 0; 2 for bad input or bad usage, with one message that lists every fault; 130 for Ctrl-C; 1 for a defect of
the program. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import gc
import shlex
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from standstill import __version__
from standstill.cli.output import data_json, data_lines, data_table, message, progress
from standstill.errors import Fault, InputError, StandstillError

if TYPE_CHECKING:
    from standstill.model.scenario import Scenario
    from standstill.studies.assess import Assessment

__all__ = ["app", "main"]

app = typer.Typer(
    name="standstill",
    help="What would it be worth, to both sides, to stop striking each other's energy systems; and says who?",
    epilog="Results depend on the scenario, the number of samples and the seed, on nothing else.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A built-in scenario or a TOML file.")]
Samples = Annotated[
    int | None, typer.Option("--samples", "-n", metavar="N", help="Number of samples; the scenario's own by default.")
]
Seed = Annotated[
    int | None, typer.Option("--seed", "-s", metavar="S", help="Seed of all draws; the scenario's own by default.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", "-w", metavar="N", help="Threads; as many as processors by default.")
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Compute on a Dask cluster: address of its scheduler, or local:N for N processes here.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set a value of the scenario, by the path that errors and the register show; repeatable.",
    ),
]
Json = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE|-", help="Write the results as JSON, to a file or with - to standard output."),
]


def main() -> None:
    """Run the command line and exit."""
    # compiling makes many objects and next to no cycles: looking for them rarely saves seconds of a first run
    gc.set_threshold(200_000, 20, 100)
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    try:
        app(args=[argument for argument in arguments if argument != "--debug"], prog_name="standstill")
    except StandstillError as error:
        _fail(f"error: {error}", 2, debug)
    except KeyboardInterrupt:
        _fail("interrupted", 130, debug)
    except MemoryError:
        _fail("error: out of memory; fewer samples need less", 2, debug)
    except Exception as error:
        hint = "this is a defect of Standstill; --debug shows where"
        _fail(f"error: {type(error).__name__}: {error}\n\nhint: {hint}", 1, debug)


def _fail(text: str, code: int, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    else:
        message(text)
    raise SystemExit(code)


def _version(shown: bool) -> None:
    if shown:
        data_lines([f"standstill {__version__}"])
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; allowed anywhere.")] = False,
) -> None:
    """Take what holds for every command."""


@app.command()
def run(
    scenario: ScenarioName = "winter-2024",
    samples: Samples = None,
    seed: Seed = None,
    workers: Workers = None,
    dask: Dask = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder for results; results/SCENARIO by default.")
    ] = None,
    json: Json = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Take finished blocks of an interrupted run from the folder.")
    ] = False,
    settings: Settings = None,
) -> None:
    """Simulate a scenario and write its report.

    Prints the 80 % range of each side in each arm, and of the saving. Ctrl-C keeps what is finished; --resume goes on.
    """
    from standstill import api
    from standstill.cli.summary import print_summary
    from standstill.scenario import load_scenario
    from standstill.studies.limits import check_run, threads
    from standstill.studies.saved import kept_blocks

    loaded = load_scenario(scenario, settings=settings or ())
    folder = out or Path("results") / loaded.name
    _check_json(json)
    number = loaded.samples if samples is None else samples
    key = loaded.seed if seed is None else seed
    n_threads = threads("run", workers, dask)
    check_run(loaded, number, key, n_threads, folder)
    label = f"{loaded.name}: {_count(number, 'winter')}, seed {key}, {_where(n_threads, dask)}"
    threading.Thread(target=_load_charts, name="charts").start()
    try:
        with progress(label, number * len(loaded.sides)) as advance:
            found = api.run(
                loaded, origin=scenario, samples=number, seed=key, workers=workers, dask=dask, out=folder,
                resume=resume, progress=advance,
            )  # fmt: skip
    except KeyboardInterrupt:
        again = ["standstill", "run", scenario, "--samples", str(number), "--seed", str(key), "--out", str(folder)]
        again += [word for setting in settings or () for word in ("--set", setting)]
        again += ["--dask", dask] if dask else []
        kept = kept_blocks(folder, loaded, key, __version__)
        message(f"interrupted; {_count(kept, 'finished block')} kept in {folder / 'blocks'}")
        if kept:
            message(f"to go on: {shlex.join(again)} --resume")
        raise typer.Exit(130) from None
    page = f"report: {folder / 'report.html'}"
    done = "read back, nothing simulated" if found.is_read else f"in {found.seconds:.0f} s"
    message(f"{_count(number, 'winter')} {done}")
    if json is not None:
        data_json(found.as_dict(), json)
    if json == "-":
        message(page)
    else:
        print_summary(found)
        data_lines([page])


@app.command()
def assess(
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="A .pras file, or a scenario (built in or TOML), without strikes.")
    ],
    side: Annotated[str | None, typer.Option("--side", metavar="NAME", help="One side of a scenario.")] = None,
    samples: Annotated[int, typer.Option("--samples", "-n", metavar="N", help="Number of samples.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", "-s", metavar="S", help="Seed of all draws.")] = 1,
    workers: Workers = None,
    dask: Dask = None,
    json: Json = None,
    settings: Settings = None,
) -> None:
    """Give the adequacy indices of a system.

    The system is taken as it is, without strikes; each index comes with its standard error.
    """
    from standstill import api
    from standstill.studies.limits import check_numbers, threads

    _check_json(json)
    n_threads = threads("assess", workers, dask)
    check_numbers("assess", samples, seed, n_threads)
    sides = api.find_sides(system, side, settings or ())
    label = f"{system}: {samples:,} samples, seed {seed}, {_where(n_threads, dask)}"
    with _nothing_kept(), progress(label, samples * len(sides)) as advance:
        found = [
            api.assess(system, side=record.name if len(sides) > 1 or side else None, samples=samples, seed=seed,
                       workers=workers, dask=dask, settings=settings or (), progress=advance)
            for record, _ in sides.values()
        ]  # fmt: skip
    if json is not None:
        data_json(_assessments(system, found), json)
    if json != "-":
        _assessment_tables(found)


def _assessments(system: str, found: list[Assessment]) -> dict[str, Any]:
    if len(found) == 1:
        return found[0].as_dict()
    head = {name: found[0].as_dict()[name] for name in ("schema", "version", "samples", "seed")}
    return head | {"system": system, "sides": [item.as_dict() for item in found]}


def _assessment_tables(found: list[Assessment]) -> None:
    from standstill.cli.summary import estimate_cells

    rows = []
    for item in found:
        parts = [("all", item.indices), *((part.name, {"lole": part.lole, "eue": part.eue}) for part in item.regions)]
        for region, indices in parts if len(item.regions) > 1 else parts[:1]:
            rows += [(item.system, region, name.upper(), *estimate_cells(value)) for name, value in indices.items()]
    title = f"over {found[0].horizon_h:g} h; ± is the standard error of the simulation"
    data_table(("system", "region", "index", "value", "±", "unit"), rows, title=title, right=3)


@app.command()
def check(scenario: ScenarioName, settings: Settings = None) -> None:
    """Load a scenario, list every fault, stop."""
    from standstill import api

    if scenario.endswith(".pras"):
        [(name, (record, _))] = api.find_sides(scenario, settings=settings or ()).items()
        system = record.system
        text = f"{len(system.regions)} regions, {len(system.generators)} generators, {system.n_steps} steps"
        data_lines([f"{name}: no fault found; {text}"])
        return
    loaded = api.check(scenario, settings=settings or ())
    data_lines([f"{scenario}: no fault found", *_contents(loaded)])


def _contents(scenario: Scenario) -> list[str]:
    register = scenario.register
    figures = register.figures if register else ()
    drawn = sum(not figure.is_fixed for figure in figures)
    claims = len(register.claims) if register else 0
    judged = len(register.judgements()) if register else 0
    return [
        scenario.title,
        f"sides: {', '.join(side.name for side in scenario.sides)}",
        f"arms: {', '.join(arm.name for arm in scenario.arms)}",
        f"simulated from {scenario.simulate_from:%Y-%m-%d}, measured {scenario.measure_from:%Y-%m-%d} to "
        f"{scenario.measure_to:%Y-%m-%d}, as of {scenario.as_of or 'no date'}",
        f"{len(figures)} figures, {drawn} of them uncertain, {judged} of them a judgement at least in part; "
        f"{claims} claims",
        *(f"set by the user: {setting}" for setting in scenario.settings),
    ]


@app.command()
def claims(scenario: ScenarioName, json: Json = None) -> None:
    """Print the register: who says what.

    Each figure with its value, who says so, through whom, when, with what stance and grade, which claims deny which,
    and which figures are the authors' own judgement.
    """
    from standstill.cli.register import print_register, register_data
    from standstill.scenario import load_scenario

    _check_json(json)
    loaded = load_scenario(scenario)
    if json is not None:
        data_json(register_data(loaded), json)
    if json != "-":
        print_register(loaded)


@app.command()
def scenarios(json: Json = None) -> None:
    """List the built-in scenarios."""
    from standstill.scenario import list_scenarios

    _check_json(json)
    rows = [(name, str(as_of or ""), title) for name, title, as_of in list_scenarios()]
    if json is not None:
        names = ("name", "as_of", "title")
        data_json({"schema": 1, "scenarios": [dict(zip(names, row, strict=True)) for row in rows]}, json)
    if json != "-":
        data_table(("scenario", "as of", "question"), rows)


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the scenario; it is written to NAME.toml.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="BUILTIN", help="Built-in scenario to copy, with the files that it names."),
    ] = None,
) -> None:
    """Write a scenario to begin with.

    A small one that explains each of its tables and runs in seconds, or a copy of a built-in one. Overwrites nothing.
    """
    from standstill.scenario import new_scenario

    data_lines([str(path) for path in new_scenario(name, source=source)])
    file = f"{name.removesuffix('.toml')}.toml"
    message(f"to go on: {shlex.join(['standstill', 'check', file])}")


@app.command()
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A scenario, the folder of a run, or the JSON of a result.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other; differences are B minus A.")],
    samples: Samples = None,
    seed: Seed = None,
    workers: Workers = None,
    json: Json = None,
    settings: Settings = None,
) -> None:
    """Set two results side by side.

    Scenarios are run first, on the same draws, so that their differences are paired. --set changes B and leaves A as
    it is, so that both may be the same scenario.
    """
    from standstill import api
    from standstill.cli.summary import estimate_cells
    from standstill.studies.limits import check_numbers

    _check_json(json)
    first, second = api.find_result(a), api.find_result(b, settings or ())
    number, key, total = api.shared_numbers(first, second, samples, seed)
    if total:
        check_numbers("compare", number, key, workers)
        with _nothing_kept(), progress(f"{a} and {b}: {number:,} samples, seed {key}", total) as advance:
            found = api.compare(first, second, samples=number, seed=key, workers=workers, progress=advance)
    else:
        found = api.compare(first, second)
    if json is not None:
        data_json(found.as_dict(), json)
    if json == "-":
        return
    rows = [
        (row.arm, row.side, row.measure, estimate_cells(row.a)[0], estimate_cells(row.b)[0],
         *estimate_cells(row.difference), "paired" if row.paired else "not paired")
        for row in found.differences
    ]  # fmt: skip
    header = ("arm", "side", "measure", "A", "B", "B - A", "±", "unit", "samples")
    data_table(header, rows, title=f"A: {found.a}   B: {found.b}", right=3)


@app.command()
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder to write to; the run's own by default.")
    ] = None,
    audience: Annotated[
        str | None,
        typer.Option("--for", metavar="WHO", help="Write the two-page note for: mediator, parties or public."),
    ] = None,
) -> None:
    """Write the report of a run again, or a note from it."""
    from standstill import api

    page = api.report(run, out, audience=audience)
    data_lines([f"{'report' if audience is None else 'note'}: {page}"])


@app.command()
def talks(
    scenario: ScenarioName = "winter-2024",
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="FILE", help="Log of the talks (CSV), instead of the scenario's own."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day; the scenario's own by default.")
    ] = None,
    known_to: Annotated[
        str, typer.Option("--known-to", metavar="WHO", help="public, parties, mediator, or one of them by name.")
    ] = "public",
    run: Annotated[
        Path | None,
        typer.Option("--run", metavar="DIR", help="Folder of a finished run; results/SCENARIO if there is one."),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            "--weight", metavar="SIDE=K", help="What one unit of the other's loss is worth to a side, own units."
        ),
    ] = None,
    end_value: Annotated[
        list[str] | None,
        typer.Option(
            "--end-value", metavar="SIDE=V", help="Worth to a side of a standstill kept to the end, own units."
        ),
    ] = None,
    patience: Annotated[
        float | None,
        typer.Option("--patience", metavar="D", help="Weight of the next month relative to this one; 0.99 by default."),
    ] = None,
    incidents: Annotated[
        str | None,
        typer.Option(
            "--incidents", metavar="KEPT,STRUCK", help="Mean incidents a month of a side that holds, or strikes."
        ),
    ] = None,
    json: Json = None,
    settings: Settings = None,
) -> None:
    """Say where the talks stand, what they wait for, and what is at stake.

    Officials, base rate and model are three numbers. With a finished run: the winter given the talks, and thresholds.
    """
    from standstill import api
    from standstill.cli.options import by_side, day, pair
    from standstill.cli.talks import print_position
    from standstill.talks.run_stakes import DISCOUNT, UserSet

    _check_json(json)
    folder = run if run is not None else Path("results") / scenario
    user = None
    if weight or end_value or incidents or patience is not None:
        user = UserSet(
            weights=by_side("--weight", weight),
            discount=DISCOUNT if patience is None else patience,
            end_values=by_side("--end-value", end_value),
            incidents=pair("--incidents", incidents),
        )
    found = api.talks(
        scenario,
        log=log,
        as_of=day("--as-of", as_of),
        known_to=known_to,
        run=folder if run is not None or (folder / "run.json").exists() else None,
        user=user,
        settings=settings or (),
    )
    if json is not None:
        data_json(found.as_dict(), json)
    if json != "-":
        print_position(found)


@app.command()
def terms(
    scenario: ScenarioName = "winter-2024",
    samples: Annotated[int, typer.Option("--samples", "-n", metavar="N", help="Number of samples.")] = 2_048,
    seed: Seed = None,
    workers: Workers = None,
    json: Json = None,
    settings: Settings = None,
) -> None:
    """Say what the draft leaves open.

    Worth and P(holds) under each reading of each open point, ranked by how much they move.
    """
    from standstill import api
    from standstill.cli.talks import print_gaps

    _check_json(json)
    loaded = api.check(scenario, settings=settings or ())
    label = f"{loaded.name}, terms: {_count(samples, 'winter')}"
    with _nothing_kept(), progress(label, max(1, samples) * len(loaded.sides)) as advance:
        found = api.terms(loaded, samples=samples, seed=seed, workers=workers, progress=advance)
    if json is not None:
        data_json(found.as_dict(), json)
    if json != "-":
        print_gaps(found)


@app.command()
def backtest(
    scenario: ScenarioName,
    outcomes: Annotated[Path, typer.Argument(metavar="OUTCOMES", help="A TOML file of what was observed later.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Day of the forecast; the scenario's own by default.")
    ] = None,
    samples: Samples = None,
    seed: Seed = None,
    workers: Workers = None,
    json: Json = None,
) -> None:
    """Hold what was observed against the forecast.

    The forecast uses what was known on the day it is of, and every outcome must have become known later.
    """
    from standstill import api
    from standstill.cli.backtest import print_backtest
    from standstill.cli.options import day
    from standstill.scenario import load_scenario
    from standstill.scenario.outcomes import load_outcomes
    from standstill.studies.backtest import check_observations
    from standstill.studies.limits import check_numbers, default_workers

    _check_json(json)
    loaded = load_scenario(scenario, as_of=day("--as-of", as_of))
    seen = load_outcomes(outcomes)
    check_observations(loaded, seen, source=str(outcomes))
    number = loaded.samples if samples is None else samples
    key = loaded.seed if seed is None else seed
    threads = default_workers() if workers is None else workers
    check_numbers("backtest", number, key, threads)
    label = f"{loaded.name}, backtest: {_count(number, 'winter')}, seed {key}, {_count(threads, 'worker')}"
    with _nothing_kept(), progress(label, number * len(loaded.sides)) as advance:
        found = api.backtest(loaded, seen, samples=number, seed=key, workers=threads, progress=advance)
    if json is not None:
        data_json(found.as_dict(), json)
    if json != "-":
        print_backtest(found)


@app.command()
def decide(
    scenario: ScenarioName = "winter-2024",
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="A curve or a measure; repeatable.")
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", "-n", metavar="N", help="Number of samples of the curves.")
    ] = 2_560,
    seed: Seed = None,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
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
    from standstill.cli.decide import print_decisions
    from standstill.scenario import load_scenario
    from standstill.studies.decisions import n_units
    from standstill.studies.saved import is_run_of

    _check_json(json)
    loaded = load_scenario(scenario, settings=settings or ())
    folder = out if out is not None else Path("results") / loaded.name
    is_here = out is not None or is_run_of(folder, loaded)
    # a part of the answer takes the place of the whole only where the user says so
    has_run = is_here and (out is not None or not only)
    label = f"{loaded.name}, decisions: {_count(samples, 'winter')} a curve"
    with _nothing_kept(), progress(label, max(1, n_units(loaded, only or (), samples))) as advance:
        found = api.decide(
            loaded, only=only or (), samples=samples, seed=seed, workers=workers, out=folder if has_run else None,
            progress=advance,
        )  # fmt: skip
    if json is not None:
        data_json(found.as_dict(), json)
    if json != "-":
        print_decisions(found)
    if has_run:
        message(f"report: {folder / 'report.html'}")
    elif is_here:
        message(f"a part was asked for, so the report in {folder} stays as it is; --out {folder} shows the part in it")
    else:
        message("no finished run of this scenario here, so no report was written anew")


def _load_charts() -> None:
    """Load what draws the report, which takes seconds, while the engine simulates without Python's lock."""
    with suppress(Exception):  # what is wrong is said when the report is drawn
        from standstill.report.charts import warm_up

        warm_up()


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """End on Ctrl-C where there is nothing to go on from."""
    try:
        yield
    except KeyboardInterrupt:
        message("interrupted; nothing was kept")
        raise typer.Exit(130) from None


def _where(workers: int, dask: str | None) -> str:
    return f"on Dask at {dask}" if dask else _count(workers, "worker")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _check_json(where: str | None) -> None:
    """Refuse a file that cannot be written before anything is simulated."""
    if where in (None, "-"):
        return
    from standstill.studies.saved import writable

    path = Path(str(where))
    if path.is_dir():
        raise InputError("the command line", (Fault(place="--json", must="name a file", got=f"the folder {where}"),))
    writable(path.parent)
