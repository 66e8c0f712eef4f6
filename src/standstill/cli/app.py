"""The application: its commands in the order of the help, and how the program ends.

Exit code 0; 2 for bad input or bad usage, with one message that lists every fault; 130 for Ctrl-C; 1 for a defect of
the program. Knows no verb but by name.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import signal
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from standstill import __version__
from standstill.cli.assess import assess
from standstill.cli.backtest import backtest
from standstill.cli.claims import claims
from standstill.cli.compare import compare
from standstill.cli.convert import convert
from standstill.cli.credit import credit
from standstill.cli.decide import decide
from standstill.cli.files import check, new, scenarios
from standstill.cli.output import data_lines, message
from standstill.cli.run import report, run
from standstill.cli.talks import talks, terms
from standstill.errors import InputError, StandstillError

__all__ = ["app", "main"]

app = typer.Typer(
    name="standstill",
    help="What would it be worth, to both sides, to stop striking each other's energy systems; and says who?",
    epilog="Results depend on the scenario, the number of samples and the seed, on nothing else.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main() -> None:
    """Run the command line and exit."""
    # compiling makes many objects and next to no cycles: looking for them rarely saves seconds of a first run
    gc.set_threshold(200_000, 20, 100)
    _prepare_streams()
    _interrupt_once()
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    try:
        app(args=[argument for argument in arguments if argument != "--debug"], prog_name="standstill")
    except InputError as error:
        _fail(f"error: {_with_options(error, arguments)}", 2, debug)
    except StandstillError as error:
        _fail(f"error: {error}", 2, debug)
    except KeyboardInterrupt:
        _fail("interrupted", 130, debug)
    except MemoryError:
        _fail("error: out of memory; fewer samples need less", 2, debug)
    except OSError as error:
        _fail(f"error: {_os_words(error)}", 2, debug)
    except Exception as error:
        hint = "this is a defect of Standstill; --debug shows where"
        _fail(f"error: {type(error).__name__}: {error}\n\nhint: {hint}", 1, debug)


def _with_options(error: InputError, arguments: list[str]) -> InputError:
    """Return an error about what a verb was given, with the options named as they are written."""
    verbs = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # an application of several commands
    if error.source not in {*verbs, "scenario", "where to compute"}:
        return error
    verb = next((argument for argument in arguments if argument in verbs), "")
    options = {option for parameter in verbs[verb].params for option in parameter.opts} if verb else set()
    faults = []
    for fault in error.faults:
        option = f"--{fault.place.replace('_', '-').replace(' ', '-')}"
        faults.append(replace(fault, place=option) if option in options else fault)
    return InputError(error.source, tuple(faults))


def _prepare_streams() -> None:
    """Let no character that a terminal has not end a command, nor a stream that is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # closed by the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _interrupt_once() -> None:
    """Let the first Ctrl-C end the program, and no other one disturb what is still being finished."""

    def interrupt(_: int, __: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_ours and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, interrupt)


def _os_words(error: OSError) -> str:
    """Return what the system refused: a file that no command could name, or the help on standard output."""
    is_full = error.errno == errno.ENOSPC
    place = f"{error.filename}: " if error.filename else "cannot write to standard output: " if is_full else ""
    return f"{place}{error.strerror or error}"


def _fail(text: str, code: int, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    else:
        message(text)
    raise SystemExit(code)


def _version(shown: bool) -> None:
    if shown:
        data_lines([f"standstill {__version__}"])
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; allowed anywhere.")] = False,
) -> None:
    """Take what holds for every command."""


for verb in (
    run,
    assess,
    check,
    claims,
    scenarios,
    new,
    compare,
    report,
    talks,
    terms,
    backtest,
    decide,
    convert,
    credit,
):
    app.command()(verb)
