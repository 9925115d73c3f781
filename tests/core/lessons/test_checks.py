"""Each lesson's check: fed with what fulfils it, and with what does not."""

import pytest

from mnist_core.evaluation.intervals import Accuracy
from mnist_core.lessons import cures, high_bias, high_variance, learning_rates, loss, optimizers, unseen_data
from mnist_core.lessons.backpropagation import GRADIENT, LOSS
from mnist_core.lessons.catalogue import LESSONS, find_lesson
from mnist_core.lessons.convolution import HIDDEN, SHOWN
from mnist_core.lessons.facts import Answer, Facts, FiledDrawing, PairedCounts, Reading, Threshold
from tests.support.lessons import lesson_run

FALLING = (2.3, 1.0, 0.5, 0.3)


def reading(digit, drawing=0, rejected=False):
    return Reading(drawing=drawing, digit=digit, certainty=0.8, rejected=rejected)


def rates(*accuracies, **changes):
    return [
        lesson_run(learning_rates.CONFIG.replace(learning_rate=rate, **changes), test=accuracy)
        for rate, accuracy in zip(learning_rates.RATES, accuracies, strict=True)
    ]


STUCK = (0.3,) * 20
"""The loss of a model that has learned all it can."""


def linear(epochs, test=0.92, losses=STUCK, **changes):
    return lesson_run(
        high_bias.CONFIG.replace(epochs=epochs, **changes),
        test=test,
        training=0.921,
        losses=losses,
        validations=(test,),
    )


FILTERS = {"filters": (4,), "kernel_sizes": (3,)}


def seeds(images, *accuracies, **changes):
    return [
        lesson_run(high_variance.planned_config(images, seed).replace(**changes), test=accuracy)
        for seed, accuracy in enumerate(accuracies, 1)
    ]


def by_heart(training, test, **changes):
    return lesson_run(unseen_data.CONFIG.replace(**changes), training=training, test=test)


BASE = lesson_run(unseen_data.CONFIG, name="base", training=1.0, test=0.85)
PAIRED = PairedCounts(10, 500, 1e-9)


def cured(field="train_size", test=0.95, training=1.0, **more):
    config = cures.CURES[field][1].replace(**more)
    return lesson_run(config, name=f"cured-{field}", training=training, test=test)


def race(seed, sgd=0.5, momentum=0.9, adamw=0.95, **changes):
    return [
        lesson_run(optimizers.CONFIG.replace(optimizer=name, seed=seed, shuffle_seed=seed, **changes), test=accuracy)
        for name, accuracy in (("sgd", sgd), ("momentum", momentum), ("adamw", adamw))
    ]


def taught(*validations, kept_aside=10, test=0.9):
    return lesson_run(unseen_data.CONFIG, validations=validations, kept_aside=kept_aside, test=test)


def answers(*pairs):
    return [Answer(name=name, given=given, right=right) for name, given, right in pairs]


def threshold(certainty, answered, wrong):
    return Threshold(certainty=certainty, answered=answered, wrong=wrong)


def filed(digit, certainty, rejected=False):
    return FiledDrawing(label=7, digit=digit, certainty=certainty, rejected=rejected)


OWN = {"collected": 25, "own": Accuracy(15, 25), "test": Accuracy(9_960, 10_000)}
TWO = [threshold(0.5, 9_990, 30), threshold(0.99, 9_800, 5)]

