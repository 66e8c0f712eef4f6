"""A log of waves that happened: a CSV file of times, of one or several streams. Knows nothing of what a wave does."""

from __future__ import annotations

import datetime as dt
from importlib.resources.abc import Traversable
from pathlib import Path

from standstill.errors import Faults, FormatError
from standstill.scenario.reading import near
from standstill.scenario.series import read_columns, read_moment

__all__ = ["read_wave_log"]


def read_wave_log(path: str | Path | Traversable, stream: str | None = None) -> list[dt.datetime]:
    """Read the times of the waves in a log.

    Parameters
    ----------
    path: str, Path or Traversable
        CSV with the column ``time``, a local time, and, if the log holds several streams, the column ``stream``;
        further columns are not read, and lines that begin with "#" are notes.
    stream: str, optional
        Stream whose waves are wanted; all by default.

    Returns
    -------
    list of datetime
        Times in order; two waves of the same time are two entries.

    Raises
    ------
    FormatError
        With every fault of the file, by row and column, or if it has no wave of the stream.
    """
    source = Path(path) if isinstance(path, str) else path
    faults = Faults(source=str(path), error=FormatError)
    times: list[dt.datetime] = []
    streams: dict[str, int] = {}
    columns = ("time",) if stream is None else ("time", "stream")
    for line, cells in read_columns(source, columns, faults):
        try:
            moment = read_moment(cells["time"])
        except ValueError:
            hint = "write local times as 2024-10-01T18:00, without an offset"
            faults.add(f"row {line}: time", "be a local time", cells["time"], hint)
            continue
        name = cells.get("stream", "")
        streams[name] = streams.get(name, 0) + 1
        if stream is None or name == stream:
            times.append(moment)
    if not times and not faults.items:
        must = "have at least one wave" if stream is None else f"have a wave of the stream {stream}"
        faults.add("stream" if streams else "file", must, hint=near(str(stream), tuple(streams)) if streams else "")
    faults.raise_if_any()
    return sorted(times)
