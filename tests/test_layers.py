"""Who may import whom: the layers in pyproject.toml, the doors to heavy libraries, and a quick ``--help``."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SOURCE = REPOSITORY / "src" / "standstill"

# library -> the only files that may import it
DOORS = {
    "numba": {"engine/jit.py", "engine/drivers/cuda.py"},
    "pydantic": {"scenario/schema.py"},
}


def imported_libraries(file: Path) -> set[str]:
    """Return the top-level names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_imports_only_go_down() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint_imports, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", DOORS)
def test_library_has_one_door(library: str) -> None:
    files = [file for file in SOURCE.rglob("*.py") if library in imported_libraries(file)]
    users = {file.relative_to(SOURCE).as_posix() for file in files}
    assert users <= DOORS[library]


def test_help_imports_nothing_heavy() -> None:
    program = """
import sys
from standstill.cli import main
sys.argv = ["standstill", "--help"]
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
print("imported:", *({"altair", "h5py", "numba", "scipy"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "imported:"
