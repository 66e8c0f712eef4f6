"""One function reads whatever is known."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from standstill.errors import FormatError
from standstill.formats.pras import write_pras
from standstill.formats.registry import FORMATS, read_system
from tests.cases.pypsa_network import write_network
from tests.cases.toy import toy


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_every_reader_is_there(each):
    module, _, function = each.reader.partition(".")
    assert callable(getattr(import_module(f"standstill.formats.{module}"), function))


def test_a_pras_file_leaves_nothing_out(tmp_path):
    whole = replace(toy(), regions=replace(toy().regions, load=np.round(toy().regions.load)))
    write_pras(whole, tmp_path / "toy.pras")
    found = read_system(tmp_path / "toy.pras")
    assert found.left_out == ()
    assert found.system.generators.names == whole.generators.names


@pytest.mark.parametrize("name", ["small.nc", "SMALL.NC"])
def test_a_pypsa_network(tmp_path, name):
    found = read_system(str(write_network(tmp_path / name)))
    assert found.system.regions.names == ("a", "b")
    assert found.left_out


@pytest.mark.parametrize("name", ["north.xlsx", "north", "n" * 300])
def test_what_is_not_known_is_refused(tmp_path, name):
    with pytest.raises(FormatError, match=r"file: must be one of PRAS \(\.pras\), PyPSA \(\.nc\).*, by its name"):
        read_system(tmp_path / name)


def test_the_reader_says_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(FormatError, match="file: must exist"):
        read_system(tmp_path / "none.nc")
