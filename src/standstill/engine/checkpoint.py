"""Block files: a finished block on disk, so that an interrupted run loses nothing. Written beside, then renamed.

A folder holds the blocks of one (scenario, seed, samples of a block, version, engine); others have another folder.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from standstill.engine.block import Block, n_columns
from standstill.engine.jit import engine_key
from standstill.engine.packed import PackedSide
from standstill.engine.tally import Histograms, make_histograms
from standstill.errors import OutputError

__all__ = ["BlockStore", "block_folder"]

_KEY = 8  # digits of the engine's digest that are enough in a name


def block_folder(parent: Path, scenario_id: str, seed: int, version: str) -> Path:
    """Return the folder of the blocks that may be mixed: same scenario, seed and version, made by this very engine."""
    return parent / f"{scenario_id}-{seed}-{version}-{engine_key()[:_KEY]}"


@dataclass(frozen=True, slots=True)
class BlockStore:
    """Blocks of one run in one folder."""

    folder: Path
    """Where the files lie; made when the first block is saved."""
    sides: tuple[PackedSide, ...]
    """The sides, which say what shape a block has."""

    def _path(self, side: int, first: int, count: int) -> Path:
        return self.folder / f"side{side}-{first:08d}-{count}.npz"

    def load(self, side: int, first: int, count: int) -> Block | None:
        """Return a saved block, or None if there is none that can be read and has the shape of this run's blocks."""
        path = self._path(side, first, count)
        if not path.exists():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                counts = (stored[name] for name in Histograms._fields)
                block = Block(stored["totals"], Histograms(*counts))
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
            return None
        return block if _fits(block, self.sides[side], count) else None

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


def _fits(block: Block, side: PackedSide, count: int) -> bool:
    """Return whether a block has the shape of a side's blocks."""
    n_arms = len(side.model.arms.table)
    days, weeks = (side.n_days, side.n_weeks) if side.model.horizon.detail else (0, 0)
    wanted = make_histograms(n_arms, days, weeks)
    return (
        block.totals.dtype == np.float64
        and block.totals.shape == (n_arms, count, n_columns(side))
        and all(
            part.dtype == np.uint16 and part.shape == whole.shape
            for part, whole in zip(block.histograms, wanted, strict=True)
        )
    )
