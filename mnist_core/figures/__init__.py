"""The charts: pure functions from data to a plotly figure, a module a subject. Only here is plotly imported."""
