"""The options that several commands have, and the values of options that a plain type does not cover.

Knows nothing of commands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from standstill.errors import Fault, Faults, InputError

__all__ = [
    "Dask",
    "Device",
    "Json",
    "OneSide",
    "PrasCompatible",
    "Samples",
    "ScenarioName",
    "Seed",
    "Settings",
    "SystemName",
    "SystemSamples",
    "SystemSeed",
    "Workers",
    "by_side",
    "check_json",
    "day",
    "number",
    "pair",
    "read_share",
    "whole",
]


def whole(text: str | int) -> int:
    """Return the whole number that an option gives.

    Examples
    --------
    >>> whole("512")
    512
    """
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"must be a whole number, got {text!r}") from None


def number(text: str | float) -> float:
    """Return the number that an option gives.

    Examples
    --------
    >>> number("0.5")
    0.5
    """
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"must be a number, got {text!r}") from None


ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="A built-in scenario or a TOML file.")]
Samples = Annotated[
    int | None,
    typer.Option(
        "--samples", "-n", parser=whole, metavar="N", help="Number of samples; the scenario's own by default."
    ),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", "-s", parser=whole, metavar="S", help="Seed of all draws; the scenario's own by default."),
]
SystemName = Annotated[
    str,
    typer.Argument(
        metavar="SYSTEM",
        help="A file or folder of a known format, or a scenario (built in or TOML), without strikes.",
    ),
]
OneSide = Annotated[str | None, typer.Option("--side", metavar="NAME", help="One side of a scenario.")]
SystemSamples = Annotated[
    int | None, typer.Option("--samples", "-n", parser=whole, metavar="N", help="Number of samples; 10,000 by default.")
]
SystemSeed = Annotated[
    int | None, typer.Option("--seed", "-s", parser=whole, metavar="S", help="Seed of all draws; 1 by default.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", "-w", parser=whole, metavar="N", help="Threads; as many as processors by default."),
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Compute on a Dask cluster: address of its scheduler, or local:N for N processes here.",
    ),
]
Device = Annotated[
    str,
    typer.Option("--device", metavar="NAME", help="Compute on cpu, or on cuda: the first NVIDIA GPU of this machine."),
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
PrasCompatible = Annotated[
    bool, typer.Option("--pras-compatible", help="Give what PRAS defines otherwise as PRAS does.")
]


def day(option: str, text: str | None) -> dt.date | None:
    """Return the day that an option gives, if it gives one.

    Raises
    ------
    InputError
        If it is no date.

    Examples
    --------
    >>> day("--as-of", "2024-08-17")
    datetime.date(2024, 8, 17)
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        fault = Fault(place=option, must="be a date", got=repr(text), hint="write 2024-08-17")
        raise InputError("the command line", (fault,)) from None


def by_side(option: str, entries: Sequence[str] | None, *, of: str = "SIDE") -> dict[str, float]:
    """Return the numbers that an option gives by side, or by what ``of`` says instead.

    Raises
    ------
    InputError
        If an entry is not SIDE=NUMBER, or a side has two; every fault is listed.

    Examples
    --------
    >>> by_side("--weight", ["North=0.5", "South=2"])
    {'North': 0.5, 'South': 2.0}
    """
    faults = Faults(source="the command line")
    found: dict[str, float] = {}
    for entry in entries or ():
        side, sign, number = entry.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            sign = ""
        if not sign or not side:
            faults.add(option, f"be {of}=NUMBER", entry)
        elif side in found:
            faults.add(option, f"be given once for {side}", entry)
        else:
            found[side] = value
    faults.raise_if_any()
    return found


def read_share(text: str) -> float:
    """Return the share that ``--precision`` gives, as a percentage or a number.

    Raises
    ------
    InputError
        If it is neither.

    Examples
    --------
    >>> read_share("1%"), read_share("0.5 %"), read_share("0.02")
    (0.01, 0.005, 0.02)
    """
    number, sign, rest = text.partition("%")
    try:
        if rest.strip():
            raise ValueError
        return float(number) / 100.0 if sign else float(number)
    except ValueError:
        fault = Fault(place="--precision", must="be a share", got=repr(text), hint="write 1% or 0.01")
        raise InputError("the command line", (fault,)) from None


def pair(option: str, text: str | None) -> tuple[float, float] | None:
    """Return the two numbers that an option gives, if it gives any.

    Raises
    ------
    InputError
        If they are not two numbers.

    Examples
    --------
    >>> pair("--incidents", "2,6")
    (2.0, 6.0)
    """
    if text is None:
        return None
    first, _, second = text.partition(",")
    try:
        return float(first), float(second)
    except ValueError:
        fault = Fault(place=option, must="be two numbers", got=repr(text), hint="write 2,6")
        raise InputError("the command line", (fault,)) from None


def check_json(where: str | None) -> None:
    """Refuse a file for results that cannot be written, before anything is simulated.

    Raises
    ------
    InputError
        If it is a folder.
    OutputError
        If it cannot be written.
    """
    if where in (None, "-"):
        return
    from standstill.studies.saved import writable

    path = Path(str(where))
    if path.is_dir():
        raise InputError("the command line", (Fault(place="--json", must="name a file", got=f"the folder {where}"),))
    if not path.parent.is_dir():
        must = "name a file in a folder that exists"
        raise InputError("the command line", (Fault(place="--json", must=must, got=str(path)),))
    writable(path.parent)
