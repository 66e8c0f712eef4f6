"""The check of deviations: on games with known answers, on random games against a direct count, on every model."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import product

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from standstill.errors import InputError
from standstill.talks import bargaining, graph, mediation
from standstill.talks.equilibrium import Chance, Choice, Game, Plan, Step, check
from standstill.talks.mediation.protocol import Protocol
from tests.cases.games import (
    EXAMPLES,
    GAMES,
    RANDOM,
    adviser,
    attrition,
    audience,
    dispute,
    lagged,
    screening,
    shift,
    trust,
    two_costs,
)

MEDIATOR = mediation.MEDIATOR
DILEMMA = {
    ("hold", "hold"): (2, 2),
    ("hold", "strike"): (-1, 3),
    ("strike", "hold"): (3, -1),
    ("strike", "strike"): (0, 0),
}
ACTS = ("hold", "strike")


def once(table: dict[tuple[str, str], tuple[float, float]]) -> Game:
    """Return a game in which two players choose once, at the same time."""
    rows, columns = (tuple(dict.fromkeys(key[place] for key in table)) for place in (0, 1))

    def at(node):
        if node == "first":
            return Choice(player="A", actions={row: Step(to=("then", row)) for row in rows})
        ends = {column: Step(pays=table[node[1], column]) for column in columns}
        return Choice(player="B", actions=ends, sees="second")

    return Game(players=("A", "B"), start="first", at=at)


def repeated(discount: float) -> Game:
    """Return the dilemma repeated without end; a node remembers whether all have held so far."""

    def at(node):
        peace, *first = node
        if not first:
            return Choice(player="A", actions={act: Step(to=(peace, act)) for act in ACTS})
        actions = {
            act: Step(
                pays=tuple((1 - discount) * value for value in DILEMMA[first[0], act]),
                to=(peace and (first[0], act) == ("hold", "hold"),),
                discount=(discount, discount),
            )
            for act in ACTS
        }
        return Choice(player="B", actions=actions, sees=("second", peace))

    return Game(players=("A", "B"), start=(True,), at=at)


GRIM = Plan(choose=lambda player, sees: {"hold" if sees in ((True,), ("second", True)) else "strike": 1.0})


# --------------------------------------------------------------------------------------------------- known answers


def test_dilemma_played_once():
    game = once(DILEMMA)
    strikes = check(game, Plan(choose=lambda player, sees: {"strike": 1.0}))
    assert strikes.is_equilibrium
    assert (strikes.values, strikes.best.gain) == ({"A": 0.0, "B": 0.0}, 0.0)
    holds = check(game, Plan(choose=lambda player, sees: {"hold": 1.0}))
    assert not holds.is_equilibrium
    assert (holds.best.action, holds.best.gain) == ("strike", 1.0)


@pytest.mark.parametrize("discount", [0.30, 0.33, 0.34, 0.9])
def test_grim_holds_from_a_discount_of_one_third(discount: float):
    found = check(repeated(discount), GRIM)
    assert found.values == pytest.approx({"A": 2.0, "B": 2.0}, abs=1e-12)
    assert found.is_equilibrium == (discount > 1 / 3)
    # what striking once gains: T now and P for ever, against R for ever; a deviation after a break gains nothing
    gain = (1 - discount) * 3 - 2
    assert found.best.gain == pytest.approx(max(gain, 0.0), abs=1e-12)


def test_mixed_plan_of_matching_pennies():
    table = {("h", "h"): (1, -1), ("h", "t"): (-1, 1), ("t", "h"): (-1, 1), ("t", "t"): (1, -1)}
    even = check(once(table), Plan(choose=lambda player, sees: {"h": 0.5, "t": 0.5}))
    assert even.is_equilibrium
    uneven = check(once(table), Plan(choose=lambda player, sees: {"h": 0.75, "t": 0.25}))
    # each player expects 1/4 or -1/4; B would always play t for 1/2
    assert (uneven.best.player, uneven.best.action) == ("B", "t")
    assert uneven.best.gain == pytest.approx(0.75)


def beer_or_quiche() -> Game:
    """Cho and Kreps (1987): a strong or weak player has breakfast; the other, seeing what, fights it or not."""

    def at(node):
        match node:
            case "start":
                return Chance(branches=((0.9, Step(to=("strong",))), (0.1, Step(to=("weak",)))))
            case (kind,):
                return Choice(player="A", actions={meal: Step(to=(kind, meal)) for meal in ("beer", "quiche")})
            case (kind, meal):
                likes = float((kind, meal) in (("strong", "beer"), ("weak", "quiche")))
                actions = {
                    "fight": Step(pays=(likes, float(kind == "weak"))),
                    "leave": Step(pays=(likes + 2, float(kind == "strong"))),
                }
                return Choice(player="B", actions=actions, sees=("seen", meal))

    return Game(players=("A", "B"), start="start", at=at)


def beer_plan(weak_after_quiche: float, **stated) -> Plan:
    def choose(player, sees):
        if player == "A":
            return {"beer": 1.0}
        return {"leave" if sees == ("seen", "beer") else "fight": 1.0}

    seen = {("strong", "quiche"): 1 - weak_after_quiche, ("weak", "quiche"): weak_after_quiche}
    return Plan(choose=choose, beliefs={("B", ("seen", "quiche")): seen} | stated.get("beliefs", {}))


def test_beliefs_where_play_does_not_lead_are_the_plans_own():
    assert check(beer_or_quiche(), beer_plan(0.6)).is_equilibrium
    unsupported = check(beer_or_quiche(), beer_plan(0.2))
    assert (unsupported.best.player, unsupported.best.sees) == ("B", ("seen", "quiche"))
    assert unsupported.best.gain == pytest.approx(0.8 - 0.2)


def test_beliefs_where_play_leads_are_those_of_bayes_rule():
    right = {("B", ("seen", "beer")): {("strong", "beer"): 0.9, ("weak", "beer"): 0.1}}
    assert check(beer_or_quiche(), beer_plan(0.6, beliefs=right)).is_equilibrium
    wrong = {("B", ("seen", "beer")): {("strong", "beer"): 0.8, ("weak", "beer"): 0.2}}
    found = check(beer_or_quiche(), beer_plan(0.6, beliefs=wrong))
    assert not found.is_equilibrium
    assert found.best.gain <= 0
    (words,) = found.misbeliefs
    assert words.startswith("plan of B at ('seen', 'beer'): believes [0.8, 0.2], Bayes' rule gives [0.9, ")


def test_a_deviation_after_ones_own_deviation_is_priced():
    """A misreport is worth what comes after it, with the belief that it leaves: B's draw is still as likely."""

    def at(node):
        match node:
            case "start":
                return Chance(branches=((0.25, Step(to=("good",))), (0.75, Step(to=("bad",)))))
            case (draw,):
                return Choice(player="A", actions={"stay": Step(), "go": Step(to=(draw, "gone"))}, sees="first")
            case (draw, _):
                worth = 3.0 if draw == "good" else -2.0
                return Choice(player="A", actions={"take": Step(pays=(worth,)), "leave": Step(pays=(0.1,))}, sees="on")

    game = Game(players=("A",), start="start", at=at)
    stays = {"first": {"stay": 1.0}, "on": {"leave": 1.0}}
    found = check(game, Plan(choose=lambda player, sees: stays[sees]))
    assert (found.best.sees, found.best.action) == ("first", "go")
    assert found.best.gain == pytest.approx(0.1)
    takes = stays | {"on": {"take": 1.0}}
    found = check(game, Plan(choose=lambda player, sees: takes[sees]))
    assert (found.best.sees, found.best.action) == ("on", "leave")
    assert found.best.gain == pytest.approx(0.1 - (0.25 * 3 - 0.75 * 2))


