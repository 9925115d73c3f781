"""The charts: pure functions from data to a figure, a module a subject.

Most are ECharts options: those are drawn several times as fast as plotly's figures, and redrawn without a blink while
a training goes on. plotly draws what has error bars or pixels to point at.
"""
