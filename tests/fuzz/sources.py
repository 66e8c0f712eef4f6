"""Good inputs of every format that can be read, as bytes by file name, each with the files in it that may be spoilt.

Knows how they are made, and nothing of how they are spoilt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import standstill
from standstill.scenario import new_scenario
from tests.cases.pypsa_network import write_network
from tests.cases.small import copy_small
from tests.formats.test_matpower import CASE
from tests.formats.test_pras import small as small_system
from tests.formats.test_rts_gmlc import folder as write_rts_gmlc
from tests.scenario.conftest import CLAIMS, CURVES, SCENARIO

__all__ = ["FORMATS", "Source", "good_sources"]

FORMATS = ("pras", "pypsa", "matpower", "rts-gmlc", "toml", "csv")
"""Every format, in the order in which cases take turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One good input."""

    format: str
    """One of ``FORMATS``."""
    files: dict[str, bytes]
    """Path in a folder -> contents."""
    main: str
    """What ``check`` is given: one of the files, or a folder that holds them."""
    targets: tuple[str, ...]
    """The files that may be spoilt."""
    is_slow: bool = False
    """Whether a check takes the better part of a second, so that only long runs have it."""


def good_sources(scratch: Path) -> tuple[Source, ...]:
    """Return inputs of all formats, made in a folder that may be dropped afterwards."""
    return (*_systems(scratch), *_scenarios(scratch), *_series(scratch))


def _systems(scratch: Path) -> Iterator[Source]:
    standstill.write_pras(small_system(), scratch / "input.pras")
    write_network(scratch / "input.nc")
    (scratch / "input.m").write_text(CASE, encoding="utf-8")
    for name, ending in (("pras", "pras"), ("pypsa", "nc"), ("matpower", "m")):
        file = f"input.{ending}"
        yield Source(format=name, files={file: (scratch / file).read_bytes()}, main=file, targets=(file,))
    write_rts_gmlc(scratch / "rts" / "input")
    files = _files(scratch / "rts")
    yield Source(format="rts-gmlc", files=files, main="input", targets=tuple(files))


def _scenarios(scratch: Path) -> Iterator[Source]:
    new_scenario("input", _made(scratch / "template"))
    copy_small(scratch / "small").rename(scratch / "small" / "input.toml")
    for source in ("rts-79", "rts-gmlc", "spring-2024", "winter-2022", "winter-2024"):
        new_scenario("input", _made(scratch / source), source=source)
    for name in ("template", "small", "rts-79", "rts-gmlc", "spring-2024", "winter-2022", "winter-2024"):
        files = _files(scratch / name)
        is_slow = name == "winter-2024"
        tables = tuple(file for file in files if file.endswith(".toml"))
        yield Source(format="toml", files=files, main="input.toml", targets=tables, is_slow=is_slow)
        rows = tuple(file for file in files if file.endswith(".csv"))
        if rows:
            yield Source(format="csv", files=files, main="input.toml", targets=rows, is_slow=is_slow)


def _series(scratch: Path) -> Iterator[Source]:
    """Yield a scenario with a series of loads, a record of temperatures, a log of waves, and claims of its own."""
    folder = _made(scratch / "series")
    start = dt.datetime(2024, 9, 1)
    times = [(start + dt.timedelta(hours=hour)).isoformat() for hour in range(24 * 61)]
    days = [dt.date(2000, 8, 1) + dt.timedelta(days=day) for day in range(500)]
    texts = {
        "claims.csv": "\n".join(CLAIMS.splitlines()[:-1]) + "\n",
        "curves.toml": CURVES,
        "load.csv": "time,load\n" + "".join(f"{time},{1.2 + hour % 24 / 50:g}\n" for hour, time in enumerate(times)),
        "cold.csv": "date,mean\n" + "".join(f"{day},{8 - 10 * np.cos(day.month):.1f}\n" for day in days),
        "waves.csv": "time,stream\n2024-09-05T03:00,salvos\n2024-10-02T04:30,salvos\n2024-10-09,other\n",
    }
    scenario = SCENARIO
    for before, after in (
        ('threshold = "14 °C"', 'threshold = "14 °C"'),
        (
            'times = "poisson"\nrate = "1 to 4 per month"',
            'times = "dated"\ndates = { file = "waves.csv", stream = "salvos" }',
        ),
        ('load = "1.5 Mb/d"', 'series = { file = "load.csv", column = "load", unit = "Mb/d" }'),
    ):
        scenario = scenario.replace(before, after, 1)
    head, _, rest = scenario.partition("[side.weather.temperature]")
    _, _, rest = rest.partition("[side.weather.load]")
    history = '[side.weather]\nhistory = { file = "cold.csv", column = "mean" }\n[side.weather.load]'
    texts["input.toml"] = head + history + rest
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    files = _files(folder)
    rows = tuple(file for file in files if file.endswith(".csv"))
    yield Source(format="csv", files=files, main="input.toml", targets=rows)
    yield Source(format="toml", files=files, main="input.toml", targets=("input.toml", "curves.toml"))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }
