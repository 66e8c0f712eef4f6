"""``convert``: systems of other tools, written as a ``.pras`` file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standstill.formats.converted import Converted
    from standstill.model.outage import OutageRate

__all__ = ["convert"]


def convert(
    source: str | Path, target: str | Path, *, outages: Mapping[str, OutageRate] | str | Path | None = None
) -> Converted:
    """Read a system from a file of another tool and write it as a ``.pras`` file, which appears whole or not at all.

    Parameters
    ----------
    source: str or Path
        A file or folder of any format that is known; its name says which.
    target: str or Path
        Where to write, ending in ``.pras``; a file that is there is replaced.
    outages: mapping, str or Path, optional
        Forced outage rates by asset class, or a CSV file of them with the columns ``class``, ``forced_outage_rate`` and
        ``mttr_h``; they take the place of what the source says of those classes.

    Returns
    -------
    Converted
        The system as it was written, and in words what did not carry over. The format holds whole numbers: amounts
        that are not whole move to a smaller unit, and are rounded to whole kW or kWh where that is not enough; the
        words say so, and by how much an amount changes at most. It holds names in ASCII: letters lose their accents,
        and what has no counterpart becomes "?". PRAS before 0.9 refuses a file with charge at the start, which the
        words say of one that has it.

    Raises
    ------
    InputError
        With every fault of the source, of the rates, or of what the format cannot say.
    OutputError
        If ``target`` cannot be written.
    """
    from standstill.formats.convert import convert_file

    return convert_file(source, target, outages=outages)
