"""What a sweep varies: read from the command line, checked, and put into a configuration."""

import pytest

from mnist_core.config import TrainConfig
from mnist_core.errors import ConfigError
from mnist_core.sweeps.space import Choices, Range, from_record, parse, require_space, to_record, varied


def test_a_range_and_a_list_are_read():
    assert parse("learning_rate=0.001..1:log") == Range("learning_rate", 0.001, 1.0, log=True)
    assert parse("epochs=1..4") == Range("epochs", 1, 4)
    assert parse("batch-size = 32, 128,512") == Choices("batch_size", (32, 128, 512))
    assert parse("batch_norm=on,off") == Choices("batch_norm", (True, False))
    assert parse("optimizer=adam,sgd") == Choices("optimizer", ("adam", "sgd"))
    assert parse("filters=8,8-16,none") == Choices("filters", ("8", "8-16", "none"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("learning_rat=1..2", "there is no field 'learning_rat' to vary; the fields are filters, "),
        ("seed=1,2", "seeds are repeated by --seeds"),
        ("validation_size=100,200", "can be compared"),
        ("learning_rate", "lacks what it is varied over"),
        ("learning_rate=0..1:log", "from 1e-06 to 10"),
        ("dropout=0..0.5:log", "a logarithmic range begins above 0"),
        ("learning_rate=1..0.1", "the lower end first, received 1..0.1"),
        ("learning_rate=0.1..1:lin", "stands log, received 'lin'"),
        ("learning_rate=a..b", "from number to number, received 'a'"),
        ("learning_rate=nan..1", "received nan..1"),
        ("epochs=1.5..3", "a whole number"),
        ("optimizer=1..2", "has no range of numbers"),
        ("optimizer=adam,adagrad", "optimizer must be one of"),
        ("batch_norm=on,perhaps", "is on or off, received 'perhaps'"),
        ("batch_size=32", "2 to 50 different values, received 1"),
        ("batch_size=32,32", "different values"),
        ("batch_size=32,5000", "batch_size must be a whole number from 1 to 1,024, received 5000"),
        ("batch_size=32,1.5", "received 1.5"),
        ("filters=8-a,8", "written with hyphens"),
        ("filters=8-999,8", "each of filters must be a whole number from 1 to 256, received 999"),
    ],
)
def test_what_cannot_be_varied_is_refused_in_a_sentence(text, said):
    with pytest.raises(ConfigError, match=r"\w") as caught:
        parse(text)
    assert said in str(caught.value)


def test_levels_are_spread_from_end_to_end():
    assert parse("learning_rate=0.001..1:log").levels(4) == pytest.approx([0.001, 0.01, 0.1, 1.0])
    assert parse("dropout=0..0.4").levels(3) == pytest.approx([0.0, 0.2, 0.4])
    assert parse("epochs=1..3").levels(5) == [1, 2, 3]
    assert parse("batch_size=32,128").levels(9) == [32, 128]
    for level in parse("learning_rate=0.00123456789..9.87654321:log").levels(2):
        assert 0.00123456789 <= level <= 9.87654321


def test_a_point_is_put_into_a_configuration_and_an_impossible_one_refused():
    base = TrainConfig(filters=(8, 8), kernel_sizes=(3, 3))
    config = varied(base, {"filters": "16-32", "learning_rate": 0.5, "batch_norm": True})
    assert (config.filters, config.learning_rate, config.batch_norm) == ((16, 32), 0.5, True)
    assert varied(base, {"dense": "none"}).dense == ()
    with pytest.raises(ConfigError, match="equally long"):
        varied(base, {"filters": "16-32-64"})


def test_a_space_is_written_and_read_again():
    space = (parse("learning_rate=0.001..1:log"), parse("filters=8,8-16"), parse("batch_norm=on,off"))
    require_space(space)
    assert from_record(to_record(space)) == space
    assert [parse(one.describe()) for one in space] == list(space)
    with pytest.raises(ConfigError, match="twice"):
        require_space((*space, space[0]))
    with pytest.raises(ConfigError, match="1 to 8 fields, received 0"):
        require_space(())
