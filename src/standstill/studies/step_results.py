"""Results by step, on request: what regions, interfaces, stores and assets did, as mean and spread over samples.

Gives them as arrays and as tables. Knows nothing of how a step is balanced or recorded.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Fault, InputError

__all__ = ["SPREAD_COLUMNS", "VALUE_COLUMNS", "StepResult"]

Floats = NDArray[np.float64]
SPREAD_COLUMNS = ("result", "name", "period", "mean", "sd", "unit")
"""Columns of the table of means."""
VALUE_COLUMNS = ("result", "name", "period", "sample", "value", "unit")
"""Columns of the table of samples."""
_NUMBERS = ("mean", "sd", "value")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StepResult:
    """One result of every measured step: what it was on average over samples, and how far it scattered.

    Flows are positive from an interface's first region to its second; what stores hold and demand responses owe is
    that at the end of the step.
    """

    result: str
    """What it is: shortfall, surplus, flow, utilization, energy, availability or class_availability."""
    unit: str
    """Unit of the numbers: the system's power or energy unit, or "share"."""
    names: tuple[str, ...]
    """What has it: regions, interfaces, stores and demand responses, assets, or asset classes."""
    start: dt.datetime
    """Start of the first step."""
    step_h: float
    """Length of a step, h."""
    samples: int
    """Number of samples."""
    mean: Floats
    """Mean over samples, (n_names, n_steps)."""
    sd: Floats | None
    """Standard deviation over samples (n - 1), (n_names, n_steps); None of one sample."""
    values: Floats | None
    """Value in every sample, (n_samples, n_names, n_steps); None if they were not asked for."""
    about: dict[str, Any]
    """Where the numbers come from, by name."""

    def __post_init__(self) -> None:
        n_steps = freeze(self, "mean", len(self.names), "n_steps")["n_steps"]
        if self.sd is not None:
            freeze(self, "sd", len(self.names), n_steps)
        if self.values is not None:
            freeze(self, "values", self.samples, len(self.names), n_steps)

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild through the constructor, so that arrays stay read-only."""
        return rebuild(self)

    @property
    def se(self) -> Floats | None:
        """Standard error of ``mean``, (n_names, n_steps); None of one sample."""
        return None if self.sd is None else self.sd / np.sqrt(self.samples)

    @property
    def times(self) -> tuple[dt.datetime, ...]:
        """Start of every step."""
        return tuple(self.start + dt.timedelta(hours=self.step_h * step) for step in range(self.mean.shape[1]))

    def to_pandas(self, *, by_sample: bool = False) -> Any:
        """Return it as a long table, a pandas DataFrame (extra ``table``).

        Parameters
        ----------
        by_sample: bool
            Whether to give the value of every sample instead of mean and standard deviation.

        Returns
        -------
        pandas.DataFrame
            Columns ``SPREAD_COLUMNS`` or ``VALUE_COLUMNS``; its ``attrs`` say where it comes from.

        Raises
        ------
        InputError
            If pandas is not installed, or the values of samples were not asked for.
        """
        from standstill.studies.long_table import library

        pd = library("pandas", "to_pandas")
        columns = self._columns(by_sample)
        times = pd.to_datetime(pd.Series(self.times, dtype="object"))
        columns["period"] = times.take(columns["period"]).array
        frame = pd.DataFrame(columns).astype({name: "float64" for name in _NUMBERS if name in columns})
        frame.attrs.update(self.about)
        return frame

    def to_xarray(self) -> Any:
        """Return it as an xarray Dataset (extra ``table``).

        Returns
        -------
        xarray.Dataset
            Variables mean and sd over (name, period), and value over (sample, name, period) if the values of samples
            were asked for. Times are UTC if the system's have a time zone.

        Raises
        ------
        InputError
            If xarray is not installed.
        """
        from standstill.studies.long_table import library

        xr = library("xarray", "to_xarray")
        times = [time.astimezone(dt.UTC).replace(tzinfo=None) if time.tzinfo else time for time in self.times]
        labels: dict[str, Any] = {"name": list(self.names), "period": np.array(times, dtype="datetime64[ns]")}
        variables: dict[str, Any] = {"mean": (("name", "period"), self.mean)}
        if self.sd is not None:
            variables["sd"] = (("name", "period"), self.sd)
        if self.values is not None:
            labels["sample"] = np.arange(self.samples)
            variables["value"] = (("sample", "name", "period"), self.values)
        return xr.Dataset(variables, labels, {"result": self.result, "unit": self.unit, **self.about})

    def to_parquet(self, path: str | os.PathLike[str], *, by_sample: bool = False) -> Path:
        """Write the table of ``to_pandas`` as a Parquet file, whole or not at all (extra ``table``); return where.

        Raises
        ------
        InputError
            If pyarrow is not installed, or the values of samples were not asked for.
        OutputError
            If the file cannot be written.
        """
        from standstill.studies.long_table import library
        from standstill.studies.saved import written

        pa, parquet = (library(name, "to_parquet") for name in ("pyarrow", "pyarrow.parquet"))
        columns = self._columns(by_sample)
        zone = None if self.start.tzinfo is None else "UTC"
        columns["period"] = pa.array(self.times, pa.timestamp("us", tz=zone)).take(pa.array(columns["period"]))
        kinds = {"period": None, "sample": pa.int64(), **dict.fromkeys(_NUMBERS, pa.float64())}
        table = pa.table({name: pa.array(column, kinds.get(name, pa.string())) for name, column in columns.items()})
        about = json.dumps(self.about, ensure_ascii=False)
        with written(Path(path)) as file:
            parquet.write_table(table.replace_schema_metadata({"standstill": about}), file)
        return Path(path)

    def to_csv(self, path: str | os.PathLike[str], *, by_sample: bool = False) -> Path:
        """Write the same table as comma-separated text in UTF-8, whole or not at all; return where.

        Raises
        ------
        InputError
            If the values of samples were not asked for.
        OutputError
            If the file cannot be written.
        """
        from standstill.studies.saved import written

        columns = self._columns(by_sample)
        times = np.array([time.isoformat() for time in self.times], dtype=object)
        columns["period"] = times[columns["period"]]
        with written(Path(path)) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            rows = csv.writer(text, lineterminator="\n")
            rows.writerow(columns)
            rows.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
            text.detach()
        return Path(path)

    def _columns(self, by_sample: bool) -> dict[str, Any]:
        """Return the columns of a table; ``period`` holds places in ``times``."""
        numbers = {"value": self.values} if by_sample else {"mean": self.mean, "sd": self.sd}
        whole = self.values if by_sample else self.mean
        if whole is None:
            fault = Fault(place="by_sample", must="be asked of assess too", hint="assess(..., by_sample=True)")
            raise InputError(f"result {self.result}", (fault,))
        places: tuple[Any, ...] = np.indices(whole.shape, sparse=True)
        axes: dict[str, Any] = {"result": self.result, "name": np.array(self.names, dtype=object)[places[-2]]}
        axes |= {"period": places[-1], **({"sample": places[0]} if by_sample else {}), **numbers, "unit": self.unit}
        return {
            name: np.broadcast_to(
                axis if isinstance(axis, np.ndarray) else np.array(axis, dtype=object), whole.shape
            ).reshape(-1)
            for name, axis in axes.items()
        }