FULFILLED = {
    "function": [Facts(readings=[reading(4), reading(4), reading(9)]), ["read as a **4**", "read as a **9**"], ["9"]],
    "loss": [
        Facts(runs=[lesson_run(loss.CONFIG, losses=FALLING)]),
        ["began at 2.30", "ended at 0.30"],
        None,
    ],
    "learning-rates": [Facts(runs=rates(0.3, 0.97, 0.1)), ["that is no luck"], ["0.003"]],
    "unseen-data": [
        Facts(runs=[lesson_run(unseen_data.CONFIG, training=1.0, test=0.85)]),
        ["100.0% of its 300", "15.0 points fewer"],
        [85.0],
    ],
    "high-bias": [Facts(runs=[linear(8, 0.915), linear(32, 0.92)]), ["a gain of 0.5 points"], None],
    "high-variance": [
        Facts(runs=[*seeds(300, 0.85, 0.8, 0.83), *seeds(10_000, 0.97, 0.972, 0.971)]),
        ["5.00 points apart", "0.20 points apart", "25.0 times as far"],
        [5.0, 0.2],
    ],
    "cures": [
        Facts(runs=[BASE, cured()], pairings={("base", "cured-train_size"): PAIRED}),
        ["300 → 3000", "5.0 points instead of 15.0", "500 are read right by the new", "that is no luck"],
        None,
    ],
    "same-distribution": [
        Facts(**OWN, runs=[taught(0.1, 1.0)]),
        ["60.0% of the 25", "read worse", "10 of the 10", "teaching helped"],
        [60.0],
    ],
    "convolution": [
        Facts(answers=answers((SHOWN, 0.5, 0.509), (HIDDEN, -1.0, -0.991))),
        ["worked out 0.5", "worked out −1", "sum is −0.9910"],
        [0.509],
    ],
    "backpropagation": [
        Facts(answers=answers((GRADIENT, -0.99, -1.0), (LOSS, 0.4, 0.7))),
        ["worked out −0.99", "PyTorch computes −1.0000", "from 0.7000 to 0.4000"],
        ["up"],
    ],
    "optimizers": [
        Facts(runs=race(1) + race(2)),
        ["AdamW 95.0%, SGD with momentum 90.0%, SGD 50.0%", "The order held"],
        ["adamw", "momentum", "sgd"],
    ],
    "certainty": [
        Facts(thresholds=TWO, filed=[filed(1, 0.95)]),
        ["From 99% sure on it answers 9,800 images, and 5", "read as 1"],
        [100 * 5 / 9_800],
    ],
}

