"""Reads a file of outcomes into observations, noting every fault of form.

Knows nothing of scenarios: whether a side, an arm or a measure exists is seen where the outcomes are used.
"""

from __future__ import annotations

from pathlib import Path

from standstill.errors import Faults, InputError
from standstill.evidence.claim import Claim, Value
from standstill.evidence.observation import Observation
from standstill.scenario.reading import parse_toml, read_text, validate
from standstill.scenario.schema import parse_range
from standstill.scenario.tables_outcomes import OutcomeEntry, OutcomesFile

__all__ = ["load_outcomes"]


def load_outcomes(path: str | Path) -> tuple[Observation, ...]:
    """Read a file of outcomes.

    Parameters
    ----------
    path: str or Path
        A TOML file with a table ``[[outcome]]`` for each.

    Returns
    -------
    tuple of Observation
        In the order of the file.

    Raises
    ------
    InputError
        With every fault of syntax and of form that the file has.
    """
    faults = Faults(source=str(path))
    text = read_text(Path(path), "file", faults)
    raw = parse_toml(text, str(path), faults) if text is not None else None
    file = validate(OutcomesFile, raw, faults)[0] if raw is not None else None
    found = [_observation(entry, place, faults) for place, entry in enumerate(file.outcome)] if file else []
    faults.raise_if_any()
    return tuple(item for item in found if item is not None)


def _observation(entry: OutcomeEntry, place: int, faults: Faults) -> Observation | None:
    span = parse_range(entry.value)
    try:
        return Observation(
            side=entry.side,
            measure=entry.measure,
            low=span.low,
            high=span.high,
            unit=span.unit,
            known_from=entry.date,
            arm=entry.arm,
            month=entry.month,
            claim=_claim(entry, place) if entry.speaker else None,
            note=entry.note,
        )
    except InputError as error:
        faults.take(error.faults, f"outcome[{place}].")
        return None


def _claim(entry: OutcomeEntry, place: int) -> Claim:
    span = parse_range(entry.value)
    return Claim(
        id=f"outcome-{place + 1}",
        statement=entry.statement or f"{entry.side}: {entry.measure} {entry.value}",
        speaker=entry.speaker,
        role=entry.role,
        via=entry.via,
        date=entry.date.isoformat(),
        stance=entry.stance,
        grade=entry.grade,
        value=Value(low=span.low, high=span.high),
        unit=span.unit,
        quoted=entry.quoted,
    )
