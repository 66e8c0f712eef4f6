"""Builders for evidence tests: claims and figures with everything but the point in question filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from standstill.evidence import Claim, Figure, Fixed, Value

COLUMNS = "id,value,unit,statement,speaker,role,side,via,date,known_by,stance,quoted,grade,denies"


@pytest.fixture
def make_claim() -> Callable[..., Claim]:
    """Return a function that builds a valid claim, with some fields changed."""
    return _claim


@pytest.fixture
def make_figure() -> Callable[..., Figure]:
    """Return a function that builds a valid figure that rests on judgement, with some fields changed."""
    return _figure


@pytest.fixture
def columns() -> str:
    """Return the header of a claims file."""
    return COLUMNS


def _claim(name: str = "repair", value: str = "2 to 3", **changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "id": name,
        "statement": "Capacity to return.",
        "speaker": "ministry",
        "via": ("paper",),
        "date": "2024-07-01",
        "stance": "asserts",
        "grade": "H",
        "value": Value.parse(value) if value else None,
        "unit": "GW" if value else "",
    }
    return Claim(**(fields | changes))


def _figure(path: str = "north.repair", **changes: Any) -> Figure:
    fields: dict[str, Any] = {"path": path, "unit": "GW", "distribution": Fixed(value=2.5)}
    if not {"claims", "judgement"} & set(changes):
        fields["judgement"] = "nobody said"
    return Figure(**(fields | changes))


@pytest.fixture
def claims_file(tmp_path):
    """Return a function that writes rows under the standard header and returns the file."""

    def write(*rows: str, header: str = COLUMNS):
        path = tmp_path / "claims.csv"
        path.write_text("\n".join(("# a note", header, *rows)) + "\n", encoding="utf-8")
        return path

    return write