NOT_YET = [
    ("function", Facts(), 0, "Nothing has been read yet"),
    ("function", Facts(readings=[reading(4), reading(4)]), 0, "read as a **4**, 80.0% sure. Now close the top"),
    ("function", Facts(readings=[reading(4), reading(9, drawing=1)]), 0, "read as a **9**, 80.0% sure: first draw a 4"),
    ("function", Facts(readings=[reading(1), reading(4)]), 0, "Now close the top"),
    ("function", Facts(readings=[reading(4), reading(9, rejected=True)]), 0, "taken for no digit"),
    ("function", Facts(readings=[reading(4, rejected=True), reading(9)]), 0, "first draw a 4"),
    ("loss", Facts(), 0, "No run has been finished yet"),
    ("loss", Facts(runs=[lesson_run(loss.CONFIG, test=None)]), 0, "The run is under way"),
    ("loss", Facts(runs=[lesson_run(loss.CONFIG, losses=(2.3, 2.2, 1.2))]), 0, "from 2.30 to 1.20 only"),
    ("loss", Facts(runs=[lesson_run(loss.CONFIG, losses=(2.3, 1.15))]), 0, "from 2.30 to 1.15 only"),
    ("loss", Facts(runs=[lesson_run(loss.CONFIG, losses=())]), 0, "No run has been finished yet"),
    ("loss", Facts(runs=[lesson_run(loss.CONFIG, losses=(1.2, 0.8, 0.1))]), 0, "The first loss was 1.20"),
    ("learning-rates", Facts(runs=rates(0.3, 0.97, 0.1)[:2]), 0, "Ended so far: 2"),
    ("learning-rates", Facts(runs=rates(0.3, 0.5, 0.97)), 0, "None of the three"),
    ("learning-rates", Facts(runs=rates(0.97, 0.5, 0.3)), 0, "None of the three"),
    ("learning-rates", Facts(runs=rates(0.3, 0.97, None)), 0, "Ended so far: 2; under way: 1"),
    (
        "learning-rates",
        Facts(runs=[*rates(0.3, 0.97, 0.1)[:2], *rates(0.3, 0.97, 0.1, batch_size=32)[2:]]),
        0,
        "differ in the learning rate alone",
    ),
    ("unseen-data", Facts(), 0, "No run on so few images"),
    ("unseen-data", Facts(runs=[lesson_run(unseen_data.CONFIG, training=0.95, test=0.8)]), 0, "train longer"),
    ("unseen-data", Facts(runs=[lesson_run(unseen_data.CONFIG, training=1.0, test=0.97)]), 0, "3.0 points fewer"),
    ("unseen-data", Facts(runs=[lesson_run(unseen_data.CONFIG, test=None)]), 0, "The run is under way"),
    (
        "unseen-data",
        Facts(runs=[lesson_run(unseen_data.CONFIG.replace(train_size=20_000), training=1.0, test=0.8)]),
        0,
        "No run on so few images",
    ),
    ("high-bias", Facts(runs=[linear(8)]), 0, "Finished so far: 1"),
    ("high-bias", Facts(runs=[linear(8), linear(16)]), 0, "Finished so far: 2"),
    ("high-bias", Facts(runs=[linear(8), linear(32, 0.97)]), 0, "within 2 points of 92%"),
    ("high-bias", Facts(runs=[linear(8, 0.87), linear(32)]), 0, "within 2 points of 92%"),
    ("high-bias", Facts(runs=[linear(8, dense=(32,)), linear(32, dense=(32,))]), 0, "Finished so far: 0"),
    ("high-bias", Facts(runs=[linear(8, **FILTERS), linear(32, **FILTERS)]), 0, "Finished so far: 0"),
    ("high-bias", Facts(runs=[linear(8), linear(32, losses=(2.0, *STUCK[1:-2], 0.1, 0.1))]), 0, "high bias: train"),
    ("high-bias", Facts(runs=[linear(8), linear(32, learning_rate=0.01)]), 0, "nothing else changed"),
    ("high-variance", Facts(), 0, "with 300 images are needed"),
    ("high-variance", Facts(runs=seeds(300, 0.85, 0.8, 0.83)), 1, "with 10,000 images are needed"),
    (
        "high-variance",
        Facts(runs=[*seeds(300, 0.85, 0.8), *seeds(300, 0.85, 0.8, dropout=0.5)]),
        0,
        "Finished so far: 2",
    ),
    (
        "high-variance",
        Facts(runs=[*seeds(300, 0.85, 0.8), *seeds(300, 0.85, 0.8, 0.83, dropout=0.5)[2:]]),
        0,
        "Finished so far: 2",
    ),
    ("high-variance", Facts(runs=[*seeds(300, 0.85, 0.8), *seeds(300, 0.85)]), 0, "Finished so far: 2"),
    ("cures", Facts(), 0, "The run of lesson 4 is needed"),
    ("cures", Facts(runs=[BASE]), 1, "has a gap of 15.0 points. Now make one change"),
    ("cures", Facts(runs=[BASE, cured(dropout=0.5)]), 1, "differs in 2 settings (dropout, train size): change one"),
    ("cures", Facts(runs=[*rates(0.3, 0.97, 0.1), BASE]), 1, "has a gap of 15.0 points. Now make one change"),
    ("cures", Facts(runs=[BASE, linear(8), *seeds(300, 0.8), *race(1)]), 1, "Now make one change"),
    ("cures", Facts(runs=[BASE, cured(test=0.8)]), 1, "That is no cure"),
    ("cures", Facts(runs=[BASE, cured("weight_decay", 0.84, training=0.9)]), 1, "That is no cure"),
    ("cures", Facts(runs=[by_heart(0.99, 0.85), cured(test=0.855)]), 1, "That is no cure"),
    ("cures", Facts(runs=[BASE, cured()]), 1, "are being compared"),
    ("same-distribution", Facts(collected=5), 0, "there are 5: draw 15 more"),
    ("same-distribution", Facts(collected=25), 0, "is reading them"),
    ("same-distribution", Facts(collected=25, own=Accuracy(15, 25)), 0, "is reading them"),
    ("same-distribution", Facts(**OWN), 1, "Now teach the network"),
    ("same-distribution", Facts(**OWN, runs=[taught(0.1, 1.0, kept_aside=0)]), 1, "Now teach the network"),
    ("same-distribution", Facts(**OWN, runs=[taught(0.1)]), 1, "Now teach the network"),
    ("same-distribution", Facts(**OWN, runs=[taught(0.1, test=None)]), 1, "is being taught: wait"),
    ("convolution", Facts(), 0, "still to be worked out"),
    ("convolution", Facts(answers=answers((SHOWN, -0.5, 0.5))), 0, "Look at the signs"),
    ("convolution", Facts(answers=answers((SHOWN, 0.5, 0.511))), 0, "within 0.01"),
    ("convolution", Facts(answers=answers((SHOWN, 0.5, 0.5))), 1, "with the products hidden is still"),
    ("convolution", Facts(answers=answers((SHOWN, 0.5, 0.5), (HIDDEN, 2, 1))), 1, "1 from the network's own"),
    ("backpropagation", Facts(), 0, "still to be worked out"),
    ("backpropagation", Facts(answers=answers((GRADIENT, 1.0, -1.0))), 0, "The sign is the other one"),
    ("backpropagation", Facts(answers=answers((GRADIENT, 0.97, 1.0))), 0, "3% from the gradient"),
    ("backpropagation", Facts(answers=answers((GRADIENT, 0.06, 0.05))), 0, "20% from the gradient"),
    ("backpropagation", Facts(answers=answers((GRADIENT, 0.99, 1.0))), 1, "Now do one step"),
    ("backpropagation", Facts(answers=answers((GRADIENT, 0.99, 1.0), (LOSS, 0.8, 0.7))), 1, "a shorter step"),
    ("backpropagation", Facts(answers=answers((GRADIENT, 0.99, 1.0), (LOSS, 0.7, 0.7))), 1, "a shorter step"),
    ("optimizers", Facts(runs=race(1)[:2]), 0, "Ended so far: 2"),
    ("optimizers", Facts(runs=race(1, adamw=None)), 0, "Ended so far: 2; under way: 1"),
    ("optimizers", Facts(runs=race(1)), 1, "Now race again with another seed"),
    ("optimizers", Facts(runs=[*race(1), *race(2)[:2], *race(2, batch_size=32)[2:]]), 1, "Now race again"),
    ("certainty", Facts(thresholds=TWO[:1]), 0, "at least two places"),
    ("certainty", Facts(thresholds=TWO[1:]), 0, "at least two places"),
    ("certainty", Facts(thresholds=[threshold(0.5, 9_990, 30), threshold(0.9, 9_900, 9)]), 0, "99% among them"),
    ("certainty", Facts(thresholds=TWO), 1, "Now draw and file"),
    ("certainty", Facts(thresholds=TWO, filed=[filed(7, 0.99)]), 1, "None of your filed drawings"),
    ("certainty", Facts(thresholds=TWO, filed=[filed(1, 0.7), filed(1, 0.6)]), 1, "surest mistake so far was 70"),
    ("certainty", Facts(thresholds=TWO, filed=[filed(1, 0.99, rejected=True)]), 1, "None of your filed"),
]


