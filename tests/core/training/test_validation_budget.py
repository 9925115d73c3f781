import pytest

from mnist_core.training.validation_budget import ValidationBudget


def test_the_first_validation_waits_until_what_it_is_expected_to_cost_is_a_twentieth_of_the_time():
    budget = ValidationBudget(300)
    # 300 images at 1,000 trained a second, three times as fast: 0.1 s.
    assert not budget.affords(1.9, 1_000)
    assert budget.affords(2.1, 1_000)
    assert not budget.affords(2.1, 500)


def test_what_validations_have_cost_counts_and_the_last_one_says_what_the_next_will():
    budget = ValidationBudget(300)
    budget.spend(0.2)
    assert not budget.affords(7.9, 1_000_000)
    assert budget.affords(8.1, 1)
    budget.spend(0.1)
    assert not budget.affords(7.9, 1)
    assert budget.affords(8.1, 1)


@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_without_validation_images_nothing_is_affordable(seconds):
    assert not ValidationBudget(0).affords(seconds, 1_000)
