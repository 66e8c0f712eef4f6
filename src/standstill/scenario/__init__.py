"""Scenarios: TOML files in, records of the model out. Units and pydantic stop here.

``schema`` and ``tables`` say what may be written, ``reading`` lists every fault of form, ``figures`` turns entries
into figures, ``build`` and the modules named after it, ``build_system`` among them, make the records. Nothing here
simulates.
"""

from standstill.scenario.build import list_scenarios, load_scenario
from standstill.scenario.new import new_scenario

__all__ = ["list_scenarios", "load_scenario", "new_scenario"]
