"""What is expanded next, by what is believed of each arm."""

import random
from collections import Counter

import pytest

from app.discoveries.frontier import Arm, Experience, Frontier, Guess

RICH, POOR, FREE = Arm("rich", 5), Arm("poor", 5), Arm("free", 5)
GUESSES = {
    "rich": Guess(units=1, new=1, is_free=False),
    "poor": Guess(units=1, new=1, is_free=False),
    "free": Guess(units=0, new=0.01, is_free=True),
}


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same again in each run of the tests


def chosen(frontier: Frontier, arms: list[Arm], times: int = 1_000) -> Counter[Arm]:
    """Which arm came first how often."""
    return Counter(frontier.order(arms, 0.0, chance(n))[0] for n in range(times))


def test_arms_of_which_nothing_is_known_are_tried_alike() -> None:
    counted = chosen(Frontier(GUESSES, {}), [RICH, POOR])
    assert 400 < counted[RICH] < 600


def test_what_brings_more_is_tried_more_often_and_the_other_not_forgotten() -> None:
    seen = {RICH: Experience(10, 10, 15), POOR: Experience(10, 10, 5)}
    counted = chosen(Frontier(GUESSES, seen), [RICH, POOR])
    assert 600 < counted[RICH] < 1_000


def test_what_is_known_well_is_hardly_doubted() -> None:
    seen = {RICH: Experience(1_000, 1_000, 1_500), POOR: Experience(1_000, 1_000, 500)}
    assert chosen(Frontier(GUESSES, seen), [RICH, POOR])[POOR] == 0


def test_what_makes_no_calls_goes_first() -> None:
    assert chosen(Frontier(GUESSES, {}), [RICH, POOR, FREE], times=50) == {FREE: 50}


def test_the_same_cut_makes_the_same_choice() -> None:
    frontier = Frontier(GUESSES, {})
    assert frontier.order([RICH, POOR], 0, chance(7)) == frontier.order([POOR, RICH], 0, chance(7))


def test_less_than_the_least_yield_is_left_out_and_the_best_of_it_named() -> None:
    frontier = Frontier(GUESSES, {POOR: Experience(990, 990, 0)})
    assert frontier.order([RICH, POOR], 0.1, chance(1)) == [RICH]
    assert frontier.order([RICH, POOR], 1.5, chance(1)) == []
    best = frontier.best([RICH, POOR])
    assert best is not None
    assert best[0] == RICH
    assert best[1] == pytest.approx(1 / 1.02)


def test_confirming_counts_as_a_cost() -> None:
    guess = {"rich": Guess(units=1, new=50, is_free=False)}
    assert Frontier(guess, {}).belief(RICH).expected_yield == pytest.approx(25)


def test_one_size_of_channel_tells_something_about_the_others() -> None:
    seen = {Arm("rich", 3): Experience(100, 100, 1)}
    believed = Frontier(GUESSES, seen).belief(RICH)
    assert 0.05 < believed.new < 0.2
    assert believed.weight < 10


def test_names_of_those_who_publish_nothing_are_worth_little() -> None:
    seen = {RICH: Experience(100, 100, 2_000, confirmed=20, dropped=980), POOR: Experience(100, 100, 100, 100, 0)}
    frontier = Frontier(GUESSES, seen)
    assert frontier.belief(RICH).new < frontier.belief(POOR).new
    assert frontier.belief(RICH).cost > frontier.belief(POOR).cost
