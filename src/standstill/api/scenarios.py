"""``check``, ``run`` and ``report``: a scenario is loaded, simulated, told about; a system can be checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standstill.api.given import Progress, find_scenario, find_system, sampling_on, version
from standstill.api.process import talks
from standstill.errors import Fault, Faults, InputError

if TYPE_CHECKING:
    from standstill.formats.converted import Converted
    from standstill.model.scenario import Scenario
    from standstill.studies.run import Run

__all__ = ["FORMER", "check", "check_folder", "report", "run"]

FORMER = ("note-mediator.html", "note-parties.html", "note-public.html", "decisions.json")
"""What may lie in the folder of a run besides what the run wrote."""


def check(scenario: str | Path | Scenario, *, settings: Sequence[str] = ()) -> Scenario | Converted:
    """Load a scenario, or a system of another tool, see that its records fit together, and stop.

    Parameters
    ----------
    scenario: str, Path or Scenario
        Name of a built-in scenario, a TOML file, a record, or a file or folder that ``read_system`` knows.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.

    Returns
    -------
    Scenario or Converted
        The scenario, or the system with what did not carry over in words.

    Raises
    ------
    InputError
        With every fault found.
    """
    from standstill.engine.pack import pack_side
    from standstill.model.scenario import Side
    from standstill.studies.limits import check_numbers

    found = find_system(scenario, settings, verb="check")
    if found is not None:
        pack_side(Side(name=found.system.name, system=found.system))
        return found
    loaded = find_scenario(scenario, settings)
    source = str(scenario) if isinstance(scenario, (str, Path)) else loaded.name
    check_numbers(source, loaded.samples, loaded.seed, None)
    faults = Faults(source=source)
    window = {"measure_from": loaded.measure_from, "measure_to": loaded.measure_to}
    for side in loaded.sides:
        try:
            pack_side(side, arms=loaded.arms, detail=True, **window)
        except InputError as error:
            faults.take(error.faults, f"{side.name}.")
    faults.raise_if_any()
    return loaded


def run(
    scenario: str | Path | Scenario = "winter-2024",
    *,
    samples: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    dask: object = None,
    device: str = "cpu",
    out: str | Path | None = None,
    resume: bool = False,
    origin: str | Path | None = None,
    settings: Sequence[str] = (),
    progress: Progress | None = None,
) -> Run:
    """Simulate every side and arm of a scenario, measure, and value each arm against the first.

    Parameters
    ----------
    scenario: str, Path or Scenario
        Name of a built-in scenario, a TOML file, or a record.
    samples, seed: int, optional
        Number of samples and seed of all draws; the scenario's own by default. Results depend on nothing else.
    workers: int, optional
        Threads; as many as processors by default.
    dask: str or distributed.Client, optional
        A Dask cluster instead of threads (extra ``cluster``): address of a scheduler, "local", "local:N", or a client.
    device: str
        "cpu", or "cuda" for a CUDA device instead of threads (extra ``cuda``), whose last digits are its own.
    out: str or Path, optional
        Folder for the results, the report and, meanwhile, finished blocks. Without it nothing is written. Of an earlier
        run of the scenario in it, notes are written anew, and decisions that no longer fit are removed.
    resume: bool
        Whether finished blocks (or the finished run) in ``out`` are taken instead of simulated anew.
    origin: str or Path, optional
        Name or file of the scenario where a record is given; it is saved with the run, for ``report``.
    settings: sequence of str, optional
        Values to set on top of the file, each "PATH=VALUE"; see ``load_scenario``.
    progress: callable, optional
        Called with a number of samples whenever a block of one side is done.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        With every fault of the arguments, of the file or of the records, or if ``out`` holds a finished run of another
        scenario.
    OutputError
        If ``out`` cannot be written; seen before simulating.
    """
    from standstill.studies import saved
    from standstill.studies.limits import check_run, threads
    from standstill.studies.run import run_scenario

    loaded = find_scenario(scenario, settings)
    samples = loaded.samples if samples is None else samples
    seed = loaded.seed if seed is None else seed
    workers = threads("run", workers, dask, device)
    check_run(loaded, samples, seed, workers, out)
    if out is not None:
        check_folder(Path(out), loaded)
    if resume and out is None:
        raise InputError("run", (Fault(place="resume", must="come with a folder, out, to resume from"),))
    folder = Path(out) if out is not None else None
    if folder is not None and resume:
        finished = saved.find_finished(folder, loaded, samples, seed, version(device))
        if finished is not None:
            finished = _with_talks(finished)
            report(finished, folder)
            return finished
    store = saved.blocks_folder(folder) if folder is not None else None
    with sampling_on(samples, seed, workers, progress, dask, device) as sampling:
        found = run_scenario(loaded, sampling=sampling, store=store, resume=resume)
    found = _with_talks(found)
    if folder is not None:
        saved.save_run(found, folder, origin or (scenario if isinstance(scenario, (str, Path)) else None))
        saved.drop_blocks(folder, found)
        report(found, folder)
        _renew(found, folder)
    return found


def check_folder(folder: Path, scenario: Scenario) -> None:
    """Refuse a folder that holds a finished run of a scenario of another name, which would be lost.

    Raises
    ------
    InputError
        If it does.
    """
    found = _read_json(folder / "run.json") if (folder / "saved").is_dir() else {}
    there = found.get("scenario", scenario.name)
    if there != scenario.name:
        must, hint = "hold no finished run of another scenario", "choose another folder, or remove this one first"
        raise InputError("run", (Fault(place="out", must=must, got=f"{folder}, a run of {there}", hint=hint),))


def _renew(run: Run, folder: Path) -> None:
    """Write the notes of an earlier run in a folder anew, and remove decisions on another content of the scenario."""
    from standstill.report import AUDIENCES, write_sheet
    from standstill.studies.decisions import FILE

    for audience in AUDIENCES:
        if (folder / f"note-{audience}.html").exists():
            write_sheet(run, folder, audience)
    if _read_json(folder / FILE).get("scenario_id", run.scenario.id) != run.scenario.id:
        with suppress(OSError):
            (folder / FILE).unlink()


def _read_json(path: Path) -> dict[str, Any]:
    """Return the object in a file; an empty one if there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _with_talks(run: Run) -> Run:
    """Return a run that also says where the talks of its scenario stand, and what the winter is given them."""
    from dataclasses import replace

    if run.scenario.talks is None:
        return run
    found = talks(run.scenario, run=run).as_dict()
    return replace(run, talks={name: found[name] for name in found if name not in ("schema", "version", "scenario")})


