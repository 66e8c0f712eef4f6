"""Builds the talks of a scenario: process, stated probabilities, open points; notes every fault.

Knows nothing of what the clock answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from standstill.errors import Faults, InputError, repeated
from standstill.evidence import Figure, Fixed, Value
from standstill.model.calibrate import solve_rate
from standstill.model.log import Log
from standstill.model.process import DAYS_PER_MONTH, Format, Precondition, Process, Stage, Transition
from standstill.model.system import Parameter
from standstill.model.talks import Elicited, ModelUse, Point, Reading, Solve, Talks
from standstill.model.terms import Terms
from standstill.scenario.build_campaign import TermsBuilder
from standstill.scenario.figures import DAYS, NUMBER, SHARE, Kind, Ledger, Source, source_of
from standstill.scenario.reading import near, validate
from standstill.scenario.tables import TermsEntry
from standstill.scenario.tables_process import (
    ElicitedEntry,
    FormatEntry,
    PreconditionEntry,
    ProcessFile,
    ReadingEntry,
    SolveEntry,
    TermsPointEntry,
)
from standstill.units import convert, dimension

__all__ = ["VARIANTS", "TalksBuilder"]

VARIANTS = 32
"""Processes drawn from the ranges of their figures."""
PER_MONTH = Kind("per month")

FIELDS = {"from": "window", "to": "window", "collapse": "collapse_per_day"} | {
    name: name
    for name in ("classes", "sides", "compliance", "class_compliance", "withheld", "displacement", "exempt_streams",
                 "collapse_shape")
}  # fmt: skip
"""Key of a reading's terms -> field of Terms."""

Pick = Callable[[str, Parameter], float]


