"""The charts: pure functions from data to a figure, a module a subject. Only here is plotly imported.

In `data`, and for the small charts in `robustness`, they return ECharts options instead of plotly's figures: many
points, or many charts, are drawn faster so.
"""
