"""From one format to another: reads whatever is known, writes ``.pras``, and says in words what did not carry over.

Knows no format itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from standstill.errors import Faults
from standstill.formats.ascii_names import in_ascii
from standstill.formats.converted import Converted
from standstill.formats.outage_rates import NO_RATE, read_outage_rates, with_outages
from standstill.formats.pras_write import write_pras
from standstill.formats.registry import read_system
from standstill.formats.whole import in_whole_units
from standstill.model.outage import OutageRate
from standstill.model.system import System
from standstill.units import count_text

__all__ = ["convert_file"]


def convert_file(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    outages: Mapping[str, OutageRate] | str | os.PathLike[str] | None = None,
) -> Converted:
    """Read a system of any known format and write it as a ``.pras`` file.

    See ``standstill.convert`` for parameters and errors.
    """
    faults = Faults(source="convert")
    if Path(target).suffix != ".pras":
        faults.add("target", "end in .pras, the one format that is written", str(target))
    if Path(source).exists() and Path(target).exists() and Path(source).samefile(target):
        faults.add("target", "be another file than the source", str(target))
    if Path(target).is_dir() or not Path(target).absolute().parent.is_dir():
        faults.add("target", "name a file in a folder that exists", str(target))
    faults.raise_if_any()
    found = read_system(source)
    system, left_out = found.system, list(found.left_out)
    if outages is not None:
        rates = outages if isinstance(outages, Mapping) else read_outage_rates(outages)
        system, open_ends = with_outages(system, rates)
        left_out = [*(words for words in left_out if not words.startswith(NO_RATE)), *open_ends]
    system, renamed = in_ascii(system)
    system, changes = in_whole_units(system)
    write_pras(system, target)
    return Converted(system=system, left_out=(*left_out, *renamed, *changes, *_newer(system)))


def _newer(system: System) -> list[str]:
    """Return a word on what keeps older versions of PRAS from reading the file, if anything does."""
    shares = [share for table in (system.storages, system.generator_storages) for share in table.initial]
    charged = sum(share != 0 for share in shares)
    if not charged:
        return []
    stores = count_text(charged, "storage")
    return [f"charge at the start of {stores}: only PRAS 0.9 and later read it, and PRAS 0.8 refuses the file for it"]
