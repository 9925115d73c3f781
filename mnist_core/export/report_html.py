"""A report as one HTML file that needs nothing else: no network, no script. It can be mailed, printed and kept.

The page is `templates/report.html.j2`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.evaluation.metrics import describe_bias_and_variance, describe_most_frequent_mistake
from mnist_core.evaluation.robustness import curve, describe_amounts, mean_accuracy
from mnist_core.export.rendering import to_page
from mnist_core.export.report import Report
from mnist_core.export.report_charts import curves_chart, reliability_chart, robustness_chart
from mnist_core.runs.comparison import settings
from mnist_core.storage.png import png_url


def to_html(report: Report, images: NDArray[np.uint8]) -> str:
    """Return the page, some 200 kB.

    Args:
        report: what was measured.
        images: the test images (N, 28, 28), from which the mistakes are shown.
    """
    matrix, epochs = np.array(report.confusion), report.card.epochs
    charts = {"reliability": reliability_chart(report.calibration)}
    if epochs:
        charts |= {"loss": curves_chart(epochs, "loss"), "accuracy": curves_chart(epochs, "accuracy")}
    return to_page(
        "report.html.j2",
        report=report,
        verdict=describe_bias_and_variance(report.training, report.test, report.card.trained_on),
        trained_on=report.card.trained_on,
        settings=settings(report.card.config, report.card.trained_on),
        charts=charts,
        # The colour of a cell follows the square root of its share of this, for mistakes are few.
        most_confused=max(int((matrix - np.diag(np.diag(matrix))).max()), 1),
        most_frequent_mistake=describe_most_frequent_mistake(matrix),
        pictures=[png_url(images[mistake.index]) for mistake in report.mistakes],
        robustness=_robustness(report),
    )


def _robustness(report: Report) -> dict[str, Any]:
    rows = []
    for name, corruption in CORRUPTIONS.items():
        points = curve(report.robustness, name)
        rows.append(
            {
                "name": name,
                "corruption": corruption,
                "amounts": describe_amounts(points, corruption),
                "points": points,
                "chart": robustness_chart(name, points),
            }
        )
    means = {name: mean_accuracy(curve(report.robustness, name)) or 0 for name in CORRUPTIONS}
    return {
        "rows": rows,
        "images": report.robustness[0].accuracy.count,
        "mean": mean_accuracy(report.robustness) or 0,
        "worst": min(means, key=lambda name: means[name]),
        "widest": max(high - low for low, high in (point.accuracy.interval for point in report.robustness)),
    }
