from mnist_core.errors import DataError, RunError


def test_a_sentence_ends_in_one_full_stop():
    assert RunError("there is no run 'x'").sentence == "there is no run 'x'."
    assert DataError("MNIST is missing. Try again later.").sentence == "MNIST is missing. Try again later."