# ---------------------------------------------------------------------------------------------------- random games


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_gains_in_random_one_shot_games(seed: int):
    """Two players at once, mixed plans: the best gain is the largest regret, computed from the matrices."""
    draw = np.random.default_rng(seed)
    size = draw.integers(1, 5, 2)
    payoffs = draw.normal(size=(2, *size))
    mixes = [draw.dirichlet(np.ones(count)) for count in size]
    table = {(i, j): tuple(payoffs[:, i, j]) for i, j in product(range(size[0]), range(size[1]))}
    found = check(once(table), Plan(choose=lambda player, sees: dict(enumerate(mixes["AB".index(player)]))))
    regrets = [
        (payoffs[0] @ mixes[1]).max() - mixes[0] @ payoffs[0] @ mixes[1],
        (mixes[0] @ payoffs[1]).max() - mixes[0] @ payoffs[1] @ mixes[1],
    ]
    assert found.best.gain == pytest.approx(max(regrets), abs=1e-12)
    assert found.best.player == "AB"[int(np.argmax(regrets))]


def tree(draw: np.random.Generator, depth: int, path: tuple = ()) -> dict:
    """Return a random tree: node -> (mover or None, number of branches, chances), with payoffs at its ends."""
    count = int(draw.integers(1, 4))
    if depth == 0 or draw.random() < 0.15:
        return {path: tuple(draw.normal(size=2))}
    mover = draw.choice(["A", "B", "chance"])
    found = {path: (str(mover), draw.dirichlet(np.ones(count)))}
    for branch in range(count):
        found |= tree(draw, depth - 1, (*path, branch))
    return found


