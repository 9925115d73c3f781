"""Ten digits as a hand draws them with a mouse: strokes of points in 0..1 of the board, x to the right, y down."""

from math import cos, pi, sin


def arc(
    x: float, y: float, rx: float, ry: float, start: float, end: float, points: int = 14
) -> list[tuple[float, float]]:
    """Points on an ellipse, angles in turns, 0 at the right, clockwise on the screen."""
    angles = [2 * pi * (start + (end - start) * i / (points - 1)) for i in range(points)]
    return [(x + rx * cos(a), y + ry * sin(a)) for a in angles]


DIGITS = {
    0: [arc(0.5, 0.5, 0.2, 0.32, -0.25, 0.78, 24)],
    1: [[(0.52, 0.18), (0.5, 0.5), (0.48, 0.84)]],
    2: [[*arc(0.48, 0.34, 0.18, 0.17, -0.48, 0.1), (0.32, 0.8), (0.72, 0.8)]],
    3: [[*arc(0.47, 0.33, 0.17, 0.15, -0.45, 0.22), *arc(0.47, 0.65, 0.2, 0.17, -0.22, 0.42)]],
    4: [[(0.36, 0.2), (0.28, 0.55), (0.72, 0.55)], [(0.62, 0.2), (0.58, 0.85)]],
    5: [[(0.38, 0.2), (0.35, 0.46), *arc(0.46, 0.63, 0.19, 0.19, -0.32, 0.4)], [(0.38, 0.2), (0.68, 0.19)]],
    6: [[(0.6, 0.16), (0.42, 0.36), *arc(0.5, 0.65, 0.16, 0.18, 0.5, -0.52, 20)]],
    7: [[(0.28, 0.22), (0.7, 0.22), (0.44, 0.84)]],
    8: [[*arc(0.5, 0.34, 0.14, 0.15, 0.25, -0.75, 20), *arc(0.5, 0.67, 0.17, 0.18, -0.25, 0.75, 20)]],
    9: [[*arc(0.48, 0.36, 0.16, 0.16, 0, -1, 20), (0.64, 0.36), (0.6, 0.84)]],
}
