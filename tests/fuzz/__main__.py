"""``python -m tests.fuzz 10000``: so many spoilt inputs in process, fifty by the command line, and a table.

``--first N`` begins at another number, and ``--keep DIR`` writes the inputs that show a defect there.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.fuzz.cases import spoilt_case
from tests.fuzz.runs import BY_COMMAND_LINE, Row, by_command_line, in_processes, work
from tests.fuzz.sources import FORMATS, good_sources


def main() -> int:
    """Run what the command line asks for; 0 if no case shows a defect."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.first, given.count, given.seed)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        sources = good_sources(Path(scratch))
        numbers = range(given.first, given.first + min(given.count, BY_COMMAND_LINE))
        inside, outside, defects = [], [], []
        for rows, found in (
            (inside, in_processes(given.first, given.count, given.seed)),
            (outside, by_command_line(sources, numbers, given.seed)),
        ):
            for row in found:
                rows.append(row)
                if row["defect"]:
                    defects.append(row)
                    place = f"case {row['number']} ({row['format']}, {', '.join(row['spoilt'])})"
                    print(f"{place}: {row['defect']}", flush=True)
        for row in defects if given.keep is not None else ():
            folder = given.keep / str(row["number"])
            folder.mkdir(parents=True, exist_ok=True)
            spoilt_case(sources, row["number"], given.seed).write(folder)
    _print_table(inside, outside, len(defects))
    return 1 if defects else 0


def _print_table(inside: list[Row], outside: list[Row], defects: int) -> None:
    print("format    cases  refused  slowest_s")
    for name in (*FORMATS, "all"):
        part = [row for row in inside if name in (row["format"], "all")]
        slowest = max((row["seconds"] for row in part), default=0.0)
        print(f"{name:8} {len(part):6} {sum(row['refused'] for row in part):8} {slowest:10.2f}")
    print(f"highest memory of a process: {max((row['memory_mb'] for row in inside), default=0):.0f} MB")
    slowest = max((row["seconds"] for row in outside), default=0.0)
    refused = sum(row["refused"] for row in outside)
    print(f"by the command line: {len(outside)} cases, {refused} refused, slowest {slowest:.2f} s")
    print(f"defects: {defects}")


if __name__ == "__main__":
    raise SystemExit(main())