def worth(nodes: dict, path: tuple, player: int) -> float:
    """Return the value of a node by recursion."""
    if not isinstance(nodes[path][0], str):
        return nodes[path][player]
    return sum(chance * worth(nodes, (*path, branch), player) for branch, chance in enumerate(nodes[path][1]))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_gains_in_random_trees(seed: int):
    nodes = tree(np.random.default_rng(seed), 4)

    def step(path):
        return Step(to=path) if isinstance(nodes[path][0], str) else Step(pays=nodes[path])

    def at(path):
        if not isinstance(nodes[path][0], str):
            return Chance(branches=((1.0, step(path)),))
        mover, chances = nodes[path]
        branches = [(float(chance), step((*path, number))) for number, chance in enumerate(chances)]
        if mover == "chance":
            return Chance(branches=tuple(branches))
        return Choice(player=mover, actions={number: then for number, (_, then) in enumerate(branches)})

    found = check(
        Game(players=("A", "B"), start=(), at=at), Plan(choose=lambda player, sees: dict(enumerate(nodes[sees][1])))
    )
    gains = [
        max(worth(nodes, (*path, branch), "AB".index(node[0])) for branch in range(len(node[1])))
        - worth(nodes, path, "AB".index(node[0]))
        for path, node in nodes.items()
        if node[0] in ("A", "B")
    ]
    assert found.values == pytest.approx({"A": worth(nodes, (), 0), "B": worth(nodes, (), 1)}, abs=1e-12)
    assert (found.best is None) == (not gains)
    if gains:
        assert found.best.gain == pytest.approx(max(gains), abs=1e-12)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_values_of_play_without_end(seed: int):
    """A random discounted walk among states with one player: the value is that of iterating the equation."""
    draw = np.random.default_rng(seed)
    count = 5
    moves = draw.dirichlet(np.ones(count), size=(count, 2))
    pays, mix, discount = draw.normal(size=(count, 2)), draw.dirichlet(np.ones(2), size=count), 0.8

    def at(node):
        if node[0] == "to":
            return Chance(branches=tuple((float(p), Step(to=("at", to))) for to, p in enumerate(moves[node[1:]])))
        state = node[1]
        return Choice(
            player="A",
            actions={
                act: Step(pays=(float(pays[state, act]),), to=("to", state, act), discount=(discount,))
                for act in (0, 1)
            },
        )

    found = check(
        Game(players=("A",), start=("at", 0), at=at), Plan(choose=lambda player, sees: dict(enumerate(mix[sees[1]])))
    )
    value = np.zeros(count)
    for _ in range(300):
        after = pays + discount * moves @ value
        value = (mix * after).sum(axis=1)
    assert found.values["A"] == pytest.approx(value[0], abs=1e-9)
    assert found.best.gain == pytest.approx((after.max(axis=1) - value).max(), abs=1e-9)


# ------------------------------------------------------------------------------------------------------- bad input


def end(node):
    return Choice(player="A", actions={"on": Step()})


