"""What follows runs by itself on a page, as a browser would show it: no test without one can run its JavaScript."""

import json

from mnist_core.runs.index import index_of
from mnist_core.runs.store import find_run
from ui.live import queue, run_summary


def live_views(page):
    """Return what the page says of each of its live views, in their order."""
    found = [one.proto for one in page.get("bidi_component") if one.proto.component_name == "digit_lab_live_view"]
    return [json.loads(proto.json) for proto in found]


def looks(page):
    """How the page has its charts drawn, by which they are."""
    return {one["look"]["chart"]: one["look"] for one in live_views(page) if one["view"] == "chart"}


def headline(page):
    """Return the line of the run that the page shows."""
    (view,) = [one for one in live_views(page) if one["view"] == "headline"]
    return _told(view["run"]).status


def spoken(page):
    """All that a browser would show in words now."""
    return "\n".join(text for view in live_views(page) for text in _texts(view))


def _texts(view):
    if view["view"] == "running":
        index_of().expire()
        lines = [f"{line['title']}: {line['status']}" for line in queue.lines()]
        return lines or [view["list"]["none"]]
    if not view["run"]:
        return [view["look"]["more"]]
    now = _told(view["run"])
    match view["view"]:
        case "headline":
            return [f"{now.title} · {now.status}", now.training, now.validation, f"Test accuracy {now.test}"]
        case "chart":
            return [f"{getattr(now, view['look']['chart'])} {view['look']['more']}"]
        case "text":
            return [getattr(now, view["text"])]
        case "progress":
            return [f"{now.title} · {now.status}"]
        case _:  # drawings: what was read in them
            return []


def _told(run):
    index_of().expire()
    run_summary._describe_verdict.clear()
    return run_summary.summarise(find_run(run))
