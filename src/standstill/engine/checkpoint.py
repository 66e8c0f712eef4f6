"""Block files: a finished block on disk, so that an interrupted run loses nothing. Written beside, then renamed.

A folder holds the blocks of one (scenario, seed, samples of a block, version); anything else has another folder.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from standstill.engine.block import Block
from standstill.engine.tally import Histograms
from standstill.errors import OutputError

__all__ = ["BlockStore"]


@dataclass(frozen=True, slots=True)
class BlockStore:
    """Blocks of one run in one folder."""

    folder: Path
    """Where the files lie; made when the first block is saved."""

    def _path(self, side: int, first: int, count: int) -> Path:
        return self.folder / f"side{side}-{first:08d}-{count}.npz"

    def load(self, side: int, first: int, count: int) -> Block | None:
        """Return a saved block, or None if there is none that can be read."""
        path = self._path(side, first, count)
        if not path.exists():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                counts = (stored[name] for name in Histograms._fields)
                return Block(stored["totals"], Histograms(*counts))
        except (OSError, KeyError, ValueError, zipfile.BadZipFile):
            return None

    def save(self, side: int, first: int, block: Block) -> None:
        """Save a block.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        path = self._path(side, first, block.totals.shape[1])
        beside = path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # counts of one block are at most its samples, 256, so two bytes each hold them
            counts = {name: part.astype(np.uint16) for name, part in block.histograms._asdict().items()}
            with beside.open("wb") as file:
                np.savez(file, totals=block.totals, **counts)
            beside.replace(path)
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
