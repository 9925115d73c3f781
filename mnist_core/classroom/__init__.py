"""The class: a directory of seats, settings, tasks and predictions; who owns what is told by `Asker`. No torch."""
