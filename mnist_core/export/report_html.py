"""A report as one HTML file that needs nothing else: no network, no script. It can be mailed, printed and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.corruptions import CORRUPTIONS
from mnist_core.evaluation.intervals import Accuracy
from mnist_core.evaluation.metrics import bias_and_variance, on_most_frequent_mistake
from mnist_core.evaluation.robustness import curve, mean_accuracy
from mnist_core.export.report import Report
from mnist_core.export.report_charts import curves_chart, reliability_chart, robustness_chart
from mnist_core.formatting import in_words, percent, with_article
from mnist_core.storage.png import png_url

_STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1c2330; --line: #8884; }
@media (prefers-color-scheme: dark) { :root { --page: #14181f; --ink: #e8ebf0; } }
@media print { :root { --page: #fff; --ink: #000; } }
* { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
body { background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; max-width: 1000px;
  margin: 0 auto; padding: 1.5rem 1rem; }
h1 { font-size: 1.8rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; break-after: avoid; }
p { margin: .4rem 0; } .small { font-size: .85rem; opacity: .8; }
.figures { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; }
.figures b { display: block; font-size: 1.6rem; line-height: 1.2; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 1rem; margin-bottom: 1rem; }
figure { margin: 0; break-inside: avoid; } svg { width: 100%; height: auto; display: block; }
figcaption { font-size: .85rem; } .wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .85rem; break-inside: avoid; }
th, td { padding: .2rem .5rem; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child, .texts td { text-align: left; } .texts td { overflow-wrap: anywhere; }
.confusion td { width: 3.2rem; text-align: center; border: 1px solid var(--line); }
.confusion .right { background: #8882; opacity: .6; }
.digits { display: flex; flex-wrap: wrap; gap: .8rem .4rem; }
.digits figure { width: 104px; text-align: center; line-height: 1.25; }
.digits img { width: 84px; height: 84px; image-rendering: pixelated; border-radius: 4px; display: block; margin: auto; }
.pairs { columns: 280px; margin: 0; padding: 0; list-style: none; font-size: .85rem; }
.pairs li { display: flex; justify-content: space-between; border-bottom: 1px solid var(--line); }
"""


def to_html(report: Report, images: NDArray[np.uint8]) -> str:
    """Return the page, some 200 kB.

    Args:
        report: what was measured.
        images: the test images (N, 28, 28), from which the mistakes are shown.
    """
    sections = (
        ("Curves of the training", _curves(report)),
        ("Confusion matrix", _confusion(report)),
        ("Each digit", _digits(report)),
        ("The surest mistakes", _mistakes(report, images)),
        ("How far its certainty can be trusted", _calibration(report)),
        ("Robustness", _robustness(report)),
        ("Settings", _settings(report)),
        ("Versions", _versions(report)),
    )
    body = "".join(f"<section><h2>{title}</h2>{content}</section>" for title, content in sections)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.name)}: a report</title><style>{_STYLE}</style></head>"
        f"<body>{_head(report)}{body}</body></html>\n"
    )


def _head(report: Report) -> str:
    config, epochs = report.card.config, report.card.metrics.get("epoch", 0)
    figures = (
        ("Test accuracy", f"{report.test.share:.2%}", f"95% interval {_interval(report.test)}"),
        ("Training accuracy", f"{report.training.share:.2%}", f"95% interval {_interval(report.training)}"),
        ("Test loss", f"{report.test_loss:.4f}", "mean cross-entropy, nats"),
        ("Parameters", f"{report.parameters:,}", "numbers set by training"),
    )
    shown = "".join(
        f'<div>{name}<b>{value}</b><span class="small">{note}</span></div>' for name, value, note in figures
    )
    verdict = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", bias_and_variance(report.training, report.test))
    return (
        f"<h1>{escape(report.name)}</h1>"
        f"<p>A network that reads handwritten digits, trained on {config.train_size:,} images of MNIST for "
        f"{epochs:g} epochs, and measured with Digit Lab on {report.test.count:,} test images that it has never seen "
        f'({escape(report.created.replace("T", " ")[:16])}).</p><div class="figures">{shown}</div><p>{verdict}</p>'
    )


def _curves(report: Report) -> str:
    epochs = report.card.epochs
    if not epochs:
        return "<p>The file of this network has no record of its epochs.</p>"
    loss, right = curves_chart(epochs, "loss"), curves_chart(epochs, "accuracy")
    end = epochs[-1]
    told = f"It ended with a training loss of {end.train_loss:.4f}"
    if end.validation_loss is None:
        told += "; no validation images were kept back."
    else:
        told += f" and a validation loss of {end.validation_loss:.4f}."
    told += " Training numbers are means over an epoch, while the weights were changing, of augmented images if any."
    charts = _figure(loss, "<b>Loss</b>") + _figure(right, "<b>Accuracy</b>")
    return f'<div class="charts">{charts}</div><p class="small">{told}</p>'


