"""Hostile addresses and messages: what a browser's address line, or a program on the websocket, can send."""

import random
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.support.hostile.texts import ALL_MARKDOWN, UNPRINTABLE

PAGES = ("", "Lessons", "Story", "Explore", "Train", "Evaluate", "Draw", "Inside", "Runs", "Class", "Glossary")
VALUES = (
    ALL_MARKDOWN,
    "../../etc/passwd",
    "%00",
    "9" * 5_000,
    "-1",
    "1e400",
    "nan",
    "\u202e\u2066",
    "a,b,c" * 2_000,
    "__class__",
)


def queries() -> Iterator[tuple[str, str]]:
    """Yield a page's name and a query for it."""
    names = ["model", "run", "runs", "section", "part", "index", "preset", "epochs", "filters", "learning_rate", "open"]
    names += ["lesson", "screen", "code", "term", "sweep"]
    for number, name in enumerate(names):
        for place, value in enumerate(VALUES):
            if (number + place) % 2 == 0:
                page = PAGES[(number + place) % len(PAGES)]
                yield page, urlencode({name: value})
    for number, text in enumerate(UNPRINTABLE):
        yield PAGES[number % len(PAGES)], f"model={quote(text[:2_000].encode(errors='surrogatepass'))}&run=%ff%fe"
    yield "NoSuchPage", ""
    yield "../../home", ""


def requests() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the path and the headers of plain requests."""
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::", "8.8.8.8", "a" * 300):
        yield "/", {"Host": host}
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", "x"):
        yield "/_stcore/host-config", {"Origin": origin}
    for path in (
        "/_stcore/metrics",
        "/media/../../../etc/passwd",
        "/static/..%2f..%2f..%2fetc/passwd",
        "/component/streamlit_drawable_canvas.x/../../../../etc/passwd",
        "/_stcore/upload_file/x/y",
        "/_stcore/agent/interact",
        "/%00",
        "/" + "a" * 7_000,
        "/media/" + "%ff" * 100,
    ):
        yield path, {}


def messages() -> Iterator[tuple[str, bytes]]:
    """Yield messages for the websocket, as bytes, by what they are."""
    for seed in range(20):
        yield f"random {seed}", random.Random(seed).randbytes(1 + 37 * seed)
    for name in ("clear_cache", "load_git_info", "set_run_on_save", "stop_script", "debug_shutdown_runtime"):
        message = BackMsg()
        setattr(message, name, True)
        yield name, message.SerializeToString()
    for name in ("debug_disconnect_websocket", "app_heartbeat"):
        message = BackMsg()
        getattr(message, name)
        if message.DESCRIPTOR.fields_by_name[name].message_type is None:
            setattr(message, name, True)
        else:
            getattr(message, name).SetInParent()
        yield name, message.SerializeToString()
    for name, page in (("unknown page", "0" * 32), ("no page", ""), ("odd page", "\u202e" * 5_000)):
        message = BackMsg()
        message.rerun_script.page_script_hash = page
        message.rerun_script.page_name = page
        yield name, message.SerializeToString()
    message = BackMsg()
    message.rerun_script.fragment_id = "evil"
    yield "unknown fragment", message.SerializeToString()
    message = BackMsg()
    for number in range(20_000):
        message.rerun_script.widget_states.widgets.add(id=f"evil-{number}", string_value="evil")
    yield "twenty thousand widgets", message.SerializeToString()
    message = BackMsg()
    message.file_urls_request.request_id = "evil"
    message.file_urls_request.file_names.extend(["../../evil", ALL_MARKDOWN])
    message.file_urls_request.session_id = "another"
    yield "another's uploads", message.SerializeToString()
