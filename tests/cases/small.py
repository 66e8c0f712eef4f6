"""The small scenario of two sides that runs in a second, in a folder of a test's own, where it may be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

FILES = Path(__file__).parents[1] / "cli"


def copy_small(folder: Path) -> Path:
    """Make a folder, copy the scenario and what it names there, and return its file."""
    folder.mkdir()
    for file in FILES.glob("small*"):
        shutil.copy(file, folder)
    return folder / "small.toml"