def test_every_lesson_has_one_history_that_fulfils_it_and_at_least_two_that_do_not():
    ids = [lesson.id for lesson in LESSONS]
    assert [lesson.number for lesson in LESSONS] == list(range(1, 13))
    assert sorted(FULFILLED) == sorted(ids)
    assert all(sum(case[0] == one for case in NOT_YET) >= 2 for one in ids)


@pytest.mark.parametrize("name", FULFILLED)
def test_what_fulfils_a_lesson_is_told_with_its_numbers(name):
    facts, said, happened = FULFILLED[name]
    lesson = find_lesson(name)
    outcome = lesson.check(facts)
    assert outcome.fulfilled, outcome.told
    assert outcome.step == len(lesson.steps)
    for text in said:
        assert text in outcome.told
    if happened is not None:
        assert outcome.happened == (pytest.approx(happened) if isinstance(happened[0], float) else happened)


@pytest.mark.parametrize(("name", "facts", "step", "said"), NOT_YET, ids=lambda value: str(value)[:40])
def test_what_is_missing_is_told_and_which_step_comes_next(name, facts, step, said):
    outcome = find_lesson(name).check(facts)
    assert not outcome.fulfilled
    assert outcome.step == step
    assert said in outcome.told


@pytest.mark.parametrize(("name", "facts", "step", "said"), NOT_YET, ids=lambda value: str(value)[:40])
def test_what_a_page_says_of_a_lesson_takes_about_four_lines_of_a_phone(name, facts, step, said):
    lesson = find_lesson(name)
    outcome = lesson.check(facts)
    assert outcome.told.endswith(outcome.missing)
    if lesson.steps[outcome.step].page:
        assert (
            len(f"Lesson {lesson.number}, {lesson.title}: {lesson.steps[outcome.step].text} {outcome.missing}") <= 190
        )


