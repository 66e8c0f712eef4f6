"""What the benchmarks ran on: processor, memory, system, versions. Knows nothing of what is timed."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import standstill

LIBRARIES = ("numpy", "numba", "scipy")
_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine and what is installed on it, in words for a reader."""

    processor: str
    cores: int
    """Processors that this process may use."""
    memory_gib: float | None
    system: str
    load: float | None
    """How many processes wanted a processor in the minute before, where the system says so."""
    versions: dict[str, str]
    """Name -> version, of Python, the libraries that matter and this program."""
    commit: str
    """What git says this is; empty outside a repository."""


def this_machine() -> Machine:
    """Return the machine of this process."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gib=_memory_gib(),
        system=_system(),
        load=round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        versions={
            "Standstill": standstill.__version__,
            "Python": platform.python_version(),
            **{name: metadata.version(name) for name in LIBRARIES},
        },
        commit=_commit(),
    )


def _processor() -> str:
    """Return the model of the processor, as far as the system tells."""
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        return _said(["sysctl", "-n", "machdep.cpu.brand_string"]) or platform.machine()
    return platform.processor() or platform.machine()


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, OSError, ValueError):
        return None


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = f"{platform.system()} {platform.release()}"
    return f"{name}, {platform.machine()}"


def _commit() -> str:
    return _said(["git", "describe", "--always", "--tags", "--dirty"])


def _said(command: list[str]) -> str:
    """Return what a program says, or nothing if it is not there or fails."""
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return "" if done.returncode else done.stdout.strip()
