"""What every builder of one side shares: its name as the start of paths, its units, its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standstill.evidence import Figure
from standstill.model.system import Parameter
from standstill.scenario.figures import Kind, Ledger, Source
from standstill.scenario.schema import FigureEntry
from standstill.scenario.series import FindFile
from standstill.scenario.tables import SideEntry
from standstill.units import energy_unit_of

__all__ = ["Scope"]


@dataclass(frozen=True, slots=True)
class Scope:
    """One side and the ledger of the scenario; places are within the side."""

    side: SideEntry
    ledger: Ledger
    find: FindFile = lambda name, place: None
    """Finds the files that the side names."""

    @property
    def power(self) -> Kind:
        """Kind of a power."""
        return Kind(self.side.system.power_unit)

    @property
    def energy(self) -> Kind:
        """Kind of an energy."""
        return Kind(energy_unit_of(self.side.system.power_unit))

    def fault(self, place: str, must: str, got: Any = None, hint: str = "") -> None:
        """Note a fault at a place within the side."""
        self.ledger.faults.add(f"{self.side.name}.{place}", must, got, hint)

    def parameter(
        self, place: str, entry: FigureEntry | None, kind: Kind, source: Source, default: float = 0.0
    ) -> Parameter:
        """Return a parameter whose path begins with the side's name."""
        return self.ledger.parameter(f"{self.side.name}.{place}", entry, kind, source, default)

    def fixed(self, place: str, entry: FigureEntry | None, kind: Kind, source: Source, default: float = 0.0) -> float:
        """Return a value that cannot differ between samples."""
        return self.ledger.fixed(f"{self.side.name}.{place}", entry, kind, source, default)

    def reference(
        self, place: str, entry: FigureEntry | None, kind: Kind, source: Source, default: float = 0.0
    ) -> tuple[float, Parameter]:
        """Return a base for arrays, the median, and the factor on it, which has the uncertainty."""
        value = self.parameter(place, entry, kind, source, default)
        if not isinstance(value, Figure):
            return value, 1.0
        base = value.median if value.median > 0 else value.mean
        path = f"{self.side.name}.{place}"
        scale = self.ledger.parameter(path, entry, kind, source, default, scale=1.0 / base)
        return base, scale