def test_where_luck_could_do_it_the_lesson_says_so():
    for accuracies in ((0.968, 0.97, 0.1), (0.1, 0.97, 0.968)):
        assert "luck could do that" in learning_rates.check(Facts(runs=rates(*accuracies))).told
    close = Facts(runs=[BASE, cured()], pairings={("base", "cured-train_size"): PairedCounts(20, 25, 0.55)})
    assert "luck could do that (probability 0.55)" in cures.check(close).told
    even = Facts(runs=[*seeds(300, 0.85, 0.85, 0.85), *seeds(10_000, 0.97, 0.972, 0.971)])
    assert "three seeds say little" in high_variance.check(even).told
    few = Facts(collected=25, own=Accuracy(25, 25), test=OWN["test"], runs=[taught(0.9, 1.0)])
    assert find_lesson("same-distribution").check(few).told.count("not enough drawings to tell") == 2
    for after in (0.9, 0.8):
        few = Facts(**OWN, runs=[taught(0.85, after, kept_aside=20)])
        assert "not enough drawings to tell whether teaching" in find_lesson("same-distribution").check(few).told
    turned = optimizers.check(Facts(runs=race(1) + race(2, adamw=0.8)))
    assert "did not hold" in turned.told
    assert turned.happened == ["adamw", "momentum", "sgd"], "the first race was predicted"


def test_what_was_no_option_is_compared_with_no_prediction():
    assert cures.check(FULFILLED["cures"][0]).happened is None, "one cure alone is no comparison"
    own = [
        lesson_run(learning_rates.CONFIG.replace(learning_rate=rate), test=accuracy)
        for rate, accuracy in ((0.0001, 0.5), (0.001, 0.97), (0.1, 0.1))
    ]
    assert learning_rates.check(Facts(runs=own)).fulfilled
    assert learning_rates.check(Facts(runs=own)).happened is None
    others = [
        lesson_run(unseen_data.CONFIG.replace(**change), name=name, training=0.99, test=test)
        for name, change, test in (("sgd", {"optimizer": "momentum"}, 0.86), ("wide", {"filters": (32, 64)}, 0.9))
    ]
    runs = [BASE, cured("rotation", 0.88), cured("dropout", 0.87), *others]
    outcome = cures.check(Facts(runs=runs, pairings={("base", "wide"): PAIRED}))
    assert "a change of filters (filters 16–32 → 32–64)" in outcome.told
    assert outcome.happened is None


def test_a_drawn_curve_is_compared_with_the_losses():
    outcome = loss.check(Facts(runs=[lesson_run(loss.CONFIG, losses=FALLING)]))
    assert [value for _, value in outcome.happened] == list(FALLING)


@pytest.mark.parametrize("losses", [FALLING, ()], ids=["late", "before its first report"])
def test_a_diverged_run_counts_as_guessing(losses):
    low, middle, _ = rates(0.3, 0.97, 0.1)
    high = lesson_run(learning_rates.CONFIG.replace(learning_rate=0.3), losses=losses, test=None, diverged=True)
    outcome = learning_rates.check(Facts(runs=[low, middle, high]))
    assert outcome.fulfilled
    assert high.test_accuracy == 0.1
    assert "the loss grew beyond all numbers" in outcome.told


def test_of_several_cures_the_best_is_what_happened_and_harm_is_not_held_back():
    runs = [BASE, cured(), cured("dropout", 0.87)]
    pairings = {("base", "cured-dropout"): PAIRED}
    outcome = cures.check(Facts(runs=runs, pairings=pairings))
    assert outcome.happened == ["train_size"]
    assert "ten times as many images (95.0%), dropout (87.0%)" in outcome.told
    assert cures.wanted_pairing(Facts(runs=runs)) == (BASE, runs[-1])
    harmed = find_lesson("same-distribution").check(Facts(**OWN, runs=[taught(1.0, 0.1)]))
    assert "teaching did harm" in harmed.told


