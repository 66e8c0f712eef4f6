"""Runs on disk: what ``report`` and ``compare`` need of a finished run, and nothing half-written.

A run's folder holds ``run.json`` (the results), ``saved/`` (per-sample totals, histograms and the scenario's own files,
from which every measure is made anew) and, while a run is under way, ``blocks/``. Knows nothing of reports.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from standstill.engine.block import n_columns
from standstill.engine.checkpoint import block_folder
from standstill.engine.jit import engine_key
from standstill.engine.outcome import Outcome, side_outcome
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide
from standstill.engine.tally import Histograms
from standstill.errors import Fault, Faults, FormatError, InputError, OutputError
from standstill.model.scenario import Scenario
from standstill.scenario import load_scenario
from standstill.scenario.files import BUILTIN, files_of, is_inside
from standstill.studies.run import Run, measured

__all__ = [
    "blocks_folder",
    "drop_blocks",
    "find_finished",
    "is_run_of",
    "kept_blocks",
    "load_run",
    "save_run",
    "to_json",
    "writable",
    "written",
]

_ABOUT, _SAMPLES, _SCENARIO = "about.json", "samples.npz", "scenario"


def to_json(data: dict[str, Any]) -> str:
    """Return JSON text; a number that does not exist becomes null with a reason, never NaN.

    Examples
    --------
    >>> print(to_json({"lole": {"value": 2.0, "se": float("inf")}}))
    {
      "lole": {
        "value": 2.0,
        "se": null,
        "reason": "one sample has no standard error"
      }
    }
    """
    return json.dumps(_finite(data), indent=2, allow_nan=False, ensure_ascii=False)


def _finite(item: Any) -> Any:
    if isinstance(item, dict):
        out = {key: _finite(value) for key, value in item.items()}
        missing = [key for key, value in item.items() if isinstance(value, float) and not math.isfinite(value)]
        if missing and not out.get("reason"):
            out["reason"] = "one sample has no standard error" if missing == ["se"] else "not a finite number"
        return out
    if isinstance(item, (list, tuple)):
        return [_finite(value) for value in item]
    return None if isinstance(item, float) and not math.isfinite(item) else item


@contextmanager
def _plainly(path: Path) -> Iterator[IO[bytes]]:
    """Open a device or a pipe, which cannot be replaced by a finished file."""
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write; it appears under its name when all is written, or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    path = path.resolve()  # a link stays, and what it leads to is written
    if path.exists() and not path.is_file():
        with _plainly(path) as file:
            yield file
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            yield file
        beside.replace(path)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def writable(folder: Path) -> None:
    """See that a folder can be made and written to, and leave no trace, so that a run does not fail at its end.

    Raises
    ------
    OutputError
        If it cannot.
    """
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            return
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make {folder}: {error.strerror or error}") from error


def blocks_folder(folder: Path) -> Path:
    """Return where a run that writes to ``folder`` keeps its finished blocks."""
    return folder / "blocks"


def kept_blocks(folder: Path, scenario: Scenario, seed: int, version: str) -> int:
    """Return how many finished blocks of a run are kept in ``folder``: what ``resume`` would take."""
    return len(list(block_folder(blocks_folder(folder), scenario.id, seed, version).glob("*.npz")))


def drop_blocks(folder: Path, run: Run) -> None:
    """Remove the block files of a run that is saved."""
    blocks = block_folder(blocks_folder(folder), run.outcome.scenario_id, run.seed, run.version)
    shutil.rmtree(blocks, ignore_errors=True)
    if blocks.parent.is_dir() and not any(blocks.parent.iterdir()):
        blocks.parent.rmdir()


def save_run(run: Run, folder: Path, origin: str | Path | None = None) -> None:
    """Save a run.

    Parameters
    ----------
    run: Run
        The run.
    folder: Path
        Its folder; made if need be.
    origin: str or Path, optional
        Name or file of the scenario, which is saved with the run. Without it, ``load_run`` must be given the scenario.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    saved = folder / "saved"
    _make(saved)
    former = _former_files(saved)
    entry, names = _save_scenario(origin, saved / _SCENARIO) if origin is not None else (None, ())
    for name in former - set(names):
        with suppress(OSError):
            (saved / _SCENARIO / name).unlink()
    arrays: dict[str, NDArray[Any]] = {}
    for place, side in enumerate(run.outcome.sides):
        arrays[f"{place}.totals"] = np.stack([side.totals[arm] for arm in run.outcome.arms])
        if side.histograms is not None:
            arrays |= {f"{place}.{name}": counts for name, counts in side.histograms._asdict().items()}
    with written(saved / _SAMPLES) as file:
        np.savez(file, allow_pickle=False, **arrays)
    as_of = run.scenario.as_of
    about = {
        "schema": 1,
        "version": run.version,
        "engine": engine_key(),
        "scenario": entry,
        "files": names,
        "settings": list(run.scenario.settings),
        "id": run.outcome.scenario_id,
        "as_of": as_of.isoformat() if as_of else None,
        "seed": run.seed,
        "samples": run.samples,
        "seconds": run.seconds,
    }
    with written(saved / _ABOUT) as file:
        file.write(to_json(about).encode())
    with written(folder / "run.json") as file:
        file.write((to_json(run.as_dict()) + "\n").encode())