def looks_alike(node):
    if node == "start":
        return Chance(branches=((0.5, Step(to="left")), (0.5, Step(to="right"))))
    return Choice(player="A", actions={node: Step()}, sees="alike")


def unseen(node):
    match node:
        case "start":
            return Choice(player="A", actions={"left": Step(to=1), "right": Step(to=2), "out": Step()})
        case number:
            return Choice(player="B", actions={"on": Step(pays=(0.0, float(number)))}, sees="alike")


def on(player, sees):
    return {"on": 1.0}


def out(player, sees):
    return {"out": 1.0} if player == "A" else {"on": 1.0}


@pytest.mark.parametrize(
    ("at", "plan", "words"),
    [
        pytest.param(end, Plan(choose=lambda player, sees: {"off": 1.0}), r"must choose among \['on'\], got \['off'\]"),
        pytest.param(end, Plan(choose=lambda player, sees: {"on": 0.9}), r"probabilities that sum to 1, got \[0.9\]"),
        pytest.param(
            lambda node: Chance(branches=((0.5, Step()), (0.6, Step()))),
            Plan(choose=on),
            "draw at 'start': must have prob",
        ),
        pytest.param(
            lambda node: Choice(player="A", actions={"on": Step(pays=(1.0,))}),
            Plan(choose=on),
            "must pay 2 finite amounts",
        ),
        pytest.param(
            lambda node: Choice(player="A", actions={"on": Step(discount=(1.5, 1.0))}),
            Plan(choose=on),
            "must have 2 discounts from 0 to 1",
        ),
        pytest.param(
            lambda node: Choice(player="A", actions={"on": Step(to="start")}), Plan(choose=on), "must end, or discount"
        ),
        pytest.param(
            lambda node: Choice(player="C", actions={"on": Step()}), Plan(choose=on), r"must be of one of .*, got 'C'"
        ),
        pytest.param(lambda node: Choice(player="A", actions={}), Plan(choose=on), "must have an action"),
        pytest.param(
            looks_alike, Plan(choose=lambda player, sees: {"left": 1.0}), "the actions of the nodes that look the same"
        ),
        pytest.param(unseen, Plan(choose=out), "plan of B at 'alike': must state a belief, for no play leads there"),
        pytest.param(
            unseen,
            Plan(choose=out, beliefs={("B", "alike"): {1: 0.5}}),
            r"must state a belief that sums to 1, got \[0.5",
        ),
    ],
)
def test_bad_input(at, plan: Plan, words: str):
    with pytest.raises(InputError, match=words):
        check(Game(players=("A", "B"), start="start", at=at), plan)


def test_a_game_without_end_of_nodes_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(graph, "_MOST_NODES", 1000)
    game = Game(players=("A",), start=0, at=lambda node: Choice(player="A", actions={"on": Step(to=node + 1)}))
    with pytest.raises(InputError, match="must have at most 1000 nodes"):
        check(game, Plan(choose=on))


def test_all_faults_are_listed():
    def at(node):
        return Choice(player="A", actions={"on": Step(pays=(1.0,), discount=(2.0, 0.5))})

    with pytest.raises(InputError, match="3 faults in game"):
        check(Game(players=("A", "B"), start="start", at=at), Plan(choose=lambda player, sees: {"on": 0.5}))


@pytest.mark.parametrize("parts", [0, -1, 2.5, True, "many"])
def test_parts_of_an_offer(parts):
    with pytest.raises(InputError, match="parts: must be a whole number >= 1"):
        EXAMPLES["B1"].solve().equilibrium.check(parts)


# ----------------------------------------------------------------------------------------------- the whole library


def values_claimed(model) -> dict[str, float]:
    """Return what a check of the solution's strategies should find each player's payoff to be."""
    payoffs = model.solve().payoffs
    if model.code == "M3":
        # the game counts nothing for an unwilling side; the solution's payoffs are those of a willing one
        return {side: payoffs[side] * chance for side, chance in zip(model.sides, model.trust, strict=True)}
    return dict(payoffs)


