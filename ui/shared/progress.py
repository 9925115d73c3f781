"""What a page shows of a task in the background: how long it will take, and why it failed, with a way to try again."""

from __future__ import annotations

from typing import Any

import streamlit as st

from mnist_core.background import BackgroundTask, Progress
from mnist_core.formatting import duration
from ui.shared import names

_TICK = 0.5
"""Seconds between looks."""


def describe_wait(progress: Progress[Any]) -> str:
    """Say how long a task will take, and what goes first; to stand behind another sentence. Empty if nobody knows."""
    left = progress.seconds_left
    text = "" if left is None else f", about {duration(max(left, 1))} left"
    if progress.ahead:
        others = "another one goes" if progress.ahead == 1 else f"{progress.ahead} others go"
        text += f"; {others} first"
    return text


def follow(task: BackgroundTask[Any], sentence: str, key: str) -> None:
    """Show how far a task is, and draw the page anew when it has ended; if it has failed, why.

    Args:
        task: what the page waits for.
        sentence: what the task does.
        key: tells this place on the page from others.
    """
    if failed := task.look().failed:
        failure(task, failed, key)
    else:
        st.fragment(_follow, run_every=_TICK)(task, sentence)


def _follow(task: BackgroundTask[Any], sentence: str) -> None:
    seen = task.look()
    if seen.ended:
        st.rerun()
    st.progress(min(1.0, seen.result.share), f"{sentence}: {seen.result.share:.0%}{describe_wait(seen)}")


def failure(task: BackgroundTask[Any], failed: str, key: str, *, what: str = "") -> None:
    """Show why a task failed, and a button that lets it begin anew, for all who look at it.

    Args:
        task: what has failed.
        failed: why, as `Progress` has it.
        key: the button's.
        what: a sentence that says what was to be done, in Markdown, to stand first.
    """
    failed = failed[:1].upper() + failed[1:]  # errors begin with a small letter, to stand within a sentence too
    with st.container(horizontal=True, vertical_alignment="center"):
        st.error(f"{what} {names.in_markdown(failed)}".strip(), width="stretch")
        st.button(
            "Try again",
            icon=":material/refresh:",
            key=key,
            on_click=task.retry,
            help="Begin anew: what failed once can succeed when memory or files are there again.",
        )
