"""``run`` and ``report``: simulate a scenario, and write its report again. Ctrl-C keeps what is finished."""

from __future__ import annotations

import shlex
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standstill.cli.options import Dask, Device, Json, Samples, ScenarioName, Seed, Settings, Workers, check_json
from standstill.cli.output import data_json, data_lines, data_table, message, progress, where_text
from standstill.units import count_text

if TYPE_CHECKING:
    from standstill.studies.run import Run

__all__ = ["report", "run"]


def run(
    scenario: ScenarioName = "winter-2024",
    samples: Samples = None,
    seed: Seed = None,
    workers: Workers = None,
    dask: Dask = None,
    device: Device = "cpu",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", readable=False, help="Folder for results; results/SCENARIO by default."
        ),
    ] = None,
    json: Json = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Take finished blocks of an interrupted run from the folder.")
    ] = False,
    settings: Settings = None,
) -> None:
    """Simulate a scenario and write its report.

    Prints each side's 80 % range in each arm, and of what is saved. Ctrl-C keeps what is finished; --resume goes on.
    """
    from standstill import api
    from standstill.api.given import version
    from standstill.api.scenarios import FORMER, check_folder
    from standstill.scenario import load_scenario
    from standstill.studies.limits import check_run, threads
    from standstill.studies.saved import kept_blocks

    loaded = load_scenario(scenario, settings=settings or ())
    folder = out or Path("results") / loaded.name
    check_json(json)
    number = loaded.samples if samples is None else samples
    key = loaded.seed if seed is None else seed
    n_threads = threads("run", workers, dask, device)
    check_run(loaded, number, key, n_threads, folder)
    check_folder(folder, loaded)
    former = [name for name in FORMER if (folder / name).exists()]
    label = f"{loaded.name}: {count_text(number, 'winter')}, seed {key}, {where_text(n_threads, dask, device)}"
    threading.Thread(target=_load_charts, name="charts").start()
    try:
        with progress(label, number * len(loaded.sides)) as advance:
            found = api.run(
                loaded, origin=scenario, samples=number, seed=key, workers=workers, dask=dask, device=device,
                out=folder, resume=resume, progress=advance,
            )  # fmt: skip
    except KeyboardInterrupt:
        settled = ["--samples", str(number), "--seed", str(key), "--out", str(folder)]
        settled += [word for setting in settings or () for word in ("--set", setting)]
        settled += ["--dask", dask] if dask else []
        settled += ["--device", device] if device != "cpu" else []
        _say_how_to_go_on([scenario, *settled], folder, kept_blocks(folder, loaded, key, version(device)))
        raise typer.Exit(130) from None
    done = "read back, nothing simulated" if found.is_read else f"in {found.seconds:.0f} s"
    message(f"{count_text(number, 'winter')} {done}")
    for name in () if found.is_read else former:
        message(f"{folder / name}: {_became_of(folder / name)}")
    page = f"report: {folder / 'report.html'}"
    if json is not None:
        data_json(found.as_dict(), json)
    if json == "-":
        message(page)
    else:
        _print_summary(found)
        data_lines([page])


def _say_how_to_go_on(arguments: list[str], folder: Path, kept: int) -> None:
    message(f"interrupted; {count_text(kept, 'finished block')} kept in {folder / 'blocks'}")
    if kept:
        message(f"to go on: {shlex.join(['standstill', 'run', *arguments])} --resume")


def _load_charts() -> None:
    """Load what draws the report, which takes seconds, while the engine simulates without Python's lock."""
    with suppress(Exception):  # what is wrong is said when the report is drawn
        from standstill.report.charts import warm_up

        warm_up()


def _print_summary(run: Run) -> None:
    from standstill.report import range_words as words
    from standstill.report.talks_part import position_of
    from standstill.report.talks_words import position_words, winter_words

    position = position_of(run)
    run = run.dated
    data_lines([run.scenario.title, words.measured_words(run)])
    data_table(words.range_header(run), words.range_rows(run))
    data_lines([f"{side.name}: {side.caveat}" for side in run.scenario.sides if side.caveat])
    if position is not None:
        data_lines(position_words(position))
        data_lines(winter_words(position.winter) if position.winter else [])


def _became_of(path: Path) -> str:
    """Return what a run did to what an earlier one left."""
    if not path.exists():
        return "removed, as the scenario has changed since"
    return "written anew" if path.suffix == ".html" else "as it was, as it fits"


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", readable=False, help="The folder of a finished run.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", readable=False, help="Folder to write to; the run's own by default."
        ),
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
