"""Devices: how many points, on which pixels, and how far off the line."""

from __future__ import annotations

import numpy as np
import pytest

from mnist_core.habits.devices import DEVICES, Device, trace

LINE = [np.array([(0.5, 0.1), (0.5, 0.9)])]


def traced(lines=LINE, seed=0, **device):
    return trace(lines, Device(**device), np.random.default_rng(seed))


def test_points_come_at_the_rate_and_the_speed_of_the_device():
    # One height at three heights a second: a third of a second.
    for rate in (20.0, 60.0, 240.0):
        (stroke,) = traced(rate=rate, side=10_000.0)
        samples = (len(stroke.points) - 2) / 8 + 2
        assert samples == pytest.approx(rate / 3 + 2, abs=1.5)


def test_the_pen_goes_down_and_up_where_the_line_begins_and_ends_on_whole_pixels():
    (stroke,) = traced(side=60.0)
    np.testing.assert_array_equal(stroke.points[[0, -1]], [(30, 6), (30, 54)])
    assert stroke.width == pytest.approx(4.2)


def test_another_aspect_stretches_and_keeps_the_area():
    square = [np.array([(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)])]
    (stroke,) = traced(square, aspect=1.6, side=1_000.0, rate=240.0, speed=0.5)
    width, height = np.ptp(stroke.points, axis=0)
    assert width / height == pytest.approx(1.6, rel=0.03)
    assert width * height == pytest.approx(600**2, rel=0.05)


@pytest.mark.parametrize("name", ["tremble", "wobble"])
def test_a_hand_that_trembles_or_wobbles_leaves_the_line(name):
    def off(amount):
        return np.mean(
            [
                np.abs(traced(seed=seed, side=1_000.0, **{name: amount})[0].points[:, 0] - 500).max()
                for seed in range(20)
            ]
        )

    assert off(0.0) < 1e-6
    assert 2 < off(0.01) < 40
    assert off(0.03) > 2 * off(0.01)


def test_every_device_draws_every_stroke():
    lines = [*LINE, np.array([(0.3, 0.5), (0.7, 0.5)])]
    for device in DEVICES.values():
        strokes = trace(lines, device, np.random.default_rng(1))
        assert len(strokes) == 2
        assert all(np.isfinite(stroke.points).all() for stroke in strokes)
