"""Writes docs/benchmarks.md: what was measured, beside what others measured, with all that a reader must know of it.

A pure function of what was found; knows nothing of clocks. A part that was not measured says so or is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import plots, scaling
from benchmarks.found import Found
from benchmarks.growth import MOST_SLOPE, Slope
from benchmarks.peers import Peer
from benchmarks.registry import (
    ASSETRA_MS,
    CALIBRATION_S,
    EXACT_RTS79,
    LEAST_TIMES,
    PEERS_TIMED,
    SPECS,
    Spec,
    slowness,
)
from benchmarks.timing import Timing
from standstill.engine.block import BLOCK

NOTE = "*Written by `make bench`; change it in `benchmarks/`.*"
QUICK = (
    "**This page was made with `--quick`: it shows that the program runs. Its numbers are of a few samples and are no "
    "measurement.**"
)
NONE = "–"


def write(found: Found, folder: Path) -> Path:
    """Write the page and its pictures into a folder, such as docs; return where the page is."""
    pictures = images(found)
    if pictures:
        (folder / "images").mkdir(parents=True, exist_ok=True)
    for name, svg in pictures.items():
        (folder / "images" / name).write_text(svg + "\n", encoding="utf-8")
    path = folder / "benchmarks.md"
    path.write_text(page(found), encoding="utf-8")
    return path


def images(found: Found) -> dict[str, str]:
    """Return the pictures of the page: file name -> SVG."""
    drawn = {_image(item): plots.slope_svg(item) for item in found.slopes}
    if found.threads is not None:
        drawn[_image(found.threads)] = plots.slope_svg(found.threads, ideal=-1.0)
    return drawn | {_memory_image(item.system): plots.memory_svg(item) for item in found.memory}


def page(found: Found) -> str:
    """Return the page as Markdown."""
    parts = [
        _head(found),
        _calibration(found),
        _speed(found),
        _phases(found),
        _tasks(found),
        _growth(found),
        _parallel(found),
        _memory(found),
        _others(found),
        _again(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


# ------------------------------------------------------------------------------------------------------- the machine


def _head(found: Found) -> str:
    machine = found.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    rows = [
        ("day", f"{found.date}; all of it took {_time(found.seconds)}"),
        ("processor", machine.processor),
        ("processors that could be used", str(machine.cores)),
        ("memory", NONE if machine.memory_gib is None else f"{machine.memory_gib:g} GiB"),
        ("system", machine.system),
        ("versions", versions + (f", commit {machine.commit}" if machine.commit else "")),
        ("busy with other things", _load(machine.load, machine.cores)),
    ]
    return _join("# Benchmarks", NOTE, QUICK if found.is_quick else "", _table(("", "measured on"), rows))


def _load(load: float | None, cores: int) -> str:
    if load is None:
        return "not known"
    words = f"{load:g} processes on average wanted a processor in the minute before"
    return words + ("; so these times are longer than on a quiet machine" if load > 0.5 * cores else "")


def _slowness(found: Found) -> dict[str, float]:
    """Return how many times as long as there each calibration takes here."""
    return slowness(found.calibration, next((peer.ms for peer in found.peers if peer.name == "assetra"), None))


def _calibration(found: Found) -> str:
    slow = _slowness(found)
    if not slow:
        return ""
    rows = [
        (f"`{name}` of 1e8 numbers, s", _digits(took), _digits(CALIBRATION_S[name]), f"{slow[name]:.2f}")
        for name, took in found.calibration.items()
    ]
    if "assetra" in slow:
        here = _digits(slow["assetra"] * ASSETRA_MS)
        rows.append(("assetra on the RTS-79, ms", here, f"{ASSETRA_MS:g}", f"{slow['assetra']:.2f}"))
    text = (
        f"{PEERS_TIMED}. Two sums in NumPy (`values.sum()` and `np.cumsum(values, out=out)` of 1e8 float64, median of "
        "five) were timed with them and are timed again here, and so is assetra where it is installed. Each says how "
        "long PRAS might take here; no such factor is exact, and they differ. Ratios below stand uncalibrated and by "
        "each of them, and are judged by the one kindest to PRAS."
    )
    head = ("", "here", "when PRAS was timed", "times as long here")
    return _join("## The machine beside the one that PRAS was timed on", text, _table(head, rows))


# ---------------------------------------------------------------------------------------------------------- one thread


def _speed(found: Found) -> str:
    if not found.timings and not found.missing:
        return ""
    timed = {took.name: took for took in found.timings}
    shown = [spec for spec in SPECS if spec.name in timed or spec.name in found.missing]
    slow = _slowness(found)
    head = (
        "benchmark", "samples", "ms, median", "ms, least", "asked, ms", "PRAS, ms", "times as fast",
        *(f"by {_calibrator(name)}" for name in slow), f"at least {LEAST_TIMES:g} times",
    )  # fmt: skip
    rows = [_speed_row(spec, timed.get(spec.name), slow) for spec in shown]
    text = (
        "Milliseconds for one sample of the whole horizon and one arm, on one thread, simulation alone. Median and "
        f"least are over blocks of {BLOCK} samples of one run; ratios are from the median."
    )
    return _join(
        "## One thread", text, _table(head, rows), _verdict(shown, timed, slow),
        "\n".join(f"- `{spec.name}`: {spec.what}." for spec in shown),
    )  # fmt: skip


def _calibrator(name: str) -> str:
    return f"`{name}`" if name in CALIBRATION_S else name


def _speed_row(spec: Spec, took: Timing | None, slow: dict[str, float]) -> tuple[str, ...]:
    asked = NONE if spec.limit_ms is None else f"{spec.limit_ms:g}"
    pras = NONE if spec.pras_ms is None else f"{spec.pras_ms:g}"
    none = (NONE,) * (2 + len(slow))
    if took is None:
        words = f"not measured here: needs `{spec.file}`, which is not shipped"
        return (f"`{spec.name}`", words, NONE, NONE, asked, pras, *none)
    over = " (over)" if spec.limit_ms is not None and took.median_ms > spec.limit_ms else ""
    cells = (f"`{spec.name}`", f"{took.samples:,}", _digits(took.median_ms) + over, _digits(took.best_ms), asked, pras)
    if spec.pras_ms is None:
        return (*cells, *none)
    fast = spec.pras_ms / took.median_ms
    calibrated = [fast * factor for factor in slow.values()]
    is_enough = min(calibrated, default=fast) >= LEAST_TIMES
    return (*cells, f"{fast:.0f}", *(f"{times:.0f}" for times in calibrated), "yes" if is_enough else "**no**")


def _verdict(shown: Sequence[Spec], timed: dict[str, Timing], slow: dict[str, float]) -> str:
    """Return in words where we are at least so many times as fast as PRAS, and where not."""
    least = min(slow.values(), default=1.0)
    beside = {
        spec.name: least * spec.pras_ms / timed[spec.name].median_ms
        for spec in shown
        if spec.pras_ms is not None and spec.name in timed
    }
    if not beside:
        return ""
    below = {name: fast for name, fast in beside.items() if fast < LEAST_TIMES}
    if not below:
        return f"By every calibration all that PRAS was timed on is at least {LEAST_TIMES:g} times as fast here."
    names = ", ".join(f"`{name}` ({fast:.0f} times)" for name, fast in below.items())
    return f"**Less than {LEAST_TIMES:g} times as fast as PRAS, by the calibration kindest to it: {names}.**"


def _phases(found: Found) -> str:
    if not found.timings:
        return ""
    rows = [
        (
            f"`{took.name}`", f"{took.load_s:.2f}", f"{took.pack_s:.3f}", f"{took.compile_s:.2f}",
            f"{took.measure_s:.4f}", _digits(took.neue_ppm),
        )
        for took in found.timings
    ]  # fmt: skip
    text = (
        "Each is done once. The first call compiles, or reads what an earlier process compiled; the tasks below say "
        "what a first run takes in all."
    )
    head = ("benchmark", "load, s", "pack, s", "first call, s", "measure, s", "NEUE found, ppm")
    lines = [text, _table(head, rows)]
    if found.network is not None:
        lines.append(
            f"In `synthetic`, {found.network.solve:.0%} of hours need a network or storage solve, and in "
            f"{found.network.binding:.1%} a line is full (by a linear program for some hours, apart from the engine)."
        )
    return _join("### Before and after simulating", *lines)


# --------------------------------------------------------------------------------------------------------- whole tasks


def _tasks(found: Found) -> str:
    if not found.tasks:
        return ""
    rows = [
        (
            task.name, _digits(task.seconds), NONE if task.cpu_s is None else _digits(task.cpu_s),
            NONE if task.limit_s is None else f"{task.limit_s:g}" + (" (over)" if task.seconds > task.limit_s else ""),
            str(task.runs), task.gives + (f"; {task.beside}" if task.beside else ""),
        )
        for task in found.tasks
    ]  # fmt: skip
    text = (
        "From a system in memory to the answer, on one worker thread; median of so many runs after one that is not "
        "counted. A `run` uses all processors, reads and writes files and starts a process, and each of the two is "
        "done once."
    )
    return _join("## Whole tasks", text, _table(("task", "s", "processor s", "asked, s", "runs", "answer"), rows))


# -------------------------------------------------------------------------------------------------------------- growth


def _growth(found: Found) -> str:
    if not found.slopes:
        return ""
    rows = [
        (
            item.against, item.what, " ".join(f"{size:,}" for size in item.sizes),
            " ".join(_digits(value) for value in item.seconds), _slope_cell(item),
        )
        for item in found.slopes
    ]  # fmt: skip
    runs = _count(found.slopes[0].runs, "run")
    over = [item.against for item in found.slopes if item.slope is not None and item.slope > MOST_SLOPE]
    verdict = (
        f"**Steeper than {MOST_SLOPE:g}: {', '.join(over)}.**" if over else f"No slope is steeper than {MOST_SLOPE:g}."
    )
    text = (
        f"How time grows with what there is more of, on one thread; median of {runs} of each size. The slope is "
        "that of log time against log size: 1 is in proportion. What is split keeps its total power, and the more "
        "units there are the less often they are short together, which saves time as well. On the ring each region by "
        "itself is short in one or two hours of a hundred, so with more regions there are more hours in which some "
        "region is short, and in each of them paths are searched over all regions: that part grows with their square."
    )
    head = ("against", "of", "sizes", "s", f"slope (asked: at most {MOST_SLOPE:g})")
    shown = [f"![Time against {item.against}: {_slope_words(item)}](images/{_image(item)})" for item in found.slopes]
    return _join("## How time grows", text, _table(head, rows), verdict, "\n".join(shown))


def _slope_cell(item: Slope) -> str:
    if item.slope is None:
        return NONE
    return f"{item.slope:.2f}" + (" (over)" if item.slope > MOST_SLOPE else "")


def _slope_words(item: Slope) -> str:
    return "one size" if item.slope is None else f"slope {item.slope:.2f}"


def _image(item: Slope) -> str:
    return f"benchmark-{item.against.replace(' ', '-')}.svg"


def _memory_image(system: str) -> str:
    return f"benchmark-memory-{system.lower().replace('.', '-')}.svg"


# -------------------------------------------------------------------------------------------------- threads and workers


def _parallel(found: Found) -> str:
    threads, cluster, lines = found.threads, found.cluster, []
    if threads is not None:
        counts = zip(threads.sizes, threads.seconds, strict=True)
        rows = [(str(count), _digits(took), f"{threads.seconds[0] / took:.2f}") for count, took in counts]
        lines += [f"{threads.what} on threads of one process, median of {_count(threads.runs, 'run')}.",
                  _table(("threads", "s", "times as fast as one"), rows),
                  f"![Time against threads: {_slope_words(threads)}](images/{_image(threads)})"]  # fmt: skip
    if cluster is not None:
        rows = [("one thread, no cluster", _digits(cluster.threads_s), NONE)]
        counted = zip(cluster.workers, cluster.seconds, cluster.speedups, strict=True)
        rows += [(_count(count, "worker"), _digits(took), f"{fast:.2f}") for count, took, fast in counted]
        lines += [f"`winter-2024/first`, {cluster.samples:,} samples, on a Dask cluster of this machine: worker "
                  f"processes of one thread each, by turns, median of {_count(cluster.runs, 'run')}. Asked of two "
                  f"workers: at least {scaling.LEAST_SPEEDUP:g} times one, on two free processors; {cluster.load:.1f} "
                  "processes wanted a processor in the minute before.",
                  _table(("where", "s", "times as fast as one worker"), rows)]  # fmt: skip
        if 2 in cluster.workers and cluster.speedups[cluster.workers.index(2)] < scaling.LEAST_SPEEDUP:
            lines.append("**Two workers are less than that.**")
    elif threads is not None:
        lines.append("A Dask cluster was not measured here: it needs the extra `cluster`.")
    return _join("## Threads and workers", *lines) if lines else ""


def _memory(found: Found) -> str:
    if not found.memory:
        return ""
    rows = [
        (item.system, f"{count:,}", f"{mib:.0f}", f"{mib / item.mib[0]:.2f}")
        for item in found.memory
        for count, mib in zip(item.samples, item.mib, strict=True)
    ]
    over = any(item.growth > scaling.MOST_MEMORY for item in found.memory)
    text = (
        "Peak memory of `standstill assess`, one worker thread, in a process of its own with Python and all libraries. "
        f"Asked: at most {scaling.MOST_MEMORY:g} times from the first to the last; "
        + ("**it is more.**" if over else "it is.")
    )
    shown = [
        f"![Peak memory against samples, {item.system}](images/{_memory_image(item.system)})" for item in found.memory
    ]
    head = ("system", "samples", "MiB", "times the first")
    return _join("## Memory", text, _table(head, rows), "\n".join(shown))


# -------------------------------------------------------------------------------------------------------------- others


def _others(found: Found) -> str:
    if not found.peers:
        return ""
    ours = next((took.median_ms for took in found.timings if took.name == "rts79"), None)
    rows = [("exact", NONE, *_indices(**EXACT_RTS79), NONE)]
    rows += [_peer_row(peer, ours) for peer in found.peers]
    if ours is not None:
        there = f"{ASSETRA_MS / ours:.0f}, uncalibrated"
        rows.append(("assetra, when PRAS was timed", f"{ASSETRA_MS:g}", NONE, NONE, NONE, there))
    text = (
        "The RTS-79 on one thread, by a plain simulation in NumPy, event by event, which is part of these benchmarks, "
        "and by assetra. assetra draws every hour afresh, so that its hours and energy are right, but outages do not "
        "last and there are about five times too many events; it needs 1 GiB for 500 samples."
    )
    head = ("program", "ms per sample-year", "LOLE, h", "EUE, MWh", "events", "we are so many times as fast")
    return _join("## Others on the RTS-79", text, _table(head, rows))


def _peer_row(peer: Peer, ours: float | None) -> tuple[str, ...]:
    if peer.note:
        return (peer.name, "not measured here", NONE, NONE, NONE, NONE)
    fast = NONE if ours is None else f"{peer.ms / ours:.0f}"
    return (peer.name, _digits(peer.ms), *_indices(peer.lole, peer.eue, peer.events), fast)


def _indices(lole: float, eue: float, events: float) -> tuple[str, str, str]:
    return f"{lole:.2f}", f"{eue:.0f}", f"{events:.2f}"


def _again() -> str:
    return _join(
        "## Measure again",
        "```sh\nmake bench                                    # all, into this page; some minutes\n"
        "make bench ARGS='--data FOLDER'               # with rts.pras and toymodel.pras of PRAS from a folder\n"
        "make bench ARGS='--assetra PYTHON'            # with assetra, see requirements/bench.txt\n"
        "make bench ARGS='--quick'                     # try that all runs; writes no page\n"
        "make bench ARGS='rts79 synthetic'             # some, to the terminal\n```",
    )


# --------------------------------------------------------------------------------------------------------------- words


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _digits(value: float, count: int = 3) -> str:
    """Return a number with so many significant digits, never in powers of ten."""
    if value == 0.0:
        return "0"
    places = max(0, count - 1 - math.floor(math.log10(abs(value))))
    return f"{value:.{places}f}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
