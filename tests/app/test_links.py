from hypothesis import given
from hypothesis import strategies as st

from mnist_core.presets import PRESETS, preset
from ui.train.links import settings_in, to_query


@given(
    st.sampled_from(list(PRESETS)), st.sampled_from([1e-4, 0.02]), st.sampled_from([(), (8,), (16, 32)]), st.booleans()
)
def test_a_link_opens_with_exactly_the_settings_it_was_made_from(name, rate, filters, batch_norm):
    config = preset(name).replace(
        learning_rate=rate, filters=filters, kernel_sizes=(3,) * len(filters), batch_norm=batch_norm
    )
    assert settings_in(to_query(name, config)) == (name, config)


def test_an_unchanged_default_needs_no_link():
    assert to_query("fast", preset("fast")) == {}


def test_what_cannot_be_read_or_trained_is_passed_over():
    name, config = settings_in({"preset": "nonsense", "epochs": "many", "batch_size": "0", "dropout": "0.5"})
    assert (name, config) == ("fast", preset("fast").replace(dropout=0.5))
