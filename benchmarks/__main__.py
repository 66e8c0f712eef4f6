"""``python -m benchmarks``: every benchmark, beside what others measured, with ratios and calibration."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import numba
import numpy as np

from benchmarks import peers, scaling, systems, timing
from benchmarks.busy import busy
from benchmarks.registry import ASSETRA_MS, CALIBRATION_S, PHASES, SPECS


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"some of: {', '.join(spec.name for spec in SPECS)}")
    parser.add_argument("--data", metavar="DIR", help="folder of rts.pras and toymodel.pras")
    parser.add_argument("--assetra", metavar="PYTHON", help="a Python that has assetra")
    parser.add_argument("--json", metavar="FILE", help="also write what was measured")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.only) - {spec.name for spec in SPECS})
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    return chosen


def main() -> None:
    """Run and print."""
    asked = arguments()
    if asked.data:
        os.environ[systems.DATA] = asked.data
    found: dict[str, object] = {"calibration_s": calibrate(), "timings": speeds(asked.only)}
    if not asked.only:
        found |= {
            "network": network(), "peers": others(asked.assetra), "slopes": growth(), "memory_mib": memory(),
            "cluster": cluster(),
        }  # fmt: skip
    if asked.json:
        Path(asked.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def calibrate() -> dict[str, float]:
    """Print what the machine does with plain NumPy, and return it."""
    print(
        f"Python {platform.python_version()}, NumPy {np.__version__}, Numba {numba.__version__}, {platform.machine()}"
    )
    took = timing.calibration()
    for name, seconds in took.items():
        there = CALIBRATION_S[name]
        print(f"calibration, {name} of 1e8 numbers: {seconds:.3f} s; {there:.3f} s when PRAS was timed")
    return took


def speeds(only: list[str]) -> list[dict[str, object]]:
    """Print and return the times of every benchmark."""
    print(f"\none thread; ms per sample-year and arm; phases: {', '.join(PHASES)}")
    print(
        f"{'':22}{'best':>9}{'median':>9}{'asked':>8}{'PRAS':>8}{'ratio':>7}"
        f"{'load s':>9}{'pack s':>8}{'compile s':>11}{'measure s':>11}{'NEUE ppm':>11}"
    )
    rows: list[dict[str, object]] = []
    for spec in SPECS:
        if only and spec.name not in only:
            continue
        try:
            took = timing.run(spec)
        except systems.Missing as note:
            print(f"{spec.name:22}left out: {note}")
            continue
        asked = f"{spec.limit_ms:g}" if spec.limit_ms else ""
        pras = f"{spec.pras_ms:g}" if spec.pras_ms else ""
        ratio = f"{spec.pras_ms / took.best_ms:.0f}" if spec.pras_ms else ""
        over = "  over" if spec.limit_ms and took.best_ms > spec.limit_ms else ""
        print(
            f"{spec.name:22}{took.best_ms:9.4f}{took.median_ms:9.4f}{asked:>8}{pras:>8}{ratio:>7}"
            f"{took.load_s:9.2f}{took.pack_s:8.3f}{took.compile_s:11.2f}{took.measure_s:11.4f}{took.neue_ppm:11.4g}{over}"
        )
        rows.append(asdict(took))
    return rows


def network() -> dict[str, float]:
    """Print and return how busy the network of the synthetic system is."""
    share = busy(systems.synthetic().side.system)
    print(
        f"\nsynthetic: {share.solve:.0%} of hours need a network or storage solve, {share.binding:.1%} have a full line"
    )
    return asdict(share)


def others(python: str | None) -> list[dict[str, object]]:
    """Print and return what others take on the RTS-79."""
    print(
        f"\nRTS-79 by others (exact: LOLE 9.394 h, EUE 1176 MWh, 1.915 events); assetra was measured at {ASSETRA_MS} ms"
    )
    rows = []
    for peer in (peers.numpy_rts79(), peers.assetra_rts79(python)):
        if peer.note:
            print(f"{peer.name:24}left out: {peer.note}")
        else:
            print(
                f"{peer.name:24}{peer.ms:8.3f} ms   LOLE {peer.lole:6.2f} h   EUE {peer.eue:6.0f} MWh"
                f"   events {peer.events:5.2f}"
            )
        rows.append({key: value for key, value in asdict(peer).items() if value == value})
    return rows


def growth() -> dict[str, float]:
    """Print and return how time grows."""
    print()
    found = {item.against: item.slope for item in scaling.slopes()}
    for against, slope in found.items():
        print(f"log-log slope of time against {against}: {slope:.2f}; asked: at most {scaling.MOST_SLOPE}")
    return found


def memory() -> dict[str, float]:
    """Print and return the peak memory of an assessment at two numbers of samples."""
    try:
        path = systems.data_file("rts.pras")
    except systems.Missing as note:
        print(f"\nmemory left out: {note}")
        return {}
    scaling.peak_mib(path, 1)  # compiling, if it must, takes more than simulating
    found = {str(samples): scaling.peak_mib(path, samples) for samples in (10_000, 100_000)}
    low, high = found.values()
    print(
        f"\npeak memory of assess rts.pras: {low:.0f} MiB at 10,000 samples, {high:.0f} at 100,000, "
        f"{high / low:.2f} times; asked: at most {scaling.MOST_MEMORY}"
    )
    return found


def cluster() -> dict[str, object]:
    """Print and return how much faster more workers of a Dask cluster are."""
    if find_spec("distributed") is None:
        print("\ncluster left out: pip install 'standstill[cluster]'")
        return {}
    found = scaling.speedup()
    print(f"\nwinter-2024/first, one thread: {found.threads_s:.2f} s; load before: {found.load:.1f}")
    for workers, seconds, times in zip(found.workers, found.seconds, found.speedups, strict=True):
        print(f"  {workers} Dask worker{'s' if workers > 1 else ''}: {seconds:.2f} s, {times:.2f} times as fast")
    print(f"  asked of two: at least {scaling.LEAST_SPEEDUP}, on two free processors")
    return asdict(found)


if __name__ == "__main__":
    sys.exit(main())
