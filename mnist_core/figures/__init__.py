"""The charts: pure functions from data to a plotly figure, a module a subject. Only here is plotly imported.

In `data`, they return ECharts options: what is many points is drawn faster so.
"""
