"""Imports the modules in docs, which is a folder of pages and no package."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parents[1] / "docs"


def from_docs(name: str) -> ModuleType:
    """Return a module of docs as they import each other: by its name alone."""
    if str(DOCS) not in sys.path:
        sys.path.append(str(DOCS))
    return importlib.import_module(name)
