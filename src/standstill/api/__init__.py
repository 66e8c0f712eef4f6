"""The verbs: check, assess, run, compare, talks, terms, decide, backtest, report, plot, convert, credit.

The same in Python and on the command line. Each is a thin function: it finds the records, checks its arguments, hands
over to a study or the report. It prints nothing and imports nothing heavy before it must.
"""

from standstill.api.comparison import compare, find_result, shared_numbers
from standstill.api.files import convert
from standstill.api.process import talks, terms
from standstill.api.scenarios import check, report, run
from standstill.api.studies import backtest, decide
from standstill.api.systems import assess, credit, find_sides, plot

__all__ = [
    "assess",
    "backtest",
    "check",
    "compare",
    "convert",
    "credit",
    "decide",
    "find_result",
    "find_sides",
    "plot",
    "report",
    "run",
    "shared_numbers",
    "talks",
    "terms",
]
