"""Enforcement: what makes each side hold, when and for whom that is hardest, and the safeguard that is missing.

Knows payoffs, and nothing of losses, scenarios or talks.
"""

from standstill.talks.enforcement.afterwards import end_value_needed, next_step_chance, winter_patience
from standstill.talks.enforcement.finite import Winter, solve_winter, winter_game
from standstill.talks.enforcement.flags import Flags, Odds, Watch, counting_rule
from standstill.talks.enforcement.game import SELECTION, Choice, Game, Node, Profile, equilibria, solve
from standstill.talks.enforcement.levers import penalty_needed, third_party_limit
from standstill.talks.enforcement.monitoring import (
    FlagRule,
    ResumeRule,
    best_rule,
    grim_on_flag,
    grim_values,
    resume_rule,
)
from standstill.talks.enforcement.repeated import (
    effective_discount,
    grim,
    response_length,
    tit_for_tat,
)
from standstill.talks.enforcement.reply import Echo, UnitPayoffs, echo, reply_needed
from standstill.talks.enforcement.season import Safeguard
from standstill.talks.enforcement.seasonal import seasonal_patience, seasonal_safeguards

__all__ = [
    "SELECTION",
    "Choice",
    "Echo",
    "FlagRule",
    "Flags",
    "Game",
    "Node",
    "Odds",
    "Profile",
    "ResumeRule",
    "Safeguard",
    "UnitPayoffs",
    "Watch",
    "Winter",
    "best_rule",
    "counting_rule",
    "echo",
    "effective_discount",
    "end_value_needed",
    "equilibria",
    "grim",
    "grim_on_flag",
    "grim_values",
    "next_step_chance",
    "penalty_needed",
    "reply_needed",
    "response_length",
    "resume_rule",
    "seasonal_patience",
    "seasonal_safeguards",
    "solve",
    "solve_winter",
    "third_party_limit",
    "tit_for_tat",
    "winter_game",
    "winter_patience",
]
