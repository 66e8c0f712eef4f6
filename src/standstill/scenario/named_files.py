"""The files that a scenario names: finds and reads them, and returns the claims and curves that they hold.

Knows nothing of what claims and curves are used for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from standstill.errors import Faults, InputError
from standstill.evidence import Claim, load_claims
from standstill.scenario.files import BUILTIN, is_there
from standstill.scenario.reading import parse_toml, read_text, validate
from standstill.scenario.settings import set_in_curves
from standstill.scenario.tables_campaign import CurveEntry, CurveFile

__all__ = ["NamedFiles"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFiles:
    """Finds what a scenario names, noting every fault."""

    folder: Traversable | Path
    """Folder of the scenario."""
    faults: Faults
    """Faults found so far."""

    def read(self, name: str, place: str) -> tuple[Traversable | Path, str] | None:
        """Return a file named in the scenario, beside it or built in, and its text."""
        for folder in (self.folder, BUILTIN):
            file = folder / name
            if is_there(file):
                text = read_text(file, place, self.faults)
                if text is None:
                    return None
                return file, text
        self.faults.add(place, "be a file beside the scenario or a built-in one", name)
        return None

    def find(self, name: str, place: str) -> Traversable | Path | None:
        """Return a file named in the scenario, or none after noting why it cannot be read."""
        found = self.read(name, place)
        return found[0] if found else None

    def claims(self, names: Sequence[str]) -> dict[str, Claim]:
        """Return the claims of some files by id; each is stated once."""
        claims: dict[str, Claim] = {}
        for name in names:
            found = self.read(name, "claims")
            if found is None:
                continue
            try:
                loaded = load_claims(found[0])
            except InputError as error:
                self.faults.take(error.faults, f"{name}: ")
                continue
            for claim in loaded:
                if claim in claims:
                    self.faults.add(f"claims.{claim}", "be stated once", name)
            claims |= loaded
        return claims

    def curves(self, names: Sequence[str], settings: Sequence[str]) -> dict[str, tuple[str, CurveEntry]]:
        """Return the curves of some files by name, each with its place, once what the user set in them is set."""
        files: dict[str, dict[str, Any]] = {}
        for name in names:
            found = self.read(name, "curves")
            raw = parse_toml(found[1], name, self.faults) if found else None
            if raw is not None:
                files[name] = raw
        set_in_curves(CurveFile, list(files.values()), settings, self.faults)
        curves: dict[str, tuple[str, CurveEntry]] = {}
        for name, raw in files.items():
            entries = validate(CurveFile, raw, self.faults)[0]
            for curve in entries.curve if entries else ():
                if curve.name in curves:
                    self.faults.add(f"curves.{curve.name}", "be given once", name)
                curves[curve.name] = (f"curves.{curve.name}", curve)
        return curves
