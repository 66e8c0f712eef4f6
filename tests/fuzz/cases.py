"""One spoilt input: made from a seed and a number alone, checked in this process, and judged.

Knows neither how many there are nor where they run.
"""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType

from standstill import api
from standstill.errors import InputError
from tests.fuzz.hdf5 import spoilt_hdf5
from tests.fuzz.sources import FORMATS, Source
from tests.fuzz.texts import spoilt_bytes, spoilt_text

__all__ = ["HAS_ALARM", "LIMIT_S", "Case", "Judged", "judge", "spoilt_case"]

LIMIT_S = 5.0
"""Longest a check may take."""
HAS_ALARM = hasattr(signal, "setitimer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One spoilt input."""

    number: int
    format: str
    files: dict[str, bytes]
    main: str
    spoilt: tuple[str, ...]
    """The files that were spoilt."""

    def write(self, folder: Path) -> Path:
        """Write it to a folder of its own and return what ``check`` is given."""
        for name, data in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder / self.main


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What ``check`` did with a case."""

    case: Case
    is_refused: bool
    seconds: float
    defect: str
    """What it should not have done; empty if it passed, or refused it in words."""


class _Hang(BaseException):
    """A check that takes too long; no Exception, so that nothing takes it for bad input."""


def spoilt_case(sources: Sequence[Source], number: int, seed: int = 1) -> Case:
    """Return a case, which depends on the sources, its number and the seed alone."""
    random = Random(f"{seed}/{number}")
    kind = FORMATS[number % len(FORMATS)]
    own = [source for source in sources if source.format == kind]
    slow_too = random.random() < 0.1
    source = random.choice([source for source in own if slow_too or not source.is_slow] or own)
    files = dict(source.files)
    spoilt = tuple(dict.fromkeys(random.choice(source.targets) for _ in range(random.choice((1, 1, 1, 2)))))
    for name in spoilt:
        is_hdf5 = name.endswith((".pras", ".nc"))
        spoil = spoilt_bytes if random.random() < 0.3 else spoilt_hdf5 if is_hdf5 else spoilt_text
        if kind == "rts-gmlc" and random.random() < 0.05:
            del files[name]
        else:
            files[name] = spoil(files[name], random)
    return Case(number=number, format=kind, files=files, main=source.main, spoilt=spoilt)


def judge(case: Case, folder: Path) -> Judged:
    """Check a case in this process: it passes, or is refused with at least one fault in words."""
    path, refused, defect = case.write(folder), False, ""
    began = time.perf_counter()
    try:
        with _limited():
            api.check(path)
    except InputError as error:
        refused, defect = True, _wrong_words(error)
    except _Hang:
        defect = f"took more than {LIMIT_S:g} s"
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        defect = f"{type(error).__name__}: {str(error)[:300]}"
    seconds = time.perf_counter() - began
    gc.collect(0)
    return Judged(case=case, is_refused=refused, seconds=seconds, defect=defect)


def _wrong_words(error: InputError) -> str:
    """Return what is wrong with the words of an error, if anything is."""
    if not error.faults or not all(fault.place and fault.must for fault in error.faults):
        return f"refused without words: {error!r}"
    text = str(error)
    # memory that is refused under a limit would be taken without one
    return text if "allocate" in text or "Traceback" in text else ""


@contextmanager
def _limited() -> Iterator[None]:
    """Raise ``_Hang`` in what takes too long; only where the system has alarms, and in the main thread."""

    if not HAS_ALARM:
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise _Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
