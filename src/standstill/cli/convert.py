"""The command convert: another tool's file in, a .pras file out, and on standard error what did not carry over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standstill.cli.output import data_lines, left_out_message, system_text

__all__ = ["convert"]


def convert(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN", readable=False, help="A file or folder of a known format, such as .pras or PyPSA's .nc."
        ),
    ],
    target: Annotated[Path, typer.Argument(metavar="OUT", readable=False, help="The file to write, ending in .pras.")],
    outages: Annotated[
        Path | None,
        typer.Option(
            "--outages",
            metavar="FILE",
            readable=False,
            help="Forced outage rates by asset class (CSV: class, forced_outage_rate, mttr_h).",
        ),
    ] = None,
) -> None:
    """Write a system of another tool as a .pras file.

    Says what did not carry over, and what was rounded: the format holds whole numbers, so that amounts move to a
    smaller unit, down to kW and kWh, before they are rounded; names lose their accents, as it holds ASCII. Nothing is
    written if the source has a fault.
    """
    from standstill import api

    found = api.convert(source, target, outages=outages)
    left_out_message(found.left_out)
    data_lines([f"{target}: {system_text(found.system)}"])
