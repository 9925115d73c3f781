import pytest

from mnist_core.jobs.cores import share_out


@pytest.mark.parametrize(("cores", "places", "threads"), [(1, 1, 1), (3, 1, 2), (4, 1, 3), (8, 2, 3), (16, 4, 3)])
def test_one_core_stays_free_for_the_server(cores, places, threads):
    assert share_out(cores) == (places, threads)
    assert places * threads <= max(1, cores - 1)


def test_of_two_cores_the_measurement_decides_whether_a_training_takes_both():
    assert share_out(2) == (1, 2)