LIMITS = {"B1-continuous": 1e-3, "B2": 1e-3}
"""Models without a pause between offers: their check is that of short rounds, and differs by the length of a round."""


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize("parts", [1, 40])
def test_every_solution_is_an_equilibrium_with_its_payoffs(name: str, parts: int):
    model = GAMES[name]
    found = model.solve().equilibrium.check(parts)
    assert found.is_equilibrium, found
    assert found.values == pytest.approx(values_claimed(model), abs=LIMITS.get(model.code, 1e-9))


@pytest.mark.parametrize("code", RANDOM)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_inputs_give_an_equilibrium_with_its_payoffs(code: str, data):
    model = data.draw(RANDOM[code])
    found = model.solve().equilibrium.check(6)
    assert found.is_equilibrium, (model, found)
    assert found.values == pytest.approx(values_claimed(model), abs=LIMITS.get(code, 1e-8))


def test_every_model_is_among_the_cases():
    codes = set(bargaining.MODELS) | set(mediation.MODELS)
    assert {model.code for model in EXAMPLES.values()} == codes
    assert set(RANDOM) == codes - {"M4"}
    assert {PLANTED[name][0].code for name in PLANTED} == codes - {"M4"}


@pytest.mark.parametrize("name", ["B1", "B5-high", "M1-mediator-0.8-1.65"])
def test_a_solution_can_be_sent_to_another_process(name: str):
    solution = pickle.loads(pickle.dumps(EXAMPLES[name].solve()))
    assert solution.equilibrium.check(5).is_equilibrium