@dataclass(slots=True)
class TalksBuilder:
    """Builds the talks of one process file."""

    entry: ProcessFile
    ledger: Ledger
    terms: TermsBuilder
    base: TermsEntry | None
    """The assumed terms, which readings change: of the first arm with a fixed window."""
    assumed: Terms | None
    """The same, built."""
    place: str
    """The process file's name."""
    figures: dict[str, Parameter] = field(default_factory=dict)
    """Figures of the process by path."""

    def talks(self, log: Log | None, as_of: dt.date | None) -> Talks | None:
        """Return the talks, or none after noting every fault."""
        faults = self.ledger.faults
        before = len(faults.items)
        stated = tuple(self._elicited(item) for item in self.entry.elicited)
        self._read_figures()
        points = tuple(self._point(item) for item in self.entry.point)
        if len(faults.items) > before or log is None or None in stated:
            return None
        known = {item.name: item for item in stated if item is not None}
        try:
            process = self._solved(self._process(_median), known, _median)
            log.check(process, as_of)
            variants = tuple(self._variant(number, known) for number in range(VARIANTS))
        except InputError as error:
            faults.take(error.faults, f"{self.place}: ")
            return None
        return Talks(
            process=process,
            variants=variants,
            log=log,
            deadline=self.entry.deadline,
            elicited=tuple(known.values()),
            solves=tuple(_solve(item) for item in self.entry.solve),
            points=points,
            models=tuple(
                ModelUse(code=item.code, inputs=dict(item.inputs), sources=item.sources) for item in self.entry.model
            ),
        )

    def _figure(self, path: str, entry: Any, kind: Kind, source: Any) -> None:
        self.figures[path] = self.ledger.parameter(f"talks.{path}", entry, kind, source)

    def _read_figures(self) -> None:
        """Register every number of the process."""
        file = self.entry
        outer = source_of(file)
        self._figure("memory", file.memory, DAYS, outer)
        for step in file.transition:
            kind = NUMBER if step.meeting else PER_MONTH
            self._figure(_step(step.source, step.target), step.rate, kind, source_of(step, outer))
        for item in file.precondition:
            source = source_of(item, outer)
            self._figure(f"{item.name}.binding", item.binding, SHARE, source)
            self._figure(f"{item.name}.lift", item.lift, PER_MONTH, source)
        for form in file.meeting:
            source = source_of(form, outer)
            self._figure(f"{form.name}.meetings", form.meetings, PER_MONTH, source)
            self._figure(f"{form.name}.agree", form.agree, SHARE, source)
            self._figure(f"{form.name}.returns", form.returns, PER_MONTH, source)
        for absence in file.absence:
            self._figure(f"{absence.party}.out", absence.probability, SHARE, source_of(absence, outer))

    def _process(self, pick: Pick) -> Process:
        """Return the process with each figure as picked."""
        file = self.entry

        def value(path: str) -> float:
            return pick(path, self.figures[path])

        return Process(
            name=file.name,
            parties=file.parties,
            mediator=file.mediator,
            others=file.others,
            stages=tuple(
                Stage(name=item.name, phases=item.phases, in_force=item.in_force, codes=item.codes, note=item.note)
                for item in file.stage
            ),
            transitions=tuple(
                Transition(
                    source=item.source, target=item.target, per_month=value(_step(item.source, item.target)),
                    meeting=item.meeting, late=item.late, cause=item.cause,
                )
                for item in file.transition
            ),
            preconditions=tuple(_precondition(item, value) for item in file.precondition),
            formats=tuple(_format(item, value) for item in file.meeting),
            format=file.format,
            out={item.party: value(f"{item.party}.out") for item in file.absence},
            prior_months=value("memory") / DAYS_PER_MONTH,
            postponed=file.postponed,
            on_schedule=file.on_schedule,
            no_talks=file.no_talks,
        )  # fmt: skip

    def _variant(self, number: int, stated: Mapping[str, Elicited]) -> Process:
        """Return the process with its figures drawn: stratified, so that each figure's range is covered evenly."""

        def pick(path: str, parameter: Parameter) -> float:
            if not isinstance(parameter, Figure):
                return parameter
            strata = np.random.default_rng(list(parameter.path.encode())).permutation(VARIANTS)
            return float(parameter.distribution.quantile((strata[number] + 0.5) / VARIANTS))

        return self._solved(self._process(pick), stated, pick)

    def _solved(self, process: Process, stated: Mapping[str, Elicited], pick: Pick) -> Process:
        for item in self.entry.solve:
            if item.elicited not in stated:
                must = "name a stated probability"
                self.ledger.faults.add(f"{self.place}: solve", must, item.elicited, near(item.elicited, tuple(stated)))
                continue
            figure = stated[item.elicited].probability
            chance = figure.mean if pick is _median else pick(figure.path, figure)
            months = (item.by - item.start).days / DAYS_PER_MONTH
            process = solve_rate(process, item.source, item.target, item.stage, chance, months)
        return process

    def _elicited(self, entry: ElicitedEntry) -> Elicited | None:
        path = f"talks.{entry.name}"
        value = self.ledger.parameter(path, entry.probability, SHARE, source_of(entry))
        figure = self.ledger.figures.get(path)
        if figure is None:
            return None
        figure = value if isinstance(value, Figure) else replace(figure, unit="", distribution=Fixed(value=value))
        return Elicited(
            name=entry.name,
            who=entry.who,
            kind=entry.kind,
            event=entry.event,
            probability=figure,
            said=entry.said,
            by=entry.by,
            assumed=entry.assumed,
            stated=self._stated(figure.claims),
            outcome=entry.outcome,
        )

    def _stated(self, claims: tuple[str, ...]) -> Value | None:
        """Return the share that a single claim states."""
        if len(claims) != 1:
            return None
        claim = self.ledger.claims[claims[0]]
        if claim.value is None or dimension(claim.unit) != "share":
            return None
        factor = convert(1.0, claim.unit, "")
        low, high = (None if end is None else end * factor for end in (claim.value.low, claim.value.high))
        return Value(low=low, high=high, strict=claim.value.strict)

    def _point(self, entry: TermsPointEntry) -> Point:
        for name in repeated(item.name for item in entry.reading):
            self.ledger.faults.add(f"{self.place}: point.{entry.name}", "have readings with unique names", name)
        readings = [self._reading(f"point.{entry.name}.{item.name}", item) for item in entry.reading]
        return Point(
            name=entry.name, question=entry.question, readings=tuple(item for item in readings if item is not None)
        )

    def _reading(self, path: str, entry: ReadingEntry) -> Reading | None:
        """Return a reading: the assumed terms with what it changes."""
        source = source_of(entry, source_of(self.entry))
        if self.base is None or self.assumed is None:
            must = "come with an arm whose terms have a fixed window, which the readings change"
            self.ledger.faults.add(f"{self.place}: {path}", must)
            return None
        holds = self.ledger.parameter(f"talks.{path}.holds", entry.holds, NUMBER, source, 1.0)
        terms = self._changed(path, entry, source, self.base, self.assumed)
        if terms is None:
            return None
        return Reading(
            name=entry.name,
            says=entry.says,
            terms=terms,
            holds=_median("", holds),
            holders=entry.holders,
            because=entry.because,
            claims=entry.claims,
        )

    def _changed(
        self, path: str, entry: ReadingEntry, source: Source, base: TermsEntry, assumed: Terms
    ) -> Terms | None:
        """Return the assumed terms with the keys that a reading sets."""
        own, terms = Faults(source=path), dict(entry.terms)
        if (window := terms.pop("window", None)) is not None:
            own.add("window", "be left out of a reading, whose terms are in force between dates", window)
        # what decides whether a key can act is the assumed terms' own, unless the reading sets it too
        raw = {
            "from": base.start, "to": base.end, "classes": base.classes, "withheld": base.withheld,
            "collapse": base.collapse, **terms,
        }  # fmt: skip
        if not terms.keys() & {"claims", "because"}:
            raw |= {"claims": source[0], "because": source[1]}
        changed, _ = validate(TermsEntry, raw, own)
        faults = [replace(fault, place="terms") if fault.place == "file" else fault for fault in own.items]
        self.ledger.faults.take(faults, f"{self.place}: {path}.")
        if changed is None:
            return None
        if "collapse" not in entry.terms:
            changed = changed.model_copy(update={"collapse": None})  # else it were a figure of the reading's own
        built = self.terms.terms(f"talks.{path}.terms", changed)
        fields = {FIELDS[key]: getattr(built, FIELDS[key]) for key in entry.terms if key in FIELDS}
        return replace(assumed, **fields)