def _save_scenario(origin: str | Path, folder: Path) -> tuple[str, tuple[str, ...]]:
    """Copy a scenario's file and the files it names.

    Returns
    -------
    tuple
        Where to read it, relative to ``saved`` or absolute, and the names of the files copied: none where it names
        files outside its own folder.
    """
    main: Traversable | Path = BUILTIN / f"{origin}.toml"
    home: Traversable | Path = BUILTIN
    if not (isinstance(origin, str) and main.is_file()):
        main, home = Path(origin), Path(origin).parent
    found = files_of(main, home)
    if not all(is_inside(name) for name in found):
        return str(Path(origin).resolve()), ()
    for name, source in found.items():
        _make((folder / name).parent)
        with written(folder / name) as file:
            file.write(source.read_bytes())
    return f"{_SCENARIO}/{main.name}", tuple(found)


def _former_files(saved: Path) -> set[str]:
    """Return the files that the run saved here before copied, by its own list and nothing else."""
    try:
        names = json.loads((saved / _ABOUT).read_text(encoding="utf-8")).get("files", [])
    except (OSError, ValueError, AttributeError):
        return set()
    inside = [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return {str(path) for path in inside if is_inside(str(path))}


@dataclass(frozen=True, slots=True)
class _About:
    scenario: str | None
    id: str
    as_of: dt.date | None
    seed: int
    samples: int
    version: str
    engine: str
    seconds: float
    settings: tuple[str, ...]


def _read_about(folder: Path) -> _About:
    must, came, hint = f"be that of a finished run, with saved/{_ABOUT}", "", ""
    try:
        data = json.loads((folder / "saved" / _ABOUT).read_text(encoding="utf-8"))
        return _About(
            scenario=data["scenario"],
            id=str(data["id"]),
            as_of=dt.date.fromisoformat(data["as_of"]) if data["as_of"] else None,
            seed=int(data["seed"]),
            samples=int(data["samples"]),
            version=str(data["version"]),
            engine=str(data.get("engine", "")),
            seconds=float(data["seconds"]),
            settings=tuple(str(item) for item in data.get("settings", ())),
        )
    except OSError:
        came = "" if folder.is_dir() else "a file" if folder.exists() else "nothing of that name"
        hint = "a run's folder is what standstill run wrote to, results/winter-2024 for example"
    except (ValueError, KeyError, TypeError) as error:
        must, came = f"hold saved/{_ABOUT} as standstill run wrote it", f"{type(error).__name__}: {error}"
    raise FormatError(str(folder), (Fault(place="folder", must=must, got=came, hint=hint),))


def is_run_of(folder: Path, scenario: Scenario) -> bool:
    """Return whether a folder holds a finished run of a scenario as it is now."""
    try:
        return _read_about(folder).id == scenario.id
    except InputError:
        return False


def load_run(folder: Path, scenario: Scenario | None = None) -> Run:
    """Read a saved run; every measure is made anew from its samples.

    Parameters
    ----------
    folder: Path
        The run's folder.
    scenario: Scenario, optional
        Needed where the run was made from a record and not from a name or file.

    Raises
    ------
    InputError
        If it is not a whole saved run.
    """
    about = _read_about(folder)
    faults = Faults(source=str(folder), error=FormatError)
    if scenario is None:
        if about.scenario is None:
            must = "be given, as this run was made from a record and not from a file"
            raise FormatError(str(folder), (Fault(place="scenario", must=must),))
        scenario = load_scenario(folder / "saved" / about.scenario, as_of=about.as_of, settings=about.settings)
    if scenario.id != about.id:
        faults.add("scenario", f"be the one that was run, {about.id}", scenario.id)
        faults.raise_if_any()
    arms = tuple(arm.name for arm in scenario.arms)
    window = {"measure_from": scenario.measure_from, "measure_to": scenario.measure_to}
    packed = [pack_side(side, arms=scenario.arms, detail=True, **window) for side in scenario.sides]
    joined = _read_samples(folder / "saved" / _SAMPLES, packed, about, faults)
    outcome = Outcome(
        scenario_id=about.id,
        seed=about.seed,
        samples=about.samples,
        version=about.version,
        arms=arms,
        sides=tuple(
            side_outcome(side, part, arms, *result, about.seed)
            for side, part, result in zip(scenario.sides, packed, joined, strict=True)
        ),
    )
    return replace(measured(scenario, outcome, about.seconds), is_read=True)


def _read_samples(
    path: Path, packed: list[PackedSide], about: _About, faults: Faults
) -> list[tuple[NDArray[np.float64], Histograms]]:
    out = []
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            for place, side in enumerate(packed):
                totals = stored[f"{place}.totals"]
                wanted = (len(side.model.arms.table), about.samples, n_columns(side))
                if totals.shape != wanted:
                    faults.add(f"saved/{_SAMPLES}", f"hold totals of shape {wanted}", totals.shape)
                out.append((totals, Histograms(*(stored[f"{place}.{name}"] for name in Histograms._fields))))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        must = f"be as standstill {about.version} wrote it"
        faults.add(f"saved/{_SAMPLES}", must, f"{type(error).__name__}: {error}")
    faults.raise_if_any()
    return out


def find_finished(folder: Path, scenario: Scenario, samples: int, seed: int, version: str) -> Run | None:
    """Return the finished run in a folder if it is the one asked for, made by this very engine."""
    try:
        about = _read_about(folder)
        wanted = (scenario.id, samples, seed, version, engine_key())
        if (about.id, about.samples, about.seed, about.version, about.engine) != wanted:
            return None
        return load_run(folder, scenario)
    except InputError:
        return None