TALK = dispute(0.8, 1.65, "talk")
PLANTED = {
    # name -> model, player, what it sees, what it does instead, gain of the best deviation if known by hand
    "B1": (EXAMPLES["B1"], "North", ("offers", 0, 0), {0.5: 1.0}, None),
    "B1-continuous": (EXAMPLES["B1-continuous"], "North", ("offers", 0, 0), {0.5: 1.0}, None),
    # the last offer is accepted whatever it is, so asking for half gives half away
    "B1-finite": (EXAMPLES["B1-finite-1"], "North", ("offers", 0, 0), {0.5: 1.0}, 0.5),
    "B2": (EXAMPLES["B2"], "South", ("offers", 1, 0), {0.5: 1.0}, None),
    "B3": (EXAMPLES["B3"], "North", ("after", 0, 1), {"hold": 1.0}, None),
    # North would ask for 1, where South would rather fight
    "B4-range": (EXAMPLES["B4-range"], "South", ("hears", 0.2, 1.0), {"accept": 1.0}, None),
    # asking for what all accept gives 0.5 instead of 0.6041667
    "B4-uniform": (EXAMPLES["B4-uniform"], "North", "asks", {0.5: 1.0}, 0.1041666667),
    # 0.5 * 0.9 + 0.5 * 0.4 - 0.6
    "B4-types": (two_costs(0.5), "North", "asks", {0.6: 1.0}, 0.05),
    # 1.35 - 1
    "B5": (screening(0.5), "North", "asks", {1.0: 1.0}, 0.35),
    # fighting gives 0.7; all of the first period and 0.3 later give 0.37
    "B6": (shift(0.4), "North", ("hears", "now", 1.0), {"accept": 1.0}, 0.33),
    "B7-delay": (attrition(), "North", "first", {"concede": 0.5, "wait": 0.5}, None),
    # breaking now gives 2 (1 - exp(-0.2)) instead of 1
    "B7-lag": (lagged(0.3), "North", "first", {"break": 1.0}, None),
    # South gives up 0.8 * 2 now, and as much later
    "B8": (audience(0.6), "South", "relies", {"strike": 1.0}, 1.6),
    "M1-mediator": (dispute(0.8, 1.65, "mediator"), "North", ("told", "weak", ("weak",), 0.5), {"fight": 1.0}, None),
    "M1-talk": (TALK, "North", ("told", "weak", ("weak", "weak"), 0.5), {"fight": 1.0}, None),
    "M1-arbitration": (dispute(0.8, 1.65, "arbitration"), "North", ("report", "weak"), {"stay out": 1.0}, None),
    "M1-none": (dispute(0.8, 1.65, "none"), "North", ("told", "strong", (), 0.5), {"agree": 1.0}, None),
    "M2": (adviser(0.4), "North", ("hears", "firm"), {"high": 1.0}, None),
    # a willing side that strikes at a willing one loses 0.5 with probability 0.7 and saves 0.5 with 0.3
    "M3": (trust((0.6, 0.7)), "North", ("step of the other taken", True), {"strike": 1.0}, None),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_deviation_is_found(name: str):
    model, player, sees, mix, gain = PLANTED[name]
    game, plan = model.solve().equilibrium.game()
    assert plan.choose(player, sees) != mix
    found = check(game, plan.but(player, sees, mix))
    assert not found.is_equilibrium
    assert found.best.gain > 1e-4
    if gain is not None:
        assert (found.best.player, found.best.sees) == (player, sees)
        assert found.best.gain == pytest.approx(gain, abs=1e-9)


THRESHOLDS = {
    # on either side of a threshold: whose strategies, in whose game
    "B4-types-tough": (two_costs(0.401), two_costs(0.399)),
    "B4-types-safe": (two_costs(0.399), two_costs(0.401)),
    "B6-other-offers-fights": (shift(0.7666), shift(0.7667)),
    "B6-other-offers-settles": (shift(0.7667), shift(0.7666)),
    "B6-declining-offers-fights": (shift(0.5666, "North"), shift(0.5667, "North")),
    "B6-declining-offers-settles": (shift(0.5667, "North"), shift(0.5666, "North")),
    "B7-lag": (lagged(0.3465), lagged(0.3466)),
    "B8": (audience(0.501), audience(0.499)),
    "M1-none": (dispute(0.8, 2.21, "none"), dispute(0.8, 2.19, "none")),
    "M2": (adviser(0.385), adviser(0.384)),
    "M3": (trust((0.501, 0.501)), trust((0.499, 0.499))),
    "M3-reassured": (trust((0.3, 0.3), (0.428, 0.428)), trust((0.3, 0.3), (0.429, 0.429))),
}


@pytest.mark.parametrize("name", THRESHOLDS)
def test_beyond_a_threshold_the_strategies_are_no_equilibrium(name: str):
    within, beyond = THRESHOLDS[name]
    plan = within.solve().equilibrium.game()[1]
    game, own = beyond.solve().equilibrium.game()
    assert check(game, own).is_equilibrium

    def choose(player, sees):
        # an offer that cannot be made in the other game becomes the one made there
        mix, other = plan.choose(player, sees), own.choose(player, sees)
        return {near(action, other): chance for action, chance in mix.items()}

    def near(action, other):
        (planned,) = other
        return planned if isinstance(action, float) and abs(action - planned) < 0.01 else action

    # Bayes' rule gives every belief that matters here
    found = check(game, Plan(choose=choose))
    assert found.best.gain > 1e-6


@pytest.mark.parametrize(("left", "odds"), [(0.7, 0.3), (0.7, 0.6), (0.6, 0.15)])
def test_a_mediator_who_never_confuses_two_weak_sides_invites_misreports(left: float, odds: float):
    """Where gamma < 1, a strong side told the small share after a misreport would take it, unless it may be a trap."""
    model = dispute(left, odds, "mediator")
    game, plan = model.solve().equilibrium.game()
    protocol = game.at.__self__
    assert isinstance(protocol, Protocol)
    assert check(game, plan).is_equilibrium
    plain = replace(protocol, draws=dict(protocol.draws) | {("weak", "weak"): {0.5: 1.0}})
    found = check(*plain.build(1))
    assert (found.best.sees, found.best.action) == (("report", "strong"), "weak")
    assert found.best.gain > 1e-3


@pytest.mark.parametrize("reports", ["private", "public"])
def test_more_peace_than_the_solution_invites_misreports(reports: str):
    model = dispute(0.8, 1.65, "mediator" if reports == "private" else "talk")
    protocol = model.solve().equilibrium.game()[0].at.__self__
    strong = protocol.draws["strong", "strong"][0.5]
    more = replace(protocol, draws=dict(protocol.draws) | {("strong", "strong"): {0.5: strong + 0.05}})
    found = check(*more.build(1))
    assert (found.best.sees, found.best.action) == (("report", "weak"), "strong")
    assert found.best.gain > 1e-3
