"""Which formats can be read: one table, and one function that finds the reader of a path.

Readers are imported when they are used. To add a format is to add a line to the table.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from standstill.errors import Fault, FormatError
from standstill.formats.converted import Converted
from standstill.model.system import System

__all__ = ["FORMATS", "Format", "find_format", "read_system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format that can be read."""

    name: str
    """What messages call it, with what tells it: "PRAS (.pras)"."""
    recognises: Callable[[Path], bool]
    """Whether a path looks like one, by its name or what a folder holds; the contents are for the reader."""
    reader: str
    """Module under ``standstill.formats`` and function, "pras.read_pras", which takes a path."""

    def read(self, path: Path) -> Converted:
        """Read a path of this format; a reader that gives a System has left nothing out."""
        module, _, function = self.reader.partition(".")
        try:
            found: Converted | System = getattr(import_module(f"standstill.formats.{module}"), function)(path)
        except OSError as error:
            fault = Fault(place="file", must="be readable", got=repr(error.strerror or str(error)))
            raise FormatError(str(path), (fault,)) from error
        return found if isinstance(found, Converted) else Converted(system=found, left_out=())


def _ends(*suffixes: str) -> Callable[[Path], bool]:
    return lambda path: path.suffix.lower() in suffixes


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no folder can have
        return False


FORMATS = (
    Format(name="PRAS (.pras)", recognises=_ends(".pras"), reader="pras.read_pras"),
    Format(name="PyPSA (.nc)", recognises=_ends(".nc"), reader="pypsa.read_pypsa"),
    Format(name="MATPOWER (.m)", recognises=_ends(".m"), reader="matpower.read_matpower"),
    Format(name="RTS-GMLC (a folder)", recognises=_is_folder, reader="rts_gmlc.read_rts_gmlc"),
)
"""Every format that can be read, in the order in which they are tried."""


def find_format(path: str | os.PathLike[str]) -> Format | None:
    """Return the format that the name of a file says, or a folder is; none if no format is recognised."""
    place = Path(path)
    return next((each for each in FORMATS if each.recognises(place)), None)


def read_system(path: str | os.PathLike[str]) -> Converted:
    """Read a system from a file or folder of any format that is known.

    Parameters
    ----------
    path: str or path-like
        The file or folder; its name says the format.

    Returns
    -------
    Converted
        The system, and in words what did not carry over.

    Raises
    ------
    FormatError
        If no format is recognised, or with every fault that the reader finds.

    Examples
    --------
    >>> read_system("north.xlsx")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    standstill.errors.FormatError: 1 fault in north.xlsx
      file: must be one of PRAS (.pras), PyPSA (.nc)..., by its name
    """
    found = find_format(path)
    if found is not None:
        return found.read(Path(path))
    must = f"be one of {', '.join(each.name for each in FORMATS)}, by its name"
    raise FormatError(str(Path(path)), (Fault(place="file", must=must),))
