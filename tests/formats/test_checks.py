"""The door to HDF5 data: what is there is read, what is only declared is not."""

from __future__ import annotations

import io

import h5py
import numpy as np
import pytest

from standstill.errors import FormatError
from standstill.formats.checks import read_dataset
from standstill.formats.pras import read_pras, write_pras
from standstill.formats.pypsa import read_pypsa
from tests.cases.pypsa_network import write_network
from tests.cases.toy import toy

MANY = 2**28


@pytest.fixture
def file():
    with h5py.File(io.BytesIO(), "w") as file:
        yield file


@pytest.mark.parametrize(
    "options",
    [{}, {"chunks": (2, 3)}, {"chunks": (2, 3), "compression": "gzip"}, {"chunks": (4, 4), "maxshape": (None, None)}],
)
@pytest.mark.parametrize("dtype", ["f8", "i1", h5py.string_dtype()])
def test_what_is_there_is_read(file, options, dtype):
    values = np.arange(35).reshape(5, 7).astype("U2").astype(object) if isinstance(dtype, np.dtype) else np.ones((5, 7))
    file.create_dataset("x", data=values, dtype=dtype, **options)
    assert read_dataset(file["x"]).shape == (5, 7)


@pytest.mark.parametrize("value", [3.0, np.zeros(0), np.zeros((0, 4))])
def test_single_values_and_none_are_read(file, value):
    file["x"] = value
    assert np.array_equal(read_dataset(file["x"]), value)


@pytest.mark.parametrize("dtype", ["f8", "S1000", h5py.string_dtype()])
@pytest.mark.parametrize("chunks", [None, (1000,)])
def test_what_is_only_declared_is_not(file, dtype, chunks):
    made = file.create_dataset("x", (MANY,), dtype=dtype, chunks=chunks)
    if chunks:
        made[0] = b"1"
    with pytest.raises(ValueError, match="values that were never written"):
        read_dataset(made)


@pytest.mark.parametrize("value", [np.zeros(2049), np.array([b"x" * 20_000])])
def test_what_would_fill_the_memory_is_not(file, monkeypatch, value):
    monkeypatch.setattr("standstill.formats.checks.MOST_VALUES", 2048)
    file.create_dataset("x", data=value)
    with pytest.raises(ValueError, match=r"more than 1\.52588e-05 GiB"):
        read_dataset(file["x"])
    file["y"] = np.zeros(2048)
    assert read_dataset(file["y"]).size == 2048


@pytest.mark.parametrize("place", ["generators/capacity", "generators/_core"])
def test_a_pras_file_of_nothing_but_a_size_is_refused(tmp_path, place):
    path = tmp_path / "toy.pras"
    write_pras(toy(), path)
    with h5py.File(path, "r+") as file:
        steps, dtype = file["regions/load"].shape[0], file[place].dtype
        del file[place]
        shape = (MANY,) if place.endswith("_core") else (steps, len(file["generators/_core"]))
        file.create_dataset(place, shape, dtype=dtype, chunks=tuple(min(1000, length) for length in shape))
    with pytest.raises(FormatError, match=f"{place}: must be readable, got 'values that were never written'"):
        read_pras(path)


def test_a_network_of_nothing_but_a_size_is_refused(tmp_path):
    path = write_network(tmp_path / "small.nc")
    with h5py.File(path, "r+") as file:
        del file["stores_i"]
        file.create_dataset("stores_i", (MANY,), dtype=h5py.string_dtype())
    with pytest.raises(FormatError, match="stores_i: must be readable, got 'values that were never written'"):
        read_pypsa(path)


@pytest.mark.parametrize("name", ["_FillValue", "missing_value", "scale_factor"])
def test_an_attribute_without_a_value_is_a_fault(tmp_path, name):
    path = write_network(tmp_path / "small.nc")
    with h5py.File(path, "r+") as file:
        file["lines_s_nom"].attrs[name] = np.zeros(0)
    with pytest.raises(FormatError, match="lines_s_nom: must be readable, got 'an attribute without a value'"):
        read_pypsa(path)
