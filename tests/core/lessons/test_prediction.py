import pytest

from mnist_core.errors import LessonError
from mnist_core.lessons.drawn_curve import describe_distance, distance, thinned
from mnist_core.lessons.prediction import Choice, Curve, Number, Numbers, Order, accuracy_prediction

CHOICE = Choice(label="x", options={"a": "an apple", "b": "a pear"})
ONE = accuracy_prediction("Accuracy")
TWO = Numbers(tuple(Number(label=name, low=0, high=50, step=0.1, unit=" points") for name in ("few", "many")))
ORDER = Order(label="x", options={"s": "SGD", "m": "momentum", "a": "Adam"})
CURVE = Curve(label="x", across="run", up="loss", high=3)
LINE = [[0.0, 2.0], [0.5, 1.0], [1.0, 0.5]]


@pytest.mark.parametrize(
    ("kind", "value"), [(CHOICE, ["b"]), (ONE, [98.5]), (TWO, [3, 0.5]), (ORDER, ["a", "s", "m"]), (CURVE, LINE)]
)
def test_a_prediction_of_its_kind_is_taken_and_described(kind, value):
    assert kind.taken(value) == value
    assert kind.describe(value)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (CHOICE, ["c"], "choose one of an apple, a pear"),
        (CHOICE, [], "choose one of"),
        (CHOICE, "a", "choose one of"),
        (ONE, [101], "Accuracy must be a number from 0 to 100, received 101"),
        (ONE, [float("nan")], "must be a number"),
        (ONE, [True], "must be a number"),
        (TWO, [1.0], "expected 2 numbers"),
        (ORDER, ["a", "a", "m"], "in one place of the order"),
        (CURVE, [], "draw one curve"),
        (CURVE, [[0, 1], [0.3, 1]], "over at least half"),
        (CURVE, [[0, 1], [0.9, 4]], "draw one curve"),
        (CURVE, [[0, 1], [0.9, 1], [0.5, 1]], "from left to right"),
        (CURVE, [[0, 1], [0.9, "x"]], "draw one curve"),
        (CURVE, [[0, 1], [0.9]], "draw one curve"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(kind, value, said):
    with pytest.raises(LessonError, match=said):
        kind.taken(value)


def test_predictions_lie_beside_what_happened():
    assert CHOICE.describe_comparison(["a"], ["a"]) == "You predicted **an apple**, and so it was."
    assert CHOICE.describe_comparison(["a"], ["b"]) == "You predicted **an apple**; it was **a pear**."
    assert ONE.describe_comparison([95.0], [85.2]) == "You predicted **95%**; it was **85.2%**, 9.8 points less."
    assert ONE.describe_comparison([85.0], [85.2]).endswith("as good as the same.")
    assert TWO.describe_comparison([1.0, 1.0], [3.0, 1.0]).startswith(
        "few: you predicted **1 point**; it was **3 points**, 2 more."
    )
    assert TWO.describe([1.0, 2.0]) == "few: 1 point; many: 2 points"
    assert "1 of the 3 places as predicted" in ORDER.describe_comparison(["a", "m", "s"], ["a", "s", "m"])
    assert "every place as predicted" in ORDER.describe_comparison(["a", "m", "s"], ["a", "m", "s"])


@pytest.mark.parametrize(
    ("step", "came", "said"),
    [
        (1, 84.93, "it was **84.9%**, 2.1 points less."),
        (1, 88.04, "it was **88%**, 1 point more."),
        (0.5, 0.1415, "it was **0.14%**, 86.86 points less."),
        (0.1, 0.1415, "it was **0.14%**, 86.86 points less."),
        (0.1, 86.96, "it was **86.96%**, as good as the same."),
    ],
)
def test_what_happened_has_one_decimal_more_than_can_be_predicted(step, came, said):
    kind = Numbers((Number(label="x", low=0, high=100, step=step, unit="%"),))
    assert kind.describe_comparison([87.0], [came]).endswith(said)


def test_a_drawn_curve_is_near_or_far_and_earlier_or_later():
    real = [(i / 20, 2.3 * (1 - i / 20) ** 4 + 0.2) for i in range(21)]
    near = [(x, y + 0.1) for x, y in real]
    assert distance(near, real) == pytest.approx(0.1)
    assert "is nearly the real one" in describe_distance(near, real)
    straight = [(0.0, 2.5), (1.0, 0.2)]
    told = describe_distance(straight, real)
    assert "is far from" in told
    assert "The real one has made half of its way down after" in told
    assert "Yours ends at 0.20, the real one at 0.20." in told
    assert "Yours has made half" in describe_distance(real, straight)
    assert CURVE.describe_comparison([list(p) for p in straight], [list(p) for p in real]) == told


@pytest.mark.parametrize(("apart", "said"), [(0.1, "is nearly the real"), (0.3, "is near the real"), (0.6, "is far")])
def test_how_near_a_curve_is_is_said_in_three_degrees(apart, said):
    real = [(0.0, 2.0), (1.0, 1.0)]
    assert said in describe_distance([(x, y + apart) for x, y in real], real)


def test_curves_that_have_no_part_in_common_are_told_apart():
    assert "no part of the run in common" in describe_distance([(0.0, 1.0), (0.2, 1.0)], [(0.5, 1.0), (1.0, 1.0)])


def test_a_curve_of_many_points_is_thinned_with_its_ends():
    points = [(i / 999, float(i)) for i in range(1000)]
    kept = thinned(points)
    assert len(kept) == 100
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert thinned(points[:50]) == points[:50]