def _median(_: str, parameter: Parameter) -> float:
    return parameter.median if isinstance(parameter, Figure) else parameter


def _step(source: str, target: str) -> str:
    return f"{source} to {target}"


def _precondition(entry: PreconditionEntry, value: Callable[[str], float]) -> Precondition:
    return Precondition(
        name=entry.name,
        holder=entry.holder,
        gates=tuple((gate.source, gate.target) for gate in entry.gates),
        renewed_by=tuple((gate.source, gate.target) for gate in entry.renewed_by),
        binding=value(f"{entry.name}.binding"),
        lift_per_month=value(f"{entry.name}.lift"),
        seen=entry.seen,
        claims=entry.claims,
        note=entry.because,
    )


def _format(entry: FormatEntry, value: Callable[[str], float]) -> Format:
    return Format(
        name=entry.name,
        needs=entry.needs,
        meetings_per_month=value(f"{entry.name}.meetings"),
        agree_share=value(f"{entry.name}.agree"),
        return_per_month=value(f"{entry.name}.returns"),
    )


def _solve(entry: SolveEntry) -> Solve:
    return Solve(
        step=(entry.source, entry.target), elicited=entry.elicited, stage=entry.stage, on=entry.start, by=entry.by,
        because=entry.because,
    )  # fmt: skip
