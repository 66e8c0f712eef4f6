"""What a verb is given: a scenario by name, file or record, values to set in it, a system, who is told of progress.

Knows no verb.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from standstill.errors import Fault, InputError

if TYPE_CHECKING:
    from standstill.formats.converted import Converted
    from standstill.model.scenario import Scenario
    from standstill.studies.sampling import Sampling

__all__ = ["SET_WHERE", "Progress", "find_scenario", "find_system", "sampling_on", "version"]

Progress = Callable[[int], None]
"""Called with a number of samples, or of units of a study, whenever some are done."""

SET_WHERE = "name a value of a scenario that is given by its name or its TOML file"
"""What must hold of a value to set."""


@contextmanager
def sampling_on(
    samples: int, seed: int, workers: int, progress: Progress | None, dask: object = None, device: str = "cpu"
) -> Iterator[Sampling]:
    """Open the place where blocks are computed, and hand over how a scenario is simulated there."""
    from standstill.engine.drivers import backend
    from standstill.studies.sampling import Sampling

    with backend(workers, dask, device) as found:
        yield Sampling(samples=samples, seed=seed, version=version(device), backend=found, progress=progress)


def version(device: str = "cpu") -> str:
    """Return the version, which every result records, with the device if its last bits are its own.

    Results and saved blocks of another version are never taken for one's own.
    """
    from standstill import __version__

    return __version__ if device == "cpu" else f"{__version__}+{device}"


def find_scenario(scenario: str | os.PathLike[str] | Scenario, settings: Sequence[str] = ()) -> Scenario:
    """Return the scenario that a verb was given: loaded, with the values set in it, or the record as it is.

    Raises
    ------
    InputError
        With every fault of the file, if a value is to be set in a record, or if it is no scenario.
    """
    from standstill.model.scenario import Scenario
    from standstill.scenario import load_scenario

    if isinstance(scenario, Scenario):
        if settings:
            raise InputError("scenario", (Fault(place="set", must=SET_WHERE, got=str(settings[0])),))
        return scenario
    if not isinstance(scenario, (str, os.PathLike)):
        must = "be a name, a TOML file or a Scenario"
        raise InputError("scenario", (Fault(place="scenario", must=must, got=type(scenario).__name__),))
    return load_scenario(scenario if isinstance(scenario, str) else Path(scenario), settings=settings)


def find_system(item: object, settings: Sequence[str] = (), *, verb: str) -> Converted | None:
    """Return the system in a file or folder of another tool; none for a scenario, by name or as TOML, and a record.

    Raises
    ------
    InputError
        With every fault that its reader finds, or if a value is to be set in it.
    """
    from standstill.formats.registry import FORMATS, find_format
    from standstill.scenario import list_scenarios
    from standstill.scenario.files import builtin_files, is_there
    from standstill.scenario.reading import near

    if not isinstance(item, (str, os.PathLike)) or Path(item).suffix == ".toml":
        return None
    # a folder may have the name of a built-in scenario, which goes first
    if isinstance(item, str) and item in (Path(file.name).stem for file in builtin_files()):
        return None
    found = find_format(item) if str(item).strip() else None
    if found is None and (Path(item).suffix or not is_there(Path(item))):
        names = tuple(name for name, _, _ in list_scenarios())
        must = f"be a scenario, built in or a .toml file, or a system: {', '.join(each.name for each in FORMATS)}"
        source, hint = str(item).strip() or "the system", near(str(item), names)
        raise InputError(source, (Fault(place="system", must=must, got=repr(str(item)), hint=hint),))
    if found is None:
        return None
    if settings:
        raise InputError(verb, (Fault(place="set", must=SET_WHERE, got=str(settings[0])),))
    return found.read(Path(item))