NEWEST = {
    "a drawing": ("function", Facts(readings=[reading(4), reading(9), reading(4), reading(7)]), "read as a **7**"),
    "a drawing, refused meanwhile": (
        "function",
        Facts(readings=[reading(4), reading(9, rejected=True), reading(9)]),
        "2 strokes more, and it was read as a **9**",
    ),
    "a drawing, another one begun": (
        "function",
        Facts(readings=[reading(4), reading(9), reading(1, drawing=1)]),
        "read as a **9**",
    ),
    "a loss": (
        "loss",
        Facts(runs=[lesson_run(loss.CONFIG, losses=losses) for losses in (FALLING, (2.3, 0.9), (1.2, 0.1))]),
        "ended at 0.90",
    ),
    "three rates": (
        "learning-rates",
        Facts(runs=[*rates(0.3, 0.97, 0.1, batch_size=32), *rates(0.3, 0.96, 0.1)]),
        "0.003: 96.0%",
    ),
    "a fourth rate": (
        "learning-rates",
        Facts(runs=[*rates(0.3, 0.97, 0.1), lesson_run(learning_rates.CONFIG.replace(learning_rate=0.01), test=0.98)]),
        "0.01: 98.0%",
    ),
    "by heart": ("unseen-data", Facts(runs=[by_heart(1, 0.85), by_heart(1, 0.8)]), "20.0 points fewer"),
    "by heart, then not": ("unseen-data", Facts(runs=[by_heart(1, 0.85), by_heart(0.9, 0.8)]), "15.0 points fewer"),
    "a gap, then none": ("unseen-data", Facts(runs=[by_heart(1, 0.85), by_heart(1, 0.97)]), "15.0 points fewer"),
    "two linear runs": (
        "high-bias",
        Facts(runs=[linear(8, 0.915), linear(32, 0.92), linear(8, 0.917), linear(32, 0.921)]),
        "a gain of 0.4 points",
    ),
    "three seeds": (
        "high-variance",
        Facts(runs=[*seeds(300, 0.6, 0.85, 0.8, 0.83), *seeds(10_000, 0.97, 0.972, 0.971)]),
        "they lie 5.00 points apart",
    ),
    "three seeds, then one with other settings": (
        "high-variance",
        Facts(runs=[*seeds(300, 0.85, 0.8, 0.83), *seeds(10_000, 0.97, 0.972, 0.971), *seeds(300, 0.5, dropout=0.5)]),
        "they lie 5.00 points apart",
    ),
    "the network of lesson 4": (
        "cures",
        Facts(runs=[by_heart(1, 0.8), BASE, cured()], pairings={("base", "cured-train_size"): PAIRED}),
        "instead of 15.0",
    ),
    "a teaching": ("same-distribution", Facts(**OWN, runs=[taught(0.1, 0.1), taught(0.1, 0.9)]), "reads 9 of the 10"),
    "a sum": (
        "convolution",
        Facts(answers=answers((SHOWN, 9, 0.5), (HIDDEN, 9, 0.6), (SHOWN, 0.5, 0.5), (HIDDEN, 0.6, 0.6))),
        "worked out 0.6",
    ),
    "a gradient": (
        "backpropagation",
        Facts(answers=answers((GRADIENT, 9, -1), (GRADIENT, -1, -1), (LOSS, 0.8, 0.7), (LOSS, 0.6, 0.7))),
        "to 0.6000",
    ),
    "two races": (
        "optimizers",
        Facts(runs=[*race(1, sgd=0.6, batch_size=32), *race(2, batch_size=32), *race(1), *race(2)]),
        "SGD 50.0%. The second",
    ),
    "of mistakes the surest": (
        "certainty",
        Facts(thresholds=TWO, filed=[filed(1, 0.99), filed(1, 0.95)]),
        "read as 1, 99.0% sure",
    ),
}


@pytest.mark.parametrize(("name", "facts", "said"), NEWEST.values(), ids=NEWEST)
def test_of_what_fulfils_a_lesson_the_newest_is_told(name, facts, said):
    outcome = find_lesson(name).check(facts)
    assert outcome.fulfilled, outcome.told
    assert said in outcome.told
