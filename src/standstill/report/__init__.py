"""Report: a run as one offline HTML page, with its charts and tables as files. No JavaScript, no address is fetched.

``words`` holds every sentence, ``rounding`` every rounding, ``charts`` draws; ``pictures``, ``tables`` and
``planning`` choose what is shown, ``page`` puts it together, ``files`` writes it. Nothing here simulates.
"""

from __future__ import annotations

from pathlib import Path

from standstill.report.charts import to_png, unchecked
from standstill.report.decision_part import decision_pictures, decisions_part
from standstill.report.files import write_files
from standstill.report.page import page, summary
from standstill.report.pictures import headline_picture, side_pictures
from standstill.report.planning import planning_csv
from standstill.report.sheet import AUDIENCES, Audience, sheet
from standstill.report.tables import register_csv
from standstill.report.talks_part import position_of, talks_part
from standstill.report.weights_picture import weights_picture
from standstill.studies.decisions import read_decisions
from standstill.studies.run import Run

__all__ = ["AUDIENCES", "Audience", "summary", "write_report", "write_sheet"]


def write_report(run: Run, folder: str | Path) -> Path:
    """Write the report of a run into a folder.

    Parameters
    ----------
    run: Run
        A finished run.
    folder: str or Path
        Made if it does not exist. Gets ``report.html``, ``planning.csv``, ``register.csv`` and ``charts/``.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    OutputError
        If the folder cannot be written; no partial file is left.
    """
    target = Path(folder)
    position = position_of(run)
    talks = talks_part(position) if position else None
    decided = read_decisions(target, run.scenario)
    run = run.dated
    write_files(target, {"register.csv": register_csv(run.scenario.register), "planning.csv": planning_csv(run)})
    sides = run.outcome.sides
    with unchecked():
        headlines = [headline_picture(run, side) for side in sides]
        pictures = [picture for side in sides for picture in side_pictures(run, side)]
        weights = weights_picture(position.stakes) if position and position.stakes else None
        curves = decision_pictures(decided) if decided else []
    decisions = decisions_part(decided) if decided else None
    charts: dict[str, str | bytes] = {}
    for picture in (*headlines, *pictures, *curves, *([weights] if weights else [])):
        charts[f"charts/{picture.name}.svg"] = picture.svg
        charts[f"charts/{picture.name}.png"] = to_png(picture.svg)
    write_files(target, {**charts, "report.html": page(run, headlines, pictures, talks, weights, decisions, curves)})
    return target / "report.html"


def write_sheet(run: Run, folder: str | Path, audience: Audience) -> Path:
    """Write the note for one circle of readers into a folder.

    Parameters
    ----------
    run: Run
        A finished run.
    folder: str or Path
        Made if it does not exist. Gets ``note-AUDIENCE.html``.
    audience: str
        "mediator", "parties" or "public".

    Returns
    -------
    Path
        The page.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    name = f"note-{audience}.html"
    write_files(Path(folder), {name: sheet(run, audience)})
    return Path(folder) / name
