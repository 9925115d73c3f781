"""The charts: pure functions from data to a figure, a module a subject. Only here is plotly imported.

Where there are many points, many charts or cells to click on (`data`, `robustness`, the confusion matrix of `metrics`),
they return ECharts options instead of plotly's figures: those are drawn several times as fast.
"""