def report(run: Run | str | Path, out: str | Path | None = None, *, audience: str | None = None) -> Path:
    """Write the report of a run, or a note for one circle of readers.

    Parameters
    ----------
    run: Run, str or Path
        A run, or the folder of a saved one.
    out: str or Path, optional
        Folder to write to; the run's own if it is saved.
    audience: str, optional
        "mediator", "parties" or "public": write the two-page note for them instead of the report.

    Returns
    -------
    Path
        The page, ``report.html`` or ``note-AUDIENCE.html``.

    Raises
    ------
    InputError
        If the folder holds no saved run, or nobody is called so.
    OutputError
        If the report cannot be written.
    """
    from standstill.report import AUDIENCES, write_report, write_sheet
    from standstill.studies import saved
    from standstill.studies.run import Run

    chosen = next((name for name in AUDIENCES if name == audience), None)
    if audience is not None and chosen is None:
        raise InputError("report", (Fault(place="for", must=f"be one of {', '.join(AUDIENCES)}", got=repr(audience)),))
    if out is None and isinstance(run, Run):
        raise InputError("report", (Fault(place="out", must="be given for a run that is not saved"),))
    found = run if isinstance(run, Run) else saved.load_run(Path(run))
    folder = Path(out) if out is not None else Path(str(run))
    saved.writable(folder)
    return write_report(found, folder) if chosen is None else write_sheet(found, folder, chosen)