def _confusion(report: Report) -> str:
    matrix = np.array(report.confusion)
    most = max(int((matrix - np.diag(np.diag(matrix))).max()), 1)
    rows = []
    for true, row in enumerate(report.confusion):
        cells = [
            f'<td class="right">{count:,}</td>'
            if true == read
            # The colour follows the square root, for mistakes are few.
            else f'<td style="background:rgba(214,84,60,{(count / most) ** 0.5:.2f})">{count or ""}</td>'
            for read, count in enumerate(row)
        ]
        rows.append([f"<th>{true}</th>", *cells])
    head = "<th>true \\ read</th>" + "".join(f"<th>{digit}</th>" for digit in range(10))
    told = f"{on_most_frequent_mistake(matrix)} Rows are true digits, columns what is read."
    return f'{_table(head, rows, "confusion")}<p class="small">{told}</p>'


def _digits(report: Report) -> str:
    head = "<th>Digit</th><th>Precision</th><th>Recall</th><th>F1</th><th>Images</th>"
    rows = [
        [
            f"<td>{score.digit}</td>",
            *(f"<td>{_percent(value)}</td>" for value in (score.precision, score.recall, score.f1)),
            f"<td>{score.support:,}</td>",
        ]
        for score in report.digits
    ]
    return (
        f'{_table(head, rows)}<p class="small">Precision: of what is read as this digit, the share that is one. '
        "Recall: of this digit's images, the share read as it. F1: their harmonic mean.</p>"
    )


def _mistakes(report: Report, images: NDArray[np.uint8]) -> str:
    if not report.mistakes:
        return "<p>There is none.</p>"
    shown = "".join(
        f'<figure><img src="{png_url(images[m.index])}" alt="test image {m.index}, {with_article(m.true)}">'
        f"<figcaption>{with_article(m.true)}, read as <b>{m.read}</b><br>"
        f"{percent(m.confidence)} sure</figcaption></figure>"
        for m in report.mistakes
    )
    wrong = report.test.count - report.test.correct
    return (
        f"<p>{len(report.mistakes)} of its {wrong:,} mistakes, those first of which it was surest. Would you have read "
        f'them as their label says?</p><div class="digits">{shown}</div>'
    )


def _calibration(report: Report) -> str:
    found, temperature = report.calibration, report.calibration.temperature
    drawn = _figure(reliability_chart(found), "<b>Reliability</b>")
    return (
        f'<div class="charts">{drawn}<div><p>The expected calibration error on the test images is '
        f"<b>{found.error_before:.2%}</b>, and <b>{found.error_after:.2%}</b> once the logits are divided by the "
        f"temperature {temperature.value:.2f}, fitted on {temperature.count:,} {temperature.source} images.</p>"
        '<p class="small">Below the dotted line it is too sure, above it not sure enough; large points hold many '
        "images.</p></div></div>"
    )


def _robustness(report: Report) -> str:
    charts, rows = [], []
    for name, corruption in CORRUPTIONS.items():
        points = curve(report.robustness, name)
        charts.append(_figure(robustness_chart(name, points), f"<b>{name.capitalize()}.</b> {corruption.sentence}"))
        cells = (f"<td>{corruption.say(p.amount)}<br><b>{p.accuracy.share:.1%}</b></td>" for p in points)
        rows.append([f"<th>{name}</th>", *cells])
    means = {name: mean_accuracy(curve(report.robustness, name)) or 0 for name in CORRUPTIONS}
    worst = min(means, key=lambda name: means[name])
    count = report.robustness[0].accuracy.count
    widest = max(high - low for low, high in (point.accuracy.interval for point in report.robustness))
    return (
        f"<p>What is left of the accuracy when {count:,} test images are changed, little by little, in nine ways: "
        f"<b>{mean_accuracy(report.robustness) or 0:.1%}</b> on average. {worst.capitalize()} hurts it most.</p>"
        f'<div class="charts">{"".join(charts)}</div>{_table("", rows)}<p class="small">The 95% intervals reach at '
        f"most {50 * widest:.1f} percentage points to either side.</p>"
    )


def _settings(report: Report) -> str:
    rows = (
        f"<li><span>{escape(name.replace('_', ' '))}</span><b>{escape(in_words(value))}</b></li>"
        for name, value in report.card.config.to_dict().items()
    )
    return f'<ul class="pairs">{"".join(rows)}</ul>'


def _versions(report: Report) -> str:
    rows = (
        ("trained with", _listed(report.card.versions) or "not recorded"),
        ("measured with", _listed(report.versions)),
        ("SHA-256 of the network's file", report.fingerprint),
    )
    return _table("", [[f"<td>{name}</td>", f"<td>{escape(text)}</td>"] for name, text in rows], "texts")


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _interval(measured: Accuracy) -> str:
    low, high = measured.interval
    return f"{low:.2%} to {high:.2%}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.2%}"


def _figure(content: str, caption: str) -> str:
    return f"<figure>{content}<figcaption>{caption}</figcaption></figure>"


def _table(head: str, rows: Iterable[Sequence[str]], kind: str = "") -> str:
    top = f"<thead><tr>{head}</tr></thead>" if head else ""
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="wide"><table class="{kind}">{top}<tbody>{body}</tbody></table></div>'
